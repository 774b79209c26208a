//! Reads the file as text.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::error::ConfigError;
use super::mistake::{ConfigMistake, Mistakes};
use super::reach::link_to_nowhere;
use crate::domain::limits::CONFIG_BYTES;

/// Reads a file in UTF-8, with or without a byte order mark. A file that is too large is refused.
pub(super) fn read(path: &Path) -> Result<String, ConfigError> {
    let cannot = |source: io::Error| match link_to_nowhere(path).filter(|_| source.kind() == io::ErrorKind::NotFound) {
        Some((link, to)) => ConfigError::LeadsNowhere { path: path.to_owned(), link, to },
        None => ConfigError::Read { path: path.to_owned(), source },
    };
    // Opening a pipe to which nobody writes would wait for ever.
    if fs::metadata(path).is_ok_and(|facts| is_pipe(&facts)) {
        return Err(cannot(io::Error::new(io::ErrorKind::InvalidInput, "it is a pipe, not a file")));
    }
    let mut bytes = Vec::new();
    File::open(path).map_err(cannot)?.take(CONFIG_BYTES + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > CONFIG_BYTES) {
        return Err(ConfigError::TooLarge { path: path.to_owned() });
    }
    Ok(text(path, bytes)?)
}

#[cfg(unix)]
fn is_pipe(facts: &fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&facts.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_: &fs::Metadata) -> bool {
    false
}

fn text(path: &Path, bytes: Vec<u8>) -> Result<String, Mistakes> {
    let bytes = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => rest.to_vec(),
        None => bytes,
    };
    let only = |text: &str, at: usize, what: &str| {
        let mistake = ConfigMistake::at(at..at + 1, what).expected("text in UTF-8");
        Mistakes::new(path, text, vec![mistake.hint("save the file as UTF-8 in your editor")])
    };
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        only(&String::from_utf8_lossy(error.as_bytes()), at, "a byte here is no text")
    })?;
    match text.find('\0') {
        Some(at) => Err(only(&text, at, "a NUL character is no text")),
        None => Ok(text),
    }
}
