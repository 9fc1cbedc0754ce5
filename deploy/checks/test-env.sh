# Where the tests find everything: plain KEY=value lines in etc/test.env.
# Sourced.

test_logs=$repository/target/test-logs

browser() { command -v chromium || command -v google-chrome-stable || command -v google-chrome; }

write_test_env() {
  local host=127.0.0.1 broker=127.0.0.1:$AMQP_PORT/swapwire database=127.0.0.1:$POSTGRES_PORT
  (umask 077 && cat >"$INSTANCE/etc/test.env") <<END
SWAPWIRE_INSTANCE=$INSTANCE
SWAP_CONFIG=$INSTANCE/etc/swapctl.toml
SWAPWIRE_TEST_SWAPCTL=$BINARIES/swapctl
SWAPWIRE_TEST_LOGS=$test_logs
SWAPWIRE_TEST_CHROMIUM=$(browser || true)
SWAPWIRE_TEST_BASE_URL=http://$host:$HTTP_PORT
SWAPWIRE_TEST_RABBITMQ_UI_URL=http://$host:$RABBITMQ_UI_PORT
SWAPWIRE_TEST_PROMETHEUS_URL=${PROMETHEUS_PORT:+http://$host:$PROMETHEUS_PORT}
SWAPWIRE_TEST_OIDC_URL=$SWAPWIRE_WEB_OIDC_AUTHORITY
SWAPWIRE_TEST_INVENTORY_URL=http://$host:$INVENTORY_PORT
SWAPWIRE_TEST_BOOKING_URL=http://$host:$BOOKING_PORT
SWAPWIRE_TEST_GATEWAY_URL=http://$host:$GATEWAY_PORT
SWAPWIRE_TEST_GATEWAY_URLS=$(gateway_addresses | sed 's|^|http://|' | paste -sd ,)
SWAPWIRE_TEST_SUPERUSER_URL=postgres://postgres:$SUPERUSER_DB_PASSWORD@$database/postgres
SWAPWIRE_TEST_MIGRATOR_URL=postgres://swapwire_migrator:$MIGRATOR_DB_PASSWORD@$database/swapwire
SWAPWIRE_TEST_INVENTORY_DB_URL=postgres://swapwire_inventory:$INVENTORY_DB_PASSWORD@$database/swapwire
SWAPWIRE_TEST_BOOKING_DB_URL=postgres://swapwire_booking:$BOOKING_DB_PASSWORD@$database/swapwire
SWAPWIRE_TEST_EPMD_PORT=$EPMD_PORT
SWAPWIRE_TEST_MANAGEMENT_URL=http://swapwire_admin:$ADMIN_AMQP_PASSWORD@$host:$MANAGEMENT_PORT/rabbitmq
SWAPWIRE_TEST_AMQP_ADMIN_URL=amqp://swapwire_admin:$ADMIN_AMQP_PASSWORD@$broker
SWAPWIRE_TEST_AMQP_INVENTORY_URL=amqp://swapwire_inventory:$INVENTORY_AMQP_PASSWORD@$broker
SWAPWIRE_TEST_AMQP_BOOKING_URL=amqp://swapwire_booking:$BOOKING_AMQP_PASSWORD@$broker
SWAPWIRE_TEST_AMQP_GATEWAY_URL=amqp://swapwire_gateway:$GATEWAY_AMQP_PASSWORD@$broker
END
}

# The app of a test instance may sign people in at an identity provider, which one browser test runs. Its port is the
# last of those that were found free together.
offer_identity_provider() {
  choose_ports
  SWAPWIRE_WEB_OIDC_AUTHORITY=http://127.0.0.1:$((HTTP_PORT + 39))
  SWAPWIRE_WEB_OIDC_CLIENT_ID=swapwire-test
}
