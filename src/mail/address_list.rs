//! The syntax of address fields (RFC 5322 §3.4, with the obsolete forms of §4.4), read in one pass.
//!
//! What real programs write is read as well: semicolons between mailboxes, names with commas and without quotes,
//! addresses without brackets behind a name, names with dots and brackets in them, quotes and parentheses that never
//! close. Encoded words are left as they are.

#[cfg(test)]
mod examples;
mod words;

use std::collections::VecDeque;

use self::words::PhraseBuilder;

/// One mailbox as it stands in its field.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ParsedMailbox {
    /// The phrase before the address, quotes taken off; without one, the comment (the old way to say a name).
    pub(super) name: String,
    /// Without white space and comments; quotes around a local part that needs them, and around what stands in quotes and
    /// has no domain. Empty where there is none.
    pub(super) address: String,
    /// Whether more than one address stands here, where one can: programs differ in which of them they take.
    pub(super) several: bool,
}

/// Which field it is; this decides what a name without an address means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AddressFieldKind {
    /// From, Sender, Reply-To: one mailbox in practice, so a name belongs to the address that follows, in brackets or not.
    Author,
    /// To, Cc: names without an address are people of this machine, unless another name and its address follow.
    Recipient,
}

/// The mailboxes of an unfolded field. Groups (`name: a, b;`) give their members.
pub(super) fn all(field: &str, role: AddressFieldKind) -> ParsedMailboxes<'_> {
    ParsedMailboxes { rest: field, role, comments: true, quotes: true, group: false, ready: VecDeque::new() }
}

pub(super) struct ParsedMailboxes<'a> {
    rest: &'a str,
    role: AddressFieldKind,
    /// False as soon as one parenthesis (or quote) was found that never closes: all later ones are then plain letters.
    comments: bool,
    quotes: bool,
    /// Within a group, whose end is a semicolon.
    group: bool,
    /// Mailboxes that were read and not returned yet.
    ready: VecDeque<ParsedMailbox>,
}

enum Token<'a> {
    Space,
    /// What stands in quotes, `\` taken off.
    Quoted(String),
    Comment(String),
    Letter(char),
    Mark(char, &'a str),
}

/// What stands between two commas.
struct Piece {
    mailbox: ParsedMailbox,
    /// The phrase before the address; all that there is where there is no address.
    phrase: String,
    form: Form,
    /// The comma or semicolon behind it; `None` at the end of a group and of the field.
    comma: Option<char>,
    /// A group began in it.
    opened: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Bracketed,
    /// An address, and perhaps a name, without brackets.
    Bare,
    Phrase,
}

impl Iterator for ParsedMailboxes<'_> {
    type Item = ParsedMailbox;

    fn next(&mut self) -> Option<ParsedMailbox> {
        // Phrases, with their commas, whose address has not been read yet.
        let mut waiting: Vec<Piece> = Vec::new();
        while self.ready.is_empty() && !self.rest.is_empty() {
            let mut piece = self.piece();
            if piece.opened {
                self.ready.extend(waiting.drain(..).map(|it| it.mailbox));
            }
            if piece.mailbox == ParsedMailbox::default() && piece.comma.is_some() {
                continue;
            }
            if piece.form == Form::Phrase && piece.comma.is_some() {
                waiting.push(piece);
                continue;
            }
            let named = self.role == AddressFieldKind::Author || !piece.phrase.is_empty();
            if piece.form != Form::Phrase && named && !waiting.is_empty() {
                piece.mailbox.name = joined(&waiting, &piece.phrase);
                waiting.clear();
            }
            self.ready.extend(waiting.drain(..).map(|it| it.mailbox));
            if piece.mailbox != ParsedMailbox::default() {
                self.ready.push_back(piece.mailbox);
            }
        }
        self.ready.extend(waiting.into_iter().map(|it| it.mailbox));
        self.ready.pop_front()
    }
}

/// The name again with its first pieces, which commas had cut off.
fn joined(waiting: &[Piece], last: &str) -> String {
    let mut name = String::new();
    for piece in waiting {
        name.push_str(&piece.phrase);
        name.push(piece.comma.unwrap_or(','));
        name.push(' ');
    }
    name.push_str(last);
    let end = name.trim_end_matches([',', ';', ' ']).len();
    name.truncate(end);
    name
}

