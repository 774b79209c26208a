//! Handing what is to be written to another mail program. The row that it answers stays as it is, until the answer lies among the sent
//! mail.

use crate::domain::problem::Problem;
use crate::ui::request::{ComposerRequest, ShellRequest};
use crate::ui::response::ComposerResponse;
use crate::ui::state::State;

/// The other program gets it.
pub fn begin(state: &mut State, request: ComposerRequest) {
    if state.writing.is_none() {
        return;
    }
    state.overlay = None;
    // What is typed from now on is meant for that program.
    state.waiting.forget();
    state.ask(request);
}

/// The other program has ended. What it has sent is looked for at once.
pub fn ended(state: &mut State, response: ComposerResponse) {
    let Some(writing) = state.writing.take() else { return };
    if let Some(how) = response.failed {
        let hint = "nothing was kept here, and the row is as it was";
        return state.warn(&Problem { what: how, hint: Some(hint.into()) });
    }
    let mut said = format!("{} was handed to {}", writing.what, response.program);
    if let Some((batch, on)) = writing.decides {
        // Short enough for 80 columns.
        said = format!("Handed to {}; the row stays until it is sent", response.program);
        if let Some(work) = state.work_of(batch) {
            work.handed.push((on, response.program));
        }
    }
    state.say(format!("{said}."));
    state.ask(ShellRequest::Gather);
}
