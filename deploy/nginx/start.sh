#!/bin/bash
# Becomes nginx. The workers of a master that was killed live on and hold the port, so they are ended first: they are
# in its process group.
if [[ -s "${INSTANCE}/run/nginx.pid" ]]; then pkill -KILL -x nginx -g "$(<"${INSTANCE}/run/nginx.pid")"; fi
exec setpriv --pdeathsig TERM /usr/sbin/nginx -e stderr -p "${INSTANCE}/nginx/" -c "${INSTANCE}/etc/nginx/nginx.conf"
