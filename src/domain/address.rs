//! A mailbox of a person or a program (RFC 5322 §3.4): a display name, which may be empty, and an address.

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
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn a_mailbox_without_a_name_is_called_by_its_address() {
        assert_eq!(Address::new("  ", "a@b").called(), "a@b");
        assert_eq!(Address::new("Ann", "a@b").called(), "Ann");
    }
}
