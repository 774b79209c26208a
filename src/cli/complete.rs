//! `tidebox complete`: what the last word of a command line could become. The functions that `tidebox completions` prints call it
//! while somebody types: so it writes nothing, waits for nobody, prints no errors, and knows only what rule 1 lets through.

mod people;

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::{Arg, Args, CommandFactory};

use super::arguments::{Arguments, GlobalArguments};
use super::command_line::CommandLine;
use super::context::CommandContext;
use super::decide::window;
use super::failure::Failure;
use super::manual;
use super::output::print;
use crate::config::{self, SourceKind};
use crate::domain::defer_choices::DeferScope;
use crate::domain::ids::Id;
use crate::domain::message::{Message, MessageSummary};
use crate::domain::message_kind::MessageKind;
use crate::domain::outbox::OutgoingState;
use crate::domain::printable::Printable;
use crate::domain::query::{StateTerm, Thing, field_names};
use crate::domain::text_enum::TextEnum as _;
use crate::job::found::mailboxes;
use crate::job::written;
use crate::store::Store;

/// Print what the last word of a command line could become
#[derive(Debug, Args)]
#[command(
    hide = true,
    after_help = "\
The functions that `tidebox completions` prints call it. Each line has a value and, after a tab, what it means. `:files` and
`:folders` leave it to the shell.

Example:
  tidebox complete -- decide done 17"
)]
pub struct CompleteCommand {
    /// The words, without that of the program, up to the one that is being typed
    #[arg(last = true, value_name = "WORD")]
    pub words: Vec<OsString>,
}

/// How many messages are offered at most.
const MOST: usize = 300;
/// In columns: how much is said of each.
const LONGEST: usize = 60;
/// What a word could become, and what that means.
type Candidate = (String, String);

pub fn run(global: &GlobalArguments, options: &CompleteCommand) -> Result<(), Failure> {
    let Some((current, before)) = options.words.split_last() else { return Ok(()) };
    let mut program = Arguments::command();
    program.build();
    let line = CommandLine::read(&program, before.iter().map(OsString::as_os_str));
    let current = current.to_string_lossy();
    let mut out = String::new();
    for (value, meaning) in (Completion { line: &line, global }).of(&current) {
        // A value that would act on a terminal, or end the line, is left out.
        if Printable::from(&value).as_str() == value && !value.is_empty() {
            out.push_str(&format!("{value}\t{}\n", Printable::from(meaning).cut(LONGEST)));
        }
    }
    print(&out)
}

struct Completion<'a> {
    line: &'a CommandLine<'a>,
    global: &'a GlobalArguments,
}

