//! Hostile mail: every row of it does what is expected of it, in every disguise, down to the bytes on a real terminal.

mod disguises;
mod grammar;
mod rows;
mod saved;
mod senders;
mod terminal;

use std::fs;
use std::path::{Path, PathBuf};

/// The hostile messages that the project owns.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mail/nasty")
}

/// One of them.
pub fn raw(name: &str) -> Vec<u8> {
    fs::read(folder().join(format!("{name}.eml"))).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What a screen must show of one of them, and must never show.
pub struct Case {
    pub name: String,
    pub must: Vec<String>,
    pub never: Vec<String>,
}

pub fn cases() -> Vec<Case> {
    let text = fs::read_to_string(folder().join("cases.jsonl")).unwrap();
    let texts = |value: &serde_json::Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
    };
    let case = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        let name = value["case"].as_str().unwrap().to_owned();
        Case { name, must: texts(&value["must"]), never: texts(&value["must_not"]) }
    };
    text.lines().map(case).collect()
}
