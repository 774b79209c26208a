//! An event that repeats: its rule, the dates that are added, left out and moved, and which of them come next.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::Invitation;
use super::event_time::{EventTime, EventZone};
use super::recurrence_rule::{RecurrenceRule, RuleEnd};
use crate::domain::schedule::Zone;

/// How an event repeats (RFC 5545 §3.8.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurrence {
    pub rule: Option<RecurrenceRule>,
    /// Further times (RDATE).
    pub added: Vec<EventTime>,
    /// Times at which it does not take place (EXDATE).
    pub excluded: Vec<EventTime>,
    /// Times of which the message says something else.
    pub moved: Vec<MovedOccurrence>,
    /// The zone by whose clock it repeats.
    pub zone: EventZone,
}

/// One time of an event that repeats, told by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedOccurrence {
    /// When it would have been (RECURRENCE-ID).
    pub from: EventTime,
    /// When it is instead; `None` where it is cancelled.
    pub to: Option<EventTime>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    pub start: EventTime,
    /// Whether it is not where the rule would have it.
    pub moved: bool,
}

impl Recurrence {
    /// The times at which an event is from an instant on, at most so many, the earliest first. One that has begun and is not over
    /// is among them.
    #[must_use]
    pub fn occurrences(&self, event: &Invitation, from: DateTime<Utc>, zone: Zone, most: usize) -> Vec<Occurrence> {
        let Some(start) = &event.start else { return Vec::new() };
        let length = event.length();
        let told: HashSet<String> = self.told_apart().map(EventTime::key).collect();
        let is_told = |time: &EventTime| told.contains(&time.key()) || told.contains(&day_key(time));
        let is_over = |time: &EventTime| !lies_ahead(time, length, from, zone);
        let by_rule = self.by_rule(start, from).filter(|time| !is_told(time) && !is_over(time)).take(most);
        let mut found: Vec<Occurrence> = by_rule.map(|start| Occurrence { start, moved: false }).collect();
        let added = self.added.iter().filter(|time| !is_told(time) && !is_over(time));
        found.extend(added.map(|start| Occurrence { start: start.clone(), moved: false }));
        let moved = self.moved.iter().filter_map(|it| Some((it, it.to.as_ref()?))).filter(|(_, to)| !is_over(to));
        found.extend(moved.map(|(it, to)| Occurrence { start: to.clone(), moved: *to != it.from }));
        found.sort_by_key(|occurrence| occurrence.start.placed(zone));
        found.dedup_by(|one, other| one.start == other.start);
        found.truncate(most);
        found
    }

    /// When its last time begins; `None` where it has no end that can be worked out.
    #[must_use]
    pub fn last_start(&self, start: &EventTime) -> Option<DateTime<Utc>> {
        let by_rule = match self.rule.as_ref().map(|rule| (rule, rule.end)) {
            None => start.instant(),
            Some((_, Some(RuleEnd::At(end)))) => Some(end),
            Some((_, Some(RuleEnd::Day(day)))) => self.zone.resolve(day.and_hms_opt(23, 59, 59)?).instant(),
            Some((_, Some(RuleEnd::Local(end)))) => self.zone.resolve(end).instant(),
            Some((rule, Some(RuleEnd::Count(_)))) if rule.is_understood() => {
                let mut walls = rule.walls(start.written(), start.written());
                let last = walls.by_ref().last()?;
                if walls.is_cut() { None } else { self.zone.resolve(last).instant() }
            }
            Some(_) => None,
        };
        let moved = self.moved.iter().filter_map(|it| it.to.as_ref());
        self.added.iter().chain(moved).filter_map(EventTime::instant).chain([by_rule?]).max()
    }

    fn told_apart(&self) -> impl Iterator<Item = &EventTime> {
        self.excluded.iter().chain(self.moved.iter().map(|it| &it.from))
    }

    fn by_rule(&self, start: &EventTime, from: DateTime<Utc>) -> impl Iterator<Item = EventTime> {
        let of_days = matches!(start, EventTime::Day(_));
        let begins = start.written();
        // A clock is never more than a day away from UTC; a long event may have begun long before.
        let near = from.naive_utc().checked_sub_signed(TimeDelta::days(40)).unwrap_or(NaiveDateTime::MIN);
        let walls = self.rule.iter().flat_map(move |rule| rule.walls(begins, near));
        let alone = if self.rule.is_none() { Some(begins) } else { None };
        let times = walls
            .chain(alone)
            .map(move |wall| if of_days { EventTime::Day(wall.date()) } else { self.zone.resolve(wall) });
        times.take_while(|time| !self.is_behind_end(time))
    }

    fn is_behind_end(&self, time: &EventTime) -> bool {
        match self.rule.as_ref().and_then(|rule| rule.end) {
            Some(RuleEnd::At(end)) => {
                time.instant().map_or_else(|| time.written().date() > end.date_naive(), |at| at > end)
            }
            Some(RuleEnd::Day(day)) => time.written().date() > day,
            Some(RuleEnd::Local(end)) => time.written() > end,
            Some(RuleEnd::Count(_)) | None => false,
        }
    }
}

/// The key of the day of a time: exceptions of an event with hours are sometimes written as days.
fn day_key(time: &EventTime) -> String {
    EventTime::Day(time.written().date()).key()
}

fn lies_ahead(time: &EventTime, length: TimeDelta, from: DateTime<Utc>, zone: Zone) -> bool {
    let begins = time.placed(zone);
    let lasts = if matches!(time, EventTime::Day(_)) { length.max(TimeDelta::days(1)) } else { length };
    begins >= from || begins.checked_add_signed(lasts).is_some_and(|ends| ends > from)
}
