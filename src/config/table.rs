//! One table of the file. Its keys are taken out one by one, each with its place in the file, and mistakes are collected.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::{ConfigMistake, quoted};

/// The mistakes found so far. Reading goes on after each, so that all are reported together.
pub(super) type FoundMistakes = Vec<ConfigMistake>;

/// A string of the file and its place, which includes the quotes.
#[derive(Debug, Clone)]
pub(super) struct Text<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) span: Range<usize>,
}

pub(super) struct TomlTable<'a> {
    /// How messages call it: `[[checkin]]`; empty for the file itself.
    name: &'static str,
    table: &'a DeTable<'a>,
    /// The place of the header.
    pub(super) span: Range<usize>,
}

impl<'a> TomlTable<'a> {
    /// Opens a table that may have these keys; any other is a mistake.
    pub(super) fn open(
        name: &'static str,
        table: &'a DeTable<'a>,
        span: Range<usize>,
        keys: &[&str],
        found: &mut FoundMistakes,
    ) -> Self {
        for key in table.keys().filter(|key| !keys.contains(&key.get_ref().as_ref())) {
            let word = key.get_ref();
            let what = format!("there is no key {}{}", quoted(word), within(name));
            // Some keys belong to several kinds of sources.
            let first = |(at, key): &(usize, &&str)| keys.iter().position(|other| other == *key) == Some(*at);
            let once = keys.iter().enumerate().filter(first).map(|(_, key)| *key);
            found.push(ConfigMistake::at(key.span(), what).among(word, once));
        }
        Self { name, table, span }
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table.get(key)
    }

    /// Where the value of a key stands, if that is a list with nothing in it.
    pub(super) fn empty_list(&self, key: &str) -> Option<Range<usize>> {
        let value = self.get(key)?;
        value.get_ref().as_array().is_some_and(|list| list.is_empty()).then(|| value.span())
    }

    /// Where a key itself stands, if it is there.
    pub(super) fn key_place(&self, key: &str) -> Option<Range<usize>> {
        self.table.get_key_value(key).map(|(key, _)| key.span())
    }

