//! `tidebox drafts`: what is being written, and has not been staged.

use clap::{Args, Subcommand};

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json::{self, instant};
use super::output::print;
use super::staging::{UnstagedDraft, draft_of, stage_text, write_in_editor};
use crate::domain::ids::OutgoingId;
use crate::domain::outbox::OutgoingState;
use crate::domain::outgoing_summary::OutgoingSummary;
use crate::domain::text_enum::TextEnum as _;
use crate::job::written;
use crate::ui::when;

/// List what you are writing, or go on with it
#[derive(Debug, Args)]
#[command(after_help = "\
A draft is kept from the first save in the editor on. What is staged waits in the outbox; `tidebox outbox recall` makes it a draft
again.

Examples:
  tidebox drafts
  tidebox drafts edit 3
  tidebox drafts stage 3 --anyway
  tidebox drafts discard 3")]
pub struct DraftsCommand {
    #[command(subcommand)]
    pub what: Option<DraftsAction>,
}

#[derive(Debug, Subcommand)]
pub enum DraftsAction {
    /// Open a draft in your editor, also one that was thrown away
    #[command(after_help = "Example:\n  tidebox drafts edit 3")]
    Edit(DraftNumber),
    /// Stage a draft as it is
    #[command(after_help = "Example:\n  tidebox drafts stage 3 --anyway")]
    Stage(StageDraft),
    /// Throw a draft away; `drafts edit` brings it back
    #[command(after_help = "Example:\n  tidebox drafts discard 3")]
    Discard(DraftNumber),
}

#[derive(Debug, Args)]
pub struct DraftNumber {
    /// Its number, from the list
    #[arg(value_name = "N")]
    pub number: i64,
}

#[derive(Debug, Args)]
pub struct StageDraft {
    /// Its number, from the list
    #[arg(value_name = "N")]
    pub number: i64,
    /// In spite of what is worth a second look
    #[arg(long)]
    pub anyway: bool,
}

pub fn run(global: &GlobalArguments, options: &DraftsCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut store = context.open_store()?;
    let now = context.now();
    match &options.what {
        None => list(context, &written::unfinished(&store)?),
        Some(DraftsAction::Discard(DraftNumber { number })) => {
            store.discard_draft(OutgoingId(*number), true, now)?;
            if context.json {
                let change =
                    serde_json::json!({ "changed": [number], "state": OutgoingState::Draft.name(), "sending": null });
                return print(&format!("{}\n", json::line(&change)));
            }
            print(&format!("{number} is thrown away; `tidebox drafts edit {number}` brings it back\n"))
        }
        Some(DraftsAction::Edit(DraftNumber { number })) => {
            let id = OutgoingId(*number);
            let outgoing = written::editable(&store, id)?;
            if outgoing.state != OutgoingState::Draft {
                let hint = format!("`tidebox outbox recall {number}` makes it a draft again, while nobody has it");
                return Err(Failure::absent(format!("{number} is {}, and no draft", outgoing.state), hint));
            }
            store.discard_draft(id, false, now)?;
            let about = outgoing.answers.map(|message| (outgoing.relation, message));
            let draft = draft_of(&outgoing.draft);
            write_in_editor(
                context,
                &mut store,
                UnstagedDraft { draft, notes: Vec::new(), about, scope: None, known: Some(id) },
            )
        }
        Some(DraftsAction::Stage(StageDraft { number, anyway })) => {
            let id = OutgoingId(*number);
            let outgoing = store.outgoing(id)?;
            let about = outgoing.answers.map(|message| (outgoing.relation, message));
            stage_text(context, &mut store, id, (about, None), &outgoing.draft, *anyway)
        }
    }
}

fn list(context: &CommandContext, all: &[OutgoingSummary]) -> Result<(), Failure> {
    let drafts: Vec<&OutgoingSummary> = all.iter().filter(|one| one.state == OutgoingState::Draft).collect();
    if drafts.is_empty() && !context.json {
        return print("There are no drafts.\n");
    }
    let mut out = String::new();
    for draft in drafts {
        if context.json {
            out.push_str(&json::line(&serde_json::json!({
                "id": draft.id.0, "answers": draft.answers.map(|it| it.0), "people": draft.people.as_str(),
                "subject": draft.subject.as_str(), "changed": instant(draft.changed),
            })));
        } else {
            let changed = when::moment(draft.changed, context.now(), context.zone());
            let elsewhere = draft.elsewhere.map(|at| when::moment(at, context.now(), context.zone()));
            let elsewhere = elsewhere.map_or_else(String::new, |at| format!("  (answered elsewhere {at})"));
            let (people, subject) = (draft.people.cut(30), draft.subject.cut(60));
            out.push_str(&format!("{:>4}  {people}  {subject}  {changed}{elsewhere}", draft.id));
        }
        out.push('\n');
    }
    print(&out)
}
