# The network of a cluster on one machine: a namespace and an address for each of the three machines, and a bridge
# between them. What runs in a namespace listens on ports of its own and is cut off like a machine.
# Sourced. Needs NETWORK, the first three numbers of the addresses.

bridge=swapwire0

machine() { echo "swapwire-$1"; }

address() { echo "$NETWORK.$1"; }

# in_machine <number> <command...>
in_machine() { nsenter --net="/run/netns/$(machine "$1")" "${@:2}"; }

make_network() {
  local i name
  remove_network
  ip link add "$bridge" type bridge
  ip address add "$NETWORK.254/24" dev "$bridge"
  ip link set "$bridge" up
  for i in 1 2 3; do
    name=$(machine "$i")
    ip netns add "$name"
    ip link add "$name" type veth peer name eth0 netns "$name"
    ip link set "$name" master "$bridge" up
    ip -netns "$name" address add "$(address "$i")/24" dev eth0
    ip -netns "$name" link set lo up
    ip -netns "$name" link set eth0 up
  done
}

# What runs in the machines, one process a line.
processes() {
  local i
  for i in 1 2 3; do ip netns pids "$(machine "$i")" 2>/dev/null || true; done
}

nothing_runs() { [[ -z $(processes) ]]; }

# A Postgres outlives a Patroni that was killed. INT is its fast shutdown.
end_processes() {
  local signal pids
  for signal in INT KILL; do
    mapfile -t pids < <(processes)
    ((${#pids[@]} > 0)) || return 0
    kill "-$signal" "${pids[@]}" 2>/dev/null || true
    wait_until "processes to end" 20 nothing_runs || true
  done
}

remove_network() {
  local i
  for i in 1 2 3; do
    ip link delete "$(machine "$i")" 2>/dev/null || true
    ip netns delete "$(machine "$i")" 2>/dev/null || true
  done
  ip link delete "$bridge" 2>/dev/null || true
}
