//! The line between mail and chat: with whom threads of mail become a chat, at which turn, and what could be done about it.
//!
//! A turn is what one side writes before the other side does. A thread became a chat at the turn that is followed by three more turns within a
//! day; turns go back and forth, so both sides wrote in it. A thread counts if both sides wrote, if it began in the half year before,
//! and if nobody has written in it for a day: what is under way is judged when it is over.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};

use super::month::facts::Exchange;
use super::month::words::{count, ordinal};
use super::statistics::{HALF, quantile, wilson};

/// Nothing is told of people with fewer threads.
pub const ENOUGH_THREADS: usize = 5;
/// So many turns that follow one within a day make a chat of it.
pub const FOLLOWING: usize = 3;
/// Threads that began so long before are looked at.
pub const LOOKED_BACK: TimeDelta = TimeDelta::weeks(26);
/// What was said of a correspondent is not said again for so many months.
pub const NAMED_ONCE: u32 = 6;

const DAY: TimeDelta = TimeDelta::days(1);
/// Of fewer chats nothing is told, however few threads there are.
const FEWEST_CHATS: usize = 3;
/// As often earlier would have changed something, or a rule let something through, before that is what the proposal is about.
const FEWEST_CASES: u32 = 2;

/// What the threads with one correspondent became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatLine {
    /// In lower case.
    pub address: String,
    /// The name with which the address wrote last; empty where it gave none.
    pub name: String,
    pub threads: usize,
    /// How many of them became a chat.
    pub chats: usize,
    /// By this turn, from 1, half of the chats had become one.
    pub turn: usize,
    /// Whether all of them did at that turn.
    pub same_turn: bool,
    /// The most turns within a day that one of them had.
    pub turns_in_a_day: usize,
}

/// What is known of a correspondent beside what was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineCases {
    /// How often the person said of a message of theirs that earlier would have changed something.
    pub mattered: u32,
    /// How many of their messages rules let through.
    pub let_through: u32,
}

/// What a thread with one correspondent looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    /// The most turns that lie within a day.
    in_a_day: usize,
    /// The turn at which it became a chat, from 1.
    chat: Option<usize>,
}

/// The correspondent with whom mail most surely becomes a chat: at least half of the threads did. `None` where there is nobody of whom
/// that can be said. `passed_over` are addresses in lower case.
#[must_use]
pub fn line(exchange: &Exchange, now: DateTime<Utc>, passed_over: &[String]) -> Option<ChatLine> {
    let range = now.checked_sub_signed(LOOKED_BACK).unwrap_or(DateTime::<Utc>::MIN_UTC)..now;
    let mut shapes: BTreeMap<&str, Vec<Shape>> = BTreeMap::new();
    for ((_, with), messages) in threads(exchange) {
        if let Some(shape) = shape(messages, &range) {
            shapes.entry(with).or_default().push(shape);
        }
    }
    let told = |(address, shapes): (&str, Vec<Shape>)| of(exchange, address, &shapes);
    let lines = shapes.into_iter().filter(|(address, _)| !passed_over.iter().any(|one| one == address));
    lines.filter_map(told).max_by(ChatLine::compare)
}

/// The messages of each thread with each correspondent: when, and whether the person wrote it.
type Threads<'e> = HashMap<(i64, &'e str), Vec<(DateTime<Utc>, bool)>>;

fn threads(exchange: &Exchange) -> Threads<'_> {
    let mut threads = HashMap::<_, Vec<_>>::new();
    for message in &exchange.messages {
        for with in &message.with {
            threads.entry((message.thread, with.as_str())).or_default().push((message.at, message.own));
        }
    }
    threads
}

