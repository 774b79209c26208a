//! `tidebox month`: what came in a month, how long it waited, what it took, and how answers went.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json::{self, instant};
use super::output::print;
use crate::domain::month::facts::{MatterCase, RatedRule};
use crate::domain::month::figures::Figure;
use crate::domain::month::svg::svg;
use crate::domain::month::words::{self, Naming};
use crate::domain::month::{AnswerTimes, CalendarMonth, LongestWait, Month, MonthPair, WaitTimes};
use crate::domain::printable::Printable;
use crate::domain::text_enum::TextEnum as _;
use crate::job::line::line_of;
use crate::job::month::{month, write_picture};

/// Tell what came in a month, how long it waited, and what it took
#[derive(Debug, Args)]
#[command(after_help = "\
Without a month it is this one. The month before stands beside each figure in brackets. What is held is counted, and nothing of it is named.
--svg writes a picture that can be shared: no sender, subject, source, rule or own lane is named in it.

Examples:
  tidebox month
  tidebox month 2026-10 --explain
  tidebox month --svg november.svg
  tidebox --json month | jq .month.waiting.half")]
pub struct MonthCommand {
    /// The month, such as 2026-11
    #[arg(value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// Also say how each figure was counted
    #[arg(long)]
    pub explain: bool,
    /// Write a picture without names to this file instead
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Overwrite the file
    #[arg(long, requires = "svg")]
    pub force: bool,
}

/// Explanations are no wider than this, in columns.
const WIDEST: usize = 96;

pub fn run(global: &GlobalArguments, options: &MonthCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let this = CalendarMonth::at(context.now(), context.zone());
    let wanted = match options.month.as_deref() {
        None => this,
        Some(text) => CalendarMonth::parse(text).ok_or_else(|| {
            Failure::usage(format!("{text} is no month"), format!("write it as year and month: {this}"))
        })?,
    };
    if wanted > this {
        return Err(Failure::usage(format!("{} has not begun", wanted.title()), format!("this month is {this}")));
    }
    let mut store = context.existing()?;
    let mut pair = month(&store, &context.config, wanted, context.now())?;
    if let Some(path) = &options.svg {
        return picture(context, &pair, path, options.force);
    }
    for month in [&mut pair.before, &mut pair.month] {
        month.line = line_of(&mut store, &context.config, month.month, context.now())?;
    }
    if context.json {
        let value = serde_json::json!({ "month": object(&pair.month), "before": object(&pair.before) });
        return print(&format!("{}\n", json::line(&value)));
    }
    let mut out = text(&pair);
    if options.explain {
        out.push_str(&explained());
    }
    print(&out)
}

fn picture(context: &CommandContext, pair: &MonthPair, path: &Path, force: bool) -> Result<(), Failure> {
    write_picture(path, &svg(&pair.month, Some(&pair.before)), force).map_err(|error| {
        if error.kind() == io::ErrorKind::AlreadyExists && !force {
            let what = format!("{} is there already; nothing was written", path.display());
            return Failure::usage(what, "name another file, or overwrite this one with --force");
        }
        Failure::io("writing", path, &error)
    })?;
    if context.json {
        return print(&format!("{}\n", json::line(&serde_json::json!({ "file": path }))));
    }
    print(&format!(
        "The picture of {} was written to {}; no name is in it.\n",
        pair.month.month.title(),
        path.display()
    ))
}

/// The month as text, the most important first.
fn text(pair: &MonthPair) -> String {
    let (month, before) = (&pair.month, Some(&pair.before));
    let mut out = format!("{}   {}\n\n", month.month.title(), words::days(month));
    let mut say = |title: &str, text: &str| out.push_str(&format!("{title:<12}{}\n", Printable::from(text)));
    if month.is_empty() {
        for sentence in words::nothing(month) {
            say("", &sentence);
        }
        for gap in &month.gaps {
            say("", &words::gap(gap, Naming::Full));
        }
        if let Some(line) = &month.line {
            say("", &line.words);
        }
        return out.lines().map(|line| format!("{}\n", line.trim())).collect();
    }
    if let Some(since) = month.begins_late() {
        say("Counted", &format!("since {}: facts are kept from then on", words::moment(since, month.zone)));
    }
    say("Messages", &words::came(month, before));
    say("", &words::occasions(month, before));
    say("", &words::interruptions(month, before));
    say("Waiting", &words::waiting(month, before));
    if let Some(longest) = &month.waiting.longest {
        say("", &words::longest(longest, month.zone, Naming::Full));
    }
    for lane in &month.lanes {
        say("", &format!("{}: {}", lane.lane, words::lane(&lane.waiting)));
    }
    say("Mattered?", &words::matter(&month.matter));
    for case in &month.matter.answers.cases {
        say("", &words::case(case));
    }
    say("Time", &words::time(month, before));
    say("", &words::closed(month, before));
    for (place, rule) in month.exceptions.iter().enumerate() {
        say(if place == 0 { "Rules" } else { "" }, &words::exception(rule, Naming::Full));
    }
    for (place, one) in month.answers.iter().enumerate() {
        let title = if place == 0 { "Answers" } else { "" };
        let ways = [("you answered", &one.by_you), ("they answered", &one.by_them)];
        for (way, times) in ways.into_iter().filter_map(|(way, times)| Some((way, times.as_ref()?))) {
            say(title, &format!("{}: {way} {}", one.called(), words::answer_times(times)));
        }
    }
    if let Some(line) = &month.line {
        say("Chats", &line.words);
    }
    for (place, gap) in month.gaps.iter().enumerate() {
        say(if place == 0 { "Not read" } else { "" }, &words::gap(gap, Naming::Full));
    }
    out
}

