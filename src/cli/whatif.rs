//! `tidebox whatif`: other schedules replayed on the person's own arrivals.

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::output::print;
use super::trial;
use crate::domain::message::MessageSummary;
use crate::domain::printable::Printable;
use crate::domain::replay::{
    HalfFigures, ScheduleFigures, TooFewDays, WhatIf, cannot_know, choice_told, days_told, expected_told, how_counted,
    rule_told, table, too_few_told, wait_told,
};
use crate::domain::schedule::{Days, TypedSchedule, parse_length, parse_schedules, usual};
use crate::job::what_if::{summaries, what_if};

/// Replay other check-ins on your own arrivals: how long messages would have waited
#[derive(Debug, Args)]
#[command(after_help = "\
Without a schedule a few common ones are replayed. Only arrivals since facts are kept are used, of half a year at most, and nothing
leaves this machine. docs/what-if.md says how each figure is counted and what it cannot know.

Examples:
  tidebox whatif 9:00 13:00 17:00
  tidebox whatif 9:00 13:00 17:00 or 11:00 daily
  tidebox whatif 11:00 --days mon-fri --length 1h --try")]
pub struct WhatifCommand {
    /// Times, with `or` between several schedules
    #[arg(value_name = "TIME")]
    pub schedule: Vec<String>,
    /// The days of schedules that name none; otherwise those of your first check-in
    #[arg(long, value_name = "DAYS")]
    pub days: Option<String>,
    /// How long each check-in stays open; otherwise as long as your first one
    #[arg(long, value_name = "LENGTH")]
    pub length: Option<String>,
    /// What mattered is in time where it waits no longer than this; otherwise as `[proof] within` says, 3h
    #[arg(long, value_name = "LENGTH")]
    pub within: Option<String>,
    /// List the messages that mattered, with what each schedule makes of them
    #[arg(long)]
    pub cases: bool,
    /// Try this schedule for two weeks, from tomorrow on
    #[arg(long = "try")]
    pub tries: bool,
}

pub fn run(global: &GlobalArguments, options: &WhatifCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let typed = typed(context, options)?;
    if options.tries {
        let [schedule] = typed.as_deref().unwrap_or_default() else {
            return Err(Failure::usage(
                "--try takes one schedule",
                "for example: tidebox whatif 9:00 13:00 17:00 --try",
            ));
        };
        return trial::begin(context, schedule);
    }
    let within = within(context, options)?;
    let store = context.open_store()?;
    let found = match what_if(&store, &context.config, typed.as_deref(), within, context.now())? {
        Ok(found) => found,
        Err(few) => return print(&too_few(context, &few)),
    };
    let cases = summaries(&store, found.mattered.iter().map(|case| case.message));
    if context.json {
        return print(&format!("{}\n", json::line(&object(&found))));
    }
    let mut lines = days_told(&found);
    lines.push(String::new());
    lines.extend(table(&found));
    lines.push(String::new());
    let mattered = found.schedules.first().map_or(0, |own| own.shown.mattered);
    lines.extend(found.rule.iter().map(|rule| rule_told(rule, mattered)));
    lines.extend(choice_told(&found));
    let expected = |one: &ScheduleFigures| expected_told(one).map(|told| format!("{}: {told}.", one.label));
    lines.extend(found.schedules.iter().filter_map(expected));
    lines.extend(cannot_know(&found));
    lines.push(String::new());
    lines.extend(by_lane(&found));
    if options.cases {
        lines.push(String::new());
        lines.extend(case_lines(context, &found, &cases));
    }
    lines.push(String::new());
    lines.extend(how_counted(found.within));
    print(&(lines.join("\n") + "\n"))
}

fn typed(context: &CommandContext, options: &WhatifCommand) -> Result<Option<Vec<TypedSchedule>>, Failure> {
    let (mut days, mut length) = usual(&context.config.calendar.clone().without_trial());
    if let Some(text) = &options.days {
        days = Days::parse(text)
            .map_err(|mistake| Failure::usage(format!("--days: {mistake}"), "for example --days mon-fri"))?;
    }
    if let Some(text) = &options.length {
        length = parse_length(text)
            .map_err(|mistake| Failure::usage(format!("--length: {mistake}"), "for example --length 40m"))?;
    }
    if options.schedule.is_empty() {
        return Ok(None);
    }
    let read = parse_schedules(&options.schedule.join(" "), &days, length);
    let example = "for example: tidebox whatif 9:00 13:00 17:00 or 11:00";
    read.map(Some).map_err(|mistake| Failure::usage(mistake.to_string(), example))
}

