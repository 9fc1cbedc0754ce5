#!/usr/bin/env bash
# What three machines would run, on one: `make cluster`. Each machine is a network namespace with an instance of its
# own, rendered from the same templates as `make run` and one more layer; one supervisord runs all of it.
# `cluster.sh stop` stops it from elsewhere, `cluster.sh test` breaks a new one part by part.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/../bootstrap/infrastructure.sh"
source "$(dirname "${BASH_SOURCE[0]}")/network.sh"

layer=$repository/deploy/cluster
NETWORK=${SWAPWIRE_CLUSTER_NETWORK:-10.77.0}
# Each machine has its own; the addresses tell them apart.
HTTP_PORT=8000 INVENTORY_PORT=8101 BOOKING_PORT=8102 GATEWAY_PORT=8103 POSTGRES_PORT=5432 PATRONI_PORT=8008
AMQP_PORT=5672 MANAGEMENT_PORT=15672 RABBITMQ_UI_PORT=15680 EPMD_PORT=4369 ERLANG_PORT=25672
# On each machine.
GATEWAYS=1
secret_names+=(REPLICATION_DB_PASSWORD)

# list <port> <first machine>: "address:port" of all three, beginning with one of them.
list() {
  local i addresses=()
  for i in 0 1 2; do addresses+=("$(address $((($2 - 1 + i) % 3 + 1))):$1"); done
  (IFS=, && echo "${addresses[*]}")
}

# Where nginx finds the parts; booking and inventory run on two machines.
inventory_addresses() { printf '%s\n' "$(address 1):$INVENTORY_PORT" "$(address 2):$INVENTORY_PORT"; }
booking_addresses() { printf '%s\n' "$(address 1):$BOOKING_PORT" "$(address 2):$BOOKING_PORT"; }
gateway_addresses() { printf '%s\n' "$(address 1):$GATEWAY_PORT" "$(address 2):$GATEWAY_PORT" "$(address 3):$GATEWAY_PORT"; }

# --- on disk ----------------------------------------------------------------------------------------------------

prepare_cluster() {
  local number
  raise_descriptor_limit
  load_secrets
  CLUSTER=$INSTANCE
  MACHINE_1=$(address 1) MACHINE_2=$(address 2) MACHINE_3=$(address 3)
  MACHINE_LIST="\"$MACHINE_1\", \"$MACHINE_2\", \"$MACHINE_3\""
  POSTGRES_BIN=$(postgres_bin) RABBITMQ_BIN=$rabbitmq_bin
  render "$repository/deploy/supervisor/supervisord.conf" "$CLUSTER/etc/supervisord.conf" 600
  sed -i '/^\[program:/,$d' "$CLUSTER/etc/supervisord.conf"
  for number in 1 2 3; do prepare_machine "$number"; done
  INSTANCE=$CLUSTER
}

prepare_machine() {
  local file user
  NUMBER=$1 ADDRESS=$(address "$1") ADDRESS_TUPLE=$(address "$1" | tr . ,)
  network=(nsenter "--net=/run/netns/$(machine "$1")")
  export SWAPWIRE_HOSTS=$ADDRESS SWAPWIRE_RABBITMQ_UI_ALLOWED=$NETWORK.0/24
  open_instance "$CLUSTER/machine-$1"
  DATABASE_HOSTS=$(list "$POSTGRES_PORT" "$1") BROKER_HOSTS=$(list "$AMQP_PORT" "$1") ETCD_HOSTS=$(list 2379 "$1")
  prepare_tls
  prepare_observed_parts
  prepare_rabbitmq
  mkdir -p "$INSTANCE/etc/cluster" "$INSTANCE/etcd"
  render "$layer/rabbitmq.conf" "$INSTANCE/etc/rabbitmq/conf.d/cluster.conf" 644
  render "$layer/admin.json" "$INSTANCE/etc/rabbitmq/admin.json" 600 rabbitmq
  render "$layer/rabbitmq-env.conf" "$INSTANCE/etc/rabbitmq/layer" 644
  cat "$INSTANCE/etc/rabbitmq/layer" >>"$INSTANCE/etc/rabbitmq/rabbitmq-env.conf"
  render "$repository/deploy/postgres/postgresql.conf" "$INSTANCE/etc/postgres/postgresql.conf" 644
  # What Patroni says itself.
  sed -i -E '/^(data_directory|hba_file|ident_file|listen_addresses|port|unix_socket)/d' "$INSTANCE/etc/postgres/postgresql.conf"
  render "$layer/patroni.yaml" "$INSTANCE/etc/patroni.yaml" 600 postgres
  chown etcd: "$INSTANCE/etcd"
  prepare_nginx
  prepare_services
  for file in inventory booking gateway swapctl; do
    user=${file^^}_USER
    render "$layer/settings/$file.toml" "$INSTANCE/etc/cluster/$file.toml" 640 "root:${!user}"
  done
  machine_programs >>"$CLUSTER/etc/supervisord.conf"
}

