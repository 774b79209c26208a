//! `tidebox decide`, `undo` and `redo`: triage from a script, as durable as from the screen.

use super::arguments::{Decide, VerbName};
use super::failure::Failure;
use super::json;
use super::listing::day_and_time;
use super::output::print;
use super::place::Place;
use crate::domain::ids::Id;
use crate::domain::printable::Printable;
use crate::domain::schedule::{Window, parse_day};
use crate::domain::triage::{Until, Verb};
use crate::job::decide::{self, Changed};

pub fn run(place: &Place, options: &Decide) -> Result<(), Failure> {
    let verb = verb(place, options)?;
    let ids: Vec<Id> = options.ids.iter().copied().map(Id).collect();
    let mut store = place.desk()?;
    let changed = decide::decide(&mut store, verb.clone(), &ids, place.now())?;
    let what = match &verb {
        Verb::Defer(until) => format!(
            "deferred to {}, {}",
            Printable::from(&until.checkin),
            day_and_time(until.opens, place.now(), place.zone())
        ),
        verb => verb.name().to_owned(),
    };
    report(place, &changed, &what)
}

pub fn undo(place: &Place) -> Result<(), Failure> {
    let mut store = place.desk()?;
    let changed = decide::undo(&mut store, place.now())?;
    report(place, &changed, "taken back")
}

pub fn redo(place: &Place) -> Result<(), Failure> {
    let mut store = place.desk()?;
    let changed = decide::redo(&mut store, place.now())?;
    report(place, &changed, "done again")
}

fn report(place: &Place, changed: &Changed, what: &str) -> Result<(), Failure> {
    let decided = changed.triage.decided();
    let left = changed.triage.batch().size() - decided;
    if place.json {
        return print(&format!("{}\n", json::line(&json::changed(&changed.ids, left, decided))));
    }
    let count = changed.ids.len();
    print(&format!("{count} {what}; {left} left\n"))
}

fn verb(place: &Place, options: &Decide) -> Result<Verb, Failure> {
    if options.to.is_some() && options.verb != VerbName::Defer {
        return Err(Failure::usage("--to goes with defer", "tidebox decide defer --to tomorrow ID"));
    }
    Ok(match options.verb {
        VerbName::Done => Verb::Done,
        VerbName::Trash => Verb::Trash,
        VerbName::Later => Verb::Later,
        VerbName::Mute => Verb::Mute,
        VerbName::Spam => Verb::Spam,
        VerbName::Skip => Verb::Skip,
        VerbName::Reopen => Verb::Reopen,
        VerbName::Defer => Verb::Defer(until(place, options.to.as_deref().unwrap_or("next"))?),
    })
}

/// The window that a deferral leads to: always one of the schedule, never a time of the clock.
fn until(place: &Place, to: &str) -> Result<Until, Failure> {
    let (calendar, now) = (&place.config.calendar, place.now());
    let window: Option<Window> = match to {
        "next" => calendar.next_after(now),
        "tomorrow" => calendar.tomorrow_first(now),
        "week" => calendar.next_week_first(now),
        number if number.len() == 1 && number.as_bytes()[0].is_ascii_digit() => match number.parse() {
            Ok(ahead @ 1..) => calendar.nth_after(now, ahead),
            _ => None,
        },
        day => {
            let today = now.with_timezone(&calendar.zone).date_naive();
            let date = parse_day(day, today).map_err(|mistake| {
                Failure::usage(format!("--to {day}: {mistake}"), "next, tomorrow, week, 2 to 9, or a date")
            })?;
            calendar.first_on_or_after(date).filter(|window| window.opens > now)
        }
    };
    let window = window
        .ok_or_else(|| Failure::usage(format!("--to {to}: no check-in is there"), "`tidebox checkins` lists them"))?;
    Ok(Until::of(&window))
}
