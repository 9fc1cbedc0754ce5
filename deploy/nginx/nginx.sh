# The private nginx: its settings.
# Sourced.

# What a command is run by to be in the network of nginx, if that is another one.
network=()

prepare_nginx() {
  local i limit source=$repository/deploy/nginx target=$INSTANCE/etc/nginx
  WORKER_USER_LINE=''
  if ((EUID == 0)); then WORKER_USER_LINE="user $NGINX_USER;"; fi
  choose_listening
  choose_address_limits
  PARTS='' PART_NAMES=''
  name_parts inventory booking gateway
  limit=$(limit_of SWAPWIRE_CONNECTIONS_PER_ADDRESS 2000)
  ADDRESS_LIMIT_LINE=''
  ((limit == 0)) || ADDRESS_LIMIT_LINE="            limit_conn live_addresses $limit;"
  DEMO_IDENTITIES_LINE=''
  if demo_identities_wanted; then DEMO_IDENTITIES_LINE='        include demo-identities.conf;'; fi
  choose_connections
  choose_tls
  choose_web_settings
  publish_web
  render "$repository/deploy/settings/web.json" "$INSTANCE/etc/web.json" 644
  for i in page tls demo-identities problems answers limits rabbitmq rabbitmq-headers nginx; do
    render "$source/$i.conf" "$target/$i.conf" 644
  done
  render "$source/start.sh" "$target/start.sh" 644
  # nginx would make them for everybody to read.
  touch "$INSTANCE"/log/nginx-{access,error}.log
  chmod 640 "$INSTANCE"/log/nginx-{access,error}.log
  local answer
  answer=$("${network[@]}" /usr/sbin/nginx -t -q -e stderr -p "$INSTANCE/nginx/" -c "$target/nginx.conf" 2>&1) ||
    die "nginx refuses its settings: $answer"
}

# What stands behind nginx: the servers of each kind, and every part by its name. <kind>_addresses says where they are.
name_parts() {
  local kind number addresses
  for kind in "$@"; do
    mapfile -t addresses < <("${kind}_addresses")
    printf -v "${kind^^}_SERVERS" '        server %s fail_timeout=2s;\n' "${addresses[@]}"
    for number in "${!addresses[@]}"; do
      name_part "$kind" $((number + 1)) "${#addresses[@]}" "${addresses[number]}"
    done
  done
}

# Gateways always have a number, others where there are several.
name_part() {
  local name=$1
  if [[ $1 == gateway ]] || (($3 > 1)); then name+=-$2; fi
  PARTS+="        $name $4;"$'\n'
  PART_NAMES+="${PART_NAMES:+,}\"$name\""
}

# Where the servers listen, by which names they are called, and who may have the broker's UI.
choose_listening() {
  local address
  LISTEN_IPV6='' LISTEN_IPV6_DEFAULT='' RABBITMQ_UI_LISTEN_IPV6=''
  if grep -qs . /proc/net/if_inet6; then
    LISTEN_IPV6="        listen [::]:$HTTP_PORT;"
    RABBITMQ_UI_LISTEN_IPV6="    listen [::]:$RABBITMQ_UI_PORT;"
    LISTEN_IPV6_DEFAULT="        listen [::]:$HTTP_PORT default_server;"$'\n'
    LISTEN_IPV6_DEFAULT+="        listen [::]:$RABBITMQ_UI_PORT default_server;"
  fi
  SERVER_NAMES=$(server_names) || exit
  RABBITMQ_UI_ALLOWED=''
  for address in 127.0.0.0/8 ::1 ${SWAPWIRE_RABBITMQ_UI_ALLOWED:-}; do
    [[ $address =~ ^([0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:]*)(/[0-9]{1,3})?$ ]] ||
      die "SWAPWIRE_RABBITMQ_UI_ALLOWED: $address is neither an address nor a network"
    RABBITMQ_UI_ALLOWED+="    allow $address;"$'\n'
  done
}

