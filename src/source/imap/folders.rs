//! The folders of an account: what they are called, what they are for, and which of them are read.
//!
//! Names come from the server and are never trusted: they are compared, sent back and, made printable, shown, and never
//! become a path. What a folder is for is said by the configuration, else by the server (RFC 6154), else by its name.

use super::command::Command;
use super::exchange::Reply;
use super::failure::ImapError;
use super::listed::Listed;
use super::pattern::{self, Chosen, INBOX, canonical};
use super::talk::Talk;
use super::utf7;
use crate::config::{Hold, HoldMode, WriteBack};
use crate::domain::folder::is_aside;
use crate::domain::outside::Role;

/// Of longer names nobody typed one; such folders are passed over.
const NAME_BYTES: usize = 1_000;
/// Folders of an account; the largest have some thousand.
const FOLDERS: usize = 10_000;

/// Names that programs give to the archive, the trash and the junk, the usual one first, in lower case.
const ARCHIVE: [&str; 3] = ["archive", "archives", "archiv"];
const TRASH: [&str; 5] = ["trash", "deleted items", "deleted messages", "bin", "deleted"];
const JUNK: [&str; 5] = ["junk", "spam", "junk e-mail", "junk email", "bulk mail"];

/// What servers mark as holding no incoming mail, or all of it once more (RFC 6154, RFC 8457).
const ASIDE: [&str; 8] = ["\\All", "\\Archive", "\\Drafts", "\\Flagged", "\\Important", "\\Junk", "\\Sent", "\\Trash"];

/// One folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folder {
    /// As a person calls it, decoded; the inbox is always `INBOX`. No two folders of an account have the same.
    pub(super) name: String,
    /// As it goes over the wire, without CR, LF and NUL.
    pub(super) wire: String,
    delimiter: Option<char>,
    selectable: bool,
    /// What the server says that it is for, of `ASIDE`.
    uses: Vec<&'static str>,
}

/// The folders of one account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Folders {
    /// The inbox first, then by names.
    all: Vec<Folder>,
    /// How many were listed and have no name that could be used.
    pub(super) odd: usize,
    pub(super) settings: Settings,
}

/// Asks a server for its folders.
pub(super) fn list(talk: &mut dyn Talk, settings: Settings) -> Result<Folders, ImapError> {
    let plain = Command::new("LIST \"\" \"*\"", "listing folders").about(FOLDERS);
    let marks = talk.can("SPECIAL-USE") && talk.can("LIST-EXTENDED");
    let mut listed: Vec<Listed> = Vec::new();
    for command in if marks { vec![plain.clone().word("RETURN (SPECIAL-USE)"), plain] } else { vec![plain] } {
        let answers = talk.ask(&[command])?;
        listed = answers.iter().flat_map(Reply::listed).cloned().collect();
        if answers.iter().all(Reply::is_yes) {
            break;
        }
    }
    Ok(Folders::of(&listed, settings))
}

/// What the configuration says of the folders of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Settings {
    /// The names and patterns of those that are read.
    pub(super) read: Vec<String>,
    pub(super) archive: Option<String>,
    pub(super) trash: Option<String>,
    pub(super) junk: Option<String>,
    /// Where a hard hold keeps what has arrived; `None` where none does.
    pub(super) held: Option<String>,
}

impl Settings {
    pub(super) fn of(read: &[String], write_back: &WriteBack, hold: &Hold) -> Self {
        let WriteBack { archive, trash, junk, .. } = write_back.clone();
        let held = (hold.mode == HoldMode::Hard).then(|| hold.folder.clone());
        Self { read: read.to_vec(), archive, trash, junk, held }
    }

    pub(super) fn named(&self, role: Role) -> Option<&str> {
        match role {
            Role::Archive => self.archive.as_deref(),
            Role::Trash => self.trash.as_deref(),
            Role::Junk => self.junk.as_deref(),
            Role::Held => self.held.as_deref(),
        }
    }
}

impl Folder {
    fn of(listed: &Listed) -> Option<Self> {
        let wire = String::from_utf8(listed.wire.clone()).ok()?;
        if wire.is_empty() || wire.len() > NAME_BYTES || wire.contains(['\r', '\n', '\0']) {
            return None;
        }
        let inbox = wire.eq_ignore_ascii_case(INBOX);
        let name = if inbox { INBOX.to_owned() } else { utf7::decode(wire.as_bytes()).unwrap_or_else(|| wire.clone()) };
        let selectable = !listed.is("\\Noselect") && !listed.is("\\NonExistent");
        let uses = ASIDE.iter().copied().filter(|it| listed.is(it)).collect();
        Some(Self { name, wire, delimiter: listed.delimiter, selectable, uses })
    }

