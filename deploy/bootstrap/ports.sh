# Which ports an instance uses. Sourced. Sets HTTP_PORT, INVENTORY_PORT … and GATEWAYS.

ports() { /usr/bin/python3 "$repository/deploy/bootstrap/ports.py" "$@"; }

set_ports() {
  local chosen
  chosen=$(ports "$@") || exit 1
  # shellcheck source=/dev/null
  source /dev/stdin <<<"$chosen"
}

choose_ports() { set_ports choose "$INSTANCE/etc/ports.env"; }

refuse_taken_ports() { ports taken "$INSTANCE/etc/ports.env" || exit 1; }

ports_are_free() { (refuse_taken_ports) 2>/dev/null; }

# For instances that live beside others.
pick_free_ports() {
  set -a
  set_ports free
  set +a
}

gateway_port() { echo $((GATEWAY_PORT + $1 - 1)); }

# Where they listen, a line for each.
inventory_addresses() { echo "127.0.0.1:$INVENTORY_PORT"; }
booking_addresses() { echo "127.0.0.1:$BOOKING_PORT"; }
gateway_addresses() {
  local i
  for ((i = 1; i <= GATEWAYS; i++)); do echo "127.0.0.1:$(gateway_port "$i")"; done
}
