//! Mailboxes in the places where programs usually put them, so that the first start has something to offer.

use std::fs;
use std::path::{Path, PathBuf};

use super::detect::{Format, of_path};
use super::maildir::is_folder;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetectedMailbox {
    pub path: PathBuf,
    pub format: Format,
}

/// Looks in the usual places. `env` reads a variable of the environment: `MAIL`, `MAILDIR` and `USER` are asked for. A
/// mailbox that several links lead to is found once, and none is looked for inside another.
#[must_use]
pub fn find(home: &Path, env: &dyn Fn(&str) -> Option<String>) -> Vec<DetectedMailbox> {
    let mut places: Vec<PathBuf> = ["MAILDIR", "MAIL"].iter().filter_map(|name| env(name)).map(PathBuf::from).collect();
    places.extend(["Maildir", ".maildir", "mbox"].iter().map(|name| home.join(name)));
    for folder in ["mail", "Mail", ".mail", ".local/share/mail"].map(|name| home.join(name)) {
        let mut inner: Vec<PathBuf> =
            fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        inner.sort();
        places.push(folder);
        places.extend(inner);
    }
    if let Some(user) = env("USER").filter(|user| !user.contains(['/', '\0'])) {
        places.extend(["/var/mail", "/var/spool/mail"].iter().map(|folder| Path::new(folder).join(&user)));
    }
    let mut found: Vec<DetectedMailbox> = Vec::new();
    let mut seen: Vec<PathBuf> = Vec::new();
    for path in places.into_iter().filter(|path| path.is_absolute()) {
        let Ok(real) = fs::canonicalize(&path) else { continue };
        if seen.iter().any(|known| real.starts_with(known)) {
            continue;
        }
        if let Some(format) = mailbox(&path) {
            seen.push(real);
            found.push(DetectedMailbox { path, format });
        }
    }
    found
}

/// The format of a mailbox: a Maildir, or an mbox that is not empty.
fn mailbox(path: &Path) -> Option<Format> {
    if path.is_dir() && is_folder(path) {
        return Some(Format::Maildir);
    }
    let empty = path.is_file() && fs::metadata(path).is_ok_and(|metadata| metadata.len() == 0);
    of_path(path).ok().filter(|format| matches!(format, Format::Maildir | Format::Mbox) && !empty)
}

#[cfg(test)]
mod tests {
    use super::{DetectedMailbox, find};
    use crate::source::detect::Format;
    use std::fs;

    #[test]
    fn mailboxes_are_found_once_each() {
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name);
        for name in ["Maildir/cur", "Maildir/new", ".mail/work/INBOX/cur", ".mail/work/INBOX/new", "Mail"] {
            fs::create_dir_all(path(name)).unwrap();
        }
        fs::write(path("mbox"), "From a Mon Jan 1 10:00:00 2024\n\n").unwrap();
        fs::write(path("Mail/work.mbox"), "From a Mon Jan 1 10:00:00 2024\n\n").unwrap();
        fs::write(path("Mail/notes.txt"), "No mail.\n").unwrap();
        let maildir = path("Maildir").to_string_lossy().into_owned();
        let env = move |name: &str| (name == "MAILDIR").then(|| maildir.clone());
        let found = find(home.path(), &env);
        assert_eq!(
            found,
            [
                DetectedMailbox { path: path("Maildir"), format: Format::Maildir },
                DetectedMailbox { path: path("mbox"), format: Format::Mbox },
                DetectedMailbox { path: path("Mail/work.mbox"), format: Format::Mbox },
                DetectedMailbox { path: path(".mail"), format: Format::Maildir },
            ]
        );
        assert_eq!(find(&path("nowhere"), &|_| None), []);
    }
}
