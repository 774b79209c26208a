//! `tidebox account folders`: which folders of the mailboxes commits need, and making those that are missing.

use clap::Args;
use serde_json::json;

use super::terminal;
use crate::cli::arguments::GlobalArguments;
use crate::cli::context::CommandContext;
use crate::cli::failure::Failure;
use crate::cli::json::line;
use crate::cli::output::print;
use crate::config::SourceConfig;
use crate::domain::mailbox_change::FolderRole;
use crate::domain::printable::Printable;
use crate::job::JobError;
use crate::job::roles::{self, MailboxRoles};

/// Show which folders are the archive, the trash and the junk, and make those that are missing
#[derive(Debug, Args)]
#[command(after_help = "\
A commit moves what is done to the archive, trash to the trash, spam to the junk. While one of these folders is missing, the
changes that need it wait; they are made by the next reading after the folder is there. On a server the folder is subscribed,
and marked with its use where the server takes that.

Examples:
  tidebox account folders
  tidebox account folders --make work
  tidebox --json account folders | jq .folders")]
pub struct FoldersCommand {
    /// These sources; otherwise every mailbox in which commits change something
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Make the folders that are missing
    #[arg(long)]
    pub make: bool,
    /// Make them without asking
    #[arg(long, requires = "make")]
    pub yes: bool,
}

pub fn run(global: &GlobalArguments, options: &FoldersCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    for name in &options.sources {
        if !context.config.sources.iter().any(|source| source.name == *name && source.is_written_to()) {
            let hint = "the mailboxes are the sources of kind imap and maildir in the settings";
            return Err(Failure::usage(format!("there is no mailbox {name} in which commits change something"), hint));
        }
    }
    let named = |source: &&SourceConfig| options.sources.is_empty() || options.sources.contains(&source.name);
    let mailboxes = context.config.sources.iter().filter(|source| source.is_written_to()).filter(named);
    let mut failed = Vec::new();
    for source in mailboxes {
        if let Err(error) = one(context, source, options)? {
            failed.push(match error.hint() {
                Some(hint) => format!("source {}: {error} ({hint})", source.name),
                None => format!("source {}: {error}", source.name),
            });
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(Failure::problems(&failed)) }
}

/// Shows one mailbox, and makes the folders that are missing there. If it cannot be asked, the others still are.
fn one(
    context: &CommandContext,
    source: &SourceConfig,
    options: &FoldersCommand,
) -> Result<Result<(), JobError>, Failure> {
    let mut found = match roles::ask(source) {
        Ok(found) => found,
        Err(error) => return Ok(Err(error.into())),
    };
    let mut made = Vec::new();
    if options.make {
        for role in found.missing().collect::<Vec<_>>() {
            if !(options.yes || agreed(source, role)?) {
                continue;
            }
            match roles::make(source, role) {
                Ok(name) => {
                    made.push(name.clone());
                    found.folders.insert(role, Some(name));
                }
                Err(error) => return Ok(Err(error.into())),
            }
        }
    }
    if context.json {
        let folders: serde_json::Map<String, serde_json::Value> =
            found.folders.iter().map(|(role, name)| (role.key().to_owned(), json!(name))).collect();
        print(&format!("{}\n", line(&json!({ "source": source.name, "folders": folders, "made": made }))))?;
    } else {
        print(&roles_text(&found, &made))?;
    }
    Ok(Ok(()))
}

fn agreed(source: &SourceConfig, role: FolderRole) -> Result<bool, Failure> {
    if !terminal::is_there() {
        return Err(Failure::usage("nobody can be asked here whether to make folders", "say it with --yes"));
    }
    let (what, _) = roles::without(role);
    terminal::yes(&format!("{}: {what} Make the folder {}?", source.name, role.usual_name()))
}

/// The name of the mailbox, and a line for each role.
pub(super) fn roles_text(found: &MailboxRoles, made: &[String]) -> String {
    let mut text = format!("{}\n", Printable::from(&found.source));
    for role in FolderRole::OF_DECISIONS {
        let folder = match found.folders.get(&role) {
            Some(Some(name)) if made.contains(name) => format!("{} (made now)", Printable::from(name)),
            Some(Some(name)) => Printable::from(name).to_string(),
            _ if found.needed.contains(&role) => {
                format!("missing: {} waits until it is there", roles::decided(role))
            }
            _ => "missing, and not needed".to_owned(),
        };
        text.push_str(&format!("  {:<8} {folder}\n", role.key()));
    }
    text
}
