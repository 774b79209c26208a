//! Holds `src/ui/screens/search.rs`, `src/ui/screens/finished.rs`, `src/ui/screens/muted.rs`: a way back on every screen that has
//! what is finished with, and decisions about what a search finds in the open batch.

use tidebox::domain::positions::Position;
use tidebox::domain::triage::Decision;
use tidebox::ui::action::Mode;
use tidebox::ui::state::Start;

use super::desk::Desk;
use super::door;
use super::letters;

const SIZE: (u16, u16) = (80, 24);

/// A begun batch, and messages of earlier ones that are finished with.
fn batch(size: (u16, u16), keys: &str) -> Desk {
    let mut desk = Desk::open(size, Start::Batch);
    desk.past = letters::past();
    desk.play(keys);
    desk
}

/// The decision about a message of the batch in hand, by its position.
fn verdict(desk: &Desk, position: u32) -> Option<Decision> {
    let triage = &desk.state.work.as_ref().expect("a batch in hand").triage;
    triage.verdict_of(Position(position)).map(|act| act.decision.clone())
}

fn says(desk: &Desk, text: &str) {
    let picture = desk.picture();
    assert!(picture.contains(text), "{text}:\n{picture}");
}

#[test]
fn what_a_search_finds_in_the_open_batch_takes_decisions_and_stays_found() {
    // The newest first: Ada's letter of the batch, the fourth, comes last.
    let mut desk = batch(SIZE, "/ n o t e s enter a");
    assert_eq!(verdict(&desk, 4), Some(Decision::Done));
    assert_eq!(desk.state.mode(), Mode::Search, "the search goes on");
    says(&desk, "done");
    desk.play("u");
    assert_eq!(verdict(&desk, 4), None);
    says(&desk, "undecided");
    for (key, decision) in [("d", Decision::Trash), ("l", Decision::Later), ("!", Decision::Spam)] {
        desk.play(key);
        assert_eq!(verdict(&desk, 4), Some(decision), "{key}");
    }
    desk.play("B");
    assert_eq!(verdict(&desk, 4), None, "what was decided about it is taken back");
    desk.play("B");
    says(&desk, "It is in the open batch, and undecided there.");
    desk.play("s t");
    assert!(matches!(verdict(&desk, 4), Some(Decision::Defer(_))));
    desk.play("esc");
    assert_eq!(desk.state.mode(), Mode::Batch);
}

#[test]
fn a_mute_takes_the_whole_thread_along_wherever_it_was_found() {
    let desk = batch(SIZE, "/ r e : space l u n c h enter &");
    assert_eq!([5, 6].map(|position| verdict(&desk, position)), [Some(Decision::Mute), Some(Decision::Mute)]);
    assert_eq!(verdict(&desk, 1), None, "not what is under the cursor of the batch");
}

#[test]
fn the_last_decision_of_a_search_leads_to_no_other_screen() {
    let mut desk = batch(SIZE, "V G a");
    assert_eq!(desk.state.mode(), Mode::Review);
    desk.play("esc u");
    // All but one again.
    desk.play("g g V G k a");
    desk.play("/ b a c k u p enter a");
    assert_eq!(desk.state.mode(), Mode::Search);
    assert!(desk.state.work.as_ref().unwrap().triage.undecided().is_empty());
}

#[test]
fn from_the_door_the_batch_is_taken_in_hand_for_it() {
    let open = |desk: &mut Desk| {
        desk.open_window(false, Some(8));
        desk.begin_elsewhere();
    };
    let desk = door(SIZE, open, "/ n o t e s enter a");
    assert_eq!(desk.state.mode(), Mode::Search);
    assert_eq!(verdict(&desk, 4), Some(Decision::Done));
}

#[test]
fn what_is_finished_with_says_which_key_brings_it_back_and_that_does() {
    let mut desk = batch(SIZE, "/ t o r p e d o enter a");
    says(&desk, "It is done already; B brings it back.");
    desk.play("B");
    says(&desk, "Reopened: it leads its lane's next batch, and goes back to its folder.");
    let mut desk = batch(SIZE, "/ w h i c h space e n g i n e enter d");
    says(&desk, "Its thread is muted, and it is filed; B brings it back.");
    desk.play("u");
    says(&desk, "Nothing to take back");
    says(&door(SIZE, |_| {}, "/ o i l enter u"), "No batch is open here");
}

#[test]
fn the_list_of_what_is_deferred_brings_back_too() {
    let desk = batch(SIZE, "D B");
    says(&desk, "Reopened: it leads its lane's next batch.");
    assert_eq!(desk.state.mode(), Mode::Deferred);
}

#[test]
fn a_receipt_leads_to_what_its_batch_has_finished() {
    let mut desk = batch(SIZE, "V G a C");
    desk.play("C");
    assert_eq!(desk.state.mode(), Mode::Receipt);
    says(&desk, "bring back");
    desk.play("B");
    assert_eq!(desk.state.mode(), Mode::Finished);
}

#[test]
fn one_of_them_or_all_are_brought_back() {
    let mut desk = batch(SIZE, "V G a C C B j B");
    says(&desk, "Reopened: it leads its lane's next batch");
    says(&desk, "3 messages of this batch");
    desk.play("A");
    says(&desk, "Reopened: 3 lead their lanes' next batch, and 3 go back to their folders.");
    says(&desk, "Nothing that this batch has finished is left.");
    desk.play("esc");
    assert_eq!(desk.state.mode(), Mode::Door);
}

#[test]
fn muted_threads_are_a_list_with_unmute() {
    let mut desk = door(SIZE, |_| {}, "g m B");
    says(&desk, "Unmuted. 3 messages of it stay filed; reopening brings them back.");
    says(&desk, "1 thread");
    desk.play("B");
    says(&desk, "No thread is muted.");
    desk.play("q");
    assert_eq!(desk.state.mode(), Mode::Door);
    let mut desk = Desk::open(SIZE, Start::Batch);
    desk.play("g m esc");
    assert_eq!(desk.state.mode(), Mode::Batch, "back to the batch in hand");
}