    /// The last part of its name, in lower case.
    fn last(&self) -> String {
        let last = self.delimiter.and_then(|delimiter| self.name.rsplit(delimiter).next());
        last.unwrap_or(&self.name).to_lowercase()
    }

    /// How deep it lies.
    fn level(&self) -> usize {
        self.delimiter.map_or(0, |delimiter| self.name.matches(delimiter).count())
    }

    fn is(&self, wanted: &str) -> bool {
        self.uses.contains(&wanted)
    }
}

impl Folders {
    /// What a server lists. There is always an inbox, whether it is listed or not.
    pub(super) fn of(listed: &[Listed], settings: Settings) -> Self {
        let mut folders = Self { settings, ..Self::default() };
        for listed in listed {
            match Folder::of(listed) {
                Some(folder) if folders.exactly(&folder.name).is_none() => folders.all.push(folder),
                // Listed twice, or written in two ways: the first one has the name.
                Some(folder) if folders.exactly(&folder.name).is_some_and(|first| first.wire == folder.wire) => {}
                _ => folders.odd += 1,
            }
        }
        if folders.exactly(INBOX).is_none() {
            let delimiter = folders.all.first().and_then(|folder| folder.delimiter);
            let (name, wire) = (INBOX.to_owned(), INBOX.to_owned());
            folders.all.push(Folder { name, wire, delimiter, selectable: true, uses: Vec::new() });
        }
        folders.all.sort_by(|a, b| (a.name != INBOX, &a.name).cmp(&(b.name != INBOX, &b.name)));
        folders
    }

    fn exactly(&self, name: &str) -> Option<&Folder> {
        self.all.iter().find(|folder| folder.name == name)
    }

    /// The folder that can be selected and is called so, by a person or by us: its name, or, where an account has
    /// everything below its inbox, without that first part.
    pub(super) fn named(&self, name: &str) -> Option<&Folder> {
        let selectable = |name: &str| self.exactly(name).filter(|folder| folder.selectable);
        let below = || selectable(&format!("{INBOX}{}{name}", self.delimiter()?));
        selectable(name).or_else(|| selectable(&canonical(name))).or_else(below)
    }

    pub(super) fn inbox(&self) -> Option<&Folder> {
        self.exactly(INBOX)
    }

    /// What stands between the levels of names here.
    pub(super) fn delimiter(&self) -> Option<char> {
        self.inbox().and_then(|inbox| inbox.delimiter)
    }

    /// The folder that has a role. Where the configuration names one, it is that one or none.
    pub(super) fn role(&self, role: Role) -> Option<&Folder> {
        if let Some(name) = self.settings.named(role) {
            return self.named(name);
        }
        let (mark, names): (&str, &[&str]) = match role {
            Role::Archive => ("\\Archive", &ARCHIVE),
            Role::Trash => ("\\Trash", &TRASH),
            Role::Junk => ("\\Junk", &JUNK),
            Role::Held => return None,
        };
        let marked = |mark: &str| self.best(|folder| folder.is(mark).then_some(0));
        // Where all mail lies in one folder and the others are labels, that one is the archive. It is the last choice,
        // because elsewhere it is a view that nothing can be moved to.
        let all = || if role == Role::Archive { marked("\\All") } else { None };
        marked(mark).or_else(|| self.best(|folder| names.iter().position(|name| folder.last() == *name))).or_else(all)
    }

    /// The highest, then most usual, of those that can be selected and are wanted.
    fn best(&self, rank: impl Fn(&Folder) -> Option<usize>) -> Option<&Folder> {
        let ranked = self.all.iter().filter(|folder| folder.selectable && folder.name != INBOX);
        let ranked = ranked.filter_map(|folder| rank(folder).map(|rank| ((folder.level(), rank), folder)));
        ranked.min_by_key(|(rank, _)| *rank).map(|(_, folder)| folder)
    }

    /// The role that a folder has.
    pub(super) fn role_of(&self, name: &str) -> Option<Role> {
        let roles = [Role::Held, Role::Archive, Role::Trash, Role::Junk];
        roles.into_iter().find(|role| self.role(*role).is_some_and(|folder| folder.name == name))
    }

    /// What the folder of a hard hold is called when it is made, and what else where the server does not take that.
    pub(super) fn held_names(&self) -> Vec<String> {
        let Some(name) = &self.settings.held else { return Vec::new() };
        let below = self.delimiter().map(|delimiter| format!("{INBOX}{delimiter}{name}"));
        std::iter::once(name.clone()).chain(below).collect()
    }

