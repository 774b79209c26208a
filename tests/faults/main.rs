//! The whole sweep of kills and disk errors: at each system call by which a command writes, and at random instants.
//!
//! `scripts/faults` runs it; `cargo test` does not, because it takes long and needs strace. What it found once is in the
//! suite (`program::kills`, `program::full_disk`), with fewer points. `scripts/faults NAME…` sweeps only what is so called.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    reason = "a sweep that cannot go on has failed, and says where"
)]

#[path = "../suite/support/mod.rs"]
#[allow(dead_code, reason = "the suite uses more of it")]
mod support;

#[path = "../suite/program/accounts/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the suite uses more of it")]
mod accounts;

#[path = "../suite/program/delivery.rs"]
mod delivery;

#[path = "../suite/program/sending/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the suite uses more of it")]
mod sending;

mod answers;
mod calls;
mod commands;
mod delivering;
mod instants;
mod remote;
mod screen;
mod strace;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word.as_str()));
    strace::require();
    println!("{:<34} {:>7} {:>7}", "", "points", "told");
    let mut points = 0;
    for (name, sweep) in [
        ("commands killed at each call", calls::killed as fn() -> u32),
        ("commands with errors at each call", calls::refused),
        ("the screen killed at each call", screen::killed),
        ("the screen with errors", screen::refused),
        ("the settings at each call", screen::settings),
        ("random instants", instants::random),
        ("sending, the disk before the dot", delivering::order),
        ("sending, killed", delivering::killed),
        ("sending, a full disk", delivering::refused),
        ("accounts, killed", remote::killed),
        ("accounts, cut off", remote::cut),
        ("answers, killed", answers::killed),
        ("accounts, two machines, Dovecot", remote::two_on_dovecot),
        ("accounts, two machines, Cyrus", remote::two_on_cyrus),
    ] {
        if is_wanted(name) {
            println!("{name}");
            points += sweep();
        }
    }
    println!("{points} points; nothing was lost at any of them");
}

/// One line of the table.
fn tell(what: &str, points: u32, told: u32) {
    println!("  {what:<32} {points:>7} {told:>7}");
}
