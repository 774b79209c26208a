//! A list of messages: headings with space above them, and one row for each message or folded group (see `group_row`).
//!
//! ```text
//!  people 14
//!  ▌ Ada, Grace       Notes on the engine         +2 files  3 of 12  1d
//!   ●Alan Turing      Lunch on Friday            carried over twice  4h
//!    Ann Example      async drop, again  rust-users              ↩  3d
//! ```
//!
//! Weight tells which row is in hand; the others have none. Where a letter has the keys, no row is in hand.

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::group_row;
use super::line_writer::LineWriter;
use crate::domain::follow_up::FollowUpKind;
use crate::domain::list_tag;
use crate::domain::message::MessageSummary;
use crate::domain::positions::{Position, Positions};
use crate::domain::printable::Printable;
use crate::domain::query::{Highlights, TextField};
use crate::domain::schedule::Zone;
use crate::domain::settled::SettledReason;
use crate::domain::topic::without_marks;
use crate::ui::geometry::{self, Focus};
use crate::ui::state::batch_view::BatchView;
use crate::ui::state::folds::Nesting;
use crate::ui::state::lines::ListLine;
use crate::ui::state::message_list::{CursorList, MessageList};
use crate::ui::theme::Theme;
use crate::ui::when;

/// From so many columns on a row says in words that its message was carried over.
const IN_WORDS: u16 = 64;

/// The column of a row from which on who writes stands.
const SENDER: usize = 3;

/// Between two marks of a row.
const BETWEEN: &str = "  ";

/// What a row needs to know besides its message.
pub struct RowContext<'a> {
    pub entry: &'a MessageSummary,
    /// Who writes in the group that the row is.
    pub people: Option<&'a [Printable]>,
    /// What stands in place of a subject, where the row is a bundle.
    pub title: Option<&'a Printable>,
    pub nesting: Nesting,
    pub here: bool,
    /// Whether the list has the keys.
    pub in_hand: bool,
    pub chosen: Chosen,
    /// What stands at the right: dim, or warm where a decision is asked for.
    pub mark: String,
    pub asks: bool,
    /// What was asked for.
    pub highlights: &'a Highlights,
}

/// How much of a row is selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    Nothing,
    /// Some messages of a folded group.
    Part,
    Whole,
}

impl Chosen {
    fn of(beneath: &Positions, marked: &Positions) -> Self {
        match beneath.both(marked).len() {
            0 => Self::Nothing,
            count if count < beneath.len() => Self::Part,
            _ => Self::Whole,
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Nothing => " ",
            Self::Part => "◐",
            Self::Whole => "●",
        }
    }
}

/// The list of a batch.
pub fn batch(work: &BatchView, (now, zone): (DateTime<Utc>, Zone), theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let marked = work.marked();
    let lines = work.lines(geometry::roomy(area.height));
    for line in 0..usize::from(area.height) {
        let Some(line_writer) = LineWriter::at(buffer, area, line) else { return };
        let over = if line == 0 { work.heading_on_top(&lines, area.height) } else { None };
        match over.or_else(|| lines.line(work.top + line)) {
            None => return,
            Some(ListLine::Blank) => {}
            Some(ListLine::Heading(title, count)) => heading(title, count, theme, line_writer),
            Some(ListLine::Row(position)) => of_batch(work, position, &marked, (now, zone), theme, line_writer),
        }
    }
}

/// A row of a batch: a message, or a folded group.
fn of_batch(
    work: &BatchView,
    position: Position,
    marked: &Positions,
    (now, zone): (DateTime<Utc>, Zone),
    theme: &Theme,
    mut line_writer: LineWriter<'_>,
) {
    let here = work.at() == Some(position);
    let Some(entry) = work.find(position) else {
        // This row was asked for and has not come yet.
        line_writer.skip(1).say(if here { "▌" } else { " " }, theme.accent);
        return;
    };
    let width = line_writer.room().try_into().unwrap_or(u16::MAX);
    let (nesting, summary) = (work.nesting(position), work.summary(position));
    let entry = summary.map_or(entry, |summary| &summary.combined);
    let count = match (nesting, summary) {
        (Nesting::Folded(here), Some(summary)) => Some(group_row::count(here, summary, width >= IN_WORDS)),
        _ => None,
    };
    let asks = work.triage.batch().asks_about(entry.carried);
    let settled = work.rows.settled(position).filter(|_| !matches!(nesting, Nesting::Folded(_)));
    let mark = marks(entry, settled, count, width, (now, zone));
    let mark = side_by_side(&handed(work, position), &mark);
    let row_context = RowContext {
        entry,
        people: summary.map(|summary| summary.people.as_slice()),
        title: summary.and_then(|summary| summary.title.as_ref()),
        nesting,
        here,
        in_hand: work.reading().focus == Focus::List,
        chosen: Chosen::of(&work.beneath(position), marked),
        mark: if asks { format!("decide: {mark}") } else { mark },
        asks,
        highlights: work.highlights(),
    };
    row(&row_context, theme, line_writer);
}

