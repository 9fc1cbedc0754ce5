#!/usr/bin/env bash
# A throw-away instance beside whatever else runs, and every check and test against it (`make test`).
# `test.sh up` leaves one running in the background for development, `test.sh down` removes it. `test.sh api` sends
# generated requests to such an instance, `test.sh bench` measures the release build on one.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/infrastructure.sh"
source "$(dirname "${BASH_SOURCE[0]}")/peers.sh"

test_logs=$repository/target/test-logs

# Where the tests find everything: plain KEY=value lines.
write_test_env() {
  local local_address=127.0.0.1 broker=127.0.0.1:$AMQP_PORT/swapwire database=127.0.0.1:$POSTGRES_PORT i urls=
  for ((i = 1; i <= GATEWAYS; i++)); do urls+="${urls:+,}http://$local_address:$(gateway_port "$i")"; done
  (umask 077 && cat >"$INSTANCE/etc/test.env") <<END
SWAPWIRE_INSTANCE=$INSTANCE
SWAP_CONFIG=$INSTANCE/etc/swapctl.toml
SWAPWIRE_TEST_SWAPCTL=$BINARIES/swapctl
SWAPWIRE_TEST_LOGS=$test_logs
SWAPWIRE_TEST_CHROMIUM=$(browser || true)
SWAPWIRE_TEST_BASE_URL=http://$local_address:$HTTP_PORT
SWAPWIRE_TEST_RABBITMQ_UI_URL=http://$local_address:$RABBITMQ_UI_PORT
SWAPWIRE_TEST_OIDC_URL=$SWAPWIRE_WEB_OIDC_AUTHORITY
SWAPWIRE_TEST_INVENTORY_URL=http://$local_address:$INVENTORY_PORT
SWAPWIRE_TEST_BOOKING_URL=http://$local_address:$BOOKING_PORT
SWAPWIRE_TEST_GATEWAY_URL=http://$local_address:$GATEWAY_PORT
SWAPWIRE_TEST_GATEWAY_URLS=$urls
SWAPWIRE_TEST_SUPERUSER_URL=postgres://postgres:$SUPERUSER_DB_PASSWORD@$database/postgres
SWAPWIRE_TEST_MIGRATOR_URL=postgres://swapwire_migrator:$MIGRATOR_DB_PASSWORD@$database/swapwire
SWAPWIRE_TEST_INVENTORY_DB_URL=postgres://swapwire_inventory:$INVENTORY_DB_PASSWORD@$database/swapwire
SWAPWIRE_TEST_BOOKING_DB_URL=postgres://swapwire_booking:$BOOKING_DB_PASSWORD@$database/swapwire
SWAPWIRE_TEST_MANAGEMENT_URL=http://swapwire_admin:$ADMIN_AMQP_PASSWORD@$local_address:$MANAGEMENT_PORT/rabbitmq
SWAPWIRE_TEST_AMQP_ADMIN_URL=amqp://swapwire_admin:$ADMIN_AMQP_PASSWORD@$broker
SWAPWIRE_TEST_AMQP_INVENTORY_URL=amqp://swapwire_inventory:$INVENTORY_AMQP_PASSWORD@$broker
SWAPWIRE_TEST_AMQP_BOOKING_URL=amqp://swapwire_booking:$BOOKING_AMQP_PASSWORD@$broker
SWAPWIRE_TEST_AMQP_GATEWAY_URL=amqp://swapwire_gateway:$GATEWAY_AMQP_PASSWORD@$broker
END
}

# The app of a test instance may sign people in at an identity provider, which one browser test runs. Its port is the
# last of those that were found free together.
offer_identity_provider() {
  choose_ports
  SWAPWIRE_WEB_OIDC_AUTHORITY=http://127.0.0.1:$((HTTP_PORT + 39))
  SWAPWIRE_WEB_OIDC_CLIENT_ID=swapwire-test
}

# --- the instance for development -------------------------------------------------------------------------------

development_instance() { echo "$(default_instance)/test"; }

# Brings an instance up, or nginx and the services of one that is up to today's settings and what was built last.
up() {
  require_packages
  open_instance "$(development_instance)"
  if lock_instance; then
    forget_ports_in_use
    offer_identity_provider
    prepare_instance
    trap 'stop_supervisor' EXIT
    trap 'exit 130' INT TERM HUP
    start_infrastructure
    trap - EXIT INT TERM HUP
    write_test_env
  else
    [[ -n $(running_supervisor) ]] || die "another run is starting or stopping $INSTANCE"
    offer_identity_provider
    load_secrets
    prepare_nginx
    write_test_env
    control signal HUP nginx >/dev/null
    prepare_services
  fi
  ln -sfn "$INSTANCE/etc/test.env" "$(default_instance)/test.env"
  link_development_env
  # An app that does not build is no reason to be without the rest.
  (build_web) || warn "the app was not built; nginx serves the last one that was"
  publish_web
  if programs_built; then
    stop_services
    (start_services) || warn "the services did not start; Postgres, RabbitMQ and nginx are up"
  fi
  say "up: $repository/.run/test.env"
}

# .run is the instance of `make run` or a link to it; the environment's fixed place is inside.
link_development_env() { INSTANCE=$(default_instance) link_from_repository; }

# The ports of last time, unless somebody has taken one meanwhile.
forget_ports_in_use() {
  if [[ -f $INSTANCE/etc/ports.env ]] && (choose_ports && refuse_taken_ports) 2>/dev/null; then return; fi
  rm -f "$INSTANCE/etc/ports.env"
  pick_free_ports
}

