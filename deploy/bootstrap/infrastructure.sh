# An instance from an empty folder to ready: its order. What prepares a part stands beside that part's templates.
# Sourced; it brings in everything else that this needs.

here=$(dirname "${BASH_SOURCE[0]}")
source "$here/packages.sh"
source "$here/ports.sh"
source "$here/secrets.sh"
source "$here/instance.sh"
source "$here/../supervisor/supervise.sh"
source "$here/../nginx/tls.sh"
source "$here/../postgres/postgres.sh"
source "$here/../rabbitmq/rabbitmq.sh"
source "$here/web.sh"
source "$here/../nginx/web-settings.sh"
source "$here/../nginx/nginx.sh"
source "$here/services.sh"
source "$here/../prometheus/observe.sh"

# Everything on disk; nothing runs yet.
prepare_instance() {
  raise_descriptor_limit
  choose_ports
  # This file is left when supervisord was killed: then its programs are ending just now.
  [[ ! -e $INSTANCE/run/supervisord.pid ]] || wait_until "programs to end" 20 ports_are_free || true
  refuse_taken_ports
  load_secrets
  prepare_tls
  prepare_postgres
  prepare_observed_parts
  prepare_rabbitmq
  prepare_nginx
  prepare_services
  prepare_observers
  prepare_supervisor
}

# Thousands of live connections need descriptors. The soft limit stays at 65,536: the hard limit may be absurdly
# high, and Erlang makes a table of the soft limit's size. nginx raises its own soft limit, so the hard one is kept,
# and raised where that is allowed and it is lower than what nginx can use.
raise_descriptor_limit() {
  local hard
  hard=$(ulimit -Hn)
  if [[ $hard != unlimited ]] && ((hard < 131072)); then ulimit -Hn 131072 2>/dev/null || true; fi
  ulimit -Sn 65536 2>/dev/null || ulimit -Sn "$(ulimit -Hn)" || true
}

epmd_ready() { ERL_EPMD_PORT=$EPMD_PORT epmd -names; }

start_infrastructure() {
  start_supervisor
  # RabbitMQ takes longest: it boots while Postgres does.
  start_program 10 epmd epmd_ready
  control start rabbitmq >/dev/null 2>&1 9>&- &
  start_program 60 postgres postgres_ready
  make_roles
  start_program 120 rabbitmq rabbitmq_ready
  refuse_guest
  start_program 10 nginx nginx_ready
}
