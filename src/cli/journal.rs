//! `tidebox journal`: what is still to be done in the mailboxes, and what could not be.

mod lists;

use clap::Args;

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json::{self, line};
use super::output::print;
use super::reach::reach;
use super::report;
use crate::clock::Stopwatch;
use crate::domain::attempt::AttemptState;
use crate::domain::door::came_back;
use crate::domain::printable::Printable;
use crate::domain::schedule::Zone;
use crate::domain::text_enum::TextEnum;
use crate::job::open::Reach;
use crate::job::write_back::write_back_all;
use crate::store::{JournalRow, Listed, Store};
use crate::ui::when::count;

/// List what is still to be done in the mailboxes, and what could not be
#[derive(Debug, Args)]
#[command(after_help = "\
A commit writes down how each message is to be changed in its mailbox; `sync`, `commit`, `watch` and the screen make the
change. If another machine or another program changed the message first, that change stays, and is listed here for two weeks.
So is what came of leaving a list. A request to leave one is sent once: where no answer came, only --retry sends it again.

Examples:
  tidebox journal
  tidebox journal --retry          after you made the missing folder
  tidebox journal --hold-returned   if more than 50 messages came back at once
  tidebox --json journal --all | jq -r 'select(.state == \"overtaken\").why'")]
pub struct JournalCommand {
    /// List every change, the latest 10000
    #[arg(long)]
    pub all: bool,
    /// Try again now the changes that were not made yet
    #[arg(long, conflicts_with = "all")]
    pub retry: bool,
    /// This store is a copy that replaces the first one: it makes the changes from now on
    #[arg(long, conflicts_with = "all")]
    pub here: bool,
    /// Hold the messages again that came back to their mailbox, too many at once to be held without asking
    #[arg(long, conflicts_with_all = ["all", "retry"])]
    pub hold_returned: bool,
    /// Leave these messages as they are; they count as finished
    #[arg(long, conflicts_with_all = ["all", "retry", "hold_returned"])]
    pub leave_returned: bool,
}

/// In days: how long changes are listed that somebody else came before.
const TOLD: i64 = 14;
/// How long to wait for the process that makes the changes, and how often to look whether it has answered.
const PATIENCE: Duration = Duration::from_secs(70);
const LOOK: Duration = Duration::from_millis(50);
/// How many rows `--all` prints at most.
const LATEST: u32 = 10_000;

pub fn run(global: &GlobalArguments, options: &JournalCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut store = context.open_store()?;
    if options.here {
        store.settle()?;
    }
    if options.hold_returned || options.leave_returned {
        return returned(context, &mut store, options.hold_returned);
    }
    if options.retry {
        store.retry_changes(context.now())?;
        store.retry_unsubscriptions(context.now())?;
        let (reach, _lock) = reach(context, "makes the changes in the mailboxes; it is asked to try them now")?;
        if reach == Reach::Reading {
            return beside(context, &mut store);
        }
        let written = write_back_all(&mut store, &context.config, reach, context.now())?;
        let lists = report::leave_due_lists(context, &mut store, reach)?;
        if context.json {
            let mut value = json::written(&written);
            value["lists"] = json::lists_left(&lists);
            return print(&format!("{}\n", line(&value)));
        }
        report::changes(&written)?;
        return report::lists(&lists);
    }
    let since = Listed::Since(context.now() - TimeDelta::days(TOLD));
    let which = if options.all { Listed::Latest(LATEST) } else { since };
    let (rows, lists) = (store.journal(which)?, store.unsubscriptions(which)?);
    if context.json {
        let values = rows.iter().map(value).chain(lists.iter().map(lists::value));
        return print(&values.map(|value| format!("{}\n", line(&value))).collect::<String>());
    }
    let waiting = store.write_back_state()?.returned;
    if waiting > 0 {
        print(&format!("{}\n", came_back(waiting)))?;
    }
    for row in &lists {
        print(&lists::row_text(context.zone(), row))?;
    }
    if rows.is_empty() && !lists.is_empty() {
        return Ok(());
    }
    if rows.is_empty() {
        return print("Everything that was decided is done where the messages lie.\n");
    }
    print(&listed(context.zone(), &rows))
}

