//! The picture of a receipt: what a batch came to, what came through before it, and when the next one comes.

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::asked::{self, wide};
use crate::domain::batch::{EXCEPTIONS, called};
use crate::domain::commit_preview::PreviewGroup;
use crate::domain::printable::Printable;
use crate::domain::receipt::Receipt;
use crate::domain::schedule::Zone;
use crate::domain::verdict::DecisionKind;
use crate::ui::geometry;
use crate::ui::state::State;
use crate::ui::state::receipt::{Closing, closed_by};
use crate::ui::state::review::in_order;
use crate::ui::view::commit_words;
use crate::ui::view::line_writer::LineWriter;
use crate::ui::view::write_back;
use crate::ui::when;

/// The bar is so long, in columns.
const BAR: usize = 40;

pub(super) fn draw(state: &State, closing: &Closing, buffer: &mut Buffer, size: (u16, u16)) {
    let theme = &state.settings.theme;
    let body = geometry::frame(size).body;
    let lines = fitting(lines(state, closing), usize::from(body.height));
    // Answers and what follows from them lengthen rows: nothing moves sideways then.
    let least = if closing.rows() > 0 { wide(state) } else { 0 };
    let widest = lines.iter().map(Line::width).max().unwrap_or(0).max(least).min(usize::from(body.width) - 2);
    let left = u16::try_from((usize::from(body.width) - widest) / 2).unwrap_or(0);
    let area = Rect { x: body.x + left, width: body.width - left, ..body };
    let first = usize::from(body.height).saturating_sub(lines.len()) / 3;
    for (row, line) in lines.iter().enumerate() {
        if let Some(mut line_writer) = LineWriter::at(buffer, area, first + row) {
            match line {
                Line::Says(text, style) => drop(line_writer.say(text, *style)),
                Line::Bar(full, whole) => {
                    line_writer.fill('━', *full, theme.accent).fill('╌', whole.saturating_sub(*full), theme.rule);
                }
            }
        }
    }
}

/// Where there are more rows than fit, empty ones go, the last first.
fn fitting(mut lines: Vec<Line>, height: usize) -> Vec<Line> {
    let is_empty = |line: &Line| matches!(line, Line::Says(text, _) if text.is_empty());
    while lines.len() > height
        && let Some(empty) = lines.iter().rposition(is_empty)
    {
        lines.remove(empty);
    }
    lines
}

/// A row: words, or how much of the batch was handled.
enum Line {
    Says(String, Style),
    /// So many columns of so many.
    Bar(usize, usize),
}

impl Line {
    fn width(&self) -> usize {
        match self {
            Self::Says(text, _) => Printable::from(text.as_str()).width(),
            Self::Bar(_, whole) => *whole,
        }
    }
}

fn lines(state: &State, closing: &Closing) -> Vec<Line> {
    let (theme, receipt) = (&state.settings.theme, &closing.receipt);
    let title = closed_by(receipt, &closing.by);
    let says = |text: String| Line::Says(text, theme.text);
    let mut lines = vec![Line::Says(title, theme.writer), says(String::new()), says(worked(receipt))];
    lines.extend(bar(receipt));
    lines.push(says(String::new()));
    let rows = became(state, closing);
    let digits = rows.iter().map(|(count, _)| count.to_string().len()).max().unwrap_or(0);
    for (count, what) in rows {
        let mut first = format!("{count:>digits$} ");
        for line in Printable::from(what).wrap(wide(state).saturating_sub(digits + 1).max(1)) {
            lines.push(says(format!("{first}{line}")));
            first = " ".repeat(digits + 1);
        }
    }
    let mut before = Vec::new();
    if receipt.past_limit > 0 {
        let them = when::count(receipt.past_limit as usize, "of them asks", "of them ask");
        before.push(format!("{them} for a decision: carried over too often."));
    }
    if receipt.settled > 0 {
        before.push(format!(
            "{} while you waited.",
            when::count(receipt.settled as usize, "message settled itself", "messages settled themselves")
        ));
    }
    if let Some(wait) = receipt.longest_wait {
        before.push(format!("Oldest: {}.", when::stretch(wait)));
    }
    let window = receipt.checkin != EXCEPTIONS;
    if window && receipt.exceptions > 0 {
        let messages = when::count(receipt.exceptions as usize, "message", "messages");
        before.push(format!("Before it, {messages} came through by an exception."));
    }
    if window && receipt.peeks > 0 {
        before.push(looked(receipt));
    }
    let mut before: Vec<(String, Style)> = before.into_iter().map(|text| (text, theme.dim)).collect();
    if let Some(door) = &state.door {
        before.extend(write_back::lines(state, door));
    }
    if !before.is_empty() {
        lines.push(says(String::new()));
        let wide = wide(state);
        let wrapped = before.into_iter().flat_map(|(text, style)| {
            Printable::from(text).wrap(wide).into_iter().map(move |line| Line::Says(line.to_string(), style))
        });
        lines.extend(wrapped);
    }
    for asks in [asked::through(state, closing), asked::waited(state, closing)] {
        if !asks.is_empty() {
            lines.push(says(String::new()));
            lines.extend(asks.into_iter().map(|(text, style)| Line::Says(text, style)));
        }
    }
    if let Some(line) = &closing.line {
        lines.push(says(String::new()));
        lines.extend(line.wrap(wide(state)).into_iter().map(|line| Line::Says(line.to_string(), theme.dim)));
    }
    if let Some(next) = state.door.as_ref().and_then(|door| door.next.as_ref()) {
        let at = when::coming(next.opens, state.now, state.settings.zone);
        lines.push(says(String::new()));
        lines.push(says(format!("Next: {}, {at}. Nothing to do until then.", next.checkin)));
    }
    lines
}

