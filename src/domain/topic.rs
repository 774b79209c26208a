//! What a subject is about: the subject without the marks of answers and forwards.
//!
//! It joins nothing (see `store::thread`). It only tells strangers apart who refer to one and the same thing that is no
//! message: the fixed id of a ticket system, somebody's address.

use super::words::fold;

/// Of a subject, this much is compared.
const COMPARED: usize = 512;
/// `Re:`, `AW:`, `Antw:`, `RE[2]:`, `Fwd(3):`: letters before a colon, this many at most.
const MARK: usize = 4;

/// The words of a subject, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic(String);

impl Topic {
    #[must_use]
    pub fn of(subject: &str) -> Self {
        Self(fold(behind_marks(subject.get(..subject.floor_char_boundary(COMPARED)).unwrap_or(subject))))
    }

    #[must_use]
    pub fn words(&self) -> &str {
        &self.0
    }

    /// Whether both are about the same: the same words, or all words of one in a row within the other, as where a list or a
    /// forward adds some.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        let (long, short) = if self.0.len() < other.0.len() { (&other.0, &self.0) } else { (&self.0, &other.0) };
        if short.is_empty() {
            return long.is_empty();
        }
        let spaced = |text: &str| format!(" {text} ");
        spaced(long).contains(&spaced(short))
    }
}

/// What follows everything at the beginning that may be a mark of an answer.
fn behind_marks(subject: &str) -> &str {
    let mut rest = subject.trim_start();
    while let Some(behind) = behind_mark(rest) {
        rest = behind;
    }
    rest
}

/// What follows a mark of an answer at the beginning.
fn behind_mark(text: &str) -> Option<&str> {
    let (mark, rest) = text.split_once([':', '\u{FF1A}'])?;
    let letters = mark.trim_end_matches(|c: char| c.is_ascii_digit() || "[]()^ ".contains(c));
    let is_mark = (1..=MARK).contains(&letters.chars().count()) && letters.chars().all(char::is_alphabetic);
    is_mark.then(|| rest.trim_start())
}

/// Whether a subject says that it answers something.
#[must_use]
pub fn answers(subject: &str) -> bool {
    behind_mark(subject.trim_start()).is_some()
}

/// The marks of answers and forwards that mail programs write, folded.
const WRITTEN: [&str; 30] = [
    "re", "aw", "antw", "sv", "vs", "ref", "r", "rif", "odp", "res", "ynt", "atb", "bls", "ha", "refs", "回复", "答复",
    "回覆", "답장", "fw", "fwd", "wg", "vb", "tr", "rv", "enc", "i", "pd", "转发", "轉寄",
];

/// A subject as a row shows it that stands for a whole conversation: without the marks that mail programs write, where anything
/// is left. `Bug: no sound` keeps its first word.
#[must_use]
pub fn without_marks(subject: &str) -> &str {
    let mut rest = subject.trim_start();
    while let Some(behind) = behind_mark(rest) {
        let mark = rest.get(..rest.len() - behind.len()).unwrap_or_default();
        let letters: String = mark.chars().take_while(|c| c.is_alphabetic()).collect();
        if behind.is_empty() || !WRITTEN.contains(&fold(&letters).replace(' ', "").as_str()) {
            break;
        }
        rest = behind;
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::{Topic, without_marks};

    #[test]
    fn a_row_shows_what_a_conversation_is_about() {
        for (subject, shown) in [
            ("Re: Boat", "Boat"),
            ("AW: RE[2]: Fwd(3): Boat", "Boat"),
            ("回复：Boat", "Boat"),
            ("Bug: no sound", "Bug: no sound"),
            ("Re: Bug: no sound", "Bug: no sound"),
            ("Re:", "Re:"),
            ("", ""),
        ] {
            assert_eq!(without_marks(subject), shown);
        }
    }

    #[test]
    fn marks_of_answers_are_no_part_of_it() {
        for subject in
            ["Boat", "Re: Boat", "AW: RE[2]: boat", "Antw: Sv: Fwd(3):Boat", "回复：Boat", "RE: [crew] Boat", "Boat?"]
        {
            assert!(Topic::of(subject).meets(&Topic::of("re: boat")), "{subject}");
        }
        assert!(Topic::of("New mast (was: Boat)").meets(&Topic::of("Boat")));
        assert!(Topic::of("").meets(&Topic::of("Re:")));
    }

    #[test]
    fn other_words_are_another_one() {
        for (one, other) in
            [("[#101] Printer", "[#102] Printer"), ("Boat", "Boats"), ("Boat", ""), ("Boat at nine", "Boat nine")]
        {
            assert!(!Topic::of(one).meets(&Topic::of(other)), "{one} / {other}");
        }
    }
}
