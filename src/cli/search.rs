//! `tidebox search`: finds what was released, newest first. What is held is not found.

use std::ffi::{OsStr, OsString};

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::listing;
use crate::domain::ids::Id;
use crate::domain::query::{AddressField, HeldTerm, Query, QueryContext, Term, TextField, Thing, parse_in};
use crate::job::wider_search::wider_search;
use crate::store::{Store, StoreError};

/// Find messages that were released; newest first
#[derive(Debug, Args)]
#[command(after_help = "\
Everything that was released is searched, history included; the newest come first. Where there are more than --limit, a note
on standard error says so.

Words:    tidebox search ada engine                 both words, anywhere in a message
          tidebox search '\"the second table\"'       these words in a row
          tidebox search 'analyt*'                  words that begin so
Fields:   tidebox search from:ada subject:plan      from: to: cc: subject: body: list: filename: lane: source: folder:
          tidebox search from:@example.org          a domain with its subdomains; or a whole address, or me+urgent@
          tidebox search 'list:*'                   what has that field at all
Things:   tidebox search has:attachment             attachment, link, image, invite, list, unsubscribe
State:    tidebox search is:open                    open, done, trashed, spam, deferred, muted, carried, let-through,
                                                    history, elsewhere, gone; unread, read, flagged, answered
Dates:    tidebox search older:2w newer:6m          s, min, h, d, w, m, y, counted back from now
          tidebox search after:2026-10 before:monday
          tidebox search on:yesterday 'date:\"last week\"..today'
Sizes:    tidebox search larger:5M                  of the whole message; smaller:
Ids:      tidebox search id:1790000000              as listings print it; or id:'<Message-ID>'; thread:
Views:    tidebox search view:boss                  a query that the settings have a name for
Together: tidebox search '(ada or grace) -engine'   and, or, not or -, and parentheses
          tidebox search 'from:(ada or grace)'
          tidebox search -newsletter ada            a word with a - in front needs no quotes

Upper and lower case and accents make no difference. A letter with a colon is taken for a field; in quotes it is text.
`tidebox manual query` has the whole language.

Examples:
  tidebox search 'from:ada \"second table\" has:attachment'
  tidebox search --limit 5 'list:* or subject:plan*'
  tidebox --json search older:2w | jq -r .subject")]
pub struct SearchCommand {
    /// The query
    #[arg(required = true, value_name = "QUERY")]
    pub query: Vec<String>,
    /// How many messages at most
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub limit: u32,
    /// Every message that is found
    #[arg(long, conflicts_with = "limit")]
    pub all: bool,
}

/// How many messages are read at once.
const PAGE: usize = 1_000;

/// So much of the store is kept in memory: a search reads hardly anything twice, and memory that a process has not used yet takes
/// longer to get than what the system has of a file.
const KILOBYTES: u16 = 128;

/// Words of a query may begin with `-`, which `clap` would take for options: they get a blank in front, and lose it again when
/// the query is read. All options of this command have long names, but for `-h`.
pub fn protect_words(arguments: Vec<OsString>) -> Vec<OsString> {
    let mut closed = false;
    let protect = |argument: OsString| {
        closed |= argument == "--";
        let bytes = argument.as_encoded_bytes();
        let is_word = !closed && bytes.len() > 1 && bytes[0] == b'-' && bytes[1] != b'-' && argument != "-h";
        if is_word { OsString::from_iter([OsStr::new(" "), &argument]) } else { argument }
    };
    arguments.into_iter().map(protect).collect()
}

pub fn run(global: &GlobalArguments, options: &SearchCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let line = text(&options.query);
    let query = &query(context, &line)?;
    let store = &context.open_store()?;
    store.keep_few_pages(KILOBYTES);
    let most = if options.all { usize::MAX } else { options.limit as usize };
    let now = context.now();
    let found = if context.json {
        let page = |limit, before| store.search(query, now, limit, before);
        pages(most, page, |message| message.id, |found| listing::messages(context, found))?
    } else {
        let page = |limit, before| store.search_summaries(query, now, limit, before);
        pages(most, page, |summary| summary.id, |found| listing::summaries(context, found))?
    };
    if found.more {
        let what = format!("there are more than these {} messages", options.limit);
        context.note("limit", &what, "--all prints every one, --limit says how many");
    } else {
        note_beginning(context, store, (&line, query), found.printed)?;
    }
    if needs_marks(query) && !store.is_marked()? {
        let what =
            "older messages are not looked through yet for links, pictures, invitations, files' names and copies";
        context.note("unmarked", what, "each `tidebox sync` goes on with that");
    }
    Ok(())
}

/// How many messages were printed, and whether there are more.
struct Printed {
    printed: usize,
    more: bool,
}

/// Prints at most so many messages, a page at a time: the newest below an id, as `page` finds them.
fn pages<T>(
    most: usize,
    page: impl Fn(usize, Option<Id>) -> Result<Vec<T>, StoreError>,
    id: impl Fn(&T) -> Id,
    print: impl Fn(&[T]) -> Result<(), Failure>,
) -> Result<Printed, Failure> {
    let (mut before, mut printed) = (None, 0);
    loop {
        // One more than is printed tells whether there is more.
        let left = most - printed;
        let mut found = page(PAGE.min(left.saturating_add(1)), before)?;
        let more = found.len() > left;
        found.truncate(left);
        print(&found)?;
        printed += found.len();
        before = found.last().map(&id);
        if more || found.len() < PAGE {
            return Ok(Printed { printed, more });
        }
    }
}

/// Says how many more messages the search would find with the beginning of its last word.
fn note_beginning(context: &CommandContext, store: &Store, asked: (&str, &Query), found: usize) -> Result<(), Failure> {
    let (line, query) = asked;
    let meaning = context.config.query_context(context.now());
    if let Some(wider) = wider_search(store, line, (query, found), &meaning)? {
        let hint = "a * stands for the rest of a word; put the word in quotes, since shells read it too";
        context.note("beginning", &wider.sentence(), hint);
    }
    Ok(())
}

/// The text of a query from its words.
pub fn text(words: &[String]) -> String {
    words.iter().map(|word| word.trim_start()).collect::<Vec<_>>().join(" ")
}

/// Whether a query asks for what messages of earlier versions get little by little.
fn needs_marks(query: &Query) -> bool {
    let mut needs = false;
    query.terms(&mut |term| {
        needs |= matches!(
            term,
            Term::Has(Thing::Link | Thing::Image | Thing::Invite)
                | Term::Words { field: Some(TextField::Cc | TextField::File), .. }
                | Term::Any(TextField::Cc | TextField::File)
                | Term::Address { field: AddressField::Cc, .. }
        );
    });
    needs
}

/// Reads a query from an argument. The message about a mistake says at which character it is.
pub fn query(context: &CommandContext, text: &str) -> Result<Query, Failure> {
    query_where(context, text, HeldTerm::Refused)
}

/// The same, where `held` says whether `is:held` may be asked for.
pub fn query_where(context: &CommandContext, text: &str, held: HeldTerm) -> Result<Query, Failure> {
    let meaning = QueryContext { held, ..context.config.query_context(context.now()) };
    parse_in(text, &meaning).map_err(|mistake| {
        let column = text.get(..mistake.span.start).map_or(0, |before| before.chars().count());
        let what = format!("in the query, at character {}: {mistake}", column + 1);
        let hint = mistake.hint.clone().unwrap_or_else(|| "`tidebox search --help` shows the language".to_owned());
        Failure::usage(what, hint).showing(mistake.marked(text))
    })
}