    pub(super) fn text(&self, key: &str, expected: &str, found: &mut FoundMistakes) -> Option<Text<'a>> {
        let value = self.get(key)?;
        let text = text_of(value);
        if text.is_none() {
            found.push(self.wrong(key, value, expected));
        }
        text
    }

    /// The text of a key that cannot be left out.
    pub(super) fn needed(&self, key: &str, expected: &str, found: &mut FoundMistakes) -> Option<Text<'a>> {
        if self.get(key).is_none() {
            found.push(self.missing(key, expected));
        }
        self.text(key, expected, found)
    }

    /// The texts of a key that takes one or several.
    pub(super) fn texts(&self, key: &str, expected: &str, found: &mut FoundMistakes) -> Option<Vec<Text<'a>>> {
        self.several(key, expected, text_of, found)
    }

    /// The same for dates or times, which may stand without quotes.
    pub(super) fn moments(&self, key: &str, expected: &str, found: &mut FoundMistakes) -> Option<Vec<Text<'a>>> {
        self.several(key, expected, text_or_moment, found)
    }

    fn several(
        &self,
        key: &str,
        expected: &str,
        read: fn(&'a Spanned<DeValue<'a>>) -> Option<Text<'a>>,
        found: &mut FoundMistakes,
    ) -> Option<Vec<Text<'a>>> {
        let value = self.get(key)?;
        let items: Vec<_> = match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            _ => vec![value],
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match read(item) {
                Some(text) => texts.push(text),
                None => found.push(self.wrong(key, item, expected)),
            }
        }
        Some(texts)
    }

    pub(super) fn flag(&self, key: &str, found: &mut FoundMistakes) -> Option<bool> {
        let value = self.get(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            found.push(self.wrong(key, value, "`true` or `false`"));
        }
        flag
    }

    pub(super) fn number(&self, key: &str, least: u16, most: u16, found: &mut FoundMistakes) -> Option<u16> {
        let value = self.get(key)?;
        let integer = value.get_ref().as_integer();
        let number = integer
            .and_then(|integer| u16::from_str_radix(integer.as_str(), integer.radix()).ok())
            .filter(|number| (least..=most).contains(number));
        if number.is_none() {
            let expected = format!("a number from {least} to {most}");
            found.push(match integer {
                Some(_) => ConfigMistake::at(value.span(), format!("`{key}` is out of its range")).expected(expected),
                None => self.wrong(key, value, &expected),
            });
        }
        number
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(&self, key: &str, words: &[(&'static str, T)], found: &mut FoundMistakes) -> Option<T> {
        let names = words.iter().map(|(name, _)| *name);
        let expected = names.clone().map(|name| format!("`\"{name}\"`")).collect::<Vec<_>>().join(" or ");
        let text = self.text(key, &expected, found)?;
        let word = words.iter().find(|(name, _)| *name == text.text.as_ref()).map(|(_, value)| *value);
        if word.is_none() {
            let what = format!("`{key}` cannot be {}", quoted(&text.text));
            found.push(ConfigMistake::at(text.span, what).among(&text.text, names));
        }
        word
    }

    /// A table that has one of a few words under each name; `None` if the value of the key is not a table.
    pub(super) fn words_by_name<T: Copy>(
        &self,
        key: &str,
        words: &[(&'static str, T)],
        found: &mut FoundMistakes,
    ) -> Option<Vec<(String, T)>> {
        let DeValue::Table(table) = self.get(key)?.get_ref() else { return None };
        let mut named = Vec::new();
        let inner = Self { name: self.name, table, span: self.span.clone() };
        for name in table.keys().map(|name| name.get_ref().as_ref()) {
            named.extend(inner.word(name, words, found).map(|word| (name.to_owned(), word)));
        }
        Some(named)
    }

    /// The tables under a key: an array of them.
    pub(super) fn tables(
        &self,
        key: &'static str,
        found: &mut FoundMistakes,
    ) -> Option<Vec<(&'a DeTable<'a>, Range<usize>)>> {
        let value = self.get(key)?;
        let expected = format!("tables, each under `[[{key}]]`");
        let DeValue::Array(items) = value.get_ref() else {
            let what = format!("`{key}` is {}", kind(value.get_ref()));
            found.push(ConfigMistake::at(value.span(), what).expected(expected));
            return None;
        };
        let mut tables = Vec::new();
        for item in items {
            match item.get_ref() {
                DeValue::Table(table) => tables.push((table, item.span())),
                other => {
                    let what = format!("`{key}` holds {}", kind(other));
                    found.push(ConfigMistake::at(item.span(), what).expected(expected.clone()));
                }
            }
        }
        Some(tables)
    }

    /// The one table under a key.
    pub(super) fn table(
        &self,
        key: &'static str,
        found: &mut FoundMistakes,
    ) -> Option<(&'a DeTable<'a>, Range<usize>)> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some((table, value.span())),
            other => {
                let what = format!("`{key}` is {}", kind(other));
                found.push(ConfigMistake::at(value.span(), what).expected(format!("a table under `[{key}]`")));
                None
            }
        }
    }

    pub(super) fn missing(&self, key: &str, expected: &str) -> ConfigMistake {
        ConfigMistake::at(self.span.clone(), format!("{} has no `{key}`", self.name))
            .hint(format!("add `{key} =` with {expected}"))
    }

    fn wrong(&self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str) -> ConfigMistake {
        let what = format!("`{key}`{} is {}", within(self.name), kind(value.get_ref()));
        ConfigMistake::at(value.span(), what).expected(expected)
    }
}

fn text_of<'a>(value: &'a Spanned<DeValue<'a>>) -> Option<Text<'a>> {
    value.get_ref().as_str().map(|text| Text { text: text.into(), span: value.span() })
}

/// A text, or a date or a time that stands there without quotes, as TOML 1.1 allows.
fn text_or_moment<'a>(value: &'a Spanned<DeValue<'a>>) -> Option<Text<'a>> {
    let moment = value.get_ref().as_datetime();
    let shown = moment.map(|moment| match (moment.date, moment.time) {
        (None, Some(time)) if time.second.unwrap_or(0) == 0 && time.nanosecond.unwrap_or(0) == 0 => {
            format!("{:02}:{:02}", time.hour, time.minute)
        }
        _ => moment.to_string(),
    });
    match shown {
        Some(shown) => Some(Text { text: shown.into(), span: value.span() }),
        None => text_of(value),
    }
}

fn within(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!(" in {name}") }
}

/// What a value is, in a sentence.
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date or a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
