//! A database for one test: cloned from a template that is migrated once, dropped when the test ends.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use tokio_postgres::{Client, NoTls, Row};
use url::Url;
use uuid::Uuid;

use crate::environment::variable;

/// One at a time makes the template; the key is any number that nothing else uses.
const TEMPLATE_LOCK: i64 = 0x7377_6170_7465;

/// A migrated, empty database.
pub struct Database {
    name: String,
    /// Whether it is dropped with this value.
    throw_away: bool,
    /// As the superuser, in this database: what somebody types into psql.
    pub psql: Client,
}

impl Database {
    /// Clones the template, making it first if this is the first test of the run.
    pub async fn create() -> Self {
        let server = connect(&superuser_url("postgres")).await;
        let template = template(&server).await;
        let name = format!("test_{}", Uuid::new_v4().simple());
        // Two clones at the same time disturb each other.
        server.execute("SELECT pg_advisory_lock($1)", &[&TEMPLATE_LOCK]).await.expect("the lock");
        server
            .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template} OWNER swapwire_owner"))
            .await
            .expect("cloning the template");
        let psql = connect(&superuser_url(&name)).await;
        Self { name, throw_away: true, psql }
    }

    /// The database of the instance that the services of this run use.
    pub async fn of_instance() -> Self {
        let name = String::from("swapwire");
        let psql = connect(&superuser_url(&name)).await;
        Self { name, throw_away: false, psql }
    }

    /// The address for the inventory's role.
    #[must_use]
    pub fn inventory_url(&self) -> SecretString {
        self.url_of("SWAPWIRE_TEST_INVENTORY_DB_URL")
    }

    /// The address for the booking role.
    #[must_use]
    pub fn booking_url(&self) -> SecretString {
        self.url_of("SWAPWIRE_TEST_BOOKING_DB_URL")
    }

    /// The address for the role that migrates.
    #[must_use]
    pub fn migrator_url(&self) -> SecretString {
        self.url_of("SWAPWIRE_TEST_MIGRATOR_URL")
    }

    /// The superuser's address, for psql.
    #[must_use]
    pub fn superuser_url(&self) -> SecretString {
        self.url_of("SWAPWIRE_TEST_SUPERUSER_URL")
    }

    fn url_of(&self, name: &str) -> SecretString {
        in_database(&variable(name), &self.name).into()
    }

    /// A connection for a role.
    pub async fn connect_as(&self, url: &SecretString) -> Client {
        use secrecy::ExposeSecret;
        connect(url.expose_secret()).await
    }

    /// Runs statements as somebody at psql would.
    ///
    /// # Panics
    /// When one fails.
    pub async fn run(&self, sql: &str) {
        self.psql.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    /// The one row of a query.
    ///
    /// # Panics
    /// When there is not exactly one.
    pub async fn row(&self, sql: &str) -> Row {
        self.psql.query_one(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"))
    }

    /// The one number of a query.
    pub async fn number(&self, sql: &str) -> i64 {
        self.row(sql).await.get(0)
    }

    /// Waits until so many sessions wait for a lock.
    pub async fn waits_for_locks(&self, sessions: i64) {
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
            AND wait_event_type = 'Lock'";
        crate::until("sessions wait for locks", async || self.number(waiting).await == sessions).await;
    }

    /// Stations with these numbers of available batteries; returns their ids, owned by operator 7.
    pub async fn stations(&self, batteries: &[i32]) -> Vec<i64> {
        let mut ids = Vec::new();
        for (place, count) in (1..).zip(batteries) {
            let id = self
                .number(&format!(
                    "INSERT INTO inventory.stations (owner_id, name, latitude, longitude) \
                     VALUES (7, 'Station {place}', 52.5, 13.4) RETURNING id"
                ))
                .await;
            self.run(&format!(
                "INSERT INTO inventory.batteries (owner_id, serial_number, model, station_id, state_of_charge_percent) \
                 SELECT 7, 'S{id}-' || n, 'PowerCell M', {id}, 100 - n FROM generate_series(1, {count}) n"
            ))
            .await;
            ids.push(id);
        }
        ids
    }

    /// Forgets what has happened so far, as if relays had published it.
    pub async fn forget_facts(&self) {
        self.run("DELETE FROM inventory.outbox; DELETE FROM booking.outbox").await;
    }

    /// Facts that no relay has published yet.
    pub async fn backlog(&self) -> i64 {
        self.number("SELECT (SELECT count(*) FROM inventory.outbox) + (SELECT count(*) FROM booking.outbox)")
            .await
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if !self.throw_away {
            return;
        }
        let name = self.name.clone();
        // Drop can't await: a thread of its own does, also while the test panics.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let server = connect(&superuser_url("postgres")).await;
                server.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await
            })
        });
        let _ = dropping.join();
    }
}

/// The name of the migrated template.
async fn template(server: &Client) -> String {
    // A development instance outlives changes of the schema: a template is known by its schema.
    let name = format!("template_{:016x}", schema_hash());
    server.execute("SELECT pg_advisory_lock($1)", &[&TEMPLATE_LOCK]).await.expect("the lock");
    let there: bool = server
        .query_one("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", &[&name])
        .await
        .expect("the list of databases")
        .get(0);
    if !there {
        let making = format!("making_{}", Uuid::new_v4().simple());
        server
            .batch_execute(&format!("CREATE DATABASE {making} OWNER swapwire_owner"))
            .await
            .expect("making the template");
        let url = in_database(&variable("SWAPWIRE_TEST_MIGRATOR_URL"), &making).into();
        database::migrate(&url).await.expect("migrating the template");
        // Renamed last: under this name there is always a migrated database.
        let rename = format!("ALTER DATABASE {making} RENAME TO {name}");
        crate::until("the migration's session ends", async || server.batch_execute(&rename).await.is_ok())
            .await;
    }
    server.execute("SELECT pg_advisory_unlock($1)", &[&TEMPLATE_LOCK]).await.expect("the lock");
    name
}

/// Of everything that the schema is made of.
fn schema_hash() -> u64 {
    let mut hasher = DefaultHasher::new();
    for folder in [migrations(), migrations().join("../functions")] {
        let mut folders: Vec<_> = std::fs::read_dir(folder).expect("the schema").collect();
        folders.sort_by_key(|entry| entry.as_ref().ok().map(std::fs::DirEntry::file_name));
        for folder in folders.into_iter().map(|entry| entry.expect("a folder").path()) {
            let mut files: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().collect();
            files.sort_by_key(|entry| entry.as_ref().ok().map(std::fs::DirEntry::file_name));
            for file in files {
                std::fs::read(file.expect("a file").path()).expect("a file").hash(&mut hasher);
            }
        }
    }
    hasher.finish()
}

/// The folder of the migrations.
#[must_use]
pub fn migrations() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations")
}

fn superuser_url(database: &str) -> String {
    in_database(&variable("SWAPWIRE_TEST_SUPERUSER_URL"), database)
}

fn in_database(url: &str, database: &str) -> String {
    let mut url = Url::parse(url).expect("a database URL");
    url.set_path(database);
    url.into()
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("connecting to Postgres");
    tokio::spawn(connection);
    client
}