/// How each figure was counted.
fn explained() -> String {
    let mut out = "\nHow it was counted\n".to_owned();
    for figure in Figure::ALL {
        out.push_str(&format!("\n{}\n", crate::ui::when::sentence_case(figure.name())));
        for line in Printable::from(figure.how()).wrap(WIDEST - 2) {
            out.push_str(&format!("  {line}\n"));
        }
    }
    out
}

/// The month for programs: lengths of time in seconds.
fn object(month: &Month) -> serde_json::Value {
    let arriving = &month.arriving;
    let interval = month.matter.interval.map(|interval| [interval.low, interval.high]);
    let windows = month.windows.iter();
    serde_json::json!({
        "month": month.month.to_string(),
        "until": instant(month.until),
        "over": month.is_over,
        "facts_since": month.since.map(instant),
        "days": month.days,
        "checkins": month.checkins,
        "windows": windows.map(|one| serde_json::json!({ "weekday": one.weekday + 1, "from": one.from, "to": one.to })).collect::<Vec<_>>(),
        "messages": arriving.messages,
        "by_hour": arriving.by_hour,
        "by_day": month.by_day,
        "occasions": arriving.occasions,
        "interruptions": {
            "by_rules": arriving.by_rules, "peeks": arriving.peeks, "questions": arriving.questions, "codes": arriving.codes,
        },
        "let_through": arriving.let_through,
        "waiting": waiting(&month.waiting),
        "lanes": month.lanes.iter().map(|one| serde_json::json!({ "lane": one.lane, "waiting": waiting(&one.waiting) })).collect::<Vec<_>>(),
        "matter": {
            "yes": month.matter.answers.yes, "no": month.matter.answers.no, "skipped": month.matter.answers.skipped,
            "interval": interval, "cases": month.matter.answers.cases.iter().map(case).collect::<Vec<_>>(),
        },
        "time": {
            "seconds": month.time.whole.num_seconds(), "days": month.time.days, "keys": month.time.keys,
            "decisions": month.time.decisions, "batches": month.time.batches, "on_time": month.time.on_time,
        },
        "carried": { "over": month.carried.over, "oldest": month.carried.oldest.map(|it| it.num_seconds()) },
        "exceptions": month.exceptions.iter().map(exception).collect::<Vec<_>>(),
        "answers": month.answers.iter().map(|one| serde_json::json!({
            "address": one.address, "name": one.name, "by_you": one.by_you.as_ref().map(times), "by_them": one.by_them.as_ref().map(times),
        })).collect::<Vec<_>>(),
        "line": month.line.as_ref().map(|line| serde_json::json!({
            "address": line.address, "words": line.words, "shown": instant(line.shown),
        })),
        "gaps": month.gaps.iter().map(|gap| serde_json::json!({
            "source": gap.source, "from": gap.from.to_string(), "to": gap.to.to_string(),
        })).collect::<Vec<_>>(),
    })
}

fn waiting(waiting: &WaitTimes) -> serde_json::Value {
    serde_json::json!({
        "held": waiting.held, "still_held": waiting.still_held,
        "half": waiting.half.map(|it| it.num_seconds()),
        "nine_in_ten": waiting.nine_in_ten.map(|it| it.num_seconds()),
        "longest": waiting.longest.as_ref().map(longest),
    })
}

/// The sender is told only where it may be shown; then the id is, too.
fn longest(longest: &LongestWait) -> serde_json::Value {
    let id = longest.sender.as_ref().map(|_| longest.message.0);
    serde_json::json!({
        "seconds": longest.waited.num_seconds(), "came": instant(longest.came),
        "came_out": longest.came_out.map(instant), "id": id, "sender": longest.sender,
    })
}

fn case(case: &MatterCase) -> serde_json::Value {
    serde_json::json!({ "id": case.message.0, "sender": case.sender, "subject": case.subject, "lane": case.lane })
}

fn exception(rule: &RatedRule) -> serde_json::Value {
    serde_json::json!({
        "name": rule.name, "let_through": rule.let_through, "useful": rule.useful, "false_alarms": rule.false_alarms,
    })
}

fn times(times: &AnswerTimes) -> serde_json::Value {
    serde_json::json!({
        "turns": times.turns, "answered": times.answered, "half": times.half.map(|it| it.num_seconds()),
        "nine_in_ten": times.nine_in_ten.map(|it| it.num_seconds()), "half_checkins": times.half_checkins,
    })
}
