//! The program's own sources, for the tests that read them: every file below `src`, without comments, strings and tests.

use std::fs;
use std::path::{Path, PathBuf};

/// Every file below `src` with its path from there, in the order of the paths.
pub fn sources() -> Vec<(PathBuf, String)> {
    rust_files("src")
}

/// Every Rust file below a folder of the project with its path from there, in the order of the paths.
pub fn rust_files(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files = Vec::new();
    collect(&folder, &folder, &mut files);
    assert!(files.len() > 20, "found only {} files: is this all of it?", files.len());
    files.sort();
    files
}

/// The same without the modules that are there for tests alone: `#[cfg(test)] mod tests;`.
pub fn program_sources() -> Vec<(PathBuf, String)> {
    let all = sources();
    let mut tests: Vec<PathBuf> = Vec::new();
    for (path, text) in &all {
        let folder = match path.file_stem().and_then(|stem| stem.to_str()) {
            Some("mod" | "lib" | "main") | None => path.parent().unwrap().to_owned(),
            Some(stem) => path.with_file_name(stem),
        };
        for (_, rest) in text.match_indices("#[cfg(test)]\nmod ").map(|(at, found)| (at, &text[at + found.len()..])) {
            if rest[name_at(rest).len()..].starts_with(';') {
                tests.push(folder.join(name_at(rest)));
            }
        }
    }
    all.into_iter().filter(|(path, _)| !tests.iter().any(|of| path.with_extension("").starts_with(of))).collect()
}

fn collect(folder: &Path, root: &Path, into: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, root, into);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            into.push((path.strip_prefix(root).unwrap().to_owned(), fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The text without comments and without what stands between quotes.
pub fn code_of(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let mut quoted = false;
        let mut previous = ' ';
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            if !quoted && c == '/' && chars.peek() == Some(&'/') {
                break;
            }
            if c == '"' && previous != '\\' && previous != '\'' {
                quoted = !quoted;
            }
            if !quoted {
                out.push(c);
            }
            previous = if previous == '\\' && c == '\\' { ' ' } else { c };
        }
        out.push('\n');
    }
    out
}

/// The code of a file that is part of the program: what follows `#[cfg(test)]` on a line of its own is left out.
pub fn program_of(text: &str) -> String {
    let tests = text.find("\n#[cfg(test)]\nmod tests").unwrap_or(text.len());
    code_of(&text[..tests])
}

/// The name that a text begins with; empty where it begins with none.
pub fn name_at(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}
