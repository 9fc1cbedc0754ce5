#!/usr/bin/env bash
# Runs the test of every control that SECURITY.md names, and says of each whether it held (`make attack`). A test that
# the table names and nobody has is a failure. Called by test.sh on a throw-away instance.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../bootstrap/shell.sh"
cd "$repository"
log=$repository/target/attack.log
: >"$log"

# The last column of the table names a crate and the beginning of its tests' paths: `crate: path`.
# shellcheck disable=SC2016 # sed's own signs
named='`\([a-z-]*\): \([a-z0-9_:]*\)` |$'
crates() { sed -n "s/.*$named/\\1/p" SECURITY.md | sort -u; }
tests_of() { sed -n "s/.*$named/\\1 \\2/p" SECURITY.md | sed -n "s/^$1 //p" | sort -u; }

say "dependencies"
bash deploy/checks/supply.sh
for crate in $(crates); do
  mapfile -t tests < <(tests_of "$crate")
  say "$crate"
  # The system tests share one instance: one at a time.
  cargo test -p "$crate" --no-fail-fast -- --test-threads=1 "${tests[@]}" >>"$log" 2>&1 || true
done

failed=0
for crate in $(crates); do
  for test in $(tests_of "$crate"); do
    held=$(grep -c "^test $test.* ok$" "$log" || true)
    broken=$(grep -c "^test $test.* FAILED$" "$log" || true)
    if ((held > 0 && broken == 0)); then
      printf '  held    %3d  %s: %s\n' "$held" "$crate" "$test"
    else
      printf '  BROKEN  %3d  %s: %s\n' "$broken" "$crate" "$test"
      failed=1
    fi
  done
done
((failed == 0)) || die "a control did not hold, or its test is not there: target/attack.log"
