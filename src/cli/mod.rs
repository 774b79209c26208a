//! The command line: one command a file, each a thin shell around a job. A failure becomes an exit code.
//!
//! Standard output is for what was asked for, standard error for everything else. With `--json` both speak JSON
//! (`docs/json.md`). Whatever a message says is made fit for a terminal before it is printed.

mod add;
mod arguments;
mod backup;
mod begin;
mod check;
mod checkins;
mod commit;
mod completions;
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
mod place;
mod progress;
mod queue;
mod release;
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

use clap::Parser;

use crate::clock::Clock;
use crate::config;
use crate::log;
use crate::session::Leaving;

use arguments::{Arguments, Command};
use failure::Failure;
use place::Place;

/// Runs the program with the given arguments.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    silence_panics();
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let wants_json = arguments.iter().take_while(|argument| *argument != "--").any(|argument| argument == "--json");
    let odd = arguments.iter().any(|argument| argument.to_string_lossy().chars().any(char::is_control));
    let typed = |argument: &OsString| argument == "--store" || argument.as_encoded_bytes().starts_with(b"--store=");
    let store_typed = arguments.iter().take_while(|argument| *argument != "--").any(typed);
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => Arguments { store_typed, ..arguments },
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
    if let Some(path) = arguments.log().or_else(|| config::default_log().ok()) {
        log::keep(path, config::home(), || Clock::real().now());
    }
    let json = arguments.json;
    match perform(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report(json);
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

fn perform(arguments: Arguments) -> Result<(), Failure> {
    if let Some(Command::Demo(options)) = &arguments.command {
        return demo::run(&arguments, options);
    }
    match &arguments.command {
        Some(Command::Completions { shell }) => return completions::completions(*shell),
        Some(Command::Manual { command }) => return completions::manual(command.as_deref()),
        _ => {}
    }
    if let Some(Command::Init) = &arguments.command {
        return init::run(&arguments);
    }
    if let Some(Command::Check(options)) = &arguments.command {
        return check::run(&arguments, options);
    }
    if let Some(Command::Service(options)) = &arguments.command {
        // Also with mistakes in the settings: the service tells them itself.
        let (place, _) = Place::find_anyhow(&arguments)?;
        return service::run(&arguments, &place, options);
    }
    let place = Place::find(&arguments)?;
    match arguments.command {
        None => {
            let clock = place.clock;
            match tui::run(place)? {
                Leaving::Demo => demo::run_after(clock),
                Leaving::Quit | Leaving::Signal(_) => Ok(()),
            }
        }
        Some(Command::Add(options)) => add::run(&place, &options),
        Some(Command::Sync) => sync::run(&place),
        Some(Command::Journal(options)) => journal::run(&place, &options),
        Some(Command::Watch) => watch::run(place),
        Some(Command::Status(options)) => status::run(&place, &options),
        Some(Command::Checkins(options)) => checkins::run(&place, &options),
        Some(Command::Begin) => begin::run(&place),
        Some(Command::Queue) => queue::run(&place),
        Some(Command::Show(options)) => show::run(&place, &options),
        Some(Command::Search(options)) => search::run(&place, &options),
        Some(Command::Decide(options)) => decide::run(&place, &options),
        Some(Command::Undo) => decide::undo(&place),
        Some(Command::Redo) => decide::redo(&place),
        Some(Command::Commit) => commit::run(&place),
        Some(Command::Release(options)) => release::run(&place, &options),
        Some(Command::Peek(options)) => peek::run(&place, &options),
        Some(Command::Backup(options)) => backup::run(&place, &options),
        Some(Command::Export(options)) => export::run(&place, &options),
        // Done before.
        Some(
            Command::Demo(_)
            | Command::Init
            | Command::Check(_)
            | Command::Completions { .. }
            | Command::Manual { .. }
            | Command::Service(_),
        ) => Ok(()),
    }
}
