//! The capabilities of a server (RFC 9051 §7.2.2).

use std::collections::BTreeSet;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Capabilities(BTreeSet<String>);

/// Which literals may be sent without waiting for the server's permission (RFC 7888).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Literals {
    Wait,
    /// Those of up to 4,096 bytes (LITERAL-).
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

    /// Whether a capability is there; its name in upper case.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// The value of APPENDLIMIT (RFC 7889 §2), in bytes.
    pub(super) fn append_limit(&self) -> Option<u64> {
        self.0.iter().find_map(|word| word.strip_prefix("APPENDLIMIT=")?.parse().ok())
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

    /// Removes a capability that the server announces and implements wrongly.
    pub(super) fn without(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }
}
