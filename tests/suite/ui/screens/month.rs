//! Holds `src/ui/screens/month.rs`, `src/ui/screens/month`, `src/domain/month/words.rs`: the month on the screen, with its pictures, and how it was counted.

use chrono::{DateTime, Datelike, Duration, Timelike, Utc, Weekday};
use tidebox::config::Config;
use tidebox::domain::arrival::Arrival;
use tidebox::domain::ids::{BatchId, Id};
use tidebox::domain::line_note::LineNote;
use tidebox::domain::month::facts::{
    ClosedBatch, Exchange, Exchanged, MatterAnswers, MatterCase, MonthFacts, RatedRule,
};
use tidebox::domain::month::{CalendarMonth, Month, MonthPair, windows_of};
use tidebox::domain::opening::Opening;
use tidebox::domain::outage::Outage;
use tidebox::domain::peek::PeekKind;
use tidebox::ui::theme::Theme;

use super::desk::Desk;
use super::facts::{at, zone};
use super::{batch, door};

/// A month that looks like one, and the one before it. Of months before October nothing is known.
pub fn pair(month: CalendarMonth, now: DateTime<Utc>) -> MonthPair {
    let of = |month| {
        let mut counted = Month::of(facts(month, now));
        if let Some(longest) = &mut counted.waiting.longest {
            longest.sender = longest.came_out.map(|_| "Vera Lang".to_owned());
        }
        counted
    };
    let mut pair = MonthPair { month: of(month), before: of(month.before()) };
    // What is said of a month is said of the one in hand.
    pair.month.line = (month == CalendarMonth::at(now, zone())).then(|| LineNote {
        month: month.to_string(),
        address: "ben@example.org".to_owned(),
        words: "With Ben Okri 4 of 6 threads became a chat at the 3rd turn, with up to 9 turns within a day. A template that proposes a phone call, or says with {next} when you read mail again, could be that turn.".to_owned(),
        shown: now,
    });
    pair
}

fn facts(month: CalendarMonth, now: DateTime<Utc>) -> MonthFacts {
    let span = month.span(zone());
    let known = span.start >= at("2026-09-30T22:00:00Z");
    let calendar = Config::embedded(zone()).calendar;
    let windows = windows_of(&calendar, &[], span.start - Duration::days(4), span.end + Duration::days(30));
    let mut arrivals = Vec::new();
    let mut when = span.start;
    // More at noon than at night, more on work days, none of it by chance.
    for step in 0_i64.. {
        let local = when.with_timezone(&zone());
        let weekend = matches!(local.weekday(), Weekday::Sat | Weekday::Sun);
        let busy = if (8..18).contains(&local.hour()) && !weekend { 3 } else { 17 };
        when += Duration::minutes(busy * (4 + step * 7 % 11));
        if when >= span.end.min(now) || !known {
            break;
        }
        let out = windows.iter().map(|(opens, _)| *opens).find(|opens| *opens >= when && *opens <= now);
        let lane = ["people", "lists", "people", "notices", "school"][usize::try_from(step % 5).unwrap()];
        let let_through = step % 61 == 7;
        arrivals.push(Arrival {
            message: Id(step + 1),
            at: when,
            source: "work".into(),
            lane: lane.into(),
            came_out: if let_through { Some(when) } else { out },
            held: !let_through && out.is_none(),
            let_through,
            began_thread: step % 2 == 0,
            mattered: None,
        });
    }
    let past: Vec<_> = windows.iter().copied().filter(|(opens, _)| known && *opens <= now).collect();
    let case = |number, sender: &str, subject: &str, lane: &str| MatterCase {
        message: Id(number),
        sender: sender.to_owned(),
        subject: subject.to_owned(),
        lane: lane.to_owned(),
    };
    MonthFacts {
        month,
        zone: zone(),
        now,
        since: Some(at("2026-09-30T22:00:00Z")),
        lanes: ["people", "lists", "notices"].map(str::to_owned).into(),
        arrivals,
        windows,
        looks: if known { vec![(span.start + Duration::days(3), PeekKind::Look); 3] } else { Vec::new() },
        closed: past
            .iter()
            .map(|(opens, closes)| ClosedBatch {
                committed: *opens + Duration::minutes(21),
                closes: *closes,
                carried_over: 1,
                oldest: Some(Duration::days(9)),
            })
            .collect(),
        openings: past
            .iter()
            .map(|(opens, _)| Opening {
                batch: BatchId(1),
                since: *opens,
                until: *opens + Duration::minutes(15),
                keys: 300,
                decisions: 140,
            })
            .collect(),
        exceptions: if known {
            vec![RatedRule { name: "family".to_owned(), let_through: 6, useful: 4, false_alarms: 1 }]
        } else {
            Vec::new()
        },
        matter: if known {
            MatterAnswers {
                yes: 3,
                no: 61,
                skipped: 2,
                cases: vec![
                    case(1, "Mrs Klein", "School is closed today", "school"),
                    case(2, "Ben Okri", "The release date", "people"),
                ],
            }
        } else {
            MatterAnswers::default()
        },
        outages: vec![Outage {
            source: "work".to_owned(),
            since: span.start + Duration::hours(273),
            until: Some(span.start + Duration::hours(300)),
        }],
        exchange: Exchange {
            messages: (0..if known { 8 } else { 0 }).flat_map(|turn| exchanged(turn, span.start)).collect(),
            names: [("ben@example.org".to_owned(), "Ben Okri".to_owned())].into(),
        },
        seen_until: now,
    }
}