/// The shape of a thread that counts.
fn shape(mut messages: Vec<(DateTime<Utc>, bool)>, range: &Range<DateTime<Utc>>) -> Option<Shape> {
    messages.sort_unstable();
    let (first, last) = (messages.first()?.0, messages.last()?.0);
    let both = messages.iter().any(|(_, own)| *own) && messages.iter().any(|(_, own)| !own);
    if !both || !range.contains(&first) || last > range.end - DAY {
        return None;
    }
    let turns: Vec<DateTime<Utc>> =
        messages.chunk_by(|one, other| one.1 == other.1).filter_map(|turn| Some(turn.first()?.0)).collect();
    let within = |from: usize| turns[from..].partition_point(|at| *at - turns[from] <= DAY);
    Some(Shape {
        in_a_day: (0..turns.len()).map(within).max().unwrap_or(0),
        chat: (0..turns.len()).find(|from| within(*from) > FOLLOWING).map(|from| from + 1),
    })
}

fn of(exchange: &Exchange, address: &str, shapes: &[Shape]) -> Option<ChatLine> {
    let chats: Vec<(usize, usize)> = shapes.iter().filter_map(|one| Some((one.chat?, one.in_a_day))).collect();
    if shapes.len() < ENOUGH_THREADS || chats.len() < FEWEST_CHATS || chats.len() * 2 < shapes.len() {
        return None;
    }
    let mut at: Vec<usize> = chats.iter().map(|(turn, _)| *turn).collect();
    at.sort_unstable();
    let turn = quantile(&at, HALF)?;
    Some(ChatLine {
        address: address.to_owned(),
        name: exchange.names.get(address).cloned().unwrap_or_default(),
        threads: shapes.len(),
        chats: chats.len(),
        turn,
        same_turn: at.first() == at.last(),
        turns_in_a_day: chats.iter().map(|(_, in_a_day)| *in_a_day).max()?,
    })
}

impl ChatLine {
    /// How surely it can be said: by the lower end of Wilson's interval, so that four of six come before three of five.
    fn compare(&self, other: &Self) -> Ordering {
        let low = |line: &Self| {
            let count = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
            wilson(count(line.chats), count(line.threads)).map_or(0.0, |interval| interval.low)
        };
        let surely = low(self).total_cmp(&low(other));
        surely.then(self.chats.cmp(&other.chats)).then_with(|| other.address.cmp(&self.address))
    }

    /// The one sentence, and the one proposal.
    #[must_use]
    pub fn words(&self, cases: LineCases) -> String {
        let called = if self.name.is_empty() { &self.address } else { &self.name };
        let turn = ordinal(u32::try_from(self.turn).unwrap_or(u32::MAX));
        let became = if self.same_turn {
            format!("became a chat at the {turn} turn")
        } else {
            format!("became a chat, half of them by the {turn} turn")
        };
        let (chats, turns) = (self.chats, self.turns_in_a_day);
        let threads = format!("With {called} {chats} of {} threads", self.threads);
        format!("{threads} {became}, with up to {turns} turns within a day. {}", self.proposal(cases))
    }

