//! Holds `tests/suite`: every file with tests says first which files it holds, and those exist. So do the files that the
//! pages for contributors name.
//!
//! Its first sentence is the pattern: files in backticks with commas between them, a colon, and what is promised; it may go
//! on over several lines. A folder stands for all that is in it. So whoever changes a file finds what holds it
//! (`grep -rl src/store/away.rs tests/suite`), and a file that is renamed takes its name in the tests along.

use std::path::Path;

use super::source_files::rust_files;

/// What is wrong with the first sentence of a test file, where something is.
fn mistake(text: &str, exists: impl Fn(&str) -> bool) -> Option<String> {
    let comment = text.lines().map_while(|line| line.strip_prefix("//!"));
    let first: Vec<&str> = comment.map(str::trim).take_while(|line| !line.is_empty()).collect();
    let first = first.join(" ");
    let Some((names, promise)) = first.strip_prefix("Holds `").and_then(|rest| rest.split_once("`: ")) else {
        return Some("it does not begin with `//! Holds `FILE`, `FILE`: what is promised`".to_owned());
    };
    if promise.is_empty() {
        return Some("it does not say what is promised".to_owned());
    }
    let is_ours = |name: &str| name.starts_with("src") || name.starts_with("tests/suite");
    let wrong: Vec<&str> = names.split("`, `").filter(|name| !is_ours(name) || !exists(name)).collect();
    (!wrong.is_empty()).then(|| format!("it names what is not there: {}", wrong.join(", ")))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn each_test_file_names_what_it_holds() {
    let mut with_tests = 0;
    let mut found = Vec::new();
    for (path, text) in rust_files("tests/suite") {
        if !text.lines().any(|line| line.trim_start().starts_with("#[test]")) {
            continue;
        }
        with_tests += 1;
        if let Some(mistake) = mistake(&text, |name| root().join(name).exists()) {
            found.push(format!("{}: {mistake}", path.display()));
        }
    }
    assert!(with_tests > 50, "found only {with_tests} files with tests");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The files that a page names and that are not there: what stands in backticks and begins as they do.
fn missing(page: &str, exists: impl Fn(&str) -> bool) -> Vec<&str> {
    let names = page.split('`').skip(1).step_by(2);
    let ours = ["src/", "tests/", "docs/", "scripts/"];
    let plain = |name: &str| !name.contains(|c: char| c.is_uppercase() || c.is_whitespace() || c == '*');
    names.filter(|name| ours.iter().any(|start| name.starts_with(start)) && plain(name) && !exists(name)).collect()
}

#[test]
fn pages_for_contributors_name_files_that_exist() {
    for page in ["CONTRIBUTING.md", "docs/design.md"] {
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        // A package that cargo made has what a build and its tests need, and not the scripts.
        let left_out = |name: &str| name.starts_with("scripts/") && !root().join("scripts").exists();
        let exists = |name: &str| root().join(name).exists() || left_out(name);
        assert_eq!(missing(&text, exists), Vec::<&str>::new(), "{page}");
    }
    let planted = "`src/gone.rs`, `src/there.rs`, `src/schema/NNN_name.sql`, src/nowhere.rs";
    assert_eq!(missing(planted, |name| name == "src/there.rs"), ["src/gone.rs"]);
}

#[test]
fn each_planted_first_line_that_is_wrong_is_found() {
    let exists = |name: &str| ["src", "src/store/away.rs", "src/job"].contains(&name);
    let planted = [
        ("nothing", "use std::fs;\n"),
        ("another sentence", "//! What comes back.\n"),
        ("no first line", "\n//! Holds `src/job`: what it does.\n"),
        ("no promise", "//! Holds `src/store/away.rs`\n"),
        ("an empty promise", "//! Holds `src/store/away.rs`: \n"),
        ("a promise in another paragraph", "//! Holds `src/store/away.rs`\n//!\n//! `It`: comes back.\n"),
        ("a name that no search finds", "//! Holds src/store/away.rs: what comes back.\n"),
        ("a file of before", "//! Holds `src/store/gone.rs`: what comes back.\n"),
        ("one of two", "//! Holds `src/store/away.rs`, `src/store/gone.rs`: what comes back.\n"),
        ("no source file", "//! Holds `Cargo.toml`: what is built.\n"),
    ];
    for (kind, text) in planted {
        let exists = |name: &str| exists(name) || name == "Cargo.toml";
        assert!(mistake(text, exists).is_some(), "{kind}");
    }
    let fine = [
        "//! Holds `src/store/away.rs`: what comes back.\n",
        "//! Holds `src/store/away.rs`, `src/job`: what comes\n//! back.\n//!\n//! More of it.\n",
        "//! Holds `src`: all of it.\n\nuse std::fs;\n",
    ];
    for text in fine {
        assert_eq!(mistake(text, exists), None, "{text}");
    }
}
