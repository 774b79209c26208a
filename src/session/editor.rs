//! Giving the terminal to an editor, with the file of a draft. While the editor runs the file is watched, and each change of
//! it is kept in the store: whatever ends then, the editor, tidebox or the machine, what was saved is there.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender};

use super::dispatch::Next;
use super::store_worker::{DraftKept, Task};
use super::terminal::TerminalGuard;
use super::{Run, SessionError, leaving, present};
use crate::clock::Stopwatch;
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::job::compose;
use crate::job::draft_file::DraftFile;
use crate::process::edit_in_terminal;
use crate::ui::event::Event;
use crate::ui::request::{DraftOrigin, EditRequest, EditorInput, RequestNumber};
use crate::ui::response::{EditOutcome, EditResponse, Response};

/// How often the file is looked at while the editor runs.
const LOOK: Duration = Duration::from_millis(250);
/// An editor that ends sooner was not used: it has opened a window of its own, and does not wait for it.
const AT_ONCE: Duration = Duration::from_secs(1);
/// How long it is waited for the store when the editor has ended.
const STORE: Duration = Duration::from_secs(40);
/// Edits a draft, and tells the screen what came of it.
pub(super) fn edit(
    run: &mut Run,
    screen: &mut TerminalGuard,
    number: RequestNumber,
    request: EditRequest,
) -> Result<Next, SessionError> {
    // An editor may have the terminal for a long time, and may be killed together with us.
    leaving::keep(&run.store_worker);
    // What was typed before the editor was there was meant for it, and cannot be given to it.
    run.unread.clear();
    let came = match Keeper::open(run, request) {
        Err(error) => Err(no_file(&error)),
        Ok(mut keeper) => {
            let command = compose::editor(&present(&run.config));
            let (signals, began) = (&run.signals, Stopwatch::start());
            let ended = screen.lend(|| {
                let ended = edit_in_terminal(&command, &keeper.path(), || {
                    if signals.stop() {
                        TerminalGuard::stop()?;
                    }
                    signals.forget_interrupts();
                    keeper.look();
                    Ok(signals.leave().is_none())
                });
                signals.forget_interrupts();
                ended
            })?;
            Ok(keeper.finish(&command, ended, began.elapsed() < AT_ONCE))
        }
    };
    run.attendance.stayed(run.clock.now());
    let (columns, rows) = screen.size()?;
    run.take(Event::Resize(columns, rows))?;
    run.take(Event::Tick(run.clock.now()))?;
    run.take(Event::Response(number, came.map(Response::Editor)))
}

pub(super) fn no_file(error: &io::Error) -> Problem {
    Problem {
        what: Printable::from(format!(
            "no file for the editor could be made in the folder `drafts` beside the store: {error}"
        )),
        hint: Some("it has to be a folder of its own, with room on its disk".into()),
    }
}

/// Brings what is saved in the editor into the store.
struct Keeper {
    file: DraftFile,
    origin: DraftOrigin,
    /// What the file began with.
    begun: Vec<u8>,
    /// What the store has, once something was saved.
    kept: Option<Vec<u8>>,
    /// What the store was asked to keep, and has not answered.
    asked: Option<(Vec<u8>, Receiver<DraftKept>)>,
    /// Why the store could not keep it, the last time.
    problem: Option<Problem>,
    looked: Stopwatch,
    store_worker: Sender<Task>,
}

impl Keeper {
    fn open(run: &Run, request: EditRequest) -> io::Result<Self> {
        let file = match request.source {
            EditorInput::Text(text) => DraftFile::write(&run.store_path, &request.name, text.as_bytes())?,
            EditorInput::File(path) => DraftFile::left(path),
        };
        Ok(Self {
            begun: file.read()?,
            file,
            origin: request.draft,
            kept: None,
            asked: None,
            problem: None,
            looked: Stopwatch::start(),
            store_worker: run.store_worker.clone(),
        })
    }

    fn path(&self) -> PathBuf {
        self.file.path().to_owned()
    }

    /// While the editor runs.
    fn look(&mut self) {
        if self.looked.elapsed() < LOOK {
            return;
        }
        self.looked = Stopwatch::start();
        if let Some((_, answer)) = &self.asked {
            match answer.try_recv() {
                Ok(answer) => self.answered(answer),
                Err(_) => return,
            }
        }
        if self.file.has_changed()
            && let Ok(bytes) = self.file.read()
        {
            self.keep(bytes);
        }
    }