/// Ben writes, and is answered after some hours; in every second thread he answers once more.
fn exchanged(turn: i64, begin: DateTime<Utc>) -> Vec<Exchanged> {
    let message = |hours: i64, own| Exchanged {
        thread: turn,
        at: begin + Duration::days(turn) + Duration::hours(hours),
        own,
        with: vec!["ben@example.org".to_owned()],
    };
    let mut all = vec![message(8, false), message(11 + turn, true)];
    if turn % 2 == 0 {
        all.push(message(20 + turn, false));
    }
    all
}

fn text(desk: &Desk) -> String {
    desk.picture()
}

#[test]
fn the_month_at_120() {
    picture!(door((120, 36), |_| {}, "g c"));
    picture!(door((120, 36), |_| {}, "g c G"));
}

#[test]
fn the_month_at_80() {
    picture!(door((80, 24), |_| {}, "g c"));
    picture!(door((80, 24), |_| {}, "g c ctrl-d"));
}

/// The key for help tells how it was counted first, and the same key every key then.
#[test]
fn each_figure_says_how_it_was_counted() {
    picture!(door((80, 24), |_| {}, "g c ?"));
    let desk = door((80, 24), |_| {}, "g c ? ?");
    assert!(text(&desk).contains("moving"), "{}", text(&desk));
    let desk = door((80, 24), |_| {}, "g c ? esc");
    assert!(text(&desk).contains("messages came"), "{}", text(&desk));
}

#[test]
fn months_go_back_and_forth_and_never_beyond_this_one() {
    let desk = door((120, 36), |_| {}, "g c [");
    assert!(text(&desk).contains("October 2026"), "{}", text(&desk));
    let desk = door((120, 36), |_| {}, "g c [ ] ]");
    assert!(text(&desk).contains("November 2026") && text(&desk).contains("not over"), "{}", text(&desk));
    // Of September nothing is known, and that is said.
    picture!(door((80, 24), |_| {}, "g c [ ["));
}

#[test]
fn it_is_opened_from_the_batch_and_leads_back_to_it() {
    let desk = batch((120, 36), "g c q");
    assert!(text(&desk).contains("Grace Hopper"), "{}", text(&desk));
}

#[test]
fn without_colours_lines_tell_which_hours_are_open() {
    let plain = |desk: &mut Desk| desk.state.settings.theme = Theme::plain();
    let desk = door((120, 36), plain, "g c");
    let cells = desk.buffer();
    assert!(cells.content.iter().all(|cell| cell.fg == ratatui::style::Color::Reset));
    let shown = text(&desk);
    let row = shown.lines().find(|line| line.contains("Mon–Fri")).expect("a row for the working days");
    assert_eq!(row.matches('━').count(), 4, "two windows of two columns: {row}");
}

/// Nothing is too small to be drawn.
#[test]
fn every_size_is_drawn() {
    for size in [(32, 8), (40, 12), (60, 20), (200, 60), (80, 9)] {
        let desk = door(size, |_| {}, "g c j j G k ? G");
        assert!(!text(&desk).is_empty());
    }
}
