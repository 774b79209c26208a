//! Commands, disturbed at the first, second, … call of each kind until one comes to its end undisturbed.

use super::commands::{Sweep, all};
use super::strace::{Fate, run};
use super::{part, tell};
use crate::support::{Home, lines};

/// By which a program writes, names and removes.
const CALLS: [&str; 11] = [
    "pwrite64",
    "write",
    "fdatasync",
    "fsync",
    "ftruncate",
    "openat",
    "unlink",
    "unlinkat",
    "linkat",
    "renameat2",
    "rename",
];

/// Those whose failure a disk brings about, and how.
const ERRORS: [(&str, Fate); 9] = [
    ("pwrite64", Fate::ErrorsOn("ENOSPC")),
    ("pwrite64", Fate::Error("ENOSPC")),
    ("pwrite64", Fate::Error("EIO")),
    ("fsync", Fate::Error("EIO")),
    ("fsync", Fate::ErrorsOn("EIO")),
    ("fdatasync", Fate::ErrorsOn("EIO")),
    ("ftruncate", Fate::Error("EIO")),
    ("renameat2", Fate::Error("EIO")),
    ("write", Fate::ErrorsOn("ENOSPC")),
];

/// Whether a word is the name of a call at which something is killed or fails here.
pub fn is_swept(word: &str) -> bool {
    CALLS.contains(&word) || ["sendto", "connect"].contains(&word)
}

pub fn killed() -> u32 {
    let mut total = 0;
    for sweep in all() {
        let mut of_sweep = 0;
        for call in CALLS {
            let tried = part::sweep(call, Fate::Kill, 1, |number| {
                let home = sweep.home();
                let done = run(&home, sweep.at, &sweep.words(), call, number, Fate::Kill);
                if done.status.success() {
                    return true;
                }
                let said = whole_lines(&done.stdout);
                sweep.judge(&home, &said, &format!("killed at {call} {number}"));
                false
            });
            of_sweep += tried.points;
        }
        assert!(of_sweep > 10 || part::is_of_calls(), "{}: only {of_sweep} points were met", sweep.name);
        tell(sweep.name, of_sweep, 0);
        total += of_sweep;
    }
    total
}

pub fn refused() -> u32 {
    let mut total = 0;
    for sweep in all() {
        let (mut points, mut told) = (0, 0);
        for (call, fate) in ERRORS {
            // With errors that stay, the last call alone decides; one error may go unnoticed, and is then no end.
            let tried = part::sweep(call, fate, 6, |number| {
                let home = sweep.home();
                let done = run(&home, sweep.at, &sweep.words(), call, number, fate);
                let point = format!("{fate:?} at {call} {number}");
                if !done.status.success() {
                    told += 1;
                    assert_told(&sweep, &home, &done, &point);
                }
                sweep.judge(&home, &whole_lines(&done.stdout), &point);
                done.status.success()
            });
            points += tried.points;
        }
        let few = told <= 10 && sweep.name == "add" && !part::is_of_calls();
        assert!(!few, "{}: only {told} errors were told", sweep.name);
        tell(sweep.name, points, told);
        total += points;
    }
    total
}

/// One clear word: the thing, what is the matter with it, and what to do.
#[track_caller]
fn assert_told(sweep: &Sweep, home: &Home, done: &std::process::Output, point: &str) {
    let said = String::from_utf8_lossy(&done.stderr);
    let name = sweep.name;
    assert_eq!(done.status.code(), Some(1), "{name} {point}: {said}");
    // Where standard error itself cannot be written to, the code is all that is left.
    if point.contains("at write") {
        return;
    }
    let error = &lines(&said)[0]["error"];
    let what = error["what"].as_str().unwrap_or_default();
    let store = home.store().display().to_string();
    let folder = home.path("").display().to_string();
    assert!(what.contains(&store) || what.contains(&folder), "{name} {point} names no path: {said}");
    assert!(what.contains("disk") || what.contains("space") || what.contains("error"), "{name} {point}: {said}");
    assert!(error["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{name} {point} has no hint: {said}");
    assert!(!said.contains("mistake of tidebox"), "{name} {point}: {said}");
}

/// What was said to its end.
pub fn whole_lines(said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    text.rsplit_once('\n').map(|(whole, _)| whole.to_owned()).unwrap_or_default()
}
