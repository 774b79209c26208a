//! `tidebox backup`: a consistent copy of the store, taken while others may be writing.

use std::path::PathBuf;

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::output::print;

/// Write a consistent copy of the store
#[derive(Debug, Args)]
#[command(after_help = "\
The copy is complete even while messages are taken in. It has everything: messages, decisions, the index.

Examples:
  tidebox backup ~/backup/tidebox-2026-11-23.db
  tidebox --store ~/backup/tidebox-2026-11-23.db search ada   look into one")]
pub struct BackupCommand {
    /// The file to write; it must not exist yet
    pub file: PathBuf,
}

pub fn run(global: &GlobalArguments, options: &BackupCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    if options.file.exists() {
        return Err(Failure::usage(
            format!("{} is there already; nothing was written", options.file.display()),
            "name a file that does not exist yet",
        ));
    }
    let mut store = context.existing()?;
    // The store notes its own path first, so that tidebox can see that the copy is a copy.
    store.is_at_home()?;
    store.backup(&options.file)?;
    if context.json {
        return print(&format!("{}\n", super::json::line(&serde_json::json!({ "file": options.file }))));
    }
    print(&format!("The store was copied to {}.\n", options.file.display()))
}
