//! Holds `src/ui/update/unbound.rs`, `src/ui/update/going_back.rs`, `src/ui/view/sequence.rs`: keys without a meaning, sequences
//! that are begun, and going back one key too often.

use tidebox::ui::action::{ACTIONS, Mode};
use tidebox::ui::geometry::Focus;

use super::desk::Desk;
use super::{batch, door};

fn said(desk: &Desk) -> String {
    let rows = desk.rows();
    rows[rows.len() - 2].concat().trim().to_owned()
}

#[test]
fn a_key_without_a_meaning_says_what_to_press() {
    for (keys, words) in [
        ("W", "W: no such key here · ? lists them"),
        ("f5", "f5: no such key here · ? lists them"),
        ("g x", "gx: no such key here · ? lists them"),
        // The next key takes it away.
        ("W j", ""),
    ] {
        assert_eq!(said(&batch((140, 36), keys)), words, "{keys}");
    }
    assert_eq!(said(&door((140, 36), |_| {}, "A")), "A: no such key here · ? lists them");
}

/// Every key closes the receipt: that is its meaning there.
#[test]
fn the_receipt_has_no_wrong_key() {
    let desk = batch((140, 36), "a C C W");
    assert_eq!(desk.state.mode(), Mode::Door);
    assert_eq!(said(&desk), "");
}

#[test]
fn a_sequence_that_is_begun_shows_how_it_can_go_on() {
    let desk = batch((80, 24), "j j g");
    assert!(desk.picture().contains("   gg        to the first row"), "{}", desk.picture());
    let hints = desk.rows().last().expect("a row").concat();
    assert_eq!(hints.trim(), "esc back");
    // A click on it is the key, and Esc lets it be.
    let mut clicked = batch((80, 24), "j j g");
    clicked.play("click:to_the_first_row");
    assert_eq!(clicked.picture(), batch((80, 24), "j j g g").picture());
    assert_eq!(batch((80, 24), "j j g esc").picture(), batch((80, 24), "j j").picture());
}

#[test]
fn one_esc_too_many_at_a_prompt_stops_at_the_list() {
    for keys in ["s / esc esc esc", "s esc esc", "\\ type:rust esc esc", "% type:x esc esc"] {
        let desk = batch((140, 36), keys);
        assert_eq!(desk.state.mode(), Mode::Batch, "{keys}");
        assert_eq!(said(&desk), "This is the list: esc again goes back.", "{keys}");
        assert_eq!(batch((140, 36), &format!("{keys} esc")).state.mode(), Mode::Door, "{keys}");
    }
    // From a search: its list, then the batch, and no further.
    let desk = batch((140, 36), "/ type:lunch esc esc esc");
    assert_eq!(desk.state.mode(), Mode::Batch);
    // Any other key ends the row of them.
    assert_eq!(batch((140, 36), "s esc j esc").state.mode(), Mode::Door);
}

#[test]
fn q_goes_back_from_a_search_and_not_out_of_the_program() {
    let mut desk = batch((140, 36), "/ type:lunch enter enter q");
    assert_eq!(desk.state.listed().map(|listed| listed.reading().focus), Some(Focus::List));
    desk.play("q q");
    assert_eq!(desk.state.mode(), Mode::Batch);
    assert_eq!(said(&desk), "This is the list: q again leaves tidebox.");
}

#[test]
fn x_marks_and_moves_on() {
    assert_eq!(
        said(&batch((140, 36), "x x x")),
        "3 selected: the next decision is about all of them. · esc drops them"
    );
    assert_eq!(said(&batch((140, 36), "x x x d")), "Trash: 3 messages · u takes them back");
    assert_eq!(said(&batch((140, 36), "x k x")), "Nothing selected.");
}

/// A key that stands in the help of the batch does something there, or says why not.
#[test]
fn every_key_of_the_batch_shows_something() {
    let shows = |keys: &str| {
        ["", "j j"].iter().any(|at| {
            let mut desk = batch((120, 36), at);
            let before = desk.picture();
            desk.play(keys);
            desk.picture() != before || !desk.waiting().is_empty() || !desk.editors().is_empty()
        })
    };
    let here = ACTIONS.iter().filter(|info| info.modes.contains(&Mode::Batch));
    let silent = here.filter(|info| info.keys.first().is_some_and(|keys| !shows(keys))).map(|info| info.name);
    // Above the beginning of a letter is nothing, and the two bodies of this one differ at the end, which is not in sight.
    assert_eq!(silent.collect::<Vec<_>>(), ["page_back", "other_body"]);
}
