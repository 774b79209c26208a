//! The grammar: from text to a query. What may follow a field's colon is in `value`.

use crate::domain::schedule::Zone;
use chrono::{DateTime, Utc};

use super::name::FieldName;
use super::value::{WrittenValue, value};
use super::{Query, QueryContext, QueryMistake, field_names};
use crate::domain::limits::{QUERY_BYTES, QUERY_DEPTH, QUERY_TERMS};
use crate::domain::nearest::nearest;

/// Reads a query that names no view. `zone` and `now` say what a date such as `monday` means.
///
/// # Errors
/// As `parse_in`.
pub fn parse(text: &str, zone: impl Into<Zone>, now: DateTime<Utc>) -> Result<Query, QueryMistake> {
    parse_in(text, &QueryContext::new(zone, now))
}

/// Reads a query; an empty text means everything.
///
/// # Errors
/// Where the text is not a query: what is wrong, and where.
pub fn parse_in<'t>(text: &'t str, context: &QueryContext<'t>) -> Result<Query, QueryMistake> {
    if text.len() > QUERY_BYTES {
        return Err(QueryMistake::at(0..0, format!("a query has at most {QUERY_BYTES} bytes")));
    }
    let mut parser = Parser { text, at: 0, depth: 0, terms: 0, context: *context };
    if parser.peek().is_none() {
        return Ok(Query::All);
    }
    let query = parser.either(None)?;
    match parser.peek() {
        None => Ok(query),
        Some(_) => Err(QueryMistake::at(parser.at..parser.at + 1, "no ( belongs to this )")),
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    terms: usize,
    context: QueryContext<'t>,
}

impl<'t> Parser<'t> {
    /// `a b or c d`. Stops at a closing parenthesis and at the end.
    fn either(&mut self, field: Option<FieldName>) -> Result<Query, QueryMistake> {
        let mut parts = Vec::new();
        loop {
            match self.both(field)? {
                Query::Or(more) => parts.extend(more),
                one => parts.push(one),
            }
            if !self.keyword("or") {
                return Ok(one_or(parts, Query::Or));
            }
        }
    }

    /// `a b and c`: one term at least.
    fn both(&mut self, field: Option<FieldName>) -> Result<Query, QueryMistake> {
        let mut parts = Vec::new();
        loop {
            match self.maybe_not(field)? {
                Query::And(more) => parts.extend(more),
                one => parts.push(one),
            }
            if !self.keyword("and") && (matches!(self.peek(), None | Some(')')) || self.sees("or")) {
                return Ok(one_or(parts, Query::And));
            }
        }
    }

    fn maybe_not(&mut self, field: Option<FieldName>) -> Result<Query, QueryMistake> {
        let first = self.peek();
        let from = self.at;
        let turned = self.keyword("not") || (first == Some('-') && self.minus());
        if !turned {
            return self.one(field);
        }
        self.deeper(from)?;
        let turned = Query::Not(Box::new(self.maybe_not(field)?));
        self.depth -= 1;
        Ok(turned)
    }

    /// A group, words in quotes, a field with its value, or a word.
    fn one(&mut self, field: Option<FieldName>) -> Result<Query, QueryMistake> {
        match self.peek() {
            None | Some(')') => Err(self.missing()),
            Some('(') => self.group(field),
            Some('"') => {
                let written = self.quoted()?;
                self.term(field, &written)
            }
            Some(_) => self.word(field),
        }
    }

    fn group(&mut self, field: Option<FieldName>) -> Result<Query, QueryMistake> {
        let open = self.at;
        self.deeper(open)?;
        self.at += 1;
        if self.peek() == Some(')') {
            return Err(QueryMistake::at(open..self.at + 1, "there is nothing between these parentheses"));
        }
        let inner = if self.peek().is_some() { self.either(field)? } else { Query::All };
        if self.peek().is_none() {
            return Err(QueryMistake::at(open..open + 1, "this ( is never closed"));
        }
        self.at += 1;
        self.depth -= 1;
        Ok(inner)
    }

    fn word(&mut self, field: Option<FieldName>) -> Result<Query, QueryMistake> {
        let from = self.at;
        let run = self.run();
        if ["and", "or"].iter().any(|word| run.eq_ignore_ascii_case(word)) {
            return Err(QueryMistake::at(from..from + run.len(), format!("there is nothing before `{run}`")));
        }
        if let Some((before, after)) = run.split_once(':') {
            let span = from..from + before.len();
            if let Some(name) = FieldName::of(before) {
                self.at = span.end + 1;
                return self.after_colon(name, from);
            }
            let bare = after.is_empty() && !self.text[from + run.len()..].starts_with(['"', '(']);
            if !after.starts_with("//") && !after.starts_with(':') && meant_as_field(before, bare) {
                return Err(unknown_field(before, span));
            }
        }
        self.at += run.len();
        self.term(field, &WrittenValue { text: run.into(), quoted: false, star: false, span: from..self.at })
    }

    fn after_colon(&mut self, name: FieldName, from: usize) -> Result<Query, QueryMistake> {
        match self.text[self.at..].chars().next() {
            Some('(') => self.group(Some(name)),
            Some(c) if name == FieldName::Date && !c.is_whitespace() && c != ')' => {
                let written = self.ends()?;
                self.term(Some(name), &written)
            }
            Some('"') => {
                let written = self.quoted()?;
                self.term(Some(name), &written)
            }
            _ => {
                let run = self.run();
                let span = self.at..self.at + run.len();
                if run.is_empty() {
                    return Err(QueryMistake::at(from..self.at, format!("there is nothing after `{}:`", name.text()))
                        .hint(name.example()));
                }
                self.at = span.end;
                self.term(Some(name), &WrittenValue { text: run.into(), quoted: false, star: false, span })
            }
        }
    }

