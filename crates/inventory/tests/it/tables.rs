//! Diesel's tables are those of the database.

use testbed::Database;

/// The tables of a `schema.rs`: name, and columns as (name, diesel type).
fn declared(schema: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut tables = Vec::new();
    for block in schema.split("diesel::table! {").skip(1) {
        let (head, columns) = block.split_once(") {").unwrap();
        let name = head.lines().last().unwrap().split('(').next().unwrap().trim().to_owned();
        let columns = columns
            .lines()
            .take_while(|line| line.trim() != "}")
            .filter_map(|line| line.trim().trim_end_matches(',').split_once(" -> "))
            .map(|(name, kind)| (name.to_owned(), kind.to_owned()))
            .collect();
        tables.push((name, columns));
    }
    tables
}

#[tokio::test(flavor = "multi_thread")]
async fn what_diesel_believes_of_the_tables_is_what_they_are() {
    let database = Database::create().await;
    let mut compared = 0;
    for service in ["inventory", "booking"] {
        let file = testbed::migrations().join(format!("../crates/{service}/src/schema.rs"));
        for (table, columns) in declared(&std::fs::read_to_string(file).unwrap()) {
            // A view's columns are nullable to Postgres, whatever they are computed from.
            let rows = database
                .psql
                .query(
                    "SELECT a.attname::text, format_type(coalesce(nullif(t.typbasetype, 0), t.oid), a.atttypmod), \
                            a.attnotnull, c.relkind = 'v' \
                     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid \
                     WHERE a.attrelid = to_regclass($1::text) AND a.attnum > 0 AND NOT a.attisdropped \
                     ORDER BY a.attnum",
                    &[&table],
                )
                .await
                .unwrap();
            let actual: Vec<(String, String)> = rows
                .iter()
                .zip(&columns)
                .map(|(row, (_, believed))| {
                    let kind = match row.get(1) {
                        "bigint" => "BigInt",
                        "integer" => "Integer",
                        "text" => "Text",
                        "double precision" => "Double",
                        "timestamp with time zone" => "Timestamptz",
                        "uuid" => "Uuid",
                        "jsonb" => "Jsonb",
                        "boolean" => "Bool",
                        "cube" => "Cube",
                        other => other,
                    };
                    let (not_null, of_view): (bool, bool) = (row.get(2), row.get(3));
                    let nullable = if of_view { believed.starts_with("Nullable") } else { !not_null };
                    (row.get(0), if nullable { format!("Nullable<{kind}>") } else { kind.to_owned() })
                })
                .collect();
            assert_eq!(actual, columns, "{table}");
            assert_eq!(rows.len(), columns.len(), "{table}: every column, and no other");
            compared += 1;
        }
    }
    assert!(compared >= 5, "{compared} tables");
}
