//! The notice about an act: what just happened, to which messages, and which key takes it back.
//!
//! ```text
//! Done: Notes on the engine · u takes it back
//! Trash: 3 messages · u takes them back
//! Taken back, no longer done: Notes on the engine · ctrl-r does it again
//! ```

use chrono::NaiveDate;

use super::batch_view::Pass;
use super::notice::Notice;
use super::{Demo, State};
use crate::domain::expectation::Expectation;
use crate::domain::group::GroupKind;
use crate::domain::message::{MessageSummary, Stage};
use crate::domain::pause::{Pause, PauseKind};
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::domain::schedule::{TrialDeed, TrialStanding, Window};
use crate::domain::topic::without_marks;
use crate::domain::triage::{Act, ActState, Decision};
use crate::ui::action::{Action, Mode};
use crate::ui::when;

/// A decision was made, or made again.
#[must_use]
pub fn decided(state: &State, act: &Act) -> Notice {
    let what = of_what(state, act);
    let text = match &act.decision {
        Decision::Done => format!("Done{what}"),
        Decision::Trash => format!("Trash{what}"),
        Decision::Defer(until) => {
            let window = when::window(&until.checkin, until.opens, state.now, state.settings.zone);
            format!("Deferred to {window}{}{what}", when::or_reply(until))
        }
        Decision::Later if comes_again_now(state, act) => format!("At the end of this pass once more{what}"),
        Decision::Later => format!("To answer later, at this batch's end{what}"),
        Decision::Mute => format!("Muted for ever{what}"),
        Decision::Spam => format!("Spam{what}"),
        Decision::Skip => return skipped(state, act, None),
        Decision::Reopen => format!("Undecided again{what}"),
        Decision::Unsubscribe => format!("Its list is left at the commit{what}"),
        Decision::StaySubscribed => format!("You stay on its list{what}"),
        Decision::Reply => format!("Answered{what}"),
    };
    Notice::done(text, way_back(state, act))
}

/// Whether "later" is said of messages in their second pass.
fn comes_again_now(state: &State, act: &Act) -> bool {
    state.work.as_ref().is_some_and(|work| work.pass() == Pass::Second && act.on.both(work.triage.later()) == act.on)
}

/// Whether "later" was said of these messages when they were put off already.
fn was_postponed(state: &State, act: &Act) -> bool {
    let Some(work) = &state.work else { return false };
    let counts = |(one, state): &&(Act, ActState)| *state == ActState::Counts && one.number < act.number;
    let before = work.triage.acts().iter().rev().filter(counts).find(|(one, _)| !one.on.both(&act.on).is_empty());
    before.is_some_and(|(one, _)| one.decision == Decision::Later)
}

/// Everything that was left under a heading is done.
#[must_use]
pub fn swept(state: &State, act: &Act, title: &str) -> Notice {
    Notice::done(format!("Done with {}", all_under(state, act.on.len(), title)), way_back(state, act))
}

/// All that is shown under a heading, in words.
#[must_use]
pub fn all_under(state: &State, count: usize, title: &str) -> String {
    let filtered = state.work.as_ref().is_some_and(|work| work.filter().is_some());
    match (count, filtered) {
        (1, false) => format!("the last message under {title}"),
        (1, true) => format!("the one message under {title} that the filter shows"),
        (count, false) => format!("all {count} messages under {title}"),
        (count, true) => format!("the {count} messages under {title} that the filter shows"),
    }
}

/// Left undecided, and when it comes again, where that is known and one moment for all.
#[must_use]
pub fn skipped(state: &State, act: &Act, comes_again: Option<&Window>) -> Notice {
    let until = match comes_again {
        Some(next) if next.opens > state.now => when::window(&next.checkin, next.opens, state.now, state.settings.zone),
        _ if act.on.len() == 1 => "the next check-in of its lane".to_owned(),
        _ => "the next check-in of each lane".to_owned(),
    };
    Notice::done(format!("Not now, undecided until {until}{}", of_what(state, act)), way_back(state, act))
}

/// The key that takes a decision back.
#[must_use]
pub fn way_back(state: &State, act: &Act) -> Option<String> {
    let it = if act.on.len() == 1 { "it" } else { "them" };
    state.keymap.shown(Action::Undo).map(|undo| match (state.mode(), state.keymap.shown(Action::Back)) {
        // In the review the key `undo` is about the row under the cursor.
        (Mode::Review, Some(back)) if matches!(act.decision, Decision::Reopen | Decision::StaySubscribed) => {
            format!("{back}, then {undo}, takes that back")
        }
        _ => format!("{undo} takes {it} back"),
    })
}

/// An act was taken back.
#[must_use]
pub fn taken_back(state: &State, act: &Act) -> Notice {
    let what = of_what(state, act);
    let text = match &act.decision {
        Decision::Done => format!("Taken back, no longer done{what}"),
        Decision::Trash => format!("Taken back, no longer in the trash{what}"),
        Decision::Defer(_) => format!("Taken back, no longer deferred{what}"),
        Decision::Later if was_postponed(state, act) => format!("Taken back, no longer at the end of this pass{what}"),
        Decision::Later => format!("Taken back, no longer to answer later{what}"),
        Decision::Mute => format!("Taken back, no longer muted{what}"),
        Decision::Spam => format!("Taken back, no longer spam{what}"),
        Decision::Skip => format!("Taken back, no longer put off{what}"),
        Decision::Reopen => format!("Decided as before{what}"),
        Decision::Unsubscribe => format!("Taken back, you stay on its list{what}"),
        Decision::StaySubscribed => format!("Taken back, its list is left at the commit{what}"),
        Decision::Reply => format!("Taken back, the answer is a draft again{what}"),
    };
    let again = state.keymap.shown(Action::Redo).map(|key| {
        let does = if act.decision == Decision::Reopen { "opens it again" } else { "does it again" };
        format!("{key} {does}")
    });
    Notice::done(text, again)
}

