//! What follows a field's colon, or is a term by itself: words, addresses, names, properties, dates and ids.

use std::borrow::Cow;
use std::ops::Range;

use crate::domain::schedule::Zone;
use chrono::{DateTime, Utc};

use super::date::when;
use super::{AddressField, IdTerm, Query, QueryMistake, StateTerm, Term, TextField, Thing};
use crate::domain::ids::Id;
use crate::domain::nearest::nearest;
use crate::domain::text_enum::TextEnum;
use crate::domain::words;

/// A field as it is written before the colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    Words(TextField),
    Source,
    Lane,
    Has,
    Is,
    Before,
    After,
    Older,
    Newer,
    Id,
}

impl Name {
    pub(super) const ALL: [Self; 14] = [
        Self::Words(TextField::From),
        Self::Words(TextField::To),
        Self::Words(TextField::Subject),
        Self::Words(TextField::Body),
        Self::Words(TextField::List),
        Self::Source,
        Self::Lane,
        Self::Has,
        Self::Is,
        Self::Before,
        Self::After,
        Self::Older,
        Self::Newer,
        Self::Id,
    ];

    pub(super) fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.text().eq_ignore_ascii_case(text))
    }

    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Words(field) => field.text(),
            Self::Source => "source",
            Self::Lane => "lane",
            Self::Has => "has",
            Self::Is => "is",
            Self::Before => "before",
            Self::After => "after",
            Self::Older => "older",
            Self::Newer => "newer",
            Self::Id => "id",
        }
    }

    pub(super) fn example(self) -> &'static str {
        match self {
            Self::Words(TextField::From | TextField::To) => {
                "a name or an address follows the colon: from:ann, from:@example.org"
            }
            Self::Words(_) => "a word follows the colon, or words in quotes: subject:\"release plan\"",
            Self::Source | Self::Lane => "a name follows the colon: lane:news, source:work",
            Self::Has => "has:attachment, has:unsubscribe or has:list",
            Self::Is => "is:muted",
            Self::Before | Self::After => "a date follows the colon: before:2026-11-01, after:monday",
            Self::Older | Self::Newer => "a length of time follows the colon: older:2d, newer:3h",
            Self::Id => "a message's number or its Message-ID follows the colon",
        }
    }
}

impl TextField {
    /// The field as it is written before the colon.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::To => "to",
            Self::Subject => "subject",
            Self::Body => "body",
            Self::List => "list",
        }
    }
}

/// One value as it was written: without quotes, or the text between quotes.
pub(super) struct WrittenValue<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) quoted: bool,
    /// Whether a `*` follows the closing quote.
    pub(super) star: bool,
    pub(super) span: Range<usize>,
}

impl WrittenValue<'_> {
    fn mistake(&self, what: impl Into<String>) -> QueryMistake {
        QueryMistake::at(self.span.clone(), what)
    }

    /// The text without the `*` that makes it a beginning, and whether there was one.
    fn beginning(&self, star_in_quotes: bool) -> Result<(&str, bool), QueryMistake> {
        if self.quoted && !star_in_quotes {
            return Ok((&self.text, self.star));
        }
        match self.text.strip_suffix('*') {
            Some(rest) if self.quoted || !rest.contains('*') => Ok((rest, true)),
            None if self.quoted || !self.text.contains('*') => Ok((&self.text, self.star)),
            _ => Err(self
                .mistake("a * stands only at the end of a word")
                .hint("put text in quotes to search for its words")),
        }
    }
}

/// The query that a value makes under a field, or alone.
pub(super) fn value(
    field: Option<Name>,
    written: &WrittenValue<'_>,
    zone: Zone,
    now: DateTime<Utc>,
) -> Result<Query, QueryMistake> {
    let Some(name) = field else {
        return if !written.quoted && written.text == "*" { Ok(Query::All) } else { words_of(None, written) };
    };
    let moment = || when(&written.text, zone, now).map_err(|what| written.mistake(what).hint(name.example()));
    Ok(Query::Term(match name {
        Name::Words(field) => return in_field(field, written),
        Name::Source => {
            let (name, prefix) = name_of(written)?;
            Term::Source { name, prefix }
        }
        Name::Lane => {
            let (name, prefix) = name_of(written)?;
            Term::Lane { name, prefix }
        }
        Name::Has => Term::Has(thing(written)?),
        Name::Is => Term::Is(state(written)?),
        Name::Before | Name::Older => Term::Before(moment()?),
        Name::After | Name::Newer => Term::After(moment()?),
        Name::Id => Term::Id(id(written)?),
    }))
}

