//! The state of `new/` or `cur/` in the file system, and when it proves that nothing was added.
//!
//! A message that comes, goes or changes its flags changes the times of the folder. A folder with the same times and
//! the same inode on the same device holds what it held. A copy of the folder, another folder in its place, and a
//! folder whose time was set by hand differ in the inode or in the time of the last status change, which nobody can
//! set.

use std::fs;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// A folder that changed so shortly before it was looked at may change again and keep its times. The coarsest clocks of
/// file systems have steps of two seconds; the third second is for a clock that differs from ours.
const UNSURE: TimeDelta = TimeDelta::seconds(3);

/// The state of one folder before it was listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    /// Nanoseconds since 1970: when its list of names changed last (mtime), unless somebody set the time.
    modified: i64,
    /// Nanoseconds since 1970: when anything of it changed last (ctime).
    changed: i64,
}

/// The identity of a folder in the file system, whatever its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FolderIdentity {
    device: u64,
    inode: u64,
}

impl FolderIdentity {
    /// `None` if the file system does not give it.
    pub(super) fn of(folder: &Path) -> Option<Self> {
        let Stamp { device, inode, .. } = Stamp::of(folder)?;
        (inode != 0).then_some(Self { device, inode })
    }
}

impl Stamp {
    /// `None` if the file system does not give it.
    #[cfg(unix)]
    pub(super) fn of(folder: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let facts = fs::metadata(folder).ok()?;
        let nanos = |seconds: i64, rest: i64| seconds.checked_mul(1_000_000_000)?.checked_add(rest);
        Some(Self {
            device: facts.dev(),
            inode: facts.ino(),
            size: facts.size(),
            modified: nanos(facts.mtime(), facts.mtime_nsec())?,
            changed: nanos(facts.ctime(), facts.ctime_nsec())?,
        })
    }

    /// Where folders have no inodes, their times must suffice.
    #[cfg(not(unix))]
    pub(super) fn of(folder: &Path) -> Option<Self> {
        let modified = DateTime::<Utc>::from(fs::metadata(folder).ok()?.modified().ok()?).timestamp_nanos_opt()?;
        Some(Self { device: 0, inode: 0, size: 0, modified, changed: modified })
    }

    /// Whether the last change happened so long before this instant that another change would give other times. A time
    /// in the future proves nothing: the clock was set back, or it is the clock of another machine.
    pub(super) fn is_sure(&self, looked: DateTime<Utc>) -> bool {
        looked
            .checked_sub_signed(UNSURE)
            .and_then(|latest| latest.timestamp_nanos_opt())
            .is_some_and(|latest| self.modified.max(self.changed) < latest)
    }
}

/// Changes of a file after this instant may be missed by somebody who looks at `now`.
pub(super) fn sure(now: DateTime<Utc>) -> DateTime<Utc> {
    now - UNSURE
}

/// Whether a file or its name changed after an instant; `true` if that can't be found out.
pub(super) fn changed_after(file: &Path, instant: DateTime<Utc>) -> bool {
    Stamp::of(file).is_none_or(|stamp| {
        instant.timestamp_nanos_opt().is_some_and(|instant| stamp.modified.max(stamp.changed) >= instant)
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::Stamp;

    #[test]
    fn only_what_is_long_past_is_sure() {
        let at = |modified: i64, changed: i64| Stamp { device: 1, inode: 1, size: 1, modified, changed };
        let looked = DateTime::from_timestamp_nanos(10_000_000_000);
        assert!(at(6_999_999_999, 6_999_999_999).is_sure(looked));
        for unsure in [at(7_000_000_000, 0), at(0, 7_000_000_000), at(10_000_000_000, 0), at(0, 99_000_000_000)] {
            assert!(!unsure.is_sure(looked), "{unsure:?}");
        }
    }
}
