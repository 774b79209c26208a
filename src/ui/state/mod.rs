//! Everything that the screen knows. Stages are enums: what can't be at the same time can't be said at the same time.
//!
//! This file holds what all screens share; `screen` says what one of them is. `update` changes the state, `view` only looks.

pub mod act_notice;
pub mod batch_view;
pub mod conversation;
pub mod defer_choices;
pub mod field;
pub mod folds;
pub mod hints;
pub mod hit_test;
pub mod keeping;
pub mod letter_rows;
pub mod lines;
pub mod marked_lines;
pub mod marking;
pub mod matched;
pub mod message_list;
pub mod notice;
pub mod open_requests;
pub mod overlay;
pub mod page;
pub mod palette;
pub mod panel;
pub mod pass_rows;
pub mod reading;
pub mod receipt;
pub mod recent;
pub mod recipients;
pub mod review;
pub mod rows;
pub mod screen;
pub mod sheet;
pub mod viewer;
pub mod window_end;
pub mod writing;

use std::borrow::Cow;

use crate::domain::schedule::{TypedSchedule, Zone};
use chrono::{DateTime, Duration, NaiveDate, Utc};

use self::batch_view::BatchView;
use self::conversation::{ConversationStart, ConversationView};
use self::keeping::{Keeping, Waiting};
use self::message_list::CursorList;
use self::notice::Notice;
use self::open_requests::OpenRequests;
use self::overlay::Overlay;
use self::recent::{Conversations, FirstWords, Letters};
pub use self::screen::Cadence;
use self::screen::{BatchUse, Screen};
use self::window_end::EndNotice;
use self::writing::{AnsweringInvitation, Writing};
use super::action::Mode;
use super::geometry::{self, Arrangement, PaneLayout, Panes};
use super::keymap::{Key, Keymap};
use super::request::{Effect, LetterKey, LetterRequest, Request, ShellRequest, Slot};
use super::theme::{Look, Theme};
pub use crate::config::AfterDecision;
use crate::config::{Background, Config, ThemeConfig};
use crate::domain::conversation::ConversationKey;
use crate::domain::door::Overview;
use crate::domain::ids::BatchId;
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
    /// The columns that the text of a letter has at most.
    pub reader_width: u16,
    pub theme: Theme,
    /// Whether the check-ins are those of a configuration that names none.
    pub usual_hours: bool,
    /// What the terminal is like, which the theme depends on.
    pub(in crate::ui) look: Look,
    chosen: ThemeConfig,
}

impl Settings {
    #[must_use]
    pub fn of(config: &Config, look: Look) -> Self {
        Self {
            zone: config.calendar.zone,
            after_decision: config.after_decision,
            peek_delay: config.peek.delay,
            reader_width: config.reader_width,
            theme: look.theme(&config.theme),
            usual_hours: config.calendar.checkins == Config::embedded(config.calendar.zone).calendar.checkins,
            look,
            chosen: config.theme.clone(),
        }
    }

