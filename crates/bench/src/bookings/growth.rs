//! What a booking writes to disks: the write-ahead log of Postgres and the log of the broker's stream.

use std::path::Path;
use std::{fs, io};

use anyhow::ensure;
use testbed::Database;
use testbed::environment::variable;

use super::costs::ORDERS;
use crate::table::Table;

const WAL_BYTES: &str = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint";

/// What was booked and written until a moment.
pub struct Growth {
    orders: i64,
    wal_bytes: i64,
    stream_bytes: i64,
}

impl Growth {
    /// Reads what is there.
    ///
    /// # Errors
    /// When the broker's files can't be read.
    pub async fn now(database: &Database) -> anyhow::Result<Self> {
        let folder = variable("SWAPWIRE_INSTANCE");
        Ok(Self {
            orders: database.number(ORDERS).await,
            wal_bytes: database.number(WAL_BYTES).await,
            stream_bytes: i64::try_from(segments(&Path::new(&folder).join("rabbitmq"))?)?,
        })
    }

    /// The table of what each booking has added since an earlier moment.
    ///
    /// # Errors
    /// When nothing was booked meanwhile.
    pub fn since(&self, before: &Self) -> anyhow::Result<Table> {
        let bookings = self.orders - before.orders;
        ensure!(bookings > 0, "no booking was made");
        let mut table = Table::new(
            format!("What {bookings} bookings wrote, with all that follows from them"),
            &["where", "bytes per booking"],
        );
        for (name, bytes) in [
            ("Postgres, write-ahead log", self.wal_bytes - before.wal_bytes),
            ("RabbitMQ, the stream", self.stream_bytes - before.stream_bytes),
        ] {
            table.row([name.to_owned(), (bytes / bookings).to_string()]);
        }
        Ok(table)
    }
}

/// Bytes of all segments of streams below a folder.
fn segments(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            bytes += segments(&entry.path())?;
        } else if entry.path().extension().is_some_and(|extension| extension == "segment") {
            bytes += entry.metadata()?.len();
        }
    }
    Ok(bytes)
}
