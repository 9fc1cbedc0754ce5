# Which ports an instance uses: the environment wins over etc/ports.env of an earlier run, that over the defaults.
# Sourced. Sets HTTP_PORT, INVENTORY_PORT … and GATEWAYS.

# All below the ephemeral range, so that no outgoing connection can sit on one.
port_names=(HTTP INVENTORY BOOKING GATEWAY POSTGRES AMQP MANAGEMENT EPMD ERLANG RABBITMQ_UI)
default_ports=(8000 8101 8102 8103 5480 5680 15680 4380 25680 8001)

choose_ports() {
  local file=$INSTANCE/etc/ports.env i setting value
  for i in "${!port_names[@]}"; do
    setting=SWAPWIRE_${port_names[i]}_PORT
    value=${!setting:-$(kept_setting "$file" "$setting")}
    value=${value:-${default_ports[i]}}
    [[ $value =~ ^[1-9][0-9]{0,4}$ ]] || die "$setting=$value is not a port"
    ((value < 65536)) || die "$setting=$value is not a port"
    printf -v "${port_names[i]}_PORT" %s "$value"
  done
  GATEWAYS=${GATEWAYS:-$(kept_setting "$file" GATEWAYS)}
  GATEWAYS=${GATEWAYS:-1}
  [[ $GATEWAYS =~ ^[1-9][0-9]?$ ]] || die "GATEWAYS=$GATEWAYS is not a number from 1 to 99"
  refuse_doubled_ports
  write_ports "$file"
}

kept_setting() { [[ ! -f $1 ]] || sed -n "s/^$2=//p" "$1"; }

gateway_port() { echo $((GATEWAY_PORT + $1 - 1)); }

# "<port> <setting>" of everything that will listen.
used_ports() {
  local name i
  for name in "${port_names[@]}"; do
    [[ $name == GATEWAY ]] || eval "echo \"\$${name}_PORT SWAPWIRE_${name}_PORT\""
  done
  for ((i = 1; i <= GATEWAYS; i++)); do echo "$(gateway_port "$i") SWAPWIRE_GATEWAY_PORT"; done
}

refuse_doubled_ports() {
  local doubled
  doubled=$(used_ports | cut -d ' ' -f 1 | sort -n | uniq -d | head -n 1)
  [[ -z $doubled ]] || die "port $doubled is used twice: $(used_ports | sed -n "s/^$doubled //p" | paste -sd ' ')"
}

write_ports() {
  local i name
  {
    echo "# Kept for the next run. Any of them can be set in the environment."
    for name in "${port_names[@]}"; do eval "echo \"SWAPWIRE_${name}_PORT=\$${name}_PORT\""; done
    echo "GATEWAYS=$GATEWAYS"
  } >"$1"
}

# Binding is the only test that also sees listeners of other users and on other addresses.
refuse_taken_ports() {
  local taken port setting
  taken=$(used_ports | /usr/bin/python3 -c '
import socket, sys
for line in sys.stdin:
    port, setting = line.split()
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("" if setting in ("SWAPWIRE_HTTP_PORT", "SWAPWIRE_RABBITMQ_UI_PORT") else "127.0.0.1", int(port)))
        except OSError as error:
            print(port, setting, error.strerror)
')
  [[ -z $taken ]] && return 0
  while read -r port setting reason; do
    warn "port $port can't be used ($reason); move it with $setting=<port>, for example: $setting=$((port + 1000)) make run"
  done <<<"$taken"
  exit 1
}

# A block of neighbours that are all free, for instances that live beside others.
pick_free_ports() {
  local base i
  base=$(/usr/bin/python3 -c '
import random, socket, sys
count = int(sys.argv[1])
def free(port):
    with socket.socket() as s:
        try:
            s.bind(("", port))
            return True
        except OSError:
            return False
for _ in range(1000):
    base = random.randrange(20000, 32000 - count, 10)
    if all(free(base + i) for i in range(count)):
        print(base)
        break
' 40)
  [[ -n $base ]] || die "no free ports between 20000 and 32000"
  for i in "${!port_names[@]}"; do
    # The gateways come last: they take as many as there are.
    if [[ ${port_names[i]} == GATEWAY ]]; then export SWAPWIRE_GATEWAY_PORT=$((base + ${#port_names[@]}))
    else export "SWAPWIRE_${port_names[i]}_PORT=$((base + i))"; fi
  done
}
