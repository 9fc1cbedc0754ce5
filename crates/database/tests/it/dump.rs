//! A schema as text.

use std::path::Path;
use std::process::Command;

use secrecy::ExposeSecret;
use testbed::Database;

/// The whole schema, without what tells of migrating itself.
pub(crate) fn dump(database: &Database) -> String {
    let tools =
        Command::new("sh").args(["-c", "ls -d /usr/lib/postgresql/*/bin | tail -1"]).output().unwrap();
    let folder = String::from_utf8(tools.stdout).unwrap();
    let output = Command::new(Path::new(folder.trim()).join("pg_dump"))
        .args(["--schema-only", "--exclude-table=public.__diesel_schema_migrations", "--dbname"])
        .arg(database.migrator_url().expose_secret())
        .output()
        .expect("pg_dump");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    // Newer minor versions fence the dump with a random word.
    text.lines().filter(|line| !line.contains("restrict ")).map(|line| format!("{line}\n")).collect()
}
