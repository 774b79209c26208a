//! What is worth a second look before a message is staged. Each can be passed over.

use std::collections::HashSet;

use super::{AnsweredAlready, Draft, mailbox_key};
use crate::domain::address::Address;
use crate::domain::words::fold;

/// So many recipients are told before somebody writes to all of them.
const MANY: usize = 20;

/// Beginnings of words by which a text speaks of a file that goes with it, in ten languages, folded as in the index: English,
/// German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Polish, Czech. More than one word where one alone is common.
const ATTACHMENT_WORDS: [&str; 23] = [
    "attach",
    "enclosed",
    "anhang",
    "angehangt",
    "beigefugt",
    "anbei",
    "en piece jointe",
    "ci joint",
    "piece jointe",
    "adjunto",
    "adjunta",
    "adjuntado",
    "in allegato",
    "allegato",
    "allego",
    "em anexo",
    "anexo",
    "bijlage",
    "bijgevoegd",
    "bifogad",
    "w załaczeniu",
    "załacznik",
    "v priloze",
];

/// Something that is worth a second look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftWarning {
    /// The text speaks of a file by this word, and none goes with it.
    NoFile(String),
    NoSubject,
    NoText,
    /// This many people get it.
    ManyRecipients(usize),
    /// These were there and do not get it.
    LeftOut(Vec<Address>),
    /// What it answers was answered before.
    AnsweredAlready(AnsweredAlready),
}

/// What is worth a second look. `left_out` are those who were there and whom the answer was not begun for.
#[must_use]
pub fn warnings(draft: &Draft, left_out: &[Address]) -> Vec<DraftWarning> {
    let mut out = Vec::new();
    let own = draft.own_text();
    if draft.files.is_empty()
        && let Some(word) = names_a_file(&own)
    {
        out.push(DraftWarning::NoFile(word));
    }
    if draft.subject.trim().is_empty() {
        out.push(DraftWarning::NoSubject);
    }
    if own.trim().is_empty() && draft.files.is_empty() {
        out.push(DraftWarning::NoText);
    }
    let recipients = draft.recipients();
    if recipients.len() >= MANY {
        out.push(DraftWarning::ManyRecipients(recipients.len()));
    }
    let gets_it: HashSet<String> = recipients.iter().map(|known| mailbox_key(&known.address)).collect();
    let left: Vec<Address> =
        left_out.iter().filter(|it| !gets_it.contains(&mailbox_key(&it.address))).cloned().collect();
    if !left.is_empty() {
        out.push(DraftWarning::LeftOut(left));
    }
    out
}

/// The word by which a text speaks of an attachment.
fn names_a_file(text: &str) -> Option<String> {
    let folded = fold(text);
    let starts = |word: &str| folded.starts_with(word) || folded.contains(&format!(" {word}"));
    let found = ATTACHMENT_WORDS.into_iter().find(|word| starts(word))?;
    // The whole word, as it was written but for its accents.
    let at = if folded.starts_with(found) { 0 } else { folded.find(&format!(" {found}"))? + 1 };
    let behind = folded.get(at + found.len()..).unwrap_or_default();
    let rest = behind.split(' ').next().unwrap_or_default();
    Some(format!("{found}{rest}"))
}

impl std::fmt::Display for DraftWarning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoFile(word) => write!(f, "The text says \"{word}\", and no file goes with it."),
            Self::NoSubject => write!(f, "It has no subject."),
            Self::AnsweredAlready(answered) => answered.fmt(f),
            Self::NoText => write!(f, "It has no text of yours."),
            Self::ManyRecipients(count) => write!(f, "{count} people get it."),
            Self::LeftOut(people) => match people.as_slice() {
                [one] => write!(f, "{} was there and does not get it.", one.called()),
                [one, other] => write!(f, "{} and {} were there and do not get it.", one.called(), other.called()),
                [one, rest @ ..] => {
                    write!(f, "{} and {} others were there and do not get it.", one.called(), rest.len())
                }
                [] => Ok(()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DraftWarning, warnings};
    use crate::domain::address::Address;
    use crate::domain::answering::Draft;

    fn draft(text: &str) -> Draft {
        let to = vec![Address::new("Ann", "ann@a.example")];
        Draft { to, subject: "x".to_owned(), text: text.to_owned(), ..Draft::default() }
    }

    #[test]
    fn a_file_that_is_spoken_of_and_missing_is_told() {
        for (text, word) in [
            ("I attach the plan.", "attach"),
            ("The plan is attached.", "attached"),
            ("See the attachment", "attachment"),
            ("Im Anhang der Plan", "anhang"),
            ("Der Plan ist angehängt.", "angehangt"),
            ("Anbei der Plan", "anbei"),
            ("Vous trouverez le plan en pièce jointe", "en piece jointe"),
            ("Adjunto el plan", "adjunto"),
            ("In allegato il piano", "in allegato"),
            ("Segue em anexo", "em anexo"),
            ("In de bijlage", "bijlage"),
            ("Planen är bifogad", "bifogad"),
            ("W załączeniu plan", "w załaczeniu"),
            ("V příloze posílám plán", "v priloze"),
        ] {
            assert_eq!(warnings(&draft(text), &[]), [DraftWarning::NoFile(word.to_owned())], "{text}");
            let with = Draft { files: vec!["plan.pdf".to_owned()], ..draft(text) };
            assert_eq!(warnings(&with, &[]), [], "{text}");
        }
        for text in
            ["Fine.\n\nAnn wrote:\n> I attach the plan.\n", "Fine.\n-- \nattached to nothing\n", "We reattached it."]
        {
            assert_eq!(warnings(&draft(text), &[]), [], "{text}");
        }
    }

    #[test]
    fn the_rest_is_told_too() {
        let mut it = draft("");
        it.subject = " ".to_owned();
        let cy = Address::new("Cy", "cy@c.example");
        let left_out = [Address::new("", "ANN@a.example"), cy.clone()];
        let told = warnings(&it, &left_out);
        assert_eq!(told, [DraftWarning::NoSubject, DraftWarning::NoText, DraftWarning::LeftOut(vec![cy])]);
        assert_eq!(told[2].to_string(), "Cy was there and does not get it.");
        it = draft("Hello");
        it.bcc = (0..20).map(|n| Address::new("", format!("{n}@x"))).collect();
        assert_eq!(warnings(&it, &[]), [DraftWarning::ManyRecipients(21)]);
    }
}
