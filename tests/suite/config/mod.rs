//! The configuration as it is read.

mod examples;
mod identities;
mod mistakes;
mod providers;
mod reading;
mod trial;

use std::path::Path;
use std::time::Duration;

use chrono::DateTime;
use tidebox::config::{Config, ConfigError, ConfigMistake, KeyConfig, Mistakes, ParseContext, SourceKind, load, parse};
use tidebox::domain::schedule::{TimeMistake, Zone, Zones};

/// Where the tests are.
#[derive(Debug)]
struct Berlin;

fn berlin() -> Zone {
    Zone::built_in("Europe/Berlin").unwrap()
}

impl Zones for Berlin {
    fn named(&self, name: &str) -> Option<Zone> {
        Zone::UTC.named(name)
    }

    fn own(&self) -> Result<Zone, TimeMistake> {
        Ok(berlin())
    }
}

fn surroundings() -> ParseContext<'static> {
    ParseContext { now: DateTime::UNIX_EPOCH, zones: &Berlin, home: Some(Path::new("/home/ann")) }
}

fn feed_every(every: Duration) -> SourceKind {
    SourceKind::Feed { url: "https://example.org/feed.xml".to_owned(), every }
}

fn no_keys(_: &KeyConfig) -> Vec<ConfigMistake> {
    Vec::new()
}

fn read(text: &str) -> Result<Config, Mistakes> {
    parse(Path::new("/etc/tidebox/config.toml"), text, surroundings(), &mut no_keys)
}

/// The mistakes, a line each.
fn told(text: &str) -> String {
    let mistakes = read(text).expect_err("this text has mistakes");
    let line = |(place, mistake): (tidebox::config::FilePosition, &ConfigMistake)| {
        let expected = mistake.expected.as_ref().map(|what| format!("; expected {what}")).unwrap_or_default();
        let hint = mistake.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
        format!("{}:{} {}{expected}{hint}", place.line, place.column, mistake.what)
    };
    mistakes.each().map(line).collect::<Vec<_>>().join("\n")
}

/// A file of these bytes, read.
fn load_bytes(bytes: &[u8]) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, bytes).unwrap();
    load(&path, DateTime::UNIX_EPOCH, &Zone::UTC, &mut no_keys)
}
