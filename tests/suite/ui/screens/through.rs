//! Holds `src/ui/screens/receipt.rs`, `src/ui/state/receipt.rs`: what came through exceptions is rated on the receipt, and a rule that was
//! wrong too often is taken out there.

use tidebox::domain::exception::{ExceptionHit, ExceptionHits, HitRating};
use tidebox::domain::ids::Id;
use tidebox::domain::printable::Printable;
use tidebox::ui::action::Mode;
use tidebox::ui::state::Start;

use super::desk::Desk;

fn hit(id: i64, exception: &str, sender: &str, subject: &str) -> ExceptionHit {
    ExceptionHit {
        id: Id(id),
        sender: Printable::from(sender),
        subject: Printable::from(subject),
        exception: exception.to_owned(),
        rating: None,
    }
}

/// The receipt of a batch before which two messages came through.
fn receipt(size: (u16, u16)) -> Desk {
    let mut desk = Desk::open(size, Start::Batch);
    let hits = vec![hit(2, "family", "Mum", "Dinner on Sunday"), hit(1, "urgent", "A Shop", "Urgent: the sale ends")];
    desk.hits = ExceptionHits { hits, doubtful: Vec::new() };
    desk.looks = [1, 3, 2];
    desk.play("e C C");
    assert_eq!(desk.state.mode(), Mode::Receipt, "{}", desk.picture());
    desk
}

#[test]
fn what_came_through_is_listed_with_its_rule_and_rated_with_one_key() {
    let mut desk = receipt((100, 36));
    let picture = desk.picture();
    for text in [
        "Before it, you peeked once, asked 3 times and looked for a code twice.",
        "▌ family: Mum, Dinner on Sunday",
        "  urgent: A Shop, Urgent: the sale ends",
    ] {
        assert!(picture.contains(text), "{text}: {picture}");
    }
    desk.play("y");
    assert_eq!(desk.hits.hits[0].rating, Some(HitRating::Useful));
    assert!(desk.picture().contains("  family: Mum, Dinner on Sunday · useful"), "{}", desk.picture());
    assert!(desk.picture().contains("▌ urgent"), "{}", desk.picture());
    desk.play("n");
    assert_eq!(desk.hits.hits[1].rating, Some(HitRating::FalseAlarm));
    // A later rating takes the place of the one before.
    desk.play("k n");
    assert_eq!(desk.hits.hits[0].rating, Some(HitRating::FalseAlarm));
    assert_eq!(desk.state.mode(), Mode::Receipt);
    desk.play("enter");
    assert_eq!(desk.state.mode(), Mode::Door);
}

#[test]
fn a_rule_with_more_false_alarms_is_taken_out_with_one_key() {
    let mut desk = receipt((100, 36));
    desk.play("j n");
    let picture = desk.picture();
    assert!(picture.contains("urgent had 1 false alarm and 0 useful: x takes it out of the settings."), "{picture}");
    desk.hits.doubtful.clear();
    desk.play("x");
    let picture = desk.picture();
    assert!(picture.contains("The exception urgent is out of the settings"), "{picture}");
    assert!(!picture.contains("x takes it out"), "{picture}");
    assert_eq!(desk.state.mode(), Mode::Receipt);
}

#[test]
fn without_such_messages_these_keys_close_the_receipt_as_every_key_does() {
    for key in ["y", "n", "x", "j", "k"] {
        let mut desk = Desk::open((100, 36), Start::Batch);
        desk.play("e C C");
        assert_eq!(desk.state.mode(), Mode::Receipt);
        desk.play(key);
        assert_eq!(desk.state.mode(), Mode::Door, "{key}");
    }
}

#[test]
fn a_receipt_that_came_by_itself_stays_for_the_keys_of_the_list() {
    for key in ["j", "k", "x"] {
        let mut desk = Desk::open((100, 36), Start::Batch);
        desk.play("news:closed");
        assert_eq!(desk.state.mode(), Mode::Receipt);
        desk.play(key);
        assert_eq!(desk.state.mode(), Mode::Receipt, "{key} was meant for a row of the list");
        desk.play("enter");
        assert_eq!(desk.state.mode(), Mode::Door);
    }
}