    /// What the person can do. What they have said themselves goes before what their rules do, and both before what the turns look like.
    fn proposal(&self, cases: LineCases) -> String {
        if cases.mattered >= FEWEST_CASES {
            let times = count(cases.mattered, "time", "times");
            return format!(
                "You said {times} that it would have helped to see their messages earlier: an exception lets them through at once."
            );
        }
        if cases.let_through >= FEWEST_CASES {
            let messages = count(cases.let_through, "message", "messages");
            return format!(
                "Rules of yours let {messages} of theirs through at once: without them each turn waits for a check-in."
            );
        }
        match self.turn {
            ..=1 => "What begins as a chat may be shorter as a phone call: propose one instead of the first answer.",
            2..=3 => "A template that proposes a phone call, or says with {next} when you read mail again, could be that turn.",
            _ => "A lane of their own, with a check-in of its own, gives these threads their time.",
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{ChatLine, LineCases, line};
    use crate::domain::month::facts::{Exchange, Exchanged};

    fn now() -> DateTime<Utc> {
        "2026-11-23T09:00:00Z".parse().unwrap()
    }

    /// A thread with somebody: each letter is a message, `m` the person's and `t` theirs; the messages lie so many minutes apart.
    fn thread(number: i64, with: &str, days_ago: i64, messages: &str, minutes: i64) -> Vec<Exchanged> {
        let begins = now() - TimeDelta::days(days_ago);
        let message = |(place, side): (i64, char)| Exchanged {
            thread: number,
            at: begins + TimeDelta::minutes(place * minutes),
            own: side == 'm',
            with: vec![with.to_owned()],
        };
        (0..).zip(messages.chars()).map(message).collect()
    }

    fn of(threads: impl IntoIterator<Item = Vec<Exchanged>>) -> Exchange {
        let names = [("ann@example.org".to_owned(), "Ann Lee".to_owned())].into();
        Exchange { messages: threads.into_iter().flatten().collect(), names }
    }

    fn told(exchange: &Exchange) -> Option<ChatLine> {
        line(exchange, now(), &[])
    }

    const DAY: i64 = 24 * 60;

    /// Two slow turns, then four within some hours: a chat at the third turn. A second message of one side is no turn.
    fn at_the_third(number: i64) -> Vec<Exchanged> {
        let mut all = thread(number, "ann@example.org", 40 + number, "tm", 3 * DAY);
        all.extend(thread(number, "ann@example.org", 30 + number, "ttmmtmm", 60));
        all
    }

    fn slow(number: i64) -> Vec<Exchanged> {
        thread(number, "ann@example.org", 60 + number, "tmtm", 2 * DAY)
    }

    #[test]
    fn the_turn_at_which_threads_become_a_chat_is_told() {
        let exchange = of((0..4).map(at_the_third).chain((4..6).map(slow)));
        let found = told(&exchange).unwrap();
        assert_eq!((found.threads, found.chats, found.turn, found.turns_in_a_day), (6, 4, 3, 4));
        assert!(found.same_turn);
        let words = found.words(LineCases::default());
        assert!(
            words.starts_with(
                "With Ann Lee 4 of 6 threads became a chat at the 3rd turn, with up to 4 turns within a day. A template"
            ),
            "{words}"
        );
    }

    #[test]
    fn threads_that_differ_are_told_by_their_half() {
        let at_once = (6..8).map(|number| thread(number, "ann@example.org", 50, "tmtmtm", 30));
        let found = told(&of((0..3).map(at_the_third).chain(at_once))).unwrap();
        assert_eq!((found.threads, found.chats, found.turn, found.same_turn), (5, 5, 3, false));
        assert!(found.words(LineCases::default()).contains("became a chat, half of them by the 3rd turn"));
    }

    /// Exactly a day is within a day; a second more is not.
    #[test]
    fn a_day_is_a_day() {
        let hours = |minutes| of((0..5).map(|number| thread(number, "ann@example.org", 50 + number, "tmtm", minutes)));
        assert_eq!(told(&hours(8 * 60)).map(|found| (found.chats, found.turn)), Some((5, 1)));
        assert_eq!(told(&hours(8 * 60 + 1)), None);
    }

    #[test]
    fn of_fewer_than_five_threads_and_of_one_sided_ones_nothing_is_told() {
        assert_eq!(told(&of((0..4).map(at_the_third))), None);
        let one_sided = (10..20).map(|number| thread(number, "ann@example.org", 50, "tttttttt", 10));
        assert_eq!(
            told(&of((0..4).map(at_the_third).chain(one_sided))),
            None,
            "what one side writes is no thread of both"
        );
        let mine = (10..20).map(|number| thread(number, "ann@example.org", 50, "mmmmmm", 10));
        assert_eq!(told(&of((0..4).map(at_the_third).chain(mine))), None);
        assert!(told(&of((0..5).map(at_the_third))).is_some());
    }

    #[test]
    fn few_chats_among_many_threads_are_no_line() {
        assert_eq!(told(&of((0..4).map(at_the_third).chain((10..15).map(slow)))), None, "4 of 9");
        assert!(told(&of((0..4).map(at_the_third).chain((10..14).map(slow)))).is_some(), "4 of 8");
    }

    #[test]
    fn what_is_under_way_or_long_ago_does_not_count() {
        let quick = |number, days| thread(number, "ann@example.org", days, "tmtm", 30);
        let four = || (0..4).map(at_the_third);
        assert_eq!(told(&of(four().chain([quick(9, 1)]))), None, "written in within the last day");
        assert_eq!(told(&of(four().chain([quick(9, 183)]))), None, "more than 26 weeks ago");
        assert_eq!(told(&of(four().chain([quick(9, 2)]))).map(|found| found.threads), Some(5));
    }

    /// A clock that was wrong puts a message years before or after: then the thread does not count, and the others do.
    #[test]
    fn clocks_that_jumped_take_a_thread_out_and_no_more() {
        let mut jumped = at_the_third(9);
        jumped[0].at = DateTime::UNIX_EPOCH;
        let mut ahead = at_the_third(10);
        ahead[3].at = now() + TimeDelta::days(900);
        let mut extreme = at_the_third(11);
        (extreme[0].at, extreme[1].at) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
        let threads = (0..5).map(at_the_third).chain([jumped, ahead, extreme]);
        assert_eq!(told(&of(threads)).map(|found| (found.threads, found.chats)), Some((5, 5)));
        let exchange = of((0..5).map(at_the_third));
        assert_eq!(line(&exchange, DateTime::<Utc>::MIN_UTC, &[]), None);
        assert_eq!(line(&exchange, DateTime::<Utc>::MAX_UTC, &[]), None);
    }

    #[test]
    fn the_surest_is_named_and_who_was_named_before_is_passed_over() {
        let quick = |number, with: &str| thread(number, with, 50 + number % 7, "tmtmtm", 30);
        let ben = (20..30).map(|number| quick(number, "ben@example.org"));
        let cat = (40..45).map(|number| quick(number, "cat@example.org"));
        let exchange = of((0..4).map(at_the_third).chain((4..6).map(slow)).chain(ben).chain(cat));
        let passing = |over: &[&str]| {
            let over: Vec<String> = over.iter().map(|one| (*one).to_owned()).collect();
            line(&exchange, now(), &over).map(|found| found.address)
        };
        assert_eq!(passing(&[]).as_deref(), Some("ben@example.org"), "ten of ten");
        assert_eq!(passing(&["ben@example.org"]).as_deref(), Some("cat@example.org"), "five of five");
        assert_eq!(passing(&["ben@example.org", "cat@example.org"]).as_deref(), Some("ann@example.org"));
        assert_eq!(passing(&["ben@example.org", "cat@example.org", "ann@example.org"]), None);
    }

    #[test]
    fn the_proposal_goes_by_what_is_known() {
        let line = |turn| ChatLine {
            address: "ann@example.org".to_owned(),
            name: String::new(),
            threads: 6,
            chats: 4,
            turn,
            same_turn: true,
            turns_in_a_day: 7,
        };
        let words = |turn, mattered, let_through| line(turn).words(LineCases { mattered, let_through });
        assert!(words(3, 2, 9).contains("You said 2 times") && words(3, 2, 9).contains("an exception"));
        assert!(words(3, 1, 2).contains("let 2 messages of theirs through"));
        assert!(words(1, 1, 1).contains("phone call: propose one"));
        assert!(words(2, 0, 0).contains("{next}") && words(4, 0, 0).contains("A lane of their own"));
        assert!(words(11, 0, 0).starts_with("With ann@example.org 4 of 6 threads became a chat at the 11th turn"));
        for turn in 1..6 {
            assert_eq!(words(turn, 0, 0).matches(". ").count(), 1, "one sentence and one proposal");
        }
    }
}
