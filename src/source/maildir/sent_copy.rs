//! Keeping a copy of what was sent in the folder for sent mail: written in `tmp/`, synced, and then renamed into `cur/`, marked read.
//!
//! Its name is made of its Message-ID, so that a try which was cut off and made again meets its own file. Whatever another program
//! has put there, such as a copy of the server's that was synchronised, is found by the Message-ID in its header.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

use sha2::{Digest as _, Sha256};

use super::finding::{MessageFile, head};
use super::folders::Folder;
use super::roles::{Roles, is_called, written};
use super::{Subdir, name};
use crate::domain::sent_copy::{CopyToKeep, KeepingOutcome};
use crate::mail;
use crate::source::hex;

/// Only files that are not older than the message by more than this are looked into.
const EARLIER: Duration = Duration::from_hours(48);
/// The field in which Exchange keeps the Message-ID that it has replaced, in lower case.
const ORIGINAL_ID: &str = "x-microsoft-original-message-id:";

/// Makes sure that a copy lies in the folder, or looks only, as `copy` says.
pub(super) fn keep(folders: &[Folder], roles: &Roles, copy: &CopyToKeep) -> KeepingOutcome {
    let folder = match folder(folders, roles, copy.folder.as_deref()) {
        Ok(folder) => folder,
        Err(refused) => return refused,
    };
    let kept = look(folder, copy).and_then(|found| match found {
        Some(key) => Ok(KeepingOutcome::Found { folder: folder.name.clone(), key }),
        None if !copy.appends => Ok(KeepingOutcome::NotFound),
        None => deliver(folder, copy).map(|key| KeepingOutcome::Kept { folder: folder.name.clone(), key }),
    });
    kept.unwrap_or_else(|error| failed(&folder.path, &error))
}

/// The folder in which copies of what was sent are kept.
fn folder<'f>(folders: &'f [Folder], roles: &Roles, named: Option<&str>) -> Result<&'f Folder, KeepingOutcome> {
    let Some(name) = named else {
        return roles.sent_folder(folders).ok_or_else(|| KeepingOutcome::Refused {
            what: "there is no folder for sent mail".to_owned(),
            hint: "make one called Sent, or name one: `sent = { folder = \"…\" }` of the identity".to_owned(),
        });
    };
    folders.iter().find(|folder| is_called(&folder.name, name)).ok_or_else(|| KeepingOutcome::Refused {
        what: format!("there is no folder {}", written(name)),
        hint: "make it, or name another one: `sent = { folder = \"…\" }` of the identity".to_owned(),
    })
}

/// The unique part of the name that a copy gets.
fn unique(copy: &CopyToKeep) -> String {
    let digest = Sha256::digest(copy.message_id.as_bytes());
    format!("{}.T{}.localhost", copy.date.timestamp(), hex(digest.get(..8).unwrap_or_default()))
}

/// The key of the copy, if it lies in the folder.
fn look(folder: &Folder, copy: &CopyToKeep) -> io::Result<Option<String>> {
    let own = unique(copy);
    let since = SystemTime::from(copy.date) - EARLIER;
    let since_seconds = copy.date.timestamp() - EARLIER.as_secs().cast_signed();
    for side in [Subdir::Cur, Subdir::New] {
        for entry in fs::read_dir(side.of(folder))? {
            let entry = entry?;
            let file = MessageFile { side, name: name::text(entry.file_name()) };
            if file.key() == own {
                return Ok(Some(own));
            }
            let is_old = name::time(&file.name).is_some_and(|time| time.timestamp() < since_seconds)
                || entry.metadata().and_then(|it| it.modified()).is_ok_and(|modified| modified < since);
            // A file that is gone by now, or cannot be read, is not it as far as anybody can tell.
            if !is_old && head(&file.path(folder)).is_ok_and(|head| bears(&head, &copy.message_id)) {
                return Ok(Some(file.key().to_owned()));
            }
        }
    }
    Ok(None)
}

/// Whether a header has this Message-ID.
fn bears(head: &[u8], message_id: &str) -> bool {
    if mail::parse(head).envelope.message_id.as_deref() == Some(message_id) {
        return true;
    }
    let header = String::from_utf8_lossy(head);
    let mut fields = header.lines().take_while(|line| !line.trim().is_empty());
    fields.any(|line| {
        let original = line.to_ascii_lowercase().starts_with(ORIGINAL_ID);
        original && line.contains(&format!("<{message_id}>"))
    })
}

/// Writes the copy; its key.
fn deliver(folder: &Folder, copy: &CopyToKeep) -> io::Result<String> {
    let key = unique(copy);
    let (tmp, cur) = (folder.path.join("tmp"), Subdir::Cur.of(folder));
    if !tmp.is_dir() {
        fs::create_dir(&tmp)?;
    }
    let unfinished = tmp.join(name::file(&key));
    // What a try left behind that was cut off.
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(&with_lf(&copy.bytes))?;
    // Programs that synchronise take this for when it arrived.
    file.set_modified(SystemTime::from(copy.date))?;
    file.sync_all()?;
    drop(file);
    fs::rename(&unfinished, cur.join(name::file(&name::read(&key))))?;
    File::open(&cur)?.sync_all()?;
    Ok(key)
}

