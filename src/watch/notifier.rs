//! Notifications, where the person asked for them: by the desktop and by commands of their own, each on a thread that
//! nobody waits for.
//!
//! A command is told the facts in its environment. Of a held message there are none: what is notified of was let through, or
//! is no message.

use std::io;
use std::thread;
use std::time::Duration;

use crate::domain::schedule::Zone;
use chrono::{DateTime, SecondsFormat, Utc};

use super::{Listener, desktop};
use crate::config::Config;
use crate::domain::message::Message;
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::domain::schedule::Window;
use crate::domain::watch_event::WatchEvent;
use crate::job::notifications::Notification;
use crate::process::RunningProgram;

/// How long a command may take.
const LIMIT: Duration = Duration::from_secs(30);
/// What a command prints is read, so that it does not wait for a reader, and thrown away; more than this ends it.
const OUTPUT: usize = 1024 * 1024;
/// So many messages get a notification each; where more come at once, one notification gives their number.
const ONE_BY_ONE: usize = 5;
/// What comes from a message and goes into the environment of a command, in columns.
const COLUMNS: usize = 500;

/// One thing to start: the program with its arguments, and the variables that it gets.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Call {
    words: Vec<String>,
    variables: Vec<(&'static str, String)>,
    /// Whether it is a command from the settings, whose failure is reported.
    own: bool,
}

/// Notifies the person of everything that is given.
pub fn notify(due: &[Notification], config: &Config, listener: &Listener) {
    let calls = calls(due, config);
    if calls.is_empty() {
        return;
    }
    let listener = listener.clone();
    thread::spawn(move || {
        for call in calls {
            if let Err(why) = run(&call)
                && call.own
            {
                let program = call.words.first().map(String::as_str).unwrap_or_default();
                let what = Printable::from(format!("the command {program} for notifications {why}"));
                listener.tell(WatchEvent::Failed(vec![Problem::new(what)]));
            }
        }
    });
}

/// Everything that is to be started, in order.
fn calls(due: &[Notification], config: &Config) -> Vec<Call> {
    let mut calls = Vec::new();
    let zone = config.calendar.zone;
    let own =
        |command: &Option<Vec<String>>, variables| command.clone().map(|words| Call { words, variables, own: true });
    let desktop = |title: &str, text: &str| {
        let words = desktop::command(title, text);
        config.notify.desktop.then_some(Call { words, variables: Vec::new(), own: false })
    };
    let mut through = Vec::new();
    for notification in due {
        match notification {
            Notification::Opened(window) => {
                let text = format!("Open until {}.", hour(window.closes, zone));
                calls.extend(desktop(&window.checkin, &text));
                calls.extend(own(&config.notify.on_open, opened(window)));
            }
            Notification::LetThrough(message) => through.push(message),
        }
    }
    for message in through.iter().take(ONE_BY_ONE) {
        calls.extend(desktop(sender(message), &message.subject));
    }
    if let Some(more) = through.len().checked_sub(ONE_BY_ONE).filter(|more| *more > 0) {
        calls.extend(desktop("tidebox", &format!("{more} more came through an exception.")));
    }
    for message in through {
        calls.extend(own(&config.notify.on_exception, let_through(message)));
    }
    calls
}

fn opened(window: &Window) -> Vec<(&'static str, String)> {
    vec![
        ("TIDEBOX_EVENT", "open".to_owned()),
        ("TIDEBOX_CHECKIN", clean(&window.checkin)),
        ("TIDEBOX_OPENS", instant(window.opens)),
        ("TIDEBOX_CLOSES", instant(window.closes)),
    ]
}

fn let_through(message: &Message) -> Vec<(&'static str, String)> {
    vec![
        ("TIDEBOX_EVENT", "exception".to_owned()),
        ("TIDEBOX_EXCEPTION", clean(message.exception.as_deref().unwrap_or_default())),
        ("TIDEBOX_ID", message.id.0.to_string()),
        ("TIDEBOX_FROM", clean(&format!("{} <{}>", message.from.name, message.from.address))),
        ("TIDEBOX_SUBJECT", clean(&message.subject)),
    ]
}

fn sender(message: &Message) -> &str {
    let from = &message.from;
    if Printable::from(&from.name).is_blank() { &from.address } else { &from.name }
}

/// Text that no terminal obeys and no line break splits.
fn clean(text: &str) -> String {
    Printable::from(text).cut(COLUMNS).to_string().trim().to_owned()
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn hour(at: DateTime<Utc>, zone: Zone) -> String {
    at.with_timezone(&zone).format("%H:%M").to_string()
}

/// Runs a command to its end; why not, where it does not work.
fn run(call: &Call) -> Result<(), String> {
    let variables: Vec<(&str, &str)> = call.variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let program = RunningProgram::start(&call.words, &variables, LIMIT);
    let mut program = program.map_err(|error| format!("can't be started: {error}"))?;
    let mut over = false;
    let _ = io::copy(&mut program.output(OUTPUT, &mut over), &mut io::sink());
    let end = program.end(over);
    match end.status {
        _ if end.timed_out => Err(format!("took more than {} s and was stopped", LIMIT.as_secs())),
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("failed ({status})")),
        Err(error) => Err(format!("failed: {error}")),
    }
}