    /// What follows `date:`, in which quotes may stand around either end: `"last week"..today`.
    fn ends(&mut self) -> Result<WrittenValue<'t>, QueryMistake> {
        let from = self.at;
        let mut text = String::new();
        loop {
            if self.text[self.at..].starts_with('"') {
                text.push_str(&self.quoted()?.text);
            } else {
                let run = self.run();
                if run.is_empty() {
                    return Ok(WrittenValue { text: text.into(), quoted: true, star: false, span: from..self.at });
                }
                self.at += run.len();
                text.push_str(run);
            }
        }
    }

    /// Text in double quotes, and whether a `*` follows it. `\"` and `\\` stand for themselves.
    fn quoted(&mut self) -> Result<WrittenValue<'t>, QueryMistake> {
        let open = self.at;
        let mut text = String::new();
        let mut letters = self.text[open + 1..].char_indices();
        while let Some((at, c)) = letters.next() {
            match c {
                '"' => {
                    self.at = open + at + 2;
                    let star = self.text[self.at..].starts_with('*');
                    self.at += usize::from(star);
                    return Ok(WrittenValue { text: text.into(), quoted: true, star, span: open..self.at });
                }
                '\\' => match letters.clone().next() {
                    Some((_, escaped @ ('"' | '\\'))) => {
                        text.push(escaped);
                        letters.next();
                    }
                    _ => text.push('\\'),
                },
                _ => text.push(c),
            }
        }
        Err(QueryMistake::at(open..open + 1, "this quote is never closed"))
    }

    fn term(&mut self, field: Option<FieldName>, written: &WrittenValue<'_>) -> Result<Query, QueryMistake> {
        let query = value(field, written, &self.context)?;
        // A view brings as many as it has, and its own depth.
        query.terms(&mut |_| self.terms += 1);
        if self.terms > QUERY_TERMS {
            return Err(QueryMistake::at(written.span.clone(), format!("a query has at most {QUERY_TERMS} terms")));
        }
        if field == Some(FieldName::View) && self.depth + query.depth() > QUERY_DEPTH {
            return Err(QueryMistake::at(written.span.clone(), too_deep()));
        }
        Ok(query)
    }

    /// The next character that is not white space, which is skipped.
    fn peek(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        trimmed.chars().next()
    }

    /// The text up to white space, a parenthesis or a quote.
    fn run(&self) -> &'t str {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"')).unwrap_or(rest.len());
        &rest[..end]
    }

    fn sees(&mut self, keyword: &str) -> bool {
        self.peek().is_some() && self.run().eq_ignore_ascii_case(keyword)
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        let there = self.sees(keyword);
        if there {
            self.at += keyword.len();
        }
        there
    }

    /// A minus directly before a term negates it; a minus alone does not.
    fn minus(&mut self) -> bool {
        let touches = self.text[self.at + 1..].chars().next().is_some_and(|c| !c.is_whitespace() && c != ')');
        self.at += usize::from(touches);
        touches
    }

    fn deeper(&mut self, from: usize) -> Result<(), QueryMistake> {
        self.depth += 1;
        if self.depth > QUERY_DEPTH {
            return Err(QueryMistake::at(from..from + 1, too_deep()));
        }
        Ok(())
    }

    fn missing(&self) -> QueryMistake {
        let before = self.text[..self.at].trim_end();
        let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
        if word.is_empty() {
            return QueryMistake::at(self.at..self.at + 1, "no ( belongs to this )");
        }
        QueryMistake::at(before.len() - word.len()..before.len(), format!("there is nothing after `{word}`"))
    }
}

fn one_or(mut parts: Vec<Query>, many: fn(Vec<Query>) -> Query) -> Query {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => Query::All,
    }
}

fn too_deep() -> String {
    format!("a query is at most {QUERY_DEPTH} levels deep")
}

/// Whether what stands before a colon is meant as a field. With nothing behind the colon only where a field is called nearly
/// so: `Re: plan` is how subjects begin.
fn meant_as_field(before: &str, bare: bool) -> bool {
    const SHORTEST: usize = 4;
    if bare {
        return before.len() >= SHORTEST && nearest(before, field_names().map(|(name, _)| name)).is_some();
    }
    let letter = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    before.starts_with(char::is_alphabetic) && before.chars().all(letter)
}

/// What other programs call a field: notmuch, mu, and the search of the big providers.
fn elsewhere(name: &str) -> Option<&'static str> {
    Some(match name.to_lowercase().as_str() {
        "newer_than" => "newer",
        "older_than" => "older",
        "since" | "later" => "after",
        "until" => "before",
        "tag" | "flag" | "status" | "state" | "category" => "is",
        "label" | "in" | "maildir" | "mailbox" | "path" => "folder",
        "account" => "source",
        "attachment" | "file" | "name" => "filename",
        "mime" | "mimetype" => "has",
        "size" => "larger",
        "mid" | "msgid" | "rfc822msgid" => "id",
        "sender" | "contact" | "f" => "from",
        "recipient" | "recip" | "t" => "to",
        "subj" | "s" => "subject",
        "text" | "b" => "body",
        "query" | "saved" => "view",
        _ => return None,
    })
}

fn unknown_field(name: &str, span: std::ops::Range<usize>) -> QueryMistake {
    let names = || field_names().map(|(name, _)| name);
    let quotes = "put it in quotes to search for it as text";
    let hint = match elsewhere(name).or_else(|| nearest(name, names())) {
        Some(near) => format!("did you mean `{near}:`? Otherwise {quotes}"),
        None => format!("the fields are {}; {quotes}", names().collect::<Vec<_>>().join(", ")),
    };
    QueryMistake::at(span, format!("there is no field `{name}:`")).hint(hint)
}
