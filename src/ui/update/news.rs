//! What the background says unasked.

use crate::ui::event::News;
use crate::ui::state::asked::Question;
use crate::ui::state::receipt::{ClosedBy, Closing};
use crate::ui::state::{Screen, State};

pub fn news(state: &mut State, news: News) {
    match news {
        News::Gathering { read } => state.gathering = Some(read),
        News::Gathered { failed, .. } => {
            state.gathering = None;
            if let Some(problem) = failed.first() {
                state.warn(problem);
            }
        }
        News::Arrived { waiting, let_through } => {
            if let Some(work) = &mut state.work {
                work.since = (waiting, let_through);
            }
        }
        News::Door(facts) => state.door = Some(*facts),
        News::ClosedByItself(receipt) => {
            state.work = None;
            state.overlay = None;
            state.notice = None;
            state.pressed.clear();
            state.asked.forget(|question| {
                matches!(question, Question::Act | Question::Commit | Question::Batch | Question::Select)
            });
            state.screen = Screen::Receipt(Box::new(Closing { receipt: *receipt, by: ClosedBy::Time }));
        }
    }
}
