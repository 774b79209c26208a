//! A line of text being typed.

use crossterm::event::KeyCode;
use unicode_segmentation::UnicodeSegmentation;

use crate::domain::printable::Printable;
use crate::ui::keymap::Key;

/// Nobody types a longer line; a paste is cut there. In bytes.
const LONGEST: usize = 2_000;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Field {
    before: String,
    behind: String,
}

impl Field {
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self { before: text.to_owned(), behind: String::new() }
    }

    #[must_use]
    pub fn text(&self) -> String {
        format!("{}{}", self.before, self.behind)
    }

    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text().trim().is_empty()
    }

    /// What stands before the cursor and behind it, fit to be shown.
    #[must_use]
    pub fn shown(&self) -> (Printable, Printable) {
        (Printable::from(&self.before), Printable::from(&self.behind))
    }

    /// Takes in text at the cursor; line breaks become spaces.
    pub fn put(&mut self, text: &str) {
        for c in text.chars() {
            if self.before.len() + self.behind.len() >= LONGEST {
                return;
            }
            if c == '\n' || c == '\t' {
                self.before.push(' ');
            } else if !c.is_control() {
                self.before.push(c);
            }
        }
    }

    /// Whether the key was for this field.
    pub fn key(&mut self, key: Key) -> bool {
        if let Some(c) = key.character() {
            self.put(c.encode_utf8(&mut [0; 4]));
            return true;
        }
        match (key.code(), key.controlled()) {
            (_, Some('a')) | (KeyCode::Home, None) => self.behind = std::mem::take(&mut self.before) + &self.behind,
            (_, Some('e')) | (KeyCode::End, None) => self.before += &std::mem::take(&mut self.behind),
            (_, Some('u')) => self.before.clear(),
            (_, Some('k')) => self.behind.clear(),
            (_, Some('w')) => self.word_back(),
            (KeyCode::Backspace, None) | (_, Some('h')) => drop(self.take_before()),
            (KeyCode::Delete, None) => drop(self.take_behind()),
            (KeyCode::Left, None) => {
                let moved = self.take_before();
                self.behind.insert_str(0, &moved);
            }
            (KeyCode::Right, None) => {
                let moved = self.take_behind();
                self.before += &moved;
            }
            _ => return false,
        }
        true
    }

    fn take_before(&mut self) -> String {
        let start = self.before.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
        self.before.split_off(start)
    }

    fn take_behind(&mut self) -> String {
        let end = self.behind.graphemes(true).next().map_or(0, str::len);
        let rest = self.behind.split_off(end);
        std::mem::replace(&mut self.behind, rest)
    }

    fn word_back(&mut self) {
        let kept = self.before.trim_end().rfind(' ').map_or(0, |at| at + 1);
        self.before.truncate(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::Field;
    use crate::ui::keymap::Key;

    fn typed(keys: &str) -> String {
        let mut field = Field::default();
        for key in keys.split(' ') {
            field.key(Key::parse(key).unwrap());
        }
        let (before, behind) = field.shown();
        format!("{before}|{behind}")
    }

    #[test]
    fn editing_moves_by_what_the_eye_sees_as_a_letter() {
        assert_eq!(typed("a b left c"), "ac|b");
        assert_eq!(typed("e \u{301} x left left delete"), "|x");
        assert_eq!(typed("a space b c ctrl-w"), "a |");
        assert_eq!(typed("a b ctrl-a delete ctrl-e z"), "bz|");
        assert_eq!(typed("a b home ctrl-k"), "|");
    }

    #[test]
    fn a_paste_is_one_line_without_controls() {
        let mut field = Field::default();
        field.put("a\nb\x1b[2J");
        assert_eq!(field.text(), "a b[2J");
        field.put(&"x".repeat(10_000));
        assert_eq!(field.text().len(), 2_000);
    }
}
