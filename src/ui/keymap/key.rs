//! One key as a person presses it and as TOML writes it: `a`, `G`, `ctrl-d`, `space`, `f1`.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::domain::nearest::nearest;

/// A key with its modifiers. Shift is part of the character: `shift-a` is `A`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    ctrl: bool,
    alt: bool,
}

/// The keys that have names instead of characters.
const NAMED: [(&str, KeyCode); 15] = [
    ("space", KeyCode::Char(' ')),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("shift-tab", KeyCode::BackTab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
];

impl Key {
    /// A key without modifiers.
    #[must_use]
    pub fn plain(code: KeyCode) -> Self {
        Self { code, ctrl: false, alt: false }
    }

    /// What a terminal reports, with the differences between terminals taken out.
    #[must_use]
    pub fn pressed(event: &KeyEvent) -> Self {
        let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
        let shift = event.modifiers.contains(KeyModifiers::SHIFT);
        let code = match event.code {
            KeyCode::Tab if shift => KeyCode::BackTab,
            KeyCode::Char(c) if ctrl => KeyCode::Char(c.to_ascii_lowercase()),
            KeyCode::Char(c) if shift => KeyCode::Char(c.to_ascii_uppercase()),
            code => code,
        };
        Self { code, ctrl, alt: event.modifiers.contains(KeyModifiers::ALT) }
    }

    /// Reads the notation of one key.
    ///
    /// # Errors
    /// A sentence on what is wrong with it, and what to write instead.
    pub fn parse(text: &str) -> Result<Self, (&'static str, String)> {
        let mut rest = text;
        let (mut ctrl, mut alt) = (false, false);
        loop {
            if let Some((_, code)) = NAMED.iter().find(|(name, _)| *name == rest) {
                return Ok(Self { code: *code, ctrl, alt });
            }
            let lower = rest.to_ascii_lowercase();
            if rest.chars().count() > 5 && lower.starts_with("ctrl-") && !ctrl {
                ctrl = true;
            } else if rest.chars().count() > 4 && lower.starts_with("alt-") && !alt {
                alt = true;
            } else {
                break;
            }
            rest = rest.get(if lower.starts_with("ctrl-") { 5 } else { 4 }..).unwrap_or_default();
        }
        let mut chars = rest.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) if !c.is_control() && !c.is_whitespace() => {
                let c = if ctrl { c.to_ascii_lowercase() } else { c };
                Ok(Self { code: KeyCode::Char(c), ctrl, alt })
            }
            (Some('f'), Some(_)) if rest[1..].parse::<u8>().is_ok_and(|n| (1..=12).contains(&n)) => {
                Ok(Self { code: KeyCode::F(rest[1..].parse().unwrap_or(1)), ctrl, alt })
            }
            _ => Err(("this is not a key", hint_for(text))),
        }
    }

    /// The character that typing this key puts into a field; `None` for every other key.
    #[must_use]
    pub fn character(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }

    /// The same key without `alt-`, where it has that. Terminals send `alt-x` as Esc and x, so that either may be meant.
    #[must_use]
    pub fn behind_esc(self) -> Option<Self> {
        self.alt.then_some(Self { alt: false, ..self })
    }

    #[must_use]
    pub fn code(self) -> KeyCode {
        self.code
    }

    /// The character of `ctrl-` and this key.
    #[must_use]
    pub fn controlled(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }
}

/// What a key is.
const KEYS: &str = "one key is one character, a name (space, enter, esc, tab, up …) or ctrl-x";

/// What to write in place of a text that is no key.
fn hint_for(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let (modifiers, rest) = modifiers(&lower);
    let name = called(rest);
    match (modifiers.as_str(), name) {
        ("shift-", Some("tab")) => return "write shift-tab".to_owned(),
        ("shift-", None) if rest.chars().count() == 1 => return format!("write the capital: {}", rest.to_uppercase()),
        ("", Some(name)) if name == lower => return format!("names of keys are in small letters: {name}"),
        ("", Some(name)) if ALIASES.iter().any(|(wrong, _)| *wrong == rest) => {
            return format!("it is called {name} here");
        }
        ("", Some(name)) => return format!("did you mean \"{name}\"?"),
        (_, key) if modifiers.contains("shift-") => {
            let plain = modifiers.replace("shift-", "");
            let key = key.unwrap_or(rest);
            return format!("shift goes with tab alone; did you mean \"{plain}{key}\"?");
        }
        ("", None) => {}
        (_, Some(name)) => return format!("did you mean \"{modifiers}{name}\"?"),
        (_, None) if rest.chars().count() == 1 => return format!("write {modifiers}{rest}"),
        (_, None) => {}
    }
    // `gg` was meant as two keys; of a longer text nobody knows what it was meant to be.
    let row: Vec<String> = text.chars().map(String::from).collect();
    match row.len() {
        2 | 3 if modifiers.is_empty() => {
            format!("{KEYS}; keys in a row have spaces between them: \"{}\"", row.join(" "))
        }
        _ => format!("{KEYS}; keys in a row have spaces between them, as \"g g\""),
    }
}

