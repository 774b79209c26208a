//! Watching: a change in a Maildir, a file that is a source, or the store wakes the gatherer.

use std::path::{Path, PathBuf};

use crossbeam_channel::Sender;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::gatherer::Poke;
use crate::config::{Config, SourceKind};

/// A watch that is kept. Dropping it ends it.
#[derive(Debug)]
pub struct Watching {
    _watcher: RecommendedWatcher,
}

/// Watches for as long as the returned value lives. Where the system refuses (too many watches, a file system that
/// can't), the sources are read at the start and on request, as without it.
pub fn watch(config: &Config, store: &Path, gatherer: &Sender<Poke>) -> Option<Watching> {
    let store_folder = store.parent().map(Path::to_owned).unwrap_or_default();
    let store_name = store.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let pokes = gatherer.clone();
    let inside = store_folder.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let Ok(event) = event else { return };
        if event.kind.is_access() {
            return;
        }
        let of_store = |path: &PathBuf| {
            path.parent() == Some(inside.as_path())
                && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&store_name))
        };
        let poke = if event.paths.iter().all(of_store) { Poke::Store } else { Poke::Sources };
        let _ = pokes.send(poke);
    })
    .ok()?;
    let _ = watcher.watch(&store_folder, RecursiveMode::NonRecursive);
    for source in &config.sources {
        match &source.kind {
            SourceKind::Maildir { path } => {
                let _ = watcher.watch(path, RecursiveMode::Recursive);
            }
            SourceKind::Mbox { path } | SourceKind::Jsonl { path } => {
                // The folder, not the file: programs replace files by renaming others over them.
                if let Some(folder) = path.parent() {
                    let _ = watcher.watch(folder, RecursiveMode::NonRecursive);
                }
            }
            SourceKind::Exec { .. } => {}
        }
    }
    Some(Watching { _watcher: watcher })
}
