//! Whether a path can be reached, and which broken link prevents it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Whether there is nothing at a path: no file, no link, and no broken link among its folders. A file that exists but cannot
/// be reached counts as something.
#[must_use]
pub fn is_nothing_at(path: &Path) -> bool {
    let missing = fs::symlink_metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound);
    missing && link_to_nowhere(path).is_none()
}

/// The broken link at a path or among its folders, and its missing target.
pub(super) fn link_to_nowhere(path: &Path) -> Option<(PathBuf, PathBuf)> {
    let mut found = None;
    let mut path = path.to_owned();
    // Links may lead to links: this is the last one, whose target is missing.
    for _ in 0..LINKS {
        let mut links = path.ancestors().filter_map(|part| Some((part.to_owned(), fs::read_link(part).ok()?)));
        let Some((link, to)) = links.find(|(link, _)| fs::metadata(link).is_err()) else { break };
        path = link.parent().unwrap_or(Path::new("")).join(&to);
        found = Some((link, to));
    }
    found
}

/// More links than this are a circle (Linux follows as many).
const LINKS: usize = 40;

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::{is_nothing_at, link_to_nowhere};

    #[test]
    fn nothing_is_only_what_is_not_there_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("empty")).unwrap();
        fs::write(at("file"), "").unwrap();
        symlink(at("gone"), at("dangling")).unwrap();
        symlink("loop", at("loop")).unwrap();
        symlink(at("empty"), at("whole")).unwrap();
        for name in ["no", "no/no/config.toml", "empty/config.toml", "whole/config.toml"] {
            assert!(is_nothing_at(&at(name)), "{name}");
        }
        for name in
            ["file", "dangling", "dangling/config.toml", "dangling/a/config.toml", "loop", "loop/x", "file/config.toml"]
        {
            assert!(!is_nothing_at(&at(name)), "{name}");
        }
        assert_eq!(link_to_nowhere(&at("dangling/a/b")), Some((at("dangling"), at("gone"))));
        symlink("dangling/b", at("first")).unwrap();
        assert_eq!(link_to_nowhere(&at("first")), Some((at("dangling"), at("gone"))), "the one that is to be mended");
        assert_eq!(link_to_nowhere(&at("whole/x")), None);
    }
}
