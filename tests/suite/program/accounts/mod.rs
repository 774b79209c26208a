//! Accounts on mail servers: on real ones, on ones that misbehave, over connections that break, and under `kill -9`.

mod day;
pub mod decided;
pub mod faults;
mod health;
mod hostile;
pub mod kills;
mod logins;
mod reopened;
pub mod two_machines;

use std::process::{Command, Stdio};

use crate::support::running::wait_until;
use crate::support::{CONFIG, Home, Ran, program, ran};

/// Before the morning's check-in.
pub const EARLY: &str = "2026-11-23T09:00:00+01:00";
/// While it is open.
pub const OPEN: &str = "2026-11-23T10:05:00+01:00";
/// The door is closed again, and what was to be tried again is due.
pub const AFTER: &str = "2026-11-23T15:30:00+01:00";

/// Virtual memory that a run may have: what is told of a literal of 4 GB must not be asked of the system.
const MEMORY: u64 = 2_000_000_000;

/// A home whose configuration has these sources.
pub fn home_with(sources: &str) -> Home {
    let home = Home::new();
    configure(&home, sources);
    home
}

pub fn configure(home: &Home, sources: &str) {
    home.write("config.toml", format!("{CONFIG}\n{sources}"));
}

/// Runs the program with bounded memory, and not for ever.
pub fn bounded(home: &Home, at: &str, arguments: &[&str]) -> Ran {
    let mut command = Command::new("prlimit");
    command.arg(format!("--as={MEMORY}")).args(["timeout", "100"]).arg(program()).args(arguments);
    command.env_clear().envs(home.environment(at)).current_dir(home.path("")).stdin(Stdio::null());
    let done = ran(&command.output().unwrap());
    assert_ne!(done.code, 124, "{arguments:?} took longer than 100 s: {}", done.err);
    assert!(!done.err.contains("panicked"), "{arguments:?}: {}", done.err);
    done
}

/// The Message-IDs of the messages that a store has, in order.
pub fn stored(home: &Home) -> Vec<String> {
    let all = home.sqlite("SELECT coalesce(message_id, '') FROM message ORDER BY 1");
    all.lines().map(str::to_owned).collect()
}

/// Waits until so many messages are stored.
#[track_caller]
pub fn wait_for(home: &Home, count: usize) {
    let count = count.to_string();
    let is = || home.store().exists() && home.sqlite("SELECT count(*) FROM message").trim() == count;
    wait_until(&format!("message {count} is stored"), is);
}
