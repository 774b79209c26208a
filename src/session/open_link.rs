//! Opening a link or a copy of a file with the system's own opener, on a key. Of links only web and mail addresses.
//!
//! What is opened is not ended with tidebox: nobody wants to lose a page or a document with it.

use std::path::PathBuf;

use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::ui::response::LetterResponse;

pub fn open_link(link: &str) -> Result<LetterResponse, Problem> {
    let lower = link.to_ascii_lowercase();
    let safe = ["http://", "https://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
    if !safe || link.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(Problem {
            what: Printable::from("this link is not opened from here"),
            hint: Some(Printable::from("only http, https and mailto links are")),
        });
    }
    match ::open::that_detached(link) {
        Ok(()) => Ok(LetterResponse::Opened),
        // What the launchers say of it is about themselves, and longer than a line.
        Err(_) => Ok(LetterResponse::NoOpener),
    }
}

/// Opens a copy of something in a message.
pub fn open_copy(path: PathBuf) -> LetterResponse {
    match ::open::that_detached(&path) {
        Ok(()) => LetterResponse::OpenedCopy(path),
        Err(_) => LetterResponse::NoOpenerFor(path),
    }
}
