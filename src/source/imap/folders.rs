//! The folders of an account: their names, their special uses, and which of them are read.
//!
//! Names come from the server and are never trusted: they are compared, sent back and, made printable, shown. They
//! never become a path. `roles` finds out what a folder is for.

use super::command::ImapCommand;
use super::failure::ImapError;
use super::list_response::ListResponse;
use super::pipeline::CommandReply;
use super::transport::ImapTransport;
use crate::config::{Hold, SentFolderChoice, WriteBack};
use crate::domain::folder::pattern::{self, INBOX, PatternMatch, canonical};
use crate::domain::folder::{SpecialUse, purpose_below, purpose_of_part};
use crate::domain::found_copy::FolderContents;
use crate::domain::mailbox_change::FolderRole;
use crate::domain::utf7;

/// Folders with longer names are ignored: nobody typed such a name.
const NAME_BYTES: usize = 1_000;
/// How many folders of an account are used; the largest accounts have some thousand.
const FOLDERS: usize = 10_000;
/// How many folders that are not read are searched for a message that is nowhere else.
const OTHERS: usize = 1_000;

/// Attributes of folders that hold no incoming mail, or all mail once more (RFC 6154, RFC 8457).
const USES: [&str; 8] = ["\\All", "\\Archive", "\\Drafts", "\\Flagged", "\\Important", "\\Junk", "\\Sent", "\\Trash"];

/// One folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ImapFolder {
    /// The name in UTF-8; the inbox is always `INBOX`. No two folders of an account have the same name.
    pub(super) name: String,
    /// The name as it is sent to the server, without CR, LF and NUL.
    pub(super) encoded: String,
    delimiter: Option<char>,
    pub(super) selectable: bool,
    /// The special uses that the server gives it, of `USES`.
    uses: Vec<&'static str>,
    /// Whether it holds no incoming mail: it has a special use, or lies in the archive, the trash or the junk.
    pub(super) aside: bool,
}

/// The folders of one account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ImapFolders {
    /// The inbox first, then sorted by name.
    pub(super) all: Vec<ImapFolder>,
    /// How many listed folders have a name that can't be used.
    pub(super) unusable: usize,
    pub(super) settings: FolderSettings,
}

/// Asks a server for its folders (LIST).
pub(super) fn list(transport: &mut dyn ImapTransport, settings: FolderSettings) -> Result<ImapFolders, ImapError> {
    let plain = ImapCommand::new("LIST \"\" \"*\"", "listing folders").about(FOLDERS);
    let marks = transport.has_capability("SPECIAL-USE") && transport.has_capability("LIST-EXTENDED");
    let mut listed: Vec<ListResponse> = Vec::new();
    for command in if marks { vec![plain.clone().word("RETURN (SPECIAL-USE)"), plain] } else { vec![plain] } {
        let answers = transport.ask(&[command])?;
        listed = answers.iter().flat_map(CommandReply::listed).cloned().collect();
        if answers.iter().all(CommandReply::is_ok) {
            break;
        }
    }
    Ok(ImapFolders::of(&listed, settings))
}

/// What the configuration says about the folders of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FolderSettings {
    /// The names and patterns of the folders that are read.
    pub(super) read: Vec<String>,
    pub(super) archive: Option<String>,
    pub(super) trash: Option<String>,
    pub(super) junk: Option<String>,
    pub(super) drafts: Option<String>,
    pub(super) sent: SentFolderChoice,
    /// The folder in which a hard hold, of this machine or of another, keeps mail until its check-in.
    pub(super) held: Option<String>,
}

impl FolderSettings {
    pub(super) fn of(read: &[String], write_back: &WriteBack, hold: &Hold) -> Self {
        let WriteBack { archive, trash, junk, drafts, sent, .. } = write_back.clone();
        // Even without a hard hold here, another machine may use that folder: what lies in it is held and not gone.
        let held = Some(hold.folder.clone());
        Self { read: read.to_vec(), archive, trash, junk, drafts, sent, held }
    }

    pub(super) fn named(&self, role: FolderRole) -> Option<&str> {
        match role {
            FolderRole::Archive => self.archive.as_deref(),
            FolderRole::Trash => self.trash.as_deref(),
            FolderRole::Junk => self.junk.as_deref(),
            FolderRole::Held => self.held.as_deref(),
        }
    }

