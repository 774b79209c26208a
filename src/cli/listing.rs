//! Lists for people: one line for each message, in columns that stay aligned in every script (Latin, Chinese, Arabic …).

use std::collections::HashMap;

use crate::domain::schedule::Zone;
use chrono::{DateTime, Utc};

use super::context::CommandContext;
use super::failure::Failure;
use super::json::{self, MessageJson};
use super::output::print;
use crate::domain::answer_pace::AnswerPace;
use crate::domain::batch::BatchSection;
use crate::domain::message::{Message, MessageSummary};
use crate::domain::positions::{Position, Positions};
use crate::domain::printable::Printable;
use crate::domain::triage::Triage;
use crate::store::Store;
use crate::ui::when;

const SENDER: usize = 24;
/// How many messages of a batch are read at once.
const PAGE: u32 = 1000;

/// `1790000000  Ada Lovelace              Notes on the engine  22 Nov 18:20`
pub fn row(entry: &MessageSummary, now: DateTime<Utc>, zone: Zone, mark: &str) -> String {
    let sender = pad(&entry.sender, SENDER);
    let carried = if entry.carried > 0 { format!("  {}", when::carried_over(entry.carried)) } else { String::new() };
    let again = entry.follow_up.map(|why| format!("  {}", when::follow_up(why, now, zone))).unwrap_or_default();
    let returned = if entry.returned > 0 { "  ↩" } else { "" };
    let reopened = if entry.reopened { "  reopened" } else { "" };
    let attached = if entry.attachments > 0 { "  +" } else { "" };
    format!(
        "{:>10}  {mark:<6} {}  {sender}  {}{returned}{reopened}{carried}{again}{attached}\n",
        entry.id,
        entry.placed.with_timezone(&zone).naive_local().format("%Y-%m-%d %H:%M"),
        entry.subject.cut(100),
    )
}

/// The text in so many columns: cut, or filled with blanks.
pub fn pad(text: &Printable, columns: usize) -> String {
    let cut = text.cut(columns);
    format!("{cut}{}", " ".repeat(columns - cut.width()))
}

/// Prints messages outside of a batch.
pub fn messages(context: &CommandContext, messages: &[Message]) -> Result<(), Failure> {
    if !context.json {
        return summaries(context, &messages.iter().map(MessageSummary::of).collect::<Vec<_>>());
    }
    print(&messages.iter().map(|message| format!("{}\n", json::line(&MessageJson::from(message)))).collect::<String>())
}

/// Prints messages outside of a batch for a person.
pub fn summaries(context: &CommandContext, summaries: &[MessageSummary]) -> Result<(), Failure> {
    let rows = summaries.iter().map(|summary| row(summary, context.now(), context.zone(), ""));
    print(&rows.collect::<String>())
}

/// Prints messages that are in no batch yet, with the heading that they would have in it.
pub fn under_lanes(context: &CommandContext, found: &[Message]) -> Result<(), Failure> {
    if !context.json {
        return messages(context, found);
    }
    found.iter().try_for_each(|message| print(&format!("{}\n", json::line(&MessageJson::in_lane(message)))))
}

/// Prints a batch with the decision about each message.
pub fn batch(context: &CommandContext, store: &Store, triage: &Triage) -> Result<(), Failure> {
    let batch = triage.batch();
    if !context.json {
        print(&title(triage, store.answer_pace()?, context.now(), context.zone()))?;
    }
    for BatchSection { heading, first, last } in store.sections(batch.id())? {
        if !context.json {
            print(&format!("\n{}\n", Printable::from(heading.title())))?;
        }
        for page in (first.0..=last.0).step_by(PAGE as usize) {
            let to = last.0.min(page.saturating_add(PAGE - 1));
            let mut out = String::new();
            let (page, to) = (Position(page), Position(to));
            let at = Positions::between(page, to);
            let groups = if context.json { store.named_groups(batch.id(), (page, to))? } else { Vec::new() };
            let settled: HashMap<Position, _> = store.settled(batch.id(), &at)?.into_iter().collect();
            for (position, message) in store.items(batch.id(), &at)? {
                let verdict = triage.verdict(position);
                let reason = settled.get(&position).map(|settled| settled.reason);
                if context.json {
                    let place = groups.partition_point(|(group, _)| group.last < position);
                    let group = groups.get(place).filter(|(group, _)| group.contains(position));
                    let row = MessageJson::in_batch(&message, batch, heading.title(), verdict).placed(group, reason);
                    out.push_str(&json::line(&row));
                    out.push('\n');
                } else {
                    let mark = match verdict {
                        Some(verdict) => verdict.name(),
                        None if batch.asks_about(message.carried) => "decide",
                        None => "",
                    };
                    let row = row(&MessageSummary::of(&message), context.now(), context.zone(), mark);
                    let reason = reason.map(|reason| format!("  ({reason})")).unwrap_or_default();
                    out.push_str(&format!("{}{reason}\n", row.trim_end_matches('\n')));
                }
            }
            print(&out)?;
        }
    }
    Ok(())
}

