#!/usr/bin/env bash
# What TLS=1 gives, seen by clients: who is let in, by which protocol, and that a new certificate costs nobody a
# connection. Called by test.sh on a throw-away instance with TLS.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../bootstrap/infrastructure.sh"

open_instance "$SWAPWIRE_INSTANCE"
choose_ports
TLS_FOLDER=$INSTANCE/etc/tls
ca=$TLS_FOLDER/ca.pem
site=localhost:$HTTPS_PORT
work=$(mktemp -d)
client=

clean_up() {
  [[ -z $client ]] || kill "$client" 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# refuses <reason> <command...>: the command fails, and says so.
refuses() {
  if "${@:2}" >"$work/output" 2>&1; then die "it did not fail: ${*:2}"; fi
  grep -qE -- "$1" "$work/output" || { cat "$work/output" >&2 && die "it did not say: $1"; }
}

get() { curl -sS --cacert "$ca" "$@"; }

https_and_http_2_with_the_ca() {
  [[ $(get -o /dev/null -w '%{http_version} %{http_code}' "https://$site/stations/") == "2 200" ]] || die "no HTTP/2"
}

nobody_is_trusted_without_the_ca_or_under_a_wrong_name() {
  refuses "certificate" curl -sS "https://$site/"
  refuses "no alternative certificate subject name" get --connect-to "swap.invalid:443:$site" https://swap.invalid/
}

nothing_older_than_tls_1_2() {
  local version port=$HTTPS_PORT
  for version in tls1 tls1_1; do
    refuses "protocol version" openssl s_client -connect "127.0.0.1:$port" "-$version" -cipher DEFAULT@SECLEVEL=0
  done
  for version in tls1_2 tls1_3; do
    openssl s_client -connect "127.0.0.1:$port" "-$version" -CAfile "$ca" -verify_return_error \
      -verify_ip 127.0.0.1 </dev/null >/dev/null 2>&1 || die "port $port has no $version"
  done
}

browsers_keep_to_https_but_for_localhost() {
  local named
  named=https://$(hostname):$HTTPS_PORT
  get -I "$named/" | grep -qi '^strict-transport-security: max-age=31536000' || die "no HSTS"
  get -I "$named/stations/" | grep -qi '^strict-transport-security' || die "no HSTS of a service"
  ! get -I "https://$site/" | grep -qi '^strict-transport-security' || die "HSTS concerns all servers of localhost"
  curl -sf "http://localhost:$HTTP_PORT/stations/" >/dev/null || die "http does not serve this machine"
}

a_new_certificate_costs_nobody_a_connection() {
  local seen
  before=$(certificate)
  get --http1.1 -N -H "Upgrade: websocket" -H "Connection: Upgrade" -H "Sec-WebSocket-Version: 13" \
    -H "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==" -H "Origin: https://$site" \
    "https://$site/ws/stations/1/" >"$work/socket" 2>/dev/null &
  client=$!
  wait_until "a snapshot over wss" 30 grep -qa '"complete":true' "$work/socket"
  make_certificate
  kill -HUP "$(<"$INSTANCE/run/nginx.pid")"
  wait_until "the new certificate" 30 another_certificate
  seen=$(wc -c <"$work/socket")
  "$SWAPWIRE_TEST_SWAPCTL" test-websocket --station-id 1 >/dev/null || die "a new client does not hear of station 1"
  wait_until "the old client to hear of station 1" 30 heard_since "$seen"
  kill -0 "$client" || die "the old client is gone"
}

certificate() { openssl s_client -connect "$site" </dev/null 2>/dev/null | openssl x509 -noout -serial; }

another_certificate() { [[ $(certificate) != "$before" ]]; }

heard_since() { tail -c "+$(($1 + 1))" "$work/socket" | grep -qa '"inventory_update"'; }

"$SWAPWIRE_TEST_SWAPCTL" seed --stations 2 --batteries 4 >/dev/null
for check in https_and_http_2_with_the_ca nobody_is_trusted_without_the_ca_or_under_a_wrong_name \
  nothing_older_than_tls_1_2 browsers_keep_to_https_but_for_localhost \
  a_new_certificate_costs_nobody_a_connection; do
  say "tls: ${check//_/ }"
  "$check"
done
