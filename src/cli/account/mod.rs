//! `tidebox account`: accounts on mail servers, and the folders that commits need.

mod add;
mod folders;
mod providers;
pub(super) mod terminal;

use clap::{Args, Subcommand};

use super::arguments::GlobalArguments;
use super::failure::Failure;

/// Set up accounts on mail servers, and look after the folders that commits need
#[derive(Debug, Args)]
#[command(
    subcommand_required = true,
    after_help = "\
Examples:
  tidebox account add me@example.org
  tidebox account providers         whose servers are known
  tidebox account folders           which folders are the archive, the trash and the junk
  tidebox account folders --make    make those that are missing; asks first"
)]
pub struct AccountCommand {
    #[command(subcommand)]
    pub verb: AccountVerb,
}

#[derive(Debug, Subcommand)]
pub enum AccountVerb {
    Add(Box<add::AddAccountCommand>),
    Providers(providers::ProvidersCommand),
    Folders(folders::FoldersCommand),
}

pub fn run(global: &GlobalArguments, options: &AccountCommand) -> Result<(), Failure> {
    match &options.verb {
        AccountVerb::Add(options) => add::run(global, options),
        AccountVerb::Providers(options) => providers::run(global, options),
        AccountVerb::Folders(options) => folders::run(global, options),
    }
}
