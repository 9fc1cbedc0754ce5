#!/usr/bin/env bash
# From a fresh machine to a running Swapwire in the foreground (`make run`); Ctrl-C stops all of it.
# `run.sh demo` adds simulated riders and operators, `run.sh stop` stops a run from elsewhere.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/infrastructure.sh"

stopping() {
  trap '' INT TERM HUP
  stop_long_command
  say "stopping"
  stop_supervisor
}

seed() { swapctl seed --stations "${SEED_STATIONS:-24}" --batteries "${SEED_BATTERIES:-240}" || die "seeding failed"; }

token() { swapctl token --user "$1" --role "$2" --ttl 24h; }

greet() {
  local base=http://localhost:$HTTP_PORT rider operator
  rider=$(token 42 rider) || die "making a token failed"
  operator=$(token 7 operator) || die "making a token failed"
  cat <<END

Swapwire runs. Ctrl-C stops it; the data stays in $INSTANCE.

  App          $base/
  Kiosk        $base/kiosk/1
  API          $base/stations/   its documents: $base/docs/
  WebSocket    ws://localhost:$HTTP_PORT/ws/stations/
  RabbitMQ     http://localhost:$RABBITMQ_UI_PORT/   user swapwire_admin, password $ADMIN_AMQP_PASSWORD
  Logs         $INSTANCE/log/
  Processes    supervisorctl -c $INSTANCE/etc/supervisord.conf

END
  greet_demo_identities
  cat <<END
Tokens for a day
  rider 42     $rider
  operator 7   $operator

Book a battery
  curl -X POST $base/user/orders/ -H 'Authorization: Bearer $rider' -H 'Content-Type: application/json' -d '{"station": 1}'

END
}

greet_demo_identities() {
  if ! demo_identities_wanted; then return; fi
  cat <<END
Sign in as a rider, an operator or an admin of the demonstration, from this machine alone, with one click
  $base/sign-in

END
}

run() {
  require_cargo
  require_packages
  open_instance "$(default_instance)"
  lock_instance || already_running
  stop_leftovers
  prepare_instance
  link_from_repository
  trap stopping EXIT
  trap 'exit 130' INT HUP
  trap 'exit 143' TERM
  build_web
  publish_web
  build_programs
  start_infrastructure
  start_services
  seed
  [[ $1 != demo ]] || control start simulate >/dev/null || die "the simulation did not start: $INSTANCE/log/simulate.log"
  greet
  # It ends well only when somebody asked it to: make stop.
  wait "$supervisor_pid" || die "supervisord failed: $INSTANCE/log/supervisord.log"
  say "stopped from elsewhere"
}

already_running() {
  choose_ports
  die "Swapwire already runs from $INSTANCE: http://localhost:$HTTP_PORT/ (make stop ends it, SWAPWIRE_HOME=<folder> with other ports runs a second one)"
}

stop() {
  open_instance "$(default_instance)"
  stop_supervisor
  say "nothing of $INSTANCE runs"
}

accept_interrupts "$@"
: "${SWAPWIRE_DEMO_IDENTITIES:=yes}"

case ${1:-run} in
  run) run run ;;
  demo) run demo ;;
  stop) stop ;;
  *) die "usage: run.sh [run | demo | stop]" ;;
esac
