//! `tidebox journal`: what is still to be done in the mailboxes, and what could not be.

use chrono::TimeDelta;
use serde_json::json;

use super::failure::Failure;
use super::json::{self, line};
use super::output::{note, print};
use super::place::Place;
use super::{arguments, sync};
use crate::domain::door::came_back;
use crate::domain::printable::Printable;
use crate::job::summary::WriteBackSummary;
use crate::job::write_back::write_back_all;
use crate::store::{JournalRow, Listed, Store};

/// How long it is told that somebody else was first, in days.
const TOLD: i64 = 14;
/// Rows of `--all`.
const LATEST: u32 = 10_000;

pub fn run(place: &Place, options: &arguments::Journal) -> Result<(), Failure> {
    let mut store = place.desk()?;
    if options.here {
        store.settle()?;
    }
    if options.hold_returned || options.leave_returned {
        return returned(place, &mut store, options.hold_returned);
    }
    if options.retry {
        store.retry_changes(place.now())?;
        let (reach, _lock) = sync::reach(place, "makes the changes in the mailboxes")?;
        let written = write_back_all(&mut store, &place.config, reach, place.now())?;
        return if place.json { print(&format!("{}\n", line(&json::written(&written)))) } else { tell(&written) };
    }
    let since = Listed::Since(place.now() - TimeDelta::days(TOLD));
    let rows = store.journal(if options.all { Listed::Latest(LATEST) } else { since })?;
    if place.json {
        return print(&rows.iter().map(|row| format!("{}\n", line(&value(row)))).collect::<String>());
    }
    let waiting = store.outside()?.returned;
    if waiting > 0 {
        print(&format!("{}\n", came_back(waiting)))?;
    }
    if rows.is_empty() {
        return print("Everything that was decided is done where the messages lie.\n");
    }
    print(&rows.iter().map(|row| told(place, row)).collect::<String>())
}

/// Does with what came back as the person says.
fn returned(place: &Place, store: &mut Store, hold: bool) -> Result<(), Failure> {
    let messages = if hold {
        store.hold_returned(&place.config.calendar, place.now())?
    } else {
        u32::try_from(store.leave_returned()?).unwrap_or(u32::MAX)
    };
    if place.json {
        let key = if hold { "held" } else { "left" };
        return print(&format!("{}\n", line(&json!({ (key): messages }))));
    }
    let what = if hold { "held again" } else { "left as they are" };
    print(&match messages {
        0 => "Nothing that came back waits for you.\n".to_owned(),
        1 => format!("1 message is {}.\n", what.replace("they are", "it is")),
        _ => format!("{messages} messages are {what}.\n"),
    })
}

/// Says what came of writing back, where there is something to say.
pub fn tell(written: &WriteBackSummary) -> Result<(), Failure> {
    let counts = [
        (written.made, "changed in the mailboxes"),
        (written.not_kept, "known to this machine alone, as their mailbox takes no such keywords"),
        (written.overtaken, "left as somebody else wanted them"),
        (written.refused + written.unproved, "still to be changed"),
    ];
    let parts: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if !parts.is_empty() {
        print(&format!("{}.\n", parts.join(", ")))?;
    }
    for trouble in &written.troubles {
        note(trouble);
    }
    if written.overtaken + written.refused + written.unproved > 0 {
        note("`tidebox journal` tells which, and why");
    }
    Ok(())
}

/// Two lines: what was decided of which message, and what came of it.
fn told(place: &Place, row: &JournalRow) -> String {
    let message = row.shown.as_ref().map_or_else(
        || "a message that is held".to_owned(),
        |(from, subject)| format!("{}: {}", Printable::from(from), Printable::from(subject).cut(80)),
    );
    let next = row.next_try.with_timezone(&place.zone()).format("%Y-%m-%d %H:%M");
    let why = Printable::from(&row.why);
    let came = match row.state.as_str() {
        "open" => "to be done".to_owned(),
        "tried" if row.why.is_empty() => format!("tried; again at {next}"),
        "tried" => format!("tried: {why}; again at {next}"),
        "refused" => format!("needs you: {why}"),
        "replaced" => "not done: a later decision took its place".to_owned(),
        "made" => "done".to_owned(),
        _ => why.to_string(),
    };
    let source = Printable::from(&row.source);
    format!("{:>10}  {:<8} {source}  {message}\n{:>21}{came}\n", row.message, row.cause, "")
}

fn value(row: &JournalRow) -> serde_json::Value {
    let shown = row.shown.as_ref();
    json!({
        "number": row.number.0, "id": row.message.0, "source": row.source, "folder": row.folder, "verb": row.cause,
        "state": row.state, "tries": row.tries, "next_try": row.closed.is_none().then(|| json::instant(row.next_try)),
        "why": row.why, "written": json::instant(row.written), "closed": row.closed.map(json::instant),
        "from": shown.map(|(from, _)| from), "subject": shown.map(|(_, subject)| subject),
    })
}