impl Completion<'_> {
    fn of(&self, current: &str) -> Vec<Candidate> {
        let line = self.line;
        if let Some(option) = line.awaits {
            return self.values(option, current);
        }
        let option = current.split_once('=').filter(|_| !line.closed && current.starts_with("--"));
        if let Some((name, value)) = option {
            let values = line.option(name).map(|option| self.values(option, value)).unwrap_or_default();
            return values.into_iter().map(|(value, meaning)| (with_prefix(name, value), meaning)).collect();
        }
        if !line.closed && current.starts_with('-') {
            return self.options(current);
        }
        let mut all = Vec::new();
        if line.values.is_empty() && !line.closed {
            let commands = line.command.get_subcommands().filter(|it| !it.is_hide_set());
            all.extend(commands.map(|it| (it.get_name().to_owned(), about(it.get_about()))));
            all.retain(|(name, _)| name.starts_with(current));
        }
        if let Some(argument) = line.next_value() {
            all.extend(self.values(argument, current));
        }
        all
    }

    fn options(&self, current: &str) -> Vec<Candidate> {
        let given = |name: &str| self.line.options.iter().any(|(option, _)| *option == name);
        let shown = self.line.command.get_opts().chain(
            self.line.command.get_arguments().filter(|it| !it.is_positional() && !it.get_action().takes_values()),
        );
        let shown = shown.filter(|it| !it.is_hide_set());
        let names = shown.filter_map(|it| Some((it.get_long().filter(|name| !given(name))?, about(it.get_help()))));
        names.map(|(name, help)| (format!("--{name}"), help)).filter(|(name, _)| name.starts_with(current)).collect()
    }

    /// The values that an argument can have. What it takes is told by the name that its help gives to its value.
    fn values(&self, argument: &Arg, current: &str) -> Vec<Candidate> {
        let possible = argument.get_possible_values();
        if !possible.is_empty() {
            let all = possible.iter().filter(|it| !it.is_hide_set());
            let all = all.map(|it| (it.get_name().to_owned(), about(it.get_help())));
            return all.filter(|(name, _)| name.starts_with(current)).collect();
        }
        let name = argument.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str());
        let all = match (name, self.line.names.as_slice()) {
            ("FILE", _) => vec![(":files".to_owned(), String::new())],
            ("FOLDER", _) => vec![(":folders".to_owned(), String::new())],
            ("PATH", _) => return places(current),
            ("ID", names) => self.messages(names, current),
            ("MESSAGE", _) => self.outbox(),
            ("WHEN", _) => self.windows_to_defer_to(),
            ("TIME", _) => self.openings(),
            ("SOURCE", _) | ("NAME", ["add"]) => self.sources(),
            ("NAME", ["account", "add"]) => providers(),
            ("QUERY", _) => return self.query(current),
            ("ADDRESS", _) if argument.get_id() == "identity" => {
                self.context().map(people::identities).unwrap_or_default()
            }
            ("ADDRESS", _) => return self.context().map(|it| people::people(&it, current)).unwrap_or_default(),
            ("COMMAND", ["manual"]) => commands(&self.line.values),
            ("LENGTH", _) => ["30m", "1h", "3h", "1d"].map(|it| (it.to_owned(), String::new())).to_vec(),
            ("BATCH", _) => vec![("last".to_owned(), "the check-in that was committed last".to_owned())],
            _ => Vec::new(),
        };
        all.into_iter().filter(|(value, _)| value.starts_with(current) || value.starts_with(':')).collect()
    }

    /// With the files that the words name; otherwise those of the environment. `None` where the settings cannot be read.
    fn context(&self) -> Option<CommandContext> {
        let named = |long: &str| self.line.value(long).map(expanded);
        let global = GlobalArguments {
            config: named("config").or_else(|| self.global.config.clone()),
            store: named("store").or_else(|| self.global.store.clone()),
            at: self.line.value("at").and_then(OsStr::to_str).map(str::to_owned).or_else(|| self.global.at.clone()),
            log_file: None,
            json: false,
            store_typed: true,
        };
        CommandContext::find(&global).ok()
    }

    fn messages(&self, names: &[&str], current: &str) -> Vec<Candidate> {
        let Some(store) = self.context().and_then(|context| Store::at_a_glance(&context.store_path)) else {
            return Vec::new();
        };
        let found = match names {
            ["decide"] => store.in_open_batches().and_then(|mut found| {
                found.extend(store.let_through()?);
                Ok(found)
            }),
            ["wake" | "reschedule"] => {
                store.deferred().map(|listed| listed.into_iter().map(|(message, _)| message).collect())
            }
            ["unmute"] => store.muted_threads().map(|threads| threads.into_iter().map(|it| it.latest).collect()),
            ["show" | "reopen"] => store.beginning_with(current, MOST),
            // Of what a peek would show nothing is told.
            _ => return Vec::new(),
        };
        let given = |id: Id| self.line.values.iter().any(|word| word.to_str() == Some(id.to_string().as_str()));
        let left = found.unwrap_or_default().into_iter().filter(|message| !given(message.id));
        let fits = left.filter(|message| message.id.to_string().starts_with(current));
        fits.take(MOST).map(|message| (message.id.to_string(), description(&message))).collect()
    }

    fn windows_to_defer_to(&self) -> Vec<Candidate> {
        let Some(context) = self.context() else { return Vec::new() };
        let ids: Vec<Id> = self.line.values.iter().filter_map(|it| it.to_str()?.parse().ok()).map(Id).collect();
        let store = Store::at_a_glance(&context.store_path);
        let lanes = store.and_then(|store| store.lanes_of(&ids).ok()).unwrap_or_default();
        let (config, now) = (&context.config, context.now());
        let scope = DeferScope::new(&config.calendar, &config.lanes, lanes);
        let choices = scope.choices(now);
        let counted = [("next", &choices.next), ("tomorrow", &choices.tomorrow), ("week", &choices.next_week)];
        let counted = counted.map(|(name, until)| (name.to_owned(), until.clone()));
        let ahead = (2..).zip(choices.ahead.iter().skip(1)).map(|(count, it)| (count.to_string(), Some(it.clone())));
        let mut all: Vec<_> = counted.into_iter().chain(ahead).collect();
        for checkin in &config.calendar.checkins {
            let until = scope.named(&checkin.name, now).ok().map(|target| target.until);
            if all.iter().all(|(name, _)| *name != checkin.name) {
                all.push((checkin.name.clone(), until));
            }
        }
        all.into_iter().filter_map(|(name, until)| Some((name, window(&context, &until?)))).collect()
    }

    /// The instants at which the next check-ins open.
    fn openings(&self) -> Vec<Candidate> {
        const SHOWN: usize = 12;
        let Some(context) = self.context() else { return Vec::new() };
        let coming = context.config.calendar.coming(context.now()).take(SHOWN);
        let local =
            |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&context.zone()).format("%Y-%m-%dT%H:%M").to_string();
        coming.map(|window| (local(window.opens), window.checkin)).collect()
    }

    /// What the outbox has, drafts apart.
    fn outbox(&self) -> Vec<Candidate> {
        let store = self.context().and_then(|context| Store::at_a_glance(&context.store_path));
        let all = store.and_then(|store| written::unfinished(&store).ok()).unwrap_or_default();
        let staged = all.into_iter().filter(|it| it.state != OutgoingState::Draft);
        staged.map(|it| (it.id.to_string(), format!("{}, {}", it.state, it.people))).collect()
    }

    fn sources(&self) -> Vec<Candidate> {
        let Some(context) = self.context() else { return Vec::new() };
        let mut all: Vec<Candidate> =
            context.config.sources.iter().map(|it| (it.name.clone(), "in the settings".to_owned())).collect();
        let known = Store::at_a_glance(&context.store_path).and_then(|store| store.sources().ok()).unwrap_or_default();
        for source in known {
            if all.iter().all(|(name, _)| *name != source.name) {
                all.push((source.name, "in the store".to_owned()));
            }
        }
        all
    }

    fn folders(&self) -> Vec<Candidate> {
        let store = self.context().and_then(|context| Store::at_a_glance(&context.store_path));
        words_of(store.and_then(|store| store.folder_names(MOST).ok()).unwrap_or_default())
    }

    /// The fields of a query, and what stands behind some of them.
    fn query(&self, current: &str) -> Vec<Candidate> {
        let (sign, word) = current.strip_prefix('-').map_or(("", current), |word| ("-", word));
        let Some((field, beginning)) = word.split_once(':') else {
            let fields = field_names().filter(|(field, _)| field.starts_with(word));
            return fields.map(|(field, meaning)| (format!("{sign}{field}:"), meaning.to_owned())).collect();
        };
        let values: Vec<Candidate> = match field {
            "lane" => {
                let lanes = self.context().map(|context| context.config.lanes).unwrap_or_default();
                lanes.into_iter().map(|lane| (lane.name, String::new())).collect()
            }
            "source" => self.sources(),
            "has" => words_of(Thing::ALL.iter().map(|thing| thing.name())),
            // What is held is not searched.
            "is" => {
                let states = StateTerm::ALL.iter().filter(|it| **it != StateTerm::Held).map(|state| state.name());
                words_of(states.chain(MessageKind::ALL.iter().map(|kind| kind.name())))
            }
            "on" | "date" => words_of(["today", "yesterday", "\"this week\"", "\"last week\"", "\"last month\""]),
            "folder" => self.folders(),
            "view" => {
                let views = self.context().map(|context| context.config.views).unwrap_or_default();
                views.into_iter().map(|view| (view.name, view.query.to_string())).collect()
            }
            "id" => self.messages(&["show"], beginning),
            _ => Vec::new(),
        };
        let fits = values.into_iter().filter(|(value, _)| value.starts_with(beginning));
        // A name with a blank in it would be two words of the query.
        let parted = |value: &str| value.contains(' ') && !value.starts_with('"');
        let quoted = |value: String| if parted(&value) { format!("\"{value}\"") } else { value };
        fits.map(|(value, meaning)| (format!("{sign}{field}:{}", quoted(value)), meaning)).collect()
    }
}

