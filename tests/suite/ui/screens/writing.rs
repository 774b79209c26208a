//! Holds `src/ui/screens/written.rs`, `src/ui/update/writing.rs`, `src/ui/update/recipients.rs`, `src/ui/view/recipients.rs`, `src/ui/update/marking.rs`,
//! `src/ui/view/outgoing_words.rs`: drafts and the outbox, who gets a new message, and what
//! is said when an editor has ended.

use std::path::PathBuf;

use tidebox::domain::ids::OutgoingId;
use tidebox::domain::printable::Printable;
use tidebox::ui::action::Mode;
use tidebox::ui::event::Event;
use tidebox::ui::request::{EditorInput, RequestNumber};
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
    assert!(written((120, 36), "g u r").picture().contains("Send it again to those who were refused?"));
    for (keys, says) in [
        ("g u r y", "It is sent again"),
        ("g u r enter", "Left as it is."),
        ("g u j j j r", "It is sent again"),
        ("g u j j r", "It has not left yet"),
    ] {
        assert!(said(&written((120, 36), keys)).starts_with(says), "{keys}: {}", said(&written((120, 36), keys)));
    }
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
    let new = said(&edited("r", EditResponse { draft: None, outcome: failed() }));
    assert!(new.contains("ended with status 1 · Nothing was saved, so there is no draft"), "{new}");
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

/// The editor gives back a draft with this text.
fn wrote(desk: &mut Desk, text: &str) {
    let outcome = EditOutcome::Written { text: text.as_bytes().to_vec(), left: None };
    desk.end_editor(EditResponse { draft: Some(OutgoingId(7)), outcome });
}

fn answering(size: (u16, u16), keys: &str, text: &str, then: &str) -> Desk {
    let mut desk = written(size, keys);
    wrote(&mut desk, text);
    desk.play(then);
    desk
}

#[test]
fn what_leaves_is_shown_before_it_is_staged() {
    for size in [(120, 36), (80, 24)] {
        let desk = answering(size, "j r", "Yes, attached.", "");
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots" }, {
            insta::assert_snapshot!(format!("what_leaves_at_{}", size.0), desk.picture());
        });
    }
}

#[test]
fn mistakes_are_told_with_their_lines_and_the_file_is_edited_again_as_it_is() {
    let mut desk = answering((120, 36), "r", "mistakes", "");
    let picture = desk.picture();
    for text in [
        "2 mistakes in the file",
        "line 2: `ada@` is no address",
        "line 4: there is no file ~/notes.pdf",
        "e edit again",
    ] {
        assert!(picture.contains(text), "{text}: {picture}");
    }
    // Nothing stages it.
    desk.play("y enter");
    assert!(desk.picture().contains("2 mistakes in the file"), "{}", desk.picture());
    desk.play("e");
    let editors = desk.editors();
    assert!(matches!(&editors[..], [one] if one.source == EditorInput::Text("mistakes".to_owned())), "{editors:?}");
    wrote(&mut desk, "Fine.");
    assert!(desk.picture().contains("this leaves"), "{}", desk.picture());
}

#[test]
fn a_file_that_the_store_could_not_keep_is_edited_again_where_it_is() {
    let mut desk = written((120, 36), "r");
    let path = PathBuf::from("/home/ann/drafts/draft-1/reply.eml");
    let outcome = EditOutcome::Written { text: b"mistakes \xff".to_vec(), left: Some(path.clone()) };
    desk.end_editor(EditResponse { draft: None, outcome: outcome.clone() });
    desk.play("e");
    assert!(matches!(&desk.editors()[..], [one] if one.source == EditorInput::File(path.clone())));
    desk.end_editor(EditResponse { draft: None, outcome: outcome.clone() });
    desk.play("d");
    assert!(said(&desk).contains("it is left in /home/ann/drafts/draft-1/reply.eml"), "{}", desk.picture());
    desk.play("r");
    desk.end_editor(EditResponse { draft: None, outcome });
    desk.play("x y");
    assert!(desk.picture().contains("DropFile(\"/home/ann/drafts/draft-1/reply.eml\")"), "{}", desk.picture());
    assert!(said(&desk).starts_with("Thrown away."), "{}", desk.picture());
}

