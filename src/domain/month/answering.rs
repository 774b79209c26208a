//! How long answers take, both ways, correspondent by correspondent.
//!
//! What is counted are turns: somebody writes to somebody, and waits. A second message of theirs in the same thread, before the answer, is no
//! turn of its own. A turn ends with the first message in the thread that goes the other way. One that has not ended counts
//! as long as it was watched (Kaplan and Meier): what takes long is what is missing among those that ended.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};

use super::facts::Exchange;
use crate::domain::statistics::{HALF, NINE_IN_TEN, Observation, Survival};

/// Of fewer turns nothing is told.
pub const ENOUGH: usize = 5;
/// So long after its end the answers to turns of a month are watched for.
pub const WATCHED: TimeDelta = TimeDelta::days(30);

/// The answers between the person and one correspondent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrespondentAnswers {
    /// In lower case.
    pub address: String,
    /// The name with which the address wrote last; empty where it gave none.
    pub name: String,
    /// What they wrote, and the person answered.
    pub by_you: Option<AnswerTimes>,
    /// What the person wrote, and they answered.
    pub by_them: Option<AnswerTimes>,
}

impl CorrespondentAnswers {
    /// The name, else the address.
    #[must_use]
    pub fn called(&self) -> &str {
        if self.name.is_empty() { &self.address } else { &self.name }
    }

    /// How many turns were answered.
    #[must_use]
    pub fn answered(&self) -> u32 {
        [&self.by_you, &self.by_them].into_iter().flatten().map(|times| times.answered).sum()
    }

    /// How many turns were counted.
    #[must_use]
    pub fn turns(&self) -> u32 {
        [&self.by_you, &self.by_them].into_iter().flatten().map(|times| times.turns).sum()
    }
}

/// How long the answers to some turns took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerTimes {
    pub turns: u32,
    pub answered: u32,
    /// Half were answered within this; `None` where too few were answered.
    pub half: Option<TimeDelta>,
    pub nine_in_ten: Option<TimeDelta>,
    /// Half were answered by this check-in after, from 1: at it or before the next one.
    pub half_checkins: Option<u32>,
}

/// A message that waited for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Turn {
    at: DateTime<Utc>,
    answered: Option<DateTime<Utc>>,
}

/// Until when each direction is watched.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watched {
    /// What the person has sent is known until then.
    pub(super) own: DateTime<Utc>,
    /// What others have written is known until then.
    pub(super) theirs: DateTime<Utc>,
}

/// The answers to turns that were begun in a month, of correspondents with enough of them in a direction; those with the most
/// answers first. `openings` are the openings of windows in order.
pub(super) fn answers(
    exchange: &Exchange,
    month: &Range<DateTime<Utc>>,
    watched: Watched,
    openings: &[DateTime<Utc>],
) -> Vec<CorrespondentAnswers> {
    let mut exchanges = HashMap::<_, Vec<_>>::new();
    for message in &exchange.messages {
        for with in &message.with {
            exchanges.entry((message.thread, with.as_str())).or_default().push((message.at, message.own));
        }
    }
    let mut turns: BTreeMap<&str, [Vec<Turn>; 2]> = BTreeMap::new();
    for ((_, with), mut messages) in exchanges {
        messages.sort_unstable();
        let [theirs, own] = turns.entry(with).or_default();
        for (turn, by_person) in turns_of(&messages) {
            if month.contains(&turn.at) {
                if by_person { own.push(turn) } else { theirs.push(turn) }
            }
        }
    }
    let mut all: Vec<CorrespondentAnswers> = turns
        .into_iter()
        .map(|(address, [theirs, own])| CorrespondentAnswers {
            address: address.to_owned(),
            name: exchange.names.get(address).cloned().unwrap_or_default(),
            by_you: times(&theirs, watched.own, |turn, end| openings_within(openings, turn, end)),
            // Their answer is seen at the first check-in that opens behind it.
            by_them: times(&own, watched.theirs, |turn, end| openings_within(openings, turn, end).saturating_add(1)),
        })
        .filter(|one| one.by_you.is_some() || one.by_them.is_some())
        .collect();
    all.sort_by_key(|one| std::cmp::Reverse((one.answered(), one.turns())));
    all
}

/// The turns among the messages of one thread with one correspondent, in order, each with whether it is the person's.
fn turns_of(messages: &[(DateTime<Utc>, bool)]) -> impl Iterator<Item = (Turn, bool)> + '_ {
    let turns = messages.chunk_by(|one, other| one.1 == other.1);
    let mut answers = messages.chunk_by(|one, other| one.1 == other.1).skip(1);
    turns.filter_map(move |turn| {
        let answered = answers.next().and_then(<[_]>::first).map(|(at, _)| *at);
        let (at, own) = *turn.first()?;
        Some((Turn { at, answered }, own))
    })
}