    /// The terminal has reported its background.
    pub fn set_background(&mut self, background: Background) {
        self.look.ground = background;
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

/// The demo is open, and not the person's own store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demo {
    /// By `tidebox demo`.
    Alone,
    /// From the first screen, which it goes back to.
    FromWelcome,
}

/// The batch: its list, and the letter beside it.
#[derive(Debug, Clone, Copy)]
pub struct BatchScreen;

/// The door.
#[derive(Debug, Clone, Copy)]
pub struct DoorScreen;

#[derive(Debug)]
pub struct State {
    pub settings: Settings,
    pub keymap: Keymap,
    pub now: DateTime<Utc>,
    /// Columns and rows.
    pub size: (u16, u16),
    /// Whether list and letter share the screen, and by how many steps the letter's pane is larger than at first.
    pub arrangement: Arrangement,
    pub letter_steps: i16,
    pub(in crate::ui) screen: Box<dyn Screen>,
    pub overlay: Option<Overlay>,
    /// The batch in hand; it stays while something else is looked at.
    pub work: Option<BatchView>,
    /// The window's batch, while what exceptions let through is read; it is gone back to afterwards.
    pub suspended_batch: Option<BatchView>,
    pub door: Option<Overview>,
    pub notice: Option<Notice>,
    /// What stands of the end of the window in hand.
    pub end_notice: Option<EndNotice>,
    /// What is wrong with the configuration file, for as long as it is.
    pub mistaken: Option<Problem>,
    /// The keys of a sequence that is not complete.
    pub pressed: Vec<Key>,
    /// The key that has just gone back, where a row of the same key should stop before it leaves.
    pub(in crate::ui) went_back: Option<Key>,
    /// How many messages the sources gave so far, while they are being read.
    pub gathering: Option<u64>,
    /// Whether the person asked to read the sources, and waits to hear of it.
    pub reading_asked: bool,
    pub letters: Letters,
    pub(in crate::ui) conversations: Conversations,
    pub(in crate::ui) first_words: FirstWords,
    /// How the row in hand is read, where it is a conversation.
    pub(in crate::ui) conversation: Option<ConversationView>,
    /// The row that was gone to from within another one, and which of its messages comes first.
    pub(in crate::ui) conversation_start: Option<(ConversationKey, ConversationStart)>,
    pub(in crate::ui) requests: OpenRequests,
    /// What was decided and is not on the disk yet.
    pub(in crate::ui) keeping: Option<Keeping>,
    /// What was typed meanwhile.
    pub(in crate::ui) waiting: Waiting,
    /// What the person is writing, while an editor has it or is about to get it.
    pub(in crate::ui) writing: Option<Writing>,
    /// The invitation that is being answered.
    pub(in crate::ui) invitation: Option<AnsweringInvitation>,
    /// The schedules that were replayed last, once the person has changed them.
    pub(in crate::ui) replayed: Option<Vec<TypedSchedule>>,
    /// Whether it was said in a batch that a trial waits for an answer.
    pub(in crate::ui) trial_told: bool,
    /// Whether this is the demo.
    pub demo: Option<Demo>,
    /// Whether something was left out of the keys that came at once.
    pub(in crate::ui) left_out: bool,
    /// Whether a row that is in sight has not come yet.
    pub(super) gaps: bool,
    pub(in crate::ui) out: Vec<Effect>,
}

impl State {
    #[must_use]
    pub fn new(settings: Settings, keymap: Keymap, now: DateTime<Utc>, size: (u16, u16)) -> Self {
        Self {
            settings,
            keymap,
            now,
            size,
            arrangement: Arrangement::default(),
            letter_steps: 0,
            screen: Box::new(DoorScreen),
            overlay: None,
            work: None,
            suspended_batch: None,
            door: None,
            notice: None,
            end_notice: None,
            mistaken: None,
            pressed: Vec::new(),
            went_back: None,
            gathering: None,
            reading_asked: false,
            letters: Letters::default(),
            conversations: Conversations::default(),
            first_words: FirstWords::default(),
            conversation: None,
            conversation_start: None,
            requests: OpenRequests::default(),
            keeping: None,
            waiting: Waiting::default(),
            writing: None,
            invitation: None,
            replayed: None,
            trial_told: false,
            demo: None,
            left_out: false,
            gaps: false,
            out: Vec::new(),
        }
    }

    /// Whether a frame, or the next key, must wait: something was decided that is not durable yet, a decision waits for
    /// what it is about, rows that are in sight have not come, or nothing is known yet.
    #[must_use]
    pub fn unsettled(&self) -> bool {
        self.requests.waits_for(Slot::Arrive)
            || self.requests.waits_for(Slot::Act)
            || self.requests.waits_for(Slot::Threads)
            || self.requests.waits_for(Slot::Alike)
            || self.requests.waits_for(Slot::Unsubscribe)
            || self.requests.waits_for(Slot::CommitPreview)
            || (self.gaps && self.requests.waits_for(Slot::Rows))
    }

