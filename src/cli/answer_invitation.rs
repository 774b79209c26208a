//! `tidebox answer-invitation`: an invitation is accepted or declined.

use clap::{Args, ValueEnum};
use serde_json::json;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::output::print;
use super::report;
use super::staging::send;
use crate::domain::answering::Departure;
use crate::domain::ids::Id;
use crate::domain::invitation::InvitationAnswer;
use crate::domain::printable::Printable;
use crate::domain::text_enum::TextEnum;
use crate::job::answer_invitation::answer_invitation;
use crate::job::stage::decides;

/// Accept or decline an invitation
#[derive(Debug, Args)]
#[command(after_help = "\
The answer goes to the organizer of the event alone, as their calendar reads it (iTIP, RFC 5546), from the address that was
invited. It leaves when the identity with this address says, usually at the next commit. Another answer before that takes its
place; one after that is a new message, which their calendar takes as the newest. In an open batch the message is decided with it,
as by a reply, and `tidebox undo` takes both back.

Examples:
  tidebox answer-invitation 1790000000 accept
  tidebox answer-invitation 1790000000 decline --comment 'I am away that week'")]
pub struct AnswerInvitationCommand {
    /// The id of the message with the invitation
    #[arg(value_name = "ID")]
    pub id: i64,
    /// What to answer
    #[arg(value_enum, value_name = "ANSWER")]
    pub answer: GivenAnswer,
    /// A word to the organizer
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub comment: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GivenAnswer {
    /// You come
    Accept,
    /// You may come
    Tentative,
    /// You do not come
    Decline,
}

pub fn run(global: &GlobalArguments, options: &AnswerInvitationCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut store = context.open_store()?;
    let answer = match options.answer {
        GivenAnswer::Accept => InvitationAnswer::Accept,
        GivenAnswer::Tentative => InvitationAnswer::Tentative,
        GivenAnswer::Decline => InvitationAnswer::Decline,
    };
    let now = context.now().with_timezone(&context.zone()).fixed_offset();
    let (id, said) = (Id(options.id), (answer, options.comment.as_str()));
    let decides = decides(&store, id)?;
    let staged = answer_invitation(&mut store, &context.config, id, said, decides, now)?;
    let came = (staged.leaves == Departure::Now).then(|| send(context, &mut store)).transpose()?;
    let replaced: Vec<i64> = staged.replaced.iter().map(|it| it.0).collect();
    if context.json {
        return print(&format!(
            "{}\n",
            json::line(&json!({
                "number": staged.id.0, "id": options.id, "answer": answer.status().name(), "to": staged.to.address,
                "from": staged.from.address, "subject": staged.subject, "leaves": staged.leaves.name(),
                "replaced": replaced, "sending": came.as_ref().map(json::sending),
            }))
        ));
    }
    let leaves = match staged.leaves {
        Departure::Close => "at the next commit",
        Departure::Next => "at the close of the next check-in",
        Departure::Now => "now",
    };
    print(&format!(
        "{}\nThis leaves {leaves}, to {} alone, from {}.\n",
        Printable::from(&staged.subject),
        Printable::from(&staged.to.address),
        Printable::from(&staged.from.address),
    ))?;
    if !replaced.is_empty() {
        print("What you had answered before has not left, and does not.\n")?;
    }
    came.as_ref().map_or(Ok(()), report::sending)
}
