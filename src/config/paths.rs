//! Paths in the file: `~`, `$HOME` and `${HOME}` are the home folder, and a relative path starts at the folder of the file.

use std::path::{Path, PathBuf};

use super::mistake::{ConfigMistake, quoted};
use super::table::{FoundMistakes, Text};

#[derive(Clone, Copy)]
pub(super) struct Paths<'a> {
    pub(super) home: Option<&'a Path>,
    /// The folder of the file.
    pub(super) folder: &'a Path,
}

impl Paths<'_> {
    pub(super) fn read(self, text: &Text<'_>, found: &mut FoundMistakes) -> Option<PathBuf> {
        let written = text.text.as_ref();
        if written.trim().is_empty() || written.contains('\0') {
            found
                .push(ConfigMistake::at(text.span.clone(), "this is no path").expected("a path, such as `\"~/Mail\"`"));
            return None;
        }
        let refused = |what: String, hint: &str| ConfigMistake::at(text.span.clone(), what).hint(hint);
        let (mark, rest) = match home_of(written) {
            Start::Home { mark, rest } => (mark, rest),
            Start::Plain => return Some(self.folder.join(written)),
            Start::Person => {
                let hint = "write the whole path; only `~/` is understood";
                found.push(refused("another person's home folder is not looked up".to_owned(), hint));
                return None;
            }
            Start::Variable(name) => {
                let hint = "write the whole path; a folder that is really called so is written with `./` in front";
                found.push(refused(
                    format!("of variables, only `$HOME` is known in a path, not {}", quoted(name)),
                    hint,
                ));
                return None;
            }
        };
        let Some(home) = self.home else {
            found.push(refused(
                format!("no home folder is known that `{mark}` could stand for"),
                "set HOME, or write the whole path",
            ));
            return None;
        };
        Some(home.join(rest.trim_start_matches(SEPARATORS)))
    }

    /// The program of a command, with the path of the home folder written out; `None` if it does not begin with that folder.
    pub(super) fn program(self, written: &str) -> Option<String> {
        let Start::Home { rest, .. } = home_of(written) else { return None };
        self.home?.join(rest.trim_start_matches(SEPARATORS)).to_str().map(str::to_owned)
    }
}

const SEPARATORS: [char; 2] = ['/', '\\'];

/// How a path begins.
enum Start<'a> {
    /// In the home folder, which is written as `mark`.
    Home {
        mark: &'static str,
        rest: &'a str,
    },
    /// In the home folder of another user.
    Person,
    /// With another variable of the environment.
    Variable(&'a str),
    Plain,
}

fn home_of(written: &str) -> Start<'_> {
    for mark in ["~", "${HOME}", "$HOME"] {
        if let Some(rest) = written.strip_prefix(mark)
            && (rest.is_empty() || rest.starts_with(SEPARATORS))
        {
            return Start::Home { mark, rest };
        }
    }
    let first = written.split(SEPARATORS).next().unwrap_or_default();
    match first.strip_prefix('$') {
        Some(name) if name.starts_with(|c: char| c == '{' || c == '_' || c.is_ascii_alphabetic()) => {
            Start::Variable(first)
        }
        _ if written.starts_with('~') => Start::Person,
        _ => Start::Plain,
    }
}
