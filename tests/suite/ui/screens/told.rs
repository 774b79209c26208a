//! Holds `src/ui/state/notice.rs`, `src/ui/state/act_notice.rs`, `src/ui/update/settle.rs`: what is said after each verb and
//! each errand, and which key it names.

use tidebox::ui::keymap::Keymap;
use tidebox::ui::state::{Demo, Start};

use super::desk::Desk;
use super::{batch, door};

/// The notice as it stands on the screen, which is wide enough for all of it.
fn said(keys: &str) -> String {
    on(&batch((140, 36), keys))
}

fn on(desk: &Desk) -> String {
    let rows = desk.rows();
    rows[rows.len() - 2].concat().trim().to_owned()
}

#[test]
fn each_verb_says_what_happened_and_which_key_takes_it_back() {
    for (keys, words) in [
        ("a", "Done: Budget, third try · u takes it back"),
        ("d", "Trash: Budget, third try · u takes it back"),
        ("s n", "Deferred to this afternoon, 16:00: Budget, third try · u takes it back"),
        ("s w", "Deferred to Monday 30 Nov, 10:00: Budget, third try · u takes it back"),
        ("s r w", "Deferred to Monday 30 Nov, 10:00, or when they reply: Budget, third try · u takes it back"),
        ("s r r n", "Deferred to this afternoon, 16:00: Budget, third try · u takes it back"),
        ("l", "To answer later, at this batch's end: Budget, third try · u takes it back"),
        (".", "Not now, undecided until this afternoon, 16:00: Budget, third try · u takes it back"),
        ("&", "Muted for ever: Budget, third try · u takes it back"),
        ("!", "Spam: Budget, third try · u takes it back"),
    ] {
        assert_eq!(said(keys), words);
    }
}

#[test]
fn several_at_once_are_counted() {
    for (keys, words) in [
        ("x x a", "Done: 2 messages · u takes them back"),
        ("x x d", "Trash: 2 messages · u takes them back"),
        ("x x s t", "Deferred to tomorrow morning, 10:00: 2 messages · u takes them back"),
        ("x x l", "To answer later, at this batch's end: 2 messages · u takes them back"),
        ("x x .", "Not now, undecided until this afternoon, 16:00: 2 messages · u takes them back"),
        ("x x !", "Spam: 2 messages · u takes them back"),
        ("x x &", "Muted for ever: 2 messages · u takes them back"),
        ("tab tab j &", "Muted for ever: 2 messages of Lunch on Friday · u takes them back"),
        ("A", "Done with all 2 messages under carried over · u takes them back"),
        (
            "\\ type:budget enter A",
            "Done with the one message under carried over that the filter shows · u takes it back",
        ),
    ] {
        assert_eq!(said(keys), words);
    }
}

#[test]
fn undo_says_what_came_back_and_which_key_does_it_again() {
    for (keys, words) in [
        ("a u", "Taken back, no longer done: Budget, third try · ctrl-r does it again"),
        ("d u", "Taken back, no longer in the trash: Budget, third try · ctrl-r does it again"),
        ("s n u", "Taken back, no longer deferred: Budget, third try · ctrl-r does it again"),
        ("l u", "Taken back, no longer to answer later: Budget, third try · ctrl-r does it again"),
        (". u", "Taken back, no longer put off: Budget, third try · ctrl-r does it again"),
        ("& u", "Taken back, no longer muted: Budget, third try · ctrl-r does it again"),
        ("! u", "Taken back, no longer spam: Budget, third try · ctrl-r does it again"),
        ("x x a u", "Taken back, no longer done: 2 messages · ctrl-r does it again"),
        ("a u ctrl-r", "Done: Budget, third try · u takes it back"),
        ("u", "Nothing to take back: this is the batch's beginning."),
        ("ctrl-r", "Nothing was taken back."),
    ] {
        assert_eq!(said(keys), words);
    }
}

#[test]
fn the_review_takes_one_back_and_says_how_it_is_decided_again() {
    let mut desk = batch((140, 36), "a d C j space j u");
    assert_eq!(on(&desk), "Undecided again: Budget, third try · esc, then u, takes that back");
    desk.play("esc u");
    assert_eq!(on(&desk), "Decided as before: Budget, third try · ctrl-r opens it again");
}

#[test]
fn choosing_says_what_the_next_key_is_about() {
    for (keys, words) in [
        ("x", "1 selected: the next decision is about it. · esc drops it"),
        ("x x", "2 selected: the next decision is about all of them. · esc drops them"),
        ("x k x", "Nothing selected."),
        ("V", "A range from here: move, then V again or a decision."),
        ("V j j V", "3 selected: the next decision is about all of them. · esc drops them"),
        ("2", "2 messages from here: a decision now is about them · esc drops them"),
        ("2 a", "Done: 2 messages · u takes them back"),
        ("% type:all enter", "16 selected: the next decision is about all of them. · esc drops them"),
        ("% type:zzz enter", "The pattern finds nothing that is undecided here."),
        ("A A n", "Left as it is."),
        ("\\ type:nobody enter a", "There is no message here to decide on."),
        ("\\ type:nobody enter s", "There is no message here to defer."),
    ] {
        assert_eq!(said(keys), words);
    }
}

#[test]
fn errands_say_what_came_of_them() {
    for (keys, words) in [
        ("j j j y a", "Copied, where the terminal allows it: ada@example.org"),
        ("j j j S 1", "Saved: /home/ann/Downloads/engine-notes.pdf"),
        ("j j j o 1", "Opening example.org"),
        ("j j j o 2", "Not opened: file links are not followed."),
        ("S", "No attachments here."),
        ("D w", "Woken: 1 message leads its lane's next batch, and can be deferred again there."),
        ("D s t", "Deferred to tomorrow morning, 10:00: Budget, second try · s chooses again"),
        ("D j s n", "Deferred to this afternoon, 16:00: 来週の打ち合わせ · s chooses again"),
    ] {
        assert_eq!(said(keys), words);
    }
}

