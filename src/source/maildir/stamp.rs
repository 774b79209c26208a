//! What the file system says of `new/` or `cur/`, and when that is enough to know that nothing came to it.
//!
//! A message that comes, goes or changes its flags changes the folder's times. A folder with the same times, the same
//! number and on the same device holds what it held: a copy of it, another one put in its place, and one whose time was
//! set by hand differ in the number or in the time of the last change of state, which nobody can set.

use std::fs;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// A folder that changed later than this before it was looked at may change again and keep its times. The coarsest
/// clocks of file systems tick every two seconds; the third is for a clock that is not quite ours.
const UNSURE: TimeDelta = TimeDelta::seconds(3);

/// Of one folder, as it was before it was listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    /// Nanoseconds since 1970: when its list of names changed last, as far as nobody set the time.
    modified: i64,
    /// When anything of it changed last.
    changed: i64,
}

/// Which folder of the file system one is, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Home {
    device: u64,
    inode: u64,
}

impl Home {
    /// `None` where it cannot be told.
    pub(super) fn of(folder: &Path) -> Option<Self> {
        let Stamp { device, inode, .. } = Stamp::of(folder)?;
        (inode != 0).then_some(Self { device, inode })
    }
}

impl Stamp {
    /// `None` where it cannot be told.
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

    /// Where folders have no numbers, their times have to do.
    #[cfg(not(unix))]
    pub(super) fn of(folder: &Path) -> Option<Self> {
        let modified = DateTime::<Utc>::from(fs::metadata(folder).ok()?.modified().ok()?).timestamp_nanos_opt()?;
        Some(Self { device: 0, inode: 0, size: 0, modified, changed: modified })
    }

    /// Whether the last change is so long ago, for one who looks at this instant, that another one gets other times. A time in the
    /// future says nothing: the clock was set back, or it is another machine's.
    pub(super) fn is_sure(&self, looked: DateTime<Utc>) -> bool {
        looked
            .checked_sub_signed(UNSURE)
            .and_then(|latest| latest.timestamp_nanos_opt())
            .is_some_and(|latest| self.modified.max(self.changed) < latest)
    }
}

/// The instant behind which a change of a file is seen by one who looks now.
pub(super) fn sure(now: DateTime<Utc>) -> DateTime<Utc> {
    now - UNSURE
}

/// Whether a file, or its name, changed later than that; one that cannot be asked did.
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