    pub(super) fn for_purpose(&self, purpose: SpecialUse) -> Option<&str> {
        match purpose {
            SpecialUse::Drafts => self.drafts.as_deref(),
            SpecialUse::Sent => self.sent.name(),
            _ => self.named(purpose.role()?),
        }
    }
}

impl ImapFolder {
    fn of(listed: &ListResponse) -> Option<Self> {
        let encoded = String::from_utf8(listed.encoded.clone()).ok()?;
        if encoded.is_empty() || encoded.len() > NAME_BYTES || encoded.contains(['\r', '\n', '\0']) {
            return None;
        }
        let inbox = encoded.eq_ignore_ascii_case(INBOX);
        let name =
            if inbox { INBOX.to_owned() } else { utf7::decode(encoded.as_bytes()).unwrap_or_else(|| encoded.clone()) };
        let selectable = !listed.is("\\Noselect") && !listed.is("\\NonExistent");
        let uses = USES.iter().copied().filter(|it| listed.is(it)).collect();
        Some(Self { name, encoded, delimiter: listed.delimiter, selectable, uses, aside: false })
    }

    /// The last part of its name.
    pub(super) fn last(&self) -> &str {
        self.last_of(&self.name)
    }

    pub(super) fn last_of<'n>(&self, name: &'n str) -> &'n str {
        self.delimiter.and_then(|delimiter| name.rsplit(delimiter).next()).unwrap_or(name)
    }

    /// The special use that its name suggests.
    pub(super) fn purpose(&self) -> Option<SpecialUse> {
        purpose_below(self.above().map(|above| self.last_of(above)), self.last())
    }

    /// The name of its parent folder.
    pub(super) fn above(&self) -> Option<&str> {
        self.above_of(&self.name)
    }

    pub(super) fn above_of<'n>(&self, name: &'n str) -> Option<&'n str> {
        name.rsplit_once(self.delimiter?).map(|(above, _)| above)
    }

    /// The level of the folder in the hierarchy.
    pub(super) fn level(&self) -> usize {
        self.delimiter.map_or(0, |delimiter| self.name.matches(delimiter).count())
    }

    pub(super) fn is(&self, wanted: &str) -> bool {
        self.uses.contains(&wanted)
    }
}

impl ImapFolders {
    /// From the LIST responses of a server. There is always an inbox, whether it is listed or not.
    pub(super) fn of(listed: &[ListResponse], settings: FolderSettings) -> Self {
        let mut folders = Self { settings, ..Self::default() };
        for listed in listed {
            match ImapFolder::of(listed) {
                Some(folder) if folders.exactly(&folder.name).is_none() => folders.all.push(folder),
                // Listed twice, or in two encodings: the first one keeps the name.
                Some(folder) if folders.exactly(&folder.name).is_some_and(|first| first.encoded == folder.encoded) => {}
                _ => folders.unusable += 1,
            }
        }
        if folders.exactly(INBOX).is_none() {
            let delimiter = folders.all.first().and_then(|folder| folder.delimiter);
            let (name, encoded) = (INBOX.to_owned(), INBOX.to_owned());
            folders.all.push(ImapFolder { name, encoded, delimiter, selectable: true, uses: Vec::new(), aside: false });
        }
        folders.all.sort_by(|a, b| (a.name != INBOX, &a.name).cmp(&(b.name != INBOX, &b.name)));
        folders.set_aside();
        folders
    }

    fn exactly(&self, name: &str) -> Option<&ImapFolder> {
        self.all.iter().find(|folder| folder.name == name)
    }

    /// The folder that can be selected and has this name. Where an account keeps all folders below its inbox, the part
    /// `INBOX.` may be left out.
    pub(super) fn named(&self, name: &str) -> Option<&ImapFolder> {
        let selectable = |name: &str| self.exactly(name).filter(|folder| folder.selectable);
        let below = || selectable(&format!("{INBOX}{}{name}", self.delimiter()?));
        selectable(name).or_else(|| selectable(&canonical(name))).or_else(below)
    }

    pub(super) fn inbox(&self) -> Option<&ImapFolder> {
        self.exactly(INBOX)
    }

