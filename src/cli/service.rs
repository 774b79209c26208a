//! `tidebox service`: installs `tidebox watch` as a service that starts with the session.

use clap::{Args, Subcommand, ValueEnum};

use std::path::{Path, PathBuf};

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::output::print;
use crate::domain::printable::Printable;
use crate::job::service::{Manager, Service, ServiceError, ServiceState};
use crate::store::Store;
use crate::watch::holder_of;

/// Start `tidebox watch` with your session, by systemd or launchd
#[derive(Debug, Args)]
#[command(
    subcommand_required = true,
    after_help = "\
The service is only yours and needs no special rights. A file that tidebox did not write is not changed.

Examples:
  tidebox service install
  tidebox service install --print   the file, without writing it
  tidebox service status
  tidebox service remove"
)]
pub struct ServiceCommand {
    #[command(subcommand)]
    pub verb: ServiceVerb,
    /// The service manager, if it is not that of this system
    #[arg(long, value_enum, global = true)]
    pub manager: Option<ServiceManager>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum ServiceVerb {
    /// Write the file and start the watch, now and with each session
    Install {
        /// Print the file instead of writing it
        #[arg(long)]
        print: bool,
    },
    /// Stop the watch and remove the file
    Remove,
    /// Say whether it is installed, and whether it runs
    Status,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ServiceManager {
    Systemd,
    Launchd,
}

pub fn run(global: &GlobalArguments, options: &ServiceCommand) -> Result<(), Failure> {
    // Also if the configuration has mistakes: the service reports them itself.
    let (context, _) = &CommandContext::find_anyhow(global)?;
    let manager = match options.manager {
        Some(ServiceManager::Systemd) => Manager::Systemd,
        Some(ServiceManager::Launchd) => Manager::Launchd,
        None => Manager::of_this_system(),
    };
    let service = Service::of(manager)?;
    let shown = Printable::from(service.path().display().to_string());
    match options.verb {
        ServiceVerb::Install { print: only_print } => {
            let words = words(global)?;
            let words: Vec<&Path> = words.iter().map(PathBuf::as_path).collect();
            if only_print {
                return print(&manager.text(&words));
            }
            service.install(&words)?;
            report_state(
                context,
                &service,
                &format!("Installed: {shown}. The watch runs, and starts with your session."),
            )
        }
        ServiceVerb::Remove => {
            let text =
                if service.remove()? { format!("Removed: {shown}.") } else { "It was not installed.".to_owned() };
            // From now on `status` does not report a missing watch.
            if let Some(mut store) = Store::open_existing(&context.store_path)? {
                store.note_watch(None)?;
            }
            report_state(context, &service, &text)
        }
        ServiceVerb::Status => {
            let text = match service.state()? {
                ServiceState::NotInstalled => "Not installed.".to_owned(),
                ServiceState::NotOurs => format!("Not installed; there is another file at {shown}."),
                ServiceState::Installed { said: None } => format!("Installed: {shown}."),
                ServiceState::Installed { said: Some(said) } => format!("Installed: {shown} ({said})."),
            };
            let running = match holder_of(&context.store_path) {
                Some(holder) => format!(" The sources on the network are read by {holder}."),
                None => " No process reads the sources on the network now.".to_owned(),
            };
            report_state(context, &service, &(text + &running))
        }
    }
}

fn report_state(context: &CommandContext, service: &Service, text: &str) -> Result<(), Failure> {
    if !context.json {
        return print(&format!("{text}\n"));
    }
    let (installed, state) = match service.state()? {
        ServiceState::Installed { said } => (true, said),
        ServiceState::NotInstalled | ServiceState::NotOurs => (false, None),
    };
    let object = serde_json::json!({
        "installed": installed, "path": service.path().display().to_string(), "state": state,
        "watch": super::status::watch(&context.store_path),
    });
    print(&format!("{}\n", json::line(&object)))
}

/// What the manager is to run: this program with the files that were named, as absolute paths.
fn words(global: &GlobalArguments) -> Result<Vec<PathBuf>, Failure> {
    let program = std::env::current_exe()?;
    let mut words = vec![program];
    let named = [("--config", global.config()), ("--store", global.store()), ("--log-file", global.log())];
    for (option, path) in named {
        if let Some(path) = path {
            words.extend([option.into(), std::path::absolute(path)?]);
        }
    }
    words.push("watch".into());
    Ok(words)
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        let hint = error.hint();
        Self::service(error.to_string(), hint)
    }
}
