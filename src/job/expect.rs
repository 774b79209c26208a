//! What the person expects: a hole in the hold for one message, until an hour.

use chrono::{DateTime, TimeDelta, Utc};

use super::JobError;
use crate::domain::expectation::Expectation;
use crate::domain::query::{Query, QueryContext, parse_in};
use crate::domain::schedule::pause_end;
use crate::store::Store;

/// Nothing is expected for longer; an exception in the settings is for what is longer.
const LONGEST: TimeDelta = TimeDelta::days(31);
/// So many things can be expected at once.
const MOST: usize = 20;

/// The same from one line, as the screen has it: `from:ann until 18:00`.
///
/// # Errors
/// As `expect`, and where no hour is named.
pub fn expect_line(store: &mut Store, line: &str, context: &QueryContext<'_>) -> Result<Expectation, JobError> {
    let Some((query, until)) = line.rsplit_once(" until ") else {
        return Err(JobError::Wrong {
            what: "this names no hour at which it ends".to_owned(),
            hint: "for example: from:@plumber.example until 18:00".to_owned(),
        });
    };
    expect(store, query, until, context)
}

/// Takes everything back that is expected; how much that was.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn revoke_all(store: &mut Store, now: DateTime<Utc>) -> Result<usize, JobError> {
    let open = store.expected(now)?;
    for one in &open {
        store.revoke_expectation(one.number, now)?;
    }
    Ok(open.len())
}

/// Opens a hole for the first message that the query chooses, until a time as a person types it (`18:00`). A view in the query means
/// what the settings say of it when the message comes.
///
/// # Errors
/// `Wrong` where the query or the time means nothing, where the query chooses everything or asks for what becomes of messages, where
/// the time is too late; or where the store cannot be written.
pub fn expect(
    store: &mut Store,
    query: &str,
    until: &str,
    context: &QueryContext<'_>,
) -> Result<Expectation, JobError> {
    let (query, now) = (query.trim(), context.now);
    let wrong = |what: String, hint: &str| Err(JobError::Wrong { what, hint: hint.to_owned() });
    let mistake = |mistake: String, hint: Option<String>| JobError::Wrong {
        what: mistake,
        hint: hint.unwrap_or_else(|| "for example: tidebox expect from:@plumber.example --until 18:00".to_owned()),
    };
    let parsed = parse_in(query, context).map_err(|it| mistake(format!("in the query: {it}"), it.hint))?;
    if let Some(what) = parsed.unknown_at_intake() {
        return wrong(
            format!("{what} of a message is not known yet when it comes, so nothing can be expected by it"),
            "say what the message is like: from:@plumber.example",
        );
    }
    if parsed == Query::All {
        return wrong(
            "this would let the next message through, whatever it is".to_owned(),
            "say what you expect: from:ann",
        );
    }
    let end = pause_end(until, context.zone, now).map_err(|it| mistake(it.to_string(), None))?;
    if end <= now {
        return wrong("this time is over".to_owned(), "name a time that is to come: --until 18:00");
    }
    if end > now + LONGEST {
        return wrong("nothing is expected for more than 31 days".to_owned(), "an [[exception]] in the settings stays");
    }
    if store.expected(now)?.len() >= MOST {
        return wrong(
            format!("{MOST} things are expected already"),
            "`tidebox expect --list` lists them, `tidebox expect --revoke NUMBER` takes one back",
        );
    }
    Ok(store.expect(query, now, end)?)
}
