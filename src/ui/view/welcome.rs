//! The first run: what this is, the mailboxes found here, the demo, the configuration.
//!
//! ```text
//!    tidebox
//!
//!    It holds your mail until the check-ins that you chose, then lays it out as one
//!    batch with an end. Your mailboxes stay as they are until you close a batch.
//!
//!    Mailboxes on this machine
//!    1  ~/Mail               maildir, 1204 messages
//!    2  /var/mail/ann        mbox                       added
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::line_writer::LineWriter;
use crate::domain::printable::Printable;
use crate::ui::action::Action;
use crate::ui::geometry;
use crate::ui::state::State;
use crate::ui::state::welcome::{Offer, Taken, Welcome};
use crate::ui::theme::Theme;

pub fn draw(state: &State, welcome: &Welcome, buffer: &mut Buffer, size: (u16, u16)) {
    let theme = &state.settings.theme;
    let frame = geometry::frame(size);
    let whole = Rect { y: 0, height: frame.body.bottom(), ..frame.body };
    let width = whole.width.saturating_sub(4).min(84);
    let roomy = usize::from(whole.height >= 18);
    let area = Rect { x: whole.x + (whole.width - width) / 2, width, ..whole };
    let key = |action: Action| state.keymap.shown(action).unwrap_or_default();
    let mut page = Page { buffer, area, row: roomy * 2, theme };
    page.say("tidebox", theme.writer);
    page.row += roomy;
    page.say(
        "It holds your mail until the check-ins that you chose (10:00 and 16:00 on weekdays, for now), then lays it out as one batch with an end. Your mailboxes stay as they are until you close a batch.",
        theme.text,
    );
    page.row += roomy;
    mailboxes(welcome, &mut page);
    page.row += roomy;
    page.say(&format!("{}  go to the door", key(Action::Open)), theme.accent);
    page.say(&format!("{}  try it on sample letters first", key(Action::TryDemo)), theme.accent);
    match &welcome.config {
        Some(path) => page.say(&format!("Your settings: {}", path.display()), theme.text),
        None => page.say(
            &format!("{}  write the settings file, with a comment on every line", key(Action::WriteConfig)),
            theme.accent,
        ),
    }
    if let Some(read) = state.gathering {
        page.row += roomy;
        page.say(&format!("Reading the mailboxes … {read}"), theme.dim);
    }
}

fn mailboxes(welcome: &Welcome, page: &mut Page<'_>) {
    match &welcome.mailboxes {
        None => page.say("Looking for mailboxes …", page.theme.dim),
        Some(offers) if offers.is_empty() => {
            page.say(
                "No mailbox was found in the usual places. `tidebox add PATH` takes one in from anywhere.",
                page.theme.dim,
            );
        }
        Some(offers) => {
            page.say("Mailboxes on this machine; the number adds one:", page.theme.dim);
            // What comes below must stay on the screen.
            let room = usize::from(page.area.height).saturating_sub(page.row + 4).max(1);
            for (place, offer) in offers.iter().take(9.min(room)).enumerate() {
                page.offer(place + 1, offer);
            }
        }
    }
}

/// A page that fills from the top.
struct Page<'a> {
    buffer: &'a mut Buffer,
    area: Rect,
    row: usize,
    theme: &'a Theme,
}

impl Page<'_> {
    fn say(&mut self, text: &str, style: ratatui::style::Style) {
        for line in Printable::from(text).wrap(usize::from(self.area.width)) {
            if let Some(mut pen) = LineWriter::at(self.buffer, self.area, self.row) {
                pen.text(&line, style);
            }
            self.row += 1;
        }
    }

    fn offer(&mut self, number: usize, offer: &Offer) {
        let Some(mut pen) = LineWriter::at(self.buffer, self.area, self.row) else { return };
        let count = offer.mailbox.messages.map_or_else(String::new, |count| format!(", {count} messages"));
        let what = format!("{}{count}", offer.mailbox.kind);
        let (mark, style) = match offer.taken {
            Taken::Offered => ("", self.theme.text),
            Taken::Asked => ("…", self.theme.dim),
            Taken::Added => ("added", self.theme.accent),
        };
        let room = pen.room().saturating_sub(3 + what.len() + 2 + 8);
        pen.say(&format!("{number}  "), self.theme.accent)
            .text_in(&offer.mailbox.shown, room.min(44), style)
            .skip(2)
            .say(&what, self.theme.dim)
            .skip(2)
            .say(mark, style);
        self.row += 1;
    }
}