#[test]
fn the_door_says_what_it_does() {
    for (keys, words) in [
        ("enter", "Closed until 16:00."),
        ("X", "Nothing came through an exception."),
        ("ctrl-g", "Reading the sources."),
        ("P tick:0s tick:10s j enter type:because enter q", "Locked again. That you looked is written down."),
    ] {
        let mut desk = Desk::new((140, 36));
        if keys == "X" {
            desk.no_exceptions = true;
        }
        desk.start(Start::Door);
        desk.play(keys);
        assert_eq!(on(&desk), words, "{keys}");
    }
    let desk = door((140, 36), |desk| desk.open_window(false, None), "P");
    assert_eq!(on(&desk), "The check-in is open: enter begins it.");
}

#[test]
fn help_is_searched_by_words_names_and_keys() {
    for (typed, line) in [
        ("wake", "wake a deferred message"),
        ("select_range", "begin a range here"),
        ("ctrl-r", "do again what was taken back"),
        ("TRASH", "trash, and on to the next"),
        ("drag", "by the terminal itself"),
        ("done_next", ":done_next"),
        ("zzz", "No key does that."),
    ] {
        let picture = batch((120, 36), &format!("? type:{typed}")).picture();
        assert!(picture.contains(line), "{typed}: {picture}");
        assert!(!picture.contains("spam"), "{typed}: {picture}");
    }
}

#[test]
fn nothing_lingers() {
    // The next action takes it away, a window that opens meanwhile too.
    assert_eq!(said("a j"), "");
    assert_eq!(said("x esc"), "");
    let mut desk = door((140, 36), |_| {}, "enter");
    desk.play("tick:169m");
    assert_eq!(on(&desk), "");
}

#[test]
fn without_an_opener_the_key_that_copies_is_named() {
    let mut desk = Desk::new((140, 36));
    desk.no_opener = true;
    desk.state.keymap = Keymap::build("tide", &[("copy".to_owned(), vec!["Y".to_owned()])]).expect("no mistakes");
    desk.start(Start::Batch);
    desk.play("j j j enter o 1");
    assert_eq!(on(&desk), "No program here opens links · Y copies it instead");
}

#[test]
fn links_and_attachments_are_hinted_at_where_there_are_any() {
    // Ada's letter has both.
    let desk = batch((140, 36), "j j j enter");
    let hints = desk.rows().last().expect("a row").concat();
    assert!(hints.contains("o links") && hints.contains("S save"), "{hints}");
    let desk = batch((140, 36), "enter");
    let hints = desk.rows().last().expect("a row").concat();
    assert!(hints.contains("o links") && !hints.contains("S save"), "{hints}");
    // In the list they would be about nothing that is looked at.
    let hints = batch((140, 36), "j j j").rows().last().expect("a row").concat();
    assert!(!hints.contains("o links") && !hints.contains("S save"), "{hints}");
}

#[test]
fn the_other_form_of_a_letter_is_named_with_its_key() {
    let picture = batch((120, 40), "enter G").picture();
    assert!(picture.contains("H shows the HTML version as text"), "{picture}");
    let picture = batch((120, 40), "enter H G").picture();
    assert!(picture.contains("H shows the plain text"), "{picture}");
    let mut desk = Desk::new((120, 40));
    desk.state.keymap = Keymap::build("tide", &[("other_body".to_owned(), vec!["Z".to_owned()])]).expect("no mistakes");
    desk.start(Start::Batch);
    desk.play("enter G");
    assert!(desk.picture().contains("Z shows the HTML version as text"));
}

/// The demo is beside the person's own mailboxes and settings: no way leads from it to a form that writes into them.
#[test]
fn the_demo_adds_no_mailbox_and_says_how_to_add_one() {
    for (demo, way) in [
        (Demo::FromWelcome, "q at the door leads to the first screen"),
        (Demo::Alone, "leave it with q, open `tidebox`"),
    ] {
        for keys in ["m", ": type:first_screen enter", ": type:add_mailbox enter"] {
            let mut desk = Desk::new((200, 36));
            desk.state.demo = Some(demo);
            desk.start(Start::Door);
            desk.play(keys);
            let said = on(&desk);
            assert!(said.contains("nothing of yours is written") && said.contains(way), "{keys}: {said}");
            assert!(!desk.picture().contains("Mailboxes"), "{}", desk.picture());
        }
    }
    // It is never cut, however narrow the screen is.
    let mut desk = Desk::new((80, 24));
    desk.state.demo = Some(Demo::Alone);
    desk.start(Start::Door);
    desk.play("m");
    assert!(desk.picture().contains("adds yours"), "{}", desk.picture());
}

#[test]
fn a_rule_from_a_message_is_shown_with_what_it_would_have_caught_and_written_by_its_letter() {
    let shown = batch((140, 36), "j M").picture();
    assert!(shown.contains("mute the sender: from:ann@example.org") && shown.contains("12 in 30 days: "), "{shown}");
    let written = batch((140, 36), "j M m").picture();
    assert!(written.contains("In the settings: mute ") && written.contains("WriteRule("), "{written}");
}

#[test]
fn why_a_message_is_here_is_told_over_the_list_until_a_key() {
    let desk = batch((100, 30), "j i");
    let shown = desk.picture();
    assert!(shown.contains("why it is here") && shown.contains("the morning check-in, today 10:05"), "{shown}");
    let desk = batch((100, 30), "j i i");
    assert!(!desk.picture().contains("why it is here"), "any key closes it");
}
