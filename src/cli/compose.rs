//! `tidebox reply`, `forward` and `compose`: writing, from a script or in an editor. What is written is staged, as from the screen.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::Path;

use clap::{Args, ValueHint};

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::staging::{UnstagedDraft, stage_or_keep, write_elsewhere, write_in_editor};
use crate::domain::address::Address;
use crate::domain::answering::{AnswerScope, ComposeIntent, Draft, ForwardHow};
use crate::domain::ids::Id;
use crate::job::compose::{BegunDraft, begin_draft, from_template, template};
use crate::job::handover::begin_elsewhere;
use crate::mail::{LARGEST_DRAFT, MailtoLink, people, read_mailto};
use crate::store::Store;

/// Answer a message
#[derive(Debug, Args)]
#[command(after_help = "\
Without --body your editor opens, and what leaves is shown before it is staged. With --body nothing is asked: the answer is staged,
and what is worth a second look ends the command with the answer kept as a draft, unless --anyway says that it is meant.

An answer to a message of the open batch decides about it, too; one undo takes both back. Where the settings name another mail program
(`command` under `[compose]`) and no --body is given, that one gets what is begun, and nothing is staged here.

Examples:
  tidebox reply 1790000000
  tidebox reply 1790000000 --all --quote --body answer.txt
  date | tidebox reply 1790000000 --body - --leaves now")]
pub struct ReplyCommand {
    /// The message
    #[arg(value_name = "ID")]
    pub id: i64,
    /// Answer everybody who was there
    #[arg(long, conflicts_with = "list")]
    pub all: bool,
    /// Answer the list that it came from
    #[arg(long)]
    pub list: bool,
    /// Quote the message, also with --body
    #[arg(long, requires = "body")]
    pub quote: bool,
    #[command(flatten)]
    pub written: WrittenOptions,
}

/// Send a message on to somebody else
#[derive(Debug, Args)]
#[command(after_help = "\
Its text stands in the new message, and its attachments go along; with --attached it goes along whole, as it was sent.

Examples:
  tidebox forward 1790000000 --to ben@example.org
  tidebox forward 1790000000 --attached --to ben@example.org --body -")]
pub struct ForwardCommand {
    /// The message
    #[arg(value_name = "ID")]
    pub id: i64,
    /// As an attachment, unchanged
    #[arg(long)]
    pub attached: bool,
    /// Who gets it; may be repeated
    #[arg(long, value_name = "ADDRESS", allow_hyphen_values = true)]
    pub to: Vec<String>,
    #[command(flatten)]
    pub written: WrittenOptions,
}

/// Write a new message
#[derive(Debug, Args)]
#[command(after_help = "\
A link that begins with mailto: (RFC 6068) may be given in place of the options. Outside of a check-in a message leaves at the next
close, unless --leaves says something else.

Examples:
  tidebox compose
  tidebox compose --to ann@example.org --subject 'Tea at four?'
  tidebox compose --to ann@example.org --subject Report --body report.txt --attach 'plots/*.png'
  tidebox compose 'mailto:ann@example.org?subject=Tea'")]
pub struct ComposeCommand {
    /// A mailto link
    #[arg(value_name = "MAILTO")]
    pub mailto: Option<String>,
    /// Who gets it; may be repeated
    #[arg(long, value_name = "ADDRESS", allow_hyphen_values = true)]
    pub to: Vec<String>,
    /// Who gets a copy
    #[arg(long, value_name = "ADDRESS", allow_hyphen_values = true)]
    pub cc: Vec<String>,
    /// Who gets a copy that the others do not see
    #[arg(long, value_name = "ADDRESS", allow_hyphen_values = true)]
    pub bcc: Vec<String>,
    /// What it is about
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub subject: Option<String>,
    /// Begin from a draft in the folder of templates that the settings name
    #[arg(long, value_name = "NAME")]
    pub template: Option<String>,
    #[command(flatten)]
    pub written: WrittenOptions,
}

/// What is the same for each of them.
#[derive(Debug, Args)]
pub struct WrittenOptions {
    /// The text, from a file or, with `-`, from standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub body: Option<String>,
    /// A file that goes with it, with `~` and wildcards; may be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub attach: Vec<String>,
    /// When it leaves: close, next, now, a day, or the name of a check-in; otherwise as the identity says
    #[arg(long, value_name = "WHEN")]
    pub leaves: Option<String>,
    /// When the message that it answers comes back if nobody has replied: a day, or the name of a check-in
    #[arg(long, value_name = "WHEN")]
    pub remind: Option<String>,
    /// Write as this address of yours
    #[arg(long, value_name = "ADDRESS")]
    pub identity: Option<String>,
    /// Stage it in spite of what is worth a second look
    #[arg(long)]
    pub anyway: bool,
}

