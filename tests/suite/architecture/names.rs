//! Holds `src`: one name, one meaning: no two modules export a type of the same name, whoever may see it.
//!
//! A reader who meets a type in a signature is to find one declaration of it, and a search for the word is to find one
//! thing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::source_files::{name_at, program_of, program_sources};

/// Names that stand twice, each with the reason why that may be.
const ALLOWED: [(&str, &str); 0] = [];

/// The types that a file exports: `pub`, `pub(crate)`, `pub(super)` or `pub(in …)`.
fn exported(text: &str) -> Vec<String> {
    let code = program_of(text);
    let mut names = Vec::new();
    for (at, _) in code.match_indices("pub") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = code[at + "pub".len()..].trim_start();
        let rest = match rest.strip_prefix('(') {
            Some(rest) => rest.split_once(')').map_or("", |(_, rest)| rest.trim_start()),
            None => rest,
        };
        let kind = name_at(rest);
        if ["struct", "enum", "trait", "type", "union"].contains(&kind.as_str()) {
            names.push(name_at(rest[kind.len()..].trim_start()));
            // A macro that declares types has its `$name` here.
            names.retain(|name| !name.is_empty());
        }
    }
    names
}

/// The names that more than one file exports, each with those files.
fn shared(files: &[(PathBuf, String)]) -> BTreeMap<String, Vec<String>> {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, text) in files {
        let mut names = exported(text);
        names.sort_unstable();
        names.dedup();
        for name in names {
            places.entry(name).or_default().push(path.display().to_string());
        }
    }
    places.retain(|_, files| files.len() > 1);
    places
}

#[test]
fn no_two_modules_export_a_type_of_the_same_name() {
    let shared = shared(&program_sources());
    let breaches: Vec<String> = shared
        .iter()
        .filter(|(name, _)| !ALLOWED.iter().any(|(allowed, _)| allowed == name))
        .map(|(name, files)| format!("`{name}` is exported by {}", files.join(" and ")))
        .collect();
    assert!(breaches.is_empty(), "a name has two meanings:\n{}", breaches.join("\n"));
    let stale: Vec<&str> = ALLOWED.iter().map(|(name, _)| *name).filter(|name| !shared.contains_key(*name)).collect();
    assert!(stale.is_empty(), "allowed for several things, and the name of one: {}", stale.join(", "));
    assert!(ALLOWED.iter().all(|(_, reason)| !reason.is_empty()), "an allowance has its reason");
}

#[test]
fn each_planted_twin_is_found() {
    let one = "pub struct Position(u32);";
    for (kind, twin) in [
        ("public", "pub enum Position { A }"),
        ("of the crate", "pub(crate) trait Position {}"),
        ("of the parent", "#[derive(Debug)]\npub(super) struct Position<'a> { a: &'a str }"),
        ("of an ancestor", "pub(in crate::store) type Position = u32;"),
        ("over two lines", "pub\n    struct Position;"),
    ] {
        let files = [("domain/a.rs", one), ("store/b.rs", twin)];
        let files = files.map(|(path, text)| (Path::new(path).to_owned(), text.to_owned()));
        assert_eq!(shared(&files).keys().collect::<Vec<_>>(), ["Position"], "{kind}: {twin}");
    }
}

#[test]
fn what_is_one_name_passes() {
    for other in [
        "struct Position(u8);",
        "// pub struct Position\nlet a = \"pub struct Position\";",
        "pub struct PositionOf;",
        "pub use super::Position;",
        "pub fn position(p: Position) {}",
        "fn a() {}\n#[cfg(test)]\nmod tests {\n    pub struct Position;\n}",
    ] {
        let files = [("domain/a.rs", "pub struct Position(u32);"), ("store/b.rs", other)];
        let files = files.map(|(path, text)| (Path::new(path).to_owned(), text.to_owned()));
        assert!(shared(&files).is_empty(), "{other}");
    }
}
