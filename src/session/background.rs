//! The terminal's background: asked for once (OSC 11), and the answer kept from being taken for keys.
//!
//! Nothing waits for it: the first frame is painted with what is known before, and painted anew when the answer comes.
//! It comes among the keys, as `alt-]`, the characters of `11;rgb:1c1c/1c1c/1c1c`, and `ctrl-g` (BEL) or `alt-\` (ST);
//! crossterm knows no better (0.29). Keys that only begin like it are handed on as soon as they differ.

use std::io::{self, Write};
use std::thread;
use std::time::Duration;

use crossterm::event::{self, KeyCode, KeyEvent, KeyModifiers};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode, supports_keyboard_enhancement};

use crate::clock::Stopwatch;

/// What is asked: the answer ends with the same mark as the question.
const QUESTION: &str = "\x1b]11;?\x07";
/// How long the beginning of an answer waits for its rest. After that its characters count as keys that were pressed.
const PATIENCE: Duration = Duration::from_millis(100);
/// An answer that has not come within this time is no longer waited for on the way out.
const LATE: Duration = Duration::from_secs(2);
/// How long `ask` waits for the answer.
const ANSWER_IN: Duration = Duration::from_millis(300);
/// Less than this is not waited for.
const MOMENT: Duration = Duration::from_millis(1);
/// How long the way out waits for an answer that is still to come.
const LAST_ANSWER: Duration = Duration::from_millis(500);
/// No answer is longer, in characters.
const LONGEST: usize = 48;

/// Asks and waits for the answer, for a moment, with the terminal in raw mode so that the answer is not shown.
pub fn ask() -> Option<[u8; 3]> {
    enable_raw_mode().ok()?;
    let answer = question().and_then(answer).ok().flatten();
    let _ = disable_raw_mode();
    answer
}

/// Puts the question.
pub fn question() -> io::Result<BackgroundQuery> {
    let mut out = io::stdout();
    out.write_all(QUESTION.as_bytes())?;
    out.flush()?;
    Ok(BackgroundQuery::now())
}

fn answer(mut asked: BackgroundQuery) -> io::Result<Option<[u8; 3]>> {
    while let Some(left) = ANSWER_IN.checked_sub(asked.at.elapsed()).filter(|left| *left > MOMENT) {
        if event::poll(left)?
            && let event::Event::Key(key) = event::read()?
            && let Heard::Answer(colour) = asked.hear(key)
        {
            return Ok(colour);
        }
    }
    drain();
    Ok(None)
}

/// Waits until everything that the terminal was asked has been answered. Terminals answer in order, and all of them
/// say what kind they are (DA1), which crossterm asks here; one that says nothing is waited for a moment.
pub fn drain() {
    let (told, answered) = crossbeam_channel::bounded(1);
    thread::spawn(move || told.send(supports_keyboard_enhancement().is_ok()));
    let _ = answered.recv_timeout(LAST_ANSWER);
}

/// A question that was asked, and what has come of its answer.
#[derive(Debug)]
pub struct BackgroundQuery {
    at: Stopwatch,
    held: Vec<KeyEvent>,
    /// The answer so far, from its first `]`.
    text: String,
    last: Stopwatch,
    answered: bool,
}

/// What a key turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    /// Perhaps a part of the answer.
    Nothing,
    /// They were keys, in the order in which they were pressed.
    Keys(Vec<KeyEvent>),
    /// The answer, where it can be understood.
    Answer(Option<[u8; 3]>),
}

impl BackgroundQuery {
    pub fn now() -> Self {
        let (at, last) = (Stopwatch::start(), Stopwatch::start());
        Self { at, held: Vec::new(), text: String::new(), last, answered: false }
    }

    /// Whether the answer may still be on its way.
    pub fn is_awaited(&self) -> bool {
        !self.answered && self.at.elapsed() < LATE
    }

    /// Whether keys are held back that may belong to it.
    pub fn holds(&self) -> bool {
        !self.held.is_empty()
    }

