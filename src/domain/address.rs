//! A mailbox of a person or a program (RFC 5322 §3.4): a display name, which may be empty, and an address.

/// Parts of addresses whose owners do not read answers, without dots and dashes.
const UNREAD: [&str; 9] = [
    "noreply",
    "donotreply",
    "dontreply",
    "mailerdaemon",
    "nepasrepondre",
    "nichtantworten",
    "keineantwort",
    "noresponder",
    "naoresponda",
];

/// The name and the address as a message gave them, decoded but not yet made fit for a terminal.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct Address {
    pub name: String,
    pub address: String,
}

impl Address {
    #[must_use]
    pub fn new(name: impl Into<String>, address: impl Into<String>) -> Self {
        Self { name: name.into(), address: address.into() }
    }

    /// What to call this mailbox in a list: its name or, where there is none, its address.
    #[must_use]
    pub fn called(&self) -> &str {
        let name = self.name.trim();
        if name.is_empty() { &self.address } else { name }
    }

    /// As it is typed: `Ann <ann@a.example>`, `"Doe, Bob" <bob@b.example>`. On one line, whatever its name was.
    #[must_use]
    pub fn typed(&self) -> String {
        let plain: String = self.name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        match plain.split_whitespace().collect::<Vec<_>>().join(" ") {
            name if name.is_empty() => self.address.clone(),
            name if name.contains(|c: char| "()<>[]:;@\\,.\"".contains(c)) => {
                format!("\"{}\" <{}>", name.replace('\\', "\\\\").replace('"', "\\\""), self.address)
            }
            name => format!("{name} <{}>", self.address),
        }
    }
}

/// Whether an address says of itself that nobody reads what is sent to it: `no-reply@shop.example`.
#[must_use]
pub fn reads_no_answers(address: &str) -> bool {
    let local = address.rsplit_once('@').map_or(address, |(local, _)| local);
    let local: String = local.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    UNREAD.iter().any(|name| local.contains(name))
}

#[cfg(test)]
mod tests {
    use super::{Address, reads_no_answers};

    #[test]
    fn a_mailbox_without_a_name_is_called_by_its_address() {
        assert_eq!(Address::new("  ", "a@b").called(), "a@b");
        assert_eq!(Address::new("Ann", "a@b").called(), "Ann");
    }

    #[test]
    fn a_mailbox_is_typed_on_one_line_with_quotes_where_they_are_needed() {
        for (name, typed) in [
            ("", "a@b"),
            ("Ann", "Ann <a@b>"),
            ("Doe, Ann", "\"Doe, Ann\" <a@b>"),
            ("A \"B\"", "\"A \\\"B\\\"\" <a@b>"),
            ("Ann\r\nBcc: x", "\"Ann Bcc: x\" <a@b>"),
        ] {
            assert_eq!(Address::new(name, "a@b").typed(), typed);
        }
    }

    #[test]
    fn some_addresses_say_that_nobody_reads_them() {
        assert!(reads_no_answers("No-Reply+17@shop.example") && reads_no_answers("MAILER-DAEMON@a.example"));
        assert!(!reads_no_answers("ann@noreply.example") && !reads_no_answers("reply@a.example"));
    }
}