    /// The hierarchy delimiter of this account.
    pub(super) fn delimiter(&self) -> Option<char> {
        self.inbox().and_then(|inbox| inbox.delimiter)
    }

    /// The names for the folder of a hard hold when it is created: the second one is for servers that refuse the first.
    pub(super) fn held_names(&self) -> Vec<String> {
        let Some(name) = &self.settings.held else { return Vec::new() };
        let below = self.delimiter().map(|delimiter| format!("{INBOX}{delimiter}{name}"));
        std::iter::once(name.clone()).chain(below).collect()
    }

    /// The folders that are read, the inbox first. A pattern does not match folders with a special use, unless they are
    /// named in full.
    pub(super) fn read(&self) -> Vec<&ImapFolder> {
        let held = self.role(FolderRole::Held);
        let meant = |folder: &&ImapFolder| {
            let chosen = pattern::chosen(&self.settings.read, &folder.name, folder.delimiter);
            let for_something =
                || !folder.uses.is_empty() || folder.purpose().is_some() || self.role_of(&folder.name).is_some();
            let aside = || folder.aside || for_something();
            match chosen {
                Some(PatternMatch::ByName) => true,
                Some(PatternMatch::ByPattern) => !aside(),
                None => held.is_some_and(|held| held.name == folder.name),
            }
        };
        self.all.iter().filter(|folder| folder.selectable).filter(meant).collect()
    }

    /// The folder that is read as sent mail: the one of the settings, else the one that the server or its name tells, unless the
    /// settings leave it out.
    pub(super) fn sent(&self) -> Option<&ImapFolder> {
        let folder = match &self.settings.sent {
            SentFolderChoice::LeftOut => None,
            SentFolderChoice::Named(name) => self.named(name),
            SentFolderChoice::ByRole => self.for_use(SpecialUse::Sent),
        };
        folder.filter(|folder| !pattern::leaves_out(&self.settings.read, &folder.name, folder.delimiter))
    }

    /// The folders that are read, with what lies in each: sent mail first, so that an answer is taken in after its question, then
    /// the inbox.
    pub(super) fn with_contents(&self) -> Vec<(&ImapFolder, FolderContents)> {
        let sent = self.sent();
        let is_sent = |folder: &ImapFolder| sent.is_some_and(|sent| sent.name == folder.name);
        let of = |folder| if self.is_aside(folder) { FolderContents::Aside } else { FolderContents::Incoming };
        let read = self.read().into_iter().filter(|folder| !is_sent(folder)).map(|folder| (folder, of(folder)));
        sent.map(|folder| (folder, FolderContents::Sent)).into_iter().chain(read).collect()
    }

    /// The folders in which to look for a message that is no longer where it was: those that are read, and those with a
    /// role.
    pub(super) fn searched(&self) -> Vec<&ImapFolder> {
        let mut folders = self.read();
        for role in [FolderRole::Held, FolderRole::Archive, FolderRole::Trash, FolderRole::Junk] {
            let folder = self.role(role).filter(|folder| folders.iter().all(|known| known.name != folder.name));
            folders.extend(folder);
        }
        folders
    }

    /// Whether a folder holds no incoming mail. The folder of a hard hold does hold incoming mail.
    pub(super) fn is_aside(&self, folder: &ImapFolder) -> bool {
        folder.aside && self.role(FolderRole::Held).is_none_or(|held| held.name != folder.name)
    }

    /// The folders in which somebody may have filed a message: neither read nor with a role, and not a view of other
    /// folders.
    pub(super) fn others(&self) -> Vec<ImapFolder> {
        let (searched, announced) = (self.searched(), self.announced());
        let views = ["\\All", "\\Flagged", "\\Important"];
        let is_other = |folder: &&ImapFolder| {
            let purpose = announced.get(folder.name.as_str()).copied().or_else(|| folder.purpose());
            folder.selectable
                && purpose.is_none_or(|purpose| purpose.role().is_some())
                && views.iter().all(|view| !folder.is(view))
                && searched.iter().all(|known| known.name != folder.name)
        };
        self.all.iter().filter(is_other).take(OTHERS).cloned().collect()
    }

