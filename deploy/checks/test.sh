#!/usr/bin/env bash
# Every check and test (`make test`), on a throw-away instance beside whatever else runs. `test.sh api` sends generated
# requests to such an instance, `test.sh tls` looks at one with TLS, `test.sh backup` restores one.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/throw-away.sh"

run_tests() {
  if [[ -n ${TESTS:-} ]]; then
    # shellcheck disable=SC2086 # TESTS holds several arguments
    step cargo test $TESTS
    return
  fi
  step bash deploy/checks/lint.sh
  step bash deploy/checks/bootstrap-test.sh
  # Alone it takes the crates with fewer features than the workspace does: what does not build is found first.
  step cargo test -p system-tests --no-run
  step cargo test --workspace --exclude system-tests
  step cargo test -p system-tests -- --test-threads=1
  # The last ones leave a picture and a trace of what failed in target/test-logs.
  step npm --prefix web run --silent unit
  step npm --prefix web run --silent live
  step npm --prefix web run --silent --if-present browser
}

accept_interrupts "$@"

case ${1:-all} in
  all)
    # The tests ask Prometheus and Alertmanager, too.
    export OBSERVE=1
    [[ -n ${TESTS:-} ]] || NEEDS="lint browser"
    (on_a_new_instance run_tests)
    [[ -n ${TESTS:-} ]] || bash "$repository/deploy/checks/test.sh" tls
    ;;
  api)
    NEEDS=venv LIMITS=off on_a_new_instance step bash deploy/checks/api-test.sh
    ;;
  attack) on_a_new_instance step bash deploy/checks/attack.sh ;;
  backup) BACKUP=1 on_a_new_instance step bash deploy/checks/backup-test.sh ;;
  tls) TLS=1 on_a_new_instance step bash deploy/checks/tls-test.sh ;;
  *) die "usage: test.sh [all | api | attack | backup | tls]" ;;
esac
say "all green"
