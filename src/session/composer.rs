//! Giving the terminal to another mail program, with the file of a draft or a `mailto` URL. The file is removed when the program has
//! ended: what it has made of it is its own.

use std::io;
use std::process::ExitStatus;

use super::dispatch::Next;
use super::terminal::TerminalGuard;
use super::{Run, SessionError, editor, leaving};
use crate::domain::printable::Printable;
use crate::job::draft_file::DraftFile;
use crate::job::handover::filled;
use crate::process::command_in_terminal;
use crate::ui::event::Event;
use crate::ui::request::{ComposerRequest, RequestNumber};
use crate::ui::response::{ComposerResponse, Response};

/// Runs the program, and tells the screen what came of it.
pub(super) fn compose(
    run: &mut Run,
    screen: &mut TerminalGuard,
    number: RequestNumber,
    request: &ComposerRequest,
) -> Result<Next, SessionError> {
    // It may have the terminal for a long time, and may be killed together with us.
    leaving::keep(&run.store_worker);
    run.unread.clear();
    let came = match DraftFile::write(&run.store_path, &request.name, &request.draft) {
        Err(error) => Err(editor::no_file(&error)),
        Ok(file) => {
            let words = filled(&request.words, file.path(), &request.mailto);
            let signals = &run.signals;
            let ended = screen.lend(|| {
                let ended = command_in_terminal(&words, || {
                    if signals.stop() {
                        TerminalGuard::stop()?;
                    }
                    signals.forget_interrupts();
                    Ok(signals.leave().is_none())
                });
                signals.forget_interrupts();
                ended
            });
            file.remove();
            let failed = how_it_failed(&request.program, ended?);
            Ok(ComposerResponse { program: request.program.clone(), failed })
        }
    };
    let (columns, rows) = screen.size()?;
    run.take(Event::Resize(columns, rows))?;
    run.take(Event::Tick(run.clock.now()))?;
    run.take(Event::Response(number, came.map(Response::Composer)))
}

fn how_it_failed(program: &Printable, ended: io::Result<ExitStatus>) -> Option<Printable> {
    let text = match ended {
        Ok(status) if status.success() => return None,
        Ok(status) => match status.code() {
            Some(code) => format!("`{program}` ended with status {code}"),
            None => format!("`{program}` was ended by a signal"),
        },
        Err(error) => format!("`{program}` could not be run ({error}): `command` under `[compose]` names it"),
    };
    Some(Printable::from(text))
}
