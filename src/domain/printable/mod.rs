//! Text that is fit for a terminal.
//!
//! All text that comes from outside (subjects, names, bodies, file names, server texts, paths) is untrusted: a
//! control character can repaint the screen or write the clipboard, a bidi override can turn a file name around, an
//! invisible character can hide in an address. `Printable` is the only message text that a view accepts, and cleaning
//! is the only way to make one: `Printable::from` for prose, `Printable::address` for addresses and hosts,
//! `Printable::file_name` for names of files. A character that acts on a terminal or hides something is not dropped
//! but shown as a mark. Invisible characters that belong to the ordinary words of some script (joiners, soft hyphens,
//! direction marks) get no mark there.

mod clean;
mod letters;

use std::fmt;

use self::clean::{Cleaner, clean};
use self::letters::{BRAILLE_BLANK, combining};
use super::cluster::{clusters, width};

pub use self::letters::forbidden;

/// The mark in place of a forbidden character.
pub const MARK: char = '\u{FFFD}';

/// One line of text without any character that acts on a terminal or is invisible where it should not be.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub struct Printable(String);

/// The kind of text that is cleaned: a character that is ordinary in one can be a disguise in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Subjects, names of people, bodies: characters that shape or break words are allowed, except within a word of
    /// letters that are not joined.
    Prose,
    /// Mail addresses, hosts, web addresses: no invisible character is allowed.
    Address,
    /// Names of files: of the invisible characters only the joiners of scripts that join letters are allowed.
    FileName,
}

/// Prose that was cleaned as a whole, with the ends of its pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    pub text: Printable,
    /// Where each of the pieces ends, as a byte offset.
    pub ends: Vec<usize>,
    /// Where it may be broken besides its spaces, since there were zero-width spaces.
    pub breaks: Vec<usize>,
}

impl Printable {
    /// A mail address, a host or a web address, with a mark for every invisible character.
    #[must_use]
    pub fn address(text: &str) -> Self {
        if plain(text) { Self(text.to_owned()) } else { Self(clean(text, Kind::Address)) }
    }

    /// A file's name, with a mark for every invisible character except the joiners of scripts that join letters.
    #[must_use]
    pub fn file_name(text: &str) -> Self {
        if plain(text) { Self(text.to_owned()) } else { Self(clean(text, Kind::FileName)) }
    }

    /// Pieces of one text of prose, cleaned together, as they follow each other.
    #[must_use]
    pub fn joined<'t>(pieces: impl Iterator<Item = &'t str> + Clone) -> Joined {
        let mut cleaner = Cleaner::new(Kind::Prose);
        let whole: String = pieces.clone().collect();
        let mut ends = Vec::new();
        let mut end = 0;
        let mut pieces = pieces.map(str::len);
        let mut next = pieces.next();
        cleaner.run(&whole, |at, out| {
            while let Some(length) = next
                && end + length <= at
            {
                end += length;
                ends.push(out);
                next = pieces.next();
            }
        });
        let breaks = cleaner.breaks();
        Joined { text: Self(cleaner.finish()), ends, breaks }
    }

    /// Whether cleaning has put a mark into this text.
    #[must_use]
    pub fn disguises(&self, text: &str) -> bool {
        self.0.matches(MARK).count() > text.matches(MARK).count()
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many columns it takes, as the sum of its characters: terminals do not join letters (lam and alef, for
    /// example).
    #[must_use]
    pub fn width(&self) -> usize {
        if self.0.is_ascii() { self.0.len() } else { clusters(&self.0).map(|(_, cluster)| width(cluster)).sum() }
    }

    /// Whether it has no visible character, or only marks.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.0.chars().all(|c| c.is_whitespace() || c == MARK || c == BRAILLE_BLANK || combining(c))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As much as fits into so many columns, with `…` where something was left out. A wide character is never cut in two.
    #[must_use]
    pub fn cut(&self, columns: usize) -> Self {
        if self.width() <= columns {
            return self.clone();
        }
        if columns == 0 {
            return Self::default();
        }
        let mut text = String::new();
        let mut used = 0;
        for (_, cluster) in clusters(&self.0) {
            let width = width(cluster);
            if used + width > columns - 1 {
                break;
            }
            used += width;
            text.push_str(cluster);
        }
        text.push('…');
        Self(text)
    }

    /// Breaks at the given columns: at spaces where there are any, within a word where there are none.
    #[must_use]
    pub fn wrap(&self, columns: usize) -> Vec<Self> {
        super::wrap::wrap(&self.0, columns, &[]).into_iter().map(|line| Self(line.to_owned())).collect()
    }
}

impl From<&str> for Printable {
    fn from(text: &str) -> Self {
        if plain(text) { Self(text.to_owned()) } else { Self(clean(text, Kind::Prose)) }
    }
}

impl From<String> for Printable {
    fn from(text: String) -> Self {
        if plain(&text) { Self(text) } else { Self(clean(&text, Kind::Prose)) }
    }
}

impl From<&String> for Printable {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl AsRef<str> for Printable {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Printable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

fn plain(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

#[cfg(test)]
mod tests;