machine_programs() {
  program etcd 10 TERM etcd etcd --name "machine-$NUMBER" --data-dir "$INSTANCE/etcd" --logger zap --log-level warn \
    --listen-peer-urls "http://$ADDRESS:2380" --initial-advertise-peer-urls "http://$ADDRESS:2380" \
    --listen-client-urls "http://$ADDRESS:2379" --advertise-client-urls "http://$ADDRESS:2379" \
    --initial-cluster "machine-1=http://$MACHINE_1:2380,machine-2=http://$MACHINE_2:2380,machine-3=http://$MACHINE_3:2380" \
    --heartbeat-interval 250 --election-timeout 2500 --pre-vote --enable-v2
  program epmd 10 TERM rabbitmq epmd -address "$ADDRESS" -port "$EPMD_PORT"
  program postgres 20 TERM postgres env LC_ALL=C.UTF-8 patroni "$INSTANCE/etc/patroni.yaml"
  program rabbitmq 30 TERM rabbitmq env "HOME=$INSTANCE/rabbitmq" RUNNING_UNDER_SYSTEMD=true \
    "ERL_EPMD_PORT=$EPMD_PORT" "RABBITMQ_CONF_ENV_FILE=$INSTANCE/etc/rabbitmq/rabbitmq-env.conf" \
    "$RABBITMQ_BIN/rabbitmq-server"
  service gateway
  ((NUMBER <= 2)) || return 0
  service inventory
  service booking
  program nginx 40 TERM root /bin/bash "$INSTANCE/etc/nginx/start.sh"
}

service() {
  local user=${1^^}_USER
  program "$1" 60 TERM "${!user}" env "SWAP_CONFIG=$INSTANCE/etc/$1.toml:$INSTANCE/etc/cluster/$1.toml" \
    "$CLUSTER/bin/swapwire-$1"
}

# program <name> <priority> <stop signal> <user> <command...>
program() {
  local user=()
  [[ $4 == root ]] || user=(--reuid "$4" --regid "$4" --init-groups)
  cat <<END

[program:$1-$NUMBER]
command=nsenter --net=/run/netns/$(machine "$NUMBER") setpriv --pdeathsig $3 ${user[*]} ${*:5}
directory=$INSTANCE/run/cwd
priority=$2
autostart=false
autorestart=true
startretries=1000
stopsignal=$3
stopwaitsecs=60
killasgroup=true
stdout_logfile=$CLUSTER/log/$1-$NUMBER.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3
redirect_stderr=true
END
}

# --- running ----------------------------------------------------------------------------------------------------

# As the superuser of the database that leads. roles.sql connects to two databases of it, so its host is looked up once.
database_host=

superuser_psql() {
  PGPASSWORD=$SUPERUSER_DB_PASSWORD PGCONNECT_TIMEOUT=2 PGTARGETSESSIONATTRS=read-write PGOPTIONS='' \
    "$POSTGRES_BIN/psql" -X -q -w -h "${database_host:-$MACHINE_1,$MACHINE_2,$MACHINE_3}" -p "$POSTGRES_PORT" -U postgres "$@"
}