    /// The folders that are read, the inbox first. A pattern does not mean those that are for something other than
    /// incoming mail: they have to be called by their names.
    pub(super) fn read(&self) -> Vec<&Folder> {
        let held = self.role(Role::Held);
        let meant = |folder: &&Folder| {
            let chosen = pattern::chosen(&self.settings.read, &folder.name, folder.delimiter);
            let aside = || !folder.uses.is_empty() || is_aside(&folder.name) || self.role_of(&folder.name).is_some();
            match chosen {
                Some(Chosen::ByName) => true,
                Some(Chosen::ByPattern) => !aside(),
                None => held.is_some_and(|held| held.name == folder.name),
            }
        };
        self.all.iter().filter(|folder| folder.selectable).filter(meant).collect()
    }

    /// The folders in which a message may be that is no longer where it was: those that are read, and those with a role.
    pub(super) fn searched(&self) -> Vec<&Folder> {
        let mut folders = self.read();
        for role in [Role::Held, Role::Archive, Role::Trash, Role::Junk] {
            let folder = self.role(role).filter(|folder| folders.iter().all(|known| known.name != folder.name));
            folders.extend(folder);
        }
        folders
    }

    /// The names of folders that are to be read and are not there.
    pub(super) fn missing(&self) -> Vec<&str> {
        let names = self.settings.read.iter().filter(|name| pattern::is_name(name) && !name.starts_with('-'));
        names
            .filter(|name| self.read().iter().all(|folder| !pattern::same(name, &folder.name)))
            .map(String::as_str)
            .collect()
    }

