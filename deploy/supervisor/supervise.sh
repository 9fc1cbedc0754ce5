# supervisord and its programs. A program ends with the supervisord that started it, however that ends (setpriv in
# deploy/supervisor), so none is ever left behind.
# Sourced.

supervisor_pid=

prepare_supervisor() {
  local config=$INSTANCE/etc/supervisord.conf GATEWAY_NUMBER GATEWAY_LISTEN_PORT
  render "$repository/deploy/supervisor/supervisord.conf" "$config.base" 600
  for ((GATEWAY_NUMBER = 1; GATEWAY_NUMBER <= GATEWAYS; GATEWAY_NUMBER++)); do
    GATEWAY_LISTEN_PORT=$(gateway_port "$GATEWAY_NUMBER")
    render "$repository/deploy/supervisor/gateway.conf" "$config.gateway" 600
    cat "$config.gateway" >>"$config.base"
  done
  if observed; then
    render "$repository/deploy/supervisor/observe.conf" "$config.observe" 600
    cat "$config.observe" >>"$config.base"
  fi
  rm -f "$config.gateway" "$config.observe"
  mv "$config.base" "$config"
  render "$repository/deploy/supervisor/logrotate.conf" "$INSTANCE/etc/logrotate.conf" 644
}

control() { /usr/bin/supervisorctl -c "$INSTANCE/etc/supervisord.conf" "$@"; }

# In a session of its own: a terminal's Ctrl-C reaches the script, which then stops everything in order.
start_supervisor() {
  rm -f "$INSTANCE"/run/{supervisord,nginx}.pid
  # What it logs is not for everybody.
  (umask 027 && exec setsid /usr/bin/supervisord -n -c "$INSTANCE/etc/supervisord.conf") \
    >"$INSTANCE/log/supervisord.out" 2>&1 </dev/null &
  supervisor_pid=$!
  wait_until "supervisord" 20 control pid ||
    { show_log supervisord.out && die "supervisord did not start"; }
}

# Starts a program and waits until a check passes: start_program <seconds> <program> <check...>
start_program() {
  local limit=$1 program=$2 log
  say "starting $program"
  # In the background, since supervisorctl waits a while; the check decides whether it runs.
  control start "$program" >/dev/null 2>&1 9>&- &
  wait_until "$program" "$limit" succeeds_or_stopped "${@:3}" || {
    for log in "$INSTANCE/log/$program"{,-stderr,-error}.log; do
      [[ ! -s $log ]] || show_log "${log##*/}"
    done
    die "$program was not ready after $limit s. Its log: $INSTANCE/log/$program.log"
  }
  supervisor_lives || die "stopped from elsewhere"
}

supervisor_lives() { kill -0 "$supervisor_pid" 2>/dev/null; }

succeeds_or_stopped() { "$@" || ! supervisor_lives; }

show_log() {
  warn "the last lines of $INSTANCE/log/$1:"
  tail -n 25 "$INSTANCE/log/$1" 2>/dev/null | sed 's/^/    /' >&2 || true
}

# Stops the supervisord of this script, which stops all programs in order and kills what does not end in time.
stop_supervisor() {
  [[ -n $supervisor_pid ]] || return 0
  kill -TERM "$supervisor_pid" 2>/dev/null || true
  wait "$supervisor_pid" || true
  supervisor_pid=
}

# Stops what another script has started and waits until all of it has ended.
stop_instance() {
  local pid
  if lock_instance 0; then return; fi
  pid=$(cat "$INSTANCE/run/supervisord.pid" 2>/dev/null) ||
    die "a run in $INSTANCE is still building or preparing: end it by Ctrl-C where it was started"
  kill -TERM "$pid" || die "supervisord ($pid) belongs to another user"
  wait_until "everything to stop" 200 lock_instance 0 || die "supervisord ($pid) did not end: $INSTANCE/log/supervisord.log"
}
