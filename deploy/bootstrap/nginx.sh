# The private nginx: its settings, and from where it may serve the screen.
# Sourced.

prepare_nginx() {
  local i
  WORKER_USER_LINE=''
  if ((EUID == 0)); then WORKER_USER_LINE="user $NGINX_USER;"; fi
  LISTEN_IPV6=''
  ! grep -qs . /proc/net/if_inet6 || LISTEN_IPV6="        listen [::]:$HTTP_PORT default_server;"
  GATEWAY_SERVERS=''
  for ((i = 1; i <= GATEWAYS; i++)); do
    GATEWAY_SERVERS+="        server 127.0.0.1:$(gateway_port "$i") fail_timeout=2s;"$'\n'
  done
  choose_web_root
  render "$repository/deploy/nginx/problems.conf" "$INSTANCE/etc/nginx/problems.conf" 644
  render "$repository/deploy/nginx/nginx.conf" "$INSTANCE/etc/nginx/nginx.conf" 644
  render "$repository/deploy/nginx/start.sh" "$INSTANCE/etc/nginx/start.sh" 644
  local answer
  answer=$(/usr/sbin/nginx -t -q -e stderr -p "$INSTANCE/nginx/" -c "$INSTANCE/etc/nginx/nginx.conf" 2>&1) ||
    die "nginx refuses its settings: $answer"
}

# Straight from the repository, so that a changed file shows at once; a copy when that lies in a folder that is
# closed to nginx' workers (root's home).
choose_web_root() {
  WEB_ROOT=$repository/web
  if ! as_user "$NGINX_USER" test -r "$WEB_ROOT/index.html" && [[ -r $WEB_ROOT/index.html ]]; then
    WEB_ROOT=$INSTANCE/nginx/web
    rm -rf "$WEB_ROOT"
    cp -r "$repository/web" "$WEB_ROOT"
    chmod -R u=rwX,go=rX "$WEB_ROOT"
  fi
}

nginx_ready() { curl -sf --max-time 2 "http://127.0.0.1:$HTTP_PORT/health/live"; }
