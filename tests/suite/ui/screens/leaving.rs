//! Holds `src/ui/update/unsubscribe.rs`: leaving a list from its message, and what stays as it is meanwhile.

use tidebox::ui::geometry::Focus;
use tidebox::ui::state::message_list::CursorList;
use tidebox::ui::state::{AfterDecision, Start};

use super::desk::Desk;

#[test]
fn leaving_a_list_keeps_the_selection_and_the_letter() {
    let mut desk = Desk::new((120, 36));
    desk.state.settings.after_decision = AfterDecision::List;
    desk.start(Start::Batch);
    desk.play("x enter U y");
    let work = desk.state.work.as_ref().expect("a batch");
    assert_eq!(work.triage.unsubscribed().len(), 1, "{}", desk.picture());
    assert_eq!(work.chosen_now().len(), 1, "{}", desk.picture());
    assert_eq!(work.reading().focus, Focus::Letter);
}

#[test]
fn who_stays_on_a_list_in_the_review_is_told_a_key_that_takes_that_back() {
    let mut desk = Desk::open((120, 36), Start::Batch);
    desk.play("U y C G u");
    assert!(desk.picture().contains("You stay on its list"), "{}", desk.picture());
    assert!(desk.picture().contains("esc, then u, takes that back"), "{}", desk.picture());
    desk.play("esc u");
    assert_eq!(desk.state.work.as_ref().expect("a batch").triage.unsubscribed().len(), 1);
}