# This machine by its loopback names, and by those of the setting or by all that it has.
server_names() {
  local name given names=(localhost 127.0.0.1 '[::1]')
  read -ra given <<<"${SWAPWIRE_HOSTS:-$(machine_names | paste -sd ' ')}"
  for name in "${given[@]}"; do
    [[ $name =~ ^(\*\.)?[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$ || $name =~ ^\[[0-9a-fA-F:]+\]$ ]] ||
      die "SWAPWIRE_HOSTS: $name is not the name of a host (without a port; an IPv6 address in brackets)"
    names+=("$name")
  done
  printf '%s\n' "${names[@]}" | tr '[:upper:]' '[:lower:]' | sort -u | paste -sd ' '
}

machine_names() {
  local address
  for address in $(hostname) $(hostname -f 2>/dev/null) $(hostname -I 2>/dev/null); do
    if [[ $address == *:* ]]; then echo "[$address]"; else echo "$address"; fi
  done
}

# 0 is no limit.
choose_address_limits() {
  local per_s burst at_once
  per_s=$(limit_of SWAPWIRE_REQUESTS_PER_ADDRESS_PER_S 1000)
  burst=$(limit_of SWAPWIRE_REQUESTS_PER_ADDRESS_BURST 2000)
  at_once=$(limit_of SWAPWIRE_REQUESTS_PER_ADDRESS_AT_ONCE 256)
  ADDRESS_RATE=$((per_s == 0 ? 1 : per_s)) ADDRESS_RATE_LINE='' ADDRESS_REQUESTS_LINE=''
  ((per_s == 0)) || ADDRESS_RATE_LINE="        limit_req zone=requests burst=$burst nodelay;"
  ((at_once == 0)) || ADDRESS_REQUESTS_LINE="        limit_conn addresses $at_once;"
}

limit_of() {
  local value=${!1:-$2}
  [[ $value =~ ^(0|[1-9][0-9]{0,4})$ && $value -lt 65536 ]] || die "$1=$value is not a number from 0 to 65535"
  echo "$value"
}

# With TLS=1 everything is on the port of https. http serves this machine as before and sends all others there.
choose_tls() {
  TLS_CERTIFICATE=${SWAPWIRE_TLS_CERTIFICATE:-$INSTANCE/etc/tls/nginx.pem}
  TLS_KEY=${SWAPWIRE_TLS_KEY:-$INSTANCE/etc/tls/nginx.key}
  TLS_INCLUDE_LINE='' TLS_LISTEN_LINES='' TLS_LISTEN_DEFAULT_LINES='' TLS_REDIRECT_LINES=''
  if ! tls_wanted; then return; fi
  TLS_INCLUDE_LINE='    include tls.conf;'
  TLS_LISTEN_LINES="        listen $HTTPS_PORT ssl http2;"
  TLS_LISTEN_DEFAULT_LINES="        listen $HTTPS_PORT ssl http2 default_server;"
  if [[ -n $LISTEN_IPV6 ]]; then
    TLS_LISTEN_LINES+=$'\n'"        listen [::]:$HTTPS_PORT ssl http2;"
    TLS_LISTEN_DEFAULT_LINES+=$'\n'"        listen [::]:$HTTPS_PORT ssl http2 default_server;"
  fi
  TLS_REDIRECT_LINES="        if (\$sent_to_https) {
            return 308 https://\$host:$HTTPS_PORT\$request_uri;
        }"
}

# Sizes nginx by the hard limit of open files. Connections are accepted unevenly, so each worker can take them all.
choose_connections() {
  # Descriptors of a worker that are not connections: files being served, logs, channels to the other workers.
  local others=512 hard
  # A gateway takes 50,000 clients (gateway.connections.total), and each takes two connections here: its own and the
  # gateway's. 2,000 are for plain requests, listeners and idle connections to the services.
  WORKER_CONNECTIONS=$((2 * 50000 + 2000))
  hard=$(ulimit -Hn)
  if [[ $hard != unlimited ]] && ((hard < WORKER_CONNECTIONS + others)); then
    ((hard >= 2 * others)) || others=$((hard / 2))
    WORKER_CONNECTIONS=$((hard - others))
  fi
  WORKER_FILES=$((WORKER_CONNECTIONS + others))
}

nginx_ready() { curl -sf --max-time 2 "http://127.0.0.1:$HTTP_PORT/health/live"; }