    /// Asks the store to keep it. What is no text stays in the file alone.
    fn keep(&mut self, bytes: Vec<u8>) {
        let known = self.kept.as_ref().unwrap_or(&self.begun);
        let Some(text) = std::str::from_utf8(&bytes).ok().filter(|text| *known != bytes && !text.contains('\0')) else {
            return;
        };
        let (tell, answer) = crossbeam_channel::bounded(1);
        let task = Task::KeepDraft { origin: self.origin, text: text.to_owned(), kept: tell };
        if self.store_worker.send(task).is_ok() {
            self.asked = Some((bytes, answer));
        }
    }

    fn answered(&mut self, answer: DraftKept) {
        let Some((bytes, _)) = self.asked.take() else { return };
        match answer {
            Ok(id) => {
                self.origin = DraftOrigin::Kept(id);
                self.kept = Some(bytes);
                self.problem = None;
            }
            Err(problem) => self.problem = Some(problem),
        }
    }

    /// Waits for what the store was asked last.
    fn wait(&mut self) {
        if let Some((_, answer)) = &self.asked {
            let late = || Problem { what: "the store did not answer".into(), hint: None };
            let answer = answer.recv_timeout(STORE).unwrap_or_else(|_| Err(late()));
            self.answered(answer);
        }
    }

    /// The editor has ended.
    fn finish(mut self, command: &str, ended: io::Result<ExitStatus>, at_once: bool) -> EditResponse {
        self.wait();
        let bytes = self.file.read();
        if let Ok(bytes) = &bytes {
            self.keep(bytes.clone());
            self.wait();
        }
        let outcome = self.outcome(command, ended, bytes, at_once);
        let stays = matches!(&outcome, EditOutcome::Written { left: Some(_), .. } | EditOutcome::NotKept { .. });
        let draft = if let DraftOrigin::Kept(id) = self.origin { Some(id) } else { None };
        if !stays {
            self.file.remove();
        }
        EditResponse { draft, outcome }
    }

    fn outcome(
        &mut self,
        command: &str,
        ended: io::Result<ExitStatus>,
        bytes: io::Result<Vec<u8>>,
        at_once: bool,
    ) -> EditOutcome {
        let text = match bytes {
            Ok(text) => text,
            Err(error) => {
                let why = if error.kind() == io::ErrorKind::NotFound {
                    "the editor has removed the file".to_owned()
                } else {
                    format!("the file can't be read any more: {error}")
                };
                return EditOutcome::Gone { why: why.into() };
            }
        };
        if let Some(problem) = self.problem.take() {
            return EditOutcome::NotKept { problem, left: self.path() };
        }
        let failed = how_it_failed(command, ended);
        let changed = text != self.begun || self.kept.is_some();
        let is_kept = text == *self.kept.as_ref().unwrap_or(&self.begun) && self.kept.is_some();
        let known = matches!(self.origin, DraftOrigin::Kept(_));
        match failed {
            Some(how) if !changed || is_kept => EditOutcome::Failed { how },
            None if !changed && !known => EditOutcome::Unchanged { at_once },
            _ => {
                let left = (text != self.begun && !is_kept).then(|| self.path());
                EditOutcome::Written { text, left }
            }
        }
    }
}

/// How the editor ended, where that was no success.
fn how_it_failed(command: &str, ended: io::Result<ExitStatus>) -> Option<Printable> {
    let command = if command == compose::USUAL_EDITOR { "vi" } else { command };
    let text = match ended {
        Ok(status) if status.success() => return None,
        Ok(status) => match status.code() {
            Some(code @ (126 | 127)) => {
                format!("`{command}` could not be run (status {code}): VISUAL or EDITOR names the editor")
            }
            // A shell tells of a signal by its number and 128.
            None | Some(129..=192) => format!("`{command}` was ended by a signal"),
            Some(code) => format!("`{command}` ended with status {code}"),
        },
        Err(error) => format!("`{command}` could not be run: {error}"),
    };
    Some(Printable::from(text))
}
