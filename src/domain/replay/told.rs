//! A replay in words, for the screen and for the command line alike. Lines are at most 80 columns wide.

use chrono::NaiveDate;

use super::{HalfFigures, RuleFigures, ScheduleFigures, TooFewDays, WhatIf};
use crate::domain::printable::Printable;

/// Columns of the first column of the table, with the space behind it.
const LABEL: usize = 25;

/// `17 h 20`, `35 min`, `at once`: a wait, in seconds, rounded down to minutes.
#[must_use]
pub fn wait_told(seconds: i64) -> String {
    let minutes = seconds.max(0) / 60;
    match (minutes / 60, minutes % 60) {
        (0, 0) => "at once".to_owned(),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes:02}"),
    }
}

fn wait_or_none(seconds: Option<i64>) -> String {
    seconds.map_or_else(|| "none".to_owned(), wait_told)
}

/// The table: its heading, then a line for each schedule.
#[must_use]
pub fn table(found: &WhatIf) -> Vec<String> {
    let mattered = found.schedules.first().map_or(0, |first| first.shown.mattered);
    let heading = row("", "longest", "half wait", &format!("of {mattered} in time"), "batch (big)", "a day");
    let lines = found.schedules.iter().enumerate().map(|(number, one)| {
        let label = if number == 0 { format!("{}  now", one.label) } else { one.label.clone() };
        let shown = &one.shown;
        row(
            &label,
            &wait_or_none(shown.longest),
            &wait_or_none(shown.half_wait),
            &if mattered == 0 { "none".to_owned() } else { shown.in_time.to_string() },
            &batch_told(shown),
            &openings_told(shown),
        )
    });
    std::iter::once(heading).chain(lines).collect()
}

fn row(label: &str, longest: &str, half: &str, in_time: &str, batch: &str, opened: &str) -> String {
    let label = Printable::from(label).cut(LABEL - 1).to_string();
    format!("{label:LABEL$}{longest:>9}{half:>11}{in_time:>14}{batch:>13}{opened:>8}")
}

/// `27 (41)`: how many messages a batch has on average, and how many nine in ten have at most.
#[must_use]
pub fn batch_told(shown: &HalfFigures) -> String {
    match (shown.batch_mean, shown.batch_nine_in_ten) {
        (Some(mean), Some(most)) => format!("{mean:.0} ({most})"),
        _ => "none".to_owned(),
    }
}

/// Check-ins on a day that has one: `2`, `1.5`.
#[must_use]
pub fn openings_told(shown: &HalfFigures) -> String {
    let text = format!("{:.1}", shown.openings_a_day);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// What is replayed, and which days are left out.
#[must_use]
pub fn days_told(found: &WhatIf) -> Vec<String> {
    let days = &found.days;
    let mut told = vec![format!(
        "{} to {}: every other day is shown ({}), the days between are for choosing ({}).",
        day(days.from),
        day(days.to),
        days.shown,
        days.chosen_by
    )];
    let mut left = Vec::new();
    if days.left_out.away > 0 {
        left.push(format!("{} away", days.left_out.away));
    }
    if days.left_out.outage > 0 {
        left.push(format!("{} on which a source could not be read", days.left_out.outage));
    }
    if !left.is_empty() {
        told.push(format!("Days left out: {}.", left.join(", ")));
    }
    told
}

/// What was chosen by the other half of the days, a sentence; nothing where nothing mattered on them.
#[must_use]
pub fn choice_told(found: &WhatIf) -> Option<String> {
    let best = found.schedules.get(found.best?)?;
    Some(format!("On the days for choosing {} did best: most in time, then fewest openings.", best.label))
}

/// Where the half wait was to be expected; nothing of too few days.
#[must_use]
pub fn expected_told(one: &ScheduleFigures) -> Option<String> {
    let (low, high) = one.half_wait_expected?;
    Some(format!("half wait {} to {}, 19 times in 20 (by the days for choosing)", wait_told(low), wait_told(high)))
}

/// `With alerts let through: + 3 of 7 at once, + 0.4 interruptions a day.`
#[must_use]
pub fn rule_told(rule: &RuleFigures, mattered: u32) -> String {
    format!(
        "With {} let through: + {} of {mattered} at once, + {:.1} interruptions a day.",
        Printable::from(&rule.lane),
        rule.at_once,
        rule.interruptions_a_day
    )
}

/// What a replay cannot know, a sentence each.
#[must_use]
pub fn cannot_know(found: &WhatIf) -> Vec<String> {
    let mattered = found.schedules.first().map_or(0, |first| first.shown.mattered);
    let mut told = vec!["Nothing here knows how people would have answered to another rhythm.".to_owned()];
    told.push(match mattered {
        0 => "No message of these days is known to have mattered: answer what the receipt asks.".to_owned(),
        1 => "One case is no more than one case.".to_owned(),
        few @ 2..20 => format!("{few} cases are few."),
        many => format!("{many} cases, of those that you were asked about."),
    });
    if found.mattered_elsewhere > 0 {
        told.push(format!(
            "{} more mattered and are not counted: they continue a thread, or came on a day left out.",
            found.mattered_elsewhere
        ));
    }
    if found.never > 0 {
        told.push(format!("{} messages have no check-in within two months in one of the schedules.", found.never));
    }
    told
}

/// How each figure is counted, a sentence each. `within` is when what mattered is in time, in seconds.
#[must_use]
pub fn how_counted(within: i64) -> Vec<String> {
    vec![
        "Waits are of first messages of threads, by others: when an answer comes depends on you.".to_owned(),
        "Half wait: half of them waited this long or shorter. Longest: none waited longer.".to_owned(),
        format!("In time: of what you said mattered, what waited at most {}.", wait_told(within)),
        "Batch: messages of a check-in on average; in brackets a big one: 1 of 10 is larger.".to_owned(),
        "A day: check-ins on a day that has one. What an exception lets through does not wait.".to_owned(),
        "Each check-in is taken to be begun at its hour.".to_owned(),
    ]
}

/// What will be here, and when.
#[must_use]
pub fn too_few_told(few: &TooFewDays) -> String {
    let when = few.enough_on.map_or_else(String::new, |date| format!(" Come back on {}.", day(date)));
    format!(
        "Here your own arrivals will be replayed under other schedules. That needs {} whole days; there {}.{when}",
        few.needed,
        match few.counted {
            0 => "are none yet".to_owned(),
            1 => "is 1".to_owned(),
            some => format!("are {some}"),
        }
    )
}

fn day(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}
