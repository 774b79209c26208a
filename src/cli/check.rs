//! `tidebox check`: the facts that a bug report needs, and all problems of configuration, keys, sources and store.
//!
//! Its output can be shown to anybody: it has no message, no name of a source and no argument of a command, and the home
//! folder is written as `~`.

mod machine;
mod private_words;
mod report;
mod settings;
mod sources;
mod stored;

use std::path::Path;

use clap::Args;

use self::private_words::PrivateWords;
use self::report::CheckReport;
use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use crate::config;
use crate::log;
use crate::store::Store;

/// Check configuration, keys, sources and store, and report every problem
#[derive(Debug, Args)]
#[command(after_help = "\
Its output has no message, no address and no secret. --report prints it for others to read: as Markdown, with other words in
place of names, hosts, users and paths that are yours. Look at it before you paste it.

Examples:
  tidebox check
  tidebox check --report           for a report of a problem
  tidebox check --offline          without asking servers
  tidebox check --store-too        check every page of the store and every message in it
  tidebox --json check | jq .facts")]
pub struct CheckCommand {
    /// Check every page of the store and every message in it; slow if the store is large
    #[arg(long)]
    pub store_too: bool,
    /// Ask no server: only check what is on this machine
    #[arg(long)]
    pub offline: bool,
    /// Print it as Markdown, without the names of what is yours
    #[arg(long, conflicts_with = "json")]
    pub report: bool,
}

pub fn run(global: &GlobalArguments, options: &CheckCommand) -> Result<(), Failure> {
    let (context, mistaken) = CommandContext::find_anyhow(global)?;
    let mut report = CheckReport::default();
    report.program();
    report.terminal(&context);
    report.configuration(&context, mistaken.as_ref());
    report.sources(&context, options.offline);
    report.identities(&context, options.offline);
    report.hours(&context, options.offline);
    // Why a store cannot be opened is told where it is looked at.
    let mut store = Store::open_existing(&context.store_path).ok().flatten();
    if let Some(store) = &mut store {
        report.known(&context, store)?;
        report.lanes_of_before(&context, store)?;
        report.contacts(&context, store)?;
    }
    report.exceptions(&context, store.as_ref())?;
    report.store(&context.store_path, options.store_too);
    if let Some(store) = &store {
        report.held_mail(&context, store);
    }
    report.log(global);
    if options.report {
        report.problems.extend(mistaken.as_ref().map(|failure| format!("configuration: {}", failure.mistaken_lines())));
        return report.print_for_others(&PrivateWords::of(&context, store.as_ref()));
    }
    report.print(context.json, mistaken.is_some())?;
    match mistaken {
        Some(failure) => Err(failure),
        None if report.problems.is_empty() => Ok(()),
        None => Err(Failure::problems(&report.problems)),
    }
}

/// A path with `~` for the home folder.
fn shown(path: &Path) -> String {
    log::short(path, config::home().as_deref())
}

/// A text with paths in it, with `~` for the home folder.
fn without_home(words: &str) -> String {
    match config::home().filter(|home| home.parent().is_some()) {
        Some(home) => words.replace(&format!("{}/", home.display()), "~/"),
        None => words.to_owned(),
    }
}
