#!/usr/bin/env bash
# Becomes nginx: start.sh <instance>. The workers of a killed master live on and hold the port, so that supervisord
# could never bring it back; they are ended first.
set -euo pipefail

instance=$1

for process in /proc/[0-9]*; do
  if [[ $(readlink "$process/cwd" 2>/dev/null) == "$instance/run/cwd" && $(cat "$process/comm" 2>/dev/null) == nginx ]]; then
    kill -KILL "${process#/proc/}" 2>/dev/null || true
  fi
done

exec /usr/sbin/nginx -e stderr -p "$instance/nginx/" -c "$instance/etc/nginx/nginx.conf"
