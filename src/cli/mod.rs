//! The command line: one command a file, each a thin shell around a job. A failure becomes an exit code.
//!
//! Standard output is for what was asked for, standard error for everything else. With `--json` both speak JSON
//! (`docs/json.md`). Whatever a message says is made fit for a terminal before it is printed.

mod account;
mod add;
mod arguments;
mod backup;
mod begin;
mod check;
mod checkins;
mod commit;
mod completions;
mod context;
mod decide;
mod demo;
mod export;
mod failure;
mod init;
mod journal;
mod json;
mod listing;
mod output;
mod peek;
mod progress;
mod queue;
mod reach;
mod release;
mod report;
mod screen;
mod search;
mod service;
mod show;
mod status;
mod sync;
mod tui;
mod watch;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::clock::Clock;
use crate::config;
use crate::log;

use arguments::{Arguments, GlobalArguments};
use failure::Failure;

/// Makes of lines such as `Add(add::AddCommand) => add::run` what can be typed, and what does it.
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
    Begin(begin::BeginCommand) => begin::run,
    Queue(queue::QueueCommand) => queue::run,
    Show(show::ShowCommand) => show::run,
    Search(search::SearchCommand) => search::run,
    Decide(decide::DecideCommand) => decide::run,
    Undo(decide::UndoCommand) => decide::undo,
    Redo(decide::RedoCommand) => decide::redo,
    Commit(commit::CommitCommand) => commit::run,
    Release(release::ReleaseCommand) => release::run,
    Journal(journal::JournalCommand) => journal::run,
    Peek(peek::PeekCommand) => peek::run,
    Check(check::CheckCommand) => check::run,
    Backup(backup::BackupCommand) => backup::run,
    Export(export::ExportCommand) => export::run,
    Completions(completions::CompletionsCommand) => completions::run,
    Manual(completions::ManualCommand) => completions::manual,
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
    let (global, command) = match Arguments::try_parse_from(arguments) {
        Ok(Arguments { global, command }) => (GlobalArguments { store_typed, ..global }, command),
        Err(error) => {
            // Help and version come this way too, and are no failures.
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            if code != 0 && (wants_json || odd) {
                // What was typed is repeated; nothing in it may act on the terminal.
                Failure::arguments(&error.to_string()).report(wants_json);
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

/// A panic is said with its place alone: its own words may quote the message that it stumbled over, and that may be
/// held (rule 1).
fn silence_panics() {
    std::panic::set_hook(Box::new(|info| {
        log::note_panic(info);
        let place = info.location().map(|place| format!(", at {}:{}", place.file(), place.line())).unwrap_or_default();
        // Where standard error is closed, a panic within a panic would end the program before the terminal is given back.
        let _ = writeln!(std::io::stderr(), "tidebox: this is a mistake of tidebox{place}; please report it");
    }));
}