    /// Takes a key.
    pub fn hear(&mut self, key: KeyEvent) -> Heard {
        if self.answered {
            return Heard::Keys(vec![key]);
        }
        self.last = Stopwatch::start();
        self.held.push(key);
        match part(&key) {
            // A sequence that comes in two pieces may be cut behind its first byte.
            Some(Part::Esc) if self.text.is_empty() && self.held.len() == 1 => Heard::Nothing,
            Some(Part::Esc) if self.text.len() > 3 => Heard::Nothing,
            Some(Part::Begin) if self.held.len() == 1 => self.begin(),
            Some(Part::Character(']')) if self.text.is_empty() && self.held.len() == 2 => self.begin(),
            Some(Part::Character('\\')) if self.after_esc() => self.end(),
            Some(Part::End) if !self.text.is_empty() => self.end(),
            Some(Part::Character(c)) if !self.text.is_empty() => {
                self.text.push(c);
                let known = "]11;";
                let fits = known.starts_with(&self.text)
                    || (self.text.starts_with(known) && c.is_ascii_graphic() && self.text.len() < LONGEST);
                if fits { Heard::Nothing } else { self.release() }
            }
            _ => self.release(),
        }
    }

    /// Keys that were held back long enough to be keys.
    pub fn overdue(&mut self) -> Vec<KeyEvent> {
        let whole = self.text.starts_with("]11;");
        if self.holds() && !whole && self.last.elapsed() > PATIENCE {
            self.text.clear();
            return std::mem::take(&mut self.held);
        }
        Vec::new()
    }

    fn after_esc(&self) -> bool {
        let before = self.held.len().checked_sub(2).and_then(|place| self.held.get(place));
        !self.text.is_empty() && before.is_some_and(|key| part(key) == Some(Part::Esc))
    }

    fn begin(&mut self) -> Heard {
        self.text.push(']');
        Heard::Nothing
    }

    fn end(&mut self) -> Heard {
        if !self.text.starts_with("]11;") {
            return self.release();
        }
        self.held.clear();
        self.answered = true;
        Heard::Answer(colour(&self.text[4..]))
    }

    fn release(&mut self) -> Heard {
        self.text.clear();
        Heard::Keys(std::mem::take(&mut self.held))
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Esc,
    Begin,
    Character(char),
    End,
}

/// What a key would be in an answer.
fn part(key: &KeyEvent) -> Option<Part> {
    match (key.code, key.modifiers - KeyModifiers::SHIFT) {
        (KeyCode::Esc, KeyModifiers::NONE) => Some(Part::Esc),
        (KeyCode::Char(']'), KeyModifiers::ALT) => Some(Part::Begin),
        (KeyCode::Char('\\'), KeyModifiers::ALT) | (KeyCode::Char('g'), KeyModifiers::CONTROL) => Some(Part::End),
        (KeyCode::Char(c), KeyModifiers::NONE) => Some(Part::Character(c)),
        _ => None,
    }
}

/// `rgb:1c1c/1c1c/1c1c`, `rgba:…` or `#1c1c1c`; of each part the first two digits count.
fn colour(text: &str) -> Option<[u8; 3]> {
    let parts: Vec<&str> = match text.strip_prefix('#') {
        Some(digits) if digits.is_ascii() && matches!(digits.len(), 6 | 12) => {
            let length = digits.len() / 3;
            [0, 1, 2].map(|part| &digits[part * length..(part + 1) * length]).to_vec()
        }
        Some(_) => return None,
        None => text.split_once(':').filter(|(kind, _)| matches!(*kind, "rgb" | "rgba"))?.1.split('/').collect(),
    };
    let byte = |part: &&str| match part.len() {
        1 => u8::from_str_radix(part, 16).ok().map(|digit| digit * 17),
        2..=4 => u8::from_str_radix(part.get(..2)?, 16).ok(),
        _ => None,
    };
    parts.iter().take(3).map(byte).collect::<Option<Vec<u8>>>()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::{BackgroundQuery, Heard, colour};
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
    use proptest::prelude::*;

    fn key(code: char, modifiers: KeyModifiers) -> KeyEvent {
        KeyEvent::new(KeyCode::Char(code), modifiers)
    }

    fn esc() -> KeyEvent {
        KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE)
    }