    /// Why a change can't be made for want of a folder, and what a person can do about it.
    pub(super) fn no_role(&self, role: Role) -> (String, String) {
        let (key, usual) = match role {
            Role::Archive => ("archive", "Archive"),
            Role::Trash => ("trash", "Trash"),
            Role::Junk => ("junk", "Junk"),
            Role::Held => ("held_folder", "Held"),
        };
        let or = if role == Role::Archive { ", or leave what is done where it is with `done = \"read\"`" } else { "" };
        match self.settings.named(role) {
            Some(name) => (
                format!("there is no folder {name}, which `{key}` names"),
                format!("make that folder, or name another one with `{key} = \"…\"`{or}"),
            ),
            None => (
                format!("there is no folder for {}", if role == Role::Archive { "the archive" } else { key }),
                format!("make a folder {usual}, or name the one that you use with `{key} = \"…\"`{or}"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Folders, Settings};
    use crate::domain::outside::Role;
    use crate::source::imap::listed::Listed;

    fn folders(lines: &[&str], settings: Settings) -> Folders {
        let listed: Vec<Listed> =
            lines.iter().map(|line| Listed::read(format!("* LIST {line}").as_bytes()).unwrap()).collect();
        Folders::of(&listed, settings)
    }

    fn reading(patterns: &[&str]) -> Settings {
        Settings { read: patterns.iter().map(|pattern| (*pattern).to_owned()).collect(), ..Settings::default() }
    }

    fn role(folders: &Folders, role: Role) -> Option<&str> {
        folders.role(role).map(|folder| folder.name.as_str())
    }

    fn read(folders: &Folders) -> Vec<&str> {
        folders.read().iter().map(|folder| folder.name.as_str()).collect()
    }

    #[test]
    fn the_server_tells_what_folders_are_for() {
        let found = folders(
            &[
                r#"(\archive) "/" Ablage"#,
                r#"(\Trash) "/" "M&APw-ll""#,
                r#"() "/" Archive"#,
                r#"(\Noselect \Junk) "/" x"#,
            ],
            Settings::default(),
        );
        assert_eq!(role(&found, Role::Archive), Some("Ablage"), "in small letters too");
        assert_eq!(role(&found, Role::Trash), Some("Müll"));
        assert_eq!(role(&found, Role::Junk), None, "it cannot be selected");
        assert_eq!(found.role_of("Müll"), Some(Role::Trash));
    }

    #[test]
    fn names_tell_where_the_server_does_not() {
        let found = folders(
            &[
                r#"() "." INBOX"#,
                r#"() "." INBOX.old.Archive"#,
                r#"() "." INBOX.Archives"#,
                r#"() "." "INBOX.Deleted Items""#,
            ],
            Settings::default(),
        );
        assert_eq!(role(&found, Role::Archive), Some("INBOX.Archives"), "the highest one");
        assert_eq!(role(&found, Role::Trash), Some("INBOX.Deleted Items"));
        assert_eq!(role(&found, Role::Junk), None);
        assert_eq!(role(&found, Role::Held), None);
    }

    #[test]
    fn where_all_mail_is_one_folder_it_is_the_archive() {
        let lines = [r#"(\HasChildren \Noselect) "/" "[Gmail]""#, r#"(\All) "/" "[Gmail]/All Mail""#];
        assert_eq!(role(&folders(&lines, Settings::default()), Role::Archive), Some("[Gmail]/All Mail"));
        let lines = [r#"(\All) "/" all"#, r#"() "/" Archive"#];
        assert_eq!(role(&folders(&lines, Settings::default()), Role::Archive), Some("Archive"));
    }

    #[test]
    fn a_configured_name_is_the_one_that_counts() {
        let lines = [r#"(\Archive) "." INBOX.Archive"#, r#"() "." INBOX.2026"#];
        let named = |name: &str| Settings { archive: Some(name.to_owned()), ..Settings::default() };
        assert_eq!(role(&folders(&lines, named("2026")), Role::Archive), Some("INBOX.2026"));
        let found = folders(&lines, named("2025"));
        assert_eq!(role(&found, Role::Archive), None, "no other one is taken");
        let (what, hint) = found.no_role(Role::Archive);
        assert!(what.contains("2025") && hint.contains("archive = ") && hint.contains("done = "), "{what} {hint}");
        let (what, hint) = found.no_role(Role::Trash);
        assert!(what.contains("trash") && hint.contains("trash = ") && !hint.contains("done"), "{what} {hint}");
    }

    #[test]
    fn patterns_mean_incoming_mail_and_names_mean_what_they_name() {
        let lines = [
            r#"() "/" Work"#,
            r#"() "/" "Work/Sent""#,
            r#"() "/" inbox"#,
            r#"(\Trash) "/" Papierkorb"#,
            r#"(\All) "/" Alles"#,
            r#"() "/" Archive"#,
            r#"(\Noselect) "/" Lists"#,
            r#"() "/" "Lists/rust""#,
            r#"() "/" Held"#,
        ];
        assert_eq!(read(&folders(&lines, reading(&["*"]))), ["INBOX", "Held", "Lists/rust", "Work"]);
        assert_eq!(
            read(&folders(&lines, reading(&["*", "-Lists/*", "Archive"]))),
            ["INBOX", "Archive", "Held", "Work"]
        );
        assert_eq!(read(&folders(&lines, reading(&["Inbox"]))), ["INBOX"]);
        let held = Settings { held: Some("Held".to_owned()), ..reading(&["INBOX"]) };
        assert_eq!(read(&folders(&lines, held)), ["INBOX", "Held"]);
        let found = folders(&lines, reading(&["inbox", "Elsewhere", "Lists", "-Gone"]));
        assert_eq!(found.missing(), ["Elsewhere", "Lists"]);
        let searched = folders(&lines, reading(&["INBOX"]));
        let searched: Vec<&str> = searched.searched().iter().map(|folder| folder.name.as_str()).collect();
        assert_eq!(searched, ["INBOX", "Archive", "Papierkorb"]);
    }

    #[test]
    fn an_inbox_is_always_there() {
        assert_eq!(read(&folders(&[], reading(&["INBOX"]))), ["INBOX"]);
        assert_eq!(folders(&[r#"() "." a"#], reading(&[])).delimiter(), Some('.'));
    }

    #[test]
    fn odd_names_are_names_or_nothing() {
        let long = format!(r#"() "/" "{}""#, "x".repeat(100_000));
        let lines = [
            r#"() "/" "../../etc/passwd""#,
            "() \"/\" \"a\x1b[2J\"",
            r#"() "/" "&bad""#,
            r#"() "/" "&-bad""#,
            r#"() "/" "twice""#,
            r#"() "/" "twice""#,
            "() \"/\" {3}\r\na\0b",
            "() \"/\" {4}\r\na\r\nb",
            r#"() "/" """#,
            &long,
        ];
        let found = folders(&lines, reading(&["*"]));
        // The bad UTF-7 is called as it is written; what would have the same name then has none.
        assert_eq!(read(&found), ["INBOX", "&bad", "../../etc/passwd", "a\u{1b}[2J", "twice"]);
        assert_eq!(found.named("&bad").unwrap().wire, "&bad");
        assert_eq!(found.odd, 5);
    }
}
