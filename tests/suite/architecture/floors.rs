//! Holds `src`: the house's one-way imports, read from the sources themselves.
//!
//! A room may name only rooms below it; rooms on one floor never name each other; and some outside crates belong to
//! a room. Each kind of breach is planted in the tests at the end, so that this check is known to bite. What holds
//! inside a room is checked in `cycles.rs`.

use std::path::Path;

use super::source_files::{code_of, name_at, sources};

/// Every room with the rooms that it may name.
const ROOMS: [(&str, &[&str]); 15] = [
    ("domain", &[]),
    ("mail", &["domain"]),
    ("store", &["domain"]),
    ("config", &["domain"]),
    ("log", &["domain"]),
    ("net", &["domain"]),
    ("process", &["domain"]),
    ("source", &["net", "process", "mail", "config", "domain"]),
    ("outgoing", &["net", "process", "mail", "config", "domain"]),
    ("clock", &["domain"]),
    ("ui", &["config", "domain"]),
    ("job", &["source", "outgoing", "net", "mail", "store", "config", "log", "domain"]),
    ("watch", &["job", "clock", "source", "process", "store", "config", "log", "domain"]),
    ("session", &["watch", "job", "ui", "clock", "store", "mail", "config", "log", "process", "domain"]),
    (
        "cli",
        &["session", "watch", "job", "ui", "clock", "source", "store", "mail", "config", "log", "process", "domain"],
    ),
];

/// Outside crates that only some rooms may name, so that their types stay behind a border.
const GUARDED: [(&str, &[&str]); 31] = [
    ("gif", &["mail"]),
    ("png", &["mail"]),
    ("zune_jpeg", &["mail"]),
    ("tz", &["domain"]),
    ("rustix", &["process"]),
    ("iana_time_zone", &["clock"]),
    ("rusqlite", &["store"]),
    ("zstd", &["store"]),
    ("ratatui", &["ui", "session"]),
    ("crossterm", &["ui", "session"]),
    ("encoding_rs", &["mail"]),
    ("html2text", &["mail"]),
    ("idna", &["mail"]),
    ("mail_builder", &["mail"]),
    ("html5ever", &["mail"]),
    ("psl", &["mail"]),
    ("simple_dns", &["net"]),
    ("toml", &["config"]),
    ("annotate_snippets", &["config"]),
    ("etcetera", &["config"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("roff", &["cli"]),
    ("pulldown_cmark", &["cli"]),
    ("indicatif", &["cli"]),
    ("notify", &["watch"]),
    ("io_sasl", &["net"]),
    ("rustls", &["net"]),
    ("rustls_platform_verifier", &["net"]),
    ("quick_xml", &["source"]),
    ("ureq", &["net"]),
];

/// Ways to read the time, which only the clock may use.
const TIME: [&str; 4] = ["Utc::now", "Local::now", "SystemTime::now", "Instant::now"];

/// What breaks the rules in one file, given its path below `src`.
fn breaches(path: &Path, text: &str) -> Vec<String> {
    let parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().replace(".rs", "")).collect();
    let room = parts[0].as_str();
    if parts.len() == 1 {
        // The roots name the rooms and do nothing else; main.rs calls the top floor.
        return Vec::new();
    }
    let Some((_, below)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        return vec![format!("{}: `{room}` is no room of the house", path.display())];
    };
    // How many `super::` lead from this module to the crate's root.
    let depth = if parts.last().is_some_and(|last| last == "mod") { parts.len() - 1 } else { parts.len() };
    let code = code_of(text);
    let mut found = Vec::new();
    for named in named_rooms(&code, depth) {
        if named == "*" {
            found.push(format!("{}: imports everything from the root", path.display()));
        } else if named != room && ROOMS.iter().any(|(name, _)| *name == named) && !below.contains(&named.as_str()) {
            found.push(format!("{}: `{room}` may not name `{named}`", path.display()));
        }
    }
    for (outside, allowed) in GUARDED {
        if !allowed.contains(&room) && mentions_crate(&code, outside) {
            found.push(format!("{}: the crate `{outside}` belongs to {}", path.display(), allowed.join(" and ")));
        }
    }
    for call in TIME {
        if room != "clock" && code.contains(call) {
            found.push(format!("{}: `{call}` belongs to the clock", path.display()));
        }
    }
    found
}

/// The rooms that `crate::…`, `crate::{…}` or a long enough chain of `super::` leads to.
fn named_rooms(code: &str, depth: usize) -> Vec<String> {
    let mut rooms = Vec::new();
    let root = "super::".repeat(depth);
    for start in ["crate::", root.as_str()] {
        for (at, _) in code.match_indices(start) {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let rest = &code[at + start.len()..];
            if let Some(list) = rest.strip_prefix('{') {
                rooms.extend(first_names(list));
            } else if rest.starts_with('*') {
                rooms.push("*".to_owned());
            } else {
                rooms.push(name_at(rest));
            }
        }
    }
    rooms
}

/// The first names of the entries of a braced list, nested lists passed over.
fn first_names(list: &str) -> Vec<String> {
    let mut names = vec![name_at(list.trim_start())];
    let mut level = 0;
    for (at, c) in list.char_indices() {
        match c {
            '{' => level += 1,
            '}' if level == 0 => break,
            '}' => level -= 1,
            ',' if level == 0 => names.push(name_at(list[at + 1..].trim_start())),
            _ => {}
        }
    }
    names
}

fn mentions_crate(code: &str, name: &str) -> bool {
    let path = format!("{name}::");
    code.match_indices(&path)
        .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
        || code.contains(&format!("use {name};"))
}

#[test]
fn imports_go_down_only() {
    let found: Vec<String> = sources().iter().flat_map(|(path, text)| breaches(path, text)).collect();
    assert!(found.is_empty(), "the house is no longer one-way:\n{}", found.join("\n"));
}

#[test]
fn each_planted_breach_is_found() {
    let planted = [
        ("upward", "domain/lane.rs", "use crate::store::Store;"),
        ("sideways", "ui/view/door.rs", "let s = crate::job::status();"),
        ("upward from the watch", "watch/local.rs", "use crate::session::Run;"),
        ("sideways in a list", "mail/parse.rs", "use crate::{domain::Id, store::{a, b}};"),
        ("by the back stairs", "store/search.rs", "use super::super::mail::parse;"),
        ("by the back stairs from a mod file", "store/mod.rs", "use super::mail::parse;"),
        ("everything", "ui/state.rs", "use crate::*;"),
        ("a guarded crate", "job/commit.rs", "use rusqlite::Connection;"),
        ("a guarded crate in passing", "cli/status.rs", "fn f(b: &ratatui::Frame) {}"),
        ("the clock", "job/gather.rs", "let now = chrono::Utc::now();"),
        ("no room", "helpers/text.rs", ""),
    ];
    for (kind, path, text) in planted {
        assert_eq!(breaches(Path::new(path), text).len(), 1, "{kind}: {path}: {text}");
    }
}

#[test]
fn what_is_allowed_passes() {
    let fine = [
        ("domain/lane.rs", "use super::query::Query; // crate::store would be wrong"),
        ("store/search.rs", "use rusqlite::params; use crate::domain::query::Query; use super::Store;"),
        ("session/worker.rs", "use crate::{job, store::Store, ui};"),
        ("ui/view/door.rs", "/// See [`crate::job`].\nlet text = \"crate::store\";"),
        ("clock/mod.rs", "chrono::Utc::now()"),
        ("lib.rs", "pub mod store;"),
    ];
    for (path, text) in fine {
        assert_eq!(breaches(Path::new(path), text), Vec::<String>::new(), "{path}: {text}");
    }
}