    /// The role of the folder that a folder without a role lies in: a year of the archive, a folder that was moved to
    /// the trash.
    pub(super) fn lies_in(&self, folder: &ImapFolder) -> Option<FolderRole> {
        let announced = self.announced();
        let mut name = Some(folder.name.as_str());
        while let Some(it) = name {
            let called = || purpose_of_part(folder.last_of(it)).map(|(purpose, _)| purpose);
            let role = announced.get(it).copied().or_else(called).and_then(SpecialUse::role);
            if role.is_some() {
                return role;
            }
            name = folder.above_of(it);
        }
        None
    }

    /// The names of folders that are to be read and do not exist.
    pub(super) fn missing(&self) -> Vec<&str> {
        let names = self.settings.read.iter().filter(|name| pattern::is_name(name) && !name.starts_with('-'));
        names
            .filter(|name| self.read().iter().all(|folder| !pattern::same(name, &folder.name)))
            .map(String::as_str)
            .collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::{FolderSettings, ImapFolders};
    use crate::source::imap::list_response::ListResponse;

    pub(in crate::source::imap) fn folders(lines: &[&str], settings: FolderSettings) -> ImapFolders {
        let listed: Vec<ListResponse> =
            lines.iter().map(|line| ListResponse::read(format!("* LIST {line}").as_bytes()).unwrap()).collect();
        ImapFolders::of(&listed, settings)
    }

    fn reading(patterns: &[&str]) -> FolderSettings {
        FolderSettings {
            read: patterns.iter().map(|pattern| (*pattern).to_owned()).collect(),
            ..FolderSettings::default()
        }
    }

    fn read(folders: &ImapFolders) -> Vec<&str> {
        folders.read().iter().map(|folder| folder.name.as_str()).collect()
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
        let held = FolderSettings { held: Some("Held".to_owned()), ..reading(&["INBOX"]) };
        assert_eq!(read(&folders(&lines, held)), ["INBOX", "Held"]);
        let found = folders(&lines, reading(&["inbox", "Elsewhere", "Lists", "-Gone"]));
        assert_eq!(found.missing(), ["Elsewhere", "Lists"]);
        let searched = folders(&lines, reading(&["INBOX"]));
        let searched: Vec<&str> = searched.searched().iter().map(|folder| folder.name.as_str()).collect();
        assert_eq!(searched, ["INBOX", "Archive", "Papierkorb"]);
    }

    #[test]
    fn what_is_for_something_else_is_no_incoming_mail_however_it_is_chosen() {
        let lines = [
            r#"() "." INBOX"#,
            r#"() "." "INBOX.Entw&APw-rfe""#,
            r#"() "." "INBOX.&BCEEPwQwBDw-""#,
            r#"() "." INBOX.Gesendet"#,
            r#"() "." INBOX.GESENDET.Familie"#,
            r#"() "." INBOX.Archiv.2024"#,
            r#"() "." INBOX.Weg"#,
            r#"() "." INBOX.Halbes"#,
            r#"(\Junk) "." INBOX.Filter"#,
            r#"() "." INBOX.Filter.neu"#,
            r#"(\Flagged) "." INBOX.Sterne"#,
            r#"() "." INBOX.Familie"#,
        ];
        let named = |name: &str| Some(name.to_owned());
        let settings = FolderSettings {
            trash: named("Weg"),
            drafts: named("Halbes"),
            ..reading(&["*", "INBOX.Weg", "INBOX.Sterne"])
        };
        let found = folders(&lines, settings);
        assert_eq!(read(&found), ["INBOX", "INBOX.Familie", "INBOX.GESENDET.Familie", "INBOX.Sterne", "INBOX.Weg"]);
        let aside: Vec<&str> = found.all.iter().filter(|it| it.aside).map(|it| it.name.as_str()).collect();
        assert_eq!(
            aside,
            [
                "INBOX.Archiv.2024",
                "INBOX.Entwürfe",
                "INBOX.Filter",
                "INBOX.Filter.neu",
                "INBOX.Gesendet",
                "INBOX.Halbes",
                "INBOX.Weg",
                "INBOX.Спам"
            ]
        );
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
        // The name with invalid UTF-7 is kept as it is written; another folder that would get the same name has none.
        assert_eq!(read(&found), ["INBOX", "&bad", "../../etc/passwd", "a\u{1b}[2J", "twice"]);
        assert_eq!(found.named("&bad").unwrap().encoded, "&bad");
        assert_eq!(found.unusable, 5);
    }
}
