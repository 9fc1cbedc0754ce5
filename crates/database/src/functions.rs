//! Functions, triggers and views: one file per subject, replaced as a whole whenever one of them has changed.

use diesel::sql_types::Text;
use diesel::{IntoSql, QueryResult, define_sql_function, select};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

use crate::migrate::MigrateError;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        /// In this order: views before the functions that return their rows.
        const FILES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../functions/", $name, ".sql")))),*];
    };
}

files![
    "inventory/stations",
    "inventory/nearby",
    "inventory/batteries",
    "inventory/quota",
    "inventory/reserve",
    "inventory/release",
    "inventory/facts",
    "inventory/history",
    "inventory/retention",
    "inventory/statistics",
    "booking/orders",
    "booking/place",
    "booking/idempotency",
    "booking/end",
    "booking/sweep",
    "booking/ready",
    "booking/notify",
    "booking/references",
    "booking/forget",
    "booking/retention",
    "booking/push",
];

const DROP: &str = include_str!("../../../functions/drop.sql");
/// Bodies are not checked while they are created: they may name what a later file creates.
const BEGIN: &str = "SET LOCAL check_function_bodies = off";
/// A function is for those whom its file names, and for nobody else.
const END: &str = "REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA inventory, booking FROM PUBLIC; \
                   SET LOCAL check_function_bodies = on";

define_sql_function! {
    fn md5(text: Text) -> Text;
}

/// What tells one state of the files from another.
pub(crate) async fn checksum(connection: &mut AsyncPgConnection) -> QueryResult<String> {
    let all: String = FILES.iter().flat_map(|(name, text)| [*name, "\n", *text]).collect();
    select(md5(all.into_sql::<Text>())).get_result(connection).await
}

/// Takes them all away. The caller has begun a transaction.
pub(crate) async fn drop(connection: &mut AsyncPgConnection) -> Result<(), MigrateError> {
    execute(connection, "drop", DROP).await
}

/// Makes them all. The caller has begun a transaction and dropped those that were there.
pub(crate) async fn create(connection: &mut AsyncPgConnection) -> Result<(), MigrateError> {
    connection.batch_execute(BEGIN).await?;
    for (name, text) in FILES {
        execute(connection, name, text).await?;
    }
    connection.batch_execute(END).await?;
    Ok(())
}

async fn execute(connection: &mut AsyncPgConnection, name: &str, sql: &str) -> Result<(), MigrateError> {
    let failed = |error| MigrateError::Functions { file: format!("functions/{name}.sql"), error };
    connection.batch_execute(sql).await.map_err(failed)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn files(folder: &str) -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
        let mut found = BTreeSet::new();
        for subject in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            for file in std::fs::read_dir(&subject).into_iter().flatten() {
                let path = file.unwrap().path();
                let name = path.strip_prefix(&folder).unwrap().with_extension("");
                found.insert(name.to_str().unwrap().to_owned());
            }
        }
        found
    }

    #[test]
    fn every_file_of_the_folder_is_in_the_list_once() {
        let listed: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(listed, files("functions"));
        assert_eq!(listed.len(), FILES.len());
    }

    #[test]
    fn migrations_make_no_function_trigger_or_view() {
        for name in files("migrations") {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../migrations/{name}.sql"));
            let made = std::fs::read_to_string(path).unwrap();
            let made: Vec<&str> = made
                .lines()
                .filter(|line| {
                    ["FUNCTION", "TRIGGER", "VIEW"].iter().any(|kind| {
                        line.starts_with(&format!("CREATE {kind}"))
                            || line.starts_with(&format!("CREATE OR REPLACE {kind}"))
                    })
                })
                // A stored column is computed by it.
                .filter(|line| !line.starts_with("CREATE FUNCTION inventory.place("))
                .collect();
            assert!(made.is_empty(), "{name}: {made:?} belongs to functions/");
        }
    }
}
