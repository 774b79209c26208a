//! A message that the person writes, as a list of drafts or of the outbox shows it.

use chrono::{DateTime, Utc};

use super::answering::Draft;
use super::ids::{Id, OutgoingId};
use super::outbox::{DepartureTime, Outgoing, OutgoingState, RecipientState};
use super::printable::Printable;
use super::until::Until;

/// So many people are named; of the others only the number is told.
const NAMED: usize = 3;
/// So many lines of the text are told at most.
const LINES: usize = 200;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingSummary {
    pub id: OutgoingId,
    pub state: OutgoingState,
    /// The message that it answers or forwards.
    pub answers: Option<Id>,
    /// Who gets it, by name: `Ann, Grace and 4 more`; empty while that is not known.
    pub people: Printable,
    pub subject: Printable,
    /// The person's own words, without what is quoted.
    pub text: Vec<Printable>,
    pub changed: DateTime<Utc>,
    pub leaving: Option<DepartureTime>,
    pub due: Option<DateTime<Utc>>,
    pub tries: u32,
    /// Where what it answers comes back if nobody has replied by then.
    pub reminder: Option<Until>,
    /// When what it answers was answered elsewhere, where that is so and it has not left.
    pub elsewhere: Option<DateTime<Utc>>,
    pub recipients: Vec<RecipientOutcome>,
}

/// What became of it for one of those who get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientOutcome {
    pub address: Printable,
    pub state: RecipientState,
    /// The server's words; empty while there are none.
    pub words: Printable,
}

/// A draft without mistakes, before it is staged: who gets it, as whom it is written, and when it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeavingSummary {
    pub draft: OutgoingId,
    pub from: Printable,
    pub to: Vec<Printable>,
    pub cc: Vec<Printable>,
    pub bcc: Vec<Printable>,
    pub subject: Printable,
    /// Each with its size in bytes.
    pub files: Vec<(Printable, u64)>,
    /// `at the close, 10:45`.
    pub leaves: Printable,
    /// `tomorrow morning, 10:00`: what it answers comes back then, if nobody has replied.
    pub reminds: Option<Printable>,
    /// When those who publish it read mail after that: `Ann: Tue 24 Nov, 10:00`.
    pub reads: Vec<Printable>,
    /// It leaves as soon as the person says so, and cannot be taken back then.
    pub at_once: bool,
    /// What is worth a second look, a sentence each.
    pub warnings: Vec<Printable>,
}

/// An invitation that can be answered: to whom the answer goes, as whom, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationOffer {
    /// The organizer.
    pub to: Printable,
    /// The address that was invited.
    pub from: Printable,
    /// `at the close, 10:45`.
    pub leaves: Printable,
    /// It leaves as soon as the person says so, and cannot be taken back then.
    pub at_once: bool,
}

impl OutgoingSummary {
    /// `draft` is what its file says, where that can be read.
    #[must_use]
    pub fn of(outgoing: &Outgoing, draft: Option<&Draft>) -> Self {
        let recipients: Vec<RecipientOutcome> = outgoing
            .recipients
            .iter()
            .map(|one| RecipientOutcome {
                address: Printable::address(&one.address),
                state: one.state,
                words: Printable::from(one.words.as_str()),
            })
            .collect();
        let (people, subject, own) = draft.map_or_else(|| unread(&outgoing.draft), read);
        Self {
            id: outgoing.id,
            state: outgoing.state,
            answers: outgoing.answers,
            people: named(&people),
            subject: Printable::from(subject),
            text: own.trim_matches('\n').lines().take(LINES).map(Printable::from).collect(),
            changed: outgoing.changed,
            leaving: outgoing.leaving,
            due: outgoing.due,
            tries: outgoing.tries,
            reminder: None,
            elsewhere: None,
            recipients,
        }
    }

    /// The same of what is about a message that is held: nothing that tells of that one.
    #[must_use]
    pub fn without_message(self) -> Self {
        let subject = "about a message that is held".into();
        Self { people: Printable::default(), subject, text: Vec::new(), recipients: Vec::new(), ..self }
    }
}

/// Who gets it, its subject, and the person's own words.
fn read(draft: &Draft) -> (Vec<String>, String, String) {
    let people = draft.recipients().iter().map(|one| one.called().to_owned()).collect();
    (people, draft.subject.clone(), draft.own_text())
}

/// The same of a file with mistakes.
fn unread(file: &str) -> (Vec<String>, String, String) {
    let text = file.split_once("\n\n").map_or("", |(_, text)| text).to_owned();
    (fields(file, "to"), fields(file, "subject").concat(), Draft { text, ..Draft::default() }.own_text())
}

/// `Ann, Grace and 4 more`.
fn named(people: &[String]) -> Printable {
    let shown: Vec<&str> = people.iter().take(NAMED).map(String::as_str).collect();
    let shown = shown.join(", ");
    Printable::from(match people.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    })
}

/// What the file says in its fields of this name, where it has mistakes.
fn fields(file: &str, name: &str) -> Vec<String> {
    let heading = file.lines().take_while(|line| !line.trim().is_empty());
    let value = |line: &str| {
        let (field, value) = line.split_once(':')?;
        let value = value.trim();
        (field.eq_ignore_ascii_case(name) && !value.is_empty()).then(|| value.to_owned())
    };
    heading.filter_map(value).collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::{OutgoingSummary, named};
    use crate::domain::ids::OutgoingId;
    use crate::domain::outbox::{Outgoing, OutgoingState};

    #[test]
    fn a_file_with_mistakes_is_told_by_what_stands_in_its_fields() {
        let outgoing = Outgoing {
            id: OutgoingId(1),
            state: OutgoingState::Draft,
            answers: None,
            relation: crate::domain::outbox::OutgoingRelation::New,
            draft: "TO: Ann <ann@\nSubject: Tea\u{1b}[2J\n\nTo: nobody\n".to_owned(),
            changed: DateTime::UNIX_EPOCH,
            message_id: None,
            leaving: None,
            staged_in: None,
            due: None,
            tries: 0,
            recipients: Vec::new(),
        };
        let told = OutgoingSummary::of(&outgoing, None);
        assert_eq!(told.people.as_str(), "Ann <ann@");
        assert_eq!(told.text, ["To: nobody".into()]);
        assert!(told.subject.as_str().starts_with("Tea") && !told.subject.as_str().contains('\u{1b}'));
    }

    #[test]
    fn only_some_people_are_named() {
        let people = |count: usize| (1..=count).map(|n| format!("P{n}")).collect::<Vec<_>>();
        assert_eq!(named(&people(0)).as_str(), "");
        assert_eq!(named(&people(3)).as_str(), "P1, P2, P3");
        assert_eq!(named(&people(5)).as_str(), "P1, P2, P3 and 2 more");
    }
}
