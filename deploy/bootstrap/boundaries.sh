#!/usr/bin/env bash
# The borders between the crates, asked of cargo: what may depend on what.
# Prints each violation and fails.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$repository"

violations=0

# Every crate that a crate needs, itself left out: needs <crate> [depth]
needs() {
  cargo tree --quiet --package "$1" --edges normal --prefix none --format '{p}' ${2:+--depth "$2"} |
    cut -d ' ' -f 1 | sort -u | grep -vx "$1" || true
}

# must_not_need <crate> <regular expression> <why>
must_not_need() {
  local found
  found=$(needs "$1" | grep -xE "$2" | paste -sd ' ') || true
  [[ -z $found ]] && return 0
  warn "crate $1 depends on $found: $3"
  violations=$((violations + 1))
}

only_broker_imports_lapin() {
  local manifest name
  for manifest in crates/*/Cargo.toml; do
    name=$(sed -n 's/^name = "\(.*\)"/\1/p' "$manifest" | head -n 1)
    [[ $name != broker ]] || continue
    if needs "$name" 1 | grep -qx lapin; then
      warn "crate $name depends on lapin directly: only broker may"
      violations=$((violations + 1))
    fi
  done
}

must_not_need events 'lapin|diesel|diesel-async|tokio|tokio-postgres|actix-.*' "the message schema does no I/O"
must_not_need gateway 'diesel|diesel-async|tokio-postgres' "the gateway needs only the broker"
only_broker_imports_lapin

((violations == 0)) || die "$violations border(s) crossed"
say "borders between the crates hold"
