//! The command line: one command in each file, which only calls a job and prints its result. A failure becomes an exit code.
//!
//! Standard output has what was asked for, standard error everything else. With `--json` both are JSON (`docs/json.md`).
//! The text of messages is made safe for a terminal before it is printed.

mod account;
mod add;
mod addresses;
mod answer_invitation;
mod arguments;
mod ask;
mod backup;
mod begin;
mod check;
mod checkins;
mod code;
mod command_line;
mod commit;
mod complete;
mod completions;
mod compose;
mod context;
mod decide;
mod deferred;
mod demo;
mod drafts;
mod expect;
mod export;
mod failure;
mod forget;
mod hours;
mod init;
mod journal;
mod json;
mod json_schema;
mod listing;
mod manual;
mod matter;
mod month;
mod muted;
mod outbox;
mod output;
mod pause;
mod peek;
mod progress;
mod queue;
mod rate;
mod reach;
mod release;
mod reopen;
mod report;
mod rule;
mod screen;
mod search;
mod service;
mod show;
mod staging;
mod status;
mod sync;
mod trial;
mod tui;
mod unsubscribe;
mod watch;
mod whatif;
mod why;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory as _, Parser, Subcommand};

use crate::clock::Clock;
use crate::config;
use crate::log;

use arguments::{Arguments, GlobalArguments};
use command_line::CommandLine;
use failure::Failure;

/// Turns lines such as `Add(add::AddCommand) => add::run` into the commands that can be typed and the calls that run them.
macro_rules! commands {
    ($($name:ident($arguments:ty) => $run:path,)+) => {
        #[derive(Debug, Subcommand)]
        enum Command {
            $($name($arguments),)+
        }

        impl Command {
            fn run(&self, global: &GlobalArguments) -> Result<(), Failure> {
                match self {
                    $(Self::$name(arguments) => $run(global, arguments),)+
                }
            }
        }
    };
}

// Every command, in the order in which the help lists them.
commands! {
    Init(init::InitCommand) => init::run,
    Demo(demo::DemoCommand) => demo::run,
    Add(add::AddCommand) => add::run,
    Account(account::AccountCommand) => account::run,
    Sync(sync::SyncCommand) => sync::run,
    Watch(watch::WatchCommand) => watch::run,
    Service(service::ServiceCommand) => service::run,
    Status(status::StatusCommand) => status::run,
    Checkins(checkins::CheckinsCommand) => checkins::run,
    Hours(hours::HoursCommand) => hours::run,
    Month(month::MonthCommand) => month::run,
    Begin(begin::BeginCommand) => begin::run,
    Queue(queue::QueueCommand) => queue::run,
    Show(show::ShowCommand) => show::run,
    Why(why::WhyCommand) => why::run,
    Rule(rule::RuleCommand) => rule::run,
    Search(search::SearchCommand) => search::run,
    Decide(decide::DecideCommand) => decide::run,
    Undo(decide::UndoCommand) => decide::undo,
    Redo(decide::RedoCommand) => decide::redo,
    Deferred(deferred::DeferredCommand) => deferred::run,
    Wake(deferred::WakeCommand) => deferred::wake,
    Reschedule(deferred::RescheduleCommand) => deferred::reschedule,
    Reply(compose::ReplyCommand) => compose::reply,
    Forward(compose::ForwardCommand) => compose::forward,
    Compose(compose::ComposeCommand) => compose::compose,
    Drafts(drafts::DraftsCommand) => drafts::run,
    Addresses(addresses::AddressesCommand) => addresses::run,
    Unsubscribe(unsubscribe::UnsubscribeCommand) => unsubscribe::run,
    Commit(commit::CommitCommand) => commit::run,
    Outbox(outbox::OutboxCommand) => outbox::run,
    Reopen(reopen::ReopenCommand) => reopen::run,
    Muted(muted::MutedCommand) => muted::run,
    Unmute(muted::UnmuteCommand) => muted::unmute,
    Release(release::ReleaseCommand) => release::run,
    Journal(journal::JournalCommand) => journal::run,
    Pause(pause::PauseCommand) => pause::run,
    Peek(peek::PeekCommand) => peek::run,
    Ask(ask::AskCommand) => ask::run,
    Code(code::CodeCommand) => code::run,
    Whatif(whatif::WhatifCommand) => whatif::run,
    Trial(trial::TrialCommand) => trial::run,
    Rate(rate::RateCommand) => rate::run,
    Matter(matter::MatterCommand) => matter::run,
    AnswerInvitation(answer_invitation::AnswerInvitationCommand) => answer_invitation::run,
    Expect(expect::ExpectCommand) => expect::run,
    Check(check::CheckCommand) => check::run,
    Backup(backup::BackupCommand) => backup::run,
    Forget(forget::ForgetCommand) => forget::run,
    Export(export::ExportCommand) => export::run,
    Completions(completions::CompletionsCommand) => completions::run,
    Manual(manual::ManualCommand) => manual::run,
    JsonSchema(json_schema::JsonSchemaCommand) => json_schema::run,
    Complete(complete::CompleteCommand) => complete::run,
}

