# The private RabbitMQ node: its settings, its users and topology, and whether they are there.
# Sourced.

prepare_rabbitmq() {
  local source=$repository/deploy/rabbitmq target=$INSTANCE/etc/rabbitmq who password
  require_rabbitmq_version
  RABBITMQ_BIN=$rabbitmq_bin
  for who in ADMIN INVENTORY BOOKING GATEWAY; do
    password=${who}_AMQP_PASSWORD
    printf -v "${who}_AMQP_HASH" %s "$(password_hash "${!password}")"
  done
  render "$source/rabbitmq-env.conf" "$target/rabbitmq-env.conf" 644
  render "$source/rabbitmq.conf" "$target/rabbitmq.conf" 644
  render "$source/enabled_plugins" "$target/enabled_plugins" 644
  render "$source/definitions.json" "$target/definitions.json" 600 "$RABBITMQ_USER"
  # Erlang would make a cookie itself, from a weak source.
  rm -f "$INSTANCE/rabbitmq/.erlang.cookie"
  (umask 377 && printf %s "$ERLANG_COOKIE" >"$INSTANCE/rabbitmq/.erlang.cookie")
  if ((EUID == 0)); then chown rabbitmq: "$INSTANCE/rabbitmq/.erlang.cookie"; fi
}

# What RabbitMQ stores: base64(salt + sha256(salt + password)).
password_hash() {
  local salt
  salt=$(openssl rand -hex 4 | sed 's/../\\x&/g')
  {
    printf '%b' "$salt"
    { printf '%b' "$salt" && printf %s "$1"; } | openssl dgst -sha256 -binary
  } | base64 -w 0
}

# management_api <path> [<argument of curl>...]: prints the answer, fails on anything but success.
management_api() {
  curl -sf --max-time 30 -K <(printf 'user = "swapwire_admin:%s"\n' "$ADMIN_AMQP_PASSWORD") "${@:2}" \
    "http://127.0.0.1:$MANAGEMENT_PORT/rabbitmq/api/$1"
}

# Ready when the listener takes clients and the last things of the definitions are there.
rabbitmq_ready() {
  management_api "health/checks/port-listener/$AMQP_PORT" &&
    management_api queues/swapwire/swap.realtime &&
    management_api queues/swapwire/swap.dead-letters/bindings | grep -q swap.dead-letter
}

refuse_guest() {
  ! management_api users/guest >/dev/null ||
    die "the broker still has its default user guest: remove $INSTANCE/rabbitmq and start again"
}
