//! The store, and what it knows of the sources.

use std::path::Path;

use super::report::CheckReport;
use super::sources::described;
use super::{shown, without_home};
use crate::cli::context::CommandContext;
use crate::cli::failure::Failure;
use crate::domain::concern::{ConcernKind, WATCH_HINT};
use crate::domain::door::came_back;
use crate::domain::printable::Printable;
use crate::job::contact_hours::contact_states;
use crate::job::verify::verify;
use crate::job::{JobError, health, hold, outbox_health, trouble};
use crate::store::{Store, StoreFacts};
use crate::ui::when;
use crate::watch::is_down;

impl CheckReport {
    /// What correspondents publish of when they read mail. Neither their addresses nor where it is are told.
    pub(super) fn contacts(&mut self, context: &CommandContext, store: &Store) -> Result<(), Failure> {
        for (number, contact) in (1..).zip(contact_states(store, &context.config, context.now())?) {
            self.fact(format!("contact {number}"), format!("hours at {} ({})", contact.host, contact.state));
            if let Some(wrong) = contact.wrong {
                self.warnings.push(format!("contact {number}: the hours of {} are not shown: {wrong}", contact.host));
            }
        }
        Ok(())
    }

    /// What the store knows about the sources from earlier readings. If a password that was refused before is accepted now,
    /// that is noted, so that the process that reads the accounts tries again at once.
    pub(super) fn known(&mut self, context: &CommandContext, store: &mut Store) -> Result<(), Failure> {
        let concerns = health::concerns(store, &context.config)?;
        for (number, source) in (1..).zip(&context.config.sources) {
            let what = described(source);
            for concern in concerns.iter().filter(|it| it.source == source.name && !it.kind.stops_reading()) {
                let hint = if concern.hint.is_empty() { String::new() } else { format!(" ({})", concern.hint) };
                let problem = Printable::from(without_home(&format!("{}{hint}", concern.what)));
                self.problems.push(format!("source {number} ({what}): {problem}"));
            }
            let shut = concerns.iter().any(|it| it.source == source.name && it.kind.is_about_secret());
            if shut && self.read.contains(&source.name) && !store.is_read_only() {
                health::opens(store, &source.name)?;
            }
        }
        for concern in outbox_health::concerns(store)? {
            let hint = if concern.hint.is_empty() { String::new() } else { format!(" ({})", concern.hint) };
            let said = Printable::from(without_home(&format!("{}: {}{hint}", concern.source, concern.what)));
            match concern.kind {
                ConcernKind::Unsent => self.problems.push(format!("identity {said}")),
                _ => self.warnings.push(said.to_string()),
            }
        }
        if is_down(store) {
            self.warnings.push(format!("the watch is not running. {WATCH_HINT}"));
        }
        Ok(())
    }

    pub(super) fn store(&mut self, path: &Path, every_page: bool) {
        match looked_at(path, every_page) {
            Ok(None) => self.fact("store", format!("{} (not there yet)", shown(path))),
            Ok(Some((facts, wrong, read_only))) => {
                self.fact("store", shown(path));
                self.fact("store size", format!("{}, schema {}", when::size(facts.bytes), facts.version));
                self.fact("messages", facts.messages.to_string());
                self.fact("batches", format!("{}, with {} decisions", facts.batches, facts.decisions));
                let state = if wrong.is_empty() { "whole" } else { "damaged" };
                let how = if every_page {
                    "every page, rule and original"
                } else {
                    "a quick look; --store-too looks at every original"
                };
                self.fact("store check", format!("{state} ({how})"));
                if facts.returned > 0 {
                    self.warnings.push(format!("store: {}", came_back(facts.returned)));
                }
                self.problems.extend(wrong.into_iter().map(|what| format!("store: {what}")));
                if read_only {
                    self.problems.push(
                        "store: it cannot be written to, so nothing can be taken in or decided (check that the file, its \
                         folder and the file system they lie on can be written to by you)"
                            .to_owned(),
                    );
                }
            }
            Err(error) => {
                self.fact("store", format!("{} (cannot be used)", shown(path)));
                self.problems.push(in_words(&error));
            }
        }
    }

    /// Mail that a hard hold moved, of sources that are not in the configuration any more.
    pub(super) fn held_mail(&mut self, context: &CommandContext, store: &Store) {
        let configured = |name: &str| context.config.sources.iter().any(|source| source.name == name);
        for concern in hold::astray(store, &context.config).unwrap_or_default() {
            if !configured(&concern.source) {
                let (what, hint) = (Printable::from(&concern.what), Printable::from(&concern.hint));
                self.problems.push(format!("a source that was removed: {what} ({hint})"));
            }
        }
    }
}

type Looked = Option<(StoreFacts, Vec<String>, bool)>;

/// The counters of the store, what is wrong with it, and whether it is read-only; `None` if there is no store yet.
fn looked_at(path: &Path, every_original: bool) -> Result<Looked, JobError> {
    let Some(store) = Store::open_existing(path)? else { return Ok(None) };
    let wrong = if every_original { verify(&store)? } else { store.glance()? };
    Ok(Some((store.counters()?, wrong, store.is_read_only())))
}

fn in_words(error: &JobError) -> String {
    trouble::log_error(error);
    let hint = error.hint().map_or_else(String::new, |hint| format!(" ({hint})"));
    format!("{}{hint}", without_home(&error.to_string()))
}
