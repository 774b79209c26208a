//! A message as a query sees it.

use chrono::{DateTime, Utc};

use super::{StateTerm, TextField, Thing, WordFilter};
use crate::domain::address::Address;
use crate::domain::envelope::{Attachment, Envelope, ParsedMessage};
use crate::domain::ids::{Id, ThreadId};
use crate::domain::message_kind::MessageKind;
use crate::domain::trust::SenderTrust;
use crate::domain::words;

/// A message as a query sees it. The word fields are folded by `domain::words`.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    pub id: Option<Id>,
    pub message_id: Option<&'a str>,
    pub from: &'a Address,
    /// How far `from` is trusted: wholly by a search, by a rule only as far as is safe.
    pub trust: SenderTrust,
    /// To and Cc.
    pub to: &'a [Address],
    pub cc: &'a [Address],
    pub source: &'a str,
    /// The lane, where it is already known: a lane's own query cannot ask for lanes.
    pub lane: &'a str,
    /// The folders in which its copies lie.
    pub folders: &'a [&'a str],
    pub words: &'a Indexed,
    /// Which words it may have; none where so few ask that making it is not worth while. It changes no answer.
    pub filter: Option<&'a WordFilter>,
    /// What it has, but for a list, which `words` knows.
    pub things: &'a [Thing],
    /// The states of `is:` that it is in; of a message that is only about to be taken in, what its mailbox says.
    pub states: &'a [StateTerm],
    /// Of what kinds it is.
    pub kinds: &'a [MessageKind],
    /// The numbers that its conversation has and had before it was joined with another; none while they are not known.
    pub threads: &'a [ThreadId],
    /// Of the original, in bytes.
    pub size: u64,
    pub placed: DateTime<Utc>,
    /// The time of the search.
    pub now: DateTime<Utc>,
}

impl<'a> Subject<'a> {
    /// A message of which no more is known than its sender, its words and when it was placed.
    #[must_use]
    pub fn new(from: &'a Address, words: &'a Indexed, placed: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        Self {
            id: None,
            message_id: None,
            from,
            trust: SenderTrust::Whole,
            to: &[],
            cc: &[],
            source: "",
            lane: "",
            folders: &[],
            words,
            filter: None,
            things: &[],
            states: &[],
            kinds: &[],
            threads: &[],
            size: 0,
            placed,
            now,
        }
    }
}

/// The searchable text of a message, folded, field by field: what the full-text index is fed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Indexed {
    pub from: String,
    /// To and Cc.
    pub to: String,
    pub cc: String,
    pub subject: String,
    pub list: String,
    pub body: String,
    /// The names of attachments, with `BETWEEN_NAMES` between any two.
    pub files: String,
}

/// Stands between the names of two files as if it were a word, so that no words in a row reach from one into the next.
/// No folded text has this character, which is one of Unicode's private ones.
pub const BETWEEN_NAMES: &str = "\u{E000}";

impl Indexed {
    /// Folds the fields of a message on its way in.
    #[must_use]
    pub fn of(message: &ParsedMessage) -> Self {
        let ParsedMessage { envelope, text, .. } = message;
        let mailboxes = |all: &[Address]| {
            let mut out = String::new();
            for mailbox in all {
                words::fold_into(&mailbox.name, &mut out);
                words::fold_into(&mailbox.address, &mut out);
            }
            out
        };
        Self {
            from: mailboxes(std::slice::from_ref(&envelope.from)),
            to: mailboxes(&envelope.to),
            cc: mailboxes(envelope.cc()),
            subject: words::fold(&envelope.subject),
            list: words::fold(envelope.list.as_deref().unwrap_or_default()),
            body: words::fold(text),
            files: file_names(&envelope.attachments),
        }
    }

    /// Which words any of its fields may have.
    #[must_use]
    pub fn filter(&self) -> WordFilter {
        WordFilter::of(TextField::ALL.map(|field| self.field(field)))
    }

    #[must_use]
    pub fn field(&self, field: TextField) -> &str {
        match field {
            TextField::From => &self.from,
            TextField::To => &self.to,
            TextField::Cc => &self.cc,
            TextField::Subject => &self.subject,
            TextField::Body => &self.body,
            TextField::List => &self.list,
            TextField::File => &self.files,
        }
    }
}

fn file_names(attachments: &[Attachment]) -> String {
    let names = attachments.iter().map(|one| words::fold(&one.name)).filter(|name| !name.is_empty());
    names.collect::<Vec<_>>().join(&format!(" {BETWEEN_NAMES} "))
}

impl Thing {
    /// What a message has, but for a list.
    #[must_use]
    pub fn of(envelope: &Envelope) -> Vec<Self> {
        let any = |is: fn(&Attachment) -> bool| envelope.attachments.iter().any(is);
        let all = [
            (Self::Attachment, !envelope.attachments.is_empty()),
            (Self::Link, envelope.links),
            (Self::Image, any(is_image)),
            (Self::Invite, envelope.has_invitation()),
            (Self::Unsubscribe, envelope.unsubscribe),
        ];
        all.into_iter().filter(|(_, has)| *has).map(|(thing, _)| thing).collect()
    }
}

/// By its type, or by its name where the type says nothing.
fn is_image(file: &Attachment) -> bool {
    const ENDINGS: [&str; 9] = ["png", "jpg", "jpeg", "gif", "webp", "heic", "avif", "svg", "bmp"];
    file.kind.starts_with("image/") || file.kind == "application/octet-stream" && ends_with(&file.name, &ENDINGS)
}

fn ends_with(name: &str, endings: &[&str]) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| endings.iter().any(|one| ending.eq_ignore_ascii_case(one)))
}

#[cfg(test)]
mod tests {
    use super::{Attachment, file_names, is_image};

    fn file(name: &str, kind: &str) -> Attachment {
        Attachment { name: name.into(), kind: kind.into(), size: 1 }
    }

    #[test]
    fn pictures_are_known_by_type_or_by_name() {
        assert!(is_image(&file("", "image/png")) && is_image(&file("Tide.JPG", "application/octet-stream")));
        assert!(!is_image(&file("plan.png.pdf", "application/octet-stream")) && !is_image(&file("png", "text/plain")));
    }

    #[test]
    fn names_of_files_are_kept_apart() {
        let two = [file("Tide Plan.pdf", ""), file("", ""), file("boat.jpg", "")];
        assert_eq!(file_names(&two), "tide plan pdf \u{E000} boat jpg");
    }
}
