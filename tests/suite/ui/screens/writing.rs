//! Holds `src/ui/screens/written.rs`, `src/ui/update/writing.rs`, `src/ui/view/outgoing_words.rs`: drafts and the outbox, and what
//! is said when an editor has ended.

use std::path::PathBuf;

use tidebox::domain::ids::OutgoingId;
use tidebox::domain::printable::Printable;
use tidebox::ui::action::Mode;
use tidebox::ui::event::Event;
use tidebox::ui::request::RequestNumber;
use tidebox::ui::response::{EditOutcome, EditResponse, Response};

use super::desk::Desk;
use super::outbox::Outbox;
use super::{batch_of, door};

fn written(size: (u16, u16), keys: &str) -> Desk {
    batch_of(size, |desk| desk.outbox = Outbox::full(), keys)
}

fn said(desk: &Desk) -> String {
    let rows = desk.rows();
    rows[rows.len() - 2].concat().trim().to_owned()
}

/// Plays keys that lead to the editor, which then ends like this.
fn edited(keys: &str, response: EditResponse) -> Desk {
    let mut desk = written((140, 36), keys);
    desk.end_editor(response);
    desk
}

#[test]
fn each_list_has_what_belongs_to_it_and_what_waits_for_the_person_comes_first() {
    let drafts = written((120, 36), "g d");
    assert_eq!(drafts.state.mode(), Mode::Drafts);
    let picture = drafts.picture();
    for text in ["drafts   2 drafts", "Ada Lovelace", "to nobody yet", "no subject", "the second table can go"] {
        assert!(picture.contains(text), "{text}: {picture}");
    }
    assert!(!picture.contains("Alan Turing"), "{picture}");
    let outbox = written((120, 36), "g u").picture();
    let place = |text: &str| outbox.find(text).unwrap_or_else(|| panic!("{text}: {outbox}"));
    assert!(place("Tom, Grace Hopper") < place("Alan Turing"), "{outbox}");
    assert!(place("Alan Turing") < place("Ada Lovelace"), "{outbox}");
    for text in
        ["outbox   4 messages", "nobody can say whether it left", "leaves at the next close", "try 2 today 13:30"]
    {
        place(text);
    }
    // The server's words, whole.
    for text in ["grace@example.org", "550 5.1.1", "in local\n", "recipient table"] {
        place(text);
    }
    assert!(written((120, 36), "g u g u").picture().contains("This is the outbox."));
}

#[test]
fn both_are_opened_from_the_door_and_go_back_there() {
    for (keys, mode) in [("g d", Mode::Drafts), ("g u", Mode::Outbox), ("g u g d", Mode::Drafts), ("g u q", Mode::Door)]
    {
        assert_eq!(door((80, 24), |_| {}, keys).state.mode(), mode, "{keys}");
    }
    assert!(door((80, 24), |_| {}, "g d").picture().contains("No draft"));
    assert!(door((80, 24), |_| {}, "g u").picture().contains("Nothing leaves, and everything has left."));
}

#[test]
fn what_is_staged_is_taken_back_and_what_is_unknown_is_settled() {
    let desk = written((120, 36), "g u j j u");
    assert!(desk.picture().contains("Taken back: it is among the drafts"), "{}", desk.picture());
    assert!(!desk.picture().contains("Ada Lovelace"), "{}", desk.picture());
    let asked = written((120, 36), "g u j r");
    assert!(asked.picture().contains("whoever has it already gets it twice"), "{}", asked.picture());
    assert!(said(&written((120, 36), "g u j r c")).starts_with("It counts as sent."));
    assert!(said(&written((120, 36), "g u j enter s")).starts_with("It is sent again"));
    assert!(said(&written((120, 36), "g u j u")).starts_with("Somebody may have it already"));
    assert!(said(&written((120, 36), "g u d")).starts_with("Somebody has it already"));
    assert!(said(&written((120, 36), "g u r")).starts_with("It is known what became of this one"));
}

#[test]
fn throwing_away_asks_and_only_y_says_yes() {
    for (keys, left) in [("d n", 2), ("d enter", 2), ("d esc", 2), ("d y", 1), ("# y", 1)] {
        let desk = written((120, 36), &format!("g d {keys}"));
        let drafts = desk.outbox.list.iter().filter(|one| one.id.0 < 3).count();
        assert_eq!(drafts, left, "{keys}: {}", desk.picture());
    }
    assert!(written((120, 36), "g d d").picture().contains("Throw away: Re: Notes on the engine?"));
    assert!(written((120, 36), "g d j d").picture().contains("Throw this draft away?"));
}

#[test]
fn editing_hands_a_draft_to_the_editor_under_a_name_that_tells_what_it_is() {
    for keys in ["g d E", "g d enter", "g u j j E", "tab j E"] {
        let mut desk = written((140, 36), keys);
        let asked: Vec<_> = desk.editors();
        let [request] = asked.as_slice() else { panic!("{keys}: {asked:?}: {}", desk.picture()) };
        assert_eq!(request.name, "reply Re: Notes on the engine", "{keys}");
    }
    let desk = written((140, 36), "E");
    assert!(said(&desk).starts_with("There is no draft of an answer to this message"), "{}", desk.picture());
}

#[test]
fn what_came_of_an_editor_is_said() {
    let draft = Some(OutgoingId(1));
    let came = |draft, outcome| said(&edited("g d E", EditResponse { draft, outcome }));
    let failed = || EditOutcome::Failed { how: "`vi` ended with status 1".into() };
    assert!(
        came(draft, failed()).contains("ended with status 1 · The draft is as it was saved; gd shows it"),
        "{}",
        came(draft, failed())
    );
    assert!(came(None, failed()).contains("Nothing was saved, so there is no draft"), "{}", came(None, failed()));
    let gone = EditOutcome::Gone { why: "the editor has removed the file".into() };
    assert!(came(draft, gone).contains("editor has removed the file"));
    assert!(came(None, EditOutcome::Unchanged { at_once: true }).contains("needs its option that waits"));
    assert!(came(None, EditOutcome::Unchanged { at_once: false }).starts_with("Nothing was changed"));
    let problem = super::facts::problem("the disk is full", None);
    let not_kept = EditOutcome::NotKept { problem, left: PathBuf::from("/home/ann/drafts/draft-1/reply.eml") };
    let text = came(None, not_kept);
    assert!(text.contains("disk is full") && text.contains("/home/ann/drafts/draft-1/reply.eml"), "{text}");
}

/// A response of an editor that nobody waits for changes nothing.
#[test]
fn an_editor_that_nobody_waits_for_says_nothing() {
    let mut desk = written((140, 36), "");
    let before = desk.picture();
    let response = EditResponse { draft: None, outcome: EditOutcome::Failed { how: Printable::from("x") } };
    desk.event(Event::Response(RequestNumber(9_999), Ok(Response::Editor(response))));
    assert_eq!(desk.picture(), before);
}
