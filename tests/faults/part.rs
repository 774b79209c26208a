//! Which points a run tries: all of them, or the part that its arguments name, so that a sweep of hours can be run in pieces.
//!
//! `pwrite64` and other names of system calls choose calls, `kill`, `ENOSPC` and `EIO` what happens at them, `from=174` and `to=300`
//! the first and the last point, `every=5` each fifth. What is left out is told.

use std::sync::OnceLock;

use super::calls;
use super::strace::Fate;

#[derive(Debug)]
pub struct Part {
    names: Vec<String>,
    calls: Vec<String>,
    fates: Vec<String>,
    from: u32,
    to: u32,
    every: u32,
}

/// What came of a part of a sweep.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tried {
    /// At how many points something was disturbed.
    pub points: u32,
    /// Whether the last one was behind the end, so that there is nothing more to try.
    pub to_the_end: bool,
}

const FATES: [&str; 3] = ["kill", "ENOSPC", "EIO"];

static PART: OnceLock<Part> = OnceLock::new();

impl Part {
    /// Reads the arguments of this run.
    pub fn read(words: impl Iterator<Item = String>) -> &'static Self {
        let mut part = Self { names: vec![], calls: vec![], fates: vec![], from: 1, to: u32::MAX, every: 1 };
        for word in words.filter(|word| !word.starts_with('-')) {
            let number = |text: &str| {
                let number = text.parse().ok().filter(|number| *number > 0);
                number.unwrap_or_else(|| panic!("{word}: a number from 1 on is expected behind `=`"))
            };
            match word.split_once('=') {
                Some(("from", text)) => part.from = number(text),
                Some(("to", text)) => part.to = number(text),
                Some(("every", text)) => part.every = number(text),
                Some(_) => panic!("{word}: only from=, to= and every= take a number"),
                None if calls::is_swept(&word) => part.calls.push(word),
                None if FATES.contains(&word.as_str()) => part.fates.push(word),
                None => part.names.push(word),
            }
        }
        PART.get_or_init(|| part)
    }

    fn of_this_run() -> &'static Self {
        PART.get().expect("the arguments are read first")
    }

    pub fn has_sweep(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|word| name.contains(word.as_str()))
    }

    /// Whether only some calls or points are wanted, so that what has no calls is left out.
    pub fn is_of_calls(&self) -> bool {
        !self.calls.is_empty() || !self.fates.is_empty() || self.from > 1 || self.to < u32::MAX || self.every > 1
    }
}

/// Whether nothing but some calls or points is wanted.
pub fn is_of_calls() -> bool {
    Part::of_this_run().is_of_calls()
}

/// Whether this call with this fate is wanted.
pub fn has(call: &str, fate: Fate) -> bool {
    let part = Part::of_this_run();
    let fate = match fate {
        Fate::Kill => "kill",
        Fate::Error(error) | Fate::ErrorsOn(error) => error,
    };
    let among = |words: &[String], word: &str| words.is_empty() || words.iter().any(|it| it == word);
    among(&part.calls, call) && among(&part.fates, fate)
}

/// Tries the points of this run's part one after another. `undisturbed` says that the program came to its end at a point without
/// being disturbed; after `quiet` of these the sweep is at its end.
pub fn sweep(call: &str, fate: Fate, quiet: u32, mut undisturbed: impl FnMut(u32) -> bool) -> Tried {
    if !has(call, fate) {
        return Tried::default();
    }
    let part = Part::of_this_run();
    let (mut tried, mut in_a_row, mut number) = (Tried::default(), 0, part.from);
    while number <= part.to {
        tried.points += 1;
        in_a_row = if undisturbed(number) { in_a_row + 1 } else { 0 };
        if in_a_row >= quiet {
            // Those at the end met nothing.
            tried.points -= in_a_row;
            tried.to_the_end = true;
            break;
        }
        if tried.points.is_multiple_of(50) {
            eprintln!("  {call}, {fate:?}: at point {number}");
        }
        let Some(next) = number.checked_add(part.every) else { break };
        number = next;
    }
    let end = if tried.to_the_end { format!("{number}, where it ends undisturbed") } else { format!("{}", part.to) };
    if part.from > 1 || part.every > 1 || !tried.to_the_end {
        let before = if part.from > 1 { format!("; not tried: 1 to {}", part.from - 1) } else { String::new() };
        let between = match part.every {
            1 => String::new(),
            every => format!("; not tried: all between every {every} points from {}", part.from),
        };
        let behind = if tried.to_the_end { String::new() } else { format!("; not tried: all behind {}", part.to) };
        println!("  {call}, {fate:?}: tried from {} to {end}{before}{between}{behind}", part.from);
    }
    tried
}