/// Asks the process that tends the mailboxes for another try, and waits until it has made one.
fn beside(context: &CommandContext, store: &mut Store) -> Result<(), Failure> {
    let asked = store.ask_to_read()?;
    let waiting = Stopwatch::start();
    while store.asked_to_read()?.1 < asked {
        if waiting.elapsed() > PATIENCE {
            let what = "the process that makes the changes in the mailboxes has not answered within a minute";
            return Err(Failure::busy(what, "they are due now: `tidebox journal` tells what came of them"));
        }
        std::thread::sleep(LOOK);
    }
    let left = store.changes_left()?;
    if context.json {
        return print(&format!("{}\n", line(&json!({ "left": left }))));
    }
    match left {
        0 => print("Everything that was decided is done where the messages lie.\n"),
        left => print(&format!(
            "{} still to be made; `tidebox journal` says why.\n",
            count(left as usize, "change is", "changes are")
        )),
    }
}

/// What waits is told once for all that are alike.
fn listed(zone: Zone, rows: &[JournalRow]) -> String {
    let alike = |a: &JournalRow, b: &JournalRow| {
        let of = |row: &JournalRow| (row.source.clone(), row.reason, row.attempt.state, row.attempt.why.clone());
        a.attempt.closed.is_none() && b.attempt.closed.is_none() && of(a) == of(b)
    };
    let mut groups: Vec<(&JournalRow, usize)> = Vec::new();
    for row in rows {
        match groups.iter_mut().find(|(first, _)| alike(first, row)) {
            Some((first, count)) => {
                *count += 1;
                if row.attempt.next_try < first.attempt.next_try {
                    *first = row;
                }
            }
            None => groups.push((row, 1)),
        }
    }
    let mut text: String = groups.iter().map(|(row, count)| row_text(zone, row, *count)).collect();
    if rows.iter().any(|row| row.attempt.state == AttemptState::Refused) {
        text.push_str("`tidebox journal --retry` tries again now; `tidebox --json journal` lists each of them.\n");
    }
    text
}

