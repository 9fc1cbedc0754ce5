# The private nginx: its settings, and from where it may serve the screen.
# Sourced.

prepare_nginx() {
  local i limit=${SWAPWIRE_CONNECTIONS_PER_ADDRESS:-2000}
  WORKER_USER_LINE=''
  if ((EUID == 0)); then WORKER_USER_LINE="user $NGINX_USER;"; fi
  LISTEN_IPV6=''
  ! grep -qs . /proc/net/if_inet6 || LISTEN_IPV6="        listen [::]:$HTTP_PORT default_server;"
  GATEWAY_SERVERS=''
  for ((i = 1; i <= GATEWAYS; i++)); do
    GATEWAY_SERVERS+="        server 127.0.0.1:$(gateway_port "$i") fail_timeout=2s;"$'\n'
  done
  # As in the gateway, 0 is no limit.
  [[ $limit =~ ^(0|[1-9][0-9]{0,4})$ ]] && ((limit < 65536)) ||
    die "SWAPWIRE_CONNECTIONS_PER_ADDRESS=$limit is not a number from 0 to 65535"
  ADDRESS_LIMIT_LINE=''
  ((limit == 0)) || ADDRESS_LIMIT_LINE="            limit_conn live_addresses $limit;"
  choose_web_root
  render "$repository/deploy/nginx/problems.conf" "$INSTANCE/etc/nginx/problems.conf" 644
  render "$repository/deploy/nginx/nginx.conf" "$INSTANCE/etc/nginx/nginx.conf" 644
  render "$repository/deploy/nginx/start.sh" "$INSTANCE/etc/nginx/start.sh" 644
  local answer
  answer=$(bash "$INSTANCE/etc/nginx/start.sh" "$INSTANCE" check 2>&1) ||
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