/// `morning, until 16:00: 12 of 40 decided; 9 to answer, about 32 minutes by your median; 25 minutes left`
fn title(triage: &Triage, pace: Option<AnswerPace>, now: DateTime<Utc>, zone: Zone) -> String {
    let batch = triage.batch();
    let total = batch.size();
    let decided = triage.decided();
    let name = Printable::from(batch.name());
    let mut said = match batch.closes() {
        Some(closes) => format!("{name}, until {}: {decided} of {total} decided", clock_time(closes, zone)),
        None => format!("what exceptions let through: {decided} of {total} decided"),
    };
    let later = triage.later().len();
    if later > 0 {
        said.push_str(&format!("; {}", when::to_answer(later, pace)));
        let left = batch.closes().map(|closes| (closes - now).num_minutes()).filter(|left| *left > 0);
        said.extend(left.map(|left| format!("; {left} left")));
    }
    said.push('\n');
    said
}

/// `16:00`
pub fn clock_time(at: DateTime<Utc>, zone: Zone) -> String {
    at.with_timezone(&zone).format("%H:%M").to_string()
}

/// `16:00` of today, `tomorrow 10:00`, `Mon 30 Nov 10:00`
pub fn coming(at: DateTime<Utc>, now: DateTime<Utc>, zone: Zone) -> String {
    day_and_time(at, now, zone).trim_start_matches("today ").to_owned()
}

/// `today 16:00`, `tomorrow 10:00`, `Mon 30 Nov 10:00`
pub fn day_and_time(at: DateTime<Utc>, now: DateTime<Utc>, zone: Zone) -> String {
    let (then, today) = (at.with_timezone(&zone), now.with_timezone(&zone).date_naive());
    let days = (then.date_naive() - today).num_days();
    match days {
        0 => then.format("today %H:%M").to_string(),
        1 => then.format("tomorrow %H:%M").to_string(),
        _ => then.format("%a %-d %b %H:%M").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use unicode_width::UnicodeWidthStr as _;

    use super::{coming, day_and_time, row};
    use crate::domain::ids::{Id, ThreadId};
    use crate::domain::message::{MessageSummary, Stage};
    use crate::domain::printable::Printable;
    use crate::domain::schedule::Zone;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn summary(sender: &str) -> MessageSummary {
        MessageSummary {
            id: Id(1_790_000_000),
            thread: ThreadId(1),
            sender: Printable::from(sender),
            address: Printable::from("a@example.org"),
            subject: Printable::from("Plan"),
            list_tag: None,
            source: Printable::from("home"),
            placed: at("2026-11-22T18:20:00Z"),
            attachments: 1,
            invitation: false,
            carried: 2,
            returned: 0,
            follow_up: None,
            reopened: false,
            stage: Stage::Held,
            exception: None,
        }
    }

    #[test]
    fn columns_stay_aligned_whatever_the_script() {
        let row = |sender: &str| row(&summary(sender), DateTime::UNIX_EPOCH, Zone::UTC, "done");
        assert_eq!(
            row("Ada"),
            format!("1790000000  done   2026-11-22 18:20  {:24}  Plan  carried over twice  +\n", "Ada")
        );
        for sender in ["", "宮本 茂", "👩‍👩‍👧‍👦 family", "e\u{301}\u{301}\u{301}", &"long ".repeat(40), &"来".repeat(40)]
        {
            let row = row(sender);
            let before = row.split_once("Plan").unwrap().0;
            assert_eq!(before.width(), 63, "{row:?}");
        }
    }

    #[test]
    fn a_time_is_told_by_the_day_where_the_person_is() {
        let zone = Zone::from("Europe/Berlin");
        // Half past eleven at night in Berlin.
        let now = at("2026-11-23T22:30:00Z");
        for (then, both, short) in [
            ("2026-11-23T22:45:00Z", "today 23:45", "23:45"),
            ("2026-11-23T23:15:00Z", "tomorrow 00:15", "tomorrow 00:15"),
            ("2026-11-24T23:15:00Z", "Wed 25 Nov 00:15", "Wed 25 Nov 00:15"),
        ] {
            assert_eq!(day_and_time(at(then), now, zone), both);
            assert_eq!(coming(at(then), now, zone), short);
        }
    }
}
