//! Folders of a mailbox by what they are for.

/// Names that programs give to the folders of RFC 6154's `\\Sent`, `\\Drafts`, `\\Junk` and `\\Trash`, in lower case.
const ASIDE: [&str; 17] = [
    "sent",
    "sent items",
    "sent mail",
    "sent messages",
    "outbox",
    "templates",
    "drafts",
    "draft",
    "junk",
    "junk e-mail",
    "junk email",
    "spam",
    "bulk mail",
    "trash",
    "bin",
    "deleted items",
    "deleted messages",
];

/// Whether what lies in a folder is no incoming message that somebody waits for: sent mail, drafts, junk, trash.
/// The last part of the name counts: `INBOX.Trash`, `work/Sent`.
#[must_use]
pub fn is_aside(folder: &str) -> bool {
    let last = folder.rsplit(['/', '.']).next().unwrap_or(folder).to_lowercase();
    ASIDE.contains(&last.as_str())
}

#[cfg(test)]
mod tests {
    use super::is_aside;

    #[test]
    fn the_last_part_of_the_name_counts() {
        assert!(is_aside("INBOX.Trash") && is_aside("work/Sent") && is_aside("Junk") && is_aside("[Gmail]/Sent Mail"));
        assert!(!is_aside("") && !is_aside("INBOX") && !is_aside("Trash/lists") && !is_aside("presents"));
    }
}