fn words_of(words: impl IntoIterator<Item = impl Into<String>>) -> Vec<Candidate> {
    words.into_iter().map(|word| (word.into(), String::new())).collect()
}

/// The value of an option behind its name; what the shell completes by itself stays as it is.
fn with_prefix(name: &str, value: String) -> String {
    if value.starts_with(':') { value } else { format!("{name}={value}") }
}

fn about(text: Option<&clap::builder::StyledStr>) -> String {
    text.map(|text| text.to_string().lines().next().unwrap_or_default().to_owned()).unwrap_or_default()
}

/// `Notes on the engine, Ada Lovelace`
fn description(message: &Message) -> String {
    let summary = MessageSummary::of(message);
    format!("{}, {}", summary.subject, summary.sender)
}

/// The mailboxes in the usual places, where nothing is typed yet, and whatever the shell finds.
fn places(current: &str) -> Vec<Candidate> {
    let mut all = Vec::new();
    if current.is_empty() {
        let path = |(kind, _): (SourceKind, Option<u64>)| match kind {
            SourceKind::Maildir { path, .. } | SourceKind::Mbox { path } => Some(path.display().to_string()),
            _ => None,
        };
        all.extend(mailboxes().into_iter().filter_map(path).map(|path| (path, "a mailbox of yours".to_owned())));
    }
    all.push((":files".to_owned(), String::new()));
    all
}

fn providers() -> Vec<Candidate> {
    config::Provider::all().iter().map(|it| (it.name.clone(), String::new())).collect()
}

/// The commands below those that were named, for `manual`, and its topics.
fn commands(named: &[OsString]) -> Vec<Candidate> {
    let mut program = Arguments::command();
    program.build();
    let mut command = &program;
    for name in named {
        let Some(below) = name.to_str().and_then(|name| command.find_subcommand(name)) else { return Vec::new() };
        command = below;
    }
    let shown = command.get_subcommands().filter(|it| !it.is_hide_set());
    let shown = shown.map(|it| (it.get_name().to_owned(), about(it.get_about())));
    let topics = manual::topics().filter(|_| named.is_empty());
    shown.chain(topics.map(|(name, about)| (name.to_owned(), about.to_owned()))).collect()
}

/// A path as it was typed, with the home folder in place of `~/`.
fn expanded(word: &OsStr) -> OsString {
    let rest = word.to_str().and_then(|word| word.strip_prefix("~/"));
    match rest.and_then(|rest| Some(config::home()?.join(rest))) {
        Some(path) => path.into(),
        None => PathBuf::from(word).into(),
    }
}
