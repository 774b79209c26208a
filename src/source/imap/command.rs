//! A command on its way to a server. Text from outside is sent as a string, quoted or as a literal, so that nothing in
//! the name of a folder can become a command.

use std::fmt;

use super::capabilities::Literals;

/// The purpose of every command that opens a folder.
pub(super) const OPENING: &str = "opening a folder";
/// Longer strings are sent as literals: some servers accept no line of more than 1,000 bytes.
const QUOTED_BYTES: usize = 500;

/// A command without its tag.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct ImapCommand {
    /// Pieces of text, each with the literal that follows it.
    before: Vec<(String, Vec<u8>)>,
    /// The text after the last literal.
    text: String,
    doing: &'static str,
    messages: usize,
}

/// Prints only the first word and the purpose, because LOGIN and AUTHENTICATE carry a password or a token.
impl fmt::Debug for ImapCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.words().next().unwrap_or_default();
        f.debug_struct("ImapCommand").field("name", &name).field("doing", &self.doing).finish_non_exhaustive()
    }
}

/// The parts of a command. Before each part but the first, the server must have sent a continuation request.
pub(super) type CommandParts = Vec<Vec<u8>>;

impl ImapCommand {
    /// A command that begins with these words. `doing` is its purpose, in words for people.
    pub(super) fn new(words: impl Into<String>, doing: &'static str) -> Self {
        Self { before: Vec::new(), text: words.into(), doing, messages: 0 }
    }

    /// Adds words of ours, after a space.
    pub(super) fn word(mut self, words: &str) -> Self {
        self.text.push(' ');
        self.text.push_str(words);
        self
    }

    /// Adds a string, after a space: the encoded name of a folder, or a text to search for.
    pub(super) fn string(mut self, string: &str) -> Self {
        self.text.push(' ');
        if string.len() <= QUOTED_BYTES && string.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            self.text.push('"');
            for c in string.chars() {
                if matches!(c, '"' | '\\') {
                    self.text.push('\\');
                }
                self.text.push(c);
            }
            self.text.push('"');
        } else {
            self.before.push((std::mem::take(&mut self.text), string.as_bytes().to_vec()));
        }
        self
    }

    /// Adds bytes as a literal, after a space. They have no NUL (RFC 9051 §4.3).
    pub(super) fn literal(mut self, bytes: &[u8]) -> Self {
        self.text.push(' ');
        self.before.push((std::mem::take(&mut self.text), bytes.to_vec()));
        self
    }

    /// Sets how many messages it is about. The server may send some responses for each.
    pub(super) fn about(mut self, messages: usize) -> Self {
        self.messages = messages;
        self
    }

    /// Its words, up to the first literal.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        let text = self.before.first().map_or(self.text.as_str(), |(text, _)| text.as_str());
        text.split_ascii_whitespace()
    }

    pub(super) fn doing(&self) -> &'static str {
        self.doing
    }

    /// How many messages it is about.
    pub(super) fn messages(&self) -> usize {
        self.messages
    }

    /// Its bytes, with this tag.
    pub(super) fn parts(&self, tag: &str, literals: Literals) -> CommandParts {
        let mut parts = Vec::new();
        let mut part = format!("{tag} ").into_bytes();
        for (text, literal) in &self.before {
            part.extend_from_slice(text.as_bytes());
            if literals.go_along(literal.len()) {
                part.extend_from_slice(format!("{{{}+}}\r\n", literal.len()).as_bytes());
                part.extend_from_slice(literal);
            } else {
                part.extend_from_slice(format!("{{{}}}\r\n", literal.len()).as_bytes());
                parts.push(std::mem::replace(&mut part, literal.clone()));
            }
        }
        part.extend_from_slice(self.text.as_bytes());
        part.extend_from_slice(b"\r\n");
        parts.push(part);
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::{ImapCommand, Literals};

    #[test]
    fn what_is_shown_of_a_command_has_no_secret() {
        for secret in ["hunter22", "h\u{fc}nter22"] {
            let command = ImapCommand::new("LOGIN", "logging in").string("ann").string(secret);
            let shown = format!("{command:?}");
            assert!(shown.contains("LOGIN") && !shown.contains("nter22") && !shown.contains("ann"), "{shown}");
        }
    }

    fn parts(command: &ImapCommand, literals: Literals) -> Vec<String> {
        command.parts("t1", literals).into_iter().map(|part| String::from_utf8(part).unwrap()).collect()
    }

    #[test]
    fn a_string_is_quoted_or_a_literal() {
        let command = ImapCommand::new("STATUS", "x").string("a \"b\" \\").word("(UIDNEXT)");
        assert_eq!(parts(&command, Literals::Wait), ["t1 STATUS \"a \\\"b\\\" \\\\\" (UIDNEXT)\r\n"]);
        let command = ImapCommand::new("SELECT", "x").string("a\r\nt2 DELETE b").word("(CONDSTORE)");
        assert_eq!(
            parts(&command, Literals::Wait),
            ["t1 SELECT {14}\r\n", "a\r\nt2 DELETE b (CONDSTORE)\r\n"],
            "the server counts the bytes: nothing in them is a command"
        );
        assert_eq!(parts(&command, Literals::All), ["t1 SELECT {14+}\r\na\r\nt2 DELETE b (CONDSTORE)\r\n"]);
        let long = ImapCommand::new("SELECT", "x").string(&"é".repeat(4_000));
        assert_eq!(parts(&long, Literals::Short).len(), 2);
        assert_eq!(parts(&long, Literals::All).len(), 1);
    }
}
