//! `tidebox expect`: lets one message through that the person waits for, until an hour.

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json::{self, instant};
use super::listing::coming;
use super::output::print;
use super::search;
use crate::domain::expectation::{Expectation, ExpectationEnd};
use crate::domain::printable::Printable;
use crate::domain::schedule::Zone;
use crate::job::expect::expect;
use chrono::{DateTime, Utc};

/// Let one message through that you wait for, until an hour
#[derive(Debug, Args)]
#[command(after_help = "\
The first message that comes from now on and that the query chooses is let through at once, as by an exception. That closes the
hole; else the hour does. What is held already stays held. Without a query it lists what is expected.

Examples:
  tidebox expect from:@plumber.example --until 18:00
  tidebox expect 'subject:\"boarding pass\"' --until '2026-12-01 09:00'
  tidebox expect
  tidebox expect --list            also what is over
  tidebox expect --revoke 3")]
pub struct ExpectCommand {
    /// What is expected, as a query
    #[arg(value_name = "QUERY", requires = "until", conflicts_with_all = ["list", "revoke"])]
    pub query: Vec<String>,
    /// Until when: the next `18:00`, or a date and a time (`2026-11-30 10:00`)
    #[arg(long, value_name = "TIME", requires = "query")]
    pub until: Option<String>,
    /// List what was ever expected, and what came of it
    #[arg(long, conflicts_with = "revoke")]
    pub list: bool,
    /// Take one back
    #[arg(long, value_name = "NUMBER")]
    pub revoke: Option<i64>,
}

pub fn run(global: &GlobalArguments, options: &ExpectCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut store = context.open_store()?;
    let now = context.now();
    if let Some(until) = &options.until {
        let query = search::text(&options.query);
        search::query(context, &query)?;
        let made = expect(&mut store, &query, until, &context.config.query_context(now))?;
        return print(&lines(context, std::slice::from_ref(&made)));
    }
    if let Some(number) = options.revoke {
        if !store.revoke_expectation(number, now)? {
            return Err(Failure::absent(
                format!("nothing with the number {number} is expected"),
                "`tidebox expect` lists what is",
            ));
        }
        let all = store.expectations()?;
        let revoked: Vec<Expectation> = all.into_iter().filter(|one| one.number == number).collect();
        return print(&lines(context, &revoked));
    }
    let all = if options.list { store.expectations()? } else { store.expected(now)? };
    if all.is_empty() && !context.json {
        return print("Nothing is expected.\n");
    }
    print(&lines(context, &all))
}

fn lines(context: &CommandContext, all: &[Expectation]) -> String {
    let (now, zone) = (context.now(), context.zone());
    all.iter()
        .map(|one| {
            if context.json {
                format!("{}\n", json::line(&object(one, now)))
            } else {
                format!("{:>3}  {}\n", one.number, sentence(one, now, zone))
            }
        })
        .collect()
}

/// An expectation as JSON.
pub fn object(one: &Expectation, now: DateTime<Utc>) -> serde_json::Value {
    let (came, revoked) = match one.end {
        ExpectationEnd::None => (None, None),
        ExpectationEnd::Came(at) => (Some(instant(at)), None),
        ExpectationEnd::Revoked(at) => (None, Some(instant(at))),
    };
    serde_json::json!({
        "number": one.number, "query": one.query, "since": instant(one.since), "until": instant(one.until),
        "open": one.is_open(now), "came": came, "revoked": revoked,
    })
}

/// `Expected until 18:00: from:ann.`
pub fn sentence(one: &Expectation, now: DateTime<Utc>, zone: Zone) -> String {
    Printable::from(one.sentence(now, &|at| coming(at, now, zone))).to_string()
}
