# An instance for one run of tests or measurements, beside whatever else runs; it is removed at the end.
# Sourced.

source "$(dirname "${BASH_SOURCE[0]}")/../bootstrap/infrastructure.sh"
source "$(dirname "${BASH_SOURCE[0]}")/test-env.sh"

# What a kind of run does otherwise: chaos.sh redefines these.
before_preparing() { :; }
after_preparing() { :; }
start_system() { start_services; }
after_stopping() { :; }

# Runs a command on a new instance, in the environment of the tests: on_a_new_instance <command...>
# NEEDS are kinds of packages beside those to run and to observe. LIMITS=off lets thousands of requests come from one
# address.
on_a_new_instance() {
  require_cargo
  # shellcheck disable=SC2086 # NEEDS holds several words
  require_instance_packages run ${NEEDS:-}
  : "${SWAPWIRE_DEMO_IDENTITIES:=yes}"
  open_instance "$(temporary_folder)"
  trap clean_up EXIT
  trap 'exit 130' INT TERM HUP
  lock_instance
  pick_free_ports
  export GATEWAYS=${GATEWAYS:-2}
  offer_identity_provider
  if [[ ${LIMITS:-on} == off ]]; then
    export SWAPWIRE_REQUESTS_PER_ADDRESS_PER_S=0 SWAPWIRE_REQUESTS_PER_ADDRESS_AT_ONCE=0
  fi
  before_preparing
  prepare_instance
  [[ ${LIMITS:-on} == on ]] || lift_limits
  after_preparing
  build_web
  publish_web
  build_programs
  start_infrastructure
  start_system
  write_test_env
  set -a
  # shellcheck source=/dev/null
  source "$INSTANCE/etc/test.env"
  set +a
  "$@"
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
  after_stopping
  rm -rf "$INSTANCE"
}

step() {
  say "$*"
  run_long_command "$@"
}

lift_limits() {
  local service
  for service in booking inventory; do
    printf '\n[limits]\nuser_per_s = 0\naddress_per_s = 0\nanonymous_per_s = 0\n' >>"$INSTANCE/etc/$service.toml"
  done
}
