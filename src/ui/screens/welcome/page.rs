//! The picture of the first screen: its lines, and how they are fitted into the height that there is.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{Offer, Taken, Welcome, first_batch, in_a_row};
use crate::domain::mailbox_change::FolderRole;
use crate::domain::printable::Printable;
use crate::ui::action::Action;
use crate::ui::geometry;
use crate::ui::state::State;
use crate::ui::view::line_writer::LineWriter;
use crate::ui::when;

/// A row of the screen.
enum Line {
    Blank,
    Says(String, Style),
    /// A key and what it does.
    Key(String, String, Style),
    /// A mailbox, by its place.
    Offer(usize),
}

pub(super) fn draw(state: &State, welcome: &Welcome, buffer: &mut Buffer, size: (u16, u16)) {
    let frame = geometry::frame(size);
    let whole = Rect { y: 0, height: frame.body.bottom(), ..frame.body };
    let width = whole.width.saturating_sub(4).min(86);
    let area = Rect { x: whole.x + (whole.width - width) / 2, width, ..whole };
    let height = usize::from(area.height);
    let (before, after) = (intro(state, welcome), choices(state, welcome));
    let rows = |lines: &[Line]| lines.iter().map(|line| line.rows(area.width)).sum::<usize>();
    let offers = welcome.mailboxes.as_ref().map_or(0, Vec::len);
    let blank = |lines: &[Line]| lines.iter().filter(|line| matches!(line, Line::Blank)).count();
    let taken = rows(&before) + rows(&after) - blank(&before) - blank(&after);
    let room = height.saturating_sub(taken).clamp(2, 9);
    // Where not all fit, the last row says how many more there are.
    let shown = if offers <= room { offers } else { room.saturating_sub(1) };
    let mut lines = before;
    lines.extend((0..shown).map(Line::Offer));
    if shown < offers {
        let more = format!("   and {} more: `tidebox add PATH` adds any of them", offers - shown);
        lines.push(Line::Says(more, state.settings.theme.dim));
    }
    lines.extend(after);
    // Empty lines give way first, from below; what is left over is above.
    while rows(&lines) > height {
        let Some(blank) = lines.iter().rposition(|line| matches!(line, Line::Blank)) else { break };
        lines.remove(blank);
    }
    let mut page = Page { buffer, area, row: (height.saturating_sub(rows(&lines)) / 3).min(4), state };
    for line in &lines {
        page.put(line, welcome);
    }
}

/// What this is, and what stands above the mailboxes.
fn intro(state: &State, welcome: &Welcome) -> Vec<Line> {
    let theme = &state.settings.theme;
    let hours = if state.settings.usual_hours {
        "(for now 10:00 and 16:00 on weekdays; the hours are yours to choose)"
    } else {
        "(the hours that you chose)"
    };
    let what = format!(
        "It holds your messages until your check-ins {hours}, then shows them as one batch with an end. Your mailboxes stay as they are until you close a batch."
    );
    let mut lines =
        vec![Line::Says("tidebox".to_owned(), theme.writer), Line::Blank, Line::Says(what, theme.text), Line::Blank];
    let sources = welcome.sources.iter().map(ToString::to_string).collect::<Vec<_>>();
    let read = (!sources.is_empty()).then(|| format!("Read so far: {}.", in_a_row(&sources)));
    match &welcome.mailboxes {
        None => lines.push(Line::Says("Looking for mailboxes …".to_owned(), theme.dim)),
        Some(offers) if offers.is_empty() => {
            let found = "No mailbox was found in the usual places. `tidebox add PATH` reads one from anywhere.";
            lines.push(Line::Says(read.unwrap_or_else(|| found.to_owned()), theme.dim));
        }
        Some(offers) => {
            let added = offers.iter().filter(|offer| offer.taken == Taken::Added).count();
            lines.extend(read.filter(|_| sources.len() > added).map(|read| Line::Says(read, theme.dim)));
            lines.push(Line::Says("Mailboxes on this machine; the number adds one:".to_owned(), theme.dim));
        }
    }
    lines
}

