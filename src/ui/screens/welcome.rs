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

mod page;

use ratatui::buffer::Buffer;

use super::account;
use crate::domain::batch::{FIRST_MINUTES, called};
use crate::domain::door::Overview;
use crate::domain::mailbox_change::FolderRole;
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::ui::action::{Action, Mode};
use crate::ui::keymap::Key;
use crate::ui::request::{SetupRequest, ShellRequest, Slot, StoreRequest};
use crate::ui::response::{FoundMailbox, Response, SetupResponse};
use crate::ui::state::State;
use crate::ui::state::screen::{Handlers, Screen};
use crate::ui::when;

#[derive(Debug, Clone, Default)]
pub struct Welcome {
    /// Whether another screen is behind it, to which it leads back.
    over_another: bool,
    /// `None` until they were looked for.
    mailboxes: Option<Vec<Offer>>,
    /// The names of the sources that the settings have.
    sources: Vec<Printable>,
    /// The configuration, once it was written.
    config: Option<Printable>,
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
    pub(super) fn over_another() -> Self {
        Self { over_another: true, ..Self::default() }
    }

    /// Whether there is no source and no message. A source that was just added counts, though the door was told of before it.
    fn has_nothing(&self, door: &Overview) -> bool {
        door.nothing_to_hold && self.sources.is_empty()
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
        !self.over_another
    }

    fn hints(&self, state: &State) -> Vec<(Action, &'static str)> {
        let mut hints = Vec::new();
        let begins = state.door.as_ref().is_some_and(|door| !self.has_nothing(door));
        hints.extend(first_batch(state, self).filter(|_| begins).map(|_| (Action::BeginFirst, "begin")));
        hints.push((Action::Open, if self.over_another { "back" } else { "start" }));
        hints.push((Action::TryDemo, "try the demo"));
        hints
    }

    fn draw(&self, state: &State, buffer: &mut Buffer, size: (u16, u16)) {
        page::draw(state, self, buffer, size);
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
        Action::Quit if state.screen_as::<Welcome>().is_some_and(|welcome| welcome.over_another) => leave(state),
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
    if state.screen_as::<Welcome>().is_some_and(|welcome| welcome.has_nothing(door)) {
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
        SetupResponse::RuleWritten { .. } | SetupResponse::ExceptionRemoved(_) | SetupResponse::Trial { .. } => {}
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
    if welcome.has_nothing(door) {
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
