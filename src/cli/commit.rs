//! `tidebox commit`: closes the open batch, and does in the mailboxes what was decided.

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::decide::kind;
use super::failure::Failure;
use super::output::print;
use super::reach::reach;
use super::{json, matter, report};
use crate::domain::receipt::Receipt;
use crate::domain::triage::Decision;
use crate::job::close;
use crate::job::decide::triage;
use crate::job::matter::questions;
use crate::job::write_back::write_back_all;

/// Commit the open batch: what was decided takes effect
#[derive(Debug, Args)]
#[command(after_help = "\
What is not decided leads its lane in the next batch of that lane. A commit cannot be taken back. It also changes the mailboxes: what is
done goes to the archive, for example. With `write_back = false` it does not. Lists that are to be left are left now,
and what was written to leave at the close leaves.

Examples:
  tidebox commit
  tidebox commit --exceptions      the batch of what exceptions let through
  tidebox --json commit | jq .receipt")]
pub struct CommitCommand {
    /// Commit the batch of what exceptions let through, also where that of a check-in is open
    #[arg(long)]
    pub exceptions: bool,
}

pub fn run(global: &GlobalArguments, options: &CommitCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    // Not `open_store`, which would commit a batch that is over: that commit is what this command reports.
    let mut store = context.existing()?;
    let triage = triage(&store, kind(options.exceptions))?;
    let batch = triage.batch().id();
    let decided = store.members(batch, &triage.positions_with(Decision::decides))?;
    let receipt = close::commit(&mut store, &context.config, batch, context.now())?;
    let (reach, _lock) = reach(context, "makes the changes in the mailboxes")?;
    let mut written = write_back_all(&mut store, &context.config, reach, context.now())?;
    let lists = report::leave_due_lists(context, &mut store, reach)?;
    let sent = report::deliver_due(context, &mut store, reach)?;
    if sent.sent + sent.partly_sent > 0 {
        // The copies of what has left, and the marks on what it answers.
        written.add(write_back_all(&mut store, &context.config, reach, context.now())?);
    }
    if context.json {
        let mut value = json::changed(&decided, 0, 0);
        value["receipt"] = json::receipt(&receipt);
        value["matter"] = matter::object(Some(batch), &questions(&store, batch)?);
        value["changes"] = json::written(&written);
        value["lists"] = json::lists_left(&lists);
        value["sending"] = json::sending(&sent);
        return print(&format!("{}\n", json::line(&value)));
    }
    print(&sentence(&receipt))?;
    report::changes(&written)?;
    report::lists(&lists)?;
    report::sending(&sent)
}

/// `morning: 41 handled in 18 minutes. 29 done, 4 deferred, 2 carried over. …`
fn sentence(receipt: &Receipt) -> String {
    let counts = [
        (receipt.done, "done"),
        (receipt.trash, "to the trash"),
        (receipt.deferred, "deferred"),
        (receipt.muted, "muted"),
        (receipt.spam, "spam"),
        (receipt.carried_over, "carried over"),
        (receipt.unsubscribed, if receipt.unsubscribed == 1 { "list to leave" } else { "lists to leave" }),
    ];
    let parts: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let minutes = receipt.minutes();
    let plural = if minutes == 1 { "" } else { "s" };
    let asks = match receipt.past_limit {
        0 => String::new(),
        count => format!(" {count} of them had reached `carry_limit`."),
    };
    let later = match receipt.to_answer {
        0 => String::new(),
        count => format!(" {count} of them still to answer."),
    };
    let settled = match receipt.settled {
        0 => String::new(),
        count => format!(" {count} settled while you waited."),
    };
    format!(
        "{}: {} handled in {minutes} minute{plural}. {}.{later}{asks}{settled}\n",
        crate::domain::printable::Printable::from(&receipt.checkin),
        receipt.handled(),
        if parts.is_empty() { "Nothing was waiting".to_owned() } else { parts.join(", ") },
    )
}
