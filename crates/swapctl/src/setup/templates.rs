//! The settings that `make run` writes for its instance, for the services of this machine.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, fchown};
use std::path::Path;

use anyhow::{Context, bail};

use super::secrets::Secrets;

const INVENTORY: &str = include_str!("../../../../deploy/settings/inventory.toml");
const BOOKING: &str = include_str!("../../../../deploy/settings/booking.toml");
const GATEWAY: &str = include_str!("../../../../deploy/settings/gateway.toml");
const SWAPCTL: &str = include_str!("../../../../deploy/settings/swapctl.toml");
const ALL: [(&str, &str); 4] =
    [("inventory", INVENTORY), ("booking", BOOKING), ("gateway", GATEWAY), ("swapctl", SWAPCTL)];

/// Where the servers are.
pub struct Hosts<'a> {
    /// Postgres: `host:port`, several separated by commas.
    pub database_hosts: &'a str,
    /// RabbitMQ, likewise.
    pub broker_hosts: &'a str,
    /// RabbitMQ's management API: `host:port`, with a path if it has one.
    pub management: &'a str,
}

impl Hosts<'_> {
    /// The database, for one role.
    pub fn database_url(&self, role: &str, secrets: &Secrets) -> anyhow::Result<String> {
        let password = secrets.need(&format!("{}_DB_PASSWORD", role.to_uppercase()))?;
        Ok(format!("postgres://swapwire_{role}:{password}@{}/swapwire", self.database_hosts))
    }

    /// A template's text. It is of one machine: where it names that machine's servers, ours stand.
    fn fill(&self, template: &str, secrets: &Secrets) -> anyhow::Result<String> {
        let text = template
            .replace("127.0.0.1:${POSTGRES_PORT}", self.database_hosts)
            .replace("127.0.0.1:${AMQP_PORT}", self.broker_hosts)
            .replace("127.0.0.1:${MANAGEMENT_PORT}/rabbitmq", self.management);
        fill(&text, |name| match name {
            "HTTP_PORT" => Some("8000".into()),
            "INVENTORY_PORT" => Some("8101".into()),
            "BOOKING_PORT" => Some("8102".into()),
            "GATEWAY_PORT" => Some("8103".into()),
            "GATEWAY_URL_LIST" => Some(r#""http://127.0.0.1:8103""#.into()),
            _ => secrets.get(name).map(ToOwned::to_owned),
        })
    }
}

/// Puts a value for each `${NAME}`.
pub fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> anyhow::Result<String> {
    let mut parts = template.split("${");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let Some((name, rest)) = part.split_once('}') else { bail!("a template has a ${{ without its end") };
        filled.push_str(&value(name).with_context(|| format!("a template asks for {name}"))?);
        filled.push_str(rest);
    }
    Ok(filled)
}

/// Writes the settings of what is installed here, each readable by its group; gives the files.
pub fn write(folder: &Path, secrets: &Secrets, hosts: &Hosts<'_>) -> anyhow::Result<Vec<String>> {
    let folder = folder.join("setup");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
    let groups = fs::read_to_string("/etc/group").context("/etc/group")?;
    let mut written = Vec::new();
    for (program, template) in ALL {
        let Some(group) = group_id(&groups, &format!("swapwire-{program}")) else { continue };
        let file = folder.join(format!("{program}.toml"));
        let new = file.with_extension("toml.new");
        let _ = fs::remove_file(&new);
        let mut writer = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
        writer.write_all(hosts.fill(template, secrets)?.as_bytes())?;
        fchown(&writer, Some(0), Some(group)).context("giving a file to its group (run this as root)")?;
        writer.set_permissions(fs::Permissions::from_mode(0o640))?;
        fs::rename(&new, &file)?;
        written.push(file.display().to_string());
    }
    Ok(written)
}

fn group_id(groups: &str, name: &str) -> Option<u32> {
    let line = groups.lines().find(|line| line.split(':').next() == Some(name))?;
    line.split(':').nth(2)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_filled_and_names_the_given_servers() {
        let secrets = Secrets::made();
        let hosts = Hosts { database_hosts: "pg-1:1,pg-2:2", broker_hosts: "mq-1:3", management: "mq-1:4" };
        for (program, template) in ALL {
            let text = hosts.fill(template, &secrets).unwrap();
            assert!(!text.contains("${"), "{program}");
            assert_eq!(text.contains("@pg-1:1,pg-2:2/swapwire"), program != "gateway", "{program}");
            assert_eq!(text.contains("@mq-1:3/swapwire"), program != "swapctl", "{program}");
            assert_eq!(text.contains("@mq-1:4\""), program == "swapctl", "{program}");
        }
    }

    #[test]
    fn the_group_of_another_name_is_not_taken() {
        let groups = "swapwire-booking-old:x:7:\nswapwire-booking:x:8:\n";
        assert_eq!(group_id(groups, "swapwire-booking"), Some(8));
        assert_eq!(group_id(groups, "swapwire"), None);
    }
}
