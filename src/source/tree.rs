//! A folder of any kind: which mailboxes and messages are in it, and what else.
//!
//! It may be a profile of Thunderbird (mbox files beside their `.msf` indexes, subfolders in `.sbd`), a library of
//! Apple Mail (`.mbox` folders with `.emlx` files, or exported with one file `mbox`), or a folder of exports. Each file
//! is looked at, and those that hold no mail are listed.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::detect::{Format, of_file};
use super::eml::Eml;
use super::maildir::{self, Maildir};
use super::{EventSink, Gauge, KnownCopies, ReadOutcome, Source, SourceError, SourceEvent, SyncContext, detect};
use crate::domain::flags::Flags;
use crate::domain::folder::{SpecialUse, is_aside, purpose};
use crate::domain::found_copy::{FolderContents, MailboxEvent};

/// How many levels of folders are read.
const DEEPEST: usize = 20;

/// A file or folder that is taken in as one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreePart {
    pub path: PathBuf,
    pub format: Format,
    /// The name of the folder, as the program shows it that made it; empty if it lies in none.
    folder: String,
    /// The files, if the unit is made of single messages.
    files: Vec<PathBuf>,
}

/// A file or folder that is not taken in, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    pub path: PathBuf,
    pub why: &'static str,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tree {
    pub parts: Vec<TreePart>,
    pub left_out: Vec<LeftOut>,
}

/// Looks through a folder.
///
/// # Errors
/// Where it cannot be listed.
pub fn scan(root: &Path) -> Result<Tree, SourceError> {
    fs::read_dir(root).map_err(|error| SourceError::open(root, error))?;
    let mut walk =
        Walk { root, tree: Tree::default(), single: BTreeMap::new(), visited: HashSet::new(), maildir: false };
    walk.folder(root, 0);
    let Walk { mut tree, single, maildir, .. } = walk;
    if maildir {
        // One source reads all Maildirs of the folder, because it knows how they are nested.
        let whole =
            TreePart { path: root.to_owned(), format: Format::Maildir, folder: String::new(), files: Vec::new() };
        tree.parts.insert(0, whole);
    }
    for (folder, files) in single {
        let path = common(root, &files);
        tree.parts.push(TreePart { path, format: Format::Eml, folder, files });
    }
    Ok(tree)
}

impl TreePart {
    /// A file of a known format.
    #[must_use]
    pub fn of(path: &Path, format: Format) -> Self {
        Self { path: path.to_owned(), format, folder: String::new(), files: Vec::new() }
    }

    /// How many files the unit is made of, if that is known.
    #[must_use]
    pub fn files(&self) -> Option<usize> {
        (!self.files.is_empty()).then_some(self.files.len())
    }

    /// The source for the unit; `name` is the name of the source.
    #[must_use]
    pub fn open(&self, name: &str) -> Box<dyn Source> {
        let inner: Box<dyn Source> = match self.format {
            Format::Eml if !self.files.is_empty() => Box::new(Eml::of(&self.path, self.files.clone())),
            Format::Maildir => Box::new(Maildir::by_hand(&self.path)),
            format => detect::open_whole(&self.path, format, name),
        };
        if self.folder.is_empty() { inner } else { Box::new(Subfolder { inner, folder: self.folder.clone() }) }
    }
}