/// That the answer to a row is written in another program.
fn handed(work: &BatchView, position: Position) -> Vec<String> {
    let on = work.beneath(position);
    let to = work.handed.iter().rev().find(|(rows, _)| rows.iter().any(|row| on.contains(row)));
    to.map(|(_, program)| format!("handed to {}", program.cut(16))).into_iter().collect()
}

/// A plain list; `mark` says what stands at the right of each row.
pub fn messages(
    messages: &MessageList,
    mark: impl Fn(usize, &MessageSummary) -> String,
    theme: &Theme,
    buffer: &mut Buffer,
    area: Rect,
) {
    let in_hand = messages.reading().focus == Focus::List;
    for (line, (place, entry)) in
        messages.entries.iter().enumerate().skip(messages.top).take(usize::from(area.height)).enumerate()
    {
        let Some(line_writer) = LineWriter::at(buffer, area, line) else { return };
        row(
            &RowContext {
                entry,
                people: None,
                title: None,
                nesting: Nesting::Alone,
                here: place == messages.place(),
                in_hand,
                chosen: Chosen::Nothing,
                mark: side_by_side(&brought(entry, area.width), &mark(place, entry)),
                asks: false,
                highlights: &messages.highlights,
            },
            theme,
            line_writer,
        );
    }
}

/// A heading, with how many messages are under it. It stands before the rows, so that it is told from them without colour.
fn heading(title: &str, count: usize, theme: &Theme, mut line_writer: LineWriter<'_>) {
    line_writer.skip(1).text(&title.into(), theme.accent).skip(1).say(&count.to_string(), theme.dim);
}

fn row(row: &RowContext<'_>, theme: &Theme, mut line_writer: LineWriter<'_>) {
    let whole = line_writer.room();
    let right = Printable::from(row.mark.as_str()).width() + 2;
    let sender = (whole / 3).clamp(8, 20);
    let room = whole.saturating_sub(3 + sender + 2 + right);
    let (bar, writer, text) = looks(row, theme);
    line_writer
        .under(row.here || row.chosen != Chosen::Nothing, theme)
        .skip(1)
        .say(bar.0, bar.1)
        .say(row.chosen.sign(), theme.accent)
        .to(SENDER)
        .say(group_row::guide(row.nesting), theme.dim);
    let columns = (SENDER + sender).saturating_sub(whole - line_writer.room());
    let who = row.people.map_or_else(|| row.entry.sender.cut(columns), |people| group_row::people(people, columns));
    found(row, TextField::From, &who, writer, theme, &mut line_writer);
    line_writer.to(SENDER + sender + 2);
    let end = line_writer.room().saturating_sub(room);
    subject(row, room, text, theme, &mut line_writer);
    line_writer.skip(line_writer.room().saturating_sub(end) + 1);
    let look = if row.asks { theme.warm } else { theme.dim };
    line_writer.skip(line_writer.room().saturating_sub(right - 1)).say(&row.mark, look);
}

/// The mark of the cursor, the look of who writes, and that of the subject.
fn looks(row: &RowContext<'_>, theme: &Theme) -> ((&'static str, Style), Style, Style) {
    match (row.here, row.in_hand) {
        (true, true) => {
            let text = theme.here.add_modifier(Modifier::BOLD);
            (("▌", theme.accent), theme.writer.patch(text), text)
        }
        (here, _) => {
            let bar = if here { ("▏", theme.dim) } else { (" ", theme.dim) };
            (bar, theme.writer.remove_modifier(Modifier::BOLD), theme.text)
        }
    }
}

/// A text of a row, in which what was asked for is told from the rest.
fn found(
    row: &RowContext<'_>,
    field: TextField,
    text: &Printable,
    look: Style,
    theme: &Theme,
    line_writer: &mut LineWriter<'_>,
) {
    let places = row.highlights.places(field, text.as_str());
    line_writer.text_with(text, look, &places, theme.found(look));
}

