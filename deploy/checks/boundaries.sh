#!/usr/bin/env bash
# The borders between the crates, asked of cargo, and between the gateway's folders, read in their `use` lines: what may
# depend on what.
# Prints each violation and fails.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../bootstrap/shell.sh"
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

# A metric that is recorded by its name alone would be missing in docs/metrics.md.
only_meters_names_metrics() {
  local found
  found=$(grep -rnE '(counter|gauge|histogram)!\(' crates/*/src | grep -v '^crates/meters/') || true
  [[ -z $found ]] && return 0
  warn "these metrics are not declared (crates/meters): $found"
  violations=$((violations + 1))
}

# may_use <folder or file of the gateway> <regular expression of what it may name of its own crate>
may_use() {
  local found
  found=$(grep -rhoE 'crate::[a-z_]+' "crates/gateway/src/$1" | sed 's/crate:://' | sort -u | grep -vxE "$2" | paste -sd ' ') || true
  [[ -z $found ]] && return 0
  warn "the gateway's $1 uses $found: its folder may use only $2"
  violations=$((violations + 1))
}

must_not_need events 'lapin|diesel|diesel-async|tokio|tokio-postgres|actix-.*' "the message schema does no I/O"
must_not_need gateway 'diesel|diesel-async|tokio-postgres' "the gateway needs only the broker"
must_not_need database 'service|outbox|broker|events|lapin|actix-.*' "it knows Postgres and the schema, nothing else"
must_not_need outbox 'service|actix-.*' "a relay needs no web server"
must_not_need testbed 'swapctl' "a test must not be built again because a tool has changed"
only_broker_imports_lapin
only_meters_names_metrics

# feed → hub ← clients → wire; http begins connections and hands them to clients; protocol is a leaf.
may_use wire 'wire'
may_use protocol 'protocol'
may_use hub 'hub|protocol|metrics'
may_use feed.rs 'feed|hub|metrics'
may_use feed 'feed|hub|metrics'
may_use limits.rs 'limits|metrics'
may_use clients 'clients|hub|wire|protocol|limits|context|settings|metrics'
may_use http 'http|clients|hub|wire|protocol|limits|context|settings'

((violations == 0)) || die "$violations border(s) crossed"
say "borders between the crates and the folders of the gateway hold"
