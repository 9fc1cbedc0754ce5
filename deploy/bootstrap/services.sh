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

# Run by root, each service has a user of its own; no other one reads its settings and its log.
prepare_services() {
  local program user i readable=600 owner=''
  make_users
  GATEWAY_URL_LIST=$(gateway_addresses | sed 's|.*|"http://&"|' | paste -sd ,)
  for program in inventory booking gateway swapctl; do
    user=${program^^}_USER
    ((EUID != 0)) || readable=640 owner=root:${!user}
    render "$repository/deploy/settings/$program.toml" "$INSTANCE/etc/$program.toml" "$readable" "$owner"
  done
  make_log inventory "$INVENTORY_USER"
  make_log booking "$BOOKING_USER"
  for ((i = 1; i <= GATEWAYS; i++)); do make_log "gateway-$i" "$GATEWAY_USER"; done
  chown "$SWAPCTL_USER:" "$INSTANCE/run/demo"
}

# make_log <program> <user>: only root makes files in the folder, so that no service can put one in another's way.
make_log() {
  local file=$INSTANCE/log/$1.log
  [[ -e $file ]] || : >"$file"
  chown "$2:" "$file"
  chmod 640 "$file"
}

make_users() {
  local user
  ((EUID == 0)) || return 0
  for user in "$INVENTORY_USER" "$BOOKING_USER" "$GATEWAY_USER" "$SWAPCTL_USER"; do
    id -u "$user" >/dev/null 2>&1 ||
      useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$user"
  done
}

# The users of the services can't enter every folder that root builds in.
publish_programs() {
  [[ $PROGRAMS != "$BINARIES" ]] || return 0
  mkdir -p "$PROGRAMS"
  cp --remove-destination --reflink=auto "$BINARIES"/swapwire-{inventory,booking,gateway} "$BINARIES/swapctl" "$PROGRAMS/"
  chmod -R u=rwX,go=rX "$PROGRAMS"
}

swapctl() { SWAP_CONFIG=$INSTANCE/etc/swapctl.toml "$BINARIES/swapctl" "$@"; }

service_ready() { curl -sf --max-time 2 "http://127.0.0.1:$1/health/ready"; }

migrate() {
  say "migrating the database"
  swapctl migrate || die "the migrations failed"
}

start_services() {
  local i
  migrate
  publish_programs
  start_program 30 inventory service_ready "$INVENTORY_PORT"
  start_program 30 booking service_ready "$BOOKING_PORT"
  for ((i = 1; i <= GATEWAYS; i++)); do
    start_program 60 "gateway-$i" service_ready "$(gateway_port "$i")"
  done
  if demo_identities_wanted; then
    rm -f "$INSTANCE/run/demo/identities.json"
    start_program 10 demo-identities test -s "$INSTANCE/run/demo/identities.json"
  fi
  start_observers
}

stop_services() {
  local i names=(simulate demo-identities inventory booking)
  for ((i = 1; i <= GATEWAYS; i++)); do names+=("gateway-$i"); done
  control stop "${names[@]}" >/dev/null 2>&1 || true
}
