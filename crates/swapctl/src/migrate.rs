//! `swapctl migrate`: the schema, forwards and back.

use secrecy::SecretString;

/// What to do with the schema.
#[derive(Debug, Default, clap::Args)]
pub struct Arguments {
    /// Take the last N migrations back, and the functions with them. Data in what they made is lost.
    #[arg(long, value_name = "N")]
    pub revert: Option<usize>,
}

/// Runs or reverts migrations and says which.
///
/// # Errors
/// Names the migration that failed, or what to do with a database that can't be migrated; it is left as it was.
pub async fn run(url: &SecretString, arguments: &Arguments) -> anyhow::Result<()> {
    match arguments.revert {
        Some(count) => {
            for version in database::revert(url, count).await?.migrations {
                println!("reverted {version}");
            }
            println!(
                "the functions are gone too: `swapctl migrate` of the program that is to run next makes them"
            );
        }
        None => {
            let migrated = database::migrate(url).await?;
            for name in &migrated.migrations {
                println!("migrated {name}");
            }
            let functions = if migrated.functions { "made anew" } else { "as they were" };
            println!(
                "the schema is up to date ({} migrations run, functions {functions})",
                migrated.migrations.len()
            );
        }
    }
    Ok(())
}
