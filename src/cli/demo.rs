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
use crate::config;
use crate::job::sample;
use crate::session::Leaving;
use crate::ui::state::{Demo, Start};

/// Open the screen on a sample store in a temporary folder
#[derive(Debug, Args)]
#[command(after_help = "\
Nothing is left when it ends, unless a folder or a store is named. Your mailboxes and your store are never touched.

It looks and works as your settings say: theme, keys and everything else about the screen come from the file of --config, or
from the usual one. Check-ins, lanes and sources are the demo's own. --store FILE makes the sample store in that file, which must
not be there yet, and leaves it there.

Examples:
  tidebox demo
  tidebox demo --config try.toml   with the theme and the keys of this file
  tidebox demo --folder ~/try      keep it, to look at its configuration and store")]
pub struct DemoCommand {
    /// Keep the sample store in this folder instead of a temporary one
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}

/// When the late messages arrive, after the screen has opened.
const LATE: Duration = Duration::from_secs(40);

pub fn run(global: &GlobalArguments, options: &DemoCommand) -> Result<(), Failure> {
    let own = CommandContext::find(global)?;
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
    let context = prepare(&own, folder)?;
    if own.json {
        return print(&format!(
            "{}\n",
            super::json::line(&serde_json::json!({ "config": context.config_path, "store": context.store_path }))
        ));
    }
    show(context, folder, Demo::Alone).map(drop)
}

/// The demo that was chosen on the first screen. It says why it was left.
pub fn run_after(global: &GlobalArguments) -> Result<Leaving, Failure> {
    let folder = tempfile::Builder::new().prefix("tidebox-demo-").tempdir()?;
    let own = CommandContext { store_typed: false, ..CommandContext::find(global)? };
    show(prepare(&own, folder.path())?, folder.path(), Demo::FromWelcome)
}

fn show(context: CommandContext, folder: &Path, demo: Demo) -> Result<Leaving, Failure> {
    let mailbox = folder.join("Maildir");
    let now = context.now();
    thread::spawn(move || {
        thread::sleep(LATE);
        // If they cannot be written, the demo goes on without them.
        let _ = deliver_late(&mailbox, now);
    });
    screen::open(context, Start::Door, Some(demo))
}

/// Writes configuration, mailbox and store into the folder, unless an earlier demo made them. `own` says how the screen is,
/// and where the store is to be, if that was said.
fn prepare(own: &CommandContext, folder: &Path) -> Result<CommandContext, Failure> {
    let config_path = folder.join("config.toml");
    let store_path = if own.store_typed { own.store_path.clone() } else { folder.join("tidebox.db") };
    let mailbox = folder.join("Maildir");
    let fresh = !store_path.exists();
    if !fresh && !config_path.exists() {
        let what = format!("{} is there already: the demo fills no store but a new one", store_path.display());
        return Err(Failure::usage(what, "name a file that is not there yet; `tidebox --store FILE` opens that store"));
    }
    if fresh {
        for part in ["cur", "new", "tmp"] {
            let part = mailbox.join(part);
            private_folder(&part)?;
        }
        let (values, tables) = config::of_the_screen(&own.config_path)?;
        let sample = sample::configuration(own.now(), own.zone(), &mailbox);
        let text = format!("{values}{sample}\n{tables}");
        write_private(&config_path, &text).map_err(|error| Failure::io("writing", &config_path, &error))?;
    }
    let context = CommandContext::of(config_path, store_path, own.clock, own.json)?;
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
