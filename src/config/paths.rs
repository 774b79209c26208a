//! Paths of the file: `~` is the home folder, and what is relative is meant from the file's own folder.

use std::path::{Path, PathBuf};

use super::mistake::ConfigMistake;
use super::section::{Found, Text};

#[derive(Clone, Copy)]
pub(super) struct Paths<'a> {
    pub(super) home: Option<&'a Path>,
    /// The folder of the file.
    pub(super) folder: &'a Path,
}

impl Paths<'_> {
    pub(super) fn read(self, text: &Text<'_>, found: &mut Found) -> Option<PathBuf> {
        let written = text.text.as_ref();
        if written.trim().is_empty() || written.contains('\0') {
            found
                .push(ConfigMistake::at(text.span.clone(), "this is no path").expected("a path, such as `\"~/Mail\"`"));
            return None;
        }
        let Some(rest) = written.strip_prefix('~') else { return Some(self.folder.join(written)) };
        if !rest.is_empty() && !rest.starts_with(['/', '\\']) {
            let mistake = ConfigMistake::at(text.span.clone(), "another person's home folder is not looked up");
            found.push(mistake.hint("write the whole path; only `~/` is understood"));
            return None;
        }
        let Some(home) = self.home else {
            let mistake = ConfigMistake::at(text.span.clone(), "no home folder is known that `~` could stand for");
            found.push(mistake.hint("set HOME, or write the whole path"));
            return None;
        };
        Some(home.join(rest.trim_start_matches(['/', '\\'])))
    }
}
