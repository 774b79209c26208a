//! Which of several commands under way an untagged response belongs to.
//!
//! The order of tagged responses does not say it: Dovecot delays them, and sends the data of the next commands first.
//! So each response is compared with what the commands asked for. Only an opening of a folder is a border: no server
//! mixes the responses before it with those after it.

use super::command::{ImapCommand, OPENING};
use super::uids;
use super::untagged::Untagged;

/// What a command asks for.
#[derive(Debug)]
pub(super) struct ExpectedResponse {
    verb: CommandKind,
    /// The UIDs or message sequence numbers in the command, as ranges.
    named: Vec<(u32, u32)>,
    by_uid: bool,
    /// Whether it got its response, if a command of its kind gets exactly one.
    answered: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CommandKind {
    Open,
    /// FETCH or STORE: the responses are about messages.
    Fetch,
    Search,
    Status,
    List,
    /// MOVE, COPY or EXPUNGE.
    Move,
    Other,
}

impl ExpectedResponse {
    pub(super) fn of(command: &ImapCommand) -> Self {
        let mut words = command.words();
        let first = words.next().unwrap_or_default();
        let by_uid = first == "UID";
        let verb = match if by_uid { words.next().unwrap_or_default() } else { first } {
            _ if command.doing() == OPENING => CommandKind::Open,
            "FETCH" | "STORE" => CommandKind::Fetch,
            "SEARCH" => CommandKind::Search,
            "STATUS" => CommandKind::Status,
            "LIST" => CommandKind::List,
            "MOVE" | "COPY" | "EXPUNGE" => CommandKind::Move,
            _ => CommandKind::Other,
        };
        let named = match verb {
            CommandKind::Fetch | CommandKind::Move => words.next().unwrap_or_default().replace('*', "4294967295"),
            _ => String::new(),
        };
        Self { verb, named: uids::ranges(&named).unwrap_or_default(), by_uid, answered: false }
    }

    /// Whether it may be under way at the same time as another command. Sequence numbers change whenever the server may
    /// send EXPUNGE, and it may do so during a command with UIDs (RFC 9051 §5.5). Dovecot sends it in the middle of a
    /// message if two such commands overlap.
    pub(super) fn goes_beside(&self, other: &Self) -> bool {
        let moves = |one: &Self| one.by_uid || one.verb == CommandKind::Open;
        !(self.is_by_place() && moves(other) || other.is_by_place() && moves(self))
    }

    fn is_by_place(&self) -> bool {
        self.verb == CommandKind::Fetch && !self.by_uid
    }

    /// Whether it opens a folder, so that no response before its end belongs to another command.
    pub(super) fn is_opening(&self) -> bool {
        self.verb == CommandKind::Open
    }

    /// Whether a response may belong to it.
    pub(super) fn fits(&mut self, untagged: &Untagged) -> bool {
        match untagged {
            Untagged::Fetched(fetched) if self.verb == CommandKind::Fetch => {
                let one = if self.by_uid { fetched.uid } else { Some(fetched.seq) };
                one.is_some_and(|one| self.names(one))
            }
            Untagged::Status(status) if self.verb == CommandKind::Move && status.code == "COPYUID" => {
                let copied = status.copied();
                copied.is_none_or(|copied| copied.uids.first().is_some_and(|(from, _)| self.names(*from)))
            }
            Untagged::Vanished { uids, .. } => {
                self.verb == CommandKind::Move && uids.first().is_some_and(|(first, _)| self.names(*first))
            }
            Untagged::Search(_) => self.verb == CommandKind::Search && !std::mem::replace(&mut self.answered, true),
            Untagged::Counts { .. } => self.verb == CommandKind::Status && !std::mem::replace(&mut self.answered, true),
            Untagged::Listed(_) => self.verb == CommandKind::List,
            _ => false,
        }
    }

    fn names(&self, one: u32) -> bool {
        self.named.iter().any(|(first, last)| (*first..=*last).contains(&one))
    }
}

#[cfg(test)]
mod tests {
    use super::{ExpectedResponse, ImapCommand};
    use crate::source::imap::framing::RawResponse;
    use crate::source::imap::untagged::{self, ServerResponse, Untagged};

    fn told(text: &str) -> Untagged {
        match untagged::read(RawResponse { text: text.as_bytes().to_vec(), literals: Vec::new() }) {
            Some(ServerResponse::Untagged(untagged)) => untagged,
            other => panic!("{text}: {other:?}"),
        }
    }

    /// The index of the command that a response is assigned to.
    fn goes_to(commands: &mut [ExpectedResponse], text: &str) -> Option<usize> {
        commands.iter_mut().position(|about| about.fits(&told(text)))
    }

    #[test]
    fn places_and_uids_are_never_under_way_together() {
        let about = |words: &str| ExpectedResponse::of(&ImapCommand::new(words.to_owned(), "x"));
        let (places, uids) = (about("FETCH 1:9 (UID)"), about("UID FETCH 1:9 (UID)"));
        assert!(!places.goes_beside(&uids) && !uids.goes_beside(&places));
        assert!(
            places.goes_beside(&places) && uids.goes_beside(&uids) && uids.goes_beside(&about("STATUS x (UNSEEN)"))
        );
    }

    #[test]
    fn an_answer_goes_to_the_command_that_asked_for_it() {
        let mut commands = [
            "UID FETCH 1:5,9 (UID BODY.PEEK[])",
            "UID FETCH 20:* (UID FLAGS)",
            "FETCH 3:4 (UID FLAGS)",
            "UID MOVE 30:32 Trash",
            "UID MOVE 33 Junk",
            "UID SEARCH ALL",
            "UID SEARCH UNSEEN",
            "STATUS a (MESSAGES)",
        ]
        .map(|text| ExpectedResponse::of(&ImapCommand::new(text, "x")));
        for (text, number) in [
            ("* 7 FETCH (UID 9 BODY[] \"x\")", Some(0)),
            ("* 7 FETCH (UID 4000000000 FLAGS ())", Some(1)),
            ("* 4 FETCH (UID 7 FLAGS ())", Some(2)),
            ("* 7 FETCH (UID 7 FLAGS ())", None),
            ("* OK [COPYUID 7 33 1] Moved", Some(4)),
            ("* OK [COPYUID 7 30:32 1:3] Moved", Some(3)),
            ("* VANISHED 33", Some(4)),
            ("* SEARCH 1", Some(5)),
            ("* SEARCH 2", Some(6)),
            ("* SEARCH 3", None),
            ("* STATUS a (MESSAGES 1)", Some(7)),
            ("* 9 EXISTS", None),
        ] {
            assert_eq!(goes_to(&mut commands, text), number, "{text}");
        }
    }
}
