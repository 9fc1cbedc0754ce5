#!/usr/bin/env bash
# Measures the release build on a throw-away instance (`make bench`): all parts, or the one that BENCH_ONLY names.
# BENCH holds arguments, of the part `run` if no other one is named.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/throw-away.sh"
source "$(dirname "${BASH_SOURCE[0]}")/peers.sh"

tables=$repository/target/bench.md
only=${BENCH_ONLY:-${BENCH:+run}}

run_bench() {
  local part
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

accept_interrupts "$@"
[[ ${only:-run} =~ ^(latency|bookings|backlog|finding|screens|run)$ ]] ||
  die "BENCH_ONLY is latency, bookings, backlog, finding, screens or run"
[[ ${PEERS:-all} == all ]] || die "PEERS=$PEERS: it is all or nothing"

export PROFILE=release GATEWAYS=1 LIMITS=off
mkdir -p "${tables%/*}"
rm -f "$tables"
if [[ -z $only || $only == screens ]]; then (NEEDS=browser on_a_new_instance run_screens); fi
if [[ $only != screens ]]; then (on_a_new_instance run_bench); fi
say "the tables: target/bench.md"