/// How many windows opened behind one instant, up to another one.
fn openings_within(openings: &[DateTime<Utc>], from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    let until = |at: DateTime<Utc>| openings.partition_point(|opens| *opens <= at);
    i64::try_from(until(to).saturating_sub(until(from))).unwrap_or(i64::MAX)
}

fn times(
    turns: &[Turn],
    watched: DateTime<Utc>,
    checkins: impl Fn(DateTime<Utc>, DateTime<Utc>) -> i64,
) -> Option<AnswerTimes> {
    if turns.len() < ENOUGH {
        return None;
    }
    let (mut seconds, mut windows) = (Vec::new(), Vec::new());
    let mut answered = 0;
    for turn in turns {
        let (end, happened) = match turn.answered.filter(|answered| *answered <= watched) {
            Some(at) => (at, true),
            None => (watched, false),
        };
        answered += u32::from(happened);
        seconds.push(Observation { time: (end - turn.at).num_seconds(), happened });
        windows.push(Observation { time: checkins(turn.at, end), happened });
    }
    let survival = Survival::of(seconds);
    let half_checkins = Survival::of(windows).quantile(HALF).and_then(|count| u32::try_from(count).ok());
    Some(AnswerTimes {
        turns: super::arriving::number(turns.len()),
        answered,
        half: survival.quantile(HALF).map(TimeDelta::seconds),
        nine_in_ten: survival.quantile(NINE_IN_TEN).map(TimeDelta::seconds),
        half_checkins,
    })
}

#[cfg(test)]
mod tests {
    use super::{Watched, answers};
    use crate::domain::month::facts::{Exchange, Exchanged};
    use chrono::{DateTime, TimeDelta, Utc};

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    fn message(thread: i64, hour: i64, own: bool) -> Exchanged {
        Exchanged { thread, at: at(hour), own, with: vec!["ann@example.org".to_owned()] }
    }

    fn of(messages: Vec<Exchanged>) -> Exchange {
        Exchange { messages, names: [("ann@example.org".to_owned(), "Ann".to_owned())].into() }
    }

    fn watched(hour: i64) -> Watched {
        Watched { own: at(hour), theirs: at(hour) }
    }

    #[test]
    fn a_second_message_before_the_answer_is_no_turn_of_its_own() {
        let mut exchanged = Vec::new();
        for thread in 0..5 {
            exchanged.extend([message(thread, 0, false), message(thread, 1, false), message(thread, 4 + thread, true)]);
        }
        let found = answers(&of(exchanged.clone()), &(at(0)..at(50)), watched(100), &[at(3), at(6)]);
        assert_eq!((found.len(), found[0].name.as_str()), (1, "Ann"));
        let by_you = found[0].by_you.unwrap();
        assert_eq!((by_you.turns, by_you.answered), (5, 5));
        assert_eq!((by_you.half, by_you.nine_in_ten), (Some(TimeDelta::hours(6)), Some(TimeDelta::hours(8))));
        assert_eq!(by_you.half_checkins, Some(2), "at hour 6, with which the second check-in opens");
        let by_them = found[0].by_them.unwrap();
        assert_eq!((by_them.turns, by_them.answered, by_them.half), (5, 0, None), "they never answered");
    }

    #[test]
    fn an_answer_that_cannot_be_known_yet_is_none() {
        let exchanged: Vec<Exchanged> =
            (0..6).flat_map(|thread| [message(thread, 0, true), message(thread, 2 + thread * 10, false)]).collect();
        let times =
            |hour| answers(&of(exchanged.clone()), &(at(0)..at(1)), watched(hour), &[]).remove(0).by_them.unwrap();
        assert_eq!((times(100).answered, times(100).half), (6, Some(TimeDelta::hours(22))));
        assert_eq!((times(20).answered, times(20).half), (2, None));
    }

    #[test]
    fn of_fewer_than_five_turns_nothing_is_told() {
        let exchanged: Vec<Exchanged> = (0..4).map(|thread| message(thread, 0, false)).collect();
        assert_eq!(answers(&of(exchanged.clone()), &(at(0)..at(1)), watched(9), &[]), []);
        let outside: Vec<Exchanged> = (0..9).map(|thread| message(thread, 2, false)).collect();
        assert_eq!(answers(&of(outside.clone()), &(at(0)..at(1)), watched(9), &[]), [], "begun after the month");
    }
}
