//! Having `tidebox watch` started with a person's session, by the system's manager of services: the file that tells it so,
//! and the manager's own program, which is told to read it.
//!
//! A file that tidebox did not write is neither replaced nor removed.

pub mod launchd;
pub mod systemd;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::config;
use crate::domain::printable::Printable;

/// Stands in each file that tidebox writes for a manager.
const MARK: &str = "Written by `tidebox service install`; `tidebox service remove` takes it away.";
/// More than such a file ever has, in bytes.
const LONGEST: usize = 64 * 1024;

/// Who starts services here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manager {
    Systemd,
    Launchd,
}

#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    #[error("no home folder is known")]
    NoHome,
    #[error("{} was not written by tidebox", path.display())]
    NotOurs { path: PathBuf },
    #[error("cannot {doing} {}: {error}", path.display())]
    File { doing: &'static str, path: PathBuf, error: io::Error },
    #[error("`{command}` failed{said}")]
    Failed { command: String, said: String },
    /// The file is in order; what is to be done by hand.
    #[error("there is no `{program}` here")]
    NoProgram { program: &'static str, by_hand: String },
}

impl ServiceError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoHome => Some("set HOME".to_owned()),
            Self::NotOurs { .. } => Some("it was left as it is; move it away first".to_owned()),
            Self::File { .. } => None,
            Self::Failed { command, .. } => Some(format!("the file is in order; try `{command}` by hand")),
            Self::NoProgram { by_hand, .. } => Some(by_hand.clone()),
        }
    }
}

/// A service: who starts it, and the file that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    manager: Manager,
    path: PathBuf,
}

/// How things stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceState {
    NotInstalled,
    /// Another file stands where ours would.
    NotOurs,
    /// It is installed; what the manager says of it, where it can be asked.
    Installed {
        said: Option<String>,
    },
}

impl Manager {
    /// The one of this system.
    #[must_use]
    pub fn of_this_system() -> Self {
        if cfg!(target_os = "macos") { Self::Launchd } else { Self::Systemd }
    }

    /// What its file says, for these words: the program and its arguments.
    #[must_use]
    pub fn text(self, words: &[&Path]) -> String {
        let path = std::env::var("PATH").unwrap_or_default();
        match self {
            Self::Systemd => systemd::unit(words, &path),
            Self::Launchd => launchd::agent(words, &path),
        }
    }
}

