#!/usr/bin/env bash
# What the set-up does when things are not as they should be, and that it stops and starts whole (part of `make test`).
# Runs a real instance in a folder of its own.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../bootstrap/infrastructure.sh"

work=$(temporary_folder)
chmod 755 "$work"
output=$work/output
run_pid=

clean_up() {
  local status=$?
  ((status == 0)) || sed 's/^/    /' "$output" >&2
  if [[ -n $run_pid ]] && kill -TERM "$run_pid" 2>/dev/null; then wait "$run_pid" || true; fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# refuses <what it must say> <command...>
refuses() {
  if "${@:2}" >"$output" 2>&1; then die "it did not fail: ${*:2}"; fi
  grep -qF -- "$1" "$output" || die "it did not say: $1"
}

bootstrap() { bash "$repository/deploy/bootstrap/run.sh" "$@"; }

new_home() {
  export SWAPWIRE_HOME=$work/$1
  mkdir -p "$SWAPWIRE_HOME"/{etc,postgres,run}
}

# --- what is wrong is said, with what helps -----------------------------------------------------------------------

bad_ports_are_refused() {
  new_home ports
  SWAPWIRE_HTTP_PORT=70000 refuses "SWAPWIRE_HTTP_PORT=70000 is not a port" bootstrap
  SWAPWIRE_BOOKING_PORT=$SWAPWIRE_AMQP_PORT refuses "is used twice: SWAPWIRE_BOOKING_PORT SWAPWIRE_AMQP_PORT" bootstrap
  GATEWAYS=none refuses "GATEWAYS=none is not a number" bootstrap
}

a_taken_port_is_named_with_the_setting_that_moves_it() {
  new_home taken
  local listener=$work/listener
  /usr/bin/python3 -c '
import signal, socket, sys
with socket.create_server(("127.0.0.1", int(sys.argv[1]))):
    print("listens", flush=True)
    signal.pause()
' "$SWAPWIRE_BOOKING_PORT" >"$listener" &
  wait_until "a listener" 30 grep -q listens "$listener"
  refuses "move it with SWAPWIRE_BOOKING_PORT=" bootstrap
  kill $!
}

a_missing_package_is_named_with_the_command_that_installs_it() {
  local programs=$work/programs copy=$work/copy somebody=(env)
  mkdir "$programs" "$copy"
  cp -r "$repository/deploy" "$copy/"
  ln -sf /usr/bin/* /usr/local/bin/* "$programs/"
  rm -f "$programs"/{openssl,sudo}
  chmod 755 "$copy"
  ((EUID != 0)) || somebody=(runuser -u nobody -- env)
  # shellcheck disable=SC2016 # the inner shell's argument
  local ask='source "$0/deploy/bootstrap/packages.sh"; require_packages run'
  refuses "deploy/bootstrap/packages.sh install openssl" "${somebody[@]}" "PATH=$programs" bash -c "$ask" "$copy"
  rm "$programs/apt-get"
  refuses "there is no apt to install them: openssl" "${somebody[@]}" "PATH=$programs" bash -c "$ask" "$copy"
}

data_without_its_secrets_is_not_touched() {
  new_home secrets
  mkdir "$SWAPWIRE_HOME/postgres/data"
  refuses "Restore the file, or remove $SWAPWIRE_HOME" bootstrap
}

data_of_another_postgres_names_the_package() {
  new_home version
  mkdir "$SWAPWIRE_HOME/postgres/data"
  echo 9.6 >"$SWAPWIRE_HOME/postgres/data/PG_VERSION"
  make_secrets >"$SWAPWIRE_HOME/etc/secrets.env"
  refuses "install postgresql-9.6" bootstrap
}

a_template_with_an_unknown_name_is_refused() {
  # shellcheck disable=SC2016 # the text of a template
  echo '$host ${NO_SUCH_SETTING}' >"$work/template"
  refuses "asks for NO_SUCH_SETTING" fill_in "$work/template"
}

fill_in() { (render "$1" "$1.filled" 600); }

# --- it starts and stops whole ------------------------------------------------------------------------------------

start() {
  say "starting an instance"
  # Here, not by the run that begins beside this: what the run before said would otherwise count for this one.
  : >"$output"
  bash "$here/run.sh" >"$output" 2>&1 &
  run_pid=$!
  wait_until "the instance" 300 runs_or_ended
  grep -q "Swapwire runs" "$output" || die "the instance did not start"
}

runs_or_ended() { grep -q "Swapwire runs" "$output" || ! kill -0 "$run_pid"; }

# ends_with <exit status> <what it must say>
ends_with() {
  local status=0
  wait "$run_pid" || status=$?
  run_pid=
  [[ $status == "$1" ]] || die "the run ended with $status"
  grep -qF "$2" "$output" || die "it did not say: $2"
}

nothing_listens() { ports taken "$SWAPWIRE_HOME/etc/ports.env"; }

# What tells a station of one database from that of another: when it was changed last.
stations() {
  curl -sf "http://127.0.0.1:$SWAPWIRE_HTTP_PORT/stations/?limit=100" | grep -o '"updated_at":"[^"]*"' | sort
}

stations_are_those_of_the_first_run() {
  local now
  now=$(stations) || die "the stations can't be read"
  [[ $now == "$made" ]] || die "the stations are not those of the first run: $(diff <(echo "$made") <(echo "$now"))"
}

# An initdb and a writing of secrets that were interrupted, and a supervisord that was killed before a restart of the
# machine gave its number to another process.
a_half_made_instance_is_completed() {
  new_home run
  mkdir "$SWAPWIRE_HOME/postgres/data.new"
  echo 15 >"$SWAPWIRE_HOME/postgres/data.new/PG_VERSION"
  echo JWT_SECRET= >"$SWAPWIRE_HOME/etc/secrets.env.new"
  echo 1 >"$SWAPWIRE_HOME/run/supervisord.pid"
  start
  made=$(stations)
  [[ $(wc -l <<<"$made") == 24 ]] || die "an empty database is not seeded"
}

a_second_run_is_refused() {
  local output=$work/second
  refuses "already runs from $SWAPWIRE_HOME" bootstrap
}

nginx_comes_back_when_its_master_is_killed() {
  killed=$(<"$SWAPWIRE_HOME/run/nginx.pid")
  kill -KILL "$killed"
  wait_until "another nginx" 60 another_nginx
}

another_nginx() { [[ $(<"$SWAPWIRE_HOME/run/nginx.pid") != "$killed" ]] && nginx_ready; }

each_service_has_a_user_of_its_own() {
  local output=$work/users INSTANCE=$SWAPWIRE_HOME program file
  ((EUID == 0)) || return 0
  for program in inventory booking gateway-1; do
    [[ $(ps -o user:32= -p "$(control pid "$program")") == "swapwire-${program%-1}" ]] || die "$program has another user"
  done
  for file in etc/{secrets.env,inventory.toml,booking.toml,swapctl.toml} log/{inventory,nginx-access}.log; do
    refuses "Permission denied" as_user swapwire-gateway cat "$INSTANCE/$file"
  done
}

rotation_of_the_logs_loses_no_request() {
  local INSTANCE=$SWAPWIRE_HOME i
  for ((i = 1; i <= 300; i++)); do curl -s "http://127.0.0.1:$HTTP_PORT/stations/$((90000 + i))/"; done >/dev/null &
  for i in 20 120; do
    wait_until "requests" 60 requests_logged "$i"
    /usr/sbin/logrotate -f -s "$INSTANCE/run/logrotate.state" "$INSTANCE/etc/logrotate.conf"
  done
  wait $!
  wait_until "all requests" 60 requests_logged 300
  [[ $(requests | sort -u | wc -l) == 300 ]] || die "nginx logged some requests twice"
  [[ -f $INSTANCE/log/nginx-access.log.2 && -f $INSTANCE/log/inventory.log.2 ]] || die "nothing was rotated"
  [[ $(cat "$INSTANCE"/log/inventory.log* | grep -c 'route=/stations/{station_id} status=404') == 300 ]] ||
    die "the inventory service lost a line or wrote one twice"
}

requests() { grep -hoE '/stations/90[0-9]{3}/' "$SWAPWIRE_HOME"/log/nginx-access.log*; }

requests_logged() { [[ $(requests | wc -l) -ge $1 ]]; }

ctrl_c_stops_all_of_it() {
  kill -INT "$run_pid"
  ends_with 130 "stopping"
  nothing_listens
}

the_next_run_has_the_data() {
  start
  stations_are_those_of_the_first_run
  ! grep -q "making a Postgres cluster" "$output" || die "the second run made another database"
}

no_program_outlives_a_supervisord_that_is_killed() {
  kill -KILL "$(<"$SWAPWIRE_HOME/run/supervisord.pid")"
  ends_with 1 "supervisord failed"
  wait_until "all programs to end" 60 nothing_listens
}

a_run_is_stopped_from_elsewhere() {
  start
  stations_are_those_of_the_first_run
  bootstrap stop
  ends_with 0 "stopped from elsewhere"
  nothing_listens
}

export GATEWAYS=1 SWAPWIRE_DEMO_IDENTITIES=yes
pick_free_ports
HTTP_PORT=$SWAPWIRE_HTTP_PORT
for check in bad_ports_are_refused a_taken_port_is_named_with_the_setting_that_moves_it \
  a_missing_package_is_named_with_the_command_that_installs_it data_without_its_secrets_is_not_touched \
  data_of_another_postgres_names_the_package a_template_with_an_unknown_name_is_refused \
  a_half_made_instance_is_completed a_second_run_is_refused nginx_comes_back_when_its_master_is_killed \
  each_service_has_a_user_of_its_own rotation_of_the_logs_loses_no_request \
  ctrl_c_stops_all_of_it the_next_run_has_the_data no_program_outlives_a_supervisord_that_is_killed \
  a_run_is_stopped_from_elsewhere; do
  say "bootstrap: ${check//_/ }"
  "$check"
done
