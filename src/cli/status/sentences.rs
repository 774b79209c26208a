//! What `tidebox status` says to a person, in sentences. The forms for programs are in `status`.

use chrono::{DateTime, Utc};

use super::closes;
use crate::cli::context::CommandContext;
use crate::cli::expect;
use crate::cli::listing::{coming, day_and_time};
use crate::cli::pause;
use crate::domain::answer_pace::AnswerPace;
use crate::domain::batch::called;
use crate::domain::door::{OpenWindow, Overview, came_back, held_sentence};
use crate::domain::printable::Printable;
use crate::domain::schedule::{Window, Zone, wall};
use crate::ui::when::{date as date_in_words, sentence_case, to_answer};
use crate::watch::{Who, holder_of, runs};

/// Everything but the watch and what is wrong.
pub fn plain(context: &CommandContext, door: &Overview) -> String {
    let (now, zone) = (context.now(), context.zone());
    let mut sentences = Vec::new();
    if let Some(open) = &door.open {
        sentences.push(opened(open, door.pace, now, zone));
        if let Some(over) = door.uncommitted.as_ref().filter(|over| over.window != open.window) {
            sentences.push(opened(over, door.pace, now, zone));
        }
    }
    let pauses = door.pauses.iter().map(|pause| pause::sentence(pause, now, zone));
    if door.open.is_some() {
        sentences.extend(pauses);
        sentences.push(following(door.next.as_ref(), now, zone));
    } else {
        sentences.push(closed(door.next.as_ref(), now, zone));
        sentences.extend(pauses);
    }
    match door.let_through {
        0 => {}
        1 => sentences.push("1 message came through by an exception.".to_owned()),
        count => sentences.push(format!("{count} messages came through by exceptions.")),
    }
    sentences.extend(door.expected.iter().map(|one| expect::sentence(one, now, zone)));
    let date = |date| date_in_words(date, wall::date_of(zone, now));
    sentences.extend(door.trial.as_ref().and_then(|trial| trial.sentence(wall::date_of(zone, now), &date)));
    sentences.extend(door.held.map(held_sentence));
    match door.deferred {
        0 => {}
        1 => sentences.push("1 message is deferred to a later check-in.".to_owned()),
        count => sentences.push(format!("{count} messages are deferred to later check-ins.")),
    }
    match door.to_answer {
        0 => {}
        1 => sentences.push("1 message was put off to be answered.".to_owned()),
        count => sentences.push(format!("{count} messages were put off to be answered.")),
    }
    if door.outside.returned > 0 {
        sentences.push(came_back(door.outside.returned));
    }
    sentences.join(" ")
}

/// `The door is closed until today 16:00: the afternoon check-in.`
fn closed(next: Option<&Window>, now: DateTime<Utc>, zone: Zone) -> String {
    next.map_or_else(
        || "The door is closed. No check-in is coming.".to_owned(),
        |next| {
            let opens = day_and_time(next.opens, now, zone);
            format!("The door is closed until {opens}: {}.", Printable::from(called(&next.checkin)))
        },
    )
}

/// `The next one is afternoon, today 16:00.`
fn following(next: Option<&Window>, now: DateTime<Utc>, zone: Zone) -> String {
    next.map_or_else(
        || "No check-in is coming after it.".to_owned(),
        |next| format!("The next one is {}, {}.", Printable::from(&next.checkin), day_and_time(next.opens, now, zone)),
    )
}

/// What can be done now: `The morning check-in is open until 9:30: 12 of 40 decided.`
pub fn opened(open: &OpenWindow, pace: Option<AnswerPace>, now: DateTime<Utc>, zone: Zone) -> String {
    let the = Printable::from(sentence_case(&called(&open.window.checkin)));
    let mut decided = match (open.begun, open.decided, open.left) {
        (true, Some(decided), Some(left)) => format!(": {decided} of {} decided", decided.saturating_add(left)),
        _ => String::new(),
    };
    if let Some(later) = open.later.filter(|later| *later > 0) {
        decided.push_str(&format!(", {}", to_answer(later as usize, pace)));
    }
    let missed = format!("{the} was missed {}", at(open.window.opens, now, zone));
    let Some(closes) = closes(open) else { return format!("{missed}: it can still be done.") };
    if open.is_over(now) {
        let ended = at(closes, now, zone);
        return format!("{the} ended {ended} and is not committed yet{decided}. `tidebox commit` commits it.");
    }
    let until = coming(closes, now, zone);
    match (open.begun, open.late) {
        (false, true) => format!("{missed}: it can be done until {until}."),
        _ => format!("{the} is open until {until}{decided}."),
    }
}

/// `at 10:45` of today, `yesterday`'s and others' with their day: `Sun 22 Nov 10:45`.
fn at(instant: DateTime<Utc>, now: DateTime<Utc>, zone: Zone) -> String {
    let said = coming(instant, now, zone);
    if said.starts_with(|first: char| first.is_ascii_digit()) { format!("at {said}") } else { said }
}

/// Who reads the mailboxes meanwhile.
pub fn watched(context: &CommandContext, door: &Overview) -> &'static str {
    match holder_of(&context.store_path) {
        Some(holder) if holder.who == Who::Watch => "The watch is running.",
        Some(_) if runs(&context.store_path) => "The watch is running, and waits for its turn.",
        Some(holder) if holder.who == Who::Screen => "The watch is not running: the open screen reads your mailboxes.",
        _ if door.nothing_to_hold => {
            "No mailbox is read yet: open tidebox to add one, or run `tidebox account add ADDRESS`."
        }
        _ => "The watch is not running: nothing is read until you open tidebox or run `tidebox sync`.",
    }
}
