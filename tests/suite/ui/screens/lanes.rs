//! Holds `src/ui/update/defer.rs`, `src/ui/view/list.rs`, `src/ui/screens/door.rs`: lanes, pauses and old batches on the screen.

use tidebox::domain::contact_reading::ContactReading;
use tidebox::domain::defer_choices::DeferChoices;

use super::desk::Desk;
use super::{batch_of, door};

macro_rules! picture {
    ($desk:expr) => {{
        let desk = $desk;
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots" }, { insta::assert_snapshot!(desk.picture()) });
    }};
}

#[test]
fn each_lane_keeps_its_heading_and_what_was_carried_over_leads_it() {
    picture!(batch_of((120, 36), Desk::in_lanes, ""));
    picture!(batch_of((80, 24), Desk::in_lanes, ""));
    picture!(batch_of((80, 24), Desk::in_lanes, "tab A"));
}

#[test]
fn the_picker_says_of_which_lanes_its_check_ins_are() {
    let limited = |desk: &mut Desk| desk.choices.lanes = vec!["work".to_owned()];
    picture!(batch_of((80, 24), limited, "s"));
    picture!(batch_of((80, 24), limited, "s / type:sat"));
    let apart = |desk: &mut Desk| {
        desk.choices = DeferChoices { lanes: vec!["work".to_owned(), "news".to_owned()], ..DeferChoices::default() };
    };
    picture!(batch_of((80, 24), apart, "V j j s"));
}

#[test]
fn beside_a_check_in_stands_when_the_sender_reads_mail_after_it() {
    let known = |desk: &mut Desk| {
        let opens = ["2026-11-23T16:30:00Z", "2026-11-24T10:00:00Z", "2026-12-09T10:00:00Z"];
        let opens = opens.map(|at| at.parse().unwrap()).to_vec();
        desk.choices.reads = Some(ContactReading { name: "Ada Lovelace".to_owned(), opens });
    };
    let wide = batch_of((120, 36), known, "s").picture();
    for says in ["Ada Lovelace reads at 17:30", "Ada Lovelace reads at 11:00", "Ada Lovelace reads 9 Dec 11:00"] {
        assert!(wide.contains(says), "{says}:\n{wide}");
    }
    let narrow = batch_of((80, 24), known, "s").picture();
    assert!(narrow.contains("  reads at 17:30") && !narrow.contains("Ada Lovelace reads"), "{narrow}");
}

/// Keys that were typed before the choices have come wait for them.
#[test]
fn a_key_right_behind_the_picker_takes_what_is_offered_then() {
    let mut desk = batch_of((80, 24), |_| {}, "");
    desk.play("s n");
    assert!(desk.picture().contains("Deferred to this afternoon, 16:00"), "{}", desk.picture());
}

#[test]
fn a_pause_is_made_and_ended_in_the_palette() {
    picture!(door((80, 24), |_| {}, ": type:pause enter type:soon enter"));
    picture!(door((80, 24), |_| {}, ": type:pause enter type:3h enter"));
    let mut desk = door((80, 24), |_| {}, ": type:pause enter type:3h enter : type:end_pause enter");
    assert!(desk.picture().contains("No pause is in force."), "{}", desk.picture());
    desk.play(": type:skip_window enter");
    let picture = desk.picture();
    assert!(picture.contains("Left out: afternoon, 16:00."), "{picture}");
    assert!(picture.contains("afternoon, 16:00, is left out."), "{picture}");
}

#[test]
fn what_is_expected_is_told_at_the_door_and_taken_back_in_the_palette() {
    let mut desk = door((80, 24), |_| {}, ": type:expect enter type:from:ann enter");
    assert!(desk.picture().contains("This names no hour at which it ends."), "{}", desk.picture());
    desk.play("space type:until space type:18:00 enter");
    assert!(desk.picture().contains("Expected until 18:00: from:ann."), "{}", desk.picture());
    desk.play(": type:end_expected enter");
    assert!(desk.picture().contains("Nothing is expected any more."), "{}", desk.picture());
    assert!(!desk.picture().contains("Expected until"), "{}", desk.picture());
}

#[test]
fn an_old_batch_hides_no_open_window_and_is_closed_first() {
    let old = |desk: &mut Desk| {
        desk.open_window(false, None);
        desk.uncommitted();
    };
    picture!(door((80, 24), old, ""));
    let over = |desk: &mut Desk| {
        desk.uncommitted();
        desk.facts.open = desk.facts.uncommitted.clone();
    };
    picture!(door((80, 24), over, ""));
}