/// The subject without the name of its mailing list, which stands behind it where there is room. Of a group, what it is about.
fn subject(row: &RowContext<'_>, room: usize, look: Style, theme: &Theme, line_writer: &mut LineWriter<'_>) {
    if let Some(title) = row.title {
        return found(row, TextField::Subject, &title.cut(room), look, theme, line_writer);
    }
    let whole = row.entry.subject.as_str();
    let bare = |part: &str| Printable::from(if row.people.is_some() { without_marks(part) } else { part });
    let Some(tag) = &row.entry.list_tag else {
        return found(row, TextField::Subject, &bare(whole).cut(room), look, theme, line_writer);
    };
    let [before, behind] = [whole.get(..tag.start), whole.get(tag.end..)].map(Option::unwrap_or_default);
    let short = bare(&format!("{before}{behind}"));
    let list = Printable::from(list_tag::name(whole, tag));
    found(row, TextField::Subject, &short.cut(room), look, theme, line_writer);
    let told = row.entry.sender.as_str().eq_ignore_ascii_case(list.as_str());
    if !told && short.width() + 2 + list.width() <= room {
        line_writer.skip(2);
        found(row, TextField::Subject, &list, theme.dim, theme, line_writer);
    }
}

/// What stands at the right of a row of the batch: what is with the message, what was before, how many messages it is where it is a
/// group, and how old it is.
fn marks(
    entry: &MessageSummary,
    settled: Option<SettledReason>,
    count: Option<String>,
    width: u16,
    (now, zone): (DateTime<Utc>, Zone),
) -> String {
    let returned = (entry.returned > 0).then(|| "↩".to_owned());
    // What came back by itself says why, and was not brought back by the person.
    let by_itself = entry.follow_up.is_some_and(|why| why.kind != FollowUpKind::ToAnswer);
    let reopened = (entry.reopened && !by_itself).then(|| "reopened".to_owned());
    let again = entry
        .follow_up
        .map(|why| if width >= IN_WORDS { when::follow_up(why, now, zone) } else { when::follow_up_shortly(why, now) });
    // Since when it is to be answered says more than how often it was carried over.
    let carried = if again.is_some() { again } else { carried_over(entry.carried, width) };
    let settled = settled.map(|reason| reason.to_string());
    let marks =
        settled.into_iter().chain(brought(entry, width)).chain(returned).chain(reopened).chain(carried).chain(count);
    side_by_side(&marks.collect::<Vec<_>>(), &format!("{:>3}", when::age(entry.placed, now)))
}

/// Marks with room between them, before what stands at the end, which may begin with spaces.
fn side_by_side(marks: &[String], last: &str) -> String {
    let gap = match marks {
        [] => "",
        _ if last.starts_with(' ') => " ",
        _ => BETWEEN,
    };
    format!("{}{gap}{last}", marks.join(BETWEEN))
}

/// What a message brings besides its text: an invitation, and how many other files.
fn brought(entry: &MessageSummary, width: u16) -> Vec<String> {
    let words = width >= IN_WORDS;
    let invitation = entry.invitation.then(|| if words { "invitation" } else { "◷" }.to_owned());
    // The invitation is the first of them.
    let files = match entry.attachments.saturating_sub(u32::from(entry.invitation)) {
        0 => None,
        1 if words => Some("+1 file".to_owned()),
        count if words => Some(format!("+{count} files")),
        count => Some(format!("+{count}")),
    };
    invitation.into_iter().chain(files).collect()
}

/// How often a message was carried over, in words where there is room for them beside the subject.
fn carried_over(times: u32, width: u16) -> Option<String> {
    match times {
        0 => None,
        _ if width >= IN_WORDS => Some(when::carried_over(times)),
        _ => Some(format!("↻{times}")),
    }
}

/// A word in the middle of an empty list.
pub fn empty(text: &str, theme: &Theme, buffer: &mut Buffer, area: Rect) {
    let lines = Printable::from(text).wrap(usize::from(area.width.saturating_sub(6)).max(8));
    let first = usize::from(area.height / 3).min(usize::from(area.height).saturating_sub(lines.len()));
    for (row, line) in lines.iter().enumerate() {
        if let Some(mut line_writer) = LineWriter::at(buffer, area, first + row) {
            line_writer.centred(line, theme.dim);
        }
    }
}
