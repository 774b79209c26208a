//! Holds `src/ui/state/conversation.rs`, `src/ui/state/sheet.rs`, `src/ui/update/conversation.rs`, `src/ui/view/conversation.rs`: a row
//! of the batch is read as a conversation, and nothing in it changes what a decision is about.

use proptest::prelude::*;
use tidebox::domain::ids::Id;
use tidebox::domain::positions::Positions;
use tidebox::ui::state::Start;

use super::desk::Desk;

macro_rules! picture {
    ($desk:expr) => {{
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots" }, { insta::assert_snapshot!($desk.picture()) });
    }};
}

fn threads(size: (u16, u16)) -> Desk {
    let mut desk = Desk::new(size);
    desk.in_threads();
    desk.with_past();
    desk.start(Start::Batch);
    desk
}

fn in_hand(desk: &Desk) -> Id {
    desk.state.letter_key().expect("a message in hand").id
}

fn targets(desk: &Desk) -> Positions {
    desk.state.work.as_ref().expect("a batch").targets()
}

#[test]
fn a_conversation_is_read_from_its_newest_message() {
    let mut desk = threads((120, 36));
    desk.play("j enter");
    picture!(&desk);
    desk.play("< K K K");
    picture!(&desk);
    desk.play("resize:80x24 enter");
    picture!(&desk);
    desk.play("<");
    picture!(&desk);
}

#[test]
fn what_was_decided_by_itself_says_so_and_is_passed_by_at_first() {
    let mut desk = threads((120, 36));
    // The newest of three is done; then the row is folded again and opened.
    desk.play("j right j j a k left enter");
    assert_eq!(in_hand(&desk), Id(3));
    assert!(desk.picture().contains("Ada Lovelace        done"), "{}", desk.picture());
    desk.play("d");
    let work = desk.state.work.as_ref().expect("a batch");
    assert_eq!(work.triage.settled().len(), 3);
}

#[test]
fn j_and_k_visit_every_message_of_the_batch_once_and_in_order() {
    let mut desk = threads((120, 36));
    let all: Vec<i64> = desk.entries.iter().map(|entry| entry.id.0).collect();
    desk.play("enter");
    let mut visited = vec![in_hand(&desk).0];
    while visited.last() != all.last() {
        desk.play("J");
        visited.push(in_hand(&desk).0);
        assert!(visited.len() <= all.len(), "{visited:?}");
    }
    assert_eq!(visited, all);
    let mut back = vec![in_hand(&desk).0];
    while back.last() != all.first() {
        desk.play("K");
        back.push(in_hand(&desk).0);
        assert!(back.len() <= all.len(), "{back:?}");
    }
    back.reverse();
    assert_eq!(back, all);
}

#[test]
fn space_reads_a_conversation_to_its_end_and_then_the_next_row() {
    let mut desk = threads((120, 36));
    desk.play("j enter K K");
    let mut visited = vec![in_hand(&desk).0];
    for _ in 0..60 {
        desk.play("space");
        let now = in_hand(&desk).0;
        if visited.last() != Some(&now) {
            visited.push(now);
        }
    }
    assert_eq!(visited.get(..7), Some(&[2, 3, 4, 5, 6, 7, 8][..]), "{visited:?}");
}

#[test]
fn a_message_that_has_not_come_is_not_passed_by() {
    let mut desk = threads((120, 36));
    desk.mute = true;
    desk.play("enter space");
    for _ in 0..10 {
        desk.play("space");
    }
    let first = desk.entries.get(1).expect("a conversation").id;
    assert_eq!(in_hand(&desk), first, "its letter is on its way");
}

#[test]
fn who_reads_on_finds_the_letter_that_comes_next() {
    let mut desk = threads((120, 36));
    desk.letters_asked.clear();
    // The next row is a conversation, which is read from its first message.
    desk.play("enter");
    assert!(desk.letters_asked.contains(&2), "{:?}", desk.letters_asked);
}

#[test]
fn a_thread_that_is_too_long_to_be_listed_is_not_said_to_be_all() {
    let mut desk = threads((120, 36));
    desk.cut = true;
    // A conversation of which everything that is listed is in the row.
    desk.play("tab enter <");
    assert!(desk.picture().contains("only the newest 2000 messages are here"), "{}", desk.picture());
    assert!(!desk.picture().contains("This is all"), "{}", desk.picture());
}

#[test]
fn a_folded_message_is_clicked_open() {
    let mut desk = threads((120, 36));
    desk.play("j enter click:About_Notes");
    assert_eq!(in_hand(&desk), Id(2));
    assert!(desk.picture().contains("ada@example.org"), "{}", desk.picture());
    desk.play("click:more_messages");
    assert!(desk.picture().contains("Charles Babbage"), "{}", desk.picture());
}

#[test]
fn the_letter_s_own_keys_are_about_the_message_in_hand() {
    let mut desk = threads((120, 36));
    desk.play("j enter K g s");
    let Some(tidebox::ui::state::overlay::Overlay::View(viewer)) = &desk.state.overlay else { panic!("a view") };
    assert_eq!(viewer.id, Id(3));
    desk.play("esc K i");
    assert!(desk.picture().contains("Why(Id(2))"), "{}", desk.picture());
}

/// What can be done in a letter without leaving its row.
const WITHIN: [&str; 14] =
    ["enter", "<", "Q", "H", "j", "k", "ctrl-d", "ctrl-u", "gg", "G", "b", "resize:80x24", "resize:160x45", "tick:1m"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Folding, scrolling and listing the whole thread never change what a decision is about, and the message in hand is in sight.
    #[test]
    fn nothing_in_the_letter_changes_what_a_decision_is_about(keys in prop::collection::vec(0..WITHIN.len(), 1..25), row in 0usize..5) {
        let mut desk = threads((120, 36));
        desk.play(&"j ".repeat(row));
        desk.play("enter");
        let about = targets(&desk);
        for key in keys {
            let key = WITHIN.get(key).copied().unwrap_or_default();
            desk.play(&key.replace("gg", "g g"));
            prop_assert_eq!(targets(&desk), about.clone(), "after {}", key);
            let listed = desk.state.listed().expect("a list");
            let (sheet, top) = (tidebox::ui::state::sheet::Sheet::of(&desk.state).expect("a sheet"), listed.reading().scroll);
            let height = usize::from(desk.state.panes().letter.expect("a letter").height);
            let (rows, sight) = (sheet.in_hand(), top..top + height);
            prop_assert!(rows.start < sight.end && sight.start < rows.end, "{rows:?} in {sight:?} after {key}");
        }
        desk.play("a");
        let work = desk.state.work.as_ref().expect("a batch");
        prop_assert_eq!(work.triage.settled(), about);
    }
}
