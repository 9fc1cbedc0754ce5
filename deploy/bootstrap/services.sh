# The project's own programs: building them, their settings, starting them and asking whether they are ready.
# Sourced.

programs=(swapwire-inventory swapwire-booking swapwire-gateway swapctl)

build_programs() {
  say "building (the first time takes some minutes)"
  run_long_command cargo build --workspace --bins --profile "${PROFILE:-dev}" ||
    die "the build failed"
}

programs_built() {
  local program
  for program in "${programs[@]}"; do [[ -x $BINARIES/$program ]] || return 1; done
}

prepare_services() {
  local i source=$repository/deploy/settings
  GATEWAY_URL_LIST=''
  for ((i = 1; i <= GATEWAYS; i++)); do
    GATEWAY_URL_LIST+="${GATEWAY_URL_LIST:+, }\"http://127.0.0.1:$(gateway_port "$i")\""
  done
  for i in inventory booking gateway swapctl; do
    render "$source/$i.toml" "$INSTANCE/etc/$i.toml" 600
  done
}

swapctl() { SWAP_CONFIG=$INSTANCE/etc/swapctl.toml "$BINARIES/swapctl" "$@"; }

service_ready() { curl -sf --max-time 2 "http://127.0.0.1:$1/health/ready"; }
inventory_ready() { service_ready "$INVENTORY_PORT"; }
booking_ready() { service_ready "$BOOKING_PORT"; }

start_services() {
  local i
  say "migrating the database"
  swapctl migrate || die "the migrations failed"
  start_program 30 inventory_ready inventory
  start_program 30 booking_ready booking
  for ((i = 1; i <= GATEWAYS; i++)); do
    eval "gateway_ready() { service_ready $(gateway_port "$i"); }"
    start_program 60 gateway_ready "gateway-$i"
  done
  start_demo_identities
}

start_demo_identities() {
  if ! demo_identities_wanted; then return; fi
  rm -f "$INSTANCE/run/demo-identities.json"
  start_program 10 demo_identities_ready demo-identities
}

demo_identities_ready() { [[ -s $INSTANCE/run/demo-identities.json ]]; }

stop_services() {
  local i names=(simulate demo-identities inventory booking)
  for ((i = 1; i <= GATEWAYS; i++)); do names+=("gateway-$i"); done
  control stop "${names[@]}" >/dev/null 2>&1 || true
}
