//! The archive of removed rows: a file for each table and month of the removal, a JSON object on each line.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use anyhow::{Context, ensure};
use chrono::Utc;
use serde_json::Value;

/// It names people.
const MODE: u32 = 0o600;

/// A folder.
#[derive(Debug)]
pub(super) struct Archive {
    folder: PathBuf,
}

impl Archive {
    /// An existing folder.
    pub(super) fn open(folder: PathBuf) -> anyhow::Result<Self> {
        let of = || format!("retention.archive: {}", folder.display());
        ensure!(fs::metadata(&folder).with_context(of)?.is_dir(), "{} is no folder", of());
        Ok(Self { folder })
    }

    /// Appends the rows and returns when they are on disk. Another process may do so at the same time.
    pub(super) fn append(&self, table: &str, rows: Vec<Value>) -> io::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let lines: String = rows.into_iter().map(|row| format!("{row}\n")).collect();
        let path = self.folder.join(format!("{table}-{}.jsonl", Utc::now().format("%Y-%m")));
        let mut file = OpenOptions::new().read(true).append(true).create(true).mode(MODE).open(path)?;
        // Until the file is closed.
        file.lock()?;
        let whole = length_of_whole_lines(&mut file)?;
        // Half a line is of a batch that was never committed.
        file.set_len(whole)?;
        if let Err(error) = file.write_all(lines.as_bytes()).and_then(|()| file.sync_all()) {
            // The next round cuts what this leaves, if it fails too.
            let _ = file.set_len(whole);
            return Err(error);
        }
        File::open(&self.folder)?.sync_all()
    }
}

/// How much of the file ends with a line break.
fn length_of_whole_lines(file: &mut File) -> io::Result<u64> {
    const BLOCK: u64 = 4096;
    let mut end = file.metadata()?.len();
    while end > 0 {
        let begin = end.saturating_sub(BLOCK);
        file.seek(SeekFrom::Start(begin))?;
        let mut block = Vec::new();
        Read::by_ref(file).take(end - begin).read_to_end(&mut block)?;
        if let Some(last) = block.iter().rposition(|byte| *byte == b'\n') {
            return Ok(begin + u64::try_from(last + 1).map_err(io::Error::other)?);
        }
        end = begin;
    }
    Ok(0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "what is not as a test expects is a failed test, said on the spot")]
mod tests {
    use serde_json::json;

    use super::*;

    /// An archive in a folder of the test's own, and what is in its only file.
    fn archive(test: &str) -> (Archive, impl Fn() -> Vec<String>, PathBuf) {
        let folder = std::env::temp_dir().join(format!("swapwire-archive-{}-{test}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        let file = folder.join(format!("orders-{}.jsonl", Utc::now().format("%Y-%m")));
        let read = {
            let file = file.clone();
            move || fs::read_to_string(&file).unwrap().lines().map(ToOwned::to_owned).collect()
        };
        (Archive::open(folder).unwrap(), read, file)
    }

    #[test]
    fn several_who_append_at_once_leave_whole_lines_each_once() {
        let (archive, read, _) = archive("several");
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let archive = &archive;
                scope.spawn(move || {
                    for batch in 0..20 {
                        let rows = (0..10).map(|row| json!([writer, batch, row])).collect();
                        archive.append("orders", rows).unwrap();
                    }
                });
            }
        });
        let mut lines = read();
        lines.sort();
        lines.dedup();
        assert_eq!(lines.len(), 4 * 20 * 10);
        assert!(lines.iter().all(|line| serde_json::from_str::<[u8; 3]>(line).is_ok()));
        fs::remove_dir_all(&archive.folder).unwrap();
    }

    #[test]
    fn half_a_line_that_a_crash_left_is_cut_off() {
        let (archive, read, file) = archive("crash");
        archive.append("orders", vec![json!({"id": 1})]).unwrap();
        for half in [String::from("{\"id"), "x".repeat(10_000)] {
            OpenOptions::new().append(true).open(&file).unwrap().write_all(half.as_bytes()).unwrap();
            archive.append("orders", vec![json!({"id": 2})]).unwrap();
        }
        assert_eq!(read(), ["{\"id\":1}", "{\"id\":2}", "{\"id\":2}"]);
        fs::remove_dir_all(&archive.folder).unwrap();
    }
}
