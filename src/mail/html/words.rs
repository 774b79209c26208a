//! A page as bare text: for searching, and for what can't be laid out.

use super::tokens::blank;
use super::{ElementStart, PageVisitor, STRUCK, Tag};

pub(super) struct TextCollector {
    out: String,
    most: usize,
    /// Whether a space goes before the next word.
    parted: bool,
    /// Whether a link led to a page of the web.
    pub(super) links: bool,
}

/// Whether a text begins as the address of a page of the web.
pub(in crate::mail) fn begins_as_page(text: &str) -> bool {
    let begins = |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    begins("http://") || begins("https://")
}

impl TextCollector {
    pub(super) fn new(most: usize) -> Self {
        Self { out: String::new(), most, parted: false, links: false }
    }

    pub(super) fn finish(mut self) -> String {
        let end = self.out.floor_char_boundary(self.most);
        self.out.truncate(end);
        self.out
    }

    fn apart(&mut self) {
        self.parted = false;
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }
}

impl PageVisitor for TextCollector {
    fn open(&mut self, opened: &ElementStart<'_>) {
        if opened.tag.apart() {
            self.apart();
        } else if opened.tag == Tag::Struck {
            self.text(STRUCK, false);
        } else if opened.tag == Tag::Link && !self.links {
            self.links = opened.value("href").is_some_and(|target| begins_as_page(target.trim_start()));
        }
    }

    fn close(&mut self, tag: Tag) {
        if tag.apart() {
            self.apart();
        } else if tag == Tag::Struck {
            self.text(STRUCK, false);
        }
    }

    fn text(&mut self, text: &str, spaces: bool) {
        if spaces {
            if self.parted && !self.out.is_empty() && !self.out.ends_with('\n') {
                self.out.push(' ');
            }
            self.parted = false;
            self.out.push_str(text);
            return;
        }
        self.parted |= text.as_bytes().first().is_some_and(|byte| blank(*byte));
        for (place, word) in text.split_ascii_whitespace().enumerate() {
            if place > 0 || self.parted && !self.out.is_empty() && !self.out.ends_with('\n') {
                self.out.push(' ');
            }
            self.parted = false;
            self.out.push_str(word);
        }
        self.parted |= text.as_bytes().last().is_some_and(|byte| blank(*byte));
    }

    fn picture(&mut self, words: &str) {
        self.text(&format!("[{words}]"), false);
    }

    fn full(&self) -> bool {
        self.out.len() >= self.most
    }
}

/// How many letters and digits there are, as far as is asked.
pub(super) struct LetterCount {
    pub(super) found: usize,
    enough: usize,
}

impl LetterCount {
    pub(super) fn new(enough: usize) -> Self {
        Self { found: 0, enough }
    }
}

impl PageVisitor for LetterCount {
    fn open(&mut self, _: &ElementStart<'_>) {}

    fn close(&mut self, _: Tag) {}

    fn text(&mut self, text: &str, _: bool) {
        let room = self.enough - self.found;
        self.found += text.chars().filter(|c| c.is_alphanumeric()).take(room).count();
    }

    fn picture(&mut self, words: &str) {
        self.text(words, false);
    }

    fn full(&self) -> bool {
        self.found >= self.enough
    }
}
