//! `tidebox matter`: whether it mattered that messages waited, as the receipt asks it.

use clap::{Args, ValueEnum};

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::output::print;
use crate::domain::ids::{BatchId, Id};
use crate::domain::matter::{MatterAnswer, MatterQuestion, MatterQuestions};
use crate::domain::text_enum::TextEnum;
use crate::job::matter::questions;

/// Say whether it would have changed anything to see a message earlier
#[derive(Debug, Args)]
#[command(after_help = "\
When a batch is committed, a few of the messages that waited for it are chosen by chance. The receipt asks about them, and so does this
command, of the check-in that was committed last. `[proof] ask` in the settings says how many they are. A later answer takes the place
of an earlier one.

Examples:
  tidebox matter                    what is asked, and what you said so far
  tidebox matter no 1790000000
  tidebox --json matter | jq '.questions[] | select(.answer == null).id'")]
pub struct MatterCommand {
    /// Whether earlier would have changed anything
    #[arg(value_enum, value_name = "ANSWER", requires = "ids")]
    pub answer: Option<Answer>,
    /// The ids of messages that are asked about
    #[arg(value_name = "ID")]
    pub ids: Vec<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Answer {
    /// It would have changed something
    Yes,
    /// It would have changed nothing
    No,
    /// You do not say
    Skip,
}

pub fn run(global: &GlobalArguments, options: &MatterCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut store = context.open_store()?;
    let mut batch = store.last_receipt()?.map(|receipt| receipt.batch);
    if let Some(answer) = options.answer {
        let answer = match answer {
            Answer::Yes => MatterAnswer::Yes,
            Answer::No => MatterAnswer::No,
            Answer::Skip => MatterAnswer::Skipped,
        };
        for id in options.ids.iter().copied().map(Id) {
            let of = store.answer_matter(id, answer, context.now())?.ok_or_else(|| {
                let hint = "`tidebox matter` lists what is asked after a commit";
                Failure::absent(format!("message {id} is in no sample"), hint)
            })?;
            batch = Some(of);
        }
    }
    let asked = batch.map(|batch| questions(&store, batch)).transpose()?.unwrap_or_default();
    if context.json {
        return print(&format!("{}\n", json::line(&object(batch, &asked))));
    }
    print(&listed(&asked))
}

fn listed(asked: &MatterQuestions) -> String {
    let mut out = String::new();
    if asked.questions.is_empty() {
        out.push_str("Nothing is asked about the last check-in.\n");
    } else {
        let them = if asked.questions.len() == 1 { "this" } else { "these" };
        out.push_str(&format!("Would it have changed anything to see {them} earlier?\n"));
    }
    for MatterQuestion { id, sender, subject, waited, answer, .. } in &asked.questions {
        let (hours, minutes) = (waited.num_hours().max(0), waited.num_minutes().max(0) % 60);
        let answer = answer.map_or("-", MatterAnswer::name);
        out.push_str(&format!(
            "{:>10}  waited {hours:>3} h {minutes:02} min  {answer:<7}  {sender}, {subject}\n",
            id.0
        ));
        if answer == MatterAnswer::Yes.name() {
            out.push_str(&format!(
                "            `tidebox rule {id}` makes a rule, so that mail like this comes sooner\n"
            ));
        }
    }
    if let Some(told) = asked.told() {
        out.push_str(&format!("{told}\n"));
    }
    out
}

/// The questions of a batch as JSON.
pub fn object(batch: Option<BatchId>, asked: &MatterQuestions) -> serde_json::Value {
    let question = |one: &MatterQuestion| {
        serde_json::json!({
            "id": one.id.0, "sender": one.sender.as_str(), "subject": one.subject.as_str(), "lane": one.lane.as_str(),
            "waited": one.waited.num_seconds(), "answer": one.answer.map(MatterAnswer::name),
        })
    };
    let share = asked.share().map(|(low, high)| serde_json::json!({ "low": low, "high": high }));
    serde_json::json!({
        "batch": batch.map(|batch| batch.0), "questions": asked.questions.iter().map(question).collect::<Vec<_>>(),
        "yes": asked.yes, "no": asked.no, "interval": share,
    })
}
