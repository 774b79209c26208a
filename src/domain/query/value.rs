//! What follows a field's colon, or is a term by itself: words, addresses, names, properties, dates and ids.

use std::borrow::Cow;
use std::ops::Range;

use super::date::{period, whole_days};
use super::name::FieldName;
use super::{
    AddressField, AddressPattern, HeldTerm, IdTerm, Query, QueryContext, QueryMistake, StateTerm, Term, TextField,
    Thing, When,
};
use crate::domain::ids::{Id, ThreadId};
use crate::domain::message_kind::MessageKind;
use crate::domain::nearest::nearest;
use crate::domain::text_enum::TextEnum;
use crate::domain::words;

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
    field: Option<FieldName>,
    written: &WrittenValue<'_>,
    context: &QueryContext<'_>,
) -> Result<Query, QueryMistake> {
    let Some(name) = field else { return alone(written) };
    let placed = |what: String| written.mistake(what).hint(name.example());
    let from = || period(&written.text, context.zone, context.now).map(|period| period.from).map_err(placed);
    Ok(Query::Term(match name {
        FieldName::Words(field) => return in_field(field, written),
        FieldName::Source => {
            let (name, prefix) = name_of(written)?;
            Term::Source { name, prefix }
        }
        FieldName::Lane => {
            let (name, prefix) = name_of(written)?;
            Term::Lane { name, prefix }
        }
        FieldName::Folder => {
            let (name, prefix) = name_of(written)?;
            Term::Folder { name, prefix }
        }
        FieldName::View => return view(written, context),
        FieldName::Has => Term::Has(thing(written)?),
        FieldName::Is => state(written, context.held)?,
        FieldName::On => {
            let (from, until) = whole_days(&written.text, context.zone, context.now).map_err(placed)?;
            return Ok(between(Some(from), Some(until)));
        }
        FieldName::Date => return range(written, context),
        FieldName::Before | FieldName::Older => Term::Before(from()?),
        FieldName::After | FieldName::Newer => Term::After(from()?),
        FieldName::Larger => Term::Larger(size(written, name)?),
        FieldName::Smaller => Term::Smaller(size(written, name)?),
        FieldName::Thread => Term::Thread(thread(written, name)?),
        FieldName::Id => Term::Id(id(written)?),
    }))
}

/// Words anywhere, or an address as sender or recipient where it is only a part of one: `@example.org`, `ann+urgent@`.
fn alone(written: &WrittenValue<'_>) -> Result<Query, QueryMistake> {
    let text = &*written.text;
    if written.quoted {
        return words_of(None, written);
    }
    if text == "*" {
        return Ok(Query::All);
    }
    let part = (text.starts_with('@') != text.ends_with('@')) && text.matches('@').count() == 1;
    let pattern = Some(text).filter(|text| part && !text.contains('*')).and_then(AddressPattern::read);
    match pattern.filter(|pattern| pattern.text().contains(char::is_alphanumeric)) {
        Some(pattern) => {
            let either = [AddressField::From, AddressField::To];
            Ok(Query::Or(either.map(|field| Query::Term(Term::Address { field, pattern: pattern.clone() })).to_vec()))
        }
        None => words_of(None, written),
    }
}

/// `a..b`, `a..`, `..b`, or one date.
fn range(written: &WrittenValue<'_>, context: &QueryContext<'_>) -> Result<Query, QueryMistake> {
    let placed = |what: String| written.mistake(what).hint(FieldName::Date.example());
    let read = |text: &str| match text.trim() {
        "" => Ok(None),
        text => period(text, context.zone, context.now).map(Some).map_err(placed),
    };
    let Some((first, last)) = written.text.split_once("..") else {
        let one = read(&written.text)?.ok_or_else(|| placed("there is no date here".to_owned()))?;
        return Ok(between(Some(one.from), one.until));
    };
    let (first, last) = (read(first)?, read(last)?);
    // A length of time ends when it began: `date:2w..1w`.
    let (from, until) = (first.map(|first| first.from), last.map(|last| last.until.unwrap_or(last.from)));
    match (from, until) {
        (None, None) => Err(placed("there is no date here".to_owned())),
        (Some(from), Some(until)) if from.instant(context.now) >= until.instant(context.now) => {
            Err(placed("this ends before it begins".to_owned()))
        }
        _ => Ok(between(from, until)),
    }
}

fn between(from: Option<When>, until: Option<When>) -> Query {
    let terms = [from.map(Term::After), until.map(Term::Before)];
    let mut parts: Vec<Query> = terms.into_iter().flatten().map(Query::Term).collect();
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            Query::And(parts)
        }
        None => Query::All,
    }
}

