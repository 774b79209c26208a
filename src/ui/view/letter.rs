//! A letter: who writes, the other header lines, the subject, the text in a column of its own.
//!
//! ```text
//!   Ada Lovelace  <ada@example.org>                        yesterday 18:20
//!   To    Charles Babbage <cb@example.org> and 3 others
//!   Files engine-notes.pdf
//!
//!   Notes on the engine
//!
//!   │ Invitation: Notes on the engine
//!   │ When       Tue 1 Dec 2026, 10:00–11:00
//!
//!   I have read your sketch twice and I think that the second
//!   > the mill takes the variables in
//!   ╌ 12 more quoted lines
//!
//!   attached  engine-notes.pdf  214 kB
//!   [1] example.org
//! ```
//!
//! The text never reaches the left edge: nothing in it can pass for a part of the screen.

use std::ops::Range;

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::conversation;
use super::line_writer::LineWriter;
use crate::domain::invitation::{CARD_LABELS, CardLine, CardTone};
use crate::domain::letter::{Body, Letter, LetterLine, LineKind, TextStyle};
use crate::domain::printable::Printable;
use crate::domain::query::{Highlights, TextField};
use crate::ui::action::Action;
use crate::ui::geometry;
use crate::ui::state::State;
use crate::ui::state::letter_rows::{self, SheetRow};
use crate::ui::state::marking::Marking;
use crate::ui::state::matched;
use crate::ui::state::message_list::CursorList;
use crate::ui::state::sheet::{LetterPart, Sheet, SheetPart};
use crate::ui::when;

/// The letter under the cursor, in its place.
pub fn draw(state: &State, buffer: &mut Buffer, area: Rect) {
    let column = geometry::column(area, state.layout());
    let Some(listed) = state.listed() else { return };
    // A letter is here within a frame or two; a word that flashes by would only unsettle.
    let Some(sheet) = Sheet::of(state) else { return };
    let top = listed.reading().scroll;
    for (begins, part) in sheet.from(top).take_while(|(begins, _)| *begins < top + usize::from(area.height)) {
        if let SheetPart::Letter(part) = part {
            let lines = begins.saturating_sub(top);
            let place = Rect { y: column.y + u16::try_from(lines).unwrap_or(0), ..column };
            draw_letter(state, part, top.saturating_sub(begins), buffer, place.intersection(column));
        } else if let Some(line_writer) = LineWriter::at(buffer, column, begins - top) {
            conversation::draw(state, part, line_writer);
        }
    }
    conversation::mark(state, sheet.in_hand(), top, buffer, area);
    more(state, top, sheet.rows(), buffer, area);
}

/// The rows of one letter from `top` on.
fn draw_letter(state: &State, part: &LetterPart<'_>, top: usize, buffer: &mut Buffer, area: Rect) {
    let Some(highlights) = state.listed().map(CursorList::highlights) else { return };
    let LetterPart { letter, rows, placed, .. } = part;
    // A row of words may begin before these rows, and end behind them.
    let first = top.saturating_sub(highlights.longest());
    let last = (top + usize::from(area.height) + highlights.longest()).min(rows.len());
    let found = matched::in_rows(letter, rows.get(first..last).unwrap_or_default(), highlights);
    let seen = rows.iter().skip(top).zip(found.iter().skip(top - first)).take(usize::from(area.height));
    for (line, (row, places)) in seen.enumerate() {
        if let Some(line_writer) = LineWriter::at(buffer, area, line) {
            let context = LetterContext { state, letter, placed: *placed, highlights, places };
            draw_row(&context, row, line_writer);
        }
        let is_marked =
            |marking: Marking| marking.of.id == letter.id && matches!(row, SheetRow::Line(at) if marking.covers(*at));
        if state.marking().is_some_and(is_marked) && area.x > 0 {
            // An edge of its own, which is seen without colour as well.
            let pane = state.panes().letter.map_or(area.x, |pane| pane.x);
            let edge = Rect { x: area.x.saturating_sub(2).max(pane), width: 1, ..area };
            if let Some(mut line_writer) = LineWriter::at(buffer, edge, line) {
                line_writer.say("┃", state.settings.theme.accent);
            }
        }
    }
}

/// Small arrows in the margin where the letter goes on.
fn more(state: &State, scroll: usize, rows: usize, buffer: &mut Buffer, area: Rect) {
    let height = usize::from(area.height);
    let margin = Rect { x: area.right().saturating_sub(1), width: area.width.min(1), ..area };
    for (shown, row, arrow) in [(scroll > 0, 0, "↑"), (scroll + height < rows, height.saturating_sub(1), "↓")] {
        if let (true, Some(mut line_writer)) = (shown, LineWriter::at(buffer, margin, row)) {
            line_writer.say(arrow, state.settings.theme.accent);
        }
    }
}