impl Service {
    /// # Errors
    /// Where no home folder is known.
    pub fn of(manager: Manager) -> Result<Self, ServiceError> {
        let path = match manager {
            Manager::Systemd => config::base().map(|base| base.join("systemd/user").join(systemd::NAME)),
            Manager::Launchd => {
                config::home().map(|home| home.join("Library/LaunchAgents").join(format!("{}.plist", launchd::LABEL)))
            }
        };
        Ok(Self { manager, path: path.ok_or(ServiceError::NoHome)? })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the file and has the service started, now and with each session.
    ///
    /// # Errors
    /// Where another file is there, where it can't be written, and where the manager can't be told.
    pub fn install(&self, words: &[&Path]) -> Result<(), ServiceError> {
        if self.stands()? == Some(false) {
            return Err(ServiceError::NotOurs { path: self.path.clone() });
        }
        self.write(&self.manager.text(words)).map_err(|error| self.refused("write", error))?;
        match self.manager {
            Manager::Systemd => {
                self.manage(&["--user", "daemon-reload"])?;
                self.manage(&["--user", "enable", systemd::NAME])?;
                // One that runs already goes on with what is new.
                self.manage(&["--user", "restart", systemd::NAME])
            }
            Manager::Launchd => {
                let path = self.path.to_string_lossy();
                // Fails where there was none, as there mostly was.
                let _ = self.manage(&["unload", &path]);
                self.manage(&["load", "-w", &path])
            }
        }
    }

    /// Has the service stopped and takes the file away; whether there was one.
    ///
    /// # Errors
    /// Where another file is there, where it can't be removed, and where the manager can't be told.
    pub fn remove(&self) -> Result<bool, ServiceError> {
        match self.stands()? {
            None => return Ok(false),
            Some(false) => return Err(ServiceError::NotOurs { path: self.path.clone() }),
            Some(true) => {}
        }
        let stopped = match self.manager {
            Manager::Systemd => self.manage(&["--user", "disable", "--now", systemd::NAME]),
            Manager::Launchd => self.manage(&["unload", "-w", &self.path.to_string_lossy()]),
        };
        fs::remove_file(&self.path).map_err(|error| self.refused("remove", error))?;
        if self.manager == Manager::Systemd {
            let _ = self.manage(&["--user", "daemon-reload"]);
        }
        match stopped {
            // Nobody to tell, so nothing that runs.
            Err(ServiceError::NoProgram { .. }) => Ok(true),
            other => other.map(|()| true),
        }
    }

    /// # Errors
    /// Where the file can't be looked at.
    pub fn state(&self) -> Result<ServiceState, ServiceError> {
        Ok(match self.stands()? {
            None => ServiceState::NotInstalled,
            Some(false) => ServiceState::NotOurs,
            Some(true) => ServiceState::Installed { said: self.asked() },
        })
    }

    /// Whether a file is there, and whether it is ours.
    fn stands(&self) -> Result<Option<bool>, ServiceError> {
        let found = match fs::symlink_metadata(&self.path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.refused("look at", error)),
        };
        // A link leads to something that somebody else looks after.
        if !found.is_file() || found.len() > LONGEST as u64 {
            return Ok(Some(false));
        }
        let text = fs::read(&self.path).map_err(|error| self.refused("read", error))?;
        Ok(Some(text.windows(MARK.len()).any(|part| part == MARK.as_bytes())))
    }

    /// In one piece: the manager may read it at any moment.
    fn write(&self, text: &str) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix(".tidebox-").tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&self.path).map(drop).map_err(|error| error.error)
    }

    fn refused(&self, doing: &'static str, error: io::Error) -> ServiceError {
        ServiceError::File { doing, path: self.path.clone(), error }
    }

    fn program(&self) -> &'static str {
        match self.manager {
            Manager::Systemd => "systemctl",
            Manager::Launchd => "launchctl",
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.program());
        command.args(arguments).stdin(Stdio::null());
        command
    }

    /// Tells the manager something.
    fn manage(&self, arguments: &[&str]) -> Result<(), ServiceError> {
        let program = self.program();
        let Ok(done) = self.command(arguments).output() else {
            let by_hand = match self.manager {
                Manager::Systemd => format!(
                    "{} is written; without systemd, have `tidebox watch` started by what starts your session",
                    self.path.display()
                ),
                Manager::Launchd => format!("{} is written; it is read at your next login", self.path.display()),
            };
            return Err(ServiceError::NoProgram { program, by_hand });
        };
        if done.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&done.stderr);
        let said = said.lines().next().map_or_else(String::new, |line| format!(": {}", Printable::from(line)));
        Err(ServiceError::Failed { command: format!("{program} {}", arguments.join(" ")), said })
    }

    /// What the manager says of it: `active` or `inactive`, say.
    fn asked(&self) -> Option<String> {
        let arguments: &[&str] = match self.manager {
            Manager::Systemd => &["--user", "is-active", systemd::NAME],
            Manager::Launchd => &["list", launchd::LABEL],
        };
        let done = self.command(arguments).output().ok()?;
        match self.manager {
            Manager::Systemd => {
                let said = String::from_utf8_lossy(&done.stdout);
                let word = said.lines().next().filter(|word| !word.is_empty())?;
                Some(Printable::from(word).to_string())
            }
            Manager::Launchd => Some(if done.status.success() { "loaded" } else { "not loaded" }.to_owned()),
        }
    }
}
