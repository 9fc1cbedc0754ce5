# supervisord and its programs: starting it, starting and watching programs, and leaving no process behind.
# Sourced.

supervisor_pid=

prepare_supervisor() {
  local config=$INSTANCE/etc/supervisord.conf
  local GATEWAY_NUMBER GATEWAY_LISTEN_PORT
  render "$repository/deploy/supervisor/supervisord.conf" "$config.base" 600
  for ((GATEWAY_NUMBER = 1; GATEWAY_NUMBER <= GATEWAYS; GATEWAY_NUMBER++)); do
    GATEWAY_LISTEN_PORT=$(gateway_port "$GATEWAY_NUMBER")
    render "$repository/deploy/supervisor/gateway.conf" "$config.gateway" 600
    cat "$config.gateway" >>"$config.base"
  done
  rm -f "$config.gateway"
  mv "$config.base" "$config"
}

control() { /usr/bin/supervisorctl -c "$INSTANCE/etc/supervisord.conf" "$@"; }

# In a session of its own: a terminal's Ctrl-C reaches the script, which then stops everything in order.
start_supervisor() {
  stop_leftovers
  setsid /usr/bin/supervisord -n -c "$INSTANCE/etc/supervisord.conf" >"$INSTANCE/log/supervisord.out" 2>&1 </dev/null 9>&- &
  supervisor_pid=$!
  wait_until "supervisord" 20 control pid ||
    { show_log supervisord.out && die "supervisord did not start"; }
}

# Starts programs and waits until a check passes: start_program <seconds> <check> <program>
start_program() {
  local limit=$1 check=$2 program=$3
  say "starting $program"
  # In the background, since supervisorctl waits a while; the check decides whether it runs.
  control start "$program" >/dev/null 2>&1 9>&- &
  wait_until "$program" "$limit" "$check" || {
    show_log "$program.log"
    die "$program was not ready after $limit s. Its log: $INSTANCE/log/$program.log"
  }
}

show_log() {
  warn "the last lines of $INSTANCE/log/$1:"
  tail -n 25 "$INSTANCE/log/$1" 2>/dev/null | sed 's/^/    /' >&2 || true
}

# Asks supervisord to stop all in order, then makes sure.
stop_supervisor() {
  local pid=${supervisor_pid:-$(running_supervisor)}
  supervisor_pid=
  if [[ -n $pid ]]; then
    kill -TERM "$pid" 2>/dev/null || true
    wait_until "everything to stop" 150 is_gone "$pid" || kill -KILL "$pid" 2>/dev/null || true
  fi
  stop_leftovers
}

running_supervisor() {
  local pid
  pid=$(cat "$INSTANCE/run/supervisord.pid" 2>/dev/null) || return 0
  [[ -r /proc/$pid/cmdline ]] || return 0
  if tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF "$INSTANCE/etc/supervisord.conf"; then echo "$pid"; fi
}

# A zombie that its parent has not collected yet is gone, too.
is_gone() { [[ ! -e /proc/$1 || $(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null) == Z ]]; }

# What outlived a killed supervisord: leftovers <folder>... lists the processes that work there. Every program
# works in run/cwd, Postgres in its data: folders where nobody else does.
leftovers() {
  local link folder wanted
  for link in /proc/[0-9]*/cwd; do
    folder=$(readlink "$link" 2>/dev/null) || continue
    for wanted in "$@"; do
      if [[ $folder == "$INSTANCE/$wanted" ]]; then
        link=${link#/proc/}
        echo "${link%/cwd}"
      fi
    done
  done
}

none_left() { [[ -z $(leftovers run/cwd postgres/data) ]]; }

stop_leftovers() {
  local pids
  none_left && return 0 # the 0 matters in a trap: without it the old status comes back
  say "stopping what was left behind"
  mapfile -t pids < <(leftovers run/cwd)
  kill -TERM "${pids[@]}" 2>/dev/null || true
  mapfile -t pids < <(leftovers postgres/data)
  kill -INT "${pids[@]}" 2>/dev/null || true
  wait_until "processes to end" 15 none_left && return 0
  mapfile -t pids < <(leftovers run/cwd postgres/data)
  kill -KILL "${pids[@]}" 2>/dev/null || true
  wait_until "processes to end" 10 none_left || warn "these processes did not end: ${pids[*]}"
}
