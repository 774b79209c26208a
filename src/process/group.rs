//! Process groups. Each program that is started leads a process group of its own, so that it can be killed together
//! with everything that it started. All running groups are known here, so that none outlives tidebox.

use std::io;
use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The running groups, by the process ids of their leaders; `None` when no more may be started.
static GROUPS: Mutex<Option<Vec<u32>>> = Mutex::new(Some(Vec::new()));

fn groups() -> MutexGuard<'static, Option<Vec<u32>>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Kills every running program with everything that it started, and prevents new ones from being started, because
/// tidebox, or a screen of it, is ending.
pub fn stop_all() {
    let running = groups().take().unwrap_or_default();
    running.into_iter().for_each(kill);
}

/// Programs may be started again: another screen follows the one that has ended, as the demo follows the first screen.
pub fn allow_again() {
    groups().get_or_insert_default();
}

/// A running group. It is removed from the list when this is dropped.
#[derive(Debug)]
pub(super) struct Group {
    leader: u32,
}

impl Group {
    /// Starts a command as the leader of a new group.
    pub(super) fn start(command: &mut Command) -> io::Result<(Child, Self)> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut groups = groups();
        let running = groups.as_mut().ok_or(io::ErrorKind::Interrupted)?;
        let child = command.spawn()?;
        let leader = child.id();
        running.push(leader);
        Ok((child, Self { leader }))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(running) = groups().as_mut() {
            running.retain(|leader| *leader != self.leader);
        }
    }
}

/// Kills every process of a group (SIGKILL). It is no error if the group has ended already.
#[cfg(unix)]
pub(super) fn kill(leader: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(group) = i32::try_from(leader).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// This system has no process groups. The caller kills the leader alone.
#[cfg(not(unix))]
pub(super) fn kill(_leader: u32) {}
