//! Groups: messages of a batch that belong together, such as those of one thread.
//!
//! A group is a run of positions, so what is said of it is said of one stretch of the batch. Groups of a batch never overlap,
//! and none lies within another.

use std::sync::Arc;

use super::ids::Id;
use super::message::MessageSummary;
use super::positions::{Position, Positions};
use super::printable::Printable;
use super::settled::{Settled, SettledReason};
use super::text_enum::text_enum;
use super::topic::without_marks;

text_enum! {
    /// What makes the messages of a group belong together.
    pub enum GroupKind {
        /// They are of one thread.
        Conversation = "conversation",
        /// A bundle: they came through one mailing list, or are issues of one newsletter.
        List = "list",
        /// A bundle: one sender wrote them.
        Sender = "sender",
        /// A bundle: their subjects are the same but for numbers.
        Subject = "subject",
        /// A bundle: they are a forge's notices of one repository.
        Repository = "repository",
        /// They settled themselves while they waited; the last group of its batch.
        Settled = "settled",
    }
}

/// A run of positions of a batch, both ends included; two messages at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BatchGroup {
    pub kind: GroupKind,
    pub first: Position,
    pub last: Position,
}

impl BatchGroup {
    #[must_use]
    pub fn positions(&self) -> Positions {
        Positions::between(self.first, self.last)
    }

    #[must_use]
    pub fn contains(&self, position: Position) -> bool {
        self.first <= position && position <= self.last
    }
}

/// The groups of a batch, in triage order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Groups(Vec<BatchGroup>);

impl Groups {
    /// Takes groups in triage order. One that begins within another is left out: its messages are rows of their own.
    #[must_use]
    pub fn of(groups: impl IntoIterator<Item = BatchGroup>) -> Self {
        let mut apart: Vec<BatchGroup> = Vec::new();
        for group in groups {
            if group.first < group.last && apart.last().is_none_or(|before| before.last < group.first) {
                apart.push(group);
            }
        }
        Self(apart)
    }

    /// The group that has the message of this position.
    #[must_use]
    pub fn at(&self, position: Position) -> Option<BatchGroup> {
        let place = self.0.partition_point(|group| group.last < position);
        self.0.get(place).copied().filter(|group| group.contains(position))
    }

    pub fn iter(&self) -> impl Iterator<Item = BatchGroup> {
        self.0.iter().copied()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What a row says of its group besides what it says of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupSummary {
    /// Who writes in it, each once, who wrote last first. Of a large group only its newest messages are asked.
    pub people: Vec<Printable>,
    /// What the row says instead of one subject, where the group is no conversation: what the bundle is called, and the subjects in it
    /// that differ, the newest first.
    pub title: Option<Printable>,
    /// How many messages of the conversation can be seen, in this batch or elsewhere; held ones are not counted. 0 for other groups.
    pub in_all: u32,
    /// The newest message, with what all of those that were asked bring and what was with them before: the attachments of all, an
    /// invitation of any, the most times that one was carried over.
    pub combined: MessageSummary,
}

impl GroupSummary {
    /// What is said of these messages of a group of this kind and name, which are in triage order; `None` of none.
    #[must_use]
    pub fn of(kind: GroupKind, name: &str, messages: &[MessageSummary], in_all: u32) -> Option<Self> {
        let mut combined = messages.iter().max_by_key(|one| one.placed)?.clone();
        let mut people: Vec<Printable> = Vec::new();
        (combined.attachments, combined.invitation) = (0, false);
        for one in messages.iter().rev() {
            if !people.contains(&one.sender) {
                people.push(one.sender.clone());
            }
            // Of an invitation the row says that there is one, and not how many files those are.
            combined.attachments += one.attachments.saturating_sub(u32::from(one.invitation));
            combined.invitation |= one.invitation;
            combined.carried = combined.carried.max(one.carried);
            combined.returned = combined.returned.max(one.returned);
            combined.reopened |= one.reopened;
            combined.follow_up = combined.follow_up.or(one.follow_up);
        }
        combined.attachments += u32::from(combined.invitation);
        let title = (kind != GroupKind::Conversation).then(|| Printable::from(title(kind, name, messages)));
        Some(Self { people, title, in_all, combined })
    }
}

/// What is written of messages that settled themselves: each thing once, by its newest message, and why.
#[must_use]
pub fn settled_title(messages: &[(MessageSummary, Settled)]) -> Printable {
    let mut things: Vec<(Id, String)> = Vec::new();
    for (message, Settled { reason, by }) in messages.iter().rev() {
        if things.iter().all(|(known, _)| known != by) {
            things.push((*by, format!("{}, {reason}", bare_subject(message, ""))));
        }
    }
    let things: Vec<String> = things.into_iter().map(|(_, told)| told).collect();
    Printable::from(things.join(" · "))
}

/// What is written of a group that is no conversation.
fn title(kind: GroupKind, name: &str, messages: &[MessageSummary]) -> String {
    // The subjects of such a bundle differ by their numbers alone.
    if kind == GroupKind::Subject {
        return name.to_owned();
    }
    let mut subjects: Vec<String> = Vec::new();
    for one in messages.iter().rev() {
        let subject = bare_subject(one, name);
        if !subjects.contains(&subject) {
            subjects.push(subject);
        }
    }
    let subjects = subjects.join(" · ");
    if kind == GroupKind::Repository { format!("{name}: {subjects}") } else { subjects }
}

/// A subject without the marks of answers, the name of its list, and the name of the bundle in brackets.
fn bare_subject(message: &MessageSummary, name: &str) -> String {
    let whole = message.subject.as_str();
    let (before, behind) = message.list_tag.as_ref().map_or((whole, ""), |tag| {
        (whole.get(..tag.start).unwrap_or_default(), whole.get(tag.end..).unwrap_or_default())
    });
    let untagged = format!("{before}{behind}");
    let subject = without_marks(&untagged);
    let bare =
        subject.strip_prefix('[').and_then(|rest| rest.strip_prefix(name)).and_then(|rest| rest.strip_prefix(']'));
    bare.filter(|_| !name.is_empty()).unwrap_or(subject).trim().to_owned()
}

/// A message of a batch, with its position and what is said of its group, where it is in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchItem {
    pub position: Position,
    pub entry: MessageSummary,
    pub group: Option<Arc<GroupSummary>>,
    /// Why it counts as settled.
    pub settled: Option<SettledReason>,
}

#[cfg(test)]
mod tests {
    use super::{BatchGroup, GroupKind, Groups};
    use crate::domain::positions::Position;

    fn group(first: u32, last: u32) -> BatchGroup {
        BatchGroup { kind: GroupKind::Conversation, first: Position(first), last: Position(last) }
    }

    #[test]
    fn a_position_finds_its_group() {
        let groups = Groups::of([group(2, 4), group(5, 6), group(9, 12)]);
        let found: Vec<_> = (1..=13).map(|at| groups.at(Position(at)).map_or(0, |group| group.first.0)).collect();
        assert_eq!(found, [0, 2, 2, 2, 5, 5, 0, 0, 9, 9, 9, 9, 0]);
    }

    #[test]
    fn none_overlaps_another_and_none_is_of_one() {
        let groups = Groups::of([group(2, 4), group(3, 6), group(7, 7), group(8, 9)]);
        assert_eq!(groups.iter().map(|group| group.first.0).collect::<Vec<_>>(), [2, 8]);
    }
}
