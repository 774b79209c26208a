//! Checking: whether the configured sources can be read and the store is whole. Nothing is changed.

use super::JobError;
use crate::config::{Config, SourceKind};
use crate::store::Store;

/// Problems with the sources, each a sentence with the source's name.
#[must_use]
pub fn sources(config: &Config) -> Vec<String> {
    config
        .sources
        .iter()
        .filter_map(|source| Some(format!("source {}: {}", source.name, trouble(&source.kind)?)))
        .collect()
}

/// Problems with the store, each a sentence.
pub fn store(store: &mut Store) -> Result<Vec<String>, JobError> {
    Ok(store.verify()?)
}

fn trouble(kind: &SourceKind) -> Option<String> {
    match kind {
        SourceKind::Maildir { path } => match std::fs::metadata(path) {
            Err(error) => Some(format!("{}: {error}", path.display())),
            Ok(found) if !found.is_dir() => Some(format!("{} is no folder, so no Maildir", path.display())),
            Ok(_) => std::fs::read_dir(path).err().map(|error| format!("{}: {error}", path.display())),
        },
        SourceKind::Mbox { path } | SourceKind::Jsonl { path } => match std::fs::File::open(path) {
            Err(error) => Some(format!("{}: {error}", path.display())),
            Ok(_) if path.is_dir() => Some(format!("{} is a folder, not a file", path.display())),
            Ok(_) => None,
        },
        SourceKind::Exec { command } => {
            let program = command.first()?;
            (!on_path(program)).then(|| format!("the program `{program}` is not found"))
        }
    }
}

fn on_path(program: &str) -> bool {
    if program.contains('/') {
        return std::path::Path::new(program).is_file();
    }
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}