/// What a row of a letter needs to know.
struct LetterContext<'a> {
    state: &'a State,
    letter: &'a Letter,
    placed: Option<DateTime<Utc>>,
    highlights: &'a Highlights,
    /// Where the row's own text has what was asked for.
    places: &'a [Range<usize>],
}

impl LetterContext<'_> {
    /// A text of one field, in which what was asked for is told from the rest.
    fn field(&self, field: TextField, text: &Printable, style: Style, line_writer: &mut LineWriter<'_>) {
        let places = self.highlights.places(field, text.as_str());
        line_writer.text_with(text, style, &places, self.state.settings.theme.found(style));
    }

    /// A line of the text, span by span.
    fn line(&self, line: &LetterLine, line_writer: &mut LineWriter<'_>) {
        let (mut begins, theme) = (0, &self.state.settings.theme);
        for span in &line.spans {
            // The mark of a quote is context too; the number of a link is something that can be done.
            let quoting = matches!(line.kind, LineKind::Quote(_)) && span.text.as_str().starts_with('>');
            let style = look(self.state, line.kind, if quoting { TextStyle::Plain } else { span.look });
            let ends = begins + span.text.as_str().len();
            let within = |place: &Range<usize>| place.start.max(begins) - begins..place.end.min(ends) - begins;
            let here = self.places.iter().filter(|place| place.start < ends && begins < place.end).map(within);
            line_writer.text_with(&span.text, style, &here.collect::<Vec<_>>(), theme.found(style));
            begins = ends;
        }
    }
}

fn draw_row(context: &LetterContext<'_>, row: &SheetRow, mut line_writer: LineWriter<'_>) {
    let LetterContext { state, letter, .. } = *context;
    let theme = &state.settings.theme;
    match row {
        SheetRow::Blank => {}
        SheetRow::From => sender(context, &mut line_writer),
        SheetRow::Header(place) => {
            if let Some((name, value)) = letter.headers.get(*place) {
                line_writer.text_in(&(*name).into(), letter.names(), theme.dim).skip(1);
                match *name {
                    "To" => context.field(TextField::To, value, theme.dim, &mut line_writer),
                    "Cc" => context.field(TextField::Cc, value, theme.dim, &mut line_writer),
                    "List" => context.field(TextField::List, value, theme.dim, &mut line_writer),
                    _ => drop(line_writer.text(value, theme.dim)),
                }
            }
        }
        SheetRow::Date => {
            line_writer
                .text_in(&"Date".into(), letter.names(), theme.dim)
                .skip(1)
                .say(&sent(state, context.placed), theme.dim);
        }
        SheetRow::Files => {
            line_writer.text_in(&"Files".into(), letter.names(), theme.dim).skip(1);
            let files = files(letter, line_writer.room());
            line_writer.text(&files, theme.text);
        }
        SheetRow::Subject(text) => {
            let style = theme.text.add_modifier(Modifier::UNDERLINED);
            context.field(TextField::Subject, text, style, &mut line_writer);
        }
        SheetRow::Card(place) => {
            let lines = letter.invitation.as_ref().map(|invitation| invitation.lines.as_slice());
            if let Some(line) = lines.and_then(|lines| lines.get(*place)) {
                card_line(context, line, &mut line_writer);
            }
        }
        SheetRow::Line(place) => {
            if let Some(line) = letter.lines.get(*place) {
                context.line(line, &mut line_writer);
            }
        }
        SheetRow::Folded(count) => {
            let key = state.keymap.shown(Action::Quotes).map_or_else(String::new, |key| format!(" · {key}"));
            line_writer
                .say("╌ ", theme.quote)
                .say(&when::count(*count, "more quoted line", "more quoted lines"), theme.quote)
                .say(&key, theme.dim);
        }
        SheetRow::Armour(count) => {
            let key = state.keymap.shown(Action::Quotes).map_or_else(String::new, |key| format!(" · {key}"));
            line_writer
                .say("╌ OpenPGP, ", theme.dim)
                .say(&when::count(*count, "line", "lines"), theme.dim)
                .say(&key, theme.dim);
        }
        SheetRow::Attachment(place) => {
            if let Some(file) = letter.attachments.get(*place) {
                let size = when::size(file.size);
                let room = line_writer.room().saturating_sub(10 + size.len() + 2);
                line_writer.say("attached  ", theme.dim);
                context.field(TextField::File, &file.name.cut(room), theme.text, &mut line_writer);
                line_writer.skip(2).say(&size, theme.dim);
            }
        }
        SheetRow::Link(place) => {
            if let Some(link) = letter.links.get(*place) {
                line_writer.say(&format!("[{}] ", place + 1), theme.accent).text(&link.shown, theme.dim);
                if let Some(caution) = &link.caution {
                    line_writer.skip(2).text(caution, theme.warm);
                }
            }
        }
        SheetRow::Note(place) => {
            if let Some(note) = letter.notes.get(*place) {
                line_writer.say("· ", theme.dim).text(note, theme.dim);
            }
        }
        SheetRow::OtherBody => {
            let other = match (letter.body, letter.other()) {
                (_, Some(Body::Whole)) => "what the page hides, too",
                (Body::Whole, _) => "the version without what is hidden",
                (Body::HtmlOfBoth, _) => "the plain text",
                _ => "the HTML version as text",
            };
            let text = match state.keymap.shown(Action::OtherBody) {
                Some(key) => format!("{key} shows {other}"),
                None => format!("{other} is there too"),
            };
            line_writer.say("· ", theme.dim).say(&text, theme.dim);
        }
    }
}

