//! `kill -9` at random instants: while taking in, while a script decides, while a person presses keys.

use std::time::Duration;

use tidebox::clock::Stopwatch;

use super::commands::{EARLY, OPEN, all};
use super::tell;
use crate::support::pty::Terminal;
use crate::support::running::{killed, took};
use crate::support::{Home, letter};

/// How many instants of each kind.
const ADDING: u32 = 70;
const DECIDING: u32 = 70;
const KEYS: u32 = 60;

/// Numbers without a pattern, the same at every run (xorshift, Marsaglia 2003).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit.max(1)
    }
}

pub fn random() -> u32 {
    let mut chance = Chance(0x7469_6465_626f_7801);
    let sweeps = all();
    for (name, times) in [("add", ADDING), ("decide", DECIDING)] {
        let sweep = sweeps.iter().find(|sweep| sweep.name == name).unwrap();
        // How long it takes undisturbed: the instants are spread over that, and those that come too late do not count.
        let mut undisturbed: Vec<Duration> = (0..5).map(|_| took(&sweep.home(), sweep.at, &sweep.words())).collect();
        undisturbed.sort_unstable();
        let whole = undisturbed[2];
        let (mut met, mut late) = (0, 0);
        while met < times {
            let home = sweep.home();
            let after = Duration::from_micros(chance.below(u64::try_from(whole.as_micros()).unwrap()));
            let (said, killed) = killed(&home, sweep.at, &sweep.words(), after);
            if killed {
                met += 1;
            } else {
                late += 1;
            }
            assert!(late < times * 20, "{name} always ends before it is killed");
            sweep.judge(&home, &super::calls::whole_lines(said.as_bytes()), &format!("killed after {after:?} ({met})"));
        }
        tell(&format!("{name}, within {whole:?}"), met, 0);
    }
    keys(&mut chance);
    ADDING + DECIDING + KEYS
}

/// Keys in a real terminal, as fast as the screen answers, until the kill: what it showed last is there.
fn keys(chance: &mut Chance) {
    const LETTERS: u32 = 40;
    let mut decisions = 0;
    for point in 0..KEYS {
        let home = Home::new();
        for number in 0..LETTERS {
            let text = letter(number, "Ann <ann@example.org>", &format!("Matter {number}"), "Text.");
            home.deliver("Maildir", &format!("{number}.i"), &text);
        }
        home.json(EARLY, &["add", "Maildir"]);
        home.json(OPEN, &["begin"]);
        let mut terminal = Terminal::open(&home, OPEN, &[], 120, 36);
        terminal.wait("Matter 0");
        let watch = Stopwatch::start();
        let end = Duration::from_micros(chance.below(250_000));
        let mut pressed = 0;
        while watch.elapsed() < end {
            if shown(&terminal.text(), LETTERS) == Some(pressed) && pressed < LETTERS - 1 {
                terminal.keys(["a", "d", "!"][usize::try_from(pressed).unwrap() % 3]);
                pressed += 1;
            }
            std::thread::yield_now();
        }
        terminal.kill();
        let last = shown(&terminal.text(), LETTERS).unwrap_or(0);
        let queue = home.json(OPEN, &["queue"]);
        let verdicts: Vec<_> = queue.iter().filter_map(|one| one["verdict"].as_str()).collect();
        let kept = u32::try_from(verdicts.len()).unwrap();
        assert!(last <= kept && kept <= pressed, "point {point}: {last} were shown, {kept} kept, {pressed} pressed");
        assert!(verdicts.iter().zip(["done", "trash", "spam"].iter().cycle()).all(|(kept, said)| kept == said));
        let check = home.run(OPEN, &["check", "--store-too"]);
        assert_eq!(check.code, 0, "point {point}: {}{}", check.out, check.err);
        assert_eq!(home.run(OPEN, &["commit"]).code, 0);
        decisions += kept;
    }
    assert!(decisions > KEYS, "only {decisions} decisions were made");
    tell(&format!("keys, {decisions} decisions"), KEYS, 0);
}

/// How many the screen says are decided.
fn shown(text: &str, of: u32) -> Option<u32> {
    let (before, _) = text.split_once(&format!(" of {of}"))?;
    before.rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