/// The modifiers at the beginning of a text, as they are written here, and what follows them.
fn modifiers(text: &str) -> (String, &str) {
    const WRITTEN: [(&str, &str); 12] = [
        ("ctrl-", "ctrl-"),
        ("ctrl+", "ctrl-"),
        ("control-", "ctrl-"),
        ("c-", "ctrl-"),
        ("^", "ctrl-"),
        ("alt-", "alt-"),
        ("alt+", "alt-"),
        ("meta-", "alt-"),
        ("m-", "alt-"),
        ("shift-", "shift-"),
        ("shift+", "shift-"),
        ("s-", "shift-"),
    ];
    let (mut found, mut rest) = (String::new(), text);
    while let Some((written, here)) =
        WRITTEN.iter().find(|(written, _)| rest.len() > written.len() && rest.starts_with(written))
    {
        if !found.contains(here) {
            found.push_str(here);
        }
        rest = rest.get(written.len()..).unwrap_or_default();
    }
    (found, rest)
}

/// Names that keys have elsewhere.
const ALIASES: [(&str, &str); 10] = [
    ("return", "enter"),
    ("ret", "enter"),
    ("cr", "enter"),
    ("escape", "esc"),
    ("del", "delete"),
    ("pgup", "pageup"),
    ("pgdn", "pagedown"),
    ("backtab", "shift-tab"),
    ("spc", "space"),
    ("bs", "backspace"),
];

/// The name that a key has here, where the text is near enough to one.
fn called(text: &str) -> Option<&'static str> {
    if text.chars().count() < 2 {
        return None;
    }
    let names = || NAMED.iter().map(|(name, _)| *name);
    let alias = ALIASES.iter().find(|(wrong, _)| *wrong == text).map(|(_, right)| *right);
    // A short text is near to everything.
    let near = || nearest(text, names()).filter(|_| text.chars().count() > 3);
    names().find(|name| *name == text).or(alias).or_else(near)
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("ctrl-")?;
        }
        if self.alt {
            f.write_str("alt-")?;
        }
        if let Some((name, _)) = NAMED.iter().find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(n) => write!(f, "f{n}"),
            _ => f.write_str("?"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Key;
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    #[test]
    fn what_is_written_is_what_is_pressed() {
        let press = |code, modifiers| Key::pressed(&KeyEvent::new(code, modifiers));
        assert_eq!(Key::parse("G").unwrap(), press(KeyCode::Char('G'), KeyModifiers::SHIFT));
        assert_eq!(Key::parse("G").unwrap(), press(KeyCode::Char('g'), KeyModifiers::SHIFT));
        assert_eq!(Key::parse("ctrl-D").unwrap(), press(KeyCode::Char('d'), KeyModifiers::CONTROL));
        assert_eq!(Key::parse("shift-tab").unwrap(), press(KeyCode::Tab, KeyModifiers::SHIFT));
        assert_eq!(Key::parse("-").unwrap(), press(KeyCode::Char('-'), KeyModifiers::NONE));
        assert_eq!(Key::parse("ctrl--").unwrap(), press(KeyCode::Char('-'), KeyModifiers::CONTROL));
    }

    #[test]
    fn a_wrong_notation_says_what_to_write() {
        assert_eq!(Key::parse("return").unwrap_err().1, "it is called enter here");
        assert_eq!(Key::parse("shift-a").unwrap_err().1, "write the capital: A");
        assert_eq!(Key::parse("C-d").unwrap_err().1, "write ctrl-d");
        for (text, hint) in [
            ("ctrl-shift-enterr", "shift goes with tab alone; did you mean \"ctrl-enter\"?"),
            ("shift-enter", "shift goes with tab alone; did you mean \"enter\"?"),
            ("ctrl-shift-a", "shift goes with tab alone; did you mean \"ctrl-a\"?"),
            ("ctrl-etner", "did you mean \"ctrl-enter\"?"),
            ("ctrl+d", "write ctrl-d"),
            ("M-x", "write alt-x"),
            ("pagdown", "did you mean \"pagedown\"?"),
            ("Ctrl-Esc", "did you mean \"ctrl-esc\"?"),
            ("SPACE", "names of keys are in small letters: space"),
        ] {
            assert_eq!(Key::parse(text).unwrap_err().1, hint, "{text}");
        }
        assert!(Key::parse("gg").unwrap_err().1.contains(": \"g g\""));
        // Nobody means eleven keys in a row by one long word.
        for text in ["ctrl-nothing", "somekey", "f13", "ctrl-alt-something"] {
            let hint = Key::parse(text).unwrap_err().1;
            assert!(!hint.contains("o m e") && !hint.contains("c t r l"), "{hint}");
        }
        assert!(Key::parse("").is_err());
    }

    proptest::proptest! {
        #[test]
        fn reading_never_fails_badly_and_showing_is_its_inverse(text in "\\PC{0,12}|(ctrl-|alt-){0,2}(.|space|f[0-9]{1,2})") {
            if let Ok(key) = Key::parse(&text) {
                proptest::prop_assert_eq!(Key::parse(&key.to_string()), Ok(key));
            }
        }
    }
}
