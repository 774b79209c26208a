//! `tidebox show`: one message that may be shown.

use std::str::FromStr;

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json::{self, MessageJson};
use super::output;
use crate::domain::ids::Id;
use crate::domain::letter::{Body, Letter};
use crate::domain::message::Message;
use crate::domain::printable::Printable;
use crate::domain::query::{IdTerm, Query, Term};
use crate::job::read::{Reader, letter};
use crate::store::Store;

/// What names a message on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageName {
    Id(Id),
    /// Without angle brackets (RFC 5322 §3.6.4).
    MessageId(String),
}

impl FromStr for MessageName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (text, said) = text.strip_prefix("id:").map_or((text, false), |text| (text, true));
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(Id(id)));
        }
        let inner = text.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
        match inner.or_else(|| (said || text.contains('@')).then_some(text)).filter(|inner| !inner.is_empty()) {
            Some(inner) => Ok(Self::MessageId(inner.to_owned())),
            None => Err("this is neither an id, which is a number, nor a Message-ID such as <plan.1@example.org>"),
        }
    }
}

impl MessageName {
    /// The id in this store. Of several messages with one Message-ID it is the newest, and a note says so. A message that is
    /// held is not found by its Message-ID, as if it were not there.
    pub fn find(&self, context: &CommandContext, store: &Store) -> Result<Id, Failure> {
        let message_id = match self {
            Self::Id(id) => return Ok(*id),
            Self::MessageId(message_id) => message_id,
        };
        let query = Query::Term(Term::Id(IdTerm::MessageId(message_id.clone())));
        let found = store.search(&query, context.now(), 2, None)?;
        if found.len() > 1 && !context.json {
            output::note("several messages have this Message-ID; this is the newest");
        }
        found.first().map(|message| message.id).ok_or_else(|| {
            Failure::absent(
                format!("no message that was released has the Message-ID {message_id}"),
                "`tidebox search` finds messages by what is in them",
            )
        })
    }
}

/// Show one message
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tidebox show 1790000000
  tidebox show '<plan.1@example.org>'    by its Message-ID; id:plan.1@example.org is the same
  tidebox show --width 72 1790000000
  tidebox show --raw 1790000000 > message.eml")]
pub struct ShowCommand {
    /// The message's id, as `queue` and `search` print it, or its Message-ID
    #[arg(value_name = "ID")]
    pub id: MessageName,
    /// Print the original bytes
    #[arg(long, conflicts_with = "json")]
    pub raw: bool,
    /// Also show text that an HTML page hides
    #[arg(long, conflicts_with = "raw")]
    pub hidden: bool,
    /// How many columns the text may take: 20 to 500
    #[arg(long, default_value_t = 80, value_parser = clap::value_parser!(u16).range(20..=500))]
    pub width: u16,
}

pub fn run(global: &GlobalArguments, options: &ShowCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let store = context.open_store()?;
    let id = options.id.find(context, &store)?;
    if options.raw {
        output::away_from_terminals("put them into a file or a pipe: `tidebox show --raw ID > message.eml`")?;
        let raw = store.original(id)?;
        return output::bytes(&raw);
    }
    let message = store.message(id)?;
    let body = options.hidden.then_some(Body::Whole);
    let reader = Reader { now: context.now(), zone: context.zone(), width: options.width };
    let letter = letter(&store, id, body, reader)?;
    print(context, &message, &letter)
}

/// Prints a letter, for people or as JSON.
pub fn print(context: &CommandContext, message: &Message, letter: &Letter) -> Result<(), Failure> {
    if context.json {
        return output::print(&format!("{}\n", json::line(&MessageJson::whole(message, letter))));
    }
    output::print(&text(context, message, letter))
}

fn text(context: &CommandContext, message: &Message, letter: &Letter) -> String {
    let mut out = String::new();
    let mut field = |name: &str, value: &str| {
        if !value.is_empty() {
            out.push_str(&format!("{name:<9} {value}\n"));
        }
    };
    let sender = if letter.from_name.is_empty() {
        letter.from_address.to_string()
    } else {
        format!("{} <{}>", letter.from_name, letter.from_address)
    };
    field("From", &sender);
    for (name, value) in &letter.headers {
        field(name, value.as_str());
    }
    let placed = message.placed().with_timezone(&context.zone());
    field("Date", &placed.format("%a %-d %b %Y %H:%M").to_string());
    field("Subject", letter.subject.as_str());
    out.push('\n');
    if let Some(invitation) = &letter.invitation {
        for line in &invitation.lines {
            out.push_str(&format!("│ {line}\n"));
        }
        out.push('\n');
    }
    for line in &letter.lines {
        for span in &line.spans {
            out.push_str(span.text.as_str());
        }
        out.push('\n');
    }
    if !letter.links.is_empty() {
        out.push('\n');
    }
    for (at, link) in letter.links.iter().enumerate() {
        let caution = link.caution.as_ref().map(|why| format!("  ({why})")).unwrap_or_default();
        out.push_str(&format!("[{}] {}{caution}\n", at + 1, link.shown));
    }
    for attachment in &letter.attachments {
        out.push_str(&format!("+ {}  {}  {} bytes\n", attachment.name, attachment.kind, attachment.size));
    }
    match letter.body {
        Body::TextOfBoth => out.push_str("note: there is an HTML version too\n"),
        Body::HtmlOfBoth => out.push_str("note: there is a text version too\n"),
        Body::Text | Body::Html | Body::Whole | Body::None => {}
    }
    if letter.hidden > 0 {
        out.push_str(&format!("note: tidebox show --hidden {} shows what the page hides\n", letter.id.0));
    }
    for note in &letter.notes {
        out.push_str(&format!("note: {}\n", Printable::from(note.as_str())));
    }
    out
}
