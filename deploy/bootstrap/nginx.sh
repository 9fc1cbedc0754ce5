# The private nginx: its settings.
# Sourced.

prepare_nginx() {
  local i limit=${SWAPWIRE_CONNECTIONS_PER_ADDRESS:-2000}
  WORKER_USER_LINE=''
  if ((EUID == 0)); then WORKER_USER_LINE="user $NGINX_USER;"; fi
  LISTEN_IPV6=''
  ! grep -qs . /proc/net/if_inet6 || LISTEN_IPV6="        listen [::]:$HTTP_PORT default_server;"
  GATEWAY_SERVERS='' GATEWAY_PARTS='' PART_NAMES='"inventory","booking"'
  for ((i = 1; i <= GATEWAYS; i++)); do
    GATEWAY_SERVERS+="        server 127.0.0.1:$(gateway_port "$i") fail_timeout=2s;"$'\n'
    GATEWAY_PARTS+="        gateway-$i 127.0.0.1:$(gateway_port "$i");"$'\n'
    PART_NAMES+=",\"gateway-$i\""
  done
  # As in the gateway, 0 is no limit.
  [[ $limit =~ ^(0|[1-9][0-9]{0,4})$ && $limit -lt 65536 ]] ||
    die "SWAPWIRE_CONNECTIONS_PER_ADDRESS=$limit is not a number from 0 to 65535"
  ADDRESS_LIMIT_LINE=''
  ((limit == 0)) || ADDRESS_LIMIT_LINE="            limit_conn live_addresses $limit;"
  DEMO_IDENTITIES_LINE=''
  if demo_identities_wanted; then DEMO_IDENTITIES_LINE='        include demo-identities.conf;'; fi
  choose_web_settings
  publish_web
  render "$repository/deploy/settings/web.json" "$INSTANCE/etc/web.json" 644
  render "$repository/deploy/nginx/page.conf" "$INSTANCE/etc/nginx/page.conf" 644
  render "$repository/deploy/nginx/demo-identities.conf" "$INSTANCE/etc/nginx/demo-identities.conf" 644
  render "$repository/deploy/nginx/problems.conf" "$INSTANCE/etc/nginx/problems.conf" 644
  render "$repository/deploy/nginx/nginx.conf" "$INSTANCE/etc/nginx/nginx.conf" 644
  render "$repository/deploy/nginx/start.sh" "$INSTANCE/etc/nginx/start.sh" 644
  local answer
  answer=$(bash "$INSTANCE/etc/nginx/start.sh" "$INSTANCE" check 2>&1) ||
    die "nginx refuses its settings: $answer"
}

nginx_ready() { curl -sf --max-time 2 "http://127.0.0.1:$HTTP_PORT/health/live"; }
