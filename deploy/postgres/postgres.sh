# The private Postgres: its cluster, its settings, its roles and database.
# Sourced.

prepare_postgres() {
  POSTGRES_BIN=$(postgres_bin)
  make_cluster
  render "$repository/deploy/postgres/postgresql.conf" "$INSTANCE/etc/postgres/postgresql.conf" 644
  render "$repository/deploy/postgres/pg_hba.conf" "$INSTANCE/etc/postgres/pg_hba.conf" 644
  : >"$INSTANCE/etc/postgres/pg_ident.conf"
  chmod 644 "$INSTANCE/etc/postgres/pg_ident.conf"
  if [[ ${BACKUP:-0} == 1 ]]; then prepare_archive; fi
}

# Where base backups and the archived log are; another disk is better.
backup_folder() { echo "${SWAPWIRE_BACKUP_FOLDER:-$INSTANCE/backup}"; }

prepare_archive() {
  local BACKUP_FOLDER
  BACKUP_FOLDER=$(backup_folder)
  [[ $BACKUP_FOLDER == /* && $BACKUP_FOLDER != *[[:space:]\"\'%]* ]] ||
    die "SWAPWIRE_BACKUP_FOLDER=$BACKUP_FOLDER: an absolute path without spaces, quotes and percent signs"
  mkdir -p "$BACKUP_FOLDER"/{base,wal} || die "$BACKUP_FOLDER can't be made"
  chmod 700 "$BACKUP_FOLDER" "$BACKUP_FOLDER"/{base,wal}
  if ((EUID == 0)); then chown postgres: "$BACKUP_FOLDER" "$BACKUP_FOLDER"/{base,wal}; fi
  render "$repository/deploy/postgres/archive.conf" "$INSTANCE/etc/postgres/archive.conf" 644
  cat "$INSTANCE/etc/postgres/archive.conf" >>"$INSTANCE/etc/postgres/postgresql.conf"
  echo "host replication postgres 127.0.0.1/32 scram-sha-256" >>"$INSTANCE/etc/postgres/pg_hba.conf"
  cp "$repository/deploy/postgres/archive-wal.sh" "$INSTANCE/etc/postgres/archive-wal.sh"
  chmod 644 "$INSTANCE/etc/postgres/archive-wal.sh"
}

# Made beside its final place, so that an interrupted initdb leaves nothing that looks finished.
make_cluster() {
  local data=$INSTANCE/postgres/data made
  if [[ -d $data ]]; then
    made=$(<"$data/PG_VERSION")
    POSTGRES_BIN=/usr/lib/postgresql/$made/bin
    [[ -x $POSTGRES_BIN/postgres ]] || die "the database in $data needs Postgres $made: install postgresql-$made"
    return
  fi
  say "making a Postgres cluster"
  rm -rf "$data.new"
  (umask 077 && printf '%s\n' "$SUPERUSER_DB_PASSWORD" >"$data.password")
  if ((EUID == 0)); then chown postgres: "$data.password"; fi
  as_user "$POSTGRES_USER" "$POSTGRES_BIN/initdb" --pgdata="$data.new" --username=postgres --pwfile="$data.password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --data-checksums >"$INSTANCE/log/initdb.log" 2>&1 ||
    { show_log initdb.log && die "initdb failed"; }
  rm -f "$data.password"
  mv "$data.new" "$data"
}

superuser_psql() {
  PGPASSWORD=$SUPERUSER_DB_PASSWORD PGCONNECT_TIMEOUT=2 PGOPTIONS='' \
    "$POSTGRES_BIN/psql" -X -q -w -h 127.0.0.1 -p "$POSTGRES_PORT" -U postgres "$@"
}

postgres_ready() { superuser_psql -d postgres -c 'SELECT 1'; }

make_roles() {
  run_with_passwords roles.sql migrator_password "$MIGRATOR_DB_PASSWORD" \
    inventory_password "$INVENTORY_DB_PASSWORD" booking_password "$BOOKING_DB_PASSWORD"
}

# Runs a script of deploy/postgres as the superuser: run_with_passwords <script> {<variable> <password>}...
# The passwords travel on standard input: arguments are visible to every user of the machine.
run_with_passwords() {
  local script=deploy/postgres/$1
  {
    printf "\\set %s '%s'\n" "${@:2}"
    cat "$repository/$script"
  } | superuser_psql -d postgres -v ON_ERROR_STOP=1 -f - >/dev/null || die "making the database roles failed ($script)"
}
