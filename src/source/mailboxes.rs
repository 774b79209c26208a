//! Mailboxes in the places where programs usually put them, so that the first start has something to offer.

use std::fs;
use std::path::{Path, PathBuf};

use super::detect::{Format, of_path};
use super::maildir::{Maildir, is_folder};
use crate::domain::folder::purpose;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetectedMailbox {
    pub path: PathBuf,
    pub format: Format,
}

/// So many files of a Maildir are counted, and so many bytes of an mbox are looked at for it.
const COUNTED: usize = 100_000;
const SCANNED: u64 = 16 * 1024 * 1024;

impl DetectedMailbox {
    /// How many messages there seem to be: the files of a Maildir with its folders, the `From ` lines of an mbox. `None` where
    /// that would take long, or where it cannot be read.
    #[must_use]
    pub fn count(&self) -> Option<u64> {
        match self.format {
            Format::Maildir => files_below(&self.path),
            Format::Mbox => from_lines(&self.path),
            Format::Eml | Format::Jsonl => None,
        }
    }
}

/// The files in all folders called `cur` or `new`, down to the depth that Maildirs have.
fn files_below(path: &Path) -> Option<u64> {
    const DEPTH: usize = 6;
    let (mut files, mut seen) = (0, 0);
    let mut level = vec![path.to_owned()];
    for _ in 0..DEPTH {
        let mut next = Vec::new();
        for folder in level {
            let holds = folder.file_name().is_some_and(|name| name == "cur" || name == "new");
            for entry in fs::read_dir(&folder).ok()?.flatten() {
                seen += 1;
                if seen > COUNTED {
                    return None;
                }
                let kind = entry.file_type().ok()?;
                if kind.is_dir() && !holds {
                    next.push(entry.path());
                }
                files += u64::from(holds && kind.is_file());
            }
        }
        level = next;
    }
    Some(files)
}

fn from_lines(path: &Path) -> Option<u64> {
    if fs::metadata(path).ok()?.len() > SCANNED {
        return None;
    }
    let bytes = fs::read(path).ok()?;
    let mut count = u64::from(bytes.starts_with(b"From "));
    // A separator stands behind an empty line.
    count += bytes.windows(7).filter(|it| *it == b"\n\nFrom ").count() as u64;
    count += bytes.windows(9).filter(|it| *it == b"\r\n\r\nFrom ").count() as u64;
    Some(count)
}

/// Whether somebody keeps there what is no incoming mail: what was sent, drafts, junk, trash, an archive.
fn is_no_inbox(path: &Path) -> bool {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let name = name.trim_start_matches('.');
    purpose(name).is_some() || NO_INBOX.iter().any(|word| name.eq_ignore_ascii_case(word))
}

/// What mail programs keep beside incoming mail, where a server has no name for it.
const NO_INBOX: [&str; 7] = ["outbox", "postponed", "record", "templates", "queue", "dead.letter", "saved-messages"];

/// Looks in the usual places. `env` reads a variable of the environment: `MAIL`, `MAILDIR` and `USER` are asked for. A
/// mailbox that several links lead to is found once, none is looked for inside another, and what is kept there beside incoming
/// mail (sent, drafts, trash, an archive) is none.
#[must_use]
pub fn find(home: &Path, env: &dyn Fn(&str) -> Option<String>) -> Vec<DetectedMailbox> {
    let mut places: Vec<PathBuf> = ["MAILDIR", "MAIL"].iter().filter_map(|name| env(name)).map(PathBuf::from).collect();
    let named = places.len();
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
    for (place, path) in places.into_iter().enumerate().filter(|(_, path)| path.is_absolute()) {
        let Ok(real) = fs::canonicalize(&path) else { continue };
        if seen.iter().any(|known| real.starts_with(known)) {
            continue;
        }
        // What somebody names in the environment is meant.
        let named = place < named;
        if let Some(format) = mailbox(&path).filter(|format| named || is_incoming(&path, *format)) {
            seen.push(real);
            found.push(DetectedMailbox { path, format });
        }
    }
    found
}

/// Whether a mailbox is one for incoming mail, and not only for what is kept beside it.
fn is_incoming(path: &Path, format: Format) -> bool {
    !is_no_inbox(path) && (format != Format::Maildir || Maildir::new(path).has_incoming())
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
        for name in [
            "Maildir/cur",
            "Maildir/new",
            ".mail/work/INBOX/cur",
            ".mail/work/INBOX/new",
            "Mail",
            // What was sent alone is no mailbox to read.
            "mail/sent/cur",
            "mail/sent/new",
        ] {
            fs::create_dir_all(path(name)).unwrap();
        }
        fs::write(path("mbox"), "From a Mon Jan 1 10:00:00 2024\n\n").unwrap();
        fs::write(path("Mail/work.mbox"), "From a Mon Jan 1 10:00:00 2024\n\n").unwrap();
        fs::write(path("Mail/notes.txt"), "No mail.\n").unwrap();
        for aside in
            ["Mail/sent", "Mail/Drafts", "Mail/sent-mail", "Mail/Papierkorb", "Mail/postponed", "Mail/trash.mbox"]
        {
            fs::write(path(aside), "From a Mon Jan 1 10:00:00 2024\n\n").unwrap();
        }
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

    #[test]
    fn messages_are_counted_where_that_is_cheap() {
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name);
        for name in ["box/cur", "box/new", "box/tmp", "box/.Lists/cur", "box/.Lists/new"] {
            fs::create_dir_all(path(name)).unwrap();
        }
        for name in ["box/cur/1:2,S", "box/new/2", "box/.Lists/new/3", "box/dovecot.index", "box/tmp/4"] {
            fs::write(path(name), "Subject: x\n\n").unwrap();
        }
        let mbox = "From a Mon Jan 1 10:00:00 2024\n\nText\nFrom here\n\nFrom b Mon Jan 1 10:00:00 2024\n\n";
        fs::write(path("mbox"), mbox).unwrap();
        fs::write(path("dos"), mbox.replace('\n', "\r\n")).unwrap();
        let count = |name: &str, format| DetectedMailbox { path: path(name), format }.count();
        assert_eq!(count("box", Format::Maildir), Some(3));
        assert_eq!((count("mbox", Format::Mbox), count("dos", Format::Mbox)), (Some(2), Some(2)));
        assert_eq!(count("missing", Format::Mbox), None);
    }
}
