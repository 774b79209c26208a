//! One key as a person presses it and as TOML writes it: `a`, `G`, `ctrl-d`, `space`, `f1`.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

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

fn hint_for(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    if let Some(letter) = lower.strip_prefix("shift-").filter(|letter| letter.chars().count() == 1) {
        return format!("write the capital: {}", letter.to_uppercase());
    }
    for (wrong, right) in [
        ("return", "enter"),
        ("escape", "esc"),
        ("del", "delete"),
        ("pgup", "pageup"),
        ("pgdn", "pagedown"),
        ("backtab", "shift-tab"),
    ] {
        if lower.ends_with(wrong) {
            return format!("it is called {right} here");
        }
    }
    if let Some(rest) =
        lower.strip_prefix("c-").or_else(|| lower.strip_prefix("control-")).or_else(|| lower.strip_prefix('^'))
    {
        return format!("write ctrl-{rest}");
    }
    if let Some((name, _)) = NAMED.iter().find(|(name, _)| *name == lower) {
        return format!("names of keys are in small letters: {name}");
    }
    if text.chars().count() > 1 {
        let apart: Vec<String> = text.chars().map(String::from).collect();
        return format!(
            "one key is one character, a name (space, enter, esc, tab, up …) or ctrl-x; keys in a row have spaces between them: \"{}\"",
            apart.join(" ")
        );
    }
    "one key is one character, a name (space, enter, esc, tab, up …) or ctrl-x".to_owned()
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
        assert!(Key::parse("gg").unwrap_err().1.contains("\"g g\""));
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
