//! The line in which it is said who gets a message, before the editor opens: addresses with a comma between them, and beneath it
//! those correspondents who can be meant by the one that is being typed.

use super::field::Field;
use crate::domain::address::Address;
use crate::domain::answering::{ComposeIntent, can_be_written_to};
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;

/// So many are shown at once.
pub const SUGGESTED: usize = 6;

#[derive(Debug)]
pub struct RecipientPrompt {
    /// What is to be written.
    pub intent: ComposeIntent,
    /// What was marked of the message that is forwarded.
    pub passage: Option<String>,
    pub field: Field,
    pub suggested: Vec<Address>,
    /// Which of them Enter takes; `None` where what was typed stands as it is.
    pub at: Option<usize>,
    /// Whether those that are suggested are of what is typed now.
    pub come: bool,
    /// Enter was pressed before that.
    pub finished: bool,
    pub problem: Option<Problem>,
}

impl RecipientPrompt {
    #[must_use]
    pub fn of(intent: ComposeIntent) -> Self {
        let field = Field::default();
        Self {
            intent,
            passage: None,
            field,
            suggested: Vec::new(),
            at: None,
            come: false,
            finished: false,
            problem: None,
        }
    }

    /// What is typed behind the last comma: the one that is being looked for.
    #[must_use]
    pub fn typed(&self) -> String {
        let text = self.field.text();
        text.get(begins(&text)..).unwrap_or_default().trim().to_owned()
    }

    /// Those who can be meant are known now. The first is proposed, unless an address is typed that can stand as it is.
    pub fn offer(&mut self, suggested: Vec<Address>) {
        let typed = self.typed();
        let is_whole = can_be_written_to(&typed) && typed.rsplit('@').next().is_some_and(|host| host.contains('.'));
        let exact = suggested.iter().position(|it| it.address.eq_ignore_ascii_case(&typed));
        self.at = match exact {
            Some(place) => Some(place),
            None if is_whole || typed.is_empty() || suggested.is_empty() => None,
            None => Some(0),
        };
        self.suggested = suggested;
        self.come = true;
    }

    /// Puts one of those who are suggested in the place of what is typed behind the last comma.
    pub fn take(&mut self, place: usize) {
        let Some(chosen) = self.suggested.get(place) else { return };
        let text = self.field.text();
        let before = text.get(..begins(&text)).unwrap_or_default().trim_end();
        let gap = if before.is_empty() { "" } else { " " };
        self.field = Field::of(&format!("{before}{gap}{}, ", chosen.typed()));
        self.at = None;
    }
}

/// How one is shown: the name, and the address.
#[must_use]
pub fn shown(person: &Address) -> (Printable, Printable) {
    let name = person.name.trim();
    if name.is_empty() {
        (Printable::from(&person.address), Printable::default())
    } else {
        (Printable::from(name), Printable::from(&person.address))
    }
}

/// Behind the last comma outside of quotes, in bytes.
fn begins(text: &str) -> usize {
    let (mut begins, mut quoted, mut escaped) = (0, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b',' if !quoted => begins = at + 1,
            _ => {}
        }
    }
    begins
}

#[cfg(test)]
mod tests {
    use super::{RecipientPrompt, begins};
    use crate::domain::address::Address;
    use crate::domain::answering::ComposeIntent;
    use crate::ui::state::field::Field;

    fn prompt(text: &str) -> RecipientPrompt {
        let nobody = Vec::new;
        let (subject, text_of) = (String::new(), String::new());
        let intent = ComposeIntent::New { to: nobody(), cc: nobody(), bcc: nobody(), subject, text: text_of };
        RecipientPrompt { field: Field::of(text), ..RecipientPrompt::of(intent) }
    }

    #[test]
    fn what_is_typed_last_is_replaced_by_who_is_chosen() {
        let doe = || vec![Address::new("Doe, Bob", "bob@b.example"), Address::new("", "bo@c.example")];
        let mut it = prompt("Ann <ann@a.example>, bo");
        assert_eq!(it.typed(), "bo");
        it.offer(doe());
        assert_eq!(it.at, Some(0));
        it.take(0);
        assert_eq!(it.field.text(), "Ann <ann@a.example>, \"Doe, Bob\" <bob@b.example>, ");
        assert_eq!(it.typed(), "", "a comma within quotes parts nobody");
        it.offer(doe());
        assert_eq!(it.at, None, "nothing is typed, so Enter goes on");
        it.take(1);
        assert!(it.field.text().ends_with("<bob@b.example>, bo@c.example, "));
    }

    #[test]
    fn an_address_that_is_whole_stands_as_it_is_unless_it_is_known() {
        let mut it = prompt("bob@b.example");
        it.offer(vec![Address::new("", "bob@b.example.org")]);
        assert_eq!(it.at, None);
        it.offer(vec![Address::new("", "bob@b.example.org"), Address::new("Bob", "Bob@b.example")]);
        assert_eq!(it.at, Some(1), "with its name");
        it = prompt("bob@b");
        it.offer(vec![Address::new("", "bob@b.example.org")]);
        assert_eq!(it.at, Some(0));
    }

    #[test]
    fn commas_in_quotes_are_no_ends() {
        assert_eq!(begins("\"a, b\" <x@y>"), 0);
        assert_eq!(begins("\"a \\\", b\" <x@y>, c"), 16);
        assert_eq!(begins("a,"), 2);
    }
}