/// In seconds.
fn within(context: &CommandContext, options: &WhatifCommand) -> Result<i64, Failure> {
    let Some(text) = &options.within else { return Ok(context.config.proof.within.num_seconds()) };
    let read = parse_length(text).map(|length| length.num_seconds());
    read.map_err(|mistake| Failure::usage(format!("--within: {mistake}"), "for example --within 3h"))
}

fn too_few(context: &CommandContext, few: &TooFewDays) -> String {
    if context.json {
        let value = serde_json::json!({
            "since": json::instant(few.since), "counted": few.counted, "needed": few.needed,
            "enough_on": few.enough_on.map(|date| date.to_string()),
        });
        return format!("{}\n", json::line(&value));
    }
    format!("{}\n", too_few_told(few))
}

fn by_lane(found: &WhatIf) -> Vec<String> {
    let wait = |seconds: Option<i64>| seconds.map_or_else(|| "none".to_owned(), wait_told);
    let mut lines = vec![format!("{:26}{:14}{:>9}{:>15}{:>11}", "", "lane", "longest", "nine in ten", "half wait")];
    for one in &found.schedules {
        let mut label = Printable::from(&one.label).cut(25).to_string();
        for lane in one.shown.lanes.iter().filter(|lane| lane.messages > 0) {
            let name = Printable::from(&lane.lane).cut(13).to_string();
            let (longest, nine, half) = (wait(lane.longest), wait(lane.nine_in_ten), wait(lane.half));
            lines.push(format!("{label:26}{name:14}{longest:>9}{nine:>15}{half:>11}"));
            label.clear();
        }
    }
    lines
}

fn case_lines(context: &CommandContext, found: &WhatIf, cases: &[Option<MessageSummary>]) -> Vec<String> {
    let mut lines = vec!["What mattered, and how long each schedule would have let it wait:".to_owned()];
    for (case, summary) in found.mattered.iter().zip(cases) {
        let waits: Vec<String> =
            case.waits.iter().map(|wait| wait.map_or_else(|| "for ever".to_owned(), wait_told)).collect();
        let what = summary.as_ref().map_or_else(
            || "held, or gone".to_owned(),
            |one| format!("{}: {}", one.sender.cut(24), one.subject.cut(40)),
        );
        let at = case.at.with_timezone(&context.zone()).format("%a %e %b %H:%M");
        lines.push(format!("{at}  {what}\n    {}", waits.join(" · ")));
    }
    lines
}

fn object(found: &WhatIf) -> serde_json::Value {
    let days = &found.days;
    serde_json::json!({
        "from": days.from.to_string(), "to": days.to.to_string(), "shown_days": days.shown, "chosen_by_days": days.chosen_by,
        "within": found.within, "away_days": days.left_out.away, "outage_days": days.left_out.outage,
        "schedules": found.schedules.iter().map(schedule).collect::<Vec<_>>(),
        "best": found.best,
        "rule": found.rule.as_ref().map(|rule| serde_json::json!({
            "lane": rule.lane, "at_once": rule.at_once, "interruptions_a_day": rule.interruptions_a_day,
        })),
        "mattered": found.mattered.iter().map(|case| serde_json::json!({
            "id": case.message.0, "at": json::instant(case.at),
            "waits": case.waits.iter().map(|wait| wait.unwrap_or(-1)).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "mattered_elsewhere": found.mattered_elsewhere, "never": found.never,
        "cannot_know": cannot_know(found),
    })
}

fn schedule(one: &ScheduleFigures) -> serde_json::Value {
    let mut value = half(&one.shown);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("schedule".to_owned(), one.label.clone().into());
        let expected = one.half_wait_expected.map(|(low, high)| [low, high]);
        fields.insert("half_wait_expected".to_owned(), serde_json::json!(expected));
        let expected = one.batch_expected.map(|batch| [batch.low, batch.high]);
        fields.insert("batch_expected".to_owned(), serde_json::json!(expected));
    }
    value
}

fn half(shown: &HalfFigures) -> serde_json::Value {
    serde_json::json!({
        "messages": shown.messages, "half_wait": shown.half_wait, "nine_in_ten": shown.nine_in_ten,
        "longest": shown.longest, "mattered": shown.mattered, "in_time": shown.in_time,
        "batch": shown.batch_mean, "batch_nine_in_ten": shown.batch_nine_in_ten, "openings_a_day": shown.openings_a_day,
        "lanes": shown.lanes.iter().map(|lane| serde_json::json!({
            "lane": lane.lane, "messages": lane.messages, "half_wait": lane.half, "nine_in_ten": lane.nine_in_ten,
            "longest": lane.longest,
        })).collect::<Vec<_>>(),
    })
}
