#!/usr/bin/env bash
# Everything that can be said about the code without running it (`make lint`, and the first part of `make test`).
# Needs no instance.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../bootstrap/packages.sh"
source "$(dirname "${BASH_SOURCE[0]}")/../bootstrap/web.sh"

require_cargo
require_packages lint
cd "$repository"

say "cargo fmt --check"
cargo fmt --check
say "cargo clippy"
cargo clippy --workspace --all-targets --all-features -- -D warnings
say "cargo doc"
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps
say "the web: style, types, generated types"
install_web_packages
npm --prefix web run --silent check
say "borders"
bash deploy/checks/boundaries.sh
say "alert rules"
promtool check rules deploy/prometheus/rules/*.yml >/dev/null
promtool test rules deploy/prometheus/tests/*.yml
say "shellcheck"
shellcheck -x deploy/*/*.sh crates/bench/peers/*.sh .ci/run
