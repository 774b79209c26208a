//! Who tends the mailboxes on the network for a store: one process at a time, so that no change is made twice.
//!
//! It holds a lock on a small file beside the store, with its process number in it. The system lets go of the lock however
//! the process ends. What was planted at the file's path (a link, a pipe) is refused.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Who only looks holds the lock for a moment too: so often, and so far apart, it is tried before somebody counts as its holder.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(10);
/// The file of who tends the mailboxes, and that of a watch as long as it runs: endings of the store's name.
const TENDS: &str = "-watch";
const RUNS: &str = "-watch-runs";
/// More than the file ever holds, in bytes.
const LONGEST: u64 = 100;

/// Says for as long as it lives that this process tends the mailboxes.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// What kind of process it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// `tidebox watch`.
    Watch,
    /// An open screen.
    Screen,
    /// A command that is soon over.
    Command,
}

const NAMES: [(Who, &str); 3] = [(Who::Watch, "watch"), (Who::Screen, "screen"), (Who::Command, "command")];

/// Who holds a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    pub who: Who,
    pub process: Option<u32>,
}

/// `the running watch (process 1234)`
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.who {
            Who::Watch => "the running watch",
            Who::Screen => "the open screen",
            Who::Command => "another command",
        })?;
        self.process.map_or(Ok(()), |process| write!(f, " (process {process})"))
    }
}

impl Lock {
    /// Takes the lock, or tells who has it.
    ///
    /// # Errors
    /// Where the file can't be made or locked.
    pub fn take(store: &Path, who: Who) -> io::Result<Result<Self, Holder>> {
        let mut file = open(&beside(store))?;
        for attempt in 1.. {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) if attempt < TRIES => std::thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => return Ok(Err(holder(&mut file))),
            }
        }
        Self::signed(file, who).map(Ok)
    }

    /// Takes the lock as soon as it is free, however long that takes.
    ///
    /// # Errors
    /// Where the file can't be made or locked.
    pub fn wait(store: &Path, who: Who) -> io::Result<Self> {
        let file = open(&beside(store))?;
        file.lock()?;
        Self::signed(file, who)
    }

    /// Says for as long as it is kept that a watch runs, also one that waits for its turn; or which one does already.
    ///
    /// # Errors
    /// Where the file can't be made or locked.
    pub fn running(store: &Path) -> io::Result<Result<Self, Holder>> {
        let mut file = open(&named(store, RUNS))?;
        for attempt in 1.. {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) if attempt < TRIES => std::thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => return Ok(Err(holder(&mut file))),
            }
        }
        Self::signed(file, Who::Watch).map(Ok)
    }

    fn signed(mut file: File, who: Who) -> io::Result<Self> {
        let name = NAMES.iter().find(|(each, _)| *each == who).map_or("", |(_, name)| name);
        file.set_len(0)?;
        file.write_all(format!("{name} {}\n", std::process::id()).as_bytes())?;
        Ok(Self { _file: file })
    }
}

/// Who tends the mailboxes of a store now; `None` where nobody does. No file is made.
#[must_use]
pub fn holder_of(store: &Path) -> Option<Holder> {
    let mut file = opened(OpenOptions::new().read(true), &beside(store)).ok()?;
    for attempt in 1.. {
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) if attempt < TRIES => std::thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => break,
            _ => return None,
        }
    }
    Some(holder(&mut file))
}

/// Whether a watch runs for a store: one that tends it, or waits for its turn. No file is made.
#[must_use]
pub fn runs(store: &Path) -> bool {
    let Ok(file) = opened(OpenOptions::new().read(true), &named(store, RUNS)) else { return false };
    (1..=TRIES).all(|attempt| {
        if attempt > 1 {
            std::thread::sleep(PAUSE);
        }
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    })
}

/// What the file says. One that says nothing yet was locked just now.
fn holder(file: &mut File) -> Holder {
    let mut text = String::new();
    let _ = file.take(LONGEST).read_to_string(&mut text);
    let (name, process) = text.trim().split_once(' ').unwrap_or_default();
    let who = NAMES.iter().find(|(_, each)| *each == name).map_or(Who::Command, |(who, _)| *who);
    Holder { who, process: process.parse().ok() }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    opened(&mut options, path)
}

fn opened(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_CLOEXEC);
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

fn beside(store: &Path) -> PathBuf {
    named(store, TENDS)
}

fn named(store: &Path, ending: &str) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::{Holder, Lock, Who, beside, holder_of, runs};

    #[test]
    fn one_at_a_time_and_who_it_is_can_be_told() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store.db");
        assert_eq!(holder_of(&store), None);
        assert!(!beside(&store).exists(), "looking makes nothing");
        let lock = Lock::take(&store, Who::Watch).unwrap().unwrap();
        let us = Holder { who: Who::Watch, process: Some(std::process::id()) };
        assert_eq!(holder_of(&store), Some(us));
        assert_eq!(Lock::take(&store, Who::Screen).unwrap().unwrap_err(), us);
        let waiting = std::thread::spawn({
            let store = store.clone();
            move || Lock::wait(&store, Who::Screen).unwrap()
        });
        drop(lock);
        let lock = waiting.join().unwrap();
        assert_eq!(holder_of(&store).map(|holder| holder.who), Some(Who::Screen));
        drop(lock);
        assert_eq!(holder_of(&store), None);
    }

    #[test]
    fn whether_a_watch_runs_can_be_told_while_another_has_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store.db");
        assert!(!runs(&store));
        let _screen = Lock::take(&store, Who::Screen).unwrap().unwrap();
        let watch = Lock::running(&store).unwrap().unwrap();
        assert!(runs(&store));
        let us = Holder { who: Who::Watch, process: Some(std::process::id()) };
        assert_eq!(Lock::running(&store).unwrap().unwrap_err(), us);
        drop(watch);
        assert!(!runs(&store));
    }

    #[cfg(unix)]
    #[test]
    fn it_is_for_its_owner_alone_and_a_planted_link_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store.db");
        let lock = Lock::take(&store, Who::Command).unwrap().unwrap();
        assert_eq!(std::fs::metadata(beside(&store)).unwrap().permissions().mode() & 0o777, 0o600);
        drop(lock);
        std::fs::remove_file(beside(&store)).unwrap();
        let victim = folder.path().join("victim");
        std::fs::write(&victim, "mine").unwrap();
        std::os::unix::fs::symlink(&victim, beside(&store)).unwrap();
        assert!(Lock::take(&store, Who::Watch).is_err());
        assert_eq!(holder_of(&store), None);
        assert_eq!(std::fs::read_to_string(&victim).unwrap(), "mine");
    }
}