/// What was done about a schedule that is tried.
#[must_use]
pub fn trial(trial: &TrialStanding, deed: TrialDeed, today: NaiveDate) -> String {
    let TrialStanding { schedule, own, since, until, .. } = trial;
    match deed {
        TrialDeed::Begun => {
            let (since, until) = (when::date(*since, today), when::date(*until, today));
            format!("Tried from {since} until {until}: {schedule}.")
        }
        TrialDeed::Kept => format!("Kept: your check-ins are {schedule} now."),
        TrialDeed::Ended => format!("Ended: your check-ins are {own}."),
    }
}

/// Why the demo adds no mailbox, and how to add one.
#[must_use]
pub fn demo_adds_nothing(state: &State, demo: Demo) -> Problem {
    let key = |action| state.keymap.shown(action).unwrap_or_default();
    let (quit, adds) = (key(Action::Quit), key(Action::AddMailbox));
    let way = match demo {
        Demo::FromWelcome => format!("{quit} at the door leads to the first screen, which adds yours"),
        Demo::Alone => format!("leave it with {quit}, open `tidebox`, and {adds} adds yours"),
    };
    Problem {
        what: "The demo adds no mailbox: its settings lie in a folder of its own, and nothing of yours is written"
            .into(),
        hint: Some(way.into()),
    }
}

/// Why a key of the batch does nothing about a message that is in no batch in hand.
#[must_use]
pub fn outside(state: &State, entry: &MessageSummary) -> String {
    let key = |action: Action| state.keymap.shown(action).unwrap_or_default();
    let (back, exceptions) = (key(Action::Reopen), key(Action::Exceptions));
    match entry.stage {
        Stage::Done => format!("It is done already; {back} brings it back."),
        Stage::Trash => format!("It is in the trash already; {back} brings it back."),
        Stage::Spam => format!("It is among the spam already; {back} brings it back."),
        Stage::Muted => format!("Its thread is muted, and it is filed; {back} brings it back."),
        Stage::History => format!("It was read before, and is in no batch; {back} brings it into the next one."),
        Stage::Filed => format!("It was filed in another folder; {back} brings it into the next batch."),
        Stage::Gone => format!("It is in no mailbox any more; {back} brings it into the next batch."),
        Stage::Deferred => format!("It is deferred; {back} wakes it for the next batch."),
        Stage::CarriedOver => "It comes with the next batch of its lane, and is decided there.".to_owned(),
        Stage::LetThrough => format!("It came through an exception; {exceptions} at the door reads it."),
        Stage::Batched | Stage::Held => "It is not in the batch that is open here.".to_owned(),
    }
}

/// The same notice, where another program has decided in this batch meanwhile.
#[must_use]
pub fn merged(notice: &Notice) -> Printable {
    Printable::from(format!("{}. Another tidebox decided here too: this is how it stands now", notice.text))
}

/// What the act is about: the subject of the one message, or how many there are.
fn of_what(state: &State, act: &Act) -> String {
    let work = state.work.as_ref();
    let (count, known) = (act.on.len(), work.and_then(|work| work.rows.first_of(&act.on)));
    let group = work.and_then(|work| work.group_of(&act.on));
    let conversation = group.is_some_and(|group| group.kind == GroupKind::Conversation);
    match known {
        Some(entry) if count == 1 => format!(": {}", entry.subject),
        // The row is not in memory, since it is far from the rows on the screen.
        None if count == 1 => String::new(),
        Some(entry) if conversation || act.decision == Decision::Mute && one_thread(state, act) => {
            format!(": {count} messages of {}", without_marks(entry.subject.as_str()))
        }
        _ => format!(": {}", when::count(count, "message", "messages")),
    }
}

fn one_thread(state: &State, act: &Act) -> bool {
    let thread = |position| state.work.as_ref().and_then(|work| work.find(position)).map(|entry| entry.thread);
    let mut threads = act.on.iter().map(thread);
    let first = threads.next().flatten();
    first.is_some() && threads.all(|thread| thread == first)
}
/// What is expected from now on, or that nothing is any more.
#[must_use]
pub fn expected(state: &State, made: Option<&Expectation>) -> String {
    let coming = |at| when::coming(at, state.now, state.settings.zone);
    made.map_or_else(|| "Nothing is expected any more.".to_owned(), |one| one.sentence(state.now, &coming))
}

/// What a pause does, or that none is in force any more.
#[must_use]
pub fn paused(state: &State, pause: Option<&Pause>) -> String {
    let coming = |at| when::coming(at, state.now, state.settings.zone);
    match pause.map(|pause| (&pause.what, pause.until)) {
        None => "No pause is in force.".to_owned(),
        Some((PauseKind::Door, until)) => {
            format!("Paused until {}. Exceptions still come through.", coming(until))
        }
        Some((PauseKind::Window { checkin, opens }, _)) => {
            format!("Left out: {checkin}, {}. Its messages wait for the next check-in of their lane.", coming(*opens))
        }
    }
}
