//! What of the file system wakes somebody: a change in a Maildir, in a file that is a source, or in the store; and one of some
//! files, for whoever reads them.
//!
//! What is watched lies behind ways of links and folders that may be made later (`trail`). When one of them turns, everything is
//! looked for anew.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, select, unbounded};
use notify::event::{EventKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::messages::LocalMessage;
use super::trail::Trail;
use crate::clock::Stopwatch;
use crate::config::{Config, SourceKind};

/// Somebody else's programs may write many files a second beside one that is watched. Each event that concerns nobody would
/// wake this program; after one it rests for so long, and the system keeps what happens meanwhile for it, in order.
const REST: Duration = Duration::from_millis(50);
/// An event that comes later than this after the one before was waited for: those that the system kept come at once.
const WAITED: Duration = Duration::from_millis(1);
/// How often it is tried to catch up with a way that goes on turning while it is looked at.
const TRIES: usize = 8;

/// A watch that is kept. Dropping it ends it.
#[derive(Debug)]
pub struct Watching {
    _stop: Sender<()>,
    complete: Arc<AtomicBool>,
}

impl Watching {
    /// Whether all of it is watched: the system may have refused a part.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete.load(Ordering::Relaxed)
    }
}

/// Watches for as long as the returned value lives. Where the system refuses (too many watches, a file system that
/// can't), the sources are read at the start and on request, as without it.
pub fn watch(config: &Config, store: &Path, local: &Sender<LocalMessage>) -> Option<Watching> {
    let (store, local) = (store.to_owned(), local.clone());
    let sources: Vec<SourceKind> = config.sources.iter().map(|source| source.kind.clone()).collect();
    keep(
        move || Places::of(&sources, &store),
        move |message| {
            let _ = local.send(message);
        },
    )
}

/// Watches files, and all that they are links to; `None` where the system refuses. `changed` is called on another thread.
pub fn files(paths: &[PathBuf], changed: impl Fn() + Send + Sync + 'static) -> Option<Watching> {
    let paths = paths.to_owned();
    keep(move || Places::of_files(&paths), move |_| changed())
}

/// Keeps watching what `look` finds, whichever way that lies.
fn keep(
    look: impl Fn() -> Places + Send + 'static,
    tell: impl Fn(LocalMessage) + Send + Sync + 'static,
) -> Option<Watching> {
    let (turned, turns) = unbounded();
    let tell: Arc<dyn Fn(LocalMessage) + Send + Sync> = Arc::new(tell);
    let (mut places, mut watcher, all) = catch_up(&look, &tell, &turned)?;
    let (stop, stopped): (Sender<()>, Receiver<()>) = bounded(0);
    let complete = Arc::new(AtomicBool::new(all));
    let told = Arc::clone(&complete);
    thread::spawn(move || {
        loop {
            select! {
                recv(stopped) -> _ => return,
                recv(turns) -> _ => {
                    turns.try_iter().for_each(drop);
                    if places != look()
                        && let Some((new, newer, all)) = catch_up(&look, &tell, &turned)
                    {
                        (places, watcher) = (new, newer);
                        told.store(all, Ordering::Relaxed);
                    }
                    let _ = &watcher;
                    tell(LocalMessage::Read);
                }
            }
        }
    });
    Some(Watching { _stop: stop, complete })
}

/// Watches what is there now, and looks again: a way may have turned before it was watched.
fn catch_up(
    look: &impl Fn() -> Places,
    tell: &Arc<dyn Fn(LocalMessage) + Send + Sync>,
    turned: &Sender<()>,
) -> Option<(Places, RecommendedWatcher, bool)> {
    let mut places = look();
    for _ in 0..TRIES {
        let (watcher, all) = arm(&places, tell, turned)?;
        let now = look();
        if now == places {
            return Some((places, watcher, all));
        }
        places = now;
    }
    let (watcher, _) = arm(&places, tell, turned)?;
    Some((places, watcher, false))
}

fn arm(
    places: &Places,
    tell: &Arc<dyn Fn(LocalMessage) + Send + Sync>,
    turned: &Sender<()>,
) -> Option<(RecommendedWatcher, bool)> {
    let (known, tell, turned) = (places.clone(), Arc::clone(tell), turned.clone());
    let folders = places.folders();
    let watched: Vec<PathBuf> = folders.iter().map(|(folder, _)| folder.clone()).collect();
    let added = Arc::new(AtomicBool::new(false));
    // While folders are still being added, nothing rests: whoever adds them waits for the thread of the events.
    let (may_rest, mut before) = (Arc::clone(&added), Stopwatch::start());
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let Ok(event) = event else { return };
        if known.turns(&event, &watched) {
            let _ = turned.send(());
        } else if let Some(message) = known.concern(&event) {
            tell(message);
        } else if before.elapsed() > WAITED && may_rest.load(Ordering::Relaxed) {
            thread::sleep(REST);
        }
        before = Stopwatch::start();
    })
    .ok()?;
    let watched = folders.iter().filter(|(folder, mode)| watcher.watch(folder, *mode).is_ok()).count();
    added.store(true, Ordering::Relaxed);
    (watched > 0 || folders.is_empty()).then_some((watcher, watched == folders.len()))
}

