# What every script here stands on: where the repository is, how to speak, wait, run long commands, fill in a template.
# Sourced, never run.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)

say() { printf '==> %s\n' "$*"; }

warn() { printf 'swapwire: %s\n' "$*" >&2; }

die() {
  warn "$@"
  exit 1
}

# A Debian package that is half removed leaves its users but not its programs, so look for what is really used.
has() { command -v "$1" >/dev/null 2>&1; }

# Runs a command as a system user when root (Postgres refuses to run as root), else as whoever calls.
as_user() {
  if ((EUID == 0)); then
    (cd / && exec runuser -u "$1" -- "${@:2}")
  else
    "${@:2}"
  fi
}

# A shell that starts a script in the background without job control hands down an ignored Ctrl-C, which bash can't
# take back by itself; so the script starts once more with it restored.
accept_interrupts() {
  if [[ -z ${SWAPWIRE_INTERRUPTS_ACCEPTED:-} ]] && env --default-signal=INT true 2>/dev/null; then
    SWAPWIRE_INTERRUPTS_ACCEPTED=1 exec env --default-signal=INT bash "$0" "$@"
  fi
  # A script that this one starts in the background ignores interrupts again, and has to accept them itself.
  unset SWAPWIRE_INTERRUPTS_ACCEPTED
}

# Polls a command until it succeeds: wait_until <what> <seconds> <command...>
wait_until() {
  local what=$1 limit=$2 began=$SECONDS told=$SECONDS
  shift 2
  until "$@" >/dev/null 2>&1; do
    ((SECONDS - began < limit)) || return 1
    if ((SECONDS - told >= 5)); then
      say "waiting for $what ($((SECONDS - began)) of at most $limit s)"
      told=$SECONDS
    fi
    sleep 0.2
  done
}

# Runs a long command of the repository so that a signal to this script is answered at once: bash puts off its traps
# while a foreground command runs. The command has a process group of its own, which stop_long_command ends.
long_command=

run_long_command() {
  (cd "$repository" && exec setsid "$@") 9>&- &
  long_command=$!
  wait "$long_command" || return
  long_command=
}

stop_long_command() {
  [[ -z $long_command ]] || kill -TERM -- "-$long_command" 2>/dev/null || true
}

# Fills every ${NAME} of a template from the variable of that name: fill <template>
# Only names in capitals: those in small letters are nginx's own.
fill() {
  local name names=()
  for name in $(envsubst -v "$(<"$1")" | grep -x '[A-Z][A-Z0-9_]*'); do
    [[ -v $name ]] || die "$1 asks for $name, which is not set"
    local -x "$name=${!name}"
    names+=("$name")
  done
  envsubst "${names[*]/#/$}" <"$1"
}

# Writes a filled template: render <template> <file> <mode> [owner]
# The file appears whole and with its final mode, because some hold passwords.
render() {
  (umask 077 && fill "$1" >"$2.new") || exit
  chmod "$3" "$2.new"
  if ((EUID == 0)); then chown "${4:-root}" "$2.new"; fi
  mv -f "$2.new" "$2"
}
