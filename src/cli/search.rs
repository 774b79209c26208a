//! `tidebox search`: finds what was released, newest first. What is held is not found.

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::listing;
use crate::domain::query::{Query, parse};

/// Find messages that were released; newest first
#[derive(Debug, Args)]
#[command(after_help = "\
Everything that was released is searched, history included; the newest come first.

Words:    tidebox search ada engine                 both words, anywhere in a message
          tidebox search '\"the second table\"'       these words in a row
          tidebox search 'analyt*'                  words that begin so
Fields:   tidebox search from:ada subject:plan      from: to: subject: body: list: source: lane:
          tidebox search from:@example.org          an address or a domain, exactly
          tidebox search 'list:*'                   what has that field at all
Things:   tidebox search has:attachment             has:attachment, has:list, has:unsubscribe
State:    tidebox search is:muted                   of a muted thread
Dates:    tidebox search older:2w newer:6m          s, min, h, d, w, m, y, counted back from now
          tidebox search after:2026-10 before:monday
Ids:      tidebox search id:1790000000              as listings print it; or id:'<Message-ID>'
Together: tidebox search '(ada or grace) -engine'   and, or, not or -, and parentheses
          tidebox search 'from:(ada or grace)'

Upper and lower case and accents make no difference. A letter with a colon is taken for a field; in quotes it is text.

Examples:
  tidebox search 'from:ada \"second table\" has:attachment'
  tidebox search --limit 5 'list:* or subject:plan*'
  tidebox --json search older:2w | jq -r .subject")]
pub struct SearchCommand {
    /// The query
    #[arg(required = true, value_name = "QUERY")]
    pub query: Vec<String>,
    /// How many messages at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub limit: u32,
}

pub fn run(global: &GlobalArguments, options: &SearchCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let query = query(context, &options.query.join(" "))?;
    let store = context.open_store()?;
    let found = store.search(&query, context.now(), options.limit as usize, None)?;
    listing::messages(context, &found)
}

/// Reads a query from an argument. The message about a mistake says at which character it is.
pub fn query(context: &CommandContext, text: &str) -> Result<Query, Failure> {
    parse(text, context.zone(), context.now()).map_err(|mistake| {
        let column = text.get(..mistake.span.start).map_or(0, |before| before.chars().count());
        let what = format!("in the query, at character {}: {mistake}", column + 1);
        Failure::usage(what, mistake.hint.unwrap_or_else(|| "`tidebox search --help` shows the language".to_owned()))
    })
}
