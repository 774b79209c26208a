//! `tidebox decide`, `undo` and `redo`: triage from a script, as durable as from the screen.

use super::arguments::{Decide, VerbName};
use super::failure::Failure;
use super::json;
use super::listing::day_and_time;
use super::output::print;
use super::place::Place;
use crate::domain::ids::Id;
use crate::domain::printable::Printable;
use crate::domain::triage::{Decision, Until};
use crate::job::decide::{self, Changed};
use crate::store::Store;

pub fn run(place: &Place, options: &Decide) -> Result<(), Failure> {
    let decision = decision(place, options)?;
    let ids: Vec<Id> = options.ids.iter().copied().map(Id).collect();
    let mut store = place.desk()?;
    let changed = decide::decide(&mut store, decision.clone(), &ids, place.now())?;
    let what = match &decision {
        Decision::Defer(until) => format!(
            "deferred to {}, {}",
            Printable::from(&until.checkin),
            day_and_time(until.opens, place.now(), place.zone())
        ),
        decision => decision.name().to_owned(),
    };
    report(place, &store, &changed, &what)
}

pub fn undo(place: &Place) -> Result<(), Failure> {
    let mut store = place.desk()?;
    let changed = decide::undo(&mut store)?;
    report(place, &store, &changed, "taken back")
}

pub fn redo(place: &Place) -> Result<(), Failure> {
    let mut store = place.desk()?;
    let changed = decide::redo(&mut store)?;
    report(place, &store, &changed, "done again")
}

fn report(place: &Place, store: &Store, changed: &Changed, what: &str) -> Result<(), Failure> {
    let decided = changed.triage.decided();
    let left = changed.triage.batch().size() - decided;
    if place.json {
        return print(&format!("{}\n", json::line(&json::changed(&changed.ids(store)?, left, decided))));
    }
    let count = changed.on.len();
    print(&format!("{count} {what}; {left} left\n"))
}

fn decision(place: &Place, options: &Decide) -> Result<Decision, Failure> {
    if options.to.is_some() && options.verb != VerbName::Defer {
        return Err(Failure::usage("--to goes with defer", "tidebox decide defer --to tomorrow ID"));
    }
    Ok(match options.verb {
        VerbName::Done => Decision::Done,
        VerbName::Trash => Decision::Trash,
        VerbName::Later => Decision::Later,
        VerbName::Mute => Decision::Mute,
        VerbName::Spam => Decision::Spam,
        VerbName::Skip => Decision::Skip,
        VerbName::Reopen => Decision::Reopen,
        VerbName::Defer => Decision::Defer(until(place, options.to.as_deref().unwrap_or("next"))?),
    })
}

/// The window that a deferral leads to: always one of the schedule, never a time of the clock.
fn until(place: &Place, to: &str) -> Result<Until, Failure> {
    let window = place.config.calendar.named_ahead(to, place.now()).map_err(|mistake| {
        Failure::usage(format!("--to {to}: {mistake}"), "`tidebox checkins` lists what is coming")
    })?;
    Ok(Until::of(&window))
}
