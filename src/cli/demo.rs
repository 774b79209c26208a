//! `tidebox demo`: the screen on a sample store in a temporary folder, with a window open.

use clap::Args;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;
use std::{fs, io};

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::output::print;
use super::screen;
use crate::clock::{Clock, SystemZones};
use crate::domain::schedule::Zones;
use crate::job::sample;
use crate::ui::state::Start;

/// Open the screen on a sample store in a temporary folder
#[derive(Debug, Args)]
#[command(after_help = "\
Nothing is left when it ends, unless a folder is named.

Examples:
  tidebox demo
  tidebox demo --folder ~/try      keep it, to look at its configuration and store")]
pub struct DemoCommand {
    /// Keep the sample store in this folder instead of a temporary one
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}

/// When the late letters arrive, after the screen has opened.
const LATE: Duration = Duration::from_secs(40);

pub fn run(global: &GlobalArguments, options: &DemoCommand) -> Result<(), Failure> {
    let kept;
    let temporary;
    let folder: &Path = if let Some(folder) = &options.folder {
        private_folder(folder)?;
        // An absolute path, because the configuration that is written there names the mailbox in it.
        kept = folder.canonicalize().map_err(|error| Failure::io("finding", folder, &error))?;
        &kept
    } else {
        temporary = tempfile::Builder::new().prefix("tidebox-demo-").tempdir()?;
        temporary.path()
    };
    let context = prepare(CommandContext::clock(global)?, global.json, folder)?;
    if global.json {
        return print(&format!(
            "{}\n",
            super::json::line(&serde_json::json!({ "config": context.config_path, "store": context.store_path }))
        ));
    }
    show(context, folder)
}

/// The demo that was chosen on the welcome screen.
pub fn run_after(clock: Clock) -> Result<(), Failure> {
    let folder = tempfile::Builder::new().prefix("tidebox-demo-").tempdir()?;
    show(prepare(clock, false, folder.path())?, folder.path())
}

fn show(context: CommandContext, folder: &Path) -> Result<(), Failure> {
    let mailbox = folder.join("Maildir");
    let now = context.now();
    thread::spawn(move || {
        thread::sleep(LATE);
        // If they cannot be written, the demo goes on without them.
        let _ = deliver_late(&mailbox, now);
    });
    screen::open(context, Start::Door).map(drop)
}

/// Writes configuration, mailbox and store into the folder, unless an earlier demo made them.
fn prepare(clock: Clock, json: bool, folder: &Path) -> Result<CommandContext, Failure> {
    let config_path = folder.join("config.toml");
    let store_path = folder.join("tidebox.db");
    let mailbox = folder.join("Maildir");
    let fresh = !store_path.exists();
    if fresh {
        let zone = SystemZones::find().own().map_err(|mistake| Failure::zone(&mistake))?;
        for part in ["cur", "new", "tmp"] {
            let part = mailbox.join(part);
            private_folder(&part)?;
        }
        let text = sample::configuration(clock.now(), zone, &mailbox);
        write_private(&config_path, &text).map_err(|error| Failure::io("writing", &config_path, &error))?;
    }
    let context = CommandContext::of(config_path, store_path, clock, json)?;
    if fresh {
        let mut store = crate::store::Store::open(&context.store_path)?;
        sample::fill(&mut store, &context.config, context.now())?;
    }
    Ok(context)
}

/// Makes a folder that only its owner can open, if it is not there yet.
fn private_folder(folder: &Path) -> Result<(), Failure> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| Failure::io("making", folder, &error))
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut opening = fs::OpenOptions::new();
    opening.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut opening, 0o600);
    opening.open(path)?.write_all(text.as_bytes())
}

/// Delivers as a mail program does: writes the file in `tmp` and then moves it to `new`.
fn deliver_late(mailbox: &Path, now: chrono::DateTime<chrono::Utc>) -> io::Result<()> {
    for (name, raw) in sample::late(now) {
        let written: PathBuf = mailbox.join("tmp").join(&name);
        fs::write(&written, raw)?;
        fs::rename(&written, mailbox.join("new").join(&name))?;
    }
    Ok(())
}