/// Who writes, and when it was sent.
fn sender(context: &LetterContext<'_>, line_writer: &mut LineWriter<'_>) {
    let LetterContext { state, letter, .. } = *context;
    let theme = &state.settings.theme;
    let sent = if letter_rows::dated_apart(letter) { String::new() } else { sent(state, context.placed) };
    if letter.from_name.is_empty() {
        context.field(TextField::From, &letter.from_address, theme.writer, line_writer);
    } else {
        // The address is shown whole before the name is: anybody can write any name.
        let address = Printable::from(format!("<{}>", letter.from_address));
        let name = line_writer.room().saturating_sub(address.width() + 2).max(line_writer.room() / 3);
        context.field(TextField::From, &letter.from_name.cut(name), theme.writer, line_writer);
        line_writer.skip(2);
        context.field(TextField::From, &address, theme.dim, line_writer);
    }
    line_writer.right(&sent, theme.dim);
}

/// A line of an invitation's card, which has an edge of its own at its left.
fn card_line(context: &LetterContext<'_>, line: &CardLine, line_writer: &mut LineWriter<'_>) {
    let theme = &context.state.settings.theme;
    line_writer.say("│ ", theme.accent);
    let style = match line.tone {
        CardTone::Title => theme.text.add_modifier(Modifier::UNDERLINED),
        CardTone::Plain => theme.text,
        CardTone::Warning => theme.warm,
    };
    if line.tone != CardTone::Title {
        line_writer.text_in(&line.label.into(), CARD_LABELS, theme.dim);
    }
    context.field(TextField::Body, &line.text, style, line_writer);
}

/// How many attachments there are, and the names of as many as there is room for, the first at least.
fn files(letter: &Letter, room: usize) -> Printable {
    let count = letter.attachments.len();
    let others = |left: usize| match left {
        0 => String::new(),
        1 => " and 1 other".to_owned(),
        left => format!(" and {left} others"),
    };
    let mut text = Printable::from(if count > 1 { format!("{count}: ") } else { String::new() });
    for (place, file) in letter.attachments.iter().enumerate() {
        let gap = if place > 0 { ", " } else { "" };
        let longer = Printable::from(format!("{text}{gap}{}", file.name));
        let left = others(count - place - 1);
        match longer.width() + left.len() <= room {
            true => text = longer,
            false if place == 0 => {
                return Printable::from(format!("{}{left}", longer.cut(room.saturating_sub(left.len()))));
            }
            false => return Printable::from(format!("{text}{}", others(count - place))),
        }
    }
    text
}

/// When a letter was sent: `yesterday 18:20`.
fn sent(state: &State, placed: Option<DateTime<Utc>>) -> String {
    placed.map_or_else(String::new, |placed| when::moment(placed, state.now, state.settings.zone))
}

fn look(state: &State, kind: LineKind, look: TextStyle) -> Style {
    let theme = &state.settings.theme;
    let base = match kind {
        LineKind::Quote(_) => theme.quote,
        LineKind::Signature | LineKind::Armour => theme.dim,
        LineKind::Text | LineKind::Verbatim => theme.text,
        LineKind::Heading => theme.text.add_modifier(Modifier::UNDERLINED),
    };
    match look {
        TextStyle::Plain => base,
        // Bold stands for who writes; what is strong in a letter is underlined.
        TextStyle::Strong => base.add_modifier(Modifier::UNDERLINED),
        TextStyle::Emphasis => base.add_modifier(Modifier::ITALIC),
        TextStyle::Link | TextStyle::Added => base.patch(theme.accent),
    }
}
