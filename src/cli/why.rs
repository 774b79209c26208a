//! `tidebox why`: the rules that put a message where it is.

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::listing::day_and_time;
use super::output::print;
use super::show::MessageName;
use crate::domain::answering::{AnsweredAlready, AnsweredBy};
use crate::domain::printable::Printable;
use crate::domain::reasons::RuleCheck;
use crate::domain::text_enum::TextEnum;
use crate::job::why::{Why, why};
use crate::store::Coming;

/// Say why a message is in its lane, why it was held or let through, and when it came out
#[derive(Debug, Args)]
#[command(after_help = "\
Each lane that was asked before the message's own is named with the terms that were not so, then the exception that let it through
or came nearest. The rules are those of the present settings. Only messages that may be shown are explained.

Examples:
  tidebox why 1790000000
  tidebox --json why 1790000000 | jq .nearest")]
pub struct WhyCommand {
    /// The message's id, as `queue` and `search` print it, or its Message-ID
    #[arg(value_name = "ID")]
    pub id: MessageName,
}

pub fn run(global: &GlobalArguments, options: &WhyCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let store = context.open_store()?;
    let id = options.id.find(context, &store)?;
    let why = why(&store, &context.config, id, context.now())?;
    if context.json {
        return print(&format!("{}\n", json::line(&object(&why))));
    }
    let when = |at| day_and_time(at, context.now(), context.zone());
    let lines = why.lines(&when);
    print(&lines.iter().map(|(what, text)| format!("{what:<9} {}\n", Printable::from(text))).collect::<String>())
}

fn answered(earlier: &AnsweredAlready) -> serde_json::Value {
    let (place, state, how) = match earlier.by {
        AnsweredBy::Here(state) => ("here", Some(state.name()), None),
        AnsweredBy::Elsewhere(how) => ("elsewhere", None, Some(how.name())),
    };
    serde_json::json!({ "where": place, "state": state, "how": how, "at": earlier.at.map(json::instant) })
}

fn object(why: &Why) -> serde_json::Value {
    let rule = |check: &RuleCheck| serde_json::json!({ "name": check.name, "chooses": check.chooses(), "failing": check.failing });
    let coming = |one: &Coming| serde_json::json!({ "checkin": one.checkin, "at": json::instant(one.at) });
    serde_json::json!({
        "lane": why.lane, "lane_now": why.lane_now, "lanes": why.lanes.iter().map(rule).collect::<Vec<_>>(),
        "kinds": why.kinds.iter().map(|fact| fact.kind.name()).collect::<Vec<_>>(),
        "exception": why.exception, "nearest": why.nearest.as_ref().map(rule), "state": why.stage.name(),
        "bundle": why.bundle.as_ref().map(|(kind, name)| serde_json::json!({ "kind": kind.name(), "name": name })),
        "settled": why.settled.as_ref().map(|(it, _)| serde_json::json!({ "reason": it.reason.name(), "by": it.by.0 })),
        "left_list": why.left.map(json::instant), "answered": why.answered.as_ref().map(answered),
        "came_out": why.batches.iter().map(coming).collect::<Vec<_>>(), "comes": why.next.as_ref().map(coming),
    })
}
