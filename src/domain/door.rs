//! The closed door: everything that may be said between check-ins. No sender, no subject, and no count unless asked for.

use chrono::{DateTime, Utc};

use super::answer_pace::AnswerPace;
use super::concern::Concern;
use super::expectation::Expectation;
use super::outbox::OutboxTally;
use super::pause::Pause;
use super::receipt::Receipt;
use super::schedule::{TrialStanding, Window};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overview {
    /// The window that can be begun or gone on with now, where there is one.
    pub open: Option<OpenWindow>,
    /// The batch whose time is over and that is not committed, where there is one. Where no window is open it can be gone on
    /// with, and is `open` too.
    pub uncommitted: Option<OpenWindow>,
    /// The pauses that are in force, the one that ends first before the others.
    pub pauses: Vec<Pause>,
    /// The first window that opens after this moment.
    pub next: Option<Window>,
    /// Today's windows in the file's zone, and whether each was read.
    pub today: Vec<(Window, WindowState)>,
    /// What the last committed check-in came to.
    pub last: Option<Receipt>,
    /// How many messages are held; only if `show_held` is set.
    pub held: Option<u32>,
    /// How many messages exceptions let through that nobody has read yet.
    pub let_through: u32,
    /// What the person expects, each until its hour.
    pub expected: Vec<Expectation>,
    /// How many messages the person deferred.
    pub deferred: u32,
    /// How many messages were put off to be answered at earlier check-ins, and wait for the next one of their lanes.
    pub to_answer: u32,
    /// How long one answer takes, where that is known.
    pub pace: Option<AnswerPace>,
    /// The last day of the time away that today belongs to, if it does.
    pub away_until: Option<chrono::NaiveDate>,
    pub outside: WriteBackState,
    /// What the person has written and what has not left whole.
    pub outbox: OutboxTally,
    /// The changes that wait for a person: those that are alike are one, the most messages first.
    pub refused: Vec<RefusedChanges>,
    /// No source is configured.
    pub no_source: bool,
    /// There is neither a source nor any message.
    pub nothing_to_hold: bool,
    /// The first batch can be begun: no window was ever committed, and none is open.
    pub first_batch: bool,
    /// What is wrong with the sources, and what to do about it.
    pub concerns: Vec<Concern>,
    /// The schedule that is tried, while there is something to say of it.
    pub trial: Option<TrialStanding>,
    /// A watch is expected to run, and does not.
    pub watch_is_down: bool,
}

/// How many of the changes in mailboxes that follow from decisions are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WriteBackState {
    /// Still to be made.
    pub waiting: u32,
    /// They cannot be made until a person does something about it.
    pub refused: u32,
    /// Somebody else was first, since the last commit; that stands.
    pub overtaken: u32,
    /// Messages that came back to their mailbox, too many at once to be held again without asking.
    pub returned: u32,
}

/// Changes in a mailbox that cannot be made until a person does something, all for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedChanges {
    /// The source's name.
    pub source: String,
    pub messages: u32,
    /// Whether the copies were to go to another folder.
    pub moves: bool,
    /// What is in the way, and what to do, as the mailbox said it: two sentences with a semicolon between.
    pub why: String,
}

impl RefusedChanges {
    /// How many messages wait, and for what: `46 messages could not be moved in Maildir: there is no folder for an archive.`
    #[must_use]
    pub fn what(&self) -> String {
        let messages = if self.messages == 1 { "1 message".to_owned() } else { format!("{} messages", self.messages) };
        let moved = if self.moves { "moved" } else { "marked" };
        let (what, _) = self.parts();
        format!("{messages} could not be {moved} in {}: {what}.", self.source)
    }

    /// What to do: `Make one called Archive.`
    #[must_use]
    pub fn advice(&self) -> String {
        let (_, hint) = self.parts();
        let mut letters = hint.chars();
        letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
    }

    fn parts(&self) -> (&str, &str) {
        self.why.split_once("; ").unwrap_or((&self.why, ""))
    }
}

/// Says how many messages came back, too many at once to be held again without asking, and what to do.
#[must_use]
pub fn came_back(messages: u32) -> String {
    let came = if messages == 1 { "1 message came back".to_owned() } else { format!("{messages} messages came back") };
    format!(
        "{came} to where incoming messages lie, too many at once to be held again without asking: `tidebox journal --hold-returned` \
         holds them, `tidebox journal --leave-returned` leaves them as they are."
    )
}

/// Says how many messages are held, where the settings want it.
#[must_use]
pub fn held_sentence(messages: u32) -> String {
    match messages {
        0 => "Nothing is held.".to_owned(),
        1 => "1 message is held.".to_owned(),
        count => format!("{count} messages are held."),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenWindow {
    pub window: Window,
    /// The batch's time is over at this instant: the window's close or, where it is begun late, a later one. Of a window
    /// that was missed, it can be begun up to then; `None` where nothing ends that.
    pub until: Option<DateTime<Utc>>,
    pub begun: bool,
    /// The window itself has passed unread; it can be begun until the next one opens.
    pub late: bool,
    /// How many of the batch are undecided, once it is begun.
    pub left: Option<u32>,
    pub decided: Option<u32>,
    /// How many of what is left were put off to be answered.
    pub later: Option<u32>,
}

impl OpenWindow {
    /// Whether its time is over: it was begun, and is not committed yet.
    #[must_use]
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.begun && self.until.is_some_and(|until| until <= now)
    }
}

/// What became of one of today's windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WindowState {
    Ahead,
    Open,
    Read,
    Missed,
    /// The person left it out.
    LeftOut,
    /// It was over before the store was made.
    Over,
}
