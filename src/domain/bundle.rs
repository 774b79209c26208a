//! Bundles: messages of a lane that are one row, because they come from the same mailing list, from the same sender, with the same
//! subject but for its numbers, or from the same repository.

use super::address::Address;
use super::group::GroupKind;
use super::numberless;
use super::text_enum::text_enum;

text_enum! {
    /// What the messages of a bundle have in common. A lane may name several; then all of them have to be the same.
    #[derive(PartialOrd, Ord)]
    pub enum BundleField {
        /// The mailing list or the newsletter, by its List-Id (RFC 2919).
        List = "list",
        /// The address of the sender.
        Sender = "sender",
        /// The subject, without its numbers and without the marks of answers.
        Subject = "subject",
    }
}

/// What is asked of a message, to know its bundle.
#[derive(Debug, Clone, Copy)]
pub struct BundleFacts<'a> {
    pub list: Option<&'a str>,
    pub from: &'a Address,
    pub subject: &'a str,
    /// The repository, where it is a notice of a forge.
    pub repository: Option<&'a str>,
}

/// Which bundle a message belongs to. Two of the same lane are together where this is equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BundleKey {
    pub kind: GroupKind,
    text: String,
}

impl BundleKey {
    /// The bundle of a message in a lane that bundles by these fields. A notice of a forge goes by its repository, whatever the
    /// lane names. `None` where the lane names nothing, or the message does not have what it names.
    #[must_use]
    pub fn of(by: &[BundleField], message: &BundleFacts<'_>) -> Option<Self> {
        let last = by.iter().copied().max()?;
        if let Some(repository) = message.repository {
            return Some(Self { kind: GroupKind::Repository, text: repository.to_lowercase() });
        }
        let mut text = String::new();
        for field in by {
            let same = match field {
                BundleField::List => message.list.unwrap_or_default().to_lowercase(),
                BundleField::Sender => message.from.address.to_lowercase(),
                BundleField::Subject => numberless::key(message.subject),
            };
            if same.is_empty() {
                return None;
            }
            text.push_str(&same);
            text.push('\n');
        }
        Some(Self { kind: last.kind(), text })
    }

    /// The name of the bundle, as one of its messages has it.
    #[must_use]
    pub fn name(&self, message: &BundleFacts<'_>) -> String {
        match self.kind {
            GroupKind::List => message.list.unwrap_or_default().to_owned(),
            GroupKind::Sender => message.from.called().to_owned(),
            GroupKind::Subject => numberless::shown(message.subject),
            GroupKind::Repository => message.repository.unwrap_or_default().to_owned(),
            GroupKind::Conversation | GroupKind::Settled => String::new(),
        }
    }
}

impl BundleField {
    fn kind(self) -> GroupKind {
        match self {
            Self::List => GroupKind::List,
            Self::Sender => GroupKind::Sender,
            Self::Subject => GroupKind::Subject,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BundleFacts, BundleField, BundleKey};
    use crate::domain::address::Address;
    use crate::domain::group::GroupKind;

    const BOTH: [BundleField; 2] = [BundleField::Subject, BundleField::Sender];

    fn key(by: &[BundleField], list: &str, from: &str, subject: &str, repository: Option<&str>) -> Option<BundleKey> {
        let from = Address::new("Name", from);
        let list = Some(list).filter(|list| !list.is_empty());
        BundleKey::of(by, &BundleFacts { list, from: &from, subject, repository })
    }

    #[test]
    fn all_that_a_lane_names_has_to_be_the_same() {
        let one = key(&BOTH, "", "CI@ci.example", "Build main failed #1", None);
        assert_eq!(one, key(&BOTH, "", "ci@ci.example", "Build main failed #2", None));
        assert_eq!(one.as_ref().map(|key| key.kind), Some(GroupKind::Subject));
        assert_ne!(one, key(&BOTH, "", "other@ci.example", "Build main failed #2", None));
        assert_ne!(one, key(&BOTH, "", "ci@ci.example", "Build docs failed #2", None));
    }

    #[test]
    fn what_a_message_does_not_have_makes_no_bundle() {
        assert_eq!(key(&[BundleField::List], "", "a@b.example", "x", None), None);
        assert_eq!(key(&[BundleField::Subject], "", "a@b.example", "Re:", None), None);
        assert_eq!(
            key(&[], "l.example", "a@b.example", "x", Some("tide/harbour")),
            None,
            "a lane that bundles nothing"
        );
    }

    #[test]
    fn notices_of_a_forge_go_by_their_repository() {
        let one = key(&BOTH, "", "a@b.example", "x", Some("tide/harbour"));
        assert_eq!(one, key(&BOTH, "l", "c@b.example", "y", Some("Tide/Harbour")));
        assert_eq!(one.map(|key| key.kind), Some(GroupKind::Repository));
    }
}
