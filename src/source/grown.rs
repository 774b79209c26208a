//! Files that grow at their end: how far a file was read, and whether it is still the same file.
//!
//! The position is the length that was read, with a digest of the beginning of the file and one of the bytes before the
//! position. A file that was rewritten is shorter, or differs in one of the two digests, and is read again from its
//! beginning. No message is taken in twice, because its copy is known.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How many bytes are compared at the beginning, and how many before the position.
const HEAD: u64 = 1024;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ResumePosition {
    /// How many bytes were read.
    pub(super) end: u64,
    /// SHA-256 of the first `HEAD` bytes that were read, in hexadecimal.
    head: String,
    /// SHA-256 of the last `HEAD` bytes that were read, in hexadecimal.
    #[serde(default)]
    tail: String,
}

impl ResumePosition {
    /// The position after `end` bytes of a file.
    pub(super) fn at(file: &mut File, end: u64) -> io::Result<Self> {
        Ok(Self { end, head: digest(file, 0, end.min(HEAD))?, tail: tail(file, end)? })
    }

    /// Where to go on reading: after what was read, or at the beginning if it is not the file that was read.
    pub(super) fn resume(position: Option<&str>, file: &mut File) -> io::Result<u64> {
        let Some(place) = position.and_then(|text| serde_json::from_str::<Self>(text).ok()) else { return Ok(0) };
        let same = file.metadata()?.len() >= place.end && Self::at(file, place.end)? == place;
        Ok(if same { place.end } else { 0 })
    }

    pub(super) fn text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}

fn tail(file: &mut File, end: u64) -> io::Result<String> {
    let length = end.min(HEAD);
    digest(file, end - length, length)
}

fn digest(file: &mut File, from: u64, length: u64) -> io::Result<String> {
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    Ok(super::hex(&Sha256::digest(&bytes)))
}

#[cfg(test)]
mod tests {
    use super::ResumePosition;
    use std::fs::{File, write};

    #[test]
    fn a_grown_file_goes_on_and_a_rewritten_one_begins_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write(&path, "one\ntwo\n").unwrap();
        let position = ResumePosition::at(&mut File::open(&path).unwrap(), 8).unwrap().text();
        let resume = |text: &str| {
            write(&path, text).unwrap();
            ResumePosition::resume(position.as_deref(), &mut File::open(&path).unwrap()).unwrap()
        };
        assert_eq!(resume("one\ntwo\nthree\n"), 8);
        assert_eq!(resume("two\nthree\n"), 0);
        assert_eq!(resume("one\n"), 0);
        assert_eq!(ResumePosition::resume(Some("nonsense"), &mut File::open(&path).unwrap()).unwrap(), 0);
    }
    #[test]
    fn a_file_that_was_rewritten_further_on_begins_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let text = |last: &str| format!("{}\n{last}\n", "x".repeat(5000));
        write(&path, text("old")).unwrap();
        let end = std::fs::metadata(&path).unwrap().len();
        let position = ResumePosition::at(&mut File::open(&path).unwrap(), end).unwrap().text();
        let resume = || ResumePosition::resume(position.as_deref(), &mut File::open(&path).unwrap()).unwrap();
        assert_eq!(resume(), end);
        write(&path, text("new")).unwrap();
        assert_eq!(resume(), 0, "as long as before, and another end");
    }
}
