# The secrets of an instance: made once, kept in etc/secrets.env (mode 600), never logged.
# Sourced. Sets JWT_SECRET, VAPID_PRIVATE_KEY and the passwords of the database and broker users.

# Hexadecimal, so that none ever needs escaping in a URL, an INI file or SQL.
secret_names=(
  JWT_SECRET ERLANG_COOKIE
  SUPERUSER_DB_PASSWORD MIGRATOR_DB_PASSWORD INVENTORY_DB_PASSWORD BOOKING_DB_PASSWORD
  MONITOR_DB_PASSWORD ADMIN_AMQP_PASSWORD INVENTORY_AMQP_PASSWORD BOOKING_AMQP_PASSWORD GATEWAY_AMQP_PASSWORD
)

load_secrets() {
  local file=$INSTANCE/etc/secrets.env name
  if [[ ! -f $file ]]; then
    [[ ! -e $INSTANCE/postgres/data ]] ||
      die "$file is gone, but the database made with it is there. Restore the file, or remove $INSTANCE to start anew."
    (umask 077 && make_secrets >"$file.new")
    mv "$file.new" "$file"
  fi
  # Also one that somebody put back with the rights of an ordinary file.
  chmod 600 "$file"
  # An instance that was made before it could be observed gets the password of that role now.
  grep -q '^MONITOR_DB_PASSWORD=' "$file" || echo "MONITOR_DB_PASSWORD=$(openssl rand -hex 32)" >>"$file"
  # shellcheck source=/dev/null
  source "$file"
  for name in "${secret_names[@]}" VAPID_PRIVATE_KEY; do [[ -n ${!name:-} ]] || die "$file has no $name"; done
}

make_secrets() {
  local name
  for name in "${secret_names[@]}"; do echo "$name=$(openssl rand -hex 32)"; done
  # A VAPID key is 32 bytes in base64url.
  echo "VAPID_PRIVATE_KEY=$(openssl rand -base64 32 | tr '+/' '-_' | tr -d '=')"
}