/// Runs the program with the given arguments.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    silence_panics();
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let wants_json = arguments.iter().take_while(|argument| *argument != "--").any(|argument| argument == "--json");
    let odd = arguments.iter().any(|argument| argument.to_string_lossy().chars().any(char::is_control));
    let typed = |argument: &OsString| argument == "--store" || argument.as_encoded_bytes().starts_with(b"--store=");
    let store_typed = arguments.iter().take_while(|argument| *argument != "--").any(typed);
    let (global, command) = match parsed(arguments) {
        Ok(Arguments { global, command }) => (GlobalArguments { store_typed, ..global }, command),
        Err(error) => {
            // Help and version are errors for clap, but no failures.
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            if code != 0 && (wants_json || odd) {
                // The message repeats what was typed, so it is made safe for the terminal.
                Failure::arguments(&error).report(wants_json);
            } else {
                let _ = error.print();
            }
            return ExitCode::from(code);
        }
    };
    if let Some(path) = global.log().or_else(|| config::default_log().ok()) {
        log::keep(path, config::home(), || Clock::real().now());
    }
    let done = command.map_or_else(|| tui::run(&global), |command| command.run(&global));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report(global.json);
            ExitCode::from(failure.exit_code())
        }
    }
}

/// The arguments as they are meant.
///
/// # Errors
/// Where they cannot be understood, with the usage of the command that they name: the parser itself would tell as required
/// whatever was given, also by the environment.
fn parsed(arguments: Vec<OsString>) -> Result<Arguments, clap::Error> {
    let is_short = |argument: &OsString| matches!(argument.as_encoded_bytes(), [b'-', second, ..] if *second != b'-');
    let searches = arguments.iter().any(is_short)
        && with_command_line(&arguments, |line| {
            ["search", "ask", "expect"].map(|name| [name]).iter().any(|it| line.names == *it)
        });
    let arguments = if searches { search::protect_words(arguments) } else { arguments };
    Arguments::try_parse_from(&arguments).map_err(|mut error| {
        if error.get(ContextKind::Usage).is_some() {
            let usage = with_command_line(&arguments, |line| line.command.clone().render_usage());
            error.insert(ContextKind::Usage, ContextValue::StyledStr(usage));
        }
        error
    })
}

fn with_command_line<T>(arguments: &[OsString], then: impl FnOnce(&CommandLine<'_>) -> T) -> T {
    let mut program = Arguments::command();
    program.build();
    then(&CommandLine::read(&program, arguments.iter().skip(1).map(OsString::as_os_str)))
}

/// Says where a panic happened, and nothing else: its text may quote a message, which may be held (rule 1).
fn silence_panics() {
    std::panic::set_hook(Box::new(|info| {
        log::note_panic(info);
        let place = info.location().map(|place| format!(", at {}:{}", place.file(), place.line())).unwrap_or_default();
        // `eprintln!` would panic if standard error is closed, and end the program before the terminal is restored.
        let _ = writeln!(std::io::stderr(), "tidebox: this is a mistake of tidebox{place}; please report it");
    }));
}
