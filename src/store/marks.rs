//! What a row and the index say of a message besides its words: which fields have words, what it has, the words of its
//! files' names and of those who got a copy.
//!
//! In the index these are words that no text can have: each begins with a character of Unicode's private use area, which
//! folding removes from text. They stand in the column `list`, behind the list's own words. So "a file and a word" is one
//! question to the index, and needs no row.

use crate::domain::message_kind::{KindFact, MessageKind};
use crate::domain::query::{Indexed, TextField, Thing};

/// Begins the words of files' names.
const FILE: char = '\u{E001}';
/// Begins the words of those who got a copy.
const COPIED: char = '\u{E002}';
/// Begins the mark of a thing.
const THING: char = '\u{E003}';

/// The mark of a message with a mailing list, among the beginnings of its words.
pub(super) const LISTED: &str = "\u{E003}m";

/// The bit of a field in `message.fields`: it has words.
pub(super) fn field_bit(field: TextField) -> i64 {
    match field {
        TextField::From => 1,
        TextField::To => 2,
        TextField::Subject => 4,
        TextField::List => 8,
        TextField::Body => 16,
        TextField::Cc => 32,
        TextField::File => 64,
    }
}

/// The bit of a thing in `message.fields`; `None` for those of which a column of their own, or a field, tells.
pub(super) fn thing_bit(thing: Thing) -> Option<i64> {
    match thing {
        Thing::Link => Some(128),
        Thing::Image => Some(256),
        Thing::Invite => Some(512),
        Thing::Attachment | Thing::Unsubscribe | Thing::List => None,
    }
}

/// The bit of a kind in `message.fields`.
pub(super) fn kind_bit(kind: MessageKind) -> i64 {
    match kind {
        MessageKind::Correspondent => 1 << 10,
        MessageKind::Answer => 1 << 11,
        MessageKind::Mine => 1 << 12,
        MessageKind::Bounce => 1 << 13,
        MessageKind::Personal => 1 << 14,
        MessageKind::Post => 1 << 15,
        MessageKind::Notice => 1 << 16,
        MessageKind::Newsletter => 1 << 17,
    }
}

/// The bit in `message.fields` of what a program sent by itself (RFC 3834): it answers nothing. Messages that earlier versions took in
/// have it only after they were read anew.
pub(super) const AUTOMATIC: i64 = 1 << 18;

/// The bits of the kinds that are known when a message is taken in, and never again.
pub(super) fn by_sent_mail() -> i64 {
    MessageKind::BY_SENT_MAIL.into_iter().fold(0, |bits, kind| bits | kind_bit(kind))
}

/// What `message.fields` says.
pub(super) fn fields(words: &Indexed, things: &[Thing], kinds: &[KindFact], automatic: bool) -> i64 {
    let filled = TextField::ALL.into_iter().filter(|field| !words.field(*field).is_empty());
    let of_kinds = kinds.iter().fold(0, |bits, fact| bits | kind_bit(fact.kind));
    let by_itself = if automatic { AUTOMATIC } else { 0 };
    by_itself
        + of_kinds
        + filled.map(field_bit).sum::<i64>()
        + things.iter().filter_map(|thing| thing_bit(*thing)).sum::<i64>()
}

/// The column of the index in which the words of a field stand, and the character that begins each of them.
pub(super) fn column(field: TextField) -> (&'static str, Option<char>) {
    match field {
        TextField::From => ("sender", None),
        TextField::To => ("recipients", None),
        TextField::Subject => ("subject", None),
        TextField::List => ("list", None),
        TextField::Body => ("body", None),
        TextField::Cc => ("list", Some(COPIED)),
        TextField::File => ("list", Some(FILE)),
    }
}

/// The mark of a thing in the index; `None` for a list, of which the row tells.
pub(super) fn mark(thing: Thing) -> Option<String> {
    let letter = match thing {
        Thing::Attachment => 'a',
        Thing::Link => 'l',
        Thing::Image => 'i',
        Thing::Invite => 'v',
        Thing::Unsubscribe => 'u',
        Thing::List => return None,
    };
    Some(format!("{THING}{letter}"))
}

/// The text of the column `list`: the list's words, and behind them every mark.
pub(super) fn list_column(words: &Indexed, things: &[Thing]) -> String {
    let mut column = words.list.clone();
    let mut add = |begins: Option<char>, word: &str| {
        if !column.is_empty() {
            column.push(' ');
        }
        column.extend(begins);
        column.push_str(word);
    };
    for (begins, text) in [(FILE, &words.files), (COPIED, &words.cc)] {
        text.split_ascii_whitespace().for_each(|word| add(Some(begins), word));
    }
    things.iter().filter_map(|thing| mark(*thing)).for_each(|mark| add(None, &mark));
    column
}

#[cfg(test)]
mod tests {
    use super::{AUTOMATIC, Indexed, Thing, fields, list_column};
    use crate::domain::words::fold;

    #[test]
    fn marks_stand_behind_the_words_of_the_list() {
        let words =
            Indexed { list: "rust lang".into(), files: "plan pdf".into(), cc: "bob".into(), ..Indexed::default() };
        let marked = list_column(&words, &[Thing::Attachment, Thing::Link]);
        assert_eq!(marked, "rust lang \u{E001}plan \u{E001}pdf \u{E002}bob \u{E003}a \u{E003}l");
        assert_eq!(fields(&words, &[Thing::Attachment, Thing::Link], &[], false), 8 + 32 + 64 + 128);
        assert_eq!(fields(&words, &[], &[], true), 8 + 32 + 64 + AUTOMATIC);
        assert_eq!(list_column(&Indexed::default(), &[]), "");
    }

    /// No text can be taken for a mark.
    #[test]
    fn folding_leaves_no_mark_in_a_text() {
        assert_eq!(fold("\u{E003}a x\u{E001}y \u{E000} \u{E002}"), "a x y");
    }
}
