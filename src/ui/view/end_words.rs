//! What the end of a window does to its batch, in sentences: before it and when it is there, for each way in which the settings
//! have it.

use chrono::{DateTime, Utc};

use crate::domain::batch::called;
use crate::domain::schedule::{Window, Zone};
use crate::domain::triage::Triage;
use crate::domain::window_end::{AtEnd, LeftBatch, LeftUntil, WindowEnd};
use crate::ui::when;

/// The keys that the sentences name, where they have some.
#[derive(Debug, Clone)]
pub struct EndKeys {
    pub close: String,
    pub more_time: Option<String>,
}

/// `The morning check-in ends at 10:45. After that this batch stays open while it is on this screen …`
#[must_use]
pub fn sentences(end: &WindowEnd, triage: &Triage, keys: &EndKeys, now: DateTime<Utc>, zone: Zone) -> String {
    let is_over = end.ends <= now;
    let the = called(triage.batch().name());
    let ends = if is_over {
        format!("The time for {the} is over.")
    } else {
        format!("{} ends at {}.", when::sentence_case(&the), when::hour(end.ends, zone))
    };
    let close = &keys.close;
    let after = if is_over { "This" } else { "After that this" };
    let here = "batch stays open while it is on this screen";
    let stays = match (&end.then, end.latest()) {
        (AtEnd::Asks, _) => format!("{after} batch stays open until you close it with {close}."),
        (AtEnd::Closes { .. }, None) => format!("{after} {here}; {close} closes it."),
        (AtEnd::Closes { .. }, Some(latest)) if latest <= end.ends => {
            "Its batch closes then, since the next check-in is open.".to_owned()
        }
        (AtEnd::Closes { .. }, Some(latest)) => {
            format!("{after} {here}, until {} at the latest; {close} closes it.", when::coming(latest, now, zone))
        }
    };
    let more = keys.more_time.as_ref().filter(|_| !is_over).map(|key| format!(" {key} gives ten more minutes."));
    let becomes = becomes(triage, end.again.as_ref(), now, zone);
    format!("{ends} {stays} When it closes, {becomes}.{}", more.unwrap_or_default())
}

/// `12 decisions take effect and 4 messages come again at 16:00`.
#[must_use]
pub fn becomes(triage: &Triage, again: Option<&Window>, now: DateTime<Utc>, zone: Zone) -> String {
    let settled = triage.settled().len();
    let rest = triage.batch().size() - settled;
    let takes = when::count(settled, "decision takes effect", "decisions take effect");
    let come = when::count(rest, "message comes again", "messages come again");
    let at = match again {
        Some(next) if next.opens <= now => format!("in {}, which is open", next.checkin),
        Some(next) => at(next.opens, now, zone),
        None if rest == 1 => "at the next check-in of its lane".to_owned(),
        None => "at the next check-ins of their lanes".to_owned(),
    };
    match (settled, rest) {
        (_, 0) => takes,
        (0, _) => format!("{come} {at}"),
        _ => format!("{takes} and {come} {at}"),
    }
}

/// `12 decided, 28 left. They take effect at 10:45, or with `tidebox commit`.`: for the shell, when the screen is left half-way.
#[must_use]
pub fn left(batch: &LeftBatch, now: DateTime<Utc>, zone: Zone) -> String {
    let (they, take) = if batch.decided == 1 { ("It", "takes") } else { ("They", "take") };
    let effect = format!("{they} {take} effect");
    let when = match batch.closes {
        LeftUntil::Ends { at: ends, watch: true } if ends <= now => {
            format!("Its time is over, so {} {take} effect in a moment.", they.to_lowercase())
        }
        LeftUntil::Ends { at: ends, watch: false } if ends <= now => {
            format!("Its time is over, so {} {take} effect with the next tidebox command.", they.to_lowercase())
        }
        LeftUntil::Ends { at: ends, watch: true } => {
            format!("{effect} {}, or with `tidebox commit`.", at(ends, now, zone))
        }
        LeftUntil::Ends { at: ends, watch: false } => {
            let ends = when::coming(ends, now, zone);
            format!("{effect} with the first tidebox command after {ends}, or with `tidebox commit`.")
        }
        LeftUntil::OtherScreen => {
            format!("Another screen has the batch open: {} {take} effect when it is closed there.", they.to_lowercase())
        }
        LeftUntil::Person => format!("{effect} with `tidebox commit`."),
        LeftUntil::PersonAsException => format!("{effect} with `tidebox commit --exceptions`."),
    };
    format!("{} decided, {} left. {when}", batch.decided, batch.left)
}

/// `at 16:00` of today; of other days with the day: `tomorrow 10:00`.
fn at(instant: DateTime<Utc>, now: DateTime<Utc>, zone: Zone) -> String {
    let said = when::coming(instant, now, zone);
    if said.starts_with(|first: char| first.is_ascii_digit()) { format!("at {said}") } else { said }
}
