//! Checking: whether the configured sources can be read. Nothing is changed.

use crate::config::SourceKind;

/// What the system calls itself: `Debian GNU/Linux 13 (trixie)`; `None` where it does not say.
#[must_use]
pub fn system() -> Option<String> {
    let release = std::fs::read_to_string("/etc/os-release").ok()?;
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(name.trim_matches('"').to_owned())
}

/// Why a source cannot be read; `None` where it can.
#[must_use]
pub fn trouble(kind: &SourceKind) -> Option<String> {
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
        // These are asked over the network.
        SourceKind::Imap(_) | SourceKind::Feed { .. } => None,
    }
}

fn on_path(program: &str) -> bool {
    if program.contains('/') {
        return std::path::Path::new(program).is_file();
    }
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}
