//! The first screen: what this is, the mailboxes found here, an account, a first batch, the demo, the settings.
//!
//! ```text
//!    tidebox
//!
//!    It holds your mail until the hours that you choose (for now 10:00 and 16:00 on weekdays), then
//!    shows it as one batch with an end. Your mailboxes stay as they are until you close a batch.
//!
//!    Mailboxes on this machine; the number adds one:
//!    1  ~/Maildir            maildir, 36 messages
//!    2  /var/mail/ann        mbox                       added
//!
//!    m  an account on a mail server
//!    b  begin a first batch now: 45 minutes for what is unread, whatever the hour
//!    t  try it on sample messages first
//!    w  write the settings file
//!    enter  start: shows when the next check-in opens
//! ```

use std::path::PathBuf;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::account;
use crate::domain::batch::{FIRST_MINUTES, called};
use crate::domain::mailbox_change::FolderRole;
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::ui::action::{Action, Mode};
use crate::ui::geometry;
use crate::ui::keymap::Key;
use crate::ui::request::{SetupRequest, ShellRequest, Slot, StoreRequest};
use crate::ui::response::{FoundMailbox, Response, SetupResponse};
use crate::ui::state::State;
use crate::ui::state::screen::{Handlers, Screen};
use crate::ui::view::line_writer::LineWriter;
use crate::ui::when;

