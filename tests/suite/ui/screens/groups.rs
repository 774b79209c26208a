//! Holds `src/ui/state/folds.rs`, `src/ui/state/batch_view.rs`, `src/ui/view/group_row.rs`: conversations as rows of the batch, one
//! decision for all, folding, undo.

use proptest::prelude::*;
use tidebox::domain::group::{BatchGroup, GroupKind, Groups};
use tidebox::domain::positions::{Position, Positions};
use tidebox::ui::state::Start;
use tidebox::ui::state::batch_view::BatchView;
use tidebox::ui::state::folds::Nesting;
use tidebox::ui::state::message_list::CursorList;

use super::desk::Desk;

macro_rules! picture {
    ($desk:expr) => {{
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots" }, { insta::assert_snapshot!($desk.picture()) });
    }};
}

fn threads(size: (u16, u16)) -> Desk {
    let mut desk = Desk::new(size);
    desk.in_threads();
    desk.start(Start::Batch);
    desk
}

fn decided(desk: &Desk) -> Vec<u32> {
    let triage = &desk.state.work.as_ref().expect("a batch").triage;
    triage.settled().iter().map(|position| position.0).collect()
}

#[test]
fn a_conversation_is_one_row_folded_and_unfolded() {
    let mut desk = threads((120, 36));
    picture!(&desk);
    desk.play("j right tab right");
    picture!(&desk);
    desk.play("resize:80x24");
    picture!(&desk);
    desk.play("left k left G");
    picture!(&desk);
}

#[test]
fn a_decision_on_a_folded_row_is_one_act_about_its_messages_alone() {
    let mut desk = threads((120, 36));
    desk.play("j a");
    assert_eq!(decided(&desk), [2, 3, 4]);
    assert!(desk.picture().contains("Done: 3 messages of Notes on the engine"), "{}", desk.picture());
    desk.play("u");
    assert_eq!(decided(&desk), Vec::<u32>::new());
    // Of an unfolded one it is about the message under the cursor, and nothing folds afterwards.
    desk.play("right j d");
    assert_eq!(decided(&desk), [3]);
    let work = desk.state.work.as_ref().expect("a batch");
    assert_eq!(work.here(), Some(Position(4)));
    assert_eq!(work.nesting(Position(4)), Nesting::Last);
    // What is left is one decision again.
    desk.play("left a");
    assert_eq!(decided(&desk), [2, 3, 4]);
}

#[test]
fn undo_brings_rows_and_folds_back() {
    let mut desk = threads((120, 36));
    desk.play("j right j d left u");
    let work = desk.state.work.as_ref().expect("a batch");
    assert_eq!(work.at(), Some(Position(3)));
    assert_eq!(work.nesting(Position(3)), Nesting::Between, "unfolded as when it was decided");
    // A row that stood by its second message stands by it again.
    desk.play("left a");
    assert_eq!(decided(&desk), [2, 3, 4]);
    desk.play("G u");
    let work = desk.state.work.as_ref().expect("a batch");
    assert_eq!((work.at(), work.nesting(Position(3))), (Some(Position(3)), Nesting::Folded(3)));
}

#[test]
fn a_selection_takes_whole_rows_and_a_range_what_lies_between() {
    let mut desk = threads((120, 36));
    desk.play("j x");
    assert!(desk.picture().contains("3 selected"), "{}", desk.picture());
    desk.play("esc k V j j d");
    assert_eq!(decided(&desk), [2, 3, 4, 5, 6, 7]);
}

#[test]
fn a_row_without_a_group_says_that_there_is_nothing_to_unfold() {
    let mut desk = threads((80, 24));
    desk.play("right");
    assert!(desk.picture().contains("This row is one message."), "{}", desk.picture());
    desk.play("j left");
    assert!(desk.picture().contains("It is folded already."), "{}", desk.picture());
}