    /// Keys as crossterm makes them: `<` is alt-], `>` is ctrl-g, `)` is alt-\, `~` is esc.
    fn keys(text: &str) -> Vec<KeyEvent> {
        text.chars()
            .map(|c| match c {
                '<' => key(']', KeyModifiers::ALT),
                '>' => key('g', KeyModifiers::CONTROL),
                ')' => key('\\', KeyModifiers::ALT),
                '~' => esc(),
                c if c.is_ascii_uppercase() => key(c, KeyModifiers::SHIFT),
                c => key(c, KeyModifiers::NONE),
            })
            .collect()
    }

    /// What comes of them: the keys that are handed on, and the answers.
    fn heard(text: &str) -> (Vec<KeyEvent>, Vec<Option<[u8; 3]>>) {
        let mut asked = BackgroundQuery::now();
        let (mut out, mut answers) = (Vec::new(), Vec::new());
        for key in keys(text) {
            match asked.hear(key) {
                Heard::Nothing => {}
                Heard::Keys(keys) => out.extend(keys),
                Heard::Answer(colour) => answers.push(colour),
            }
        }
        assert!(!asked.holds(), "{text}");
        (out, answers)
    }

    #[test]
    fn the_answer_is_taken_out_from_between_the_keys() {
        let dark = vec![Some([0x1c, 0x1b, 0x1a])];
        for answer in [
            "<11;rgb:1c1c/1b1b/1a1a>",
            "<11;rgb:1C1C/1B1B/1A1A)",
            "<11;rgb:1c/1b/1a~\\",
            "~]11;rgb:1c1c/1b1b/1a1a>",
            "<11;#1c1b1a>",
            "<11;rgba:1c1c/1b1b/1a1a/ffff>",
        ] {
            assert_eq!(heard(answer), (Vec::new(), dark.clone()), "{answer}");
            assert_eq!(heard(&format!("jj{answer}aq")), (keys("jjaq"), dark.clone()), "{answer}");
        }
        assert_eq!(heard("<11;what>"), (Vec::new(), vec![None]));
    }

    #[test]
    fn keys_that_only_begin_like_it_are_keys() {
        for text in ["<a", "<1a", "<1>", "~j", "~~]a", "j>", "]11;", "<11x", "~]x"] {
            assert_eq!(heard(text), (keys(text), Vec::new()), "{text}");
        }
    }

    #[test]
    fn a_beginning_that_nothing_follows_is_handed_on() {
        let mut asked = BackgroundQuery::now();
        assert_eq!(asked.hear(esc()), Heard::Nothing);
        while asked.holds() {
            let late = asked.overdue();
            assert!(late.is_empty() || late == [esc()]);
        }
        assert_eq!(asked.hear(esc()), Heard::Nothing, "the answer may still come");
    }

    #[test]
    fn a_colour_in_every_notation() {
        assert_eq!(colour("rgb:f/8/0"), Some([0xff, 0x88, 0]));
        assert_eq!(colour("#ffff88880000"), Some([0xff, 0x88, 0]));
        for text in ["", "rgb:", "rgb:1/2", "rgb:x/y/z", "#12", "#éé", "hsl:1/2/3", "rgb:12345/1/1", "rgb:é/1/1"] {
            assert_eq!(colour(text), None, "{text}");
        }
    }

    proptest! {
        /// No key is lost, doubled or moved, whatever is typed around the question.
        #[test]
        fn every_key_is_an_answers_or_handed_on(text in "[<>)~\\]1;rgb:/0-9a\\\\]{0,40}") {
            let mut asked = BackgroundQuery::now();
            let (mut out, mut answered) = (Vec::new(), false);
            for key in keys(&text) {
                match asked.hear(key) {
                    Heard::Nothing => {}
                    Heard::Keys(keys) => out.extend(keys),
                    Heard::Answer(_) => answered = true,
                }
            }
            out.extend(asked.held);
            prop_assert!(answered || out == keys(&text));
        }
    }
}
