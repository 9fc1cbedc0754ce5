#!/usr/bin/env bash
# An instance for development that goes on running in the background (`make test-up`): Postgres, RabbitMQ, nginx with
# the built app, and the services once they are built. `development.sh down` removes it.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../bootstrap/infrastructure.sh"
source "$(dirname "${BASH_SOURCE[0]}")/test-env.sh"

# Brings it up, or what belongs to the project to today's settings and what was built last.
up() {
  require_instance_packages run
  open_instance "$(default_instance)/test"
  if lock_instance; then bring_up; else refresh; fi
  write_test_env
  ln -sfn "$INSTANCE/etc/test.env" "$(default_instance)/test.env"
  link_from_repository
  # An app that does not build is no reason to be without the rest.
  (build_web) || warn "the app was not built; nginx serves the last one that was"
  publish_web
  if programs_built; then
    stop_services
    (start_services) || warn "the services did not start; Postgres, RabbitMQ and nginx are up"
  fi
  say "up: $(default_instance)/test.env"
}

bring_up() {
  forget_ports_in_use
  offer_identity_provider
  prepare_instance
  trap stop_supervisor EXIT
  trap 'exit 130' INT TERM HUP
  start_infrastructure
  trap - EXIT INT TERM HUP
}

refresh() {
  supervisor_pid=$(control pid) || die "another run is starting or stopping $INSTANCE"
  offer_identity_provider
  load_secrets
  prepare_tls
  prepare_nginx
  prepare_services
  control signal HUP nginx >/dev/null
}

# The ports of last time, unless somebody has taken one meanwhile.
forget_ports_in_use() {
  if [[ -f $INSTANCE/etc/ports.env ]] && (choose_ports && ports_are_free) 2>/dev/null; then return; fi
  rm -f "$INSTANCE/etc/ports.env"
  pick_free_ports
}

down() {
  open_instance "$(default_instance)/test"
  stop_instance
  rm -rf "$INSTANCE"
  rm -f "$(default_instance)/test.env"
  say "down"
}

accept_interrupts "$@"
: "${SWAPWIRE_DEMO_IDENTITIES:=yes}"

case ${1:-} in
  up) up ;;
  down) down ;;
  *) die "usage: development.sh up | down" ;;
esac