#[test]
fn each_warning_is_passed_over_by_a_key_of_its_own_and_enter_passes_none() {
    let mut desk = answering((120, 36), "r", "attached", "enter enter");
    assert!(desk.picture().contains("y send all the same"), "{}", desk.picture());
    desk.play("y");
    assert!(desk.picture().contains("y send all the same"), "{}", desk.picture());
    desk.play("y");
    assert!(desk.picture().contains("enter stage it"), "{}", desk.picture());
    desk.play("enter");
    assert!(desk.picture().contains("stage 7 Some([1])"), "{}", desk.picture());
}

#[test]
fn staging_decides_the_row_and_one_undo_takes_both_back() {
    let desk = answering((140, 36), "r", "Fine.", "enter");
    let text = said(&desk);
    assert!(
        text.starts_with("The answer to Grace Hopper is staged: leaves at the close, 13:45 · u takes it back"),
        "{text}"
    );
    let at =
        |desk: &Desk| desk.state.work.as_ref().and_then(tidebox::ui::state::batch_view::BatchView::at).map(|at| at.0);
    assert_eq!(at(&desk), Some(2), "it moves on as every verb does");
    let desk = answering((140, 36), "r", "Fine.", "enter u");
    assert!(said(&desk).starts_with("Taken back, the answer is a draft again"), "{}", said(&desk));
    assert_eq!(at(&desk), Some(1));
    // What leaves at once is asked: Enter alone sends nothing.
    let desk = answering((140, 36), "r", "now", "enter");
    assert!(desk.picture().contains("y send it now") && !desk.picture().contains("stage 7"), "{}", desk.picture());
    let desk = answering((140, 36), "r", "now", "y");
    assert!(desk.picture().contains("stage 7 Some([1])"), "{}", desk.picture());
}

#[test]
fn at_eighty_columns_it_is_said_whole_when_it_leaves() {
    for columns in [80, 100, 140] {
        let desk = answering((columns, 24), "r", "Fine.", "enter");
        assert!(said(&desk).contains("leaves at the close, 13:45 · u takes it back"), "{columns}: {}", said(&desk));
    }
    assert!(said(&answering((60, 24), "r", "Fine.", "enter")).starts_with("Staged: leaves at the close, 13:45"));
    // A conversation is decided whole.
    for (size, begins) in [((80, 24), "Staged"), ((120, 36), "The answer to Ada Lovelace is staged")] {
        let mut desk = Desk::new(size);
        desk.in_threads();
        desk.start(tidebox::ui::state::Start::Batch);
        desk.play("j r");
        wrote(&mut desk, "Fine.");
        let many = desk.picture();
        assert!(many.contains("this leaves, and answers all 3 messages of its row"), "{many}");
        desk.play("enter");
        let said = said(&desk);
        let whole = format!("{begins} for 3 messages: leaves at the close, 13:45 · u takes them back");
        assert!(said.starts_with(&whole), "{said}");
    }
    let desk = answering((120, 36), "r", "remind", "");
    assert!(desk.picture().contains("Reminds  tomorrow morning, 10:00, if nobody has replied"), "{}", desk.picture());
}

#[test]
fn a_draft_is_kept_or_thrown_away_and_the_row_stays_as_it_was() {
    for (keys, text) in
        [("d", "Kept as a draft; gd shows it."), ("esc", "Kept as a draft; gd shows it."), ("x n", "Kept as a draft")]
    {
        let desk = answering((140, 36), "r", "Fine.", keys);
        assert!(said(&desk).starts_with(text), "{keys}: {}", said(&desk));
        assert!(!desk.picture().contains("stage 7"), "{keys}");
        assert!(desk.state.overlay.is_none(), "{keys}");
    }
    let desk = answering((140, 36), "r", "Fine.", "x y");
    assert!(desk.picture().contains("Discard(OutgoingId(7))"), "{}", desk.picture());
}

