//! Text that is fit for a terminal.
//!
//! Whatever comes from outside (subjects, names, bodies, file names, server texts, paths) is untrusted: a control
//! character can repaint the screen or write the clipboard, a bidi override can turn a file name around, an invisible
//! character can hide in an address. `Printable` is the only message text that a view accepts, and cleaning is the only
//! way to make one: `Printable::from` for prose, `Printable::address` for addresses and hosts, `Printable::file_name`
//! for names of files. What acts or disguises is not dropped but shown as a mark, so that nothing hides. What belongs to
//! the ordinary words of some script (joiners, soft hyphens, direction marks) is no disguise there, and no mark.

mod clean;
mod letters;

use std::fmt;

use self::clean::{Cleaner, clean};
use self::letters::{BRAILLE_BLANK, combining};
use super::cluster::{clusters, width};

pub use self::letters::forbidden;

/// Stands where a forbidden character stood.
pub const MARK: char = '\u{FFFD}';

/// One line of text without any character that acts on a terminal or hides from the eye.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub struct Printable(String);

/// What kind of text is cleaned: what is an ordinary letter in one is a disguise in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Subjects, names of people, bodies: what shapes or breaks words is no disguise, but within a word of separate letters.
    Prose,
    /// Mail addresses, hosts, web addresses: nothing invisible belongs there.
    Address,
    /// Names of files: the joiners of scripts that join belong there, nothing else that is invisible does.
    FileName,
}

/// Prose that was cleaned in pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    pub text: Printable,
    /// Where each of the pieces ends in it.
    pub ends: Vec<usize>,
    /// Where it may be broken beside its spaces: zero-width spaces were there.
    pub breaks: Vec<usize>,
}

impl Printable {
    /// A mail address, a host or a web address, with a mark for everything in it that can't be seen.
    #[must_use]
    pub fn address(text: &str) -> Self {
        if plain(text) { Self(text.to_owned()) } else { Self(clean(text, Kind::Address)) }
    }

    /// A file's name, with a mark for what can't be seen, but for the joiners of scripts that join their letters.
    #[must_use]
    pub fn file_name(text: &str) -> Self {
        if plain(text) { Self(text.to_owned()) } else { Self(clean(text, Kind::FileName)) }
    }

    /// Pieces of one piece of prose, cleaned as the whole that they are.
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

    /// Whether cleaning has marked something in this text: it acts, or it hides.
    #[must_use]
    pub fn disguises(&self, text: &str) -> bool {
        self.0.matches(MARK).count() > text.matches(MARK).count()
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many columns it takes, one character after the other: terminals do not join letters (lam and alef, say).
    #[must_use]
    pub fn width(&self) -> usize {
        if self.0.is_ascii() { self.0.len() } else { clusters(&self.0).map(|(_, cluster)| width(cluster)).sum() }
    }

    /// Whether there is nothing to be seen of it, or nothing but marks.
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
