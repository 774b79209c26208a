//! A query as text again, such that parsing it gives the same query.

use std::fmt;

use chrono::SecondsFormat;

use super::date::show as show_length;
use super::{IdTerm, Query, Term, When, size};

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("*"),
            Self::And(parts) => joined(f, parts, " ", |part| matches!(part, Self::And(_) | Self::Or(_))),
            Self::Or(parts) => joined(f, parts, " or ", |part| matches!(part, Self::Or(_))),
            Self::Not(part) if matches!(**part, Self::And(_) | Self::Or(_)) => write!(f, "-({part})"),
            Self::Not(part) => write!(f, "-{part}"),
            Self::Term(term) => term.fmt(f),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Query], between: &str, grouped: impl Fn(&Query) -> bool) -> fmt::Result {
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            f.write_str(between)?;
        }
        if grouped(part) { write!(f, "({part})")? } else { write!(f, "{part}")? }
    }
    Ok(())
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words { field, words, prefix } => {
                if let Some(field) = field {
                    write!(f, "{}:", field.text())?;
                }
                let star = if *prefix { "*" } else { "" };
                match words.as_slice() {
                    [word] if field.is_some() || !is_keyword(word) => write!(f, "{word}{star}"),
                    words => write!(f, "\"{}\"{star}", words.join(" ")),
                }
            }
            Self::Address { field, pattern } => {
                write!(f, "{}:{}", field.words().text(), Value(&pattern.to_string()))
            }
            Self::Any(field) => write!(f, "{}:*", field.text()),
            Self::Source { name, prefix } => write!(f, "source:{}", Named(name, *prefix)),
            Self::Lane { name, prefix } => write!(f, "lane:{}", Named(name, *prefix)),
            Self::Folder { name, prefix } => write!(f, "folder:{}", Named(name, *prefix)),
            Self::Has(thing) => write!(f, "has:{thing}"),
            Self::Larger(size) => write!(f, "larger:{}", size::show(*size)),
            Self::Smaller(size) => write!(f, "smaller:{}", size::show(*size)),
            Self::Thread(thread) => write!(f, "thread:{thread}"),
            Self::Is(state) => write!(f, "is:{state}"),
            Self::Kind(kind) => write!(f, "is:{kind}"),
            Self::Before(When::At(instant)) => {
                write!(f, "before:{}", instant.to_rfc3339_opts(SecondsFormat::AutoSi, true))
            }
            Self::Before(When::Ago(length)) => write!(f, "older:{}", show_length(*length)),
            Self::After(When::At(instant)) => {
                write!(f, "after:{}", instant.to_rfc3339_opts(SecondsFormat::AutoSi, true))
            }
            Self::After(When::Ago(length)) => write!(f, "newer:{}", show_length(*length)),
            Self::Id(IdTerm::Own(id)) => write!(f, "id:{id}"),
            Self::Id(IdTerm::MessageId(id)) => write!(f, "id:{}", Value(&format!("<{id}>"))),
        }
    }
}

fn is_keyword(word: &str) -> bool {
    matches!(word, "and" | "or" | "not")
}

/// A value after a colon, in quotes where it would not be read as one.
struct Value<'a>(&'a str);

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |c: char| !c.is_whitespace() && !matches!(c, '(' | ')' | '"' | '*');
        if !self.0.is_empty() && self.0.chars().all(plain) {
            return f.write_str(self.0);
        }
        write!(f, "\"{}\"", self.0.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// The term that stands for the view of this name.
#[must_use]
pub fn view_term(name: &str) -> String {
    format!("view:{}", Value(name))
}

/// A name, or the beginning of one.
struct Named<'a>(&'a str, bool);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self("", true) => f.write_str("*"),
            Self(name, prefix) => write!(f, "{}{}", Value(name), if *prefix { "*" } else { "" }),
        }
    }
}
