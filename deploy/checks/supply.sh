#!/usr/bin/env bash
# Where the dependencies come from and what they allow: licences of crates and npm packages, sources, bans, advisories;
# `supply.sh sbom` writes bills of materials to target/sbom. Needs no instance.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../bootstrap/shell.sh"
cd "$repository"

check_crates() {
  if ! cargo deny --version >/dev/null 2>&1; then
    warn "cargo-deny is missing, crates are not checked (cargo install --locked cargo-deny)"
    return
  fi
  say "cargo deny: licences, bans, sources"
  cargo deny --offline check --hide-inclusion-graph licenses bans sources
  say "cargo deny: advisories"
  # Offline the copy of last time serves, or a clone of github.com/RustSec/advisory-db that was put in its place.
  if ! cargo deny fetch db >/dev/null 2>&1 && ! compgen -G "${CARGO_HOME:-$HOME/.cargo}/advisory-dbs/advisory-db-*/.git" >/dev/null; then
    warn "the advisories can't be fetched and there is no copy: not checked"
    return
  fi
  cargo deny --offline check --hide-inclusion-graph advisories
}

# Every package of the lockfile names a licence that may be used; of alternatives one is enough. MPL-2.0 and OFL-1.1 are
# for files and fonts that are passed on as they are.
check_npm() {
  say "licences of the npm packages"
  /usr/bin/python3 - web/package-lock.json <<'END'
import json, re, sys

allowed = {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MPL-2.0", "OFL-1.1",
           "Python-2.0", "Unlicense"}

def fits(licence):
    return any(all(term.strip(" ()") in allowed for term in choice.split(" AND ")) for choice in licence.split(" OR "))

packages = json.load(open(sys.argv[1]))["packages"]
installed = {name: package for name, package in packages.items()
             if name.startswith("node_modules/") and not package.get("link")}
refused = [f"{name}: {package.get('license')}" for name, package in installed.items()
           if not fits(re.sub(r"\s+", " ", str(package.get("license"))))]
if refused:
    sys.exit("\n".join(refused))
unchecked = [name for name, package in installed.items() if package.get("resolved") and not package.get("integrity")]
if unchecked:
    sys.exit("no integrity: " + ", ".join(unchecked))
print(f"{len(installed)} packages, all with a licence that may be used and a checksum")
END
}

write_sbom() {
  local folder=target/sbom
  mkdir -p "$folder"
  # npm's own command wants a version of each workspace, which are never published.
  /usr/bin/python3 - web/package-lock.json >"$folder/web.cdx.json" <<'END'
import base64, json, sys

def component(path, package):
    name = path.rsplit("node_modules/", 1)[1]
    algorithm, digest = package["integrity"].split("-", 1)
    return {
        "type": "library", "name": name, "version": package["version"],
        "purl": f"pkg:npm/{name.replace('@', '%40')}@{package['version']}",
        "scope": "excluded" if package.get("dev") else "required",
        "licenses": [{"expression": package["license"]}],
        "hashes": [{"alg": algorithm.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}],
    }

packages = json.load(open(sys.argv[1]))["packages"]
components = [component(path, package) for path, package in packages.items() if package.get("integrity")]
json.dump({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": components}, sys.stdout, indent=1)
END
  say "$folder/web.cdx.json"
  cargo cyclonedx --version >/dev/null 2>&1 ||
    die "cargo-cyclonedx is missing, the crates have no bill of materials (cargo install --locked cargo-cyclonedx)"
  cargo cyclonedx --format json --all --override-filename swapwire
  for file in crates/*/swapwire.json; do
    mv "$file" "$folder/$(basename "$(dirname "$file")").cdx.json"
  done
  say "$folder/*.cdx.json"
}

case ${1:-check} in
  check)
    check_crates
    check_npm
    ;;
  sbom) write_sbom ;;
  *) die "usage: supply.sh [check | sbom]" ;;
esac