# The database leads and one replica is synchronous: commits are confirmed.
database_is_safe() {
  [[ $(superuser_psql -d postgres -Atc "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == 1 ]]
}

management_api() {
  curl -sf --max-time 10 -K <(printf 'user = "swapwire_admin:%s"\n' "$ADMIN_AMQP_PASSWORD") "${@:2}" \
    "http://$MACHINE_1:$MANAGEMENT_PORT/rabbitmq/api/$1"
}

nodes_are_three() { [[ $(management_api nodes | grep -o '"running":true' | wc -l) == 3 ]]; }

part_ready() { curl -sf --max-time 2 "http://$1/health/ready"; }

swapctl() {
  local etc=$CLUSTER/machine-1/etc
  SWAP_CONFIG=$etc/swapctl.toml:$etc/cluster/swapctl.toml "$BINARIES/swapctl" "$@"
}

# start_all <program>: on each machine that has it; nothing waits.
start_all() {
  local i
  for i in "${@:2}"; do control start "$1-$i" >/dev/null 2>&1 9>&- & done
}

ready_or_die() {
  wait_until "$1" "$2" "${@:3}" || die "$1: not ready after $2 s. The logs: $CLUSTER/log/"
}

start_cluster() {
  local address i
  start_supervisor
  say "starting etcd, Postgres and RabbitMQ on three machines"
  start_all etcd 1 2 3
  start_all epmd 1 2 3
  start_all postgres 1 2 3
  for i in 1 2 3; do ready_or_die "epmd" 20 in_machine "$i" env "ERL_EPMD_PORT=$EPMD_PORT" epmd -names; done
  start_all rabbitmq 1 2 3
  ready_or_die "Postgres and a synchronous replica" 180 database_is_safe
  database_host=$(superuser_psql -d postgres -Atc 'SELECT host(inet_server_addr())')
  make_roles
  ready_or_die "three RabbitMQ nodes" 180 nodes_are_three
  management_api definitions -X POST -H 'Content-Type: application/json' \
    --data-binary "@$CLUSTER/machine-1/etc/rabbitmq/definitions.json" >/dev/null || die "loading the topology failed"
  say "starting the services"
  PROGRAMS=$CLUSTER/bin publish_programs
  swapctl migrate || die "the migrations failed"
  start_all inventory 1 2
  start_all booking 1 2
  for address in $(inventory_addresses) $(booking_addresses); do ready_or_die "$address" 60 part_ready "$address"; done
  start_all gateway 1 2 3
  start_all nginx 1 2
  for address in $(gateway_addresses); do ready_or_die "$address" 90 part_ready "$address"; done
}

# open_cluster <folder> [what else to build]
open_cluster() {
  ((EUID == 0)) || die "make cluster makes network namespaces, which needs root"
  require_cargo
  require_packages run cluster
  open_instance "$1"
  lock_instance || die "a cluster runs from $INSTANCE already (make cluster-stop ends it)"
  [[ ! -e /run/netns/$(machine 1) ]] || nothing_runs || die "another cluster runs on this machine"
  trap stopping EXIT
  trap 'exit 130' INT HUP
  trap 'exit 143' TERM
  make_network
  prepare_cluster
  [[ -z ${2:-} ]] || "$2"
  build_programs
  start_cluster
}

stopping() {
  trap '' INT TERM HUP
  stop_long_command
  say "stopping"
  stop_supervisor
  end_processes
  remove_network
}

greet() {
  cat <<END

A cluster of three machines runs. Ctrl-C stops it; the data stays in $CLUSTER.

  App          http://$MACHINE_1:$HTTP_PORT/   http://$MACHINE_2:$HTTP_PORT/
  Who leads    curl http://$MACHINE_1:$BOOKING_PORT/health/ready
               patronictl -c $CLUSTER/machine-1/etc/patroni.yaml list
  RabbitMQ     http://$MACHINE_1:$RABBITMQ_UI_PORT/rabbitmq/   user swapwire_admin, password $ADMIN_AMQP_PASSWORD
  Processes    supervisorctl -c $CLUSTER/etc/supervisord.conf status
  Cut off 2    ip link set $(machine 2) down
  Logs         $CLUSTER/log/

END
}

# Where the tests find everything.
export_test_environment() {
  export SWAPWIRE_CLUSTER_NETWORK=$NETWORK SWAPWIRE_CLUSTER_ADMIN_PASSWORD=$ADMIN_AMQP_PASSWORD
  export SWAP_CONFIG=$CLUSTER/machine-1/etc/swapctl.toml:$CLUSTER/machine-1/etc/cluster/swapctl.toml
  SWAPWIRE_CLUSTER_SUPERUSER_URL=postgres://postgres:$SUPERUSER_DB_PASSWORD@$(list "$POSTGRES_PORT" 1)/swapwire
  export SWAPWIRE_CLUSTER_SUPERUSER_URL
}

publish_app() {
  build_web
  for INSTANCE in "$CLUSTER"/machine-{1,2}; do publish_web; done
  INSTANCE=$CLUSTER
}

run() {
  open_cluster "$(default_instance)/cluster" publish_app
  swapctl seed --stations "${SEED_STATIONS:-24}" --batteries "${SEED_BATTERIES:-240}" || die "seeding failed"
  greet
  wait "$supervisor_pid" || die "supervisord failed: $CLUSTER/log/supervisord.log"
}

run_test() {
  rm -rf "$(default_instance)/cluster-test"
  open_cluster "$(default_instance)/cluster-test"
  export_test_environment
  rm -f "$repository/target/cluster.md"
  run_long_command cargo test -p system-tests --test cluster -- --test-threads=1 --nocapture ${TESTS:+"$TESTS"}
  say "the table: target/cluster.md"
}

accept_interrupts "$@"
: "${SWAPWIRE_DEMO_IDENTITIES:=no}"

case ${1:-run} in
  run) run ;;
  test) run_test ;;
  stop) open_instance "$(default_instance)/cluster" && stop_instance ;;
  *) die "usage: cluster.sh [run | test | stop]" ;;
esac