/// How often it was looked at what is held: `Before it, you peeked once, asked twice and looked for a code 3 times.`
fn looked(receipt: &Receipt) -> String {
    let peeked = receipt.peeks.saturating_sub(receipt.questions + receipt.codes);
    let looks = [("peeked", peeked), ("asked", receipt.questions), ("looked for a code", receipt.codes)];
    let told: Vec<String> = looks
        .into_iter()
        .filter(|(_, times)| *times > 0)
        .map(|(did, times)| format!("{did} {}", when::times(times)))
        .collect();
    let told = match told.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => String::new(),
    };
    format!("Before it, you {told}.")
}

/// What became of the messages, in the words of the review; until the store has answered, the counts alone.
fn became(state: &State, closing: &Closing) -> Vec<(usize, String)> {
    let (now, zone, receipt) = (state.now, state.settings.zone, &closing.receipt);
    let lists = receipt.unsubscribed as usize;
    let lists = (lists > 0).then(|| (lists, commit_words::lists_left(lists).to_owned()));
    if let Some(did) = &closing.did {
        let said = |group: &PreviewGroup| {
            let count = group.at.len();
            (count, commit_words::foreseen(&group.verdict, &group.copies, count, now, zone))
        };
        let drafts = (did.drafts > 0).then(|| (did.drafts, commit_words::drafts(did.drafts).to_owned()));
        let overtaken = (did.overtaken > 0).then(|| (did.overtaken, commit_words::overtaken(did.overtaken).to_owned()));
        return in_order(did).map(said).chain(lists).chain(overtaken).chain(drafts).collect();
    }
    let counts = [
        (receipt.to_answer, "still to be answered: carried over to the next check-in of each lane"),
        (receipt.carried_over.saturating_sub(receipt.to_answer), "carried over to the next check-in of each lane"),
        (receipt.done, commit_words::decided(DecisionKind::Done)),
        (receipt.trash, commit_words::decided(DecisionKind::Trash)),
        (receipt.spam, commit_words::decided(DecisionKind::Spam)),
        (receipt.muted, commit_words::decided(DecisionKind::Mute)),
        (receipt.deferred, commit_words::decided(DecisionKind::Defer)),
    ];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    counts.map(|(count, what)| (count as usize, what.to_owned())).chain(lists).collect()
}

/// How much of the batch was handled; none where there was nothing in it.
fn bar(receipt: &Receipt) -> Option<Line> {
    let (handled, all) = (receipt.handled() as usize, (receipt.handled() + receipt.carried_over) as usize);
    Some(Line::Bar((BAR * handled).checked_div(all)?, BAR))
}

/// `41 messages in 18 minutes`.
fn worked(receipt: &Receipt) -> String {
    let messages = when::count(receipt.handled() as usize, "message", "messages");
    let minutes = when::count(usize::try_from(receipt.minutes()).unwrap_or(1), "minute", "minutes");
    format!("{messages} in {minutes}")
}

/// The last receipt in two sentences, for the door: how long it took, and what became of the messages.
pub fn summary(receipt: &Receipt, now: DateTime<Utc>, zone: Zone) -> [String; 2] {
    let day = when::day(receipt.begun, now, zone);
    let name = match (day.as_str(), receipt.checkin.as_str()) {
        ("today", name @ ("morning" | "afternoon" | "evening")) => format!("This {name}"),
        ("yesterday", name @ ("morning" | "afternoon" | "evening")) => format!("Yesterday {name}"),
        ("today", name) => format!("Today, {}", called(name)),
        (day, name) => format!("Last time, {day}, {}", called(name)),
    };
    let parts: Vec<String> = [
        (receipt.done, "done"),
        (receipt.trash, "trash"),
        (receipt.deferred, "deferred"),
        (receipt.muted, "muted"),
        (receipt.spam, "spam"),
        (receipt.carried_over.saturating_sub(receipt.to_answer), "carried over"),
        (receipt.to_answer, "to answer"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    let became = if parts.is_empty() { String::new() } else { format!("{}.", parts.join(", ")) };
    [format!("{name}: {}.", worked(receipt)), became]
}
