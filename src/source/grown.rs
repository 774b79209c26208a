//! Files that grow at their end: how far one was read, and whether it is still the same file.
//!
//! The position is the length that was read, with a digest of the file's beginning. A file that was rewritten begins
//! otherwise or is shorter, and is read again from its beginning; nothing is taken in twice, as its messages are known.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Of the beginning, this much is compared.
const HEAD: u64 = 1024;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    /// Bytes that were read.
    pub(super) end: u64,
    /// SHA-256 of the first of them, in hexadecimal.
    head: String,
}

impl Place {
    /// The place behind so many bytes of a file.
    pub(super) fn at(file: &mut File, end: u64) -> io::Result<Self> {
        Ok(Self { end, head: head(file, end)? })
    }

    /// Where reading goes on: behind what was read, or at the beginning of a file that is not the one that was read.
    pub(super) fn resume(position: Option<&str>, file: &mut File) -> io::Result<u64> {
        let Some(place) = position.and_then(|text| serde_json::from_str::<Self>(text).ok()) else { return Ok(0) };
        let same = file.metadata()?.len() >= place.end && head(file, place.end)? == place.head;
        Ok(if same { place.end } else { 0 })
    }

    pub(super) fn text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}

fn head(file: &mut File, end: u64) -> io::Result<String> {
    file.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::new();
    file.take(end.min(HEAD)).read_to_end(&mut bytes)?;
    Ok(super::hex(&Sha256::digest(&bytes)))
}

#[cfg(test)]
mod tests {
    use super::Place;
    use std::fs::{File, write};

    #[test]
    fn a_grown_file_goes_on_and_a_rewritten_one_begins_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write(&path, "one\ntwo\n").unwrap();
        let position = Place::at(&mut File::open(&path).unwrap(), 8).unwrap().text();
        let resume = |text: &str| {
            write(&path, text).unwrap();
            Place::resume(position.as_deref(), &mut File::open(&path).unwrap()).unwrap()
        };
        assert_eq!(resume("one\ntwo\nthree\n"), 8);
        assert_eq!(resume("two\nthree\n"), 0);
        assert_eq!(resume("one\n"), 0);
        assert_eq!(Place::resume(Some("nonsense"), &mut File::open(&path).unwrap()).unwrap(), 0);
    }
}
