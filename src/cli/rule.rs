//! `tidebox rule`: a rule from a message: what it would have chosen, and writing it into the settings.

use clap::{Args, ValueEnum};

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::output::print;
use super::show::MessageName;
use crate::config;
use crate::domain::printable::Printable;
use crate::domain::rule_draft::{RuleDraft, RuleKind};
use crate::domain::text_enum::TextEnum;
use crate::job::rule::drafts;

/// Make a rule from a message: an exception, a lane of its own, or a mute
#[derive(Debug, Args)]
#[command(after_help = "\
Without --add the rules are only shown: each with its query, how many of the visible messages of the last 30 days it would have
chosen, and the subjects of three. A rule is in force for what comes; it moves no message that is here already.

Examples:
  tidebox rule 1790000000
  tidebox rule 1790000000 --add mute
  tidebox --json rule 1790000000 | jq .caught")]
pub struct RuleCommand {
    /// The message's id, as `queue` and `search` print it, or its Message-ID
    #[arg(value_name = "ID")]
    pub id: MessageName,
    /// Write this one into the settings
    #[arg(long, value_enum, value_name = "KIND")]
    pub add: Option<Kind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// What the sender sends is let through at once
    Exception,
    /// Answers in threads that you began are let through at once
    Threads,
    /// What comes from the list or the sender gets a lane of its own
    Lane,
    /// What comes from the list or the sender is filed as muted
    Mute,
}

impl Kind {
    fn meant(self) -> RuleKind {
        match self {
            Self::Exception => RuleKind::Exception,
            Self::Threads => RuleKind::OwnThreads,
            Self::Lane => RuleKind::Lane,
            Self::Mute => RuleKind::Mute,
        }
    }
}

pub fn run(global: &GlobalArguments, options: &RuleCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let store = context.open_store()?;
    let id = options.id.find(context, &store)?;
    let mut all = drafts(&store, &context.config, id, context.now())?;
    let mut written = None;
    if let Some(kind) = options.add {
        all.retain(|draft| draft.kind == kind.meant());
        let draft = all.first().ok_or_else(|| {
            Failure::absent("such a rule cannot be made from this message", "`tidebox rule ID` lists those that can")
        })?;
        let lane = store.message(id)?.lane;
        written = Some(config::write_rule(&context.config_path, draft, &lane)?);
    }
    let told = |draft: &RuleDraft| {
        if context.json { format!("{}\n", json::line(&object(draft, written.as_deref()))) } else { row(draft) }
    };
    print(&all.iter().map(told).collect::<String>())?;
    match &written {
        Some(name) if !context.json => {
            print(&format!("Written into the settings as {}; it is in force for what comes.\n", Printable::from(name)))
        }
        _ => Ok(()),
    }
}

fn row(draft: &RuleDraft) -> String {
    let told = Printable::from(draft.told());
    format!("{:9}  {}  ({})\n           {told}\n", draft.kind.name(), Printable::from(&draft.query), draft.effect())
}

fn object(draft: &RuleDraft, written: Option<&str>) -> serde_json::Value {
    let subjects: Vec<&str> = draft.subjects.iter().map(Printable::as_str).collect();
    serde_json::json!({
        "kind": draft.kind.name(), "query": draft.query, "caught": draft.caught, "subjects": subjects, "written": written,
    })
}
