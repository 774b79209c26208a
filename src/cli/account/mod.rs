//! `tidebox account`: accounts on mail servers, and the folders that commits need.

mod folders;
mod terminal;

use clap::{Args, Subcommand};

use super::arguments::GlobalArguments;
use super::failure::Failure;

/// Look after mailboxes: which folders commits need, and making those that are missing
#[derive(Debug, Args)]
#[command(
    subcommand_required = true,
    after_help = "\
Examples:
  tidebox account folders           which folders are the archive, the trash and the junk
  tidebox account folders --make    make those that are missing; asks first"
)]
pub struct AccountCommand {
    #[command(subcommand)]
    pub verb: AccountVerb,
}

#[derive(Debug, Subcommand)]
pub enum AccountVerb {
    Folders(folders::FoldersCommand),
}

pub fn run(global: &GlobalArguments, options: &AccountCommand) -> Result<(), Failure> {
    match &options.verb {
        AccountVerb::Folders(options) => folders::run(global, options),
    }
}