#[test]
fn a_digit_takes_that_many_rows_as_they_are_shown() {
    let mut desk = threads((120, 36));
    desk.play("2");
    assert!(
        desk.picture().contains("2 rows, 4 messages from here: a decision now is about them"),
        "{}",
        desk.picture()
    );
    desk.play("a");
    assert_eq!(decided(&desk), [1, 2, 3, 4]);
    // It was one act.
    desk.play("u");
    assert_eq!(decided(&desk), Vec::<u32>::new());
    // Anything else than a decision drops it.
    desk.play("3 j d");
    assert_eq!(decided(&desk), [2, 3, 4]);
    desk.play("u 9 esc");
    assert!(desk.state.work.as_ref().is_some_and(|work| work.chosen_now().is_empty()));
    assert_eq!(desk.state.mode(), tidebox::ui::action::Mode::Batch);
    // More than there are: those that there are.
    desk.play("G k 5 a");
    assert_eq!(decided(&desk), [15, 16, 17]);
    // What was chosen row by row is not replaced.
    desk.play("u x 2");
    assert!(desk.picture().contains("selected"), "{}", desk.picture());
    // What a digit has chosen can be gone on with.
    desk.play("esc g g 2 x x d");
    assert_eq!(decided(&desk), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_digit_chooses_nothing_while_another_batch_is_on_its_way() {
    let mut desk = threads((120, 36));
    desk.mute = true;
    desk.play("X 3");
    let work = desk.state.work.as_ref().expect("a batch");
    assert!(work.chosen_now().is_empty(), "{}", desk.picture());
}

#[test]
fn what_is_like_this_is_selected_wider_with_each_press() {
    // Of a folded conversation the thread adds nothing: its sender is next.
    let mut desk = threads((120, 36));
    desk.play("tab *");
    assert!(desk.picture().contains("5 selected: everything here from tom@example.org"), "{}", desk.picture());
    desk.play("*");
    assert!(desk.picture().contains("Nothing else here is like this in another way."), "{}", desk.picture());
    desk.play("d");
    assert_eq!(decided(&desk), [8, 9, 10, 11, 14]);
    // Of one message of it the thread comes first.
    desk.play("u right *");
    assert!(desk.picture().contains("4 selected: this conversation"), "{}", desk.picture());
    desk.play("* a");
    assert_eq!(decided(&desk), [8, 9, 10, 11, 14]);
    let mut desk = threads((120, 36));
    desk.play("*");
    assert!(desk.picture().contains("Nothing else here is like this."), "{}", desk.picture());
    // What is decided is not like anything any more.
    desk.play("tab right a *");
    assert!(desk.picture().contains("3 selected: this conversation"), "{}", desk.picture());
}

#[test]
fn the_first_sweep_after_a_decision_moved_on_asks() {
    let mut desk = threads((120, 36));
    desk.play("G k A");
    assert_eq!(decided(&desk), [15, 16, 17]);
    assert!(desk.picture().contains("Done with all 3 messages under notices"), "{}", desk.picture());
    // The cursor has gone to the heading before, by itself.
    desk.play("A");
    assert!(desk.picture().contains("Done with all 7 messages under lists, too?"), "{}", desk.picture());
    desk.play("n A");
    assert_eq!(decided(&desk).len(), 10, "it asks once");
    desk.play("u u tab A");
    assert_eq!(decided(&desk).len(), 7, "who went there means it");
}

#[test]
fn the_cursor_stays_under_its_heading() {
    let mut desk = threads((120, 36));
    desk.play("j j j a");
    let at = |desk: &Desk| desk.state.work.as_ref().and_then(BatchView::here);
    assert_eq!(at(&desk), Some(Position(5)), "the last row is decided: it goes back to the one before");
    desk.play("a a a");
    assert_eq!(at(&desk), Some(Position(8)));
}

/// What can be done with the list of a batch.
fn step() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "j", "k", "right", "left", "a", "d", "u", "ctrl-r", "x", "V", "esc", "tab", "G", "l", "3", "A", "y",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Whatever was done before: folding leaves the cursor on its message, an act is about what its row stands for, and undo brings
    /// rows, folds and cursor back.
    #[test]
    fn folding_and_deciding_are_about_the_message_under_the_cursor(steps in prop::collection::vec(step(), 0..40)) {
        let mut desk = threads((100, 30));
        for step in steps {
            desk.play(step);
            if desk.state.mode() != tidebox::ui::action::Mode::Batch {
                break;
            }
            let work = desk.state.work.as_ref().expect("a batch");
            let Some(here) = work.here() else { continue };
            let beneath = work.beneath(here);
            prop_assert!(beneath.contains(here));
            prop_assert_eq!(beneath.both(&work.open()), beneath.clone(), "only what is open");
            let group = work.group_of(&beneath);
            prop_assert!(beneath.len() == 1 || group.is_some(), "of one group");
            // Every message that is shown is under exactly one row.
            let under: usize = work.shown().slice(0, usize::MAX).iter().map(|row| work.beneath(row).len()).sum();
            prop_assert_eq!(under, work.messages().len());
            let current = work.current().map(|entry| entry.id);
            for fold in ["left", "right"] {
                desk.play(fold);
                let work = desk.state.work.as_ref().expect("a batch");
                prop_assert_eq!((work.here(), work.current().map(|entry| entry.id)), (Some(here), current));
            }
        }
    }

    #[test]
    fn undo_brings_back_what_was_there(
        before in prop::collection::vec(step(), 0..25), after in prop::collection::vec(prop::sample::select(vec!["j", "k", "left", "right"]), 0..6),
    ) {
        let mut desk = threads((100, 30));
        desk.play(&before.join(" "));
        desk.play("esc");
        let is_list = |desk: &Desk| desk.state.mode() == tidebox::ui::action::Mode::Batch;
        prop_assume!(is_list(&desk));
        let state = |desk: &Desk| {
            let work = desk.state.work.as_ref().expect("a batch");
            (work.at(), work.shown().slice(0, usize::MAX), work.messages().clone())
        };
        let work = desk.state.work.as_ref().expect("a batch");
        prop_assume!(work.here().is_some() && !work.is_narrowed());
        let (first, of) = (state(&desk), work.targets());
        desk.play("d");
        prop_assume!(is_list(&desk));
        desk.play(&after.join(" "));
        desk.play("u");
        let (at, shown, messages) = state(&desk);
        prop_assert_eq!((at, messages), (first.0, first.2));
        // The rows of what was decided are those of before, whatever was folded elsewhere meanwhile.
        let work = desk.state.work.as_ref().expect("a batch");
        let near = work.group_of(&of).map_or(of.clone(), |group| group.positions());
        prop_assert_eq!(shown.both(&near), first.1.both(&near));
    }

    /// The rows of any groups, by the plain reading: each folded group is one row, each other message too.
    #[test]
    fn rows_are_counted_as_by_going_through_the_batch(
        sizes in prop::collection::vec(1u32..5, 1..12),
        gone in prop::collection::btree_set(1u32..40, 0..30),
    ) {
        let (mut groups, mut first) = (Vec::new(), 1);
        for size in &sizes {
            groups.push(BatchGroup { kind: GroupKind::Conversation, first: Position(first), last: Position(first + size - 1) });
            first += size;
        }
        let mut messages = Positions::between(Position(1), Position(first - 1));
        messages.remove_all(&gone.iter().copied().map(Position).collect());
        let folds = tidebox::ui::state::folds::Folds::of(Groups::of(groups.clone()));
        let expected: Positions = groups.iter().filter_map(|group| messages.both(&group.positions()).first()).collect();
        prop_assert_eq!(folds.shown(&messages), expected);
    }
}
