//! A letter as rows, top to bottom: header, subject, text with its long quotes folded, attachments, links, notes.
//!
//! `update` counts the rows to scroll, `view` draws them.

use super::reading::Quotes;
use crate::domain::letter::{Letter, LineKind};
use crate::domain::printable::Printable;
use crate::domain::topic::Topic;

/// A run of quoted lines longer than this is folded.
const LONG_QUOTE: usize = 4;
/// So many of its lines stay.
const QUOTE_SHOWN: usize = 2;

/// One row; numbers are places in the letter's own lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetRow {
    From,
    Header(usize),
    /// When it was sent, where the first row has no room for it.
    Date,
    /// The names of the attachments.
    Files,
    Subject(Printable),
    /// A line of the card of an invitation.
    Card(usize),
    Blank,
    Line(usize),
    /// So many more quoted lines.
    Folded(usize),
    /// So many lines of what `OpenPGP` puts around a text.
    Armour(usize),
    Attachment(usize),
    Link(usize),
    Note(usize),
    /// The same text is there in another form, and a key shows it.
    OtherBody,
}

/// No date is longer, in columns: `Wed 30 Sep, 10:00`, with a gap before it.
const DATE: usize = 20;

/// Whether the date has a row of its own: beside the sender is no room for it.
#[must_use]
pub fn dated_apart(letter: &Letter) -> bool {
    letter.from_name.width() + letter.from_address.width() + 4 + DATE > usize::from(letter.width)
}

/// What stands above the text of a letter.
#[derive(Debug, Clone, Copy)]
pub enum Headed<'a> {
    Whole,
    /// It stands under a title about this; its own subject is left out where it says the same.
    Under(&'a Topic),
}

impl Headed<'_> {
    fn has_subject(self, letter: &Letter) -> bool {
        match self {
            Self::Whole => true,
            Self::Under(title) => !Topic::of(letter.subject.as_str()).meets(title),
        }
    }
}

#[must_use]
pub fn rows(letter: &Letter, quotes: Quotes, headed: Headed<'_>) -> Vec<SheetRow> {
    let mut rows = vec![SheetRow::From];
    rows.extend((0..letter.headers.len()).map(SheetRow::Header));
    if dated_apart(letter) {
        rows.push(SheetRow::Date);
    }
    if !letter.attachments.is_empty() {
        rows.push(SheetRow::Files);
    }
    rows.push(SheetRow::Blank);
    if headed.has_subject(letter) {
        rows.extend(letter.subject.wrap(usize::from(letter.width)).into_iter().map(SheetRow::Subject));
        rows.push(SheetRow::Blank);
    }
    let card = letter.invitation.as_ref().map_or(0, |invitation| invitation.lines.len());
    if card > 0 {
        rows.extend((0..card).map(SheetRow::Card));
        rows.push(SheetRow::Blank);
    }
    text(letter, quotes, &mut rows);
    for (count, row) in [
        (letter.attachments.len(), SheetRow::Attachment as fn(usize) -> SheetRow),
        (letter.links.len(), SheetRow::Link),
        (letter.notes.len(), SheetRow::Note),
    ] {
        if count > 0 {
            rows.push(SheetRow::Blank);
            rows.extend((0..count).map(row));
        }
    }
    if letter.other().is_some() {
        if letter.notes.is_empty() {
            rows.push(SheetRow::Blank);
        }
        rows.push(SheetRow::OtherBody);
    }
    rows
}

fn text(letter: &Letter, quotes: Quotes, rows: &mut Vec<SheetRow>) {
    let mut at = 0;
    while let Some(line) = letter.lines.get(at) {
        let like = |kind: LineKind| match line.kind {
            LineKind::Quote(_) => matches!(kind, LineKind::Quote(_)),
            LineKind::Armour => kind == LineKind::Armour,
            _ => false,
        };
        let run = letter.lines.iter().skip(at).take_while(|line| like(line.kind)).count().max(1);
        if line.kind == LineKind::Armour && quotes == Quotes::Folded {
            rows.push(SheetRow::Armour(run));
        } else if run > LONG_QUOTE && quotes == Quotes::Folded {
            rows.extend((at..at + QUOTE_SHOWN).map(SheetRow::Line));
            rows.push(SheetRow::Folded(run - QUOTE_SHOWN));
        } else {
            rows.extend((at..at + run).map(SheetRow::Line));
        }
        at += run;
    }
}

#[cfg(test)]
mod tests {
    use super::{Headed, Letter, SheetRow, rows};
    use crate::domain::ids::Id;
    use crate::domain::letter::Body;
    use crate::domain::letter::{LetterLine, LineKind};
    use crate::domain::printable::Printable;
    use crate::ui::state::reading::Quotes;

    #[test]
    fn long_quotes_fold_and_short_ones_stay() {
        let line = |kind| LetterLine { kind, spans: Vec::new() };
        let mut lines = vec![line(LineKind::Text)];
        lines.extend((0..9).map(|_| line(LineKind::Quote(1))));
        lines.push(line(LineKind::Text));
        lines.extend((0..3).map(|_| line(LineKind::Quote(2))));
        let letter = Letter {
            id: Id(1),
            width: 40,
            from_name: Printable::default(),
            from_address: Printable::default(),
            headers: Vec::new(),
            subject: Printable::from("s"),
            lines,
            links: Vec::new(),
            attachments: Vec::new(),
            notes: Vec::new(),
            body: Body::Text,
            hidden: 0,
            invitation: None,
        };
        let folded = rows(&letter, Quotes::Folded, Headed::Whole);
        assert_eq!(folded.iter().filter(|row| matches!(row, SheetRow::Line(_))).count(), 1 + 2 + 1 + 3);
        assert!(folded.contains(&SheetRow::Folded(7)));
        let whole = rows(&letter, Quotes::Whole, Headed::Whole);
        assert_eq!(whole.iter().filter(|row| matches!(row, SheetRow::Line(_))).count(), 14);
    }
}
