//! Files that a killed program left beside a store. A store or a backup is written under a temporary name first, and
//! renamed when it is complete. What is left of an earlier one is removed when the next one is written there, once no
//! program can be writing to it any more.

use std::fs;
use std::path::Path;
use std::time::Duration;

/// How the temporary names begin. A store never has such a name.
pub(super) const NEW: &str = ".tidebox-new-";
pub(super) const BACKUP: &str = ".tidebox-backup-";
/// A program that writes such a file never pauses for as long as this.
const ABANDONED: Duration = Duration::from_hours(24);

/// Removes the temporary files of a folder that are older than a day. Those that cannot be removed stay; they do no
/// harm.
pub(super) fn remove(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(NEW) || name.starts_with(BACKUP));
        // Links are not followed.
        let old = || entry.metadata().is_ok_and(|facts| facts.is_file() && is_old(&facts));
        if ours && old() {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_old(facts: &fs::Metadata) -> bool {
    facts.modified().ok().and_then(|changed| changed.elapsed().ok()).is_some_and(|age| age > ABANDONED)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File, FileTimes};
    use std::time::{Duration, SystemTime};

    use super::remove;

    #[test]
    fn only_what_was_left_long_ago_goes() {
        let folder = tempfile::tempdir().unwrap();
        let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let make = |name: &str, age: Option<SystemTime>| {
            let file = File::create(folder.path().join(name)).unwrap();
            if let Some(age) = age {
                file.set_times(FileTimes::new().set_modified(age)).unwrap();
            }
        };
        make(".tidebox-new-a", Some(old));
        make(".tidebox-backup-b", Some(old));
        make(".tidebox-backup-c", None);
        make("tidebox.db", Some(old));
        make(".tidebox-config-d", Some(old));
        remove(folder.path());
        let mut left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, [".tidebox-backup-c", ".tidebox-config-d", "tidebox.db"]);
    }
}
