# The folder of an instance: where it is, what is in it, and that only one run uses it at a time.
# Sourced. Sets INSTANCE and the users that the programs run as.

# Root's own folders are closed to the users postgres and rabbitmq, so root's instance lives under /var/lib.
# SWAPWIRE_HOME names another folder.
default_instance() {
  if [[ -n ${SWAPWIRE_HOME:-} ]]; then echo "$SWAPWIRE_HOME"
  elif ((EUID == 0)); then echo /var/lib/swapwire
  else echo "$repository/.run"; fi
}

# For an instance that is removed at the end.
temporary_folder() {
  local parent=${TMPDIR:-/tmp}
  if ((EUID == 0)); then parent=/var/lib; fi
  mktemp -d "$parent/swapwire-test.XXXXXX"
}

open_instance() {
  local another="Choose another folder: SWAPWIRE_HOME=<folder>"
  INSTANCE=$1
  RUN_USER=$(id -un)
  POSTGRES_USER=$RUN_USER RABBITMQ_USER=$RUN_USER NGINX_USER=$RUN_USER
  INVENTORY_USER=$RUN_USER BOOKING_USER=$RUN_USER GATEWAY_USER=$RUN_USER SWAPCTL_USER=$RUN_USER
  if ((EUID == 0)); then
    POSTGRES_USER=postgres RABBITMQ_USER=rabbitmq NGINX_USER=www-data
    INVENTORY_USER=swapwire-inventory BOOKING_USER=swapwire-booking GATEWAY_USER=swapwire-gateway
    SWAPCTL_USER=swapwire-swapctl
  fi

  mkdir -p "$INSTANCE" 2>/dev/null || true
  [[ -d $INSTANCE && -w $INSTANCE ]] || die "$INSTANCE can't be written by $RUN_USER. $another"
  INSTANCE=$(cd "$INSTANCE" && pwd -P)
  [[ $INSTANCE != *[[:space:]\"%]* ]] ||
    die "$INSTANCE holds a character that supervisord or nginx can't take. $another"
  # A unix socket's path may have 107 characters at most.
  ((${#INSTANCE} <= 80)) || die "$INSTANCE is longer than 80 characters, too long for a socket in it. $another"
  mkdir -p "$INSTANCE"/{etc,etc/postgres,etc/rabbitmq,etc/nginx,log,run,run/cwd,run/demo,postgres,rabbitmq,nginx}
  chmod 755 "$INSTANCE" "$INSTANCE"/{etc,etc/postgres,etc/rabbitmq,etc/nginx,run,run/cwd,nginx}
  chmod 700 "$INSTANCE"/{postgres,rabbitmq}
  # The workers of nginx open their logs anew.
  chmod 751 "$INSTANCE/log"
  if ((EUID == 0)); then
    chown postgres: "$INSTANCE/postgres"
    chown rabbitmq: "$INSTANCE/rabbitmq"
    as_user postgres test -x "$INSTANCE/run" || die "the user postgres can't enter $INSTANCE. $another"
  fi
  BINARIES=$(binaries_folder) PROGRAMS=$(binaries_folder)
  ((EUID != 0)) || PROGRAMS=$INSTANCE/bin
}

# Root's instance is not in the repository; a link there shows where it is.
link_from_repository() {
  [[ -e $repository/.run ]] || ln -sfn "$(default_instance)" "$repository/.run" 2>/dev/null || true
}

# False when another run has this instance. The script holds the lock by descriptor 9, and supervisord, which inherits
# it, as long as it lives. Two seconds: a run that is just stopping lets go in that time.
lock_instance() {
  exec 9>>"$INSTANCE/run/lock"
  flock -w "${1:-2}" 9 && ! { [[ -e $INSTANCE/run/supervisord.pid ]] && control pid >/dev/null 2>&1; }
}

binaries_folder() {
  local folder=${PROFILE:-dev} target=${CARGO_TARGET_DIR:-$repository/target}
  [[ $folder != dev && $folder != test ]] || folder=debug
  [[ $target == /* ]] || target=$repository/$target
  echo "$target/$folder"
}
