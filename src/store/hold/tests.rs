//! What goes back, and which folder is the hold's.

use chrono::{DateTime, Duration, Utc};

use super::{GiveBack, HardHold, LaneSchedule, MovableCopy, PutAsideRecord};
use crate::domain::flags::Flags;
use crate::domain::ids::{Id, SourceId};
use crate::domain::message::Stage;

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap() + Duration::minutes(minutes)
}

/// A copy of a message that came an hour after the beginning; it lies in the folder of the hold.
fn copy(stage: Stage, lane: &str, kept: Option<bool>) -> MovableCopy {
    MovableCopy {
        message: Id(1),
        stage,
        lane: lane.to_owned(),
        received: at(60),
        folder: 1,
        folder_name: "Held".to_owned(),
        key: "1".to_owned(),
        flags: Flags::default(),
        put_aside: kept.map(|released| PutAsideRecord { from: "INBOX".to_owned(), released }),
    }
}

fn opened(minutes: i64) -> LaneSchedule {
    LaneSchedule { opened: Some(at(minutes)), open: false }
}

#[test]
fn due_is_what_had_its_check_in_or_waits_for_none() {
    let lanes = [("people".to_owned(), opened(90)), ("news".to_owned(), opened(30))];
    let hold = HardHold { source: SourceId(1), folder: "Held", lanes: &lanes, others: LaneSchedule::default() };
    let due = |copy: MovableCopy| hold.goes_back(&copy, GiveBack::Due);
    assert!(due(copy(Stage::Held, "people", Some(false))), "its window has opened since");
    assert!(!due(copy(Stage::Held, "news", Some(false))), "its last window was before it came");
    assert!(!due(copy(Stage::Held, "gone", Some(false))), "a lane that is configured no longer, without a window yet");
    assert!(due(copy(Stage::Held, "news", Some(true))), "it was given back, and lies there again");
    assert!(due(copy(Stage::Done, "news", Some(false))), "nobody waits for it any more");
    assert!(due(copy(Stage::LetThrough, "news", Some(false))), "an exception let it through");
}

#[test]
fn ours_is_what_this_store_has_put_there_and_all_is_all() {
    let hold = HardHold { source: SourceId(1), folder: "Held", lanes: &[], others: LaneSchedule::default() };
    for (kept, ours) in [(Some(false), true), (Some(true), true), (None, false)] {
        assert_eq!(hold.goes_back(&copy(Stage::Held, "people", kept), GiveBack::Ours), ours, "{kept:?}");
        assert!(hold.goes_back(&copy(Stage::Held, "people", kept), GiveBack::All));
    }
}

#[test]
fn the_folder_is_known_below_the_inbox_too_and_nowhere_else() {
    let hold = HardHold { source: SourceId(1), folder: "Held", lanes: &[], others: LaneSchedule::default() };
    for (name, is) in [
        ("Held", true),
        ("INBOX.Held", true),
        ("INBOX/Held", true),
        ("INBOX", false),
        ("INBOXHeld", false),
        ("Archive/Held", false),
        ("Held/2026", false),
        ("held", false),
    ] {
        assert_eq!(hold.is_folder(name), is, "{name}");
    }
}
