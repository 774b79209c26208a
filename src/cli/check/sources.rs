//! Whether sources can be read, and whether something can be sent as each identity.

use std::path::Path;

use super::report::CheckReport;
use super::{shown, without_home};
use crate::cli::context::CommandContext;
use crate::config::{Identity, SendConfig, SourceConfig, SourceKind};
use crate::domain::printable::Printable;
use crate::domain::text_enum::TextEnum as _;
use crate::job::check::{Checked, check};
use crate::job::check_sending::{check_composer, check_sending};
use crate::job::hours_upload::check_script;

impl CheckReport {
    pub(super) fn sources(&mut self, context: &CommandContext, offline: bool) {
        let sources = &context.config.sources;
        self.fact("sources", sources.len().to_string());
        let checked = at_once(sources, |source| !(offline && source.kind.is_remote()), check);
        for (number, (source, checked)) in (1..).zip(sources.iter().zip(checked)) {
            let works = |checked: &Checked| checked.problems.is_empty() || !checked.facts.is_empty();
            let state = match &checked {
                None => "not asked",
                Some(checked) if works(checked) => {
                    self.read.push(source.name.clone());
                    "can be read"
                }
                Some(_) => "cannot be read",
            };
            self.checked(&format!("source {number}"), &described(source), state, checked.unwrap_or_default());
        }
    }

    /// How each identity sends. Its address is not told.
    pub(super) fn identities(&mut self, context: &CommandContext, offline: bool) {
        let identities = &context.config.identities;
        let is_remote = |identity: &Identity| matches!(identity.send, Some(SendConfig::Smtp(_)));
        let composer = context.config.compose.command.as_deref();
        let asked = |identity: &Identity| check_sending(identity, composer.is_some());
        let checked = at_once(identities, |identity| !(offline && is_remote(identity)), asked);
        for (number, (identity, checked)) in (1..).zip(identities.iter().zip(checked)) {
            let what = match &identity.send {
                None if composer.is_some() => "sent by the composer".to_owned(),
                None => "no way to send".to_owned(),
                Some(SendConfig::Smtp(config)) => format!("smtp at {}", Printable::from(&config.host)),
                Some(SendConfig::Command(words)) => program("command", words),
            };
            let state = match &checked {
                None => "not asked",
                Some(checked) if checked.problems.is_empty() => "can send",
                Some(_) => "cannot send",
            };
            self.checked(&format!("identity {number}"), &what, state, checked.unwrap_or_default());
        }
        if let Some(words) = composer {
            let checked = check_composer(words);
            let state = if checked.problems.is_empty() { "is there" } else { "is not found" };
            self.checked("composer", &program("command", words), state, checked);
        }
    }

    /// The server that gets the script of hours.
    pub(super) fn hours(&mut self, context: &CommandContext, offline: bool) {
        let Some(server) = &context.config.hours.upload else { return };
        let checked = (!offline).then(|| check_script(server));
        let state = match &checked {
            None => "not asked",
            Some(checked) if checked.problems.is_empty() => "can be uploaded",
            Some(_) => "cannot be uploaded",
        };
        let what = format!("script at {}", Printable::from(&server.host));
        self.checked("hours", &what, state, checked.unwrap_or_default());
    }

    /// What was found of one of them, which is called `name` since its own name is not told.
    fn checked(&mut self, name: &str, what: &str, state: &str, checked: Checked) {
        self.fact(name, format!("{what} ({state})"));
        for (fact, value) in checked.facts {
            self.fact(format!("{name} {fact}"), Printable::from(value).to_string());
        }
        let told = |it: String| format!("{name} ({what}): {}", Printable::from(without_home(&it)));
        self.problems.extend(checked.problems.into_iter().map(told));
        self.warnings.extend(checked.warnings.into_iter().map(told));
    }
}

/// Checks all that may be asked, at the same time, so that one that does not answer does not delay the others; `None` of those
/// that may not.
fn at_once<T: Sync>(all: &[T], may: impl Fn(&T) -> bool, check: impl Fn(&T) -> Checked + Sync) -> Vec<Option<Checked>> {
    let check = &check;
    std::thread::scope(|scope| {
        let asking: Vec<_> = all.iter().map(|it| may(it).then(|| scope.spawn(move || check(it)))).collect();
        asking.into_iter().map(|asking| asking.map(|it| it.join().unwrap_or_default())).collect()
    })
}

/// A source without its name: its kind, and where it is. Of a command only the program, as its arguments may be secret.
pub(super) fn described(source: &SourceConfig) -> String {
    let kind = source.kind.source_type().name();
    match &source.kind {
        SourceKind::Maildir { path, .. } | SourceKind::Mbox { path } | SourceKind::Jsonl { path } => {
            format!("{kind} {}", shown(path))
        }
        SourceKind::Exec { command } => program(kind, command),
        SourceKind::Imap(account) => format!("{kind} at {}", Printable::from(&account.host)),
        SourceKind::Feed { .. } => kind.to_owned(),
    }
}

/// A command without its arguments, which may be secret.
fn program(kind: &str, words: &[String]) -> String {
    format!("{kind} {}", words.first().map_or_else(String::new, |program| shown(Path::new(program))))
}
