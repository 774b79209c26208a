//! Making changes in an account.

mod decide;
mod edit;

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeSet;

    use crate::domain::arrival::Identity;
    use crate::domain::flags::Flags;
    use crate::domain::ids::ChangeId;
    use crate::domain::outside::{Change, Target};

    /// A change that asks for nothing, and then for something.
    pub(in crate::source::imap) fn change(with: impl FnOnce(&mut Change)) -> Change {
        let mut change = Change {
            number: ChangeId(1),
            folder: "INBOX".to_owned(),
            key: "0000000007.0000000003".to_owned(),
            message_id: Some("a@b".to_owned()),
            identity: Identity([0; 32]),
            size: 1,
            expected: Flags::default(),
            target: Target::Stay,
            seen: false,
            answered: false,
            keywords: BTreeSet::new(),
            tried: false,
        };
        with(&mut change);
        change
    }
}