fn in_field(field: TextField, written: &WrittenValue<'_>) -> Result<Query, QueryMistake> {
    if !written.quoted && written.text == "*" {
        return Ok(Query::Term(Term::Any(field)));
    }
    let address = match field {
        TextField::From => Some(AddressField::From),
        TextField::To => Some(AddressField::To),
        TextField::Subject | TextField::Body | TextField::List => None,
    };
    match address {
        Some(field) if written.text.contains('@') && !written.text.contains(char::is_whitespace) => {
            let text =
                if written.quoted { &written.text } else { written.text.strip_prefix('*').unwrap_or(&written.text) };
            if written.star || text.ends_with('*') {
                return words_of(Some(field.words()), written);
            }
            if text.ends_with('@') || (!written.quoted && text.contains('*')) {
                return Err(written
                    .mistake("this is no address and no domain")
                    .hint("from:ann@example.org, from:@example.org"));
            }
            Ok(Query::Term(Term::Address { field, pattern: text.to_lowercase() }))
        }
        _ => words_of(Some(field), written),
    }
}

impl AddressField {
    fn words(self) -> TextField {
        match self {
            Self::From => TextField::From,
            Self::To => TextField::To,
        }
    }
}

fn words_of(field: Option<TextField>, written: &WrittenValue<'_>) -> Result<Query, QueryMistake> {
    let (text, star) = written.beginning(true)?;
    let words = words::words(text);
    if words.is_empty() {
        return Err(written.mistake("there is no letter or digit here to search for"));
    }
    // After a hyphen or an ideograph there is no word that could continue: `rust-*` means the whole word `rust`.
    let prefix = star && words::words(&format!("{text}x")).len() == words.len();
    Ok(Query::Term(Term::Words { field, words, prefix }))
}

fn name_of(written: &WrittenValue<'_>) -> Result<(String, bool), QueryMistake> {
    let (name, prefix) = written.beginning(false)?;
    if name.is_empty() && !prefix {
        return Err(written.mistake("there is no name between these quotes"));
    }
    Ok((name.to_lowercase(), prefix))
}

fn thing(written: &WrittenValue<'_>) -> Result<Thing, QueryMistake> {
    match written.text.to_ascii_lowercase().as_str() {
        "attachment" | "attachments" => Ok(Thing::Attachment),
        "unsubscribe" => Ok(Thing::Unsubscribe),
        "list" => Ok(Thing::List),
        other => Err(written.mistake("a message can have an attachment, unsubscribe or a list").hint(
            match nearest(other, ["attachment", "unsubscribe", "list"]) {
                Some(near) => format!("did you mean `has:{near}`?"),
                None => Name::Has.example().to_owned(),
            },
        )),
    }
}

fn state(written: &WrittenValue<'_>) -> Result<StateTerm, QueryMistake> {
    let text = written.text.to_ascii_lowercase();
    let names = || StateTerm::ALL.iter().map(|state| state.name());
    StateTerm::from_name(&text).ok_or_else(|| {
        let known = names().collect::<Vec<_>>().join(", ");
        written.mistake(format!("a message can be {known}")).hint(match nearest(&text, names()) {
            Some(near) => format!("did you mean `is:{near}`?"),
            None => Name::Is.example().to_owned(),
        })
    })
}

fn id(written: &WrittenValue<'_>) -> Result<IdTerm, QueryMistake> {
    let text = written.text.trim();
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some(number) = digits.then(|| text.parse().ok()).flatten() {
        return Ok(IdTerm::Own(Id(number)));
    }
    let inner = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or(text).trim();
    if inner.is_empty() || inner == "*" || written.star {
        return Err(written
            .mistake("this is no message's number and no Message-ID")
            .hint("id:1764576000, id:<abc@example.org>"));
    }
    Ok(IdTerm::MessageId(inner.to_owned()))
}
