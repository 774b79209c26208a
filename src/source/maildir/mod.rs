//! A Maildir, with its folders. Nothing in it is moved, renamed or written.
//!
//! The key of a copy is its unique name, which stays when flags change. It arrived at the earlier of the time in its
//! name and the file's own time: a copied mailbox keeps the one, a synchronised one the other. The position is a
//! stamp of each `new/` and `cur/` as it was before it was listed, so that one to which nothing happened is not even
//! listed again. One that holds what could not be read gets no stamp: it may be readable the next time.

mod folders;
mod name;
mod reading;
mod stamp;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub(super) use self::folders::is_folder;
use self::folders::{Folder, find};
use self::reading::Reading;
use self::stamp::Stamp;
use super::{Each, Extent, Gauge, Outcome, Problems, Since, Source, SourceError};

#[derive(Debug)]
pub struct Maildir {
    root: PathBuf,
}

/// Where messages lie within a folder. A message moves from the first to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    New,
    Cur,
}

impl Side {
    fn of(self, folder: &Folder) -> PathBuf {
        folder.path.join(match self {
            Self::New => "new",
            Self::Cur => "cur",
        })
    }
}

/// What is remembered of one side: all that lay there under this stamp was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    stamp: Stamp,
    messages: u64,
}

/// What is remembered of a folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Place {
    new: Option<Seen>,
    cur: Option<Seen>,
}

impl Maildir {
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }
}

impl Source for Maildir {
    fn read(&mut self, since: &Since<'_>, each: &mut Each<'_>) -> Result<Outcome, SourceError> {
        fs::read_dir(&self.root).map_err(|error| SourceError::open(&self.root, error))?;
        let mut outcome = Outcome::default();
        let folders = find(&self.root, &mut outcome.problems);
        if folders.is_empty() {
            return Err(SourceError::Not { path: self.root.clone(), expected: "Maildir" });
        }
        let before = since.position.and_then(|text| serde_json::from_str(text).ok());
        let before: BTreeMap<String, Place> = before.unwrap_or_default();
        let mut after = BTreeMap::new();
        let mut ended = false;
        for folder in folders {
            let mut place = before.get(&folder.name).copied().unwrap_or_default();
            if !ended {
                match Reading::of(&folder, since, &mut outcome).read(place, each) {
                    Some(read) => place = read,
                    None => ended = true,
                }
            }
            after.insert(folder.name, place);
        }
        outcome.position = serde_json::to_string(&after).ok();
        Ok(outcome)
    }

    fn gauge(&self) -> Gauge {
        let root = self.root.clone();
        Box::new(move || {
            let folders = find(&root, &mut Problems::default());
            let count = |side: Side, folder: &Folder| fs::read_dir(side.of(folder)).map_or(0, Iterator::count);
            let all: usize = folders.iter().map(|it| count(Side::New, it) + count(Side::Cur, it)).sum();
            Extent::Messages(all as u64)
        })
    }
}
