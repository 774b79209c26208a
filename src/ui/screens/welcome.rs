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

use std::path::PathBuf;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::account;
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::ui::action::{Action, Mode};
use crate::ui::geometry;
use crate::ui::keymap::Key;
use crate::ui::request::{SetupRequest, ShellRequest, Slot, StoreRequest};
use crate::ui::response::{FoundMailbox, Response, SetupResponse};
use crate::ui::state::notice::Notice;
use crate::ui::state::screen::{Handlers, Screen};
use crate::ui::state::{DoorScreen, State};
use crate::ui::theme::Theme;
use crate::ui::view::line_writer::LineWriter;

#[derive(Debug, Clone, Default)]
pub struct Welcome {
    /// `None` until they were looked for.
    mailboxes: Option<Vec<Offer>>,
    /// The configuration, once it was written.
    config: Option<PathBuf>,
}

#[derive(Debug, Clone)]
struct Offer {
    mailbox: FoundMailbox,
    taken: Taken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    Offered,
    Asked,
    Added,
}

impl Welcome {
    /// The offer of this place, from 0.
    fn offer(&mut self, place: usize) -> Option<&mut Offer> {
        self.mailboxes.as_mut()?.get_mut(place)
    }

    /// The first offer that was taken and is not added yet.
    fn offer_asked(&mut self) -> Option<&mut Offer> {
        self.mailboxes.as_mut()?.iter_mut().find(|offer| offer.taken == Taken::Asked)
    }
}

impl Screen for Welcome {
    fn mode(&self) -> Mode {
        Mode::Welcome
    }

    fn handlers(&self) -> Handlers {
        Handlers { key: digit, respond, failed, ..Handlers::of(act) }
    }

    fn enter_is_final(&self) -> bool {
        true
    }

    fn quit_leaves(&self) -> bool {
        true
    }

    fn hints(&self, _: &State) -> Vec<(Action, &'static str)> {
        let write = self.config.is_none().then_some((Action::WriteConfig, "write settings"));
        [(Action::Open, "to the door"), (Action::TryDemo, "try the demo")].into_iter().chain(write).collect()
    }

    fn draw(&self, state: &State, buffer: &mut Buffer, size: (u16, u16)) {
        draw(state, self, buffer, size);
    }
}

/// A digit takes the mailbox of that number.
fn digit(state: &mut State, key: Key) -> bool {
    let Some(number) = key.character().and_then(|c| c.to_digit(10)) else { return false };
    let Some(welcome) = state.screen_as_mut::<Welcome>() else { return false };
    let Some(offer) = (number as usize).checked_sub(1).and_then(|place| welcome.offer(place)) else { return false };
    if offer.taken == Taken::Offered {
        offer.taken = Taken::Asked;
        let (kind, path) = (offer.mailbox.kind, offer.mailbox.path.clone());
        state.notice = None;
        state.ask(SetupRequest::AddSource { kind, path });
    }
    true
}

fn act(state: &mut State, action: Action) {
    match action {
        Action::AddAccount => account::open(state),
        Action::TryDemo => state.ask(ShellRequest::Demo),
        Action::WriteConfig => state.ask(SetupRequest::WriteConfig),
        Action::Open | Action::Back => {
            state.show(DoorScreen);
            state.ask(StoreRequest::Overview);
        }
        Action::Quit => state.ask(ShellRequest::Quit),
        _ => {}
    }
}

fn respond(state: &mut State, response: Response) {
    let (Some(welcome), Response::Setup(response)) = (state.screen_as_mut::<Welcome>(), response) else { return };
    match response {
        SetupResponse::Mailboxes(found) => {
            welcome.mailboxes =
                Some(found.into_iter().map(|mailbox| Offer { mailbox, taken: Taken::Offered }).collect());
        }
        SetupResponse::Wrote(path) => welcome.config = Some(path),
        SetupResponse::SourceAdded { name, config } => {
            if let Some(offer) = welcome.offer_asked() {
                offer.taken = Taken::Added;
            }
            welcome.config = Some(config);
            let away = "the settings file takes it out again".to_owned();
            let added = format!("Added as \"{name}\": it stays as it is until you close a batch");
            state.notice = Some(Notice::done(added, Some(away)));
            state.ask(ShellRequest::Gather);
        }
    }
}

fn failed(state: &mut State, slot: Slot, _: &Problem) -> bool {
    let offer = state.screen_as_mut::<Welcome>().and_then(Welcome::offer_asked);
    if let (Slot::AddSource, Some(offer)) = (slot, offer) {
        offer.taken = Taken::Offered;
    }
    false
}

fn draw(state: &State, welcome: &Welcome, buffer: &mut Buffer, size: (u16, u16)) {
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
            if let Some(mut line_writer) = LineWriter::at(self.buffer, self.area, self.row) {
                line_writer.text(&line, style);
            }
            self.row += 1;
        }
    }

    fn offer(&mut self, number: usize, offer: &Offer) {
        let Some(mut line_writer) = LineWriter::at(self.buffer, self.area, self.row) else { return };
        let count = offer.mailbox.messages.map_or_else(String::new, |count| format!(", {count} messages"));
        let what = format!("{}{count}", offer.mailbox.kind);
        let (mark, style) = match offer.taken {
            Taken::Offered => ("", self.theme.text),
            Taken::Asked => ("…", self.theme.dim),
            Taken::Added => ("added", self.theme.accent),
        };
        let room = line_writer.room().saturating_sub(3 + what.len() + 2 + 8);
        line_writer
            .say(&format!("{number}  "), self.theme.accent)
            .text_in(&offer.mailbox.shown, room.min(44), style)
            .skip(2)
            .say(&what, self.theme.dim)
            .skip(2)
            .say(mark, style);
        self.row += 1;
    }
}
