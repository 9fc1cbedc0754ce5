#!/usr/bin/env bash
# The distribution's packages: which programs are needed, and installing them without starting any daemon.
# Sourced by the other scripts; run as `packages.sh install <package>...` it is the part that needs root.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/shell.sh"

# The newest complete Postgres server; a client package alone brings a directory without initdb.
postgres_bin() {
  local found
  found=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
  [[ -x $found && -x ${found%/*}/postgres && -x ${found%/*}/psql ]] && printf '%s\n' "${found%/*}"
}

# Debian's Chromium, or one that is as good: Ubuntu has none as a package.
browser() { command -v chromium || command -v google-chrome-stable || command -v google-chrome; }

rabbitmq_bin=/usr/lib/rabbitmq/bin

# <package>=<program of it that is used>
packages_to_run=(nginx=/usr/sbin/nginx supervisor=/usr/bin/supervisord "rabbitmq-server=$rabbitmq_bin/rabbitmq-server"
  erlang-base=epmd openssl=openssl curl=curl gettext-base=envsubst procps=pkill logrotate=/usr/sbin/logrotate)

# missing_packages <need>...: those that are missing for a need: to `run`, for a `cluster`, to `lint`, for tests in a
# `browser`, for a Python `venv`, to `observe`, for the
# clocks of `chaos`, for packages (`deb`) and their test (`deb_test`).
missing_packages() {
  local need
  for need in "$@"; do "missing_for_$need"; done
}

missing_for_run() {
  local entry
  for entry in "${packages_to_run[@]}"; do has "${entry#*=}" || echo "${entry%=*}"; done
  postgres_bin >/dev/null || echo postgresql
  has cc || printf '%s\n' gcc libc6-dev
  # What builds the app. Where this Node is too old, its npm gets a newer one (web.sh).
  has node && has npm || [[ -x $repository/target/node/node_modules/.bin/npm ]] || printf '%s\n' nodejs npm
}

# What `make cluster` needs on top.
missing_for_cluster() {
  has patroni || echo patroni
  has etcd || echo etcd-server
  dpkg-query -W python3-etcd >/dev/null 2>&1 || echo python3-etcd
  has bridge || echo iproute2
}

# promtool, which tests the alert rules, comes with Prometheus.
missing_for_lint() {
  has shellcheck || echo shellcheck
  has promtool || echo prometheus
}

# Letters of all three languages included.
missing_for_browser() {
  browser >/dev/null || echo chromium
  [[ -f /usr/share/fonts/truetype/noto/NotoSansEthiopic-Regular.ttf ]] || echo fonts-noto-core
}

# Debian's Python comes without what makes a venv.
missing_for_venv() { { has python3 && python3 -c 'import ensurepip' 2>/dev/null; } || echo python3-venv; }

# What watches an instance (observe.sh): each package has the name of its program.
missing_for_observe() {
  local program
  for program in prometheus{,-alertmanager,-{postgres,nginx,blackbox,node}-exporter}; do
    has "$program" || echo "$program"
  done
}

# dpkg-shlibdeps names the libraries of a package; a test root is made by debootstrap, units are checked by systemd.
missing_for_deb() { has dpkg-shlibdeps || echo dpkg-dev; }
missing_for_deb_test() {
  has debootstrap || echo debootstrap
  has systemd-analyze || echo systemd
}

missing_for_chaos() { has faketime || echo faketime; }

# Brings what is missing for these needs, as root, through `sudo -n`, or says exactly what to type.
require_packages() {
  local packages install=(bash "$repository/deploy/bootstrap/packages.sh" install)
  mapfile -t packages < <(missing_packages "$@")
  ((${#packages[@]} > 0)) || return 0
  has apt-get || die "these packages are missing and there is no apt to install them: ${packages[*]}"
  say "installing ${packages[*]}"
  if ((EUID == 0)); then
    "${install[@]}" "${packages[@]}"
  elif has sudo && sudo -n true 2>/dev/null; then
    sudo -n "${install[@]}" "${packages[@]}"
  else
    die "packages are missing. As root (nothing of it is started): bash deploy/bootstrap/packages.sh install ${packages[*]}
          or by hand: sudo apt-get install --no-install-recommends ${packages[*]}"
  fi
  mapfile -t packages < <(missing_packages "$@")
  ((${#packages[@]} == 0)) || die "still missing after the installation: ${packages[*]}"
}

# Dead lettering at least once came with RabbitMQ 3.10 (Debian 12, Ubuntu 24.04).
require_rabbitmq_version() {
  local version
  version=$(dpkg-query -W -f '${Version}' rabbitmq-server 2>/dev/null) || return 0
  dpkg --compare-versions "$version" ge 3.10 || die "RabbitMQ $version is too old: 3.10 or newer is needed"
}

require_cargo() {
  has cargo || [[ ! -x $HOME/.cargo/bin/cargo ]] || PATH=$HOME/.cargo/bin:$PATH
  has cargo || die "cargo is missing. Install Rust from https://rustup.rs, open a new shell, and run this again:
          curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"
  local needed version
  needed=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$repository/Cargo.toml")
  version=$(cd "$repository" && cargo --version | cut -d ' ' -f 2)
  [[ $(printf '%s\n' "$needed" "$version" | sort -V | head -n 1) == "$needed" ]] ||
    die "cargo $version is too old: $needed or newer is needed (rustup update, or https://rustup.rs)"
}

# Debian starts a daemon as soon as its package is installed, on the default port. policy-rc.d forbids that for
# the time of the installation, and create_main_cluster keeps Postgres from making a cluster nobody asked for.
install_packages() {
  local policy=/usr/sbin/policy-rc.d cluster=/etc/postgresql-common/createcluster.d/swapwire.conf
  trap 'restore_policy' EXIT
  trap 'exit 130' INT TERM
  [[ ! -e $policy && ! -L $policy ]] || mv "$policy" "$policy.before-swapwire"
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  mkdir -p "${cluster%/*}"
  echo 'create_main_cluster = false' >"$cluster"
  apt-get -q update
  DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "$@"
  keep_disabled "$@"
}

restore_policy() {
  rm -f /usr/sbin/policy-rc.d /etc/postgresql-common/createcluster.d/swapwire.conf
  [[ ! -e /usr/sbin/policy-rc.d.before-swapwire && ! -L /usr/sbin/policy-rc.d.before-swapwire ]] ||
    mv /usr/sbin/policy-rc.d.before-swapwire /usr/sbin/policy-rc.d
}

# Installed for this project only, so they should not come up with the next boot either.
keep_disabled() {
  local package
  [[ -d /run/systemd/system ]] || return 0
  for package in "$@"; do
    case $package in
      rabbitmq-server | nginx | supervisor | redis-server | nats-server | prometheus* | patroni)
        systemctl --quiet disable "$package" || true
        ;;
      etcd-server) systemctl --quiet disable etcd || true ;;
    esac
  done
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  [[ ${1:-} == install && $# -gt 1 ]] || die "usage: packages.sh install <package>..."
  ((EUID == 0)) || die "installing packages needs root"
  install_packages "${@:2}"
fi
