//! Any stream is messages, an end, or no mbox; in whatever pieces it comes.
#![no_main]

use std::collections::HashSet;
use std::io::BufReader;
use std::ops::ControlFlow;

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use tidebox::source::mbox::MboxStream;
use tidebox::source::{FetchedMessage, SkipCounter, Source, SourceEvent, SyncContext};

fuzz_target!(|stream: &[u8]| {
    let whole = messages(stream, stream.len().max(1));
    assert_eq!(messages(stream, 1), whole);
    if let Some(handed) = whole {
        let bytes: usize = handed.iter().map(|one| one.raw.len()).sum();
        assert!(bytes <= stream.len(), "nothing is handed over twice");
    }
});

fn messages(stream: &[u8], piece: usize) -> Option<Vec<FetchedMessage>> {
    let skipped = SkipCounter::default();
    let since =
        SyncContext { known: &|_: &str| HashSet::new(), skipped: &skipped, position: None, now: DateTime::UNIX_EPOCH };
    let mut found = Vec::new();
    let read = MboxStream::new(BufReader::with_capacity(piece, stream)).read(&since, &mut |handed| {
        if let SourceEvent::Message(handed) = handed {
            found.push(handed);
        }
        ControlFlow::Continue(())
    });
    read.ok().map(|_| found)
}
