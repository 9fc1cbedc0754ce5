# Prometheus, Alertmanager and the exporters of an instance (`OBSERVE=1`): settings, supervisord's programs, starting
# them. Without OBSERVE nothing of it is installed, written or started.
# Sourced.

observed() {
  case ${OBSERVE:-0} in
    1) return 0 ;;
    0) return 1 ;;
    *) die "OBSERVE=$OBSERVE is neither 0 nor 1" ;;
  esac
}

# Brings what is missing for these needs of an instance, and for observing it: require_instance_packages <need>...
require_instance_packages() {
  local needs=("$@")
  if observed; then needs+=(observe); fi
  require_packages "${needs[@]}"
}

# What RabbitMQ and nginx read when they start.
prepare_observed_parts() {
  local rabbitmq=$INSTANCE/etc/rabbitmq/conf.d nginx=$INSTANCE/etc/nginx/http.d
  mkdir -p "$rabbitmq" "$nginx"
  chmod 755 "$rabbitmq" "$nginx"
  rm -f "$rabbitmq/metrics.conf" "$nginx/status.conf"
  RABBITMQ_PLUGINS=rabbitmq_management
  if observed; then
    RABBITMQ_PLUGINS+=,rabbitmq_prometheus
    render "$repository/deploy/rabbitmq/metrics.conf" "$rabbitmq/metrics.conf" 644
    render "$repository/deploy/nginx/status.conf" "$nginx/status.conf" 644
  fi
}

prepare_observers() {
  local target=$INSTANCE/etc/prometheus
  observed || return 0
  # None of them needs a right.
  OBSERVER_USER=$RUN_USER
  if ((EUID == 0)); then OBSERVER_USER=nobody; fi
  mkdir -p "$target/rules" "$INSTANCE"/prometheus/{data,alertmanager}
  chmod 755 "$target" "$target/rules"
  if ((EUID == 0)); then chown -R "$OBSERVER_USER": "$INSTANCE/prometheus"; fi
  GATEWAY_TARGETS=$(gateway_targets)
  FRONT_DOOR=http://127.0.0.1:$HTTP_PORT
  if tls_wanted; then FRONT_DOOR=https://127.0.0.1:$HTTPS_PORT; fi
  ALERT_WEBHOOK=${SWAPWIRE_ALERT_WEBHOOK:-http://127.0.0.1:$ALERTS_PORT/alerts}
  rm -f "$target"/rules/*
  cp "$repository"/deploy/prometheus/rules/*.yml "$target/rules/"
  chmod 644 "$target"/rules/*
  render "$repository/deploy/prometheus/prometheus.yml" "$target/prometheus.yml" 644
  render "$repository/deploy/prometheus/alertmanager.yml" "$target/alertmanager.yml" 600 "$OBSERVER_USER"
  render "$repository/deploy/prometheus/blackbox.yml" "$target/blackbox.yml" 644
  local answer
  answer=$(promtool check config "$target/prometheus.yml" 2>&1) || die "Prometheus refuses its settings: $answer"
  answer=$(amtool check-config "$target/alertmanager.yml" 2>&1) || die "Alertmanager refuses its settings: $answer"
}

gateway_targets() {
  gateway_addresses | awk '{ printf "      - targets: [\"%s\"]\n        labels: {instance: gateway-%d}\n", $0, NR }'
}

answers_at() { curl -sf --max-time 2 "http://127.0.0.1:$1/$2"; }

start_observers() {
  observed || return 0
  run_with_passwords monitor.sql monitor_password "$MONITOR_DB_PASSWORD"
  control start alerts postgres-exporter nginx-exporter blackbox-exporter node-exporter >/dev/null 2>&1 9>&- &
  start_program 20 alertmanager answers_at "$ALERTMANAGER_PORT" -/ready
  start_program 30 prometheus answers_at "$PROMETHEUS_PORT" -/ready
}
