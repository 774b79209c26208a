//! What the first run asks for: mailboxes on this machine, and a configuration that knows one of them.

use std::path::PathBuf;
use std::sync::Arc;

use super::SharedConfig;
use crate::clock::{Clock, SystemZones};
use crate::config::{self, ConfigError, SourceKind};
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::domain::source_type::SourceType;
use crate::job::{found, trouble};
use crate::ui::request::SetupRequest;
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
            SetupRequest::Mailboxes => Ok(SetupResponse::Mailboxes(mailboxes())),
            SetupRequest::WriteConfig => config::write_example(&self.config_path)
                .map(|()| SetupResponse::Wrote(self.config_path.clone()))
                .map_err(|error| problem(&error)),
            SetupRequest::AddSource { kind, path } => self.add_source(kind, path).map_err(|error| problem(&error)),
        }
    }

    fn add_source(&self, kind: SourceType, path: PathBuf) -> Result<SetupResponse, ConfigError> {
        let kind = if kind == SourceType::Maildir { SourceKind::maildir(path) } else { SourceKind::Mbox { path } };
        let name = config::add_source(&self.config_path, &kind)?;
        let config = config::load(&self.config_path, self.clock.now(), &SystemZones::find(), &mut |_| Vec::new())?;
        if let Ok(mut shared) = self.config.write() {
            *shared = Arc::new(config);
        }
        Ok(SetupResponse::SourceAdded { name: Printable::from(name), config: self.config_path.clone() })
    }
}

/// The first mistake of a configuration; `tidebox check` shows all of them at their places.
fn problem(error: &ConfigError) -> Problem {
    trouble::config(error);
    let what = error.to_string();
    let first = what.lines().next().unwrap_or_default();
    Problem { what: Printable::from(first), hint: error.hint().map(Printable::from) }
}

fn mailboxes() -> Vec<FoundMailbox> {
    found::mailboxes()
        .into_iter()
        .filter_map(|found| {
            let path = found.path()?.to_owned();
            let shown = Printable::from(path.display().to_string());
            Some(FoundMailbox { kind: found.source_type(), shown, path, messages: None })
        })
        .collect()
}