#[derive(Debug, Clone, Default)]
pub struct Welcome {
    /// Whether another screen is behind it, to which it leads back.
    aside: bool,
    /// `None` until they were looked for.
    mailboxes: Option<Vec<Offer>>,
    /// The names of the sources that the settings have.
    sources: Vec<Printable>,
    /// The configuration, once it was written.
    config: Option<PathBuf>,
    /// The mailbox that was added last, where it has not all the folders that a commit needs.
    lacks: Option<Lacks>,
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

/// What a mailbox has not.
#[derive(Debug, Clone)]
struct Lacks {
    source: Printable,
    missing: Vec<FolderRole>,
}

impl Lacks {
    /// `Maildir has no Archive and no Trash folder`.
    fn words(&self) -> String {
        let names: Vec<String> = self.missing.iter().map(|role| format!("no {}", role.usual_name())).collect();
        format!("{} has {} folder", self.source, in_a_row(&names))
    }
}

/// `a, b and c`.
fn in_a_row(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

impl Welcome {
    /// Over another screen.
    pub(super) fn aside() -> Self {
        Self { aside: true, ..Self::default() }
    }

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
        !self.aside
    }

    fn hints(&self, state: &State) -> Vec<(Action, &'static str)> {
        let mut hints = Vec::new();
        let begins = state.door.as_ref().is_some_and(|door| !door.nothing_to_hold);
        hints.extend(first_batch(state, self).filter(|_| begins).map(|_| (Action::BeginFirst, "begin")));
        hints.push((Action::Open, if self.aside { "back" } else { "start" }));
        hints.push((Action::TryDemo, "try the demo"));
        hints
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
        Action::MakeFolders | Action::KeepInPlace => supply(state, action),
        Action::BeginFirst => begin(state),
        Action::Open | Action::Back => leave(state),
        Action::Quit if state.screen_as::<Welcome>().is_some_and(|welcome| welcome.aside) => leave(state),
        Action::Quit => state.quit(),
        _ => {}
    }
}

/// To the batch in hand, or to the door.
fn leave(state: &mut State) {
    state.go_back();
    state.ask(StoreRequest::Overview);
}

/// Begins the batch that can be begun: that of the check-in that is open, else the first one.
fn begin(state: &mut State) {
    let Some(door) = &state.door else { return };
    if state.requests.waits_for(Slot::Batch) {
        return;
    }
    if door.nothing_to_hold {
        state.say("There is nothing to read yet: add a mailbox first.");
    } else if door.open.as_ref().is_some_and(|open| open.begun || !door.first_batch) {
        state.ask(StoreRequest::Begin);
    } else if door.first_batch {
        state.ask(StoreRequest::BeginFirst);
    } else {
        state.say("The first check-in was closed: from now on what comes waits for its check-in.");
    }
}

/// Makes the folders that the added mailbox has not, or does without an archive.
fn supply(state: &mut State, action: Action) {
    let Some(lacks) = state.screen_as::<Welcome>().and_then(|welcome| welcome.lacks.clone()) else {
        return state.say("No mailbox that was added here lacks a folder.");
    };
    let source = lacks.source.to_string();
    if action == Action::MakeFolders {
        state.ask(SetupRequest::MakeFolders { source });
    } else if lacks.missing.contains(&FolderRole::Archive) {
        state.ask(SetupRequest::KeepInPlace { source });
    } else {
        state.say("There is an archive: what is done goes there.");
    }
}

fn respond(state: &mut State, response: Response) {
    let (Some(welcome), Response::Setup(response)) = (state.screen_as_mut::<Welcome>(), response) else { return };
    match response {
        SetupResponse::Mailboxes { found, sources } => {
            let taken = |mailbox: &FoundMailbox| if mailbox.added { Taken::Added } else { Taken::Offered };
            welcome.mailboxes =
                Some(found.into_iter().map(|mailbox| Offer { taken: taken(&mailbox), mailbox }).collect());
            welcome.sources = sources;
        }
        SetupResponse::Wrote(path) => welcome.config = Some(path),
        SetupResponse::SourceAdded { name, config, missing } => {
            if let Some(offer) = welcome.offer_asked() {
                offer.taken = Taken::Added;
            }
            welcome.config = Some(config);
            welcome.lacks = (!missing.is_empty()).then(|| Lacks { source: name.clone(), missing });
            let said = format!("Added as \"{name}\". Nothing moves there until you close a batch.");
            welcome.sources.push(name);
            state.say(said);
            state.ask(ShellRequest::Gather);
            state.ask(StoreRequest::Overview);
        }
        SetupResponse::FoldersMade { made, missing } => {
            let made: Vec<String> = made.iter().map(ToString::to_string).collect();
            if let Some(lacks) = &mut welcome.lacks {
                lacks.missing = missing;
            }
            welcome.lacks.take_if(|lacks| lacks.missing.is_empty());
            state.say(match made.as_slice() {
                [] => "The folders are there already.".to_owned(),
                made => format!("Made: {}.", in_a_row(made)),
            });
        }
        SetupResponse::KeptInPlace => {
            if let Some(lacks) = &mut welcome.lacks {
                lacks.missing.retain(|role| *role != FolderRole::Archive);
            }
            welcome.lacks.take_if(|lacks| lacks.missing.is_empty());
            state.say("What is done stays where it is, marked read (`done = \"read\"` in the settings).");
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

/// What the key that begins a batch does now; `None` where there is none to begin.
fn first_batch(state: &State, welcome: &Welcome) -> Option<String> {
    let door = state.door.as_ref()?;
    if door.nothing_to_hold && welcome.sources.is_empty() {
        return door
            .first_batch
            .then(|| format!("a first batch at once, {FIRST_MINUTES} minutes, as soon as there is a mailbox"));
    }
    if state.requests.waits_for(Slot::Batch) {
        return Some("reading the mailbox first …".to_owned());
    }
    match &door.open {
        Some(open) if open.begun => Some(format!("go on with {}", called(&open.window.checkin))),
        Some(open) if !open.late => {
            let until = when::hour(open.window.closes, state.settings.zone);
            Some(format!("begin: {} is open until {until}", called(&open.window.checkin)))
        }
        _ => door
            .first_batch
            .then(|| format!("begin a first batch now: {FIRST_MINUTES} minutes for what is unread, whatever the hour")),
    }
}

/// A row of the screen.
enum Line {
    Blank,
    Says(String, Style),
    /// A key and what it does.
    Key(String, String, Style),
    /// A mailbox, by its place.
    Offer(usize),
}

fn draw(state: &State, welcome: &Welcome, buffer: &mut Buffer, size: (u16, u16)) {
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
    let hours = if state.settings.usual_hours { " (for now 10:00 and 16:00 on weekdays)" } else { "" };
    let what = format!(
        "It holds your mail until the hours that you choose{hours}, then shows it as one batch with an end. Your mailboxes stay as they are until you close a batch."
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
        let waits = format!("{}: what needs it would wait.", lacks.words());
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
        Some(path) => Line::Says(format!("Your settings: {}", path.display()), theme.dim),
        None => key(Action::WriteConfig, "write the settings file, with a comment on every line".to_owned()),
    });
    lines.push(key(Action::Open, if welcome.aside { "back".to_owned() } else { start(state) }));
    if let Some(read) = state.gathering {
        lines.push(Line::Blank);
        lines.push(Line::Says(format!("Reading the mailboxes … {read}"), theme.dim));
    } else if !welcome.aside {
        lines.push(Line::Blank);
        let held = "Held: what comes in is kept out of sight until a check-in opens. Between check-ins you see the door, which only says when that is.";
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
