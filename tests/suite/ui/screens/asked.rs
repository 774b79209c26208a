//! Holds `src/ui/screens/receipt`, `src/ui/state/receipt.rs`: the receipt asks of a few messages whether it mattered that they waited.

use chrono::Duration;
use tidebox::domain::exception::{ExceptionHit, ExceptionHits, HitRating};
use tidebox::domain::line_note::LineNote;
use tidebox::domain::matter::{MatterAnswer, MatterQuestion, MatterQuestions};
use tidebox::domain::printable::Printable;
use tidebox::ui::action::Mode;
use tidebox::ui::state::Start;

use super::desk::Desk;

/// A question about the row at this place of the desk's list.
fn question(desk: &Desk, place: usize, minutes: i64) -> MatterQuestion {
    let entry = &desk.entries[place];
    MatterQuestion {
        id: entry.id,
        sender: entry.sender.clone(),
        subject: entry.subject.clone(),
        lane: Printable::from("people"),
        waited: Duration::minutes(minutes),
        answer: None,
    }
}

/// The receipt of a batch of which two messages are asked about, after this many answers of before.
fn receipt(size: (u16, u16), (yes, no): (u32, u32)) -> Desk {
    let mut desk = Desk::open(size, Start::Batch);
    let questions = vec![question(&desk, 0, 310), question(&desk, 1, 17 * 60)];
    desk.asked = MatterQuestions { questions, yes, no };
    desk.play("e C C");
    assert_eq!(desk.state.mode(), Mode::Receipt, "{}", desk.picture());
    desk
}

#[test]
fn each_is_answered_with_one_key_and_the_share_is_told_with_its_interval() {
    let mut desk = receipt((80, 24), (2, 60));
    let picture = desk.picture();
    for text in [
        "Would it have changed anything to see these earlier?",
        " · waited 5 h 10 min",
        " · waited 17 h",
        "2 of 62 mattered: between 1 and 9 in a hundred.",
        "Next: ",
    ] {
        assert!(picture.contains(text), "{text}: {picture}");
    }
    assert!(!picture.contains("makes a rule"), "{picture}");
    desk.play("n");
    assert!(desk.picture().contains("waited 5 h 10 min · no"), "{}", desk.picture());
    desk.play("y");
    let picture = desk.picture();
    assert!(picture.contains("waited 17 h · yes"), "{picture}");
    assert!(picture.contains("3 of 64 mattered: between 2 and 11 in a hundred."), "{picture}");
    assert!(picture.contains("M makes a rule, so that mail like"), "{picture}");
    let answers: Vec<_> = desk.asked.questions.iter().map(|question| question.answer).collect();
    assert_eq!(answers, [Some(MatterAnswer::No), Some(MatterAnswer::Yes)]);
    desk.play("enter");
    assert_eq!(desk.state.mode(), Mode::Door);
}

#[test]
fn a_yes_offers_a_rule_and_a_later_answer_takes_it_back() {
    let mut desk = receipt((120, 36), (0, 3));
    assert!(desk.picture().contains("0 of 3 mattered so far: too few to tell."), "{}", desk.picture());
    desk.play("y M");
    assert!(desk.picture().contains("a rule for what comes from now on"), "{}", desk.picture());
    desk.play("esc k .");
    assert_eq!(desk.asked.questions[0].answer, Some(MatterAnswer::Skipped));
    assert_eq!(desk.state.mode(), Mode::Receipt);
    let picture = desk.picture();
    assert!(picture.contains("· skipped") && !picture.contains("makes a rule"), "{picture}");
}

#[test]
fn what_came_through_is_rated_first_and_the_cursor_goes_on_to_what_waited() {
    let mut desk = Desk::open((100, 36), Start::Batch);
    let hit = ExceptionHit {
        id: desk.entries[2].id,
        sender: "Mum".into(),
        subject: "Dinner".into(),
        exception: "family".to_owned(),
        rating: None,
    };
    desk.hits = ExceptionHits { hits: vec![hit], doubtful: Vec::new() };
    desk.asked = MatterQuestions { questions: vec![question(&desk, 0, 60)], yes: 0, no: 0 };
    desk.play("e C C");
    assert!(desk.picture().contains("▌ family: Mum, Dinner"), "{}", desk.picture());
    // A hit has no answer that is none: the cursor goes on.
    desk.play(". k y n");
    assert_eq!(desk.hits.hits[0].rating, Some(HitRating::Useful));
    assert_eq!(desk.asked.questions[0].answer, Some(MatterAnswer::No));
    assert_eq!(desk.state.mode(), Mode::Receipt);
}

#[test]
fn where_nothing_is_asked_these_keys_close_the_receipt() {
    for key in ["y", "n", ".", "M"] {
        let mut desk = Desk::open((100, 36), Start::Batch);
        desk.play("e C C");
        assert!(!desk.picture().contains("changed anything"));
        desk.play(key);
        assert_eq!(desk.state.mode(), Mode::Door, "{key}");
    }
}

/// The one sentence of a month stands below the questions, and nothing about it can be answered.
#[test]
fn the_sentence_about_mail_that_becomes_a_chat_stands_below() {
    let said = |size| {
        let mut desk = Desk::open(size, Start::Batch);
        desk.line = Some(LineNote {
            month: "2026-11".to_owned(),
            address: "ben@example.org".to_owned(),
            words: "With Ben Okri 4 of 6 threads became a chat at the 3rd turn, with up to 9 turns within a day. A template that proposes a phone call, or says with {next} when you read mail again, could be that turn.".to_owned(),
            shown: desk.state.now,
        });
        desk.play("e C C");
        assert_eq!(desk.state.mode(), Mode::Receipt, "{}", desk.picture());
        desk
    };
    for size in [(80, 24), (120, 36), (50, 24)] {
        let picture = said(size).picture();
        let flowing = picture.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            flowing.contains("With Ben Okri 4 of 6 threads became a chat at the 3rd turn") || size.0 == 50,
            "{picture}"
        );
        assert!(picture.contains("Next: "), "{picture}");
    }
    picture!(said((80, 24)));
}
