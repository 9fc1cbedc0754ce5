#!/usr/bin/env bash
# Debian packages of the services and swapctl (`make deb`), in target/debian.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../bootstrap/packages.sh"

cargo_deb_version=3.8.0
cargo_deb=$repository/target/tools/bin/cargo-deb

require_cargo_deb() {
  if [[ -x $cargo_deb && $("$cargo_deb" --version) == *"$cargo_deb_version"* ]]; then return; fi
  say "installing cargo-deb $cargo_deb_version into target/tools"
  cargo install --locked --debug --force --root "$repository/target/tools" cargo-deb --version "$cargo_deb_version"
}

# What the packages hold beside programs, each made from the one template in deploy/debian.
prepare_package() {
  local PROGRAM=$1 folder=$repository/target/deb/$1 source=$repository/deploy/debian
  rm -rf "$folder"
  mkdir -p "$folder"
  render "$source/settings.toml" "$folder/$PROGRAM.toml" 644
  render "$source/postinst" "$folder/postinst" 755
  render "$source/postrm" "$folder/postrm" 755
  [[ $PROGRAM == swapctl ]] || render "$source/service" "$folder/service" 644
}

require_cargo
require_packages deb
require_cargo_deb
cd "$repository"
say "building (release)"
cargo build --release --locked -p inventory -p booking -p gateway -p swapctl --bins
rm -f target/debian/*.deb
for program in inventory booking gateway swapctl; do
  prepare_package "$program"
  "$cargo_deb" --no-build --locked -p "$program" --deb-revision "${DEB_REVISION:-1}" --output target/debian/
done
say "target/debian: $(cd target/debian && echo *.deb)"
