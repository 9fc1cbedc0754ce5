# The project's own programs: building them, their settings, starting them and asking whether they are ready.
# Sourced.

build_programs() {
  say "building (the first time takes some minutes)"
  run_long_command cargo build --workspace --bins --profile "${PROFILE:-dev}" || die "the build failed"
}

programs_built() {
  local program
  for program in swapwire-{inventory,booking,gateway} swapctl; do [[ -x $BINARIES/$program ]] || return 1; done
}

prepare_services() {
  local program
  GATEWAY_URL_LIST=$(gateway_addresses | sed 's|.*|"http://&"|' | paste -sd ,)
  for program in inventory booking gateway swapctl; do
    render "$repository/deploy/settings/$program.toml" "$INSTANCE/etc/$program.toml" 600
  done
}

swapctl() { SWAP_CONFIG=$INSTANCE/etc/swapctl.toml "$BINARIES/swapctl" "$@"; }

service_ready() { curl -sf --max-time 2 "http://127.0.0.1:$1/health/ready"; }

start_services() {
  local i
  say "migrating the database"
  swapctl migrate || die "the migrations failed"
  start_program 30 inventory service_ready "$INVENTORY_PORT"
  start_program 30 booking service_ready "$BOOKING_PORT"
  for ((i = 1; i <= GATEWAYS; i++)); do
    start_program 60 "gateway-$i" service_ready "$(gateway_port "$i")"
  done
  if demo_identities_wanted; then
    rm -f "$INSTANCE/run/demo-identities.json"
    start_program 10 demo-identities test -s "$INSTANCE/run/demo-identities.json"
  fi
  start_observers
}

stop_services() {
  local i names=(simulate demo-identities inventory booking)
  for ((i = 1; i <= GATEWAYS; i++)); do names+=("gateway-$i"); done
  control stop "${names[@]}" >/dev/null 2>&1 || true
}
