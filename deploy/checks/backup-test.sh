#!/usr/bin/env bash
# An instance is backed up, destroyed and restored to a point in time, under clients that were connected: they are told
# that nothing can be resumed, see what the database has, and bookings go on. Called by test.sh on a throw-away instance
# with BACKUP=1.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../bootstrap/infrastructure.sh"

open_instance "$SWAPWIRE_INSTANCE"
choose_ports
load_secrets
POSTGRES_BIN=/usr/lib/postgresql/$(<"$INSTANCE/postgres/data/PG_VERSION")/bin
export SWAPWIRE_HOME=$INSTANCE
base=http://127.0.0.1:$HTTP_PORT
work=$(mktemp -d)

backup() { bash "$repository/deploy/postgres/backup.sh" "$@"; }

listeners=()
clean_up() {
  ((${#listeners[@]} == 0)) || kill "${listeners[@]}" 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

sql() { superuser_psql -At -d swapwire -v ON_ERROR_STOP=1 -c "$1"; }

token() { "$SWAPWIRE_TEST_SWAPCTL" token --user "$1" --role rider --ttl 1h; }

# book <rider> <station>: prints the id of the order.
book() {
  curl -sS --fail-with-body -X POST "$base/user/orders/" -H "Authorization: Bearer $(token "$1")" \
    -H 'Content-Type: application/json' -d "{\"station\": $2}" | grep -o '^{"id":[0-9]*' | grep -o '[0-9]*'
}

cancel() {
  curl -sS --fail-with-body -o /dev/null -X POST "$base/user/orders/$2/cancel/" \
    -H "Authorization: Bearer $(token "$1")"
}

# listen <name> <path> [<argument of curl>...]: an event stream into a file, in the background. It asks again while the
# gateway is not live yet and answers 503.
listen() {
  curl -sN --fail --retry 60 --retry-delay 1 "${@:3}" "$base$2" >"$work/$1" &
  listeners+=($!)
  wait_until "the greeting of $1" 30 grep -q connection_established "$work/$1" || die "$1 was not greeted"
}

# The last cursor that a stream was given.
cursor() { sed -n 's/^id: *\(..*\)$/\1/p' "$work/$1" | tail -n 1; }

heard() { grep -q "\"notification_id\":$2[,}]" "$work/$1"; }

# Everything that a restore must bring back.
truth() {
  sql "SELECT 'order', id, user_id, status, battery_id, booked_at, expires_at FROM booking.orders ORDER BY id"
  sql "SELECT 'message', user_id, notification_id, event_id, kind, params FROM booking.notifications ORDER BY 2, 3"
  sql "SELECT 'last', user_id, last_notification_id FROM booking.riders ORDER BY user_id"
  sql "SELECT 'battery', id, state, station_id, reserved FROM inventory.batteries ORDER BY id"
  sql "SELECT 'station', id, name, status FROM inventory.stations ORDER BY id"
  sql "SELECT 'history', id, at, action, battery_id FROM inventory.history ORDER BY id"
}

not_running() { ! kill -0 "$1" 2>/dev/null; }

waiting() { sql "SELECT (SELECT count(*) FROM booking.outbox) + (SELECT count(*) FROM inventory.outbox)"; }

is_published() { [[ $(waiting) == 0 ]]; }

# A backup is named by the second in which it ended.
later_than_backup() { [[ $(date -u +%Y%m%dT%H%M%SZ) > $(basename "$INSTANCE"/backup/base/*Z) ]]; }

last_of() { sql "SELECT last_notification_id FROM booking.riders WHERE user_id = $1"; }

"$SWAPWIRE_TEST_SWAPCTL" seed --stations 3 --batteries 60 >/dev/null

say "bookings, a backup, and more bookings"
for rider in 101 102 103; do book "$rider" 1 >/dev/null; done
backup make
wait_until "the second of the backup to be over" 10 later_than_backup
order=$(book 101 2)
cancel 101 "$order"
for rider in 102 104; do book "$rider" 2 >/dev/null; done
listen wall /sse/stations/
listen rider /sse/notifications/ -H "Authorization: Bearer $(token 101)"
wait_until "the outboxes to be empty" 30 is_published || die "the outboxes are not empty"
truth >"$work/then"
when=$(sql "SELECT clock_timestamp()")
last=$(last_of 101)

say "work that will be lost, and the disaster"
book 101 3 >/dev/null
book 105 3 >/dev/null
wait_until "rider 101 to hear of it" 30 heard rider "$((last + 1))" || die "rider 101 heard nothing"
sql "UPDATE inventory.stations SET name = 'Gone'" >/dev/null
sql "SET client_min_messages = warning; DROP SCHEMA booking CASCADE" >/dev/null
cursors=("$(cursor wall)" "$(cursor rider)")
[[ -n ${cursors[0]} && -n ${cursors[1]} ]] || die "no cursors"

say "a time before the first backup, and one that the archive does not reach, change nothing"
if backup restore "2020-01-01 00:00:00+00" >"$work/output" 2>&1; then die "it restored to 2020"; fi
grep -q "no backup" "$work/output" || die "it did not say why"
if backup restore "2120-01-01 00:00:00+00" >"$work/output" 2>&1; then die "it restored to 2120"; fi
grep -q "the database is as it was" "$work/output" || { cat "$work/output" >&2 && die "it did not say that"; }
[[ $(sql "SELECT count(*) FROM inventory.stations WHERE name = 'Gone'") == 3 ]] || die "it is not as it was"

say "restore to $when"
began=$SECONDS
backup restore "$when"
say "it took $((SECONDS - began)) s"
truth >"$work/now"
diff "$work/then" "$work/now" || die "the database is not what it was"

say "clients that were connected are told that nothing can be resumed"
for listener in "${listeners[@]}"; do
  wait_until "the gateway to end the old streams" 60 not_running "$listener" || die "an old stream goes on"
done
listeners=()
listen wall-again "/sse/stations/?since=${cursors[0]}"
listen rider-again "/sse/notifications/?since=${cursors[1]}" -H "Authorization: Bearer $(token 101)"
for client in wall rider; do
  grep connection_established "$work/$client-again" | grep -q '"recovered":false' ||
    die "$client: it was said to be resumed"
done
wait_until "a snapshot" 30 grep -q '"complete":true' "$work/wall-again" || die "the wall got no snapshot"
! grep -q '"Gone"' "$work/wall-again" || die "the wall shows what is lost"
"$SWAPWIRE_TEST_SWAPCTL" verify --wait-s 60 || die "screens and database differ"

say "bookings go on, and the numbers of messages with them"
[[ $(last_of 101) == "$last" ]] || die "numbers were skipped"
book 101 3 >/dev/null
wait_until "the next message" 30 heard rider-again "$((last + 1))" || die "rider 101 did not hear message $((last + 1))"
holes=$(sql "SELECT count(*) FROM booking.riders r WHERE last_notification_id <>
             (SELECT count(*) FROM booking.notifications n WHERE n.user_id = r.user_id)")
[[ $holes == 0 ]] || die "$holes inboxes have holes"
"$SWAPWIRE_TEST_SWAPCTL" verify --wait-s 60 || die "screens and database differ"

say "the archive goes on, too"
backup make
[[ $(sql "SELECT failed_count FROM pg_stat_archiver") == 0 ]] || die "files could not be archived"
