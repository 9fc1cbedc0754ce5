//! Alarms of the broker: it takes nothing from publishers until they are over.

use std::process::Command;
use std::time::Duration;

use testbed::environment::variable;
use tokio::time::sleep;

use crate::targets::Targets;

pub(super) async fn disk_alarm(targets: &Targets, hold: Duration) -> anyhow::Result<()> {
    control(targets, &["set_disk_free_limit", "1000000GB"]).await?;
    sleep(hold).await;
    // As in deploy/rabbitmq/rabbitmq.conf.
    control(targets, &["set_disk_free_limit", "200MB"]).await
}

pub(super) async fn memory_alarm(targets: &Targets, hold: Duration) -> anyhow::Result<()> {
    control(targets, &["set_vm_memory_high_watermark", "absolute", "1MB"]).await?;
    sleep(hold).await;
    control(targets, &["set_vm_memory_high_watermark", "0.4"]).await
}

async fn control(targets: &Targets, arguments: &[&str]) -> anyhow::Result<()> {
    let instance = variable("SWAPWIRE_INSTANCE");
    let mut command = Command::new(targets.rabbitmq_bin.join("rabbitmqctl"));
    command.args(["-n", "swapwire@localhost"]).args(arguments);
    command
        .env("HOME", format!("{instance}/rabbitmq"))
        .env("RABBITMQ_CONF_ENV_FILE", format!("{instance}/etc/rabbitmq/rabbitmq-env.conf"))
        .env("ERL_EPMD_PORT", variable("SWAPWIRE_TEST_EPMD_PORT"));
    super::run(command).await
}
