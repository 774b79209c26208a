//! How commands report what was taken in and what was changed in mailboxes: a line for people, an object for scripts.

use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::output::{note, print};
use crate::domain::door::came_back;
use crate::domain::printable::Printable;
use crate::domain::sending_summary::SendingSummary;
use crate::domain::write_back_summary::WriteBackSummary;
use crate::job::deliver;
use crate::job::leave_lists::{self, ListsLeft};
use crate::job::open::Reach;
use crate::job::summary::Summary;
use crate::store::Store;
use crate::ui::when::count;

/// Reports what was taken in. With failures the exit code is 1, after everything else was taken in.
pub fn summary(context: &CommandContext, total: &Summary, seconds: f64, stopped: bool) -> Result<(), Failure> {
    if context.json {
        print(&format!("{}\n", json::line(&json::summary(total, seconds))))?;
    } else {
        let mut text = format!("{} read, {} new", total.read, total.admitted);
        if total.known > 0 {
            text.push_str(&format!(", {} seen before", total.known));
        }
        if total.defective > 0 {
            text.push_str(&format!(", {} with defects (kept whole)", total.defective));
        }
        print(&format!("{text}. {seconds:.1} s\n"))?;
        for note in &total.notes {
            print(&format!("{}.\n", Printable::from(note)))?;
        }
        match total.returned.held {
            0 => {}
            1 => print("1 message came back to where incoming messages lie, and is held again.\n")?,
            held => print(&format!("{held} messages came back to where incoming messages lie, and are held again.\n"))?,
        }
        if total.returned.waiting > 0 {
            print(&format!("{}\n", came_back(total.returned.waiting)))?;
        }
        changes(&total.written)?;
    }
    ended(total, stopped)
}

pub fn ended(total: &Summary, stopped: bool) -> Result<(), Failure> {
    if stopped {
        return Err(Failure::stopped());
    }
    if total.failed == 0 { Ok(()) } else { Err(Failure::unread(total.failed, &total.failures)) }
}

/// Reports what was changed in mailboxes, if anything was.
pub fn changes(written: &WriteBackSummary) -> Result<(), Failure> {
    let counts = [
        (written.made, "changed in the mailboxes"),
        (written.not_kept, "known to this machine alone, as their mailbox takes no such keywords"),
        (written.overtaken, "left as somebody else wanted them"),
        (written.refused + written.unproved, "still to be changed"),
    ];
    let parts: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if !parts.is_empty() {
        print(&format!("{}.\n", parts.join(", ")))?;
    }
    for trouble in &written.troubles {
        note(trouble);
    }
    if written.overtaken + written.refused + written.unproved > 0 {
        note("`tidebox journal` tells which, and why");
    }
    Ok(())
}

/// Makes the requests to leave lists that are due, where no other process does.
pub fn leave_due_lists(context: &CommandContext, store: &mut Store, reach: Reach) -> Result<ListsLeft, Failure> {
    if reach == Reach::Reading {
        return Ok(ListsLeft::default());
    }
    Ok(leave_lists::leave_due_lists(store, &context.config, context.now())?)
}

/// Sends what is due, where no other process does. What is accepted is then kept among the sent mail.
pub fn deliver_due(context: &CommandContext, store: &mut Store, reach: Reach) -> Result<SendingSummary, Failure> {
    if reach == Reach::Reading {
        let leaving = deliver::on_its_way(store, &context.config, context.now())?.len();
        if leaving > 0 && !context.json {
            note(&format!("{} now", count(leaving, "message leaves", "messages leave")));
        }
        return Ok(SendingSummary::default());
    }
    Ok(deliver::deliver_due(store, &context.config, &|| context.now())?)
}

/// Reports what was sent, if anything was.
pub fn sending(came: &SendingSummary) -> Result<(), Failure> {
    if let Some(left) = came.left() {
        print(&format!("{left}.\n"))?;
    }
    for said in came.others().iter().chain(&came.troubles) {
        note(said);
    }
    if came.needs_person() {
        note("`tidebox outbox` tells what became of them");
    }
    Ok(())
}

/// Reports which lists were left, if any.
pub fn lists(lists: &ListsLeft) -> Result<(), Failure> {
    if lists.left > 0 {
        print(&format!("{} left.\n", count(lists.left as usize, "list is", "lists are")))?;
    }
    if lists.by_message > 0 {
        let lists = count(lists.by_message as usize, "list gets a message", "lists get a message each");
        print(&format!("{lists} that you leave.\n"))?;
    }
    if lists.waiting > 0 {
        let lists = count(lists.waiting as usize, "list is", "lists are");
        note(&format!("{lists} still to be left, which is tried again: `tidebox journal` says why"));
    }
    for trouble in &lists.troubles {
        note(trouble);
    }
    Ok(())
}
