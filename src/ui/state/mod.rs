//! Everything that the screen knows. Stages are enums: what can't be at the same time can't be said at the same time.
//!
//! One file a screen; this one holds what all of them share. `update` changes it, `view` only looks.

pub mod batch_view;
pub mod defer_choices;
pub mod deferred;
pub mod field;
pub mod hints;
pub mod hit_test;
pub mod keeping;
pub mod letter_rows;
pub mod letters;
pub mod lines;
pub mod message_list;
pub mod notice;
pub mod open_requests;
pub mod overlay;
pub mod page;
pub mod palette;
pub mod panel;
pub mod peek;
pub mod reading;
pub mod receipt;
pub mod review;
pub mod rows;
pub mod search;
pub mod told;
pub mod welcome;
pub mod write_back_words;

use std::borrow::Cow;

use crate::domain::schedule::Zone;
use chrono::{DateTime, Duration, NaiveDate, Utc};

use self::batch_view::BatchView;
use self::keeping::{Keeping, Waiting};
use self::letters::Letters;
use self::message_list::CursorList;
use self::notice::Notice;
use self::open_requests::OpenRequests;
use self::overlay::Overlay;
use self::peek::Peeking;
use self::write_back_words::WriteBackWords;
use super::action::Mode;
use super::geometry;
use super::keymap::{Key, Keymap};
use super::request::{Effect, LetterKey, LetterRequest, Request, SetupRequest, Slot, StoreRequest};
use super::theme::{Look, Theme};
pub use crate::config::AfterDecision;
use crate::config::{Background, Config, ThemeConfig};
use crate::domain::defer_choices::DeferChoices;
use crate::domain::door::Overview;
use crate::domain::ids::{BatchId, Id};
use crate::domain::letter::Letter;
use crate::domain::problem::Problem;

/// What the configuration says of the screen.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The zone that a person reads times in.
    pub zone: Zone,
    pub after_decision: AfterDecision,
    /// How long the gate of a peek takes.
    pub peek_delay: Duration,
    pub theme: Theme,
    /// How mailboxes follow a commit.
    pub follow: WriteBackWords,
    /// What the terminal is like, which the theme depends on.
    look: Look,
    chosen: ThemeConfig,
}

impl Settings {
    #[must_use]
    pub fn of(config: &Config, look: Look) -> Self {
        Self {
            zone: config.calendar.zone,
            after_decision: config.after_decision,
            peek_delay: config.peek.delay,
            theme: look.theme(&config.theme),
            follow: WriteBackWords::of(config),
            look,
            chosen: config.theme.clone(),
        }
    }

    /// The terminal has told what its background is.
    pub fn stand_on(&mut self, ground: Background) {
        self.look.ground = ground;
        self.theme = self.look.theme(&self.chosen);
    }

    /// The same terminal under a changed configuration.
    #[must_use]
    pub fn changed(&self, config: &Config) -> Self {
        Self::of(config, self.look)
    }
}

/// Where the program begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// At the door, or in the batch that was left while its time is not over.
    Door,
    /// The first run: no configuration yet.
    Welcome,
    /// Straight into the window that is open, as the demo does.
    Batch,
}

/// How often the screen wants to know the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cadence {
    Minute,
    /// A countdown is on the screen.
    Second,
}

#[derive(Debug)]
pub enum Screen {
    Welcome(welcome::Welcome),
    Door,
    Queue,
    Review(review::Review),
    Receipt(Box<receipt::Closing>),
    Deferred(deferred::Deferrals),
    Search(Box<search::Search>),
    Peek(Peeking),
}

#[derive(Debug)]
pub struct State {
    pub settings: Settings,
    pub keymap: Keymap,
    pub now: DateTime<Utc>,
    /// Columns and rows.
    pub size: (u16, u16),
    pub screen: Screen,
    pub overlay: Option<Overlay>,
    /// The batch in hand; it stays while something else is looked at.
    pub work: Option<BatchView>,
    /// The window's batch, while what exceptions let through is read; it is gone back to afterwards.
    pub aside: Option<BatchView>,
    pub door: Option<Overview>,
    /// The windows that a deferral is offered.
    pub defer_choices: Option<DeferChoices>,
    /// The instant at which they were asked for last.
    pub defer_choices_asked: Option<DateTime<Utc>>,
    pub notice: Option<Notice>,
    /// What is wrong with the configuration file, for as long as it is.
    pub mistaken: Option<Problem>,
    /// The keys of a sequence that is not complete.
    pub pressed: Vec<Key>,
    /// How many messages the sources gave so far, while they are being read.
    pub gathering: Option<u64>,
    /// Whether the person asked to read the sources, and waits to hear of it.
    pub reading_asked: bool,
    pub letters: Letters,
    pub(in crate::ui) requests: OpenRequests,
    /// What was decided and is not on the disk yet.
    pub(in crate::ui) keeping: Option<Keeping>,
    /// What was typed meanwhile.
    pub(in crate::ui) waiting: Waiting,
    /// Whether something was left out of the keys that came at once.
    pub(in crate::ui) left_out: bool,
    /// Whether a row that is in sight has not come yet.
    pub(super) gaps: bool,
    pub(super) out: Vec<Effect>,
}

impl State {
    #[must_use]
    pub fn new(settings: Settings, keymap: Keymap, now: DateTime<Utc>, size: (u16, u16)) -> Self {
        Self {
            settings,
            keymap,
            now,
            size,
            screen: Screen::Door,
            overlay: None,
            work: None,
            aside: None,
            door: None,
            defer_choices: None,
            defer_choices_asked: None,
            notice: None,
            mistaken: None,
            pressed: Vec::new(),
            gathering: None,
            reading_asked: false,
            letters: Letters::default(),
            requests: OpenRequests::default(),
            keeping: None,
            waiting: Waiting::default(),
            left_out: false,
            gaps: false,
            out: Vec::new(),
        }
    }

