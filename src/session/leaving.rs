//! Leaving: what was told is kept on every way out, also when the terminal is gone and the loop hears nothing any more.

use std::time::Duration;

use crossbeam_channel::Sender;

use super::desk::Task;
use crate::job::gather::stop_commands;
use crate::watch::Watch;

/// How long the loop has to leave by itself when the terminal is gone: longer than it sleeps when nothing happens.
const LAST_MOMENT: Duration = Duration::from_secs(2);
/// The number of SIGHUP, everywhere.
const HANGUP: i32 = 1;

/// Lets the desk finish what it was told, so that a decision made with the last key is kept. Nobody reads what a command
/// prints any more: it ends with us.
pub fn finish(desk: &Sender<Task>, watch: &Watch) {
    watch.end();
    stop_commands();
    keep(desk);
}

/// Waits until everything that the desk was told is kept.
pub fn keep(desk: &Sender<Task>) {
    let (done, wait) = crossbeam_channel::bounded(1);
    if desk.send(Task::Finish(done)).is_ok() {
        let _ = wait.recv_timeout(Duration::from_secs(30));
    }
}

/// The terminal is gone. The loop ends by itself where it still can; else the program ends here.
#[expect(clippy::exit, reason = "the loop may read the end of its input for ever")]
pub fn hung_up(desk: &Sender<Task>, watch: &Watch) {
    finish(desk, watch);
    std::thread::sleep(LAST_MOMENT);
    std::process::exit(128 + HANGUP);
}