    /// The batch in hand or the one put aside, where it is this one.
    pub(super) fn work_of(&mut self, batch: BatchId) -> Option<&mut BatchView> {
        let both = [self.work.as_mut(), self.suspended_batch.as_mut()];
        both.into_iter().flatten().find(|work| work.triage.batch().id() == batch)
    }

    /// The batches that are open here: the one in hand, and the one put aside.
    #[must_use]
    pub fn open_batches(&self) -> Vec<BatchId> {
        [self.work.as_ref(), self.suspended_batch.as_ref()]
            .into_iter()
            .flatten()
            .map(|work| work.triage.batch().id())
            .collect()
    }

    /// The batch of a window that is open here, in hand or put aside.
    #[must_use]
    pub fn window_batch(&self) -> Option<&BatchView> {
        let both = [self.work.as_ref(), self.suspended_batch.as_ref()];
        both.into_iter().flatten().find(|work| work.triage.batch().closes().is_some())
    }

    #[must_use]
    pub fn wants_ticks(&self) -> Cadence {
        self.screen.cadence()
    }

    /// Where the person is.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.screen.mode()
    }

    /// Whether the screen has a line that keys go into.
    #[must_use]
    pub(in crate::ui) fn types(&self) -> bool {
        self.screen.field().is_some()
    }

    /// The list that this screen has, with the letter beside it.
    #[must_use]
    pub fn listed(&self) -> Option<&dyn CursorList> {
        match self.screen.batch() {
            BatchUse::List => self.work.as_ref().map(|work| work as &dyn CursorList),
            BatchUse::None | BatchUse::Rows => self.screen.messages().map(|messages| messages as &dyn CursorList),
        }
    }

    pub fn listed_mut(&mut self) -> Option<&mut dyn CursorList> {
        match self.screen.batch() {
            BatchUse::List => self.work.as_mut().map(|work| work as &mut dyn CursorList),
            BatchUse::None | BatchUse::Rows => {
                self.screen.messages_mut().map(|messages| messages as &mut dyn CursorList)
            }
        }
    }

    /// Back to the batch in hand, where there is one, else to the door.
    pub(super) fn go_back(&mut self) {
        if self.work.is_some() {
            self.show(BatchScreen);
        } else {
            self.show(DoorScreen);
        }
    }

    /// Leaves the program; the demo goes back to the first screen, where it was begun from there.
    pub(super) fn quit(&mut self) {
        self.ask(if self.demo == Some(Demo::FromWelcome) { ShellRequest::Welcome } else { ShellRequest::Quit });
    }

    /// How list and letter share the screen.
    #[must_use]
    pub fn layout(&self) -> PaneLayout {
        let column = self.settings.reader_width;
        PaneLayout { arrangement: self.arrangement, steps: self.letter_steps, column }
    }

    /// Where the list and its letter stand now.
    #[must_use]
    pub fn panes(&self) -> Panes {
        let focus = self.listed().map_or_else(Default::default, |listed| listed.reading().focus);
        geometry::panes(self.size, focus, self.layout())
    }

    /// How many rows of a list can be in sight.
    #[must_use]
    pub fn rows_in_sight(&self) -> usize {
        let list = geometry::panes(self.size, geometry::Focus::List, self.layout()).list;
        usize::from(list.map_or(self.size.1, |list| list.height))
    }

    fn letter_width(&self) -> u16 {
        geometry::letter_width(self.size, self.layout())
    }

    /// The letter of the message in hand, once it has come.
    #[must_use]
    pub fn letter(&self) -> Option<Result<&Letter, &Problem>> {
        self.letters.get(self.letter_key()?).map(|come| come.map(AsRef::as_ref))
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
            return Some(Cow::Owned(Notice::calm(format!("keeping … {}", keeping.notice.text))));
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
    pub(super) fn want_letter(&mut self, key: LetterKey) {
        if self.letters.get(key).is_none() && !self.requests.waits_for(Slot::Letter(key)) {
            self.ask(LetterRequest::Layout(key));
        }
    }
}