    /// The first wishes.
    #[must_use]
    pub fn start(&mut self, start: Start) -> Vec<Effect> {
        match start {
            Start::Door => self.ask(StoreRequest::Arrive),
            Start::Welcome => {
                self.ask(StoreRequest::Overview);
                self.screen = Screen::Welcome(welcome::Welcome::default());
                self.ask(SetupRequest::Mailboxes);
            }
            Start::Batch => {
                self.ask(StoreRequest::Overview);
                self.ask(StoreRequest::Begin);
            }
        }
        std::mem::take(&mut self.out)
    }

    /// Whether a frame, or the next key, must wait: something was decided that is not durable yet, a decision waits for
    /// what it is about, rows that are in sight have not come, or nothing is known yet.
    #[must_use]
    pub fn unsettled(&self) -> bool {
        self.requests.waits_for(Slot::Arrive)
            || self.requests.waits_for(Slot::Act)
            || self.requests.waits_for(Slot::Threads)
            || (self.gaps && self.requests.waits_for(Slot::Rows))
    }

    /// The batch in hand or the one put aside, where it is this one.
    pub(super) fn work_of(&mut self, batch: BatchId) -> Option<&mut BatchView> {
        let both = [self.work.as_mut(), self.aside.as_mut()];
        both.into_iter().flatten().find(|work| work.triage.batch().id() == batch)
    }

    #[must_use]
    pub fn wants_ticks(&self) -> Cadence {
        match &self.screen {
            Screen::Peek(Peeking::Gate { .. } | Peeking::Open { .. }) => Cadence::Second,
            _ => Cadence::Minute,
        }
    }

    #[must_use]
    pub fn mode(&self) -> Mode {
        match self.screen {
            Screen::Welcome(_) => Mode::Welcome,
            Screen::Door => Mode::Door,
            Screen::Queue => Mode::Queue,
            Screen::Review(_) => Mode::Review,
            Screen::Receipt(_) => Mode::Receipt,
            Screen::Deferred(_) => Mode::Deferred,
            Screen::Search(_) => Mode::Search,
            Screen::Peek(_) => Mode::Peek,
        }
    }

    /// The list that this screen has, with the letter beside it.
    #[must_use]
    pub fn listed(&self) -> Option<&dyn CursorList> {
        match &self.screen {
            Screen::Queue => self.work.as_ref().map(|work| work as &dyn CursorList),
            Screen::Deferred(deferrals) => Some(&deferrals.shelf),
            Screen::Search(search) => Some(&search.shelf),
            Screen::Peek(Peeking::Open { shelf, .. }) => Some(&**shelf),
            _ => None,
        }
    }

    pub fn listed_mut(&mut self) -> Option<&mut dyn CursorList> {
        match &mut self.screen {
            Screen::Queue => self.work.as_mut().map(|work| work as &mut dyn CursorList),
            Screen::Deferred(deferrals) => Some(&mut deferrals.shelf),
            Screen::Search(search) => Some(&mut search.shelf),
            Screen::Peek(Peeking::Open { shelf, .. }) => Some(&mut **shelf),
            _ => None,
        }
    }

    /// Which letter the screen wants to show, laid out how.
    #[must_use]
    pub fn letter_key(&self) -> Option<LetterKey> {
        let listed = self.listed()?;
        let body = listed.reading().body;
        listed.current().map(|entry| LetterKey { id: entry.id, width: geometry::letter_width(self.size), body })
    }

    /// The letter under the cursor, once it has come.
    #[must_use]
    pub fn letter(&self) -> Option<Result<&Letter, &Problem>> {
        self.letters.get(self.letter_key()?)
    }

    /// Today's date where the person is.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.settings.zone).date_naive()
    }

    /// Asks whoever grants it.
    pub(super) fn ask(&mut self, request: impl Into<Request>) {
        let request = request.into();
        let number = self.requests.add(&request);
        self.out.push(Effect { number, request });
    }

    /// Whether a response is on its way.
    #[must_use]
    pub fn waits_for_responses(&self) -> bool {
        !self.requests.is_empty()
    }

    pub(super) fn say(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice::calm(text));
    }

    /// What is being kept, or just happened; where nothing did, what is wrong with the settings.
    #[must_use]
    pub fn said(&self) -> Option<Cow<'_, Notice>> {
        if let Some(keeping) = &self.keeping {
            // Only a slow disk lets a person see this.
            return Some(Cow::Owned(Notice::calm(format!("keeping … {}", keeping.said.text))));
        }
        let mistaken = || self.mistaken.as_ref().map(|problem| Cow::Owned(Notice::problem(problem)));
        self.notice.as_ref().map(Cow::Borrowed).or_else(mistaken)
    }

    /// Whether a notice stands where the hints would: there is not always room for both.
    #[must_use]
    pub fn hints_covered(&self) -> bool {
        let frame = geometry::frame(self.size);
        frame.notice == frame.hints && self.said().is_some()
    }

    pub(super) fn warn(&mut self, problem: &Problem) {
        self.notice = Some(Notice::problem(problem));
    }

    /// Asks for a letter unless it is here or on its way.
    pub(super) fn want_letter(&mut self, id: Id, body: Option<crate::domain::letter::Body>) {
        let key = LetterKey { id, width: geometry::letter_width(self.size), body };
        if self.letters.get(key).is_none() && !self.requests.waits_for(Slot::Letter(key)) {
            self.ask(LetterRequest::Layout(key));
        }
    }
}
