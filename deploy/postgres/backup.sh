#!/usr/bin/env bash
# Backups of a running instance (BACKUP=1), and its return to a point in time.
#   backup.sh make             a base backup (`make backup`)
#   backup.sh restore <when>   the database as it was then; `latest` is all that was archived (`make restore TO=<when>`)
set -euo pipefail

log_before=0

source "$(dirname "${BASH_SOURCE[0]}")/../bootstrap/infrastructure.sh"

open_running_instance() {
  open_instance "$(default_instance)"
  [[ -e $INSTANCE/etc/ports.env ]] || die "$INSTANCE was never run: start it with make run BACKUP=1"
  # Those that it runs with, whatever the environment of this command says.
  # shellcheck source=/dev/null
  source /dev/stdin <<<"$(sed -n 's/^SWAPWIRE_//p; /^GATEWAYS=/p' "$INSTANCE/etc/ports.env")"
  supervisor_pid=$(control pid 2>/dev/null) || die "nothing runs in $INSTANCE: start it with make run BACKUP=1"
  load_secrets
  POSTGRES_BIN=/usr/lib/postgresql/$(<"$INSTANCE/postgres/data/PG_VERSION")/bin
  BACKUP_FOLDER=$(backup_folder)
}

stamp() { date -u +%Y%m%dT%H%M%SZ; }

make_backup() {
  local unfinished=$BACKUP_FOLDER/base/unfinished base
  [[ $(superuser_psql -At -d postgres -c 'SHOW archive_mode') == on ]] ||
    die "the write-ahead log is not archived: run with BACKUP=1"
  rm -rf "$unfinished"
  # The password by the environment: arguments are visible to every user of the machine.
  PGPASSWORD=$SUPERUSER_DB_PASSWORD as_user "$POSTGRES_USER" "$POSTGRES_BIN/pg_basebackup" \
    --dbname="host=127.0.0.1 port=$POSTGRES_PORT user=postgres" --no-password --pgdata="$unfinished" \
    --checkpoint=fast --wal-method=stream || die "the backup failed"
  as_user "$POSTGRES_USER" "$POSTGRES_BIN/pg_verifybackup" --quiet "$unfinished" || die "the backup can't be read back"
  # Named by its end: it leads to no time before that.
  base=$BACKUP_FOLDER/base/$(stamp)
  mv -T "$unfinished" "$base"
  say "a backup: $base"
}

# The newest backup that had ended before that: newest_before <time as of stamp>
newest_before() {
  local found="" base
  for base in "$BACKUP_FOLDER"/base/*Z; do
    if [[ -d $base && ${base##*/} < $1 ]]; then found=$base; fi
  done
  [[ -n $found ]] && echo "$found"
}

restore() {
  local to=$1 limit target="" base old i
  if [[ $to == latest ]]; then
    limit=latest
  else
    limit=$(date -u -d "$to" +%Y%m%dT%H%M%SZ) || die "$to is no time; for example: 2026-11-25 10:15:00+00"
    target="recovery_target_time = '$to'"
  fi
  base=$(newest_before "$limit") || die "no backup in $BACKUP_FOLDER/base had ended by then"
  say "restoring $base to $to"
  control stop simulate inventory booking >/dev/null || true
  # When it ends well it archives its last file, too.
  control stop postgres >/dev/null || true
  old=$INSTANCE/postgres/data.before-$(stamp)
  mv -T "$INSTANCE/postgres/data" "$old"
  recover "$base" "$target" || take_back "$old"
  make_stream_anew
  migrate
  start_program 60 inventory service_ready "$INVENTORY_PORT"
  start_program 60 booking service_ready "$BOOKING_PORT"
  for ((i = 1; i <= GATEWAYS; i++)); do
    wait_until "gateway-$i" 60 service_ready "$(gateway_port "$i")" || die "gateway-$i is not ready"
  done
  say "restored to $to; what was there before is in $old"
}

# Lays the backup down and has Postgres bring it forward: recover <base> <setting of the target>
recover() {
  local data=$INSTANCE/postgres/data
  as_user "$POSTGRES_USER" cp -a "$1" "$data.new"
  as_user "$POSTGRES_USER" tee -a "$data.new/postgresql.auto.conf" >/dev/null <<END
restore_command = 'cp "$BACKUP_FOLDER/wal/%f" "%p"'
recovery_target_action = 'promote'
$2
END
  as_user "$POSTGRES_USER" touch "$data.new/recovery.signal"
  mv -T "$data.new" "$data"
  log_before=$(wc -c <"$INSTANCE/log/postgres.log")
  start_program "${RESTORE_LIMIT_S:-3600}" postgres has_recovered_or_failed
  has_recovered || return
  superuser_psql -d postgres -c 'ALTER SYSTEM RESET restore_command' -c 'ALTER SYSTEM RESET recovery_target_time' \
    -c 'ALTER SYSTEM RESET recovery_target_action'
}

has_recovered() { [[ $(superuser_psql -At -d postgres -c 'SELECT pg_is_in_recovery()') == f ]]; }

has_recovered_or_failed() {
  has_recovered || tail -c "+$((log_before + 1))" "$INSTANCE/log/postgres.log" |
    grep -qE 'recovery ended before|recovery stop point is before|could not locate'
}

# The data from before, after a recovery that did not get there: take_back <folder>
take_back() {
  show_log postgres.log
  control stop postgres >/dev/null || true
  rm -rf "$INSTANCE/postgres/data"
  mv -T "$1" "$INSTANCE/postgres/data"
  start_program 60 postgres postgres_ready
  # Whether they can work with it is not asked: it may be what had to be repaired.
  control start inventory booking >/dev/null || true
  die "the archive does not lead there; the database is as it was"
}

# The stream tells of a time that the database knows nothing of. A new one begins with a snapshot; gateways notice, and
# tell their clients that nothing can be resumed.
make_stream_anew() {
  say "making the stream anew"
  management_api queues/swapwire/swap.realtime -X DELETE || die "the stream could not be removed"
  management_api definitions -X POST -H 'Content-Type: application/json' \
    --data-binary "@$INSTANCE/etc/rabbitmq/definitions.json" || die "the stream could not be made"
  wait_until "the stream" 60 rabbitmq_ready || die "there is no stream"
}

accept_interrupts "$@"

case ${1:-} in
  make) open_running_instance && make_backup ;;
  restore)
    [[ -n ${2:-} ]] || die "to when? make restore TO='2026-11-25 10:15:00+00', or TO=latest"
    open_running_instance
    restore "$2"
    ;;
  *) die "usage: backup.sh make | restore <when>" ;;
esac
