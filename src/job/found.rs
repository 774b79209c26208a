//! Mailboxes in the usual places of this machine, for somebody who has not named any yet.

use std::path::PathBuf;

use crate::config::SourceKind;
use crate::source::detect::Format;
use crate::source::mailboxes;

/// Looks in the home folder and where the environment points. Each with the number of its messages, where that is cheap to
/// know.
#[must_use]
pub fn mailboxes() -> Vec<(SourceKind, Option<u64>)> {
    let Some(home) = std::env::var_os("HOME").map(PathBuf::from) else { return Vec::new() };
    mailboxes::find(&home, &|name| std::env::var(name).ok())
        .into_iter()
        .map(|found| {
            let messages = found.count();
            let kind = match found.format {
                Format::Maildir => SourceKind::maildir(found.path),
                _ => SourceKind::Mbox { path: found.path },
            };
            (kind, messages)
        })
        .collect()
}
