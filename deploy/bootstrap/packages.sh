#!/usr/bin/env bash
# The distribution's packages: which programs are needed, and installing them without starting any daemon.
# Sourced by the other scripts; run as `packages.sh install <package>...` it is the part that needs root.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/shell.sh"

# The newest server's; a client package alone brings a folder without one.
postgres_bin() { printf '%s\n' /usr/lib/postgresql/*/bin/postgres | sort -V | tail -n 1 | xargs dirname; }

rabbitmq_bin=/usr/lib/rabbitmq/bin

# missing_packages <need>...: those that packages.txt names for a need and that are not there. A subshell: signs may be
# relative to the repository.
missing_packages() (
  cd "$repository"
  while read -r need package signs; do
    [[ " $* " == *" $need "* ]] || continue
    for sign in $signs; do
      if has "$sign" || [[ $sign == */* && -e $sign ]]; then continue 2; fi
    done
    echo "$package"
  done <deploy/bootstrap/packages.txt
)

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
      rabbitmq-server | nginx | supervisor | redis-server | nats-server | prometheus* | patroni | etcd-server)
        systemctl --quiet disable "${package/etcd-server/etcd}" || true
        ;;
    esac
  done
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  [[ ${1:-} == install && $# -gt 1 ]] || die "usage: packages.sh install <package>..."
  ((EUID == 0)) || die "installing packages needs root"
  install_packages "${@:2}"
fi