fn view(written: &WrittenValue<'_>, context: &QueryContext<'_>) -> Result<Query, QueryMistake> {
    let same = |name: &str| name.to_lowercase() == written.text.to_lowercase();
    if let Some(view) = context.views.iter().find(|view| same(&view.name)) {
        return Ok(view.query.clone());
    }
    if let Some(name) = context.unread_views.iter().find(|name| same(name)) {
        let mistake = written.mistake(format!("the view `{}` has no meaning yet", name.escape_debug()));
        return Err(QueryMistake { waits_for: Some(name.clone()), ..mistake });
    }
    let names = || context.views.iter().map(|view| view.name.as_str());
    let hint = match nearest(&written.text, names()) {
        Some(near) => format!("did you mean `view:{near}`?"),
        None if context.views.is_empty() => "the settings have no [[view]]".to_owned(),
        None => format!("the views are {}", names().collect::<Vec<_>>().join(", ")),
    };
    Err(written.mistake(format!("there is no view `{}`", written.text.escape_debug())).hint(hint))
}

fn size(written: &WrittenValue<'_>, name: FieldName) -> Result<u64, QueryMistake> {
    super::size::read(&written.text)
        .ok_or_else(|| written.mistake(format!("`{}` is no size", written.text.escape_debug())).hint(name.example()))
}

fn thread(written: &WrittenValue<'_>, name: FieldName) -> Result<ThreadId, QueryMistake> {
    let text = &*written.text;
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = digits.then(|| text.parse().ok()).flatten();
    number.map(ThreadId).ok_or_else(|| {
        written.mistake(format!("`{}` is no number of a conversation", text.escape_debug())).hint(name.example())
    })
}

fn in_field(field: TextField, written: &WrittenValue<'_>) -> Result<Query, QueryMistake> {
    if !written.quoted && written.text == "*" {
        return Ok(Query::Term(Term::Any(field)));
    }
    let address = match field {
        TextField::From => Some(AddressField::From),
        TextField::To => Some(AddressField::To),
        TextField::Cc => Some(AddressField::Cc),
        TextField::Subject | TextField::Body | TextField::List | TextField::File => None,
    };
    match address {
        Some(field) if written.text.contains('@') && !written.text.contains(char::is_whitespace) => {
            let text =
                if written.quoted { &written.text } else { written.text.strip_prefix('*').unwrap_or(&written.text) };
            if written.star || text.ends_with('*') {
                return words_of(Some(field.words()), written);
            }
            let pattern = AddressPattern::read(text).filter(|_| written.quoted || !text.contains('*'));
            let pattern = pattern.ok_or_else(|| {
                let hint = "from:ann@example.org, from:@example.org, to:me+urgent@";
                written.mistake("this is no address and no part of one").hint(hint)
            })?;
            Ok(Query::Term(Term::Address { field, pattern }))
        }
        _ => words_of(Some(field), written),
    }
}

impl AddressField {
    /// The field of its words.
    #[must_use]
    pub fn words(self) -> TextField {
        match self {
            Self::From => TextField::From,
            Self::To => TextField::To,
            Self::Cc => TextField::Cc,
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
    let text = written.text.to_ascii_lowercase();
    let names = || Thing::ALL.iter().map(|thing| thing.name());
    let named = Thing::from_name(&text).or_else(|| Thing::from_name(text.strip_suffix('s')?));
    named.ok_or_else(|| {
        let known = names().collect::<Vec<_>>().join(", ");
        written.mistake(format!("what a message can have is: {known}")).hint(match nearest(&text, names()) {
            Some(near) => format!("did you mean `has:{near}`?"),
            None => FieldName::Has.example().to_owned(),
        })
    })
}

/// A state, or a kind.
fn state(written: &WrittenValue<'_>, held: HeldTerm) -> Result<Term, QueryMistake> {
    let text = written.text.to_ascii_lowercase();
    let allowed = |state: &StateTerm| *state != StateTerm::Held || held == HeldTerm::Allowed;
    if let Some(kind) = MessageKind::from_name(&text) {
        return Ok(Term::Kind(kind));
    }
    let states = || StateTerm::ALL.iter().filter(|state| allowed(state)).map(|state| state.name());
    let names = || states().chain(MessageKind::ALL.iter().map(|kind| kind.name()));
    match StateTerm::from_name(&text) {
        Some(state) if allowed(&state) => Ok(Term::Is(state)),
        Some(_) => Err(written.mistake("what is held is not searched").hint("it comes out at its check-in")),
        None => {
            let known = names().collect::<Vec<_>>().join(", ");
            Err(written.mistake(format!("what a message can be is: {known}")).hint(match nearest(&text, names()) {
                Some(near) => format!("did you mean `is:{near}`?"),
                None => FieldName::Is.example().to_owned(),
            }))
        }
    }
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