/// What is watched. Beside a file that is a source stand others, of other programs and of the commands that are
/// sources: those must not wake anybody, least of all the command that wrote them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Places {
    /// The store, without links.
    store: Option<PathBuf>,
    maildirs: Vec<PathBuf>,
    files: Vec<PathBuf>,
    /// Links on the ways there, and what is not there yet.
    turns: Vec<PathBuf>,
    /// Plain folders on the ways.
    passed: Vec<PathBuf>,
}

impl Places {
    fn of(sources: &[SourceKind], store: &Path) -> Self {
        let mut places = Self::default();
        places.store = places.follow(store);
        for source in sources {
            match source {
                SourceKind::Maildir { path, .. } => {
                    if let Some(end) = places.follow(path) {
                        places.maildirs.extend(end.is_dir().then_some(end));
                    }
                }
                SourceKind::Mbox { path } | SourceKind::Jsonl { path } => {
                    let end = places.follow(path);
                    places.files.extend(end);
                }
                SourceKind::Exec { .. } | SourceKind::Imap(_) | SourceKind::Feed { .. } => {}
            }
        }
        places
    }

    fn of_files(paths: &[PathBuf]) -> Self {
        let mut places = Self::default();
        for path in paths {
            let end = places.follow(path);
            places.files.extend(end);
        }
        places
    }

    /// Notes the turns of the way to a path, and gives its end.
    fn follow(&mut self, path: &Path) -> Option<PathBuf> {
        let trail = Trail::to(path);
        self.turns.extend(trail.turns);
        self.passed.extend(trail.passed);
        trail.end
    }

    fn folders(&self) -> Vec<(PathBuf, RecursiveMode)> {
        // The folder, not the file: programs replace files by renaming others over them.
        let files = self.store.iter().chain(&self.files).chain(&self.turns);
        let mut flat: Vec<PathBuf> = files.filter_map(|file| Some(file.parent()?.to_owned())).collect();
        flat.sort_unstable();
        flat.dedup();
        let flat = flat.into_iter().map(|folder| (folder, RecursiveMode::NonRecursive));
        flat.chain(self.maildirs.iter().map(|folder| (folder.clone(), RecursiveMode::Recursive))).collect()
    }

    /// Whether an event makes another way of one that is watched: a link is replaced, what was missing is made, or one of the
    /// `watched` folders is gone.
    fn turns(&self, event: &notify::Event, watched: &[PathBuf]) -> bool {
        if event.kind.is_access()
            || event.kind.is_modify() && !matches!(event.kind, EventKind::Modify(ModifyKind::Name(_)))
        {
            return false;
        }
        event.paths.iter().any(|path| self.turns.contains(path) || self.passed.contains(path) || watched.contains(path))
    }

    /// Whom an event concerns; `None` where nobody.
    fn concern(&self, event: &notify::Event) -> Option<LocalMessage> {
        if event.kind.is_access() {
            return None;
        }
        // Without a path, something was missed: look everywhere.
        let sources = event.paths.is_empty()
            || event.paths.iter().any(|path| {
                self.maildirs.iter().any(|folder| path.starts_with(folder))
                    || self.files.iter().any(|file| file == path || is_lock(path, file))
            });
        if sources {
            return Some(LocalMessage::Read);
        }
        let store = self.store.as_ref()?;
        let written = event.paths.iter().any(|path| path == store || is_log(path, store));
        written.then_some(LocalMessage::StoreChanged)
    }
}

/// An mbox that was locked is read when its lock goes.
fn is_lock(path: &Path, of: &Path) -> bool {
    has_ending(path, of, ".lock")
}

/// What is written to the store is first written to its log.
fn is_log(path: &Path, of: &Path) -> bool {
    has_ending(path, of, "-wal")
}

fn has_ending(path: &Path, of: &Path, ending: &str) -> bool {
    let mut name = of.as_os_str().to_owned();
    name.push(ending);
    path.as_os_str() == name
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use notify::event::{AccessKind, Event, EventKind, ModifyKind};

    use super::{LocalMessage, Places};

    #[test]
    fn only_what_is_watched_wakes_anybody() {
        let places = Places {
            store: Some(PathBuf::from("/data/store.db")),
            maildirs: vec![PathBuf::from("/home/Maildir")],
            files: vec![PathBuf::from("/data/box")],
            turns: vec![PathBuf::from("/home/Mail")],
            passed: vec![PathBuf::from("/data")],
        };
        let concern = |kind, path: &str| places.concern(&Event::new(kind).add_path(PathBuf::from(path)));
        let changed = EventKind::Modify(ModifyKind::Any);
        for (path, expected) in [
            ("/home/Maildir/new/1.x", Some(LocalMessage::Read)),
            ("/data/box", Some(LocalMessage::Read)),
            ("/data/box.lock", Some(LocalMessage::Read)),
            ("/data/store.db", Some(LocalMessage::StoreChanged)),
            ("/data/store.db-wal", Some(LocalMessage::StoreChanged)),
            ("/data/store.db.backup", None),
            ("/data/state of a command", None),
            ("/data/boxes", None),
        ] {
            assert_eq!(concern(changed, path), expected, "{path}");
        }
        assert_eq!(concern(EventKind::Access(AccessKind::Any), "/data/box"), None);
    }
}
