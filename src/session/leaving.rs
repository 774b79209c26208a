//! Leaving: every decision is kept, however the program ends, also when the terminal is gone and the loop gets no input.

use std::io::{self, Write as _};
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, Sender};

use super::dispatch::Next;
use super::store_worker::Task;
use super::{Run, SessionError};
use crate::clock::Stopwatch;
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::job::deliver::{came_of, deliver_due, on_its_way};
use crate::process;
use crate::store::Store;
use crate::ui::event::Event;
use crate::ui::response::{Response, StoreResponse};
use crate::watch::{Watch, holder_of, present};

/// How long the loop has to leave by itself when the terminal is gone: longer than it sleeps when nothing happens.
const LAST_MOMENT: Duration = Duration::from_secs(2);
/// How long the last decision, and what is said about the batch, is waited for: longer than a transaction of the store waits for its turn.
const LONGEST: Duration = Duration::from_secs(40);
/// How often it is looked at meanwhile.
const SOON: Duration = Duration::from_millis(50);
/// After this long it is said what is waited for.
const PATIENCE: Duration = Duration::from_secs(1);
/// The number of SIGHUP, everywhere.
const HANGUP: i32 = 1;

/// Lets the store worker finish its requests, so that a decision made with the last key is kept. Source commands that still
/// run are ended, since nobody reads what they print any more.
pub fn finish(store_worker: &Sender<Task>, watch: &Watch) {
    watch.end();
    process::stop_all();
    // After what was asked for before: from then on the end of its window closes the batch that is left.
    let _ = store_worker.send(Task::OnScreen(Vec::new()));
    keep(store_worker);
}

/// Says in the shell what is left of a batch that is left half-way, as soon as the store worker has done what it was asked
/// before. A terminal that is gone hears nothing of it.
pub(super) fn tell_left(store_worker: &Sender<Task>) {
    let (answer, lines) = crossbeam_channel::bounded(1);
    if store_worker.send(Task::Left(answer)).is_ok() {
        for line in lines.recv_timeout(LONGEST).unwrap_or_default() {
            let _ = writeln!(io::stdout(), "{line}");
        }
    }
}

/// Sends what has become due, after the terminal was given back, where no other process does it. Whoever does not want to wait
/// interrupts it: what is not sent then is sent by whoever sends next.
pub(super) fn send_last(run: &Run) {
    if holder_of(&run.store_path).is_some_and(|holder| holder.process != Some(std::process::id())) {
        return;
    }
    // What was asked last may make something due.
    keep(&run.store_worker);
    let (config, clock) = (present(&run.config), run.clock);
    let Ok(store) = Store::open(&run.store_path) else { return };
    let Ok(leaving) = on_its_way(&store, &config, clock.now()) else { return };
    if leaving.is_empty() {
        return;
    }
    let what = if leaving.len() == 1 { "1 message".to_owned() } else { format!("{} messages", leaving.len()) };
    say(&format!("tidebox: sending {what} … (Ctrl-C leaves it to the next time)"));
    run.signals.forget_interrupts();
    let (done, over) = crossbeam_channel::bounded(1);
    std::thread::spawn(move || {
        let sent = deliver_due(&store, &config, &|| clock.now());
        let _ = done.send(sent.and_then(|came| Ok((came_of(&store, &leaving)?, came.troubles))));
    });
    while run.signals.leave().is_none() {
        match over.recv_timeout(SOON) {
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
            Ok(Err(error)) => return say(&format!("tidebox: {}", Printable::from(error.to_string()))),
            Ok(Ok((came, troubles))) => {
                let said = came.left().into_iter().chain(came.others()).chain(troubles);
                said.for_each(|words| say(&format!("tidebox: {}", Printable::from(words))));
                return;
            }
        }
    }
}

/// Waits for what was decided last, after the terminal was given back. The store may be kept busy by another program, or its
/// disk be full: what can't be kept is said, never dropped without a word.
pub(super) fn keep_last(run: &mut Run) -> Result<(), SessionError> {
    let waited = Stopwatch::start();
    let mut said = false;
    while run.state.holds_keys() && waited.elapsed() < LONGEST {
        let Ok(event) = run.inbox.recv_timeout(SOON) else {
            if !said && waited.elapsed() > PATIENCE {
                said = true;
                say("tidebox: waiting for the store, to keep what was decided last …");
            }
            continue;
        };
        let problem = match &event {
            Event::Response(_, Ok(Response::Store(StoreResponse::NotKept { problem, .. })) | Err(problem)) => {
                Some(problem.clone())
            }
            _ => None,
        };
        let (held, typed) = (run.state.holds_keys(), run.state.keys_waiting());
        let _ = run.take_without_loop(event);
        if let (Some(problem), true, false) = (problem, held, run.state.holds_keys()) {
            return Err(SessionError::NotKept { problem, typed });
        }
    }
    if run.state.holds_keys() {
        let problem = Problem { what: "the store did not answer".into(), hint: None };
        return Err(SessionError::NotKept { problem, typed: run.state.keys_waiting() });
    }
    Ok(())
}

/// Before the program stops for a while: carries out the keys that were typed before, as far as the store lets it. Gives
/// what they come to: a `q` among them leaves.
pub(super) fn settle_typed(run: &mut Run) -> Result<Next, SessionError> {
    let waited = Stopwatch::start();
    while run.state.holds_keys() && waited.elapsed() < LONGEST {
        if let Ok(event) = run.inbox.recv_timeout(SOON) {
            let next = run.take(event)?;
            if !matches!(next, Next::Stay) {
                return Ok(next);
            }
        }
    }
    Ok(Next::Stay)
}

#[expect(clippy::print_stderr, reason = "the terminal is the shell's again")]
fn say(words: &str) {
    eprintln!("{words}");
}

/// Waits until the store worker has carried out every request that it was sent.
pub fn keep(store_worker: &Sender<Task>) {
    let (done, wait) = crossbeam_channel::bounded(1);
    if store_worker.send(Task::Finish(done)).is_ok() {
        let _ = wait.recv_timeout(Duration::from_secs(30));
    }
}

/// The terminal is gone. The loop ends by itself where it still can; else the program ends here.
#[expect(clippy::exit, reason = "the loop may read the end of its input for ever")]
pub fn hung_up(store_worker: &Sender<Task>, watch: &Watch) {
    finish(store_worker, watch);
    std::thread::sleep(LAST_MOMENT);
    std::process::exit(128 + HANGUP);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::{Task, keep};

    #[test]
    fn what_was_told_before_is_done_when_it_is_left() {
        let (tasks, inbox) = crossbeam_channel::unbounded();
        let kept = Arc::new(AtomicBool::new(false));
        let keeps = Arc::clone(&kept);
        let worker = thread::spawn(move || {
            for task in inbox {
                if let Task::Finish(done) = task {
                    done.send(()).unwrap();
                } else {
                    thread::sleep(Duration::from_millis(50));
                    keeps.store(true, Ordering::SeqCst);
                }
            }
        });
        tasks.send(Task::Minute).unwrap();
        keep(&tasks);
        assert!(kept.load(Ordering::SeqCst));
        drop(tasks);
        worker.join().unwrap();
    }

    /// Else leaving would take half a minute.
    #[test]
    fn a_worker_that_is_gone_is_not_waited_for() {
        let (tasks, inbox) = crossbeam_channel::unbounded();
        drop(inbox);
        keep(&tasks);
        let (tasks, inbox) = crossbeam_channel::unbounded();
        let worker = thread::spawn(move || drop(inbox.recv()));
        keep(&tasks);
        worker.join().unwrap();
    }
}