impl<'a> ParsedMailboxes<'a> {
    /// Reads up to the comma behind the next mailbox.
    fn piece(&mut self) -> Piece {
        let mut phrase = PhraseBuilder::default();
        let mut comment = String::new();
        let mut bracketed: Option<(String, bool)> = None;
        let mut comma = None;
        let mut opened = false;
        while let Some(token) = self.token() {
            match token {
                Token::Space => phrase.apart(),
                Token::Comment(text) => {
                    phrase.apart();
                    if comment.is_empty() {
                        text.trim().clone_into(&mut comment);
                    }
                }
                Token::Mark(';', _) if self.group => {
                    self.group = false;
                    break;
                }
                Token::Mark(mark @ (',' | ';'), _) => {
                    comma = Some(mark);
                    break;
                }
                Token::Mark('<', _) if bracketed.is_some() => {
                    let (other, _) = self.bracketed();
                    bracketed = bracketed.map(|(first, several)| {
                        let differs = !other.is_empty() && !other.eq_ignore_ascii_case(&first);
                        if first.is_empty() { (other, several) } else { (first, several || differs) }
                    });
                }
                // After the address only a comment and a second address are looked at; everything else is ignored.
                _ if bracketed.is_some() => {}
                Token::Quoted(text) => phrase.quoted(&text),
                Token::Mark('<', _) => bracketed = Some(self.bracketed()),
                // A group's name; but a colon may stand in a domain (`[IPv6:::1]`).
                Token::Mark(':', _) if !phrase.has_address() => {
                    phrase = PhraseBuilder::default();
                    comment.clear();
                    (opened, self.group) = (true, true);
                }
                Token::Letter(letter) | Token::Mark(letter, _) => phrase.letter(letter),
            }
        }
        let form = match &bracketed {
            Some(_) => Form::Bracketed,
            None if phrase.has_address() => Form::Bare,
            None => Form::Phrase,
        };
        let (name, address, several) = match bracketed {
            Some((address, several)) => (phrase.text().to_owned(), address, several),
            None => phrase.split(),
        };
        let phrase = if form == Form::Bare { name.clone() } else { phrase.text().to_owned() };
        let name = if name.is_empty() { comment } else { name };
        Piece { mailbox: ParsedMailbox { name, address, several }, phrase, form, comma, opened }
    }

    /// The address in angle brackets, its `<` already read, and whether there is another one: a route (`@a,@b:`) is left
    /// out.
    fn bracketed(&mut self) -> (String, bool) {
        let mut words = PhraseBuilder::loose();
        let mut several = false;
        while let Some(token) = self.token() {
            match token {
                Token::Space => words.apart(),
                Token::Comment(_) => {}
                Token::Quoted(text) => words.quoted(&text),
                Token::Mark('>', _) => break,
                // Either brackets within brackets, or the closing bracket is missing.
                Token::Mark('<', _) => {
                    several |= words.has_address();
                    words = PhraseBuilder::loose();
                }
                Token::Mark(',' | ':', _) if words.text().starts_with('@') => words = PhraseBuilder::loose(),
                Token::Mark(',' | ';', before) => {
                    self.rest = before;
                    break;
                }
                Token::Letter(letter) | Token::Mark(letter, _) => words.letter(letter),
            }
        }
        (words.address(), several || words.has_several())
    }

    fn token(&mut self) -> Option<Token<'a>> {
        let before = self.rest;
        let mut letters = before.chars();
        let first = letters.next()?;
        let after = letters.as_str();
        self.rest = after;
        Some(match first {
            '"' if self.quotes => {
                let Some((text, rest)) = closed(after, '"') else {
                    self.quotes = false;
                    return Some(Token::Space);
                };
                self.rest = rest;
                Token::Quoted(text)
            }
            '(' if self.comments => {
                let Some((text, rest)) = closed(after, ')') else {
                    self.comments = false;
                    return Some(Token::Letter('('));
                };
                self.rest = rest;
                Token::Comment(text)
            }
            '\\' => match letters.next() {
                Some(letter) => {
                    self.rest = letters.as_str();
                    Token::Letter(letter)
                }
                None => Token::Space,
            },
            ',' | ';' | ':' | '<' | '>' => Token::Mark(first, before),
            letter if letter.is_whitespace() => Token::Space,
            letter => Token::Letter(letter),
        })
    }
}

/// The text before the closing letter, and the text after it. Parentheses may be nested.
fn closed(text: &str, end: char) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut depth = 0usize;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => out.extend(letters.next()),
            letter if letter == end && depth == 0 => return Some((out, letters.as_str())),
            letter => {
                match letter {
                    '(' if end == ')' => depth += 1,
                    ')' if end == ')' => depth -= 1,
                    _ => {}
                }
                out.push(letter);
            }
        }
    }
    None
}
