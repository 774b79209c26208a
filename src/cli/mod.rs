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
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::clock::Clock;
use crate::config;
use crate::log;

use arguments::{Arguments, GlobalArguments};
use command_line::CommandLine;
use failure::Failure;

/// Turns lines such as `"add" Add(add::AddCommand) => add::run` into the commands that can be typed and the calls that run them.
macro_rules! commands {
    ($($typed:literal $name:ident($arguments:ty) => $run:path,)+) => {
        #[derive(Debug, Subcommand)]
        enum Command {
            $(#[command(name = $typed)] $name($arguments),)+
        }

        impl Command {
            /// Gives the program those commands whose names are wanted. All of them at once are `augment_subcommands`.
            fn augment_some(program: clap::Command, wanted: impl Fn(&str) -> bool) -> clap::Command {
                let mut some = Vec::new();
                $(if wanted($typed) {
                    some.push(<$arguments as Args>::augment_args(clap::Command::new($typed)));
                })+
                program.subcommands(some)
            }

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
    "init" Init(init::InitCommand) => init::run,
    "demo" Demo(demo::DemoCommand) => demo::run,
    "add" Add(add::AddCommand) => add::run,
    "account" Account(account::AccountCommand) => account::run,
    "sync" Sync(sync::SyncCommand) => sync::run,
    "watch" Watch(watch::WatchCommand) => watch::run,
    "service" Service(service::ServiceCommand) => service::run,
    "status" Status(status::StatusCommand) => status::run,
    "checkins" Checkins(checkins::CheckinsCommand) => checkins::run,
    "hours" Hours(hours::HoursCommand) => hours::run,
    "month" Month(month::MonthCommand) => month::run,
    "begin" Begin(begin::BeginCommand) => begin::run,
    "queue" Queue(queue::QueueCommand) => queue::run,
    "show" Show(show::ShowCommand) => show::run,
    "why" Why(why::WhyCommand) => why::run,
    "rule" Rule(rule::RuleCommand) => rule::run,
    "search" Search(search::SearchCommand) => search::run,
    "decide" Decide(decide::DecideCommand) => decide::run,
    "undo" Undo(decide::UndoCommand) => decide::undo,
    "redo" Redo(decide::RedoCommand) => decide::redo,
    "deferred" Deferred(deferred::DeferredCommand) => deferred::run,
    "wake" Wake(deferred::WakeCommand) => deferred::wake,
    "reschedule" Reschedule(deferred::RescheduleCommand) => deferred::reschedule,
    "reply" Reply(compose::ReplyCommand) => compose::reply,
    "forward" Forward(compose::ForwardCommand) => compose::forward,
    "compose" Compose(compose::ComposeCommand) => compose::compose,
    "drafts" Drafts(drafts::DraftsCommand) => drafts::run,
    "addresses" Addresses(addresses::AddressesCommand) => addresses::run,
    "unsubscribe" Unsubscribe(unsubscribe::UnsubscribeCommand) => unsubscribe::run,
    "commit" Commit(commit::CommitCommand) => commit::run,
    "outbox" Outbox(outbox::OutboxCommand) => outbox::run,
    "reopen" Reopen(reopen::ReopenCommand) => reopen::run,
    "muted" Muted(muted::MutedCommand) => muted::run,
    "unmute" Unmute(muted::UnmuteCommand) => muted::unmute,
    "release" Release(release::ReleaseCommand) => release::run,
    "journal" Journal(journal::JournalCommand) => journal::run,
    "pause" Pause(pause::PauseCommand) => pause::run,
    "peek" Peek(peek::PeekCommand) => peek::run,
    "ask" Ask(ask::AskCommand) => ask::run,
    "code" Code(code::CodeCommand) => code::run,
    "whatif" Whatif(whatif::WhatifCommand) => whatif::run,
    "trial" Trial(trial::TrialCommand) => trial::run,
    "rate" Rate(rate::RateCommand) => rate::run,
    "matter" Matter(matter::MatterCommand) => matter::run,
    "answer-invitation" AnswerInvitation(answer_invitation::AnswerInvitationCommand) => answer_invitation::run,
    "expect" Expect(expect::ExpectCommand) => expect::run,
    "check" Check(check::CheckCommand) => check::run,
    "backup" Backup(backup::BackupCommand) => backup::run,
    "forget" Forget(forget::ForgetCommand) => forget::run,
    "export" Export(export::ExportCommand) => export::run,
    "completions" Completions(completions::CompletionsCommand) => completions::run,
    "manual" Manual(manual::ManualCommand) => manual::run,
    "json-schema" JsonSchema(json_schema::JsonSchemaCommand) => json_schema::run,
    "complete" Complete(complete::CompleteCommand) => complete::run,
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
    let arguments = if arguments.iter().any(is_short) && names_a_search(&arguments) {
        search::protect_words(arguments)
    } else {
        arguments
    };
    if let Some(parsed) = parsed_alone(&arguments) {
        return Ok(parsed);
    }
    Arguments::try_parse_from(&arguments).map_err(|mut error| {
        if error.get(ContextKind::Usage).is_some() {
            let mut program = Arguments::command();
            program.build();
            let usage = read_words(&program, &arguments).command.clone().render_usage();
            error.insert(ContextKind::Usage, ContextValue::StyledStr(usage));
        }
        error
    })
}

/// Whether the command is one whose words may begin with `-`.
fn names_a_search(arguments: &[OsString]) -> bool {
    let searches = ["search", "ask", "expect"];
    let mut program = with_some_commands(|name| searches.contains(&name));
    program.build();
    matches!(read_words(&program, arguments).names[..], [name] if searches.contains(&name))
}

/// The arguments as a program understands them that has no commands but those which they name; `None` where it does not
/// understand them, or where help is asked for. To build all commands takes as long as to read fifty messages.
fn parsed_alone(arguments: &[OsString]) -> Option<Arguments> {
    let mut program = with_some_commands(|name| arguments.iter().skip(1).any(|word| word == name));
    let matches = program.try_get_matches_from_mut(arguments).ok()?;
    Arguments::from_arg_matches(&matches).ok()
}

fn with_some_commands(wanted: impl Fn(&str) -> bool) -> clap::Command {
    let program = GlobalArguments::augment_args(clap::Command::new("tidebox"));
    Command::augment_some(program, wanted)
}

fn read_words<'c>(program: &'c clap::Command, arguments: &[OsString]) -> CommandLine<'c> {
    CommandLine::read(program, arguments.iter().skip(1).map(OsString::as_os_str))
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

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::{CommandFactory as _, Parser as _};

    use super::arguments::Arguments;
    use super::{parsed, parsed_alone, with_some_commands};

    fn typed(line: &str) -> Vec<OsString> {
        shlex::split(line).unwrap().into_iter().map(OsString::from).collect()
    }

    #[test]
    fn every_command_can_be_had_alone() {
        for command in Arguments::command().get_subcommands() {
            let alone = with_some_commands(|name| name == command.get_name());
            let names: Vec<&str> = alone.get_subcommands().map(clap::Command::get_name).collect();
            assert_eq!(names, [command.get_name()]);
        }
    }

    #[test]
    fn a_line_means_alone_what_it_means_among_all_commands() {
        for line in [
            "tidebox",
            "tidebox --store x.db",
            "tidebox search queue --limit 3",
            "tidebox --store search queue --json",
            "tidebox decide done 1 2 3 --at 10:00",
            "tidebox account add ada@example.org",
            "tidebox json-schema",
        ] {
            let alone = parsed_alone(&typed(line)).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(
                format!("{alone:?}"),
                format!("{:?}", Arguments::try_parse_from(typed(line)).unwrap()),
                "{line}"
            );
        }
        for line in [
            "tidebox help",
            "tidebox --version",
            "tidebox search --help",
            "tidebox serch x",
            "tidebox show",
            "tidebox x",
        ] {
            assert!(parsed_alone(&typed(line)).is_none(), "{line}");
            assert!(parsed(typed(line)).is_err(), "{line}");
        }
    }

    #[test]
    fn a_word_of_a_search_may_begin_with_a_hyphen_wherever_its_command_stands() {
        for line in
            ["tidebox search -draft", "tidebox --store search ask -draft", "tidebox --json expect --until 10:00 -draft"]
        {
            assert!(parsed(typed(line)).is_ok(), "{line}");
        }
        assert!(parsed(typed("tidebox queue search -x")).is_err());
    }
}