struct Walk<'a> {
    root: &'a Path,
    tree: Tree,
    /// Single messages, grouped by their folder.
    single: BTreeMap<String, Vec<PathBuf>>,
    visited: HashSet<PathBuf>,
    /// Whether a Maildir was found.
    maildir: bool,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, depth: usize) {
        if !fs::canonicalize(folder).is_ok_and(|real| self.visited.insert(real)) {
            return self.leave(folder, "a link to a folder that is read already");
        }
        if depth > DEEPEST {
            return self.leave(folder, "in too many levels of folders");
        }
        if maildir::is_folder(folder) {
            self.maildir = true;
            return;
        }
        let Ok(entries) = fs::read_dir(folder) else { return self.leave(folder, "a folder that can't be listed") };
        let mut inner: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        inner.sort();
        for path in inner {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            // These two are not skipped: KMail keeps subfolders in `.NAME.directory`, and Maildir++ keeps them in
            // `.NAME`.
            let hidden = name.starts_with('.') && !name.ends_with(".directory") && !maildir::is_folder(&path);
            match path.is_dir() {
                _ if hidden => self.leave(&path, "hidden"),
                true => self.folder(&path, depth + 1),
                false => self.file(&path),
            }
        }
    }

    fn file(&mut self, path: &Path) {
        match of_file(path) {
            Ok(Format::Eml) => {
                let apple = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("emlx"));
                let folder = if apple { self.called(path) } else { String::new() };
                self.single.entry(folder).or_default().push(path.to_owned());
            }
            Ok(format) => {
                let part = TreePart { folder: self.called(path), ..TreePart::of(path, format) };
                self.tree.parts.push(part);
            }
            Err(why) => self.leave(path, why),
        }
    }

    fn leave(&mut self, path: &Path, why: &'static str) {
        self.tree.left_out.push(LeftOut { path: path.to_owned(), why });
    }

    /// The name of the folder that a mailbox is, without what its program adds to the names.
    fn called(&self, path: &Path) -> String {
        let within = path.strip_prefix(self.root).unwrap_or(path);
        let mut names: Vec<String> = within.iter().map(|name| name.to_string_lossy().into_owned()).collect();
        // What lies inside a mailbox of Apple Mail has no folder name of its own.
        if let Some(last) = names.iter().rposition(|name| name.to_ascii_lowercase().ends_with(".mbox")) {
            names.truncate(last + 1);
        } else if self.root.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("mbox")) {
            names = self.root.file_name().map(|name| name.to_string_lossy().into_owned()).into_iter().collect();
        }
        let plain = |name: &String| {
            let name = name.strip_suffix(".directory").map_or(name.as_str(), |name| name.trim_start_matches('.'));
            let ending = [".sbd", ".mbox", ".mbx"].into_iter().find(|ending| {
                let at = name.len().checked_sub(ending.len());
                at.and_then(|at| name.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(ending))
            });
            name.get(..name.len() - ending.map_or(0, str::len)).unwrap_or(name).to_owned()
        };
        names.iter().map(plain).collect::<Vec<_>>().join("/")
    }
}

/// The deepest folder that holds all of these files.
fn common(root: &Path, files: &[PathBuf]) -> PathBuf {
    let mut folder = files.first().and_then(|file| file.parent()).unwrap_or(root);
    while folder != root && !files.iter().all(|file| file.starts_with(folder)) {
        folder = folder.parent().unwrap_or(root);
    }
    folder.to_owned()
}

/// A source that is a subfolder of a larger one.
struct Subfolder {
    inner: Box<dyn Source>,
    folder: String,
}

/// The name of a subfolder, seen from outside.
fn within(outer: &str, inner: &str) -> String {
    if inner.is_empty() { outer.to_owned() } else { format!("{outer}/{inner}") }
}

/// What lies in a folder of this name.
fn contents(folder: &str) -> FolderContents {
    match purpose(folder) {
        Some(SpecialUse::Sent) => FolderContents::Sent,
        _ if is_aside(folder) => FolderContents::Aside,
        _ => FolderContents::Incoming,
    }
}

struct KnownWithin<'a> {
    known: &'a dyn KnownCopies,
    folder: &'a str,
}

impl KnownCopies for KnownWithin<'_> {
    fn all(&self, folder: &str) -> HashSet<String> {
        self.known.all(&within(self.folder, folder))
    }

    fn which(&self, folder: &str, keys: &[&str]) -> Vec<bool> {
        self.known.which(&within(self.folder, folder), keys)
    }

    fn between(&self, folder: &str, first: &str, last: &str, most: usize) -> Vec<(String, Option<Flags>)> {
        self.known.between(&within(self.folder, folder), first, last, most)
    }
}

