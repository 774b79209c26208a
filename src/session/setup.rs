//! What the first run asks for: mailboxes on this machine, and a configuration that knows one of them.

use std::path::PathBuf;
use std::sync::Arc;

use super::{SharedConfig, present, problem};
use crate::clock::{Clock, SystemZones};
use crate::config::{self, ConfigError, SourceKind};
use crate::domain::mailbox_change::FolderRole;
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::domain::schedule::{Trial, TrialDeed, TypedSchedule, wall};
use crate::domain::source_type::SourceType;
use crate::job::{found, roles, trouble};
use crate::ui::request::{RuleProposal, SetupRequest};
use crate::ui::response::{FoundMailbox, SetupResponse};

#[derive(Debug)]
pub struct Setup {
    pub config: SharedConfig,
    pub config_path: PathBuf,
    pub clock: Clock,
}

impl Setup {
    pub fn handle(&self, request: SetupRequest) -> Result<SetupResponse, Problem> {
        match request {
            SetupRequest::Mailboxes => Ok(self.mailboxes()),
            SetupRequest::WriteConfig => config::write_example(&self.config_path)
                .map(|()| SetupResponse::Wrote(self.config_shown()))
                .map_err(|error| config_problem(&error)),
            SetupRequest::AddSource { kind, path } => {
                self.add_source(kind, path).map_err(|error| config_problem(&error))
            }
            SetupRequest::WriteRule(rule) => self.write_rule(&rule).map_err(|error| config_problem(&error)),
            SetupRequest::RemoveException { name } => config::remove_exception(&self.config_path, &name)
                .and_then(|()| self.load())
                .map(|()| SetupResponse::ExceptionRemoved(Printable::from(name)))
                .map_err(|error| config_problem(&error)),
            SetupRequest::BeginTrial(schedule) => self.begin_trial(schedule),
            SetupRequest::KeepTrial => self.end_trial(TrialDeed::Kept),
            SetupRequest::EndTrial => self.end_trial(TrialDeed::Ended),
            SetupRequest::MakeFolders { source } => self.make_folders(&source),
            SetupRequest::KeepInPlace { source } => config::keep_done_in_place(&self.config_path, &source)
                .and_then(|()| self.load())
                .map(|()| SetupResponse::KeptInPlace)
                .map_err(|error| config_problem(&error)),
        }
    }

    fn add_source(&self, kind: SourceType, path: PathBuf) -> Result<SetupResponse, ConfigError> {
        let kind = if kind == SourceType::Maildir { SourceKind::maildir(path) } else { SourceKind::Mbox { path } };
        let name = config::add_source(&self.config_path, &kind)?;
        self.load()?;
        let missing = self.missing(&name);
        Ok(SetupResponse::SourceAdded { name: Printable::from(name), config: self.config_shown(), missing })
    }

    fn write_rule(&self, rule: &RuleProposal) -> Result<SetupResponse, ConfigError> {
        let name = config::write_rule(&self.config_path, &rule.draft, &rule.lane)?;
        self.load()?;
        Ok(SetupResponse::RuleWritten { kind: rule.draft.kind, name: Printable::from(name) })
    }

    fn begin_trial(&self, schedule: TypedSchedule) -> Result<SetupResponse, Problem> {
        let config = present(&self.config);
        let today = wall::date_of(config.calendar.zone, self.clock.now());
        if let Some(running) = config.trial.as_ref().filter(|trial| trial.lasts(today)) {
            return Err(Problem {
                what: Printable::from(format!("{} is tried until {}", running.schedule.whole(), running.until)),
                hint: Some("end that trial first, or keep it: the palette and `tidebox trial` have both".into()),
            });
        }
        let Some(trial) = Trial::from_tomorrow(schedule, today) else {
            return Err(Problem {
                what: "That day lies too far away".into(),
                hint: Some("set the clock right".into()),
            });
        };
        config::begin_trial(&self.config_path, &trial)
            .and_then(|()| self.load())
            .map(|()| SetupResponse::Trial { trial: trial.standing(&config.calendar, today), deed: TrialDeed::Begun })
            .map_err(|error| config_problem(&error))
    }

    /// Keeps the trial of the file, or takes it out; where there is none any more, somebody else did so.
    fn end_trial(&self, deed: TrialDeed) -> Result<SetupResponse, Problem> {
        let config = present(&self.config);
        let today = wall::date_of(config.calendar.zone, self.clock.now());
        let none = || Problem {
            what: "No schedule is tried any more".into(),
            hint: Some("`tidebox trial` says where it stands".into()),
        };
        let trial = config.trial.as_ref().map(|trial| trial.standing(&config.calendar, today)).ok_or_else(none)?;
        let done = match deed {
            TrialDeed::Kept => config::keep_trial(&self.config_path, today),
            TrialDeed::Begun | TrialDeed::Ended => config::end_trial(&self.config_path),
        };
        let was_there = done.and_then(|done| self.load().map(|()| done)).map_err(|error| config_problem(&error))?;
        if was_there { Ok(SetupResponse::Trial { trial, deed }) } else { Err(none()) }
    }

    /// The configuration as the file says now.
    fn load(&self) -> Result<(), ConfigError> {
        let config = config::load(&self.config_path, self.clock.now(), &SystemZones::find(), &mut |_| Vec::new())?;
        if let Ok(mut shared) = self.config.write() {
            *shared = Arc::new(config);
        }
        Ok(())
    }

    /// The folders that commits need in a mailbox of this machine and that are not there. If it cannot be looked at, that is
    /// told when it is read.
    fn missing(&self, name: &str) -> Vec<FolderRole> {
        let config = present(&self.config);
        let source = config.sources.iter().find(|source| source.name == name && source.is_written_to());
        let found = source.filter(|source| !source.kind.is_remote()).and_then(|source| roles::ask(source).ok());
        found.map(|found| found.missing().collect()).unwrap_or_default()
    }

    fn make_folders(&self, name: &str) -> Result<SetupResponse, Problem> {
        let config = present(&self.config);
        let mut made = Vec::new();
        if let Some(source) = config.sources.iter().find(|source| source.name == name) {
            for role in self.missing(name) {
                let folder = roles::make(source, role).map_err(|error| problem::problem(&error.into()))?;
                made.push(Printable::from(folder));
            }
        }
        Ok(SetupResponse::FoldersMade { made, missing: self.missing(name) })
    }

    fn config_shown(&self) -> Printable {
        Printable::from(config::with_tilde(&self.config_path))
    }

    fn mailboxes(&self) -> SetupResponse {
        let config = present(&self.config);
        let sources = config.sources.iter().map(|source| Printable::from(&source.name)).collect();
        let offer = |(kind, messages): (SourceKind, Option<u64>)| {
            let path = kind.path()?.to_owned();
            let added = config.sources.iter().any(|source| source.kind.path() == Some(&path));
            let shown = Printable::from(config::with_tilde(&path));
            Some(FoundMailbox { kind: kind.source_type(), shown, path, messages, added })
        };
        SetupResponse::Mailboxes { found: found::mailboxes().into_iter().filter_map(offer).collect(), sources }
    }
}

/// The first mistake of a configuration; `tidebox check` shows all of them at their places.
fn config_problem(error: &ConfigError) -> Problem {
    trouble::config(error);
    let what = error.to_string();
    let first = what.lines().next().unwrap_or_default();
    Problem { what: Printable::from(first), hint: error.hint().map(Printable::from) }
}
