//! The whole sweep of kills and disk errors: at each system call by which a command writes, and at random instants.
//!
//! `scripts/faults` runs it; `cargo test` does not, because it takes long and needs strace. What it found once is in the
//! suite (`program::kills`, `program::full_disk`), with fewer points. `scripts/faults NAME…` sweeps only what is so called,
//! and `scripts/faults NAME CALL from=N` a part of it (`part`).
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

#[path = "../suite/program/sent_copies.rs"]
#[allow(dead_code, unused_imports, reason = "the suite uses more of it")]
mod sent_copies;

#[path = "../suite/program/sending/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the suite uses more of it")]
mod sending;

mod answers;
mod calls;
mod commands;
mod copies;
mod delivering;
mod instants;
mod part;
mod remote;
mod screen;
mod strace;

fn main() {
    let part = part::Part::read(std::env::args().skip(1));
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
        ("copies of what was sent, killed", copies::killed),
        ("accounts, two machines, Dovecot", remote::two_on_dovecot),
        ("accounts, two machines, Cyrus", remote::two_on_cyrus),
    ] {
        // These alone are made of calls that can be chosen.
        let has_parts = ["commands", "sending, killed", "sending, a full", "accounts, killed", "answers", "copies"];
        if part.has_sweep(name) && (!part.is_of_calls() || has_parts.iter().any(|it| name.starts_with(it))) {
            println!("{name}");
            points += sweep();
        }
    }
    let of = if part.is_of_calls() { " of this part" } else { "" };
    println!("{points} points{of}; nothing was lost at any of them");
}

/// One line of the table.
fn tell(what: &str, points: u32, told: u32) {
    println!("  {what:<32} {points:>7} {told:>7}");
}
