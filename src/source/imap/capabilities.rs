//! What a server can do, as it says (RFC 9051 §7.2.2).

use std::collections::BTreeSet;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Capabilities(BTreeSet<String>);

/// Which literals may follow without the server saying that it waits for them (RFC 7888).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Literals {
    Wait,
    /// Those of up to 4,096 bytes.
    Short,
    All,
}

impl Literals {
    pub(super) fn go_along(self, bytes: usize) -> bool {
        match self {
            Self::Wait => false,
            Self::Short => bytes <= 4_096,
            Self::All => true,
        }
    }
}

impl Capabilities {
    /// From words in upper case.
    pub(super) fn of(words: Vec<String>) -> Self {
        Self(words.into_iter().collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this one is there; its name in upper case.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    pub(super) fn literals(&self) -> Literals {
        if self.has("LITERAL+") {
            Literals::All
        } else if self.has("LITERAL-") || self.has("IMAP4REV2") {
            Literals::Short
        } else {
            Literals::Wait
        }
    }

    /// Takes one away that a server has and does not have right.
    pub(super) fn without(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }
}