/// What stands beneath the mailboxes: each key and what it does, and the words that are new.
fn choices(state: &State, welcome: &Welcome) -> Vec<Line> {
    let theme = &state.settings.theme;
    let mut lines = Vec::new();
    let key =
        |action: Action, does: String| Line::Key(state.keymap.shown(action).unwrap_or_default(), does, theme.text);
    if let Some(lacks) = &welcome.lacks {
        let waits = format!("{}: changes that need one would wait.", lacks.words());
        lines.extend([Line::Says(waits, theme.warm), key(Action::MakeFolders, "make what is missing".to_owned())]);
        if lacks.missing.contains(&FolderRole::Archive) {
            let stay = "or do without an archive: what is done stays where it is, marked read";
            lines.push(key(Action::KeepInPlace, stay.to_owned()));
        }
    }
    lines.push(Line::Blank);
    lines.push(key(Action::AddAccount, "an account on a mail server".to_owned()));
    lines.extend(first_batch(state, welcome).map(|does| key(Action::BeginFirst, does)));
    lines.push(key(Action::TryDemo, "try it on sample messages first".to_owned()));
    lines.push(match &welcome.config {
        Some(path) => Line::Says(format!("Your settings: {path}"), theme.dim),
        None => key(Action::WriteConfig, "write the settings file, with a comment on every line".to_owned()),
    });
    lines.push(key(Action::Open, if welcome.over_another { "back".to_owned() } else { start(state) }));
    if let Some(read) = state.gathering {
        lines.push(Line::Blank);
        lines.push(Line::Says(format!("Reading the mailboxes … {read}"), theme.dim));
    } else if !welcome.over_another {
        lines.push(Line::Blank);
        let held = "Held means: kept out of sight until a check-in opens. Between check-ins you see the door, which only says when that is.";
        lines.push(Line::Says(held.to_owned(), theme.dim));
    }
    lines
}

/// What Enter does at the first start.
fn start(state: &State) -> String {
    let next = state.door.as_ref().and_then(|door| door.next.as_ref());
    match next {
        Some(next) => {
            let at = when::coming(next.opens, state.now, state.settings.zone);
            // Whoever has chosen hours sees that they are read.
            let named = if state.settings.usual_hours { String::new() } else { format!(", {},", next.checkin) };
            format!("start: to the door; the next check-in{named} opens {at}")
        }
        None => "start: to the door".to_owned(),
    }
}

impl Line {
    /// How many rows it takes in a page of this width.
    fn rows(&self, width: u16) -> usize {
        let width = usize::from(width);
        match self {
            Self::Blank | Self::Offer(_) => 1,
            Self::Says(text, _) => Printable::from(text.as_str()).wrap(width).len(),
            Self::Key(key, does, _) => {
                Printable::from(does.as_str()).wrap(width.saturating_sub(beside(key)).max(1)).len()
            }
        }
    }
}

/// How many columns a key takes, with the space behind it.
fn beside(key: &str) -> usize {
    Printable::from(key).width() + 2
}

/// A page that fills from the top.
struct Page<'a> {
    buffer: &'a mut Buffer,
    area: Rect,
    row: usize,
    state: &'a State,
}

impl Page<'_> {
    fn put(&mut self, line: &Line, welcome: &Welcome) {
        let width = usize::from(self.area.width);
        match line {
            Line::Blank => self.row += 1,
            Line::Says(text, style) => {
                for line in Printable::from(text.as_str()).wrap(width) {
                    self.write(0, &line, *style);
                }
            }
            Line::Key(key, does, style) => {
                let (left, accent) = (beside(key), self.state.settings.theme.accent);
                if let Some(mut line_writer) = LineWriter::at(self.buffer, self.area, self.row) {
                    line_writer.say(key, accent);
                }
                for line in Printable::from(does.as_str()).wrap(width.saturating_sub(left).max(1)) {
                    self.write(left, &line, *style);
                }
            }
            Line::Offer(place) => {
                let offer = welcome.mailboxes.as_ref().and_then(|offers| offers.get(*place));
                if let Some(offer) = offer {
                    self.offer(*place + 1, offer);
                }
            }
        }
    }

    fn write(&mut self, column: usize, line: &Printable, style: Style) {
        if let Some(mut line_writer) = LineWriter::at(self.buffer, self.area, self.row) {
            line_writer.to(column).text(line, style);
        }
        self.row += 1;
    }

    fn offer(&mut self, number: usize, offer: &Offer) {
        let theme = &self.state.settings.theme;
        let Some(mut line_writer) = LineWriter::at(self.buffer, self.area, self.row) else { return };
        let count = |count| when::count(usize::try_from(count).unwrap_or(usize::MAX), "message", "messages");
        let count = offer.mailbox.messages.map_or_else(String::new, |messages| format!(", {}", count(messages)));
        let what = format!("{}{count}", offer.mailbox.kind);
        let (mark, style) = match offer.taken {
            Taken::Offered => ("", theme.text),
            Taken::Asked => ("…", theme.dim),
            Taken::Added => ("added", theme.accent),
        };
        let room = line_writer.room().saturating_sub(3 + what.len() + 2 + 8);
        line_writer
            .say(&format!("{number}  "), theme.accent)
            .text_in(&offer.mailbox.shown, room.min(44), style)
            .skip(2)
            .say(&what, theme.dim)
            .skip(2)
            .say(mark, style);
        self.row += 1;
    }
}