#[test]
fn all_who_get_it_can_be_seen() {
    let desk = answering((80, 24), "r", "many", "");
    assert!(desk.picture().contains("more: ↓ ↑") && !desk.picture().contains("guest-59@"), "{}", desk.picture());
    let desk = answering((80, 24), "r", "many", &"space ".repeat(12));
    assert!(desk.picture().contains("guest-59@example.org"), "{}", desk.picture());
    assert!(desk.picture().contains("Leaves   at the close"), "{}", desk.picture());
}

#[test]
fn each_key_begins_what_it_says() {
    for (keys, intent) in [
        ("r", "scope: Author"),
        ("R", "scope: Everybody"),
        ("L", "scope: List"),
        ("f i enter", "how: Inline"),
        ("f a enter", "how: Attached"),
        ("c enter", "New {"),
        ("/ type:lunch enter r", "scope: Author"),
        ("D r", "scope: Author"),
    ] {
        let mut desk = written((140, 36), keys);
        assert!(desk.picture().contains(intent), "{keys}: {}", desk.picture());
        assert_eq!(desk.editors().len(), 1, "{keys}");
    }
    assert_eq!(door((80, 24), |_| {}, "c enter").editors().len(), 1);
}

#[test]
fn an_answer_that_is_found_by_a_search_decides_its_row_too_and_a_forward_decides_none() {
    let desk = answering((140, 36), "/ type:lunch enter r", "Fine.", "enter");
    assert!(desk.picture().contains("stage 7 Some(["), "{}", desk.picture());
    for keys in ["f i enter", "c enter"] {
        let desk = answering((140, 36), keys, "Fine.", "enter");
        assert!(desk.picture().contains("stage 7 None"), "{keys}: {}", desk.picture());
        assert!(said(&desk).contains("is staged: leaves at the close, 13:45; gu shows the outbox."), "{}", said(&desk));
    }
}

#[test]
fn what_cannot_be_kept_stages_nothing() {
    let mut desk = written((140, 36), "r");
    desk.refuse_acts = true;
    wrote(&mut desk, "Fine.");
    desk.play("enter");
    assert!(said(&desk).starts_with("The disk is full"), "{}", said(&desk));
}

#[test]
fn the_review_tells_how_many_leave_and_the_receipt_what_stays_a_draft() {
    let mut desk = answering((100, 30), "r", "Fine.", "enter");
    desk.play("r");
    wrote(&mut desk, "Fine.");
    desk.play("enter C");
    let picture = desk.picture();
    assert!(picture.contains("2  answers leave"), "{picture}");
    assert!(picture.contains("answered: go"), "{picture}");
    // One sentence unfolds without the other.
    desk.play("G enter");
    let picture = desk.picture();
    assert_eq!(picture.matches("Budget, third try").count(), 1, "{picture}");
}

#[test]
fn an_answer_in_the_outbox_reminds_of_itself_until_that_is_taken_back() {
    let picker = written((120, 36), "g u j j s").picture();
    assert!(picker.contains("If nobody has replied by then, what you answered comes back."), "{picker}");
    let reminds = written((120, 36), "g u j j s n");
    assert!(said(&reminds).starts_with("What it answers comes back then, if nobody has replied."));
    assert!(reminds.picture().contains("leaves at the next close · reminds"), "{}", reminds.picture());
    assert!(said(&written((120, 36), "g u j j s n s r")).starts_with("It reminds you no more."));
    assert!(said(&written((120, 36), "g u s")).starts_with("It answers nothing that could come back."));
}

/// What the editor begins with.
fn begun(desk: &mut Desk) -> Vec<String> {
    let text = |source: &EditorInput| match source {
        EditorInput::Text(text) => text.lines().next().unwrap_or_default().to_owned(),
        EditorInput::File(path) => path.display().to_string(),
    };
    desk.editors().iter().map(|one| text(&one.source)).collect()
}

