//! The way to a path: the links on it, and where it ends. A path that leads through links is watched at each of them,
//! because replacing one (a generation of settings, a disk that is mounted elsewhere) changes nothing in the folder to
//! which it led before; and one of which a part is not there yet is watched where that part will be.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// More links than this are a circle (Linux follows as many).
const LINKS: usize = 40;

/// A way as it is now. Its paths have no links in them: so the system's events name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trail {
    /// What makes it another way when it changes: each link, and what is not there.
    pub turns: Vec<PathBuf>,
    /// The plain folders on the way. They are not watched for themselves; what is heard of one makes it another way, too.
    pub passed: Vec<PathBuf>,
    /// The file or folder at its end; `None` where a folder on the way is not there.
    pub end: Option<PathBuf>,
}

impl Trail {
    #[must_use]
    pub fn to(path: &Path) -> Self {
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let (mut at, mut turns, mut passed, mut links) = (PathBuf::new(), Vec::new(), Vec::new(), 0);
        let mut left = parts(&whole);
        while let Some(part) = left.pop_front() {
            match part {
                Part::Root(root) => at = root,
                Part::Up => drop(at.pop()),
                Part::Name(name) => {
                    let next = at.join(&name);
                    let facts = fs::symlink_metadata(&next);
                    if let Ok(to) = fs::read_link(&next) {
                        links += 1;
                        turns.push(next);
                        if links > LINKS {
                            return Self { turns, passed, end: None };
                        }
                        // What is relative goes on from here.
                        for part in parts(&to).into_iter().rev() {
                            left.push_front(part);
                        }
                        continue;
                    }
                    let passable = facts.is_ok_and(|facts| facts.is_dir() || left.is_empty());
                    if !passable {
                        turns.push(next.clone());
                        let end = left.is_empty().then_some(next);
                        return Self { turns, passed, end };
                    }
                    if !left.is_empty() {
                        passed.push(next.clone());
                    }
                    at = next;
                }
            }
        }
        Self { turns, passed, end: Some(at) }
    }
}

enum Part {
    Root(PathBuf),
    Up,
    Name(OsString),
}

fn parts(path: &Path) -> VecDeque<Part> {
    let mut parts = VecDeque::new();
    let mut root = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Prefix(_) | Component::RootDir => root.push(component),
            Component::CurDir => {}
            Component::ParentDir => parts.push_back(Part::Up),
            Component::Normal(name) => parts.push_back(Part::Name(name.to_owned())),
        }
    }
    if !root.as_os_str().is_empty() {
        parts.push_front(Part::Root(root));
    }
    parts
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::PathBuf;

    use super::Trail;

    #[test]
    fn every_link_is_a_turn_and_so_is_what_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let at = |name: &str| root.join(name);
        fs::create_dir_all(at("real/deep")).unwrap();
        fs::write(at("real/deep/file"), "").unwrap();
        symlink("real", at("one")).unwrap();
        symlink(at("one/deep"), at("two")).unwrap();
        symlink("../deep/file", at("real/deep/link")).unwrap();
        symlink("circle", at("circle")).unwrap();
        symlink("nowhere/x", at("dangling")).unwrap();
        let way = |path: &str, turns: &[&str], end: Option<&str>| {
            let turns: Vec<PathBuf> = turns.iter().map(|turn| at(turn)).collect();
            let trail = Trail::to(&at(path));
            assert_eq!((trail.turns, trail.end), (turns, end.map(at)), "{path}");
        };
        way("real/deep/file", &[], Some("real/deep/file"));
        way("one/deep/file", &["one"], Some("real/deep/file"));
        way("two/link", &["two", "one", "real/deep/link"], Some("real/deep/file"));
        way("two/new", &["two", "one", "real/deep/new"], Some("real/deep/new"));
        way("real/no/no/file", &["real/no"], None);
        way("dangling/file", &["dangling", "nowhere"], None);
        way("real/deep/file/beyond", &["real/deep/file"], None);
        assert!(Trail::to(&at("two/link")).passed.contains(&at("real/deep")));
        let circle = Trail::to(&at("circle"));
        assert!(circle.end.is_none() && circle.turns.contains(&at("circle")));
    }
}