/// With the line ends that files have.
fn with_lf(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            out.push(*byte);
        }
    }
    out
}

fn failed(path: &Path, error: &io::Error) -> KeepingOutcome {
    let what = format!("can't put a copy into {}: {error}", path.display());
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            KeepingOutcome::Refused { what, hint: "check who may write there".to_owned() }
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            KeepingOutcome::Refused { what, hint: "make room there; the message itself has left".to_owned() }
        }
        _ => KeepingOutcome::Unproved { what },
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::keep;
    use crate::config::WriteBack;
    use crate::domain::sent_copy::{CopyToKeep, KeepingOutcome};
    use crate::source::Problems;
    use crate::source::maildir::folders::find;
    use crate::source::maildir::roles::Roles;

    fn maildir(folders: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for folder in folders {
            for side in ["cur", "new", "tmp"] {
                fs::create_dir_all(root.path().join(folder).join(side)).unwrap();
            }
        }
        root
    }

    fn copy() -> CopyToKeep {
        CopyToKeep {
            message_id: "7@home.example".to_owned(),
            bytes: b"Message-ID: <7@home.example>\r\nSubject: x\r\n\r\nText\r\n".to_vec(),
            date: "2020-01-01T09:00:00Z".parse().unwrap(),
            folder: None,
            appends: true,
        }
    }

    fn run(root: &Path, copy: &CopyToKeep) -> KeepingOutcome {
        keep(&find(root, &mut Problems::default()), &Roles::of(&WriteBack::default()), copy)
    }

    fn files(root: &Path, side: &str) -> Vec<String> {
        let entries = fs::read_dir(root.join(side)).unwrap();
        entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn it_lies_there_once_read_and_whole() {
        let root = maildir(&["", ".Sent", ".Archive"]);
        let KeepingOutcome::Kept { folder, key } = run(root.path(), &copy()) else { panic!() };
        assert_eq!(folder, "Sent");
        assert_eq!(files(root.path(), ".Sent/cur"), [format!("{key}:2,S")]);
        let text = fs::read_to_string(root.path().join(".Sent/cur").join(format!("{key}:2,S"))).unwrap();
        assert_eq!(text, "Message-ID: <7@home.example>\nSubject: x\n\nText\n");
        assert!(matches!(run(root.path(), &copy()), KeepingOutcome::Found { .. }));
        // Another program has numbered it and marked it.
        let sent = root.path().join(".Sent/cur");
        fs::rename(sent.join(format!("{key}:2,S")), sent.join("1577900000.other,U=7:2,FS")).unwrap();
        assert!(matches!(run(root.path(), &copy()), KeepingOutcome::Found { .. }));
        assert_eq!(files(root.path(), ".Sent/cur").len(), 1);
        assert!(files(root.path(), ".Sent/tmp").is_empty());
    }

    #[test]
    fn a_try_that_was_cut_off_is_made_whole() {
        let root = maildir(&["", "Sent"]);
        let before = copy();
        let KeepingOutcome::Kept { key, .. } = run(root.path(), &before) else { panic!() };
        fs::remove_file(root.path().join("Sent/cur").join(format!("{key}:2,S"))).unwrap();
        fs::write(root.path().join("Sent/tmp").join(&key), "Message-ID: <7@ho").unwrap();
        assert!(matches!(run(root.path(), &before), KeepingOutcome::Kept { .. }));
        assert_eq!((files(root.path(), "Sent/cur").len(), files(root.path(), "Sent/tmp").len()), (1, 0));
    }

    #[test]
    fn a_folder_that_is_not_there_is_told_and_only_looking_puts_nothing_there() {
        let root = maildir(&["", "Sent"]);
        assert_eq!(run(root.path(), &CopyToKeep { appends: false, ..copy() }), KeepingOutcome::NotFound);
        let named = CopyToKeep { folder: Some("Ausgang".to_owned()), ..copy() };
        assert!(matches!(run(root.path(), &named), KeepingOutcome::Refused { what, .. } if what.contains("Ausgang")));
        let without = maildir(&["", "Archive"]);
        assert!(matches!(run(without.path(), &copy()), KeepingOutcome::Refused { .. }));
        assert!(files(root.path(), "Sent/cur").is_empty());
    }

    #[test]
    fn an_answer_to_it_is_not_it() {
        let root = maildir(&["", "Sent"]);
        let answer = "Message-ID: <8@home.example>\nIn-Reply-To: <7@home.example>\n\n";
        fs::write(root.path().join("Sent/cur/1.a:2,S"), answer).unwrap();
        let changed = "Message-ID: <server@x.example>\nX-Microsoft-Original-Message-ID: <7@home.example>\n\n";
        assert!(matches!(run(root.path(), &CopyToKeep { appends: false, ..copy() }), KeepingOutcome::NotFound));
        fs::write(root.path().join("Sent/new/1577900000.b"), changed).unwrap();
        assert!(matches!(run(root.path(), &copy()), KeepingOutcome::Found { .. }));
    }
}
