#!/usr/bin/env bash
# Faults under load on a throw-away instance (`make chaos`): links between its parts that can be cut, clocks and a disk
# that are set by files, a small file system for the database, and the list of all of it for the driver.
# CHAOS_SEED, CHAOS_MINUTES and CHAOS_ONLY choose the faults.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/throw-away.sh"

# The database's file system: fills up in a moment. Only root can mount one; without it that fault is left out.
before_preparing() {
  ((EUID == 0)) || return 0
  mount -t tmpfs -o "size=640m,mode=700,uid=$(id -u postgres),gid=$(id -g postgres)" swapwire-chaos "$INSTANCE/postgres" ||
    warn "no file system of its own for the database; its disk will not be filled"
}

after_stopping() {
  if mountpoint -q "$INSTANCE/postgres"; then umount "$INSTANCE/postgres" || warn "$INSTANCE/postgres is still mounted"; fi
}

# Behind the ports of everything else that were found free together.
link_port() { echo $((HTTP_PORT + 28 + $1)); }

# Services reach database and broker through links, which the driver opens.
lead_through_links() {
  local i=0 service port link
  LINKS=$(link_json "clients - nginx" 0 "$HTTP_PORT")
  for service in booking inventory; do
    for link in "$POSTGRES_PORT postgres" "$AMQP_PORT rabbitmq"; do
      port=${link% *}
      i=$((i + 1))
      sed -i "s/127\.0\.0\.1:$port\//127.0.0.1:$(link_port $i)\//" "$INSTANCE/etc/$service.toml"
      LINKS+=,$(link_json "$service - ${link#* }" "$i" "$port")
    done
  done
  i=$((i + 1))
  sed -i "s/127\.0\.0\.1:$AMQP_PORT\//127.0.0.1:$(link_port $i)\//" "$INSTANCE/etc/gateway.toml"
  LINKS+=,$(link_json "gateways - rabbitmq" "$i" "$AMQP_PORT")
}

# link_json <name> <number> <port behind it>
link_json() {
  printf '{"name":"%s","listen":"127.0.0.1:%d","target":"127.0.0.1:%d"}' "$1" "$(link_port "$2")" "$3"
}

# Programs read their clock, and Postgres the slowness of its disk, from files in run/dials.
set_dials() {
  local dials=$INSTANCE/run/dials clock slow=$INSTANCE/run/slow_disk.so program i programs=(inventory booking postgres)
  clock=$(printf '%s\n' /usr/lib/*/faketime/libfaketimeMT.so.1 | head -n 1)
  [[ -r $clock ]] || die "libfaketime is missing"
  cc -O2 -shared -fPIC -o "$slow" "$repository/crates/chaos/slow_disk.c" || die "slow_disk.c does not compile"
  for ((i = 1; i <= GATEWAYS; i++)); do programs+=("gateway-$i"); done
  mkdir -p "$dials"
  chmod 755 "$dials"
  for program in "${programs[@]}"; do echo +0 >"$dials/clock-$program"; done
  echo 0 >"$dials/disk"
  chmod 644 "$dials"/*
  awk -v dials="$dials" -v clock="$clock" -v slow="$slow" -v programs=" ${programs[*]} " '
    function of(program) {
      return sprintf("LD_PRELOAD=\"%s:%s\",FAKETIME_TIMESTAMP_FILE=\"%s/clock-%s\",FAKETIME_CACHE_DURATION=\"1\"," \
                     "FAKETIME_DONT_FAKE_MONOTONIC=\"1\",SWAPWIRE_SLOW_DISK=\"%s/disk\"",
                     clock, slow, dials, program, dials)
    }
    /^\[program:/ { program = substr($0, 10, length($0) - 10); dialled = index(programs, " " program " ") }
    dialled && /^environment=/ { print $0 "," of(program); next }
    { print }
    /^\[program:postgres\]/ { print "environment=" of(program) }
  ' "$INSTANCE/etc/supervisord.conf" >"$INSTANCE/etc/supervisord.conf.new"
  mv "$INSTANCE/etc/supervisord.conf.new" "$INSTANCE/etc/supervisord.conf"
}

# member_json <part> <program>
member_json() {
  printf '{"part":"%s","program":{"name":"%s","supervisor":"%s/etc/supervisord.conf"}}' "$1" "$2" "$INSTANCE"
}

write_chaos_targets() {
  local members gateways="" volume=null i
  members=$(member_json inventory inventory),$(member_json booking booking),$(member_json broker rabbitmq)
  members+=,$(member_json database postgres),$(member_json door nginx)
  for ((i = 1; i <= GATEWAYS; i++)); do
    members+=,$(member_json gateway "gateway-$i")
    gateways+="${gateways:+,}\"http://127.0.0.1:$(gateway_port "$i")\""
  done
  if mountpoint -q "$INSTANCE/postgres"; then volume="\"$INSTANCE/postgres\""; fi
  cat >"$INSTANCE/etc/chaos.json" <<END
{
  "base": "http://127.0.0.1:$(link_port 0)",
  "gateways": [$gateways],
  "services": ["http://127.0.0.1:$INVENTORY_PORT", "http://127.0.0.1:$BOOKING_PORT"],
  "programs": [$members],
  "links": [$LINKS],
  "dials": "$INSTANCE/run/dials",
  "database_volume": $volume,
  "postgres_bin": "$POSTGRES_BIN",
  "rabbitmq_bin": "$RABBITMQ_BIN"
}
END
}

after_preparing() {
  lead_through_links
  set_dials
  write_chaos_targets
}

# The driver starts the services: it opens the links that they need.
start_system() {
  migrate
  publish_programs
}

run_chaos() {
  step "$BINARIES/swapwire-chaos" --targets "$INSTANCE/etc/chaos.json" --seed "${CHAOS_SEED:-1}" \
    --minutes "${CHAOS_MINUTES:-10}" --only "${CHAOS_ONLY:-}" --markdown "$repository/target/chaos.md" \
    --history "$repository/target/chaos.jsonl"
}

accept_interrupts "$@"

export GATEWAYS=2
NEEDS=chaos on_a_new_instance run_chaos
say "the table: target/chaos.md"
