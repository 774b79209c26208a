//! Whether a path can be reached, and what stands in the way.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Whether nothing at all is at a path: no file and no link, and no link on the way that leads nowhere. What is there and
/// cannot be reached is not nothing.
#[must_use]
pub fn is_nothing_at(path: &Path) -> bool {
    let missing = fs::symlink_metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound);
    missing && link_to_nowhere(path).is_none()
}

/// The link on the way to a path, or at it, that leads nowhere, and where it leads.
pub(super) fn link_to_nowhere(path: &Path) -> Option<(PathBuf, PathBuf)> {
    let mut found = None;
    let mut path = path.to_owned();
    // The last one in a row of links, each of which leads to the next.
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