pub fn reply(global: &GlobalArguments, options: &ReplyCommand) -> Result<(), Failure> {
    let scope = match (options.all, options.list) {
        (true, _) => AnswerScope::Everybody,
        (_, true) => AnswerScope::List,
        _ => AnswerScope::Author,
    };
    let intent = ComposeIntent::Answer { message: Id(options.id), scope };
    write(global, &intent, options.quote, &options.written, |_, _, _| Ok(()))
}

pub fn forward(global: &GlobalArguments, options: &ForwardCommand) -> Result<(), Failure> {
    let how = if options.attached { ForwardHow::Attached } else { ForwardHow::Inline };
    let to = addresses("--to", &options.to)?;
    let intent = ComposeIntent::Forward { message: Id(options.id), how };
    write(global, &intent, true, &options.written, |_, _, draft| {
        draft.to = to;
        Ok(())
    })
}

pub fn compose(global: &GlobalArguments, options: &ComposeCommand) -> Result<(), Failure> {
    let link = options.mailto.as_deref().map(mailto).transpose()?.unwrap_or_default();
    let both = |mut link: Vec<Address>, name: &str, typed: &[String]| -> Result<Vec<Address>, Failure> {
        link.extend(addresses(name, typed)?);
        Ok(link)
    };
    let intent = ComposeIntent::New {
        to: both(link.to, "--to", &options.to)?,
        cc: both(link.cc, "--cc", &options.cc)?,
        bcc: both(link.bcc, "--bcc", &options.bcc)?,
        subject: options.subject.clone().unwrap_or(link.subject),
        text: link.body,
    };
    write(global, &intent, true, &options.written, |context, store, draft| match &options.template {
        Some(name) => {
            from_template(draft, template(store, &context.config, name, &draft.from, context.now())?);
            Ok(())
        }
        None => Ok(()),
    })
}

fn mailto(link: &str) -> Result<MailtoLink, Failure> {
    read_mailto(link).ok_or_else(|| {
        Failure::usage(format!("{link} is no mailto link"), "write an address with --to, or `mailto:ann@example.org`")
    })
}

fn addresses(option: &str, typed: &[String]) -> Result<Vec<Address>, Failure> {
    let mut all = Vec::new();
    for text in typed {
        all.extend(people(text).map_err(|odd| {
            Failure::usage(
                format!("{option} {text}: {odd} is no address"),
                "write it as `ann@example.org` or `Ann <ann@example.org>`",
            )
        })?);
    }
    Ok(all)
}

/// Begins the draft, gets its text, and stages it.
fn write(
    global: &GlobalArguments,
    intent: &ComposeIntent,
    quotes: bool,
    options: &WrittenOptions,
    add: impl FnOnce(&CommandContext, &Store, &mut Draft) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let body = options.body.as_deref().map(body).transpose()?;
    if body.is_none() && !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
        let hint = "give the text with --body FILE, or with --body - on standard input";
        return Err(Failure::usage("without a terminal no editor can be opened", hint));
    }
    let mut store = context.open_store()?;
    let elsewhere = context.config.compose.command.as_deref().filter(|_| body.is_none());
    let begin = if elsewhere.is_some() { begin_elsewhere } else { begin_draft };
    // Without an editor a quote has to be asked for; an empty passage is none.
    let passage = if quotes || body.is_none() { None } else { Some("") };
    let identity = options.identity.as_deref();
    let BegunDraft { mut draft, notes, relation, answers, .. } =
        begin(&store, &context.config, intent, passage, identity, context.now())?;
    add(context, &store, &mut draft)?;
    draft.files.extend(options.attach.iter().cloned());
    if let Some(words) = elsewhere {
        return write_elsewhere(context, &store, words, &draft, answers.map(|message| (relation, message)));
    }
    draft.leaves = options.leaves.clone().unwrap_or_default();
    draft.remind = options.remind.clone().unwrap_or_default();
    let about = answers.map(|message| (relation, message));
    let scope = if let ComposeIntent::Answer { scope, .. } = intent { Some(*scope) } else { None };
    let writing = UnstagedDraft { draft, notes, about, scope, known: None };
    match body {
        Some(body) => stage_or_keep(context, &mut store, &writing.with_text(&body), options.anyway),
        None => write_in_editor(context, &mut store, writing),
    }
}

/// The text of a file, or of standard input.
fn body(path: &str) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let most = LARGEST_DRAFT as u64 + 1;
    let read = if path == "-" {
        io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::io("reading", Path::new(path), &error))?;
    if bytes.len() > LARGEST_DRAFT {
        return Err(Failure::usage("the text is larger than 4 MB", "send a long text as a file, with --attach"));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::usage("the text is not UTF-8", "convert it, for example with `iconv -t utf-8`"))?;
    if text.trim().is_empty() {
        return Err(Failure::usage("the text is empty", "an empty message is never sent; write something"));
    }
    Ok(text.replace("\r\n", "\n"))
}
