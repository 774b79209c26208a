//! The purpose of a mailbox's folders, where only their names tell it.

mod names;
pub mod pattern;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use self::names::{LABELS, NAMES};
use super::mailbox_change::FolderRole;
use super::{utf7, words};

/// What a folder is for (RFC 6154 calls this its special use).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpecialUse {
    Archive,
    Drafts,
    Junk,
    Sent,
    Trash,
    /// A view of all mail. Where there is no other, it is the archive.
    All,
    /// A view of what is flagged, or of another kind.
    Flagged,
}

impl SpecialUse {
    /// The attribute of RFC 6154.
    #[must_use]
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Archive => "\\Archive",
            Self::Drafts => "\\Drafts",
            Self::Junk => "\\Junk",
            Self::Sent => "\\Sent",
            Self::Trash => "\\Trash",
            Self::All => "\\All",
            Self::Flagged => "\\Flagged",
        }
    }

    /// The purpose of a folder with this role; the folder of a hard hold has none.
    #[must_use]
    pub fn of(role: FolderRole) -> Option<Self> {
        match role {
            FolderRole::Archive => Some(Self::Archive),
            FolderRole::Trash => Some(Self::Trash),
            FolderRole::Junk => Some(Self::Junk),
            FolderRole::Held => None,
        }
    }

    /// The role that a folder has for it.
    #[must_use]
    pub fn role(self) -> Option<FolderRole> {
        match self {
            Self::Archive => Some(FolderRole::Archive),
            Self::Trash => Some(FolderRole::Trash),
            Self::Junk => Some(FolderRole::Junk),
            _ => None,
        }
    }

    /// Whether it is a view of messages that also lie in other folders.
    #[must_use]
    pub fn is_view(self) -> bool {
        matches!(self, Self::All | Self::Flagged)
    }
}

/// The known names by their `essence`, each with its purpose and its rank for it: the smaller, the more usual.
static KNOWN: LazyLock<HashMap<String, (SpecialUse, usize)>> = LazyLock::new(|| {
    let all = NAMES.iter().rev().flat_map(|(purpose, names)| names.iter().enumerate().map(|it| (*purpose, it)));
    all.map(|(purpose, (at, name))| (essence(name), (purpose, at))).collect()
});

/// The purpose of a folder of this name, and the rank of the name for it: the smaller, the more usual. `part` is one
/// part of a name, as it is or in modified UTF-7.
#[must_use]
pub fn purpose_of_part(part: &str) -> Option<(SpecialUse, usize)> {
    KNOWN.get(&essence(&plain(part))).copied()
}

/// The purpose of a folder by the last part of its name: `INBOX.Trash`, `work/Gesendet`, `[Gmail]/Corbeille`.
#[must_use]
pub fn purpose(folder: &str) -> Option<SpecialUse> {
    let mut parts = folder.rsplit(['/', '.']);
    let last = parts.next().unwrap_or(folder);
    purpose_below(parts.next(), last)
}

/// The same for a name that is divided into its parts: the last one, and the one before it.
#[must_use]
pub fn purpose_below(above: Option<&str>, last: &str) -> Option<SpecialUse> {
    let is_label = || {
        let essence = essence(&plain(last));
        let gmail = matches!(above, Some("[Gmail]" | "[Google Mail]"));
        gmail && LABELS.iter().any(|label| self::essence(label) == essence)
    };
    purpose_of_part(last).map(|(purpose, _)| purpose).or_else(|| is_label().then_some(SpecialUse::Flagged))
}

/// Whether a folder is for sent mail, drafts, junk or trash: neither for incoming mail nor an archive.
#[must_use]
pub fn is_aside(folder: &str) -> bool {
    matches!(purpose(folder), Some(SpecialUse::Drafts | SpecialUse::Junk | SpecialUse::Sent | SpecialUse::Trash))
}

/// A name as a person reads it, where it is in modified UTF-7 (RFC 3501 §5.1.3).
#[must_use]
pub fn plain(name: &str) -> Cow<'_, str> {
    if !name.contains('&') {
        return name.into();
    }
    utf7::decode(name.as_bytes()).map_or(Cow::Borrowed(name), Cow::Owned)
}

/// The part of a name that is compared: folded, without blanks and hyphens.
fn essence(name: &str) -> String {
    // These letters have the same capital as the ones that replace them.
    words::fold(name).replace(' ', "").replace('ı', "i").replace('ς', "σ")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::names::NAMES;
    use super::{SpecialUse, essence, is_aside, plain, purpose};
    use crate::domain::utf7;

    #[test]
    fn the_last_part_of_the_name_counts() {
        assert!(is_aside("INBOX.Trash") && is_aside("work/Sent") && is_aside("Junk") && is_aside("[Gmail]/Sent Mail"));
        assert!(!is_aside("") && !is_aside("INBOX") && !is_aside("Trash/lists") && !is_aside("presents"));
    }

    #[test]
    fn every_name_is_known_in_every_way_that_it_is_written() {
        for (wanted, names) in NAMES {
            for name in names {
                for written in [
                    (*name).to_owned(),
                    name.to_uppercase(),
                    name.to_lowercase(),
                    utf7::encode(name),
                    utf7::encode(&name.to_lowercase()),
                    name.replace(' ', "_"),
                ] {
                    for full in [written.clone(), format!("INBOX.{written}"), format!("[Gmail]/{written}")] {
                        assert_eq!(purpose(&full), Some(wanted), "{full}");
                    }
                }
            }
        }
    }

    #[test]
    fn no_name_has_two_purposes() {
        let mut known: HashMap<String, SpecialUse> = HashMap::new();
        for (purpose, names) in NAMES {
            for name in names {
                let essence = essence(name);
                assert!(essence.chars().count() > 1, "{name}");
                let before = known.insert(essence, purpose);
                assert!(before.is_none_or(|before| before == purpose), "{name} {before:?}");
            }
        }
    }

    #[test]
    fn names_of_languages() {
        for (name, wanted) in [
            ("Entw&APw-rfe", Some(SpecialUse::Drafts)),
            ("INBOX.&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-", Some(SpecialUse::Sent)),
            ("e\u{301}le\u{301}ments supprime\u{301}s", Some(SpecialUse::Trash)),
            ("BOÎTE D'ENVOI", Some(SpecialUse::Sent)),
            ("Spam-Verdacht", Some(SpecialUse::Junk)),
            ("[Google Mail]/Wichtig", Some(SpecialUse::Flagged)),
            ("Wichtig", None),
            ("Todos", None),
            ("Concept", None),
            ("INBOX", None),
            ("Posteingang", None),
            ("Lists/archivists", None),
            ("&bad", None),
        ] {
            assert_eq!(purpose(name), wanted, "{name}");
        }
        assert_eq!(plain("Entw&APw-rfe"), "Entwürfe");
        assert_eq!(plain("AT&T"), "AT&T");
    }
}
