//! `tidebox backup`: a consistent copy of the store, taken while others may be writing.

use std::path::PathBuf;

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::Place;
use super::failure::Failure;
use super::output::print;

/// Write a consistent copy of the store
#[derive(Debug, Args)]
#[command(after_help = "\
The copy is whole even while messages are taken in. With it comes everything: messages, decisions, the index.

Examples:
  tidebox backup ~/backup/tidebox-2026-11-23.db
  tidebox --store ~/backup/tidebox-2026-11-23.db search ada   look into one")]
pub struct BackupCommand {
    /// The file to write; it must not exist yet
    pub file: PathBuf,
}

pub fn run(global: &GlobalArguments, options: &BackupCommand) -> Result<(), Failure> {
    let place = &Place::find(global)?;
    if options.file.exists() {
        return Err(Failure::usage(
            format!("{} is there already; nothing was written", options.file.display()),
            "name a file that does not exist yet",
        ));
    }
    let mut store = place.existing()?;
    // It lives here from now on at the latest, so that the copy is known for one.
    store.is_at_home()?;
    store.backup(&options.file)?;
    if place.json {
        return print(&format!("{}\n", super::json::line(&serde_json::json!({ "file": options.file }))));
    }
    print(&format!("The store was copied to {}.\n", options.file.display()))
}
