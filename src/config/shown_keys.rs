//! Which values of a configuration may be shown beside a mistake: those of keys that the example names and that hold no
//! secret. A key that is not known may be `password`, written a little wrong.

use super::example::EXAMPLE;

/// In a comment, or in a key that is not known, each of these says that a secret follows.
const TELLTALE: [&str; 12] = [
    "passw",
    "passphrase",
    "token",
    "secret",
    "pwd",
    "credential",
    "bearer",
    "authorization",
    "apikey",
    "api-key",
    "api_key",
    "login",
];
/// The keys that hold a secret, or the table that says where it comes from.
const SECRETS: [&str; 2] = ["password", "token"];
/// The keys of that table; they hold no secret themselves.
const ORIGINS: [&str; 3] = ["command", "env", "keyring"];
/// Tables in which no secret has a place, and whose keys the example does not name one by one.
const HARMLESS: [&str; 2] = ["keys", "theme"];

/// The table that the keys of a line belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    Settings,
    Harmless,
    /// Of a password or a token, or one that is not known.
    Secret,
}

/// Every key and every table that the example names, set or commented out, but for those that hold a secret.
pub(super) struct KnownKeys(Vec<&'static str>);

impl KnownKeys {
    pub(super) fn of_example() -> Self {
        let lines = EXAMPLE.lines().map(|line| line.trim_start_matches(['#', ' ']));
        let name = |line: &'static str| {
            let name = match line.strip_prefix('[') {
                Some(header) => header.trim_matches(['[', ']']),
                None => line.split_once('=')?.0.trim(),
            };
            is_bare(name).then_some(name)
        };
        Self(lines.filter_map(name).filter(|name| !SECRETS.contains(name)).chain(ORIGINS).collect())
    }

    pub(super) fn contains(&self, key: &str) -> bool {
        self.0.contains(&key)
    }

    /// Whether a part of a key is the name of a secret.
    pub(super) fn names_secret(parts: &[&str]) -> bool {
        parts.iter().any(|part| SECRETS.contains(part))
    }

    /// What the keys below a header belong to. `parts` is the header's name, divided at its dots.
    pub(super) fn table(&self, parts: &[&str]) -> Table {
        if parts.first().is_some_and(|first| HARMLESS.contains(first)) {
            return Table::Harmless;
        }
        let known = parts.iter().all(|part| self.contains(part) || HARMLESS.contains(part));
        if known { Table::Settings } else { Table::Secret }
    }

    /// Whether the value of a key may be shown. `parts` is the key, divided at its dots.
    pub(super) fn shows(&self, parts: &[&str], table: Table) -> bool {
        let last = parts.last().copied().unwrap_or_default();
        match table {
            Table::Secret => ORIGINS.contains(&last),
            _ if Self::names_secret(parts) => parts.len() > 1 && ORIGINS.contains(&last),
            Table::Harmless => self.contains(last) || first_telltale(&last.to_ascii_lowercase()).is_none(),
            Table::Settings => parts.iter().all(|part| self.contains(part)),
        }
    }
}

/// Whether it is written as a key without quotes (TOML 1.0, bare keys).
pub(super) fn is_bare(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// Where the first word ends that says that a secret follows. The text is in small letters.
pub(super) fn first_telltale(text: &str) -> Option<usize> {
    TELLTALE.iter().filter_map(|word| Some(text.find(word)? + word.len())).min()
}

#[cfg(test)]
mod tests {
    use super::{KnownKeys, Table};

    #[test]
    fn values_of_known_keys_are_shown_and_no_others() {
        let known = KnownKeys::of_example();
        for (key, table, shown) in [
            ("host", Table::Settings, true),
            ("hots", Table::Settings, false),
            ("password", Table::Settings, false),
            ("password.command", Table::Settings, true),
            ("password.value", Table::Settings, false),
            ("command", Table::Secret, true),
            ("host", Table::Secret, false),
            ("quote", Table::Harmless, true),
            ("my_token_key", Table::Harmless, false),
        ] {
            assert_eq!(known.shows(&key.split('.').collect::<Vec<_>>(), table), shown, "{key} in {table:?}");
        }
    }

    #[test]
    fn a_table_that_is_not_known_may_be_that_of_a_secret() {
        let known = KnownKeys::of_example();
        for (name, table) in [
            ("source", Table::Settings),
            ("source.password", Table::Secret),
            ("source.login", Table::Secret),
            ("keys", Table::Harmless),
            ("theme.dark", Table::Harmless),
            ("theme.of_mine", Table::Harmless),
        ] {
            assert_eq!(known.table(&name.split('.').collect::<Vec<_>>()), table, "{name}");
        }
    }
}
