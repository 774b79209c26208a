//! `tidebox outbox`: what was written and has not left whole, and what the person can do about it.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::account::terminal;
use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::decide::{target, window};
use super::failure::Failure;
use super::json::{self, instant};
use super::output::print;
use super::reach::reach;
use super::report;
use crate::domain::ids::OutgoingId;
use crate::domain::outbox::{DepartureTime, OutgoingState};
use crate::domain::outgoing_summary::OutgoingSummary;
use crate::domain::text_enum::TextEnum as _;
use crate::job::written;
use crate::store::{SendingBlock, Store, UnknownVerdict};
use crate::ui::view::outgoing_words;

/// List what was written and has not left, or not whole
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
What is staged leaves at the commit, or when it says; `recall` takes it back until then, and makes it a draft again. What was refused
comes back with the server's words; whoever has it does not get it again. Where a connection ended before the server's last answer,
nobody can say whether the message left: it is never sent again by itself. Look among your sent mail, then settle it.

Examples:
  tidebox outbox
  tidebox outbox recall 3
  tidebox outbox resend 3          to those who were refused
  tidebox outbox settle 4 sent
  tidebox --json outbox | jq -r 'select(.state == \"refused\").recipients[].words'"
)]
pub struct OutboxCommand {
    #[command(subcommand)]
    pub verb: Option<OutboxVerb>,
}

