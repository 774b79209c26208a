//! The lines around and between what `OpenPGP` signs and encrypts in a plain text (RFC 9580 §6.2 and §7): nothing to read.

/// Where in an armour the next line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Armour {
    #[default]
    Outside,
    /// In its header, which an empty line ends; `signed` where the text that is signed follows.
    Header { signed: bool },
    /// In lines of base64.
    Data,
}

/// The keys of an armour's header (RFC 9580 §6.2.2).
const KEYS: [&str; 5] = ["Version", "Comment", "Hash", "MessageID", "Charset"];

impl Armour {
    /// Whether a line is none of the text: it begins an armour, or one has begun.
    pub(super) fn begins_or_goes_on(self, line: &str) -> bool {
        self != Self::Outside || begins(line.trim_end()).is_some()
    }

    /// Whether this line is part of an armour. Whatever cannot stand in one ends it.
    pub(super) fn takes(&mut self, line: &str) -> bool {
        if let Some(what) = begins(line) {
            *self = Self::Header { signed: what == "SIGNED MESSAGE" };
            return true;
        }
        let (next, part) = match *self {
            Self::Outside => (Self::Outside, false),
            Self::Header { signed: true } if line.is_empty() => (Self::Outside, true),
            Self::Header { signed: false } if line.is_empty() => (Self::Data, true),
            Self::Header { .. } if header(line) => (*self, true),
            Self::Header { signed: false } | Self::Data if data(line) => (Self::Data, true),
            Self::Header { .. } | Self::Data => (Self::Outside, ends(line)),
        };
        *self = next;
        part
    }
}

/// What the armour that begins here is about.
fn begins(line: &str) -> Option<&str> {
    line.strip_prefix("-----BEGIN PGP ")?.strip_suffix("-----")
}

fn ends(line: &str) -> bool {
    line.starts_with("-----END PGP ") && line.ends_with("-----")
}

fn header(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(key, _)| KEYS.contains(&key))
}

/// A line of base64, or its checksum.
fn data(line: &str) -> bool {
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}
