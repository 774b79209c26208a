//! Sources with real files, pipes and commands: what is handed over, what is skipped, and that nothing is changed.

#[cfg(unix)]
mod commands;
pub mod discovery;
#[cfg(unix)]
mod examples;
mod feeds;
mod imap;
mod lines;
mod maildir;
mod mbox;
mod skipping;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use tidebox::mail;
use tidebox::source::{FetchedMessage, ReadOutcome, SkipCounter, Source, SourceError, SourceEvent, SyncContext};

fn now() -> DateTime<Utc> {
    // Long after any file of these tests was written, so that their times are old enough to be trusted.
    "2100-01-01T00:00:00Z".parse().unwrap()
}

/// What a store would know of one source.
#[derive(Default)]
struct Taken {
    keys: HashMap<String, HashSet<String>>,
    position: Option<String>,
    now: Option<DateTime<Utc>>,
}

impl Taken {
    fn read(&mut self, source: &mut dyn Source) -> (Vec<FetchedMessage>, Result<ReadOutcome, SourceError>) {
        let mut handed = Vec::new();
        let keys = self.keys.clone();
        let known = move |folder: &str| keys.get(folder).cloned().unwrap_or_default();
        let since = SyncContext {
            known: &known,
            skipped: &SkipCounter::default(),
            position: self.position.as_deref(),
            now: self.now.unwrap_or_else(now),
        };
        let outcome = source.read(&since, &mut |it| {
            if let SourceEvent::Message(it) = it {
                handed.push(it);
            }
            ControlFlow::Continue(())
        });
        if let Ok(outcome) = &outcome {
            self.position.clone_from(&outcome.position);
        }
        for it in &handed {
            self.keys.entry(it.copy.location.folder.clone()).or_default().insert(it.copy.location.key.clone());
        }
        (handed, outcome)
    }
}

fn read(source: &mut dyn Source) -> (Vec<FetchedMessage>, ReadOutcome) {
    let (handed, outcome) = Taken::default().read(source);
    (handed, outcome.unwrap())
}

fn message(number: usize) -> String {
    format!(
        "From: Ann <ann@a.example>\nSubject: number {number}\nMessage-ID: <{number}@a.example>\n\
         Date: Tue, 2 Jan 2024 10:00:{number:02} +0000\n\nHello,\n\nFrom here on\n>From there\n>>From afar\n.\nend {number}\n"
    )
}

fn fingerprints(handed: &[FetchedMessage]) -> BTreeSet<[u8; 32]> {
    handed.iter().map(|it| mail::fingerprint(&it.raw).0).collect()
}

fn make_folders(root: &std::path::Path, folders: &[&str]) {
    for folder in folders {
        for sub in ["cur", "new", "tmp"] {
            std::fs::create_dir_all(root.join(folder).join(sub)).unwrap();
        }
    }
}

/// Waits until the clock of the file system has advanced, so that later changes get another time.
fn tick(root: &std::path::Path) {
    let probe = root.join("tmp/probe");
    let time = || {
        std::fs::write(&probe, "").unwrap();
        std::fs::metadata(&probe).unwrap().modified().unwrap()
    };
    let begun = time();
    while time() == begun {
        std::thread::yield_now();
    }
}
