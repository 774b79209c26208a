//! Sending twenty messages, some of whose recipients are refused: killed at random instants, and at each call by which the program
//! writes, syncs, connects and sends; and the order of what reaches the disk and of what leaves.

use std::process::{Command, Stdio};

use super::delivery::{AT, Delivery, MESSAGES};
use super::strace::{Fate, run};
use super::{part, tell};
use crate::support::{Home, program};

const CALLS: [&str; 6] = ["sendto", "connect", "fdatasync", "pwrite64", "fsync", "write"];
/// What a full disk does.
const ERRORS: [(&str, Fate); 8] = [
    ("pwrite64", Fate::ErrorsOn("ENOSPC")),
    ("pwrite64", Fate::Error("ENOSPC")),
    ("pwrite64", Fate::Error("EIO")),
    ("pwrite64", Fate::ErrorsOn("EIO")),
    ("fdatasync", Fate::Error("EIO")),
    ("fdatasync", Fate::ErrorsOn("EIO")),
    ("fsync", Fate::Error("EIO")),
    ("write", Fate::ErrorsOn("ENOSPC")),
];

pub fn killed() -> u32 {
    let delivery = Delivery::prepare(MESSAGES);
    let mut total = 0;
    if !part::is_of_calls() {
        let (instants, unknown) = delivery.at_instants(100);
        tell("twenty, random instants", instants, unknown);
        total += instants;
    }
    for call in CALLS.into_iter().filter(|call| part::has(call, Fate::Kill)) {
        let mut unknown = 0;
        let tried = part::sweep(call, Fate::Kill, 1, |number| {
            let home = delivery.home();
            let done = run(&home, AT, &["sync"], call, number, Fate::Kill).status.success();
            unknown += u32::try_from(delivery.judge(&home, &format!("killed at {call} {number}"))).unwrap();
            done
        });
        tell(&format!("twenty, at each {call}"), tried.points, unknown);
        total += tried.points;
    }
    total
}

/// The disk is full, or fails, at each write: the program says so, and goes on once there is room.
pub fn refused() -> u32 {
    let delivery = Delivery::prepare(4);
    let mut total = 0;
    for (call, fate) in ERRORS.into_iter().filter(|(call, fate)| part::has(call, *fate)) {
        // One error may go unnoticed, and is then no end.
        let tried = part::sweep(call, fate, 6, |number| {
            let home = delivery.home();
            let done = run(&home, AT, &["sync"], call, number, fate);
            let said = String::from_utf8_lossy(&done.stderr).into_owned();
            assert!(!said.contains("mistake of tidebox"), "{fate:?} at {call} {number}: {said}");
            delivery.judge(&home, &format!("{fate:?} at {call} {number}"));
            done.status.success()
        });
        tell(&format!("four, {fate:?} at {call}"), tried.points, 0);
        total += tried.points;
    }
    total
}

/// The row that the dot is about to be written is on the disk before the dot leaves.
pub fn order() -> u32 {
    let delivery = Delivery::prepare(3);
    let home = delivery.home();
    let calls = traced(&home);
    let dots: Vec<usize> =
        (0..calls.len()).filter(|at| calls[*at].contains("sendto(") && calls[*at].contains("\".\\r\\n\"")).collect();
    assert_eq!(dots.len(), 3, "{calls:#?}");
    for dot in &dots {
        let before: Vec<&str> = calls[..*dot].iter().rev().map(String::as_str).collect();
        let is_sync = |call: &&str| call.contains("fdatasync(") || call.contains("fsync(");
        let synced = before.iter().position(is_sync).unwrap();
        let written = before.iter().position(|call| call.contains("pwrite64(")).unwrap();
        let text = before.iter().position(|call| call.contains("sendto(")).unwrap();
        assert!(
            synced < written && written < text,
            "after the text a row, then the disk, then the dot: {:#?}",
            &before[..text + 1]
        );
    }
    tell("the disk before the dot", 3, 0);
    3
}

fn traced(home: &Home) -> Vec<String> {
    let trace = home.path("trace");
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-s", "40", "-e", "trace=pwrite64,fdatasync,fsync,sendto", "-o"]).arg(&trace);
    command.arg("--").arg(program()).arg("sync").env_clear().envs(home.environment(AT)).current_dir(home.path(""));
    assert!(command.stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap().success());
    std::fs::read_to_string(trace).unwrap().lines().map(str::to_owned).collect()
}