down() {
  open_instance "$(development_instance)"
  stop_supervisor
  rm -rf "$INSTANCE"
  rm -f "$(default_instance)/test.env"
  say "down"
}

# --- the whole test run -----------------------------------------------------------------------------------------

throw_away_instance() {
  if ((EUID == 0)); then mktemp -d /var/lib/swapwire-test.XXXXXX; else mktemp -d "${TMPDIR:-/tmp}/swapwire-test.XXXXXX"; fi
}

clean_up() {
  local status=$? log
  trap '' INT TERM HUP
  stop_long_command
  if ((status != 0)); then
    mkdir -p "$test_logs"
    cp -f "$INSTANCE"/log/*.log "$test_logs/" 2>/dev/null || true
    for log in "$INSTANCE"/log/{inventory,booking,gateway-*}.log; do
      [[ ! -s $log ]] || show_log "${log##*/}"
    done
    warn "failed; all logs are in target/test-logs/"
  fi
  stop_supervisor
  rm -rf "$INSTANCE"
}

step() {
  say "$*"
  run_long_command "$@"
}

run_tests() {
  if [[ -n ${TESTS:-} ]]; then
    # shellcheck disable=SC2086 # TESTS holds several arguments
    step cargo test $TESTS
    return
  fi
  step bash deploy/bootstrap/lint.sh
  # Alone it takes the crates with fewer features than the workspace does: what does not build is found first.
  step cargo test -p system-tests --no-run
  step cargo test --workspace --exclude system-tests
  step cargo test -p system-tests -- --test-threads=1
  run_web_tests
}

# The last ones leave a picture and a trace of what failed in target/test-logs.
run_web_tests() {
  step npm --prefix web run --silent unit
  step npm --prefix web run --silent live
  step npm --prefix web run --silent --if-present browser
}

tables=$repository/target/bench.md

# All parts, or the one that BENCH_ONLY names; BENCH holds arguments, of the part `run` if no other one is named.
run_bench() {
  local only=${BENCH_ONLY:-${BENCH:+run}} part
  export SWAPWIRE_BENCH_PGBENCH=$POSTGRES_BIN/pgbench
  for part in latency bookings backlog finding run; do
    [[ -z $only || $only == "$part" ]] || continue
    if [[ $part == run ]]; then
      install_bun
      [[ -z ${PEERS:-} ]] || install_peers
      # The gateways of the instance would only disturb the one that is measured.
      stop_services
    fi
    # shellcheck disable=SC2086 # BENCH holds several arguments
    step "$BINARIES/swapwire-bench" "$part" --markdown "$tables" ${BENCH:-}
  done
}

# The app in Chromium, on a network of its own size.
run_screens() {
  export SWAPWIRE_BENCH_PGBENCH=$POSTGRES_BIN/pgbench
  # shellcheck disable=SC2086 # BENCH holds several arguments
  step npm --prefix web run --silent bench -- --markdown "$tables" ${BENCH:-}
}

# Thousands of requests are about to come from one address, and from few users.
lift_nginx_limits() {
  export SWAPWIRE_REQUESTS_PER_ADDRESS_PER_S=0 SWAPWIRE_REQUESTS_PER_ADDRESS_AT_ONCE=0
}

lift_limits() {
  local service
  for service in booking inventory; do
    printf '\n[limits]\nuser_per_s = 0\naddress_per_s = 0\nanonymous_per_s = 0\n' >>"$INSTANCE/etc/$service.toml"
  done
}

# Brings a throw-away instance up and runs something on it.
on_a_new_instance() {
  require_cargo
  require_packages
  open_instance "$(throw_away_instance)"
  trap clean_up EXIT
  trap 'exit 130' INT TERM HUP
  lock_instance
  pick_free_ports
  GATEWAYS=${GATEWAYS:-2}
  offer_identity_provider
  [[ ${LIMITS:-on} == on ]] || lift_nginx_limits
  prepare_instance
  [[ ${LIMITS:-on} == on ]] || lift_limits
  build_web
  publish_web
  build_programs
  start_infrastructure
  start_services
  write_test_env
  set -a
  # shellcheck source=/dev/null
  source "$INSTANCE/etc/test.env"
  set +a
  "$@"
}

everything() {
  [[ -n ${TESTS:-} ]] || NEEDS_BROWSER=yes
  on_a_new_instance run_tests
  say "all green"
}

api_test() {
  export BINARIES
  NEEDS_VENV=yes LIMITS=off on_a_new_instance step bash deploy/bootstrap/api-test.sh
  say "all green"
}

bench() {
  local only=${BENCH_ONLY:-${BENCH:+run}}
  [[ ${only:-run} =~ ^(latency|bookings|backlog|finding|screens|run)$ ]] ||
    die "BENCH_ONLY is latency, bookings, backlog, finding, screens or run"
  [[ ${PEERS:-all} == all ]] || die "PEERS=$PEERS: it is all or nothing"
  export PROFILE=release GATEWAYS=1 LIMITS=off
  mkdir -p "${tables%/*}"
  rm -f "$tables"
  if [[ -z $only || $only == screens ]]; then (NEEDS_BROWSER=yes on_a_new_instance run_screens); fi
  if [[ $only != screens ]]; then (on_a_new_instance run_bench); fi
  say "the tables: target/bench.md"
}

accept_interrupts "$@"
: "${SWAPWIRE_DEMO_IDENTITIES:=yes}"

case ${1:-all} in
  all) everything ;;
  api) api_test ;;
  up) up ;;
  down) down ;;
  bench) bench ;;
  *) die "usage: test.sh [up | down | api | bench]" ;;
esac
