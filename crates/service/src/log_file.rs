//! The log file of a process: whole lines, each appended by one write. Whoever rotates it renames the file and makes
//! another one; the lines that follow go there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long lines may still go to a file that was renamed.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Logs name addresses and ids of users: they are not for everybody.
const MODE: u32 = 0o640;

/// Appends to the file of a path, and to its successor once there is one.
///
/// A line is the kernel's before the call returns: a crash of the process loses none, one of the machine what was not
/// on disk yet. A line that the disk does not take goes to standard error.
#[derive(Debug)]
pub struct LogFile {
    path: PathBuf,
    file: File,
    look_every: Duration,
    looked: Instant,
    /// Nothing was there at the last look: whoever rotates makes the next file with the owner and mode that it wants.
    missing: bool,
}

impl LogFile {
    /// Opens the file, and makes it if it is not there.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = append(path, true)?;
        Ok(Self {
            path: path.to_owned(),
            file,
            look_every: LOOK_EVERY,
            looked: Instant::now(),
            missing: false,
        })
    }

    fn follow(&mut self) {
        if self.looked.elapsed() < self.look_every {
            return;
        }
        self.looked = Instant::now();
        if self.is_current() {
            self.missing = false;
            return;
        }
        match append(&self.path, self.missing) {
            Ok(file) => {
                self.file = file;
                self.missing = false;
            }
            // The line goes to the old file, which is somewhere still.
            Err(_) => self.missing = true,
        }
    }

    fn is_current(&self) -> bool {
        let identity = |file: fs::Metadata| (file.dev(), file.ino());
        match (fs::metadata(&self.path), self.file.metadata()) {
            (Ok(there), Ok(ours)) => identity(there) == identity(ours),
            _ => false,
        }
    }
}

impl Write for LogFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.follow();
        self.file.write_all(line).or_else(|_| io::stderr().write_all(line))?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn append(path: &Path, create: bool) -> io::Result<File> {
    OpenOptions::new().append(true).create(create).mode(MODE).open(path)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("swapwire-log-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn log(&self) -> PathBuf {
            self.0.join("it.log")
        }

        fn lines(&self) -> Vec<String> {
            let files = fs::read_dir(&self.0).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()));
            files.flat_map(|text| text.unwrap().lines().map(ToOwned::to_owned).collect::<Vec<_>>()).collect()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn watchful(folder: &Folder) -> LogFile {
        LogFile { look_every: Duration::ZERO, ..LogFile::open(&folder.log()).unwrap() }
    }

    #[test]
    fn rotation_loses_and_repeats_no_line() {
        let folder = Folder::new("rotation");
        let log = Mutex::new(watchful(&folder));
        let done = AtomicBool::new(false);
        let write = &|writer: usize| {
            let lines = (0_usize..).take_while(|_| !done.load(Ordering::Relaxed));
            lines
                .map(|line| format!("{writer} {line}"))
                .inspect(|line| log.lock().unwrap().write_all(format!("{line}\n").as_bytes()).unwrap())
                .collect::<Vec<_>>()
        };
        let mut written = thread::scope(|scope| {
            let writers = [0, 1, 2].map(|writer| scope.spawn(move || write(writer)));
            for rotation in 0..20 {
                while fs::metadata(folder.log()).map_or(0, |file| file.len()) == 0 {
                    thread::yield_now();
                }
                fs::rename(folder.log(), folder.0.join(format!("it.log.{rotation}"))).unwrap();
                append(&folder.log(), true).unwrap();
            }
            done.store(true, Ordering::Relaxed);
            writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect::<Vec<_>>()
        });
        let mut found = folder.lines();
        written.sort();
        found.sort();
        assert_eq!(found, written);
    }

    #[test]
    fn a_file_that_was_removed_is_made_anew() {
        let folder = Folder::new("removed");
        let mut log = watchful(&folder);
        fs::remove_file(folder.log()).unwrap();
        log.write_all(b"into the removed one\n").unwrap();
        log.write_all(b"into the next\n").unwrap();
        assert_eq!(folder.lines(), ["into the next"]);
        assert_eq!(fs::metadata(folder.log()).unwrap().mode() & 0o777, MODE);
    }
}
