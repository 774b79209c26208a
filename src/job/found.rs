//! Mailboxes in the usual places of this machine, for somebody who has not named any yet.

pub use crate::source::mailboxes::Found;

/// Looks in the home folder and where the environment points. Nothing is opened but folders.
#[must_use]
pub fn mailboxes() -> Vec<Found> {
    let home = std::env::var_os("HOME").map(std::path::PathBuf::from);
    crate::source::mailboxes::find(home.as_deref(), &|name| std::env::var_os(name))
}
