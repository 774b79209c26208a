//! `tidebox ask`: whether something that a query describes is held, how much of it, and since when. Nothing more is said.

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::listing::coming;
use super::output::print;
use super::search;
use crate::domain::query::HeldTerm;
use crate::job::ask::{ask, names_a_message};

/// Ask whether something is held: yes or no, how much, and since when
#[derive(Debug, Args)]
#[command(after_help = "\
The answer has no sender and no subject. One question is answered in a minute. Each is written down (`tidebox peek --log`), and the
receipt of the next check-in counts it. The query is that of `tidebox search`; only what is held is looked at.

Examples:
  tidebox ask from:@plumber.example
  tidebox ask 'subject:invoice newer:1d'
  tidebox --json ask from:ada | jq .held")]
pub struct AskCommand {
    /// The query
    #[arg(required = true, value_name = "QUERY")]
    pub query: Vec<String>,
}

pub fn run(global: &GlobalArguments, options: &AskCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let question = search::text(&options.query);
    let query = search::query_where(context, &question, HeldTerm::Allowed)?;
    if names_a_message(&query) {
        return Err(Failure::usage(
            "a question is about what messages are like, and not about one by its number",
            "for example: tidebox ask from:@plumber.example",
        ));
    }
    let mut store = context.open_store()?;
    let (now, zone) = (context.now(), context.zone());
    let held = ask(&mut store, &question, &query, zone, now)?;
    if context.json {
        let value = serde_json::json!({
            "held": held.count > 0, "count": held.count, "since": held.since.map(json::instant),
        });
        return print(&format!("{}\n", json::line(&value)));
    }
    let since = held.since.map(|since| coming(since, now, zone)).unwrap_or_default();
    print(&match held.count {
        0 => "No. Nothing like that is held.\n".to_owned(),
        1 => format!("Yes. 1 message is held, since {since}.\n"),
        count => format!("Yes. {count} messages are held, the first since {since}.\n"),
    })
}
