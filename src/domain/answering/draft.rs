//! What somebody is writing, as the fields and the text of one file in an editor.

use std::collections::HashSet;

use super::mailbox_key;
use crate::domain::address::Address;

/// The field by which the draft of an answer to an invitation is known.
pub const INVITATION_ANSWER_FIELD: &str = "X-Invitation-Answer";

/// The line above a message that is forwarded within the text. What follows it is somebody else's.
pub const FORWARDED: &str = "---------- Forwarded message ----------";

/// A message that is being written. What it answers is not part of it: that is known from where it was begun.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    pub from: Address,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    pub bcc: Vec<Address>,
    pub reply_to: Vec<Address>,
    pub subject: String,
    /// Paths of files that go with it, as they were written: with `~` and wildcards.
    pub files: Vec<String>,
    /// When it leaves, in the person's words; empty for what its identity says.
    pub leaves: String,
    /// When what it answers comes back if nobody has replied, in the person's words; empty for never.
    pub remind: String,
    /// Other fields, which begin with `X-`, in their order.
    pub fields: Vec<(String, String)>,
    /// Without the empty line before it, with LF line ends.
    pub text: String,
}

impl Draft {
    /// Everybody who gets it, each once, in the order To, Cc, Bcc.
    #[must_use]
    pub fn recipients(&self) -> Vec<&Address> {
        let mut known = HashSet::new();
        let all = self.to.iter().chain(&self.cc).chain(&self.bcc);
        all.filter(|person| known.insert(mailbox_key(&person.address))).collect()
    }

    /// The text without what was quoted or forwarded, without the signature, and without the lines that lead to a quote.
    #[must_use]
    pub fn own_text(&self) -> String {
        let lines: Vec<&str> = self.text.lines().take_while(|line| !["-- ", FORWARDED].contains(line)).collect();
        let is_quote = |line: &&str| line.starts_with('>');
        let mut out = String::new();
        for (place, line) in lines.iter().enumerate() {
            let leads = line.trim_end().ends_with(':') && lines.get(place + 1).is_some_and(is_quote);
            if !is_quote(line) && !leads {
                out.push_str(line);
                out.push('\n');
            }
        }
        out
    }
}

/// What is wrong in the file of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftMistake {
    /// The line in the file, from 1.
    pub line: usize,
    pub what: String,
    /// What to write instead.
    pub help: String,
}

impl std::fmt::Display for DraftMistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}: {}", self.line, self.what, self.help)
    }
}

#[cfg(test)]
mod tests {
    use super::{Draft, FORWARDED};
    use crate::domain::address::Address;

    #[test]
    fn nobody_gets_it_twice() {
        let people = |list: &[&str]| list.iter().map(|it| Address::new("", *it)).collect::<Vec<_>>();
        let draft = Draft {
            to: people(&["a@x"]),
            cc: people(&["b@x", "A@X"]),
            bcc: people(&["b@x", "c@x"]),
            ..Draft::default()
        };
        let all: Vec<&str> = draft.recipients().iter().map(|it| it.address.as_str()).collect();
        assert_eq!(all, ["a@x", "b@x", "c@x"]);
    }

    #[test]
    fn what_is_forwarded_is_not_ones_own_text() {
        let text = format!("See below.\n\n{FORWARDED}\nFrom: Ann\n\nThe plan is attached.\n");
        assert_eq!(Draft { text, ..Draft::default() }.own_text(), "See below.\n\n");
    }

    #[test]
    fn quotes_and_signatures_are_not_ones_own_text() {
        let text = "Yes.\n\nAnn wrote:\n> See the attachment.\n\nTwo:\nthree\n-- \nMe, attached\n";
        assert_eq!(Draft { text: text.to_owned(), ..Draft::default() }.own_text(), "Yes.\n\n\nTwo:\nthree\n");
    }
}