#[derive(Debug, Clone, Subcommand)]
pub enum OutboxVerb {
    /// Take messages back: they are drafts again
    #[command(after_help = "Example:\n  tidebox outbox recall 3")]
    Recall {
        /// Numbers of messages of the outbox
        #[arg(required = true, value_name = "MESSAGE")]
        numbers: Vec<i64>,
    },
    /// Send once more, to those who were refused; or try at once what waits for another try
    #[command(after_help = "\
Where nobody can say whether the message left, you are asked first: whoever has it may get it twice.

Examples:
  tidebox outbox resend 3
  tidebox outbox resend 4 --yes")]
    Resend {
        /// The number of a message of the outbox
        #[arg(value_name = "MESSAGE")]
        number: i64,
        /// Also where nobody can say whether it left, without a question
        #[arg(long)]
        yes: bool,
    },
    /// Be told if nobody has replied to an answer by a check-in: what it answers comes back then
    #[command(after_help = "Examples:\n  tidebox outbox remind 3 week\n  tidebox outbox remind 3 never")]
    Remind {
        /// The number of a message of the outbox
        #[arg(value_name = "MESSAGE")]
        number: i64,
        /// As for `decide defer --to`; or never, which takes it back
        when: String,
    },
    /// Say of a message of which nobody can say whether it left that it was sent, or that it is sent again
    #[command(after_help = "Examples:\n  tidebox outbox settle 4 sent\n  tidebox outbox settle 4 again")]
    Settle {
        /// The number of a message of the outbox
        #[arg(value_name = "MESSAGE")]
        number: i64,
        /// What is so
        #[arg(value_enum)]
        verdict: SettleVerdict,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SettleVerdict {
    /// It was sent
    Sent,
    /// It is sent once more
    Again,
}

pub fn run(global: &GlobalArguments, options: &OutboxCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut store = context.open_store()?;
    match &options.verb {
        None => list(context, &store),
        Some(OutboxVerb::Recall { numbers }) => recall(context, &mut store, numbers),
        Some(OutboxVerb::Resend { number, yes }) => resend(context, &mut store, OutgoingId(*number), *yes),
        Some(OutboxVerb::Remind { number, when }) => remind(context, &mut store, OutgoingId(*number), when),
        Some(OutboxVerb::Settle { number, verdict: SettleVerdict::Again }) => {
            settle_and_send(context, &mut store, OutgoingId(*number))
        }
        Some(OutboxVerb::Settle { number, verdict: SettleVerdict::Sent }) => {
            store.settle_unknown(OutgoingId(*number), UnknownVerdict::Sent, context.now())?;
            changed(context, &store, &[*number], &format!("message {number} counts as sent"))
        }
    }
}

fn list(context: &CommandContext, store: &Store) -> Result<(), Failure> {
    let all = written::unfinished(store)?;
    let rows: Vec<&OutgoingSummary> = all.iter().filter(|it| it.state != OutgoingState::Draft).collect();
    let blocks = store.sending_blocks()?;
    if context.json {
        for row in rows {
            print(&format!("{}\n", json::line(&value(store, row, &blocks)?)))?;
        }
        return Ok(());
    }
    if rows.is_empty() {
        return print("Nothing waits in the outbox.\n");
    }
    for row in rows {
        let state = outgoing_words::state(row, context.now(), context.zone());
        let reminds = row.reminder.as_ref().map(|until| format!("  (reminds {})", window(context, until)));
        let reminds = reminds.unwrap_or_default();
        print(&format!("{:>5}  {state}  {}: {}{reminds}\n", row.id, row.people, row.subject))?;
        for one in row.recipients.iter().filter(|one| tells(row.state, one.words.as_str())) {
            let words = if one.words.is_empty() { String::new() } else { format!(": {}", one.words) };
            print(&format!("       {} {}{words}\n", one.address, outgoing_words::recipient(one.state)))?;
        }
    }
    for block in &blocks {
        let said = format!("Nothing is sent as {}: {}.\n", block.sender, block.what);
        print(&format!("{}\n", crate::domain::printable::Printable::from(said.trim_end())))?;
    }
    Ok(())
}

/// Whether there is more to say of a recipient than of the whole message.
fn tells(state: OutgoingState, words: &str) -> bool {
    !words.is_empty() || matches!(state, OutgoingState::PartlySent | OutgoingState::Unknown)
}

fn value(store: &Store, row: &OutgoingSummary, blocks: &[SendingBlock]) -> Result<serde_json::Value, Failure> {
    let sender = store.sender_of(row.id)?;
    let waits = blocks.iter().find(|block| Some(&block.sender) == sender.as_ref()).map(|block| &block.what);
    let leaves = row.leaving.map(|leaving| match leaving {
        DepartureTime::Close => "close",
        DepartureTime::Next => "next",
        DepartureTime::At(_) => "at",
    });
    let recipients: Vec<_> = row
        .recipients
        .iter()
        .map(|it| json!({ "address": it.address.as_str(), "state": it.state.name(), "words": it.words.as_str() }))
        .collect();
    Ok(json!({
        "number": row.id.0, "state": row.state.name(), "answers": row.answers.map(|id| id.0), "sender": sender,
        "subject": row.subject.as_str(), "leaves": leaves, "due": row.due.map(instant), "tries": row.tries,
        "changed": instant(row.changed), "waits": waits, "reminds": row.reminder.as_ref().map(json::until), "recipients": recipients,
    }))
}

fn recall(context: &CommandContext, store: &mut Store, numbers: &[i64]) -> Result<(), Failure> {
    for number in numbers {
        store.recall(OutgoingId(*number), context.now())?;
    }
    let said = match numbers {
        [one] => format!("message {one} is a draft again"),
        several => format!("{} messages are drafts again", several.len()),
    };
    changed(context, store, numbers, &said)
}

fn remind(context: &CommandContext, store: &mut Store, id: OutgoingId, when: &str) -> Result<(), Failure> {
    let known = store.outgoing(id)?;
    if when == "never" {
        store.forget_reminder(id)?;
        return changed(context, store, &[id.0], &format!("message {id} reminds you no more"));
    }
    let Some(answers) = known.answers.filter(|_| known.state != OutgoingState::Draft) else {
        return Err(Failure::usage(
            format!("message {id} is a draft, or answers nothing that could come back"),
            "`tidebox outbox` lists what can remind you: answers that are staged or sent",
        ));
    };
    let target = target(context, store, ("remind", when), &[answers])?;
    store.remind(id, &target.until, context.now())?;
    let until = window(context, &target.until);
    changed(
        context,
        store,
        &[id.0],
        &format!("message {id}: if nobody has replied, what it answers comes back {until}"),
    )
}

fn resend(context: &CommandContext, store: &mut Store, id: OutgoingId, yes: bool) -> Result<(), Failure> {
    if store.outgoing(id)?.state == OutgoingState::Unknown {
        let question =
            format!("Nobody can say whether message {id} left. Whoever has it gets it twice. Send it again?");
        let wanted = yes || terminal::is_there() && terminal::yes(&question)?;
        if !wanted {
            return Err(Failure::busy(
                format!("nobody can say whether message {id} left; it was not sent again"),
                "look among your sent mail; then `tidebox outbox settle N sent`, or send it again with --yes",
            ));
        }
        return settle_and_send(context, store, id);
    }
    store.send_again(id, context.now())?;
    send(context, store, id)
}

fn settle_and_send(context: &CommandContext, store: &mut Store, id: OutgoingId) -> Result<(), Failure> {
    store.settle_unknown(id, UnknownVerdict::Again, context.now())?;
    send(context, store, id)
}

/// Sends what is due, and tells what came of it.
fn send(context: &CommandContext, store: &mut Store, id: OutgoingId) -> Result<(), Failure> {
    let (reach, _lock) = reach(context, "sends it")?;
    let came = report::deliver_due(context, store, reach)?;
    if context.json {
        let state = store.outgoing(id)?.state.name();
        return print(&format!(
            "{}\n",
            json::line(&json!({ "changed": [id.0], "state": state, "sending": json::sending(&came) }))
        ));
    }
    report::sending(&came)
}

fn changed(context: &CommandContext, store: &Store, numbers: &[i64], said: &str) -> Result<(), Failure> {
    if !context.json {
        return print(&format!("{said}\n"));
    }
    let state = numbers.last().map(|number| store.outgoing(OutgoingId(*number))).transpose()?;
    let state = state.map(|it| it.state.name());
    print(&format!("{}\n", json::line(&json!({ "changed": numbers, "state": state, "sending": null }))))
}
