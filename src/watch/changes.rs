//! What of the file system wakes somebody: a change in a Maildir, in a file that is a source, or in the store; and one of a
//! single file, for whoever reads it.

use std::path::{Path, PathBuf};

use crossbeam_channel::Sender;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::nearby::Poke;
use crate::config::{Config, SourceKind};

/// A watch that is kept. Dropping it ends it.
#[derive(Debug)]
pub struct Watching {
    _watcher: RecommendedWatcher,
    /// Whether all of it is watched: what was not there yet is not.
    pub complete: bool,
}

/// Watches for as long as the returned value lives. Where the system refuses (too many watches, a file system that
/// can't), the sources are read at the start and on request, as without it.
pub fn watch(config: &Config, store: &Path, pokes: &Sender<Poke>) -> Option<Watching> {
    let places = Places::of(config, store);
    let folders = places.folders();
    let pokes = pokes.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let Ok(event) = event else { return };
        if let Some(poke) = places.concern(&event) {
            let _ = pokes.send(poke);
        }
    })
    .ok()?;
    let mut complete = true;
    for (folder, mode) in folders {
        complete &= watcher.watch(&folder, mode).is_ok();
    }
    Some(Watching { _watcher: watcher, complete })
}

/// Watches one file, and what it is a link to; `None` where the system refuses. `changed` is called on a thread of its own.
pub fn file(path: &Path, changed: impl Fn() + Send + 'static) -> Option<Watching> {
    let mut files = vec![whole(path)];
    files.extend(path.canonicalize().ok().filter(|behind| *behind != files[0]));
    let folders: Vec<PathBuf> = files.iter().filter_map(|file| Some(file.parent()?.to_owned())).collect();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let Ok(event) = event else { return };
        let named = event.paths.is_empty() || event.paths.iter().any(|path| files.contains(path));
        if named && !event.kind.is_access() {
            changed();
        }
    })
    .ok()?;
    let watched = folders.iter().filter(|folder| watcher.watch(folder, RecursiveMode::NonRecursive).is_ok()).count();
    (watched > 0).then_some(Watching { _watcher: watcher, complete: watched == folders.len() })
}

/// What is watched. Beside a file that is a source stand others, of other programs and of the commands that are
/// sources: those must not wake anybody, least of all the command that wrote them.
#[derive(Debug)]
struct Places {
    store: PathBuf,
    maildirs: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

impl Places {
    fn of(config: &Config, store: &Path) -> Self {
        let mut places = Self { store: whole(store), maildirs: Vec::new(), files: Vec::new() };
        for source in &config.sources {
            match &source.kind {
                SourceKind::Maildir { path, .. } => places.maildirs.push(whole(path)),
                SourceKind::Mbox { path } | SourceKind::Jsonl { path } => places.files.push(whole(path)),
                SourceKind::Exec { .. } | SourceKind::Imap(_) | SourceKind::Feed { .. } => {}
            }
        }
        places
    }

    fn folders(&self) -> Vec<(PathBuf, RecursiveMode)> {
        // The folder, not the file: programs replace files by renaming others over them.
        let files = std::iter::once(&self.store).chain(&self.files);
        let mut folders: Vec<_> =
            files.filter_map(|file| Some((file.parent()?.to_owned(), RecursiveMode::NonRecursive))).collect();
        folders.extend(self.maildirs.iter().map(|folder| (folder.clone(), RecursiveMode::Recursive)));
        folders
    }

    /// Whom an event concerns; `None` where nobody.
    fn concern(&self, event: &notify::Event) -> Option<Poke> {
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
            return Some(Poke::Sources);
        }
        let store = event.paths.iter().any(|path| path == &self.store || is_log(path, &self.store));
        store.then_some(Poke::Store)
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

/// The path as the system's events tell it.
fn whole(path: &Path) -> PathBuf {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use notify::event::{AccessKind, Event, EventKind, ModifyKind};

    use super::{Places, Poke};

    #[test]
    fn only_what_is_watched_wakes_anybody() {
        let places = Places {
            store: PathBuf::from("/data/store.db"),
            maildirs: vec![PathBuf::from("/home/Maildir")],
            files: vec![PathBuf::from("/data/box")],
        };
        let concern = |kind, path: &str| places.concern(&Event::new(kind).add_path(PathBuf::from(path)));
        let changed = EventKind::Modify(ModifyKind::Any);
        for (path, expected) in [
            ("/home/Maildir/new/1.x", Some(Poke::Sources)),
            ("/data/box", Some(Poke::Sources)),
            ("/data/box.lock", Some(Poke::Sources)),
            ("/data/store.db", Some(Poke::Store)),
            ("/data/store.db-wal", Some(Poke::Store)),
            ("/data/store.db.backup", None),
            ("/data/state of a command", None),
            ("/data/boxes", None),
        ] {
            assert_eq!(concern(changed, path), expected, "{path}");
        }
        assert_eq!(concern(EventKind::Access(AccessKind::Any), "/data/box"), None);
    }
}