impl Source for Subfolder {
    fn read(&mut self, since: &SyncContext<'_>, each: &mut EventSink<'_>) -> Result<ReadOutcome, SourceError> {
        let outer = self.folder.as_str();
        let known = KnownWithin { known: since.known, folder: outer };
        let since = SyncContext { known: &known, skipped: since.skipped, position: since.position, now: since.now };
        self.inner.read(&since, &mut |mut event| {
            match &mut event {
                SourceEvent::Message(message) => {
                    let copy = &mut message.copy;
                    copy.location.folder = within(outer, &copy.location.folder);
                    copy.origin = contents(&copy.location.folder).origin(copy.origin);
                }
                SourceEvent::Mailbox(MailboxEvent::Flags { location, .. } | MailboxEvent::Gone { location, .. }) => {
                    location.folder = within(outer, &location.folder);
                }
                SourceEvent::Mailbox(MailboxEvent::Incoming(folders) | MailboxEvent::Sent(folders)) => {
                    for folder in folders {
                        *folder = within(outer, folder);
                    }
                }
            }
            each(event)
        })
    }

    fn gauge(&self) -> Gauge {
        self.inner.gauge()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Format, scan};

    const LETTER: &str = "From - Mon Jan  1 10:00:00 2024\nFrom: a@b.example\nDate: x\nSubject: y\n\nz\n";

    #[test]
    fn every_file_is_a_part_or_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("Inbox", LETTER);
        write("Inbox.msf", "// <!-- <mdb:mork:z v=\"1.4\"/> -->");
        write("Inbox.sbd/Lists.mbox", LETTER);
        write("Empty", "");
        write("Work.mbox/mbox", LETTER);
        write("V10/A.mbox/0-1/Data/Messages/7.emlx", "4\na: b<plist/>");
        write("V10/A.mbox/0-1/Data/Messages/8.emlx", "4\na: b<plist/>");
        write("letters/one.eml", "Subject: x\n\ny\n");
        write("letters/saved.txt", "From: a@b.example\nDate: x\nSubject: y\n\nz\n");
        write("notes.txt", "Note: no mail\n");
        write("times.json", "{\"created\": 1}");
        write("run.jsonl", "{\"subject\": \"x\"}\n");
        write("other.jsonl", "{\"case\": \"x\"}\n");
        write(".hidden", LETTER);
        let tree = scan(folder.path()).unwrap();
        let name = |path: &std::path::Path| path.strip_prefix(folder.path()).unwrap().display().to_string();
        let parts: Vec<_> = tree
            .parts
            .iter()
            .map(|it| (name(&it.path), it.format, it.folder.as_str(), it.files().unwrap_or(1)))
            .collect();
        let part = |path: &str, format, folder, files| (path.to_owned(), format, folder, files);
        assert_eq!(
            parts,
            [
                part("Inbox", Format::Mbox, "Inbox", 1),
                part("Inbox.sbd/Lists.mbox", Format::Mbox, "Inbox/Lists", 1),
                part("Work.mbox/mbox", Format::Mbox, "Work", 1),
                part("run.jsonl", Format::Jsonl, "run.jsonl", 1),
                part("letters", Format::Eml, "", 2),
                part("V10/A.mbox/0-1/Data/Messages", Format::Eml, "V10/A", 2),
            ]
        );
        let left: Vec<_> = tree.left_out.iter().map(|it| (name(&it.path), it.why)).collect();
        let expected = [
            (".hidden", "hidden"),
            ("Empty", "empty"),
            ("Inbox.msf", "an index of Thunderbird"),
            ("notes.txt", "not mail"),
            ("other.jsonl", "not mail"),
            ("times.json", "not mail"),
        ];
        assert_eq!(left, expected.map(|(name, why)| (name.to_owned(), why)));
    }
}
