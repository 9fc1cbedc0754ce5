#!/usr/bin/env bash
# From a fresh machine to a running Swapwire in the foreground (`make run`); Ctrl-C stops all of it.
# `run.sh demo` adds simulated riders and operators, `run.sh stop` stops a run from elsewhere.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/infrastructure.sh"

run() {
  require_cargo
  require_instance_packages run
  open_instance "$(default_instance)"
  lock_instance || already_running
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
  swapctl seed --stations "${SEED_STATIONS:-24}" --batteries "${SEED_BATTERIES:-240}" || die "seeding failed"
  [[ $1 != demo ]] || control start simulate >/dev/null || die "the simulation did not start: $INSTANCE/log/simulate.log"
  greet
  # It ends well only when somebody asked it to: make stop.
  wait "$supervisor_pid" || die "supervisord failed: $INSTANCE/log/supervisord.log"
  say "stopped from elsewhere"
}

stopping() {
  trap '' INT TERM HUP
  stop_long_command
  say "stopping"
  stop_supervisor
}

already_running() {
  choose_ports
  die "Swapwire already runs from $INSTANCE: http://localhost:$HTTP_PORT/ (make stop ends it;" \
    "SWAPWIRE_HOME=<folder> with other ports runs a second one)"
}

stop() {
  open_instance "$(default_instance)"
  stop_instance
  say "nothing of $INSTANCE runs"
}

greet() {
  local BASE=http://localhost:$HTTP_PORT RIDER OPERATOR part parts=(system)
  RIDER=$(swapctl token --user 42 --role rider --ttl 24h) || die "making a token failed"
  OPERATOR=$(swapctl token --user 7 --role operator --ttl 24h) || die "making a token failed"
  if observed; then parts+=(observed); fi
  if demo_identities_wanted; then parts+=(demo); fi
  for part in "${parts[@]}" tokens; do fill "$repository/deploy/bootstrap/greeting/$part.txt"; done
}

accept_interrupts "$@"
: "${SWAPWIRE_DEMO_IDENTITIES:=yes}"

case ${1:-run} in
  run | demo) run "${1:-run}" ;;
  stop) stop ;;
  *) die "usage: run.sh [run | demo | stop]" ;;
esac
