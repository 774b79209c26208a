//! Opening a link with the system's own opener. Only web and mail addresses, only on a key.

use crate::domain::printable::Printable;
use crate::ui::event::{Answer, Problem};

pub fn open(link: &str) -> Answer {
    let lower = link.to_ascii_lowercase();
    let safe = ["http://", "https://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
    if !safe || link.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Answer::Failed(Problem {
            what: Printable::from("this link is not opened from here"),
            hint: Some(Printable::from("only http, https and mailto links are")),
        });
    }
    match ::open::that_detached(link) {
        Ok(()) => Answer::Opened,
        // What the launchers say of it is about themselves, and longer than a line.
        Err(_) => Answer::NoOpener,
    }
}