/// Holds the messages that came back, or leaves them, as the person says.
fn returned(context: &CommandContext, store: &mut Store, hold: bool) -> Result<(), Failure> {
    let messages = if hold {
        store.hold_returned(context.config.lane_calendars(), context.now())?
    } else {
        u32::try_from(store.leave_returned()?).unwrap_or(u32::MAX)
    };
    if context.json {
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

/// Two lines: what was decided of which message, or of how many, and what came of it.
fn row_text(zone: Zone, row: &JournalRow, count: usize) -> String {
    let alone = || {
        row.shown.as_ref().map_or_else(
            || "a message that is held".to_owned(),
            |(from, subject)| format!("{}: {}", Printable::from(from), Printable::from(subject).cut(80)),
        )
    };
    let (id, message) = match count {
        1 => (row.message.to_string(), alone()),
        count => (String::new(), format!("{count} messages")),
    };
    let attempt = &row.attempt;
    let next = attempt.next_try.with_timezone(&zone).format("%Y-%m-%d %H:%M");
    let why = Printable::from(&attempt.why);
    let came = match attempt.state {
        AttemptState::Open => "to be done".to_owned(),
        AttemptState::Tried if attempt.why.is_empty() => format!("tried; again at {next}"),
        AttemptState::Tried => format!("tried: {why}; again at {next}"),
        AttemptState::Refused => format!("needs you: {why}"),
        AttemptState::Replaced => "not done: a later decision took its place".to_owned(),
        AttemptState::Made => "done".to_owned(),
        AttemptState::Overtaken | AttemptState::NotKept => why.to_string(),
    };
    let source = Printable::from(&row.source);
    format!("{id:>10}  {:<8} {source}  {message}\n{:>21}{came}\n", row.reason, "")
}

fn value(row: &JournalRow) -> serde_json::Value {
    let (shown, attempt) = (row.shown.as_ref(), &row.attempt);
    json!({
        "number": row.number.0, "id": row.message.0, "source": row.source, "folder": row.folder, "verb": row.reason.name(),
        "state": attempt.state.name(), "tries": attempt.tries,
        "next_try": attempt.closed.is_none().then(|| json::instant(attempt.next_try)),
        "why": attempt.why, "written": json::instant(row.written), "closed": attempt.closed.map(json::instant),
        "from": shown.map(|(from, _)| from), "subject": shown.map(|(_, subject)| subject),
    })
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::{listed, row_text, value};
    use crate::domain::attempt::{Attempt, AttemptState};
    use crate::domain::ids::{ChangeId, Id};
    use crate::domain::schedule::Zone;
    use crate::domain::verdict::ChangeReason;
    use crate::store::JournalRow;

    fn row(state: AttemptState, why: &str) -> JournalRow {
        let at: DateTime<Utc> = "2026-11-23T10:00:00Z".parse().unwrap();
        JournalRow {
            number: ChangeId(1),
            message: Id(1_790_000_000),
            shown: Some(("Ann".to_owned(), "Plan".to_owned())),
            source: "home".to_owned(),
            folder: "INBOX".to_owned(),
            reason: ChangeReason::Done,
            attempt: Attempt { state, tries: 1, next_try: at, why: why.to_owned(), closed: None },
            written: at,
        }
    }

    #[test]
    fn each_state_is_told_in_words_of_its_own() {
        for (state, why, words) in [
            (AttemptState::Open, "", "to be done"),
            (AttemptState::Tried, "", "tried; again at 2026-11-23 10:00"),
            (AttemptState::Tried, "no connection", "tried: no connection; again at 2026-11-23 10:00"),
            (AttemptState::Refused, "no folder", "needs you: no folder"),
            (AttemptState::Replaced, "", "not done: a later decision took its place"),
            (AttemptState::Made, "", "done"),
            (AttemptState::Overtaken, "read elsewhere", "read elsewhere"),
        ] {
            let text = row_text(Zone::UTC, &row(state, why), 1);
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(lines, ["1790000000  done     home  Ann: Plan", &format!("{:21}{words}", "")]);
        }
    }

    #[test]
    fn what_waits_for_one_reason_is_one_line_and_what_is_over_is_not_counted_together() {
        let refused = |number: i64| JournalRow {
            message: Id(1_790_000_000 + number),
            ..row(AttemptState::Refused, "there is no folder for an archive; make one")
        };
        let mut rows: Vec<JournalRow> = (0..46).map(refused).collect();
        rows.push(JournalRow { source: "work".to_owned(), ..refused(50) });
        let made = row(AttemptState::Made, "");
        let closed = Some(made.written);
        rows.extend([0; 2].map(|_| JournalRow { attempt: Attempt { closed, ..made.attempt.clone() }, ..made.clone() }));
        let told = listed(Zone::UTC, &rows);
        let lines: Vec<&str> = told.lines().map(str::trim).collect();
        assert_eq!(lines.len(), 9, "{told}");
        assert_eq!(
            lines[..2],
            ["done     home  46 messages", "needs you: there is no folder for an archive; make one"]
        );
        assert!(lines[2].starts_with("1790000050  done     work  Ann: Plan") && lines[8].contains("--retry"), "{told}");
    }

    #[test]
    fn of_what_is_held_nothing_is_told_but_that_it_is() {
        let held = JournalRow { shown: None, ..row(AttemptState::Open, "") };
        assert!(row_text(Zone::UTC, &held, 1).contains("home  a message that is held\n"));
        assert_eq!(
            (&value(&held)["from"], &value(&held)["subject"]),
            (&serde_json::Value::Null, &serde_json::Value::Null)
        );
    }
}
