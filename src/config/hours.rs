//! `[hours]`: what others are told of when mail is read.

use std::path::PathBuf;

use super::managesieve::{self, ManageSieveConfig};
use super::mistake::{ConfigMistake, quoted};
use super::paths::Paths;
use super::table::{FoundMistakes, Text, TomlTable};
use crate::domain::hours::{NEXT, SieveAnswer};
use crate::domain::printable::forbidden;
use crate::domain::text_enum::{TextEnum as _, text_enum};

text_enum! {
    /// How hours are written.
    pub enum HoursFormat {
        /// A line of text.
        Text = "text",
        /// A page.
        Html = "html",
        /// A document for programs.
        Json = "json",
        /// An iCalendar file (RFC 5545).
        Ics = "ics",
        /// A script for the mail server (RFC 5230).
        Sieve = "sieve",
    }
}

/// A file that is kept up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoursFile {
    pub path: PathBuf,
    /// Its ending says it; `txt` and none are text.
    pub format: HoursFormat,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoursConfig {
    /// A line for a signature, in which `{next}` stands for the next time.
    pub line: String,
    /// So many days are told: 1 to 60.
    pub days: u16,
    /// What is written anew when something changed.
    pub files: Vec<HoursFile>,
    /// A sender gets at most one answer of the server in so many days: 1 to 30.
    pub every_days: u16,
    /// What the server answers, a language each.
    pub answers: Vec<SieveAnswer>,
    /// The server that gets the Sieve script.
    pub upload: Option<ManageSieveConfig>,
}

impl Default for HoursConfig {
    fn default() -> Self {
        Self {
            line: LINE.to_owned(),
            days: DAYS,
            files: Vec::new(),
            every_days: EVERY_DAYS,
            answers: vec![english()],
            upload: None,
        }
    }
}

/// The keys of the table, and of each answer.
pub(super) const KEYS: [&str; 6] = ["line", "days", "files", "every_days", "answer", "upload"];
pub(super) const ANSWER_KEYS: [&str; 3] = ["language", "subject", "text"];

const LINE: &str = "I read mail at set times, next on {next}.";
const DAYS: u16 = 7;
const EVERY_DAYS: u16 = 3;
/// A server keeps no longer text in a variable (RFC 5229 §6 asks for 4,000 characters).
const LONGEST: usize = 2_000;

const LINE_FORM: &str = "a line of text with `{next}` in it";
const FILES: &str = "files that end in `.html`, `.json`, `.ics`, `.sieve` or `.txt`";
const LANGUAGE: &str = "a language such as `\"de\"` or `\"pt-BR\"`";
const SUBJECT: &str = "a subject of one line";
const TEXT: &str = "a text of at most 2000 characters; `{next}` stands for the next time";

fn english() -> SieveAnswer {
    SieveAnswer {
        language: None,
        subject: "Your message has arrived".to_owned(),
        text: "Your message has arrived. I read mail at set times, next on {next}.\n\nA program has written this; it \
               answers nobody twice within some days."
            .to_owned(),
    }
}

pub(super) fn read(root: &TomlTable<'_>, paths: Paths<'_>, found: &mut FoundMistakes) -> HoursConfig {
    let mut hours = HoursConfig::default();
    let Some((table, span)) = root.table("hours", found) else { return hours };
    let section = TomlTable::open("[hours]", table, span, &KEYS, found);
    if let Some(line) = section.text("line", LINE_FORM, found) {
        if line.text.contains(NEXT) && !line.text.chars().any(forbidden) {
            hours.line = line.text.into_owned();
        } else {
            let what = format!("{} does not say when", quoted(&line.text));
            found.push(ConfigMistake::at(line.span, what).expected(LINE_FORM));
        }
    }
    hours.days = section.number("days", 1, 60, found).unwrap_or(DAYS);
    hours.every_days = section.number("every_days", 1, 30, found).unwrap_or(EVERY_DAYS);
    let files = section.texts("files", FILES, found).unwrap_or_default();
    hours.files = files.iter().filter_map(|text| file(text, paths, found)).collect();
    hours.upload = managesieve::read(root, &section, paths, found);
    if let Some(tables) = section.tables("answer", found) {
        hours.answers.clear();
        for (table, span) in tables {
            let place = span.clone();
            let section = TomlTable::open("[[hours.answer]]", table, span, &ANSWER_KEYS, found);
            let Some(answer) = answer(&section, found) else { continue };
            if hours.answers.iter().any(|other| other.language == answer.language) {
                let whose = answer.language.map_or("everybody else".to_owned(), |it| quoted(&it));
                found.push(ConfigMistake::at(place, format!("there is an answer for {whose} already")));
            } else {
                hours.answers.push(answer);
            }
        }
    }
    hours
}

fn file(text: &Text<'_>, paths: Paths<'_>, found: &mut FoundMistakes) -> Option<HoursFile> {
    let path = paths.read(text, found)?;
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let format = match ending.as_str() {
        "" | "txt" => Some(HoursFormat::Text),
        "htm" => Some(HoursFormat::Html),
        other => HoursFormat::from_name(other),
    };
    if format.is_none() {
        let what = format!("the ending of {} does not say how hours are written", quoted(&text.text));
        found.push(ConfigMistake::at(text.span.clone(), what).expected(FILES));
    }
    Some(HoursFile { path, format: format? })
}

fn answer(section: &TomlTable<'_>, found: &mut FoundMistakes) -> Option<SieveAnswer> {
    let language = section.text("language", LANGUAGE, found);
    let is_language = |text: &str| {
        let mut parts = text.split('-');
        let first =
            parts.next().is_some_and(|it| (2..=8).contains(&it.len()) && it.chars().all(|c| c.is_ascii_alphabetic()));
        first && parts.all(|it| (1..=8).contains(&it.len()) && it.chars().all(|c| c.is_ascii_alphanumeric()))
    };
    if let Some(odd) = language.as_ref().filter(|it| !is_language(&it.text)) {
        let what = format!("{} is no language", quoted(&odd.text));
        found.push(ConfigMistake::at(odd.span.clone(), what).expected(LANGUAGE));
        return None;
    }
    let subject = fit(section.needed("subject", SUBJECT, found), SUBJECT, false, found);
    let text = fit(section.needed("text", TEXT, found), TEXT, true, found);
    Some(SieveAnswer { language: language.map(|it| it.text.to_lowercase()), subject: subject?, text: text? })
}

fn fit(text: Option<Text<'_>>, expected: &str, lines: bool, found: &mut FoundMistakes) -> Option<String> {
    let text = text?;
    let odd = |c: char| forbidden(c) && !(lines && matches!(c, '\n' | '\r' | '\t'));
    if text.text.trim().is_empty() || text.text.chars().count() > LONGEST || text.text.chars().any(odd) {
        found.push(ConfigMistake::at(text.span, "this cannot be sent").expected(expected));
        return None;
    }
    Some(text.text.replace("\r\n", "\n"))
}