#[test]
fn it_is_asked_who_gets_a_new_message_before_the_editor_opens() {
    for (keys, to) in [
        // Nobody yet.
        ("c enter", "To: ada@example.org"),
        ("c type:ad enter enter", "To: Ada Lovelace <ada@example.org>"),
        ("c type:ad down tab type:ki enter enter", "To: adam@example.org, Kim <kim@example.org>"),
        ("c type:ad down up up type:a@x.example enter", "To: ada@x.example"),
        // An address that nobody is known by stands as it is.
        ("c type:new@x.example enter", "To: new@x.example"),
        ("f i type:kim@example.org enter enter", "To: Kim <kim@example.org>"),
    ] {
        let mut desk = written((100, 30), keys);
        assert_eq!(begun(&mut desk), [to], "{keys}: {}", desk.picture());
    }
    for keys in ["c esc", "c type:ad esc", "f a type:ad esc"] {
        let mut desk = written((100, 30), keys);
        assert!(desk.editors().is_empty() && desk.state.overlay.is_none(), "{keys}");
    }
    // A mistake is told where it was typed, and corrected there.
    let mut desk = written((100, 30), "c type:nobody enter");
    assert!(desk.editors().is_empty());
    assert!(desk.picture().contains("nobody is no address · write it as ann@example.org"), "{}", desk.picture());
    desk.play("backspace backspace backspace backspace backspace backspace type:ad enter enter");
    assert_eq!(begun(&mut desk), ["To: Ada Lovelace <ada@example.org>"]);
}

#[test]
fn marked_lines_are_quoted_alone_copied_or_dropped() {
    let marked = |keys: &str| written((120, 36), &format!("enter {keys}"));
    let desk = marked("v j j");
    let (picture, edges) = (desk.picture(), |desk: &Desk| desk.picture().matches('┃').count());
    assert_eq!(edges(&desk), 3, "{picture}");
    assert!(said(&desk).starts_with("Marked: 3 lines."), "{picture}");
    assert!(picture.contains("r reply with them") && picture.contains("y copy"), "{picture}");
    assert_eq!(edges(&marked("v j j k")), 2);
    assert_eq!(edges(&marked("v G g g")), 1, "back to where it began");
    for keys in ["v esc", "v j v", "v j J", "v j esc v esc", "v q"] {
        assert_eq!(edges(&marked(keys)), 0, "{keys}");
        assert!(!marked(&format!("{keys} r")).picture().contains("passage: Some("), "{keys}");
    }
    // The letter is still open when marking is left.
    assert!(marked("v esc").state.marking().is_none());
    for (keys, scope) in [("r", "scope: Author"), ("R", "scope: Everybody"), ("L", "scope: List")] {
        let picture = marked(&format!("v j {keys}")).picture();
        assert!(picture.contains(scope) && picture.contains("passage: Some(\""), "{keys}: {picture}");
    }
    let picture = marked("v j f type:kim enter enter").picture();
    assert!(picture.contains("how: Inline") && picture.contains("passage: Some(\""), "{picture}");
    let copied = marked("v j y");
    assert!(said(&copied).starts_with("Copied, where the terminal allows it: 2 lines"), "{}", copied.picture());
    assert!(copied.picture().contains("Copy(\""), "{}", copied.picture());
}

#[test]
fn those_who_can_be_meant_stand_beneath_what_is_typed() {
    for size in [(120, 36), (80, 24)] {
        let desk = written(size, "c type:ad");
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots" }, {
            insta::assert_snapshot!(format!("who_gets_it_at_{}", size.0), desk.picture());
        });
    }
    // Of the smallest screen some rows are left.
    let small = written((60, 12), "c type:ad down").picture();
    assert!(small.contains("adam@example.org"), "{small}");
}
