#!/bin/sh
# RabbitMQ with Web STOMP on a node of its own: web_stomp.sh <folder> <WebSocket> <STOMP> <epmd> <Erlang's port>.
# Its epmd runs already. The shell becomes the Erlang machine, so that whoever started it measures the right process.
set -eu

mkdir -p "$1"
echo '[rabbitmq_web_stomp].' >"$1/enabled_plugins"
# No AMQP: nobody speaks it. A message is published over plain STOMP and arrives over WebSocket.
cat >"$1/rabbitmq.conf" <<CONF
listeners.tcp = none
web_stomp.tcp.ip = 127.0.0.1
web_stomp.tcp.port = $2
stomp.listeners.tcp.1 = 127.0.0.1:$3
stomp.tcp_listen_options.nodelay = true
log.file = false
log.console = false
CONF

# Nothing from /etc/rabbitmq and nothing outside the folder.
export HOME="$1" RUNNING_UNDER_SYSTEMD=true ERL_EPMD_PORT="$4" ERL_EPMD_ADDRESS=127.0.0.1
export RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_NODENAME=bench@localhost RABBITMQ_DIST_PORT="$5"
export RABBITMQ_MNESIA_BASE="$1/mnesia" RABBITMQ_LOG_BASE="$1/log" RABBITMQ_PID_FILE="$1/pid"
export RABBITMQ_CONFIG_FILE="$1/rabbitmq.conf" RABBITMQ_CONFIG_FILES="$1/conf.d"
export RABBITMQ_ADVANCED_CONFIG_FILE="$1/advanced.config" RABBITMQ_GENERATED_CONFIG_DIR="$1/config"
export RABBITMQ_ENABLED_PLUGINS_FILE="$1/enabled_plugins"
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}"
exec "$SWAPWIRE_BENCH_RABBITMQ/rabbitmq-server"
