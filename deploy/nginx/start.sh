#!/usr/bin/env bash
# Becomes nginx: start.sh <instance> [check]. `check` only tests the configuration. The workers of a killed master live
# on and hold the port, so that supervisord could never bring it back; they are ended first.
set -euo pipefail

instance=$1
nginx=(/usr/sbin/nginx -e stderr -p "$instance/nginx/" -c "$instance/etc/nginx/nginx.conf")

# Sizes nginx by the hard limit of open files. Connections are accepted unevenly, so each worker can take them all.
write_connections() {
  # A gateway takes 50,000 clients (gateway.connections.total), and each takes two connections here: its own and the
  # gateway's. 2,000 are for plain requests, listeners and idle connections to the services.
  local connections=$((2 * 50000 + 2000))
  # Descriptors of a worker that are not connections: files being served, logs, channels to the other workers.
  local others=512 file=$instance/etc/nginx/connections.conf hard
  hard=$(ulimit -Hn)
  if [[ $hard != unlimited ]] && ((hard < connections + others)); then
    ((hard >= 2 * others)) || others=$((hard / 2))
    connections=$((hard - others))
  fi
  printf 'worker_rlimit_nofile %d;\nevents {\n    worker_connections %d;\n}\n' \
    $((connections + others)) "$connections" >"$file.new"
  mv -f "$file.new" "$file"
}

end_leftovers() {
  local process
  for process in /proc/[0-9]*; do
    if [[ $(readlink "$process/cwd" 2>/dev/null) == "$instance/run/cwd" &&
      $(cat "$process/comm" 2>/dev/null) == nginx ]]; then
      kill -KILL "${process#/proc/}" 2>/dev/null || true
    fi
  done
}

write_connections
if [[ ${2:-} == check ]]; then exec "${nginx[@]}" -t -q; fi
end_leftovers
exec "${nginx[@]}"
