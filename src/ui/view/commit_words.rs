//! What a commit will do, and what it has done, in the same words: for the review and for the receipt.

use chrono::{DateTime, Utc};

use crate::domain::commit_preview::{CopyFate, CopyOutlook, LeavingCount, PreviewVerdict};
use crate::domain::mailbox_change::FolderRole;
use crate::domain::schedule::Zone;
use crate::domain::verdict::DecisionKind;
use crate::ui::when;

/// What was decided, as the beginning of a sentence after a count: `9 done`.
#[must_use]
pub fn decided(kind: DecisionKind) -> &'static str {
    match kind {
        DecisionKind::Done => "done",
        DecisionKind::Trash => "trash",
        DecisionKind::Spam => "spam",
        DecisionKind::Mute => "muted",
        DecisionKind::Defer => "deferred",
        DecisionKind::Later => "still to be answered",
        DecisionKind::Skip => "not now",
        DecisionKind::Reopen => "not decided",
        DecisionKind::Unsubscribe => "to be unsubscribed",
        DecisionKind::StaySubscribed => "staying subscribed",
        DecisionKind::Reply => "answered",
    }
}

/// The sentence after the count of lists that a commit leaves.
#[must_use]
pub fn lists_left(count: usize) -> &'static str {
    if count == 1 { "list is left, by a request to its sender" } else { "lists are left, by a request to each sender" }
}

/// The sentence after the count of messages that leave.
#[must_use]
pub fn leaving(leaving: LeavingCount) -> String {
    let what = match (leaving.answers, leaving.others) {
        (1, 0) => "answer leaves",
        (_, 0) => "answers leave",
        (0, 1) => "message that you wrote leaves",
        _ => "messages that you wrote leave",
    };
    match leaving.overtaken {
        0 => what.to_owned(),
        1 => format!("{what}; the message of 1 answer was answered elsewhere meanwhile, {OUTBOX}"),
        count => format!("{what}; the messages of {count} answers were answered elsewhere meanwhile, {OUTBOX}"),
    }
}

/// Where it is told which.
const OUTBOX: &str = "as the outbox tells";

/// The sentence after the count of answers that did not leave by themselves.
#[must_use]
pub fn overtaken(count: usize) -> &'static str {
    if count == 1 {
        "answer did not leave, since its message was answered elsewhere meanwhile: it is a draft"
    } else {
        "answers did not leave, since their messages were answered elsewhere meanwhile: they are drafts"
    }
}

/// The sentence after the count of drafts that are not finished.
#[must_use]
pub fn drafts(count: usize) -> &'static str {
    if count == 1 { "draft stays a draft" } else { "drafts stay drafts" }
}

/// The sentence after the count of a row of the review: `done: go to Archive on work`.
#[must_use]
pub fn foreseen(
    verdict: &PreviewVerdict,
    copies: &[CopyOutlook],
    count: usize,
    now: DateTime<Utc>,
    zone: Zone,
) -> String {
    let head = decided(verdict.decision());
    match verdict {
        PreviewVerdict::Finished(kind) => {
            let means = outlook(copies, count);
            let thread = if *kind == DecisionKind::Mute { ", with what follows of the thread" } else { "" };
            format!("{head}{thread}: {means}")
        }
        PreviewVerdict::Deferred(until) => {
            let window = when::window(&until.checkin, until.opens, now, zone);
            format!("{head} to {window}{}", when::or_reply(until))
        }
        PreviewVerdict::Asks(_, limit) => {
            let times = when::times(*limit);
            format!("{head}: carried over {times} before, and must be decided before the batch can be closed")
        }
        PreviewVerdict::Carried(_, Some(next)) if next.opens <= now => {
            format!("{head}: carried over to {}, which can be begun at once", next.checkin)
        }
        PreviewVerdict::Carried(_, Some(next)) => {
            format!("{head}: carried over to {}", when::window(&next.checkin, next.opens, now, zone))
        }
        PreviewVerdict::Carried(_, None) => format!("{head}: carried over, and no check-in is set"),
    }
}

/// What becomes of the copies, in the sources where they lie.
fn outlook(copies: &[CopyOutlook], count: usize) -> String {
    let elsewhere: Vec<String> = copies.iter().filter_map(|copy| in_mailbox(copy, count)).collect();
    let kept = copies.iter().filter_map(outside_mailboxes);
    if elsewhere.is_empty() {
        let kept: Vec<String> = std::iter::once("kept here, and found by a search".to_owned()).chain(kept).collect();
        return kept.join("; ");
    }
    elsewhere.into_iter().chain(kept).collect::<Vec<_>>().join("; ")
}

fn in_mailbox(copy: &CopyOutlook, count: usize) -> Option<String> {
    let (goes, stays, they, are) =
        if count == 1 { ("goes", "stays", "it", "is") } else { ("go", "stay", "they", "are") };
    let source = &copy.source;
    Some(match &copy.fate {
        CopyFate::Moves(folder) => format!("{goes} to {folder} on {source}"),
        CopyFate::MovesTo(role) => format!("{goes} to the {} of {source}", place(*role)),
        CopyFate::Waits(role) => format!("{stays} in {source} until it has {}", a_place(*role)),
        CopyFate::MarkedRead => format!("{stays} in {source}, marked read"),
        CopyFate::Stays => format!("{stays} where {they} {are} on {source}"),
        CopyFate::WriteBackOff => format!("{stays} where {they} {are} on {source} (write_back = false)"),
        CopyFate::NoMailbox | CopyFate::Removed => return None,
    })
}

fn outside_mailboxes(copy: &CopyOutlook) -> Option<String> {
    let source = &copy.source;
    match &copy.fate {
        CopyFate::NoMailbox | CopyFate::Removed => Some(format!("nothing changes in {source}")),
        _ => None,
    }
}

fn place(role: FolderRole) -> &'static str {
    match role {
        FolderRole::Archive => "archive",
        FolderRole::Trash => "trash",
        FolderRole::Junk => "junk",
        FolderRole::Held => "hold",
    }
}

/// The same with its article.
#[must_use]
pub fn a_place(role: FolderRole) -> &'static str {
    match role {
        FolderRole::Archive => "an archive folder",
        FolderRole::Trash => "a trash folder",
        FolderRole::Junk => "a junk folder",
        FolderRole::Held => "a folder for what is held",
    }
}
