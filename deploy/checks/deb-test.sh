#!/usr/bin/env bash
# What the packages of target/debian do in a Debian root of their own (`make deb-test`, as root): installed, set up
# against a new Postgres and RabbitMQ, run, upgraded, removed and purged. Everything is removed at the end.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/throw-away.sh"

base=$repository/target/debian-root.tar
services=(inventory booking gateway)
programs=("${services[@]}" swapctl)
running=()

in_root() { chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
# Not in a condition: there bash would go on after a failure.
check() {
  claim=$1
  say "$claim"
  "${@:2}"
}

make_root() {
  local suite
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  if [[ ! -f $base ]]; then
    say "making a Debian root ($suite)"
    debootstrap --variant=minbase --include=adduser,postgresql-client,systemd "$suite" "$root" >"$root.log" 2>&1 ||
      { tail -n 20 "$root.log" >&2 && die "debootstrap failed"; }
    tar -C "$root" -cf "$base.new" . && mv "$base.new" "$base"
    rm -f "$root.log"
  else
    tar -C "$root" -xf "$base"
  fi
}

# install <folder>: all packages of it. Somebody's edited settings are kept without asking.
install() {
  mkdir -p "$root/packages"
  cp "$1"/*.deb "$root/packages/"
  in_root sh -c 'apt-get -y -o Dpkg::Options::=--force-confold install /packages/*.deb' \
    >"$INSTANCE/log/apt.log" 2>&1 || {
    show_log apt.log
    die "apt-get failed"
  }
  rm -r "$root/packages"
}

# mode, user and group of a file in the root, by the root's own names
is() { [[ $(in_root stat -c '%a %U %G' "$1") == "$2" ]]; }

files_and_users_are_there() {
  local program
  for program in "${programs[@]}"; do
    is "/etc/swapwire/$program.toml" "640 root swapwire-$program"
    [[ $(in_root getent passwd "swapwire-$program") == *:/nonexistent:/usr/sbin/nologin ]]
  done
  for program in "${services[@]}"; do
    is "/usr/bin/swapwire-$program" "755 root root"
    [[ -L $root/etc/systemd/system/multi-user.target.wants/swapwire-$program.service ]]
  done
  is /usr/bin/swapctl "755 root root"
}

units_are_sound_and_hardened() {
  local program
  for program in "${services[@]}"; do
    systemd-analyze verify --recursive-errors=one --root="$root" "swapwire-$program.service"
    systemd-analyze security --offline=true --root="$root" --threshold=25 --no-pager "swapwire-$program.service" |
      tail -n 1
  done
}

# Postgres without any role of ours, and a broker without virtual host and users but the administrator.
start_servers() {
  local name
  start_supervisor
  start_program 10 epmd epmd_ready
  start_program 60 postgres postgres_ready
  start_program 120 rabbitmq rabbitmq_ready
  for name in vhosts/swapwire users/swapwire_{inventory,booking,gateway}; do broker_api DELETE "$name" >/dev/null; done
}

# broker_api <method> <path> [body]
broker_api() {
  curl -sf --max-time 30 -K <(printf 'user = "swapwire_admin:%s"\n' "$ADMIN_AMQP_PASSWORD") -X "$1" \
    -H 'Content-Type: application/json' ${3:+-d "$3"} "http://127.0.0.1:$MANAGEMENT_PORT/rabbitmq/api/$2"
}

set_up() {
  in_root env "SWAPWIRE_SUPERUSER_URL=postgres://postgres:$SUPERUSER_DB_PASSWORD@127.0.0.1:$POSTGRES_PORT" \
    "SWAPWIRE_MANAGEMENT_URL=http://swapwire_admin:$ADMIN_AMQP_PASSWORD@127.0.0.1:$MANAGEMENT_PORT/rabbitmq" \
    swapctl setup --database-hosts "127.0.0.1:$POSTGRES_PORT" --broker-hosts "127.0.0.1:$AMQP_PORT" "$@"
}

setup_wrote_what_each_may_read() {
  local program other
  is /etc/swapwire/secrets.env "600 root root"
  for program in "${programs[@]}"; do
    is "/etc/swapwire/setup/$program.toml" "640 root swapwire-$program"
    for other in "${programs[@]}"; do
      if chroot --userspec="swapwire-$program:swapwire-$program" "$root" cat "/etc/swapwire/setup/$other.toml" \
        >/dev/null 2>&1; then
        [[ $program == "$other" ]]
      else
        [[ $program != "$other" ]]
      fi
    done
  done
}

setup_again_changes_no_secret() {
  local before
  before=$(sha256sum "$root/etc/swapwire/secrets.env")
  set_up >/dev/null
  [[ $before == "$(sha256sum "$root/etc/swapwire/secrets.env")" ]]
}

check_names_what_somebody_changed() {
  local said
  # Setup gave the administrator the password of its own secrets.
  ADMIN_AMQP_PASSWORD=$(sed -n 's/^ADMIN_AMQP_PASSWORD=//p' "$root/etc/swapwire/secrets.env")
  broker_api PUT permissions/swapwire/swapwire_gateway '{"configure": ".*", "write": ".*", "read": ".*"}' >/dev/null
  if said=$(set_up --check 2>&1); then die "--check finds nothing"; fi
  [[ $said == *"permissions swapwire_gateway"* ]]
  set_up >/dev/null
  set_up --check >/dev/null
}

# As the unit runs it: its user, its environment, its program.
services_are_ready() {
  local program unit user environment port=$INVENTORY_PORT
  for program in "${services[@]}"; do
    unit=$root/lib/systemd/system/swapwire-$program.service
    user=$(sed -n 's/^User=//p' "$unit") environment=$(sed -n 's/^Environment=//p' "$unit")
    chroot --userspec="$user:$user" "$root" env -i "$environment" "SWAP__HTTP__LISTEN=127.0.0.1:$port" \
      "$(sed -n 's/^ExecStart=//p' "$unit")" >"$INSTANCE/log/$program.log" 2>&1 9>&- &
    running+=($!)
    wait_until "$program" 60 service_ready "$port" || die "$program is not ready"
    port=$((port + 1))
    [[ $program != booking ]] || port=$GATEWAY_PORT
  done
}

stop_running() {
  ((${#running[@]} > 0)) || return 0
  kill "${running[@]}" 2>/dev/null || true
  wait "${running[@]}" 2>/dev/null || true
  running=()
}

# The next revision, whose settings file is another one, too.
make_next_revision() {
  local package folder=$1/unpacked
  for package in "$repository"/target/debian/*.deb; do
    dpkg-deb -R "$package" "$folder"
    sed -i 's/^Version: .*/&+next/' "$folder/DEBIAN/control"
    printf '\n# A line of the next revision.\n' | tee -a "$folder"/etc/swapwire/*.toml >/dev/null
    dpkg-deb --root-owner-group -b "$folder" "$1/" >/dev/null
    rm -r "$folder"
  done
}

upgrade_keeps_what_the_operator_wrote() {
  local edited=$root/etc/swapwire/inventory.toml
  printf '[telemetry]\nformat = "json"\n' >"$edited"
  mkdir "$INSTANCE/next"
  make_next_revision "$INSTANCE/next"
  install "$INSTANCE/next"
  [[ $(in_root dpkg -s swapwire-inventory | sed -n 's/^Version: //p') == *+next ]]
  [[ $(<"$edited") == $'[telemetry]\nformat = "json"' ]]
  is /etc/swapwire/inventory.toml "640 root swapwire-inventory"
  grep -q 'next revision' "$edited.dpkg-dist" "$root/etc/swapwire/booking.toml"
  [[ -f $root/etc/swapwire/secrets.env && -f $root/etc/swapwire/setup/gateway.toml ]]
}

names=(swapwire-inventory swapwire-booking swapwire-gateway swapwire-swapctl)

removal_keeps_settings() {
  in_root dpkg -r "${names[@]}" >/dev/null
  [[ ! -e $root/usr/bin/swapwire-gateway && ! -e $root/lib/systemd/system/swapwire-gateway.service ]]
  [[ -f $root/etc/swapwire/inventory.toml && -f $root/etc/swapwire/secrets.env ]]
}

purge_leaves_users_alone() {
  in_root dpkg -P "${names[@]}" >/dev/null
  [[ ! -e $root/etc/swapwire ]]
  [[ -z $(find "$root"/{etc,usr,lib,var/lib/systemd} -name '*swapwire*' -print) ]]
  in_root getent passwd swapwire-inventory >/dev/null
}

# Ends with the status that it began with, which clean_up reads.
clean_up_root() {
  local status=$?
  ((status == 0)) || warn "does not hold: ${claim:-making the root}"
  stop_running
  rm -rf "$root"
  return "$status"
}

accept_interrupts "$@"
((EUID == 0)) || die "a Debian root needs root: sudo make deb-test"
require_instance_packages run deb deb_test
compgen -G "$repository/target/debian/*.deb" >/dev/null || bash "$repository/deploy/debian/build.sh"
root=$(temporary_folder)
chmod 755 "$root"
trap 'set +e; clean_up_root; clean_up' EXIT
trap 'exit 130' INT TERM HUP
set -E
trap 'warn "deb-test.sh:$LINENO: $BASH_COMMAND"' ERR
open_instance "$(temporary_folder)"
lock_instance
pick_free_ports
prepare_instance
make_root
install "$repository/target/debian"
check "files and users are there" files_and_users_are_there
check "units are sound, exposure below 2.5" units_are_sound_and_hardened
start_servers
check "swapctl setup prepares empty servers" set_up
check "each user reads its own settings only" setup_wrote_what_each_may_read
check "setup again changes no secret" setup_again_changes_no_secret
check "--check names what somebody changed, setup repairs it" check_names_what_somebody_changed
check "the installed services are ready" services_are_ready
stop_running
check "an upgrade keeps what the operator wrote" upgrade_keeps_what_the_operator_wrote
check "removal keeps settings" removal_keeps_settings
check "purge takes everything but the users" purge_leaves_users_alone
say "all green"
