//! The words of a response, one after the other, read tolerantly: text that breaks the grammar is understood where its
//! meaning is clear, and skipped where it is not.

use super::framing::RawResponse;

/// How many levels of nested lists are skipped.
const DEPTH: usize = 100;

#[derive(Debug)]
pub(super) struct Scanner<'a> {
    rest: &'a [u8],
    literals: std::slice::IterMut<'a, Vec<u8>>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(answer: &'a mut RawResponse) -> Self {
        Self { rest: &answer.text, literals: answer.literals.iter_mut() }
    }

    /// The text that is not read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(super) fn is_over(&mut self) -> bool {
        self.spaces();
        self.rest.is_empty()
    }

    fn spaces(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }

    /// Skips this character, if it is the next one.
    pub(super) fn take(&mut self, wanted: u8) -> bool {
        self.spaces();
        let taken = self.rest.strip_prefix(&[wanted]);
        self.rest = taken.unwrap_or(self.rest);
        taken.is_some()
    }

    /// The next word, up to a space or a parenthesis; empty if there is none.
    pub(super) fn word(&mut self) -> &'a [u8] {
        self.spaces();
        self.until(|byte| matches!(byte, b' ' | b'(' | b')'))
    }

    /// The name of a FETCH item: `UID`, or `BODY[HEADER.FIELDS (DATE)]<0>` with everything in its brackets.
    pub(super) fn item(&mut self) -> &'a [u8] {
        self.spaces();
        let mut inside = false;
        self.until(|byte| {
            inside = (inside || byte == b'[') && byte != b']';
            !inside && matches!(byte, b' ' | b'(' | b')')
        })
    }

    fn until(&mut self, mut ends: impl FnMut(u8) -> bool) -> &'a [u8] {
        let at = self.rest.iter().position(|byte| ends(*byte)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(at);
        self.rest = rest;
        word
    }

    pub(super) fn number<N: std::str::FromStr>(&mut self) -> Option<N> {
        number(self.word())
    }

    /// A quoted string, a literal or a bare word; `None` for NIL, and if there is none.
    pub(super) fn string(&mut self) -> Option<Vec<u8>> {
        self.spaces();
        match self.rest {
            [b'"', rest @ ..] => {
                let (string, rest) = quoted(rest);
                self.rest = rest;
                Some(string)
            }
            [b'{', ..] | [b'~', b'{', ..] => {
                self.until(|byte| byte == b'}');
                self.rest = self.rest.get(1..).unwrap_or_default();
                self.literals.next().map(std::mem::take)
            }
            _ => Some(self.word().to_vec()).filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case(b"NIL")),
        }
    }

    /// The words of a list; `None` if there is no list. An unclosed list ends with the response.
    pub(super) fn words(&mut self) -> Option<Vec<Vec<u8>>> {
        if !self.take(b'(') {
            return None;
        }
        let mut words = Vec::new();
        while !self.take(b')') && !self.is_over() {
            if self.take(b'(') {
                continue;
            }
            words.extend(self.string());
        }
        Some(words)
    }

    /// Skips a value of any form.
    pub(super) fn skip(&mut self) {
        let mut depth = 0_usize;
        loop {
            if self.take(b'(') {
                depth += 1;
            } else if depth > 0 && self.take(b')') {
                depth -= 1;
            } else if self.is_over() || depth > DEPTH || self.rest.starts_with(b")") {
                return;
            } else {
                self.string();
            }
            if depth == 0 {
                return;
            }
        }
    }
}

pub(super) fn number<N: std::str::FromStr>(word: &[u8]) -> Option<N> {
    str::from_utf8(word).ok()?.parse().ok()
}

/// The content of a quoted string, after its opening quote, and what follows it. An unclosed string ends with the
/// response.
fn quoted(text: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut string = Vec::new();
    let mut bytes = text.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return (string, text.get(at + 1..).unwrap_or_default()),
            b'\\' => string.extend(bytes.next().map(|(_, byte)| *byte)),
            _ => string.push(*byte),
        }
    }
    (string, &[])
}
