//! Checking: whether the configured sources can be read, and what those on the network offer. Nothing is changed.

use super::roles;
use super::write_back_plan::write_back_policy;
use crate::config::{DoneMeans, HoldMode, SentFolderChoice, SourceConfig, SourceKind};
use crate::domain::folder::pattern::INBOX;
use crate::domain::write_back::Finished;
use crate::source::SourceError;
use crate::source::feed::Feed;
use crate::source::imap::{AccountOffers, Imap, RoleFolder};
use crate::source::maildir::Maildir;

const IT_PASSES: &str =
    "that may pass by itself; check again in some minutes, and ask whoever runs the server if it does not";
/// At most so many folders are listed by name.
const NAMED: usize = 5;

/// The name of the operating system: `Debian GNU/Linux 13 (trixie)`; `None` where it is not known.
#[must_use]
pub fn system() -> Option<String> {
    let release = std::fs::read_to_string("/etc/os-release").ok()?;
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(name.trim_matches('"').to_owned())
}

/// What was found out about a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// What a source on the network offers: names and values.
    pub facts: Vec<(&'static str, String)>,
    /// Why it cannot be read, or changed as configured, and what to do about it.
    pub problems: Vec<String>,
    /// What works, but could work better.
    pub warnings: Vec<String>,
}

impl Checked {
    pub(super) fn problem(&mut self, what: &str, hint: &str) {
        self.problems.push(format!("{what} ({hint})"));
    }
}

/// Checks a source. One on the network is connected to, which may take some minutes if it does not answer.
#[must_use]
pub fn check(source: &SourceConfig) -> Checked {
    let mut checked = Checked::default();
    let asked = match &source.kind {
        SourceKind::Imap(account) => Imap::new(source, account).ask().map(|offers| account_offers(source, &offers)),
        SourceKind::Feed { url, every } => Feed::new(&source.name, url, *every)
            .ask()
            .map(|entries| Checked { facts: vec![("offers", format!("{entries} entries"))], ..Checked::default() }),
        here => {
            checked.problems.extend(trouble(here));
            if checked.problems.is_empty() {
                checked.local_sent_mail(source);
                if source.is_written_to() {
                    checked.local_changes(source);
                }
            }
            return checked;
        }
    };
    asked.unwrap_or_else(|error: SourceError| {
        match error.hint() {
            Some(hint) => checked.problem(&error.to_string(), hint),
            None => checked.problems.push(error.to_string()),
        }
        checked
    })
}

fn account_offers(source: &SourceConfig, offers: &AccountOffers) -> Checked {
    let mut checked = Checked::default();
    let mut names = offers.read.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if offers.read.len() > NAMED {
        names.push_str(&format!(" and {} more", offers.read.len() - NAMED));
    }
    checked.facts.push(("reads", if names.is_empty() { "no folder".to_owned() } else { names }));
    checked.facts.push(("sent mail", sent_mail(source, offers.sent.as_slice())));
    if let (SentFolderChoice::Named(name), None) = (&source.write_back.sent, &offers.sent) {
        checked.problem(&format!("there is no folder {name}"), "it is named as `sent`");
    }
    for name in &offers.missing {
        checked.problem(&format!("there is no folder {name}"), "it is named under `folders`");
    }
    for closed in &offers.closed {
        let said = if closed.said.is_empty() { String::new() } else { format!(": {}", closed.said) };
        let what = format!("the server does not open the folder {}{said}", closed.name);
        let inbox = closed.name.eq_ignore_ascii_case("INBOX");
        checked.problem(
            &what,
            if closed.is_transient || inbox { IT_PASSES } else { "leave it out with a minus in `folders`" },
        );
    }
    if source.write_back.on {
        checked.changes(source, offers);
    } else {
        checked.facts.push(("changes", "nothing, as `write_back = false` says".to_owned()));
    }
    let news = if offers.reports_news { "tells when mail comes" } else { "is asked for mail now and then" };
    let changes = if offers.reports_changes { "and what has changed" } else { "and has to be compared for changes" };
    checked.facts.push(("server", format!("{news}, {changes}")));
    checked
}

impl Checked {
    /// Which folders of a Maildir are read as sent mail.
    fn local_sent_mail(&mut self, source: &SourceConfig) {
        let SourceKind::Maildir { path, folders } = &source.kind else { return };
        if let Ok(sent) = Maildir::of(path, folders, &source.write_back).sent_folders() {
            self.facts.push(("sent mail", sent_mail(source, &sent)));
        }
    }

    /// What commits will do in a Maildir. That a folder is missing is told as what could be better: mail is read all the same.
    fn local_changes(&mut self, source: &SourceConfig) {
        let Ok(roles) = roles::ask(source) else { return };
        self.facts.push(("changes", roles.words()));
        self.warnings.extend(roles.missing().map(|role| {
            let (what, hint) = roles::without(role);
            format!("{what} {hint}")
        }));
    }

    /// What commits will change there, and what of it cannot be done.
    fn changes(&mut self, source: &SourceConfig, offers: &AccountOffers) {
        let mut told = Vec::new();
        let mut goes = |what: &str, place: &RoleFolder, problems: &mut Self| match place {
            Ok(name) => told.push(format!("{what} goes to {name}")),
            Err((what, hint)) => problems.problem(what, hint),
        };
        let done = &source.write_back;
        let archives = |(_, means): &(String, DoneMeans)| *means == DoneMeans::Archive;
        if done.done == DoneMeans::Archive || done.done_in.iter().any(archives) {
            goes("done", &offers.archive, self);
        }
        goes("trash", &offers.trash, self);
        goes("spam", &offers.junk, self);
        if done.done == DoneMeans::Read {
            told.push("what is done stays, marked read".to_owned());
        }
        for (folder, means) in &done.done_in {
            match means {
                DoneMeans::Read => told.push(format!("what is done in {folder} stays there, marked read")),
                DoneMeans::Archive => told.push(format!("what is done in {folder} goes to the archive")),
            }
        }
        if offers.read.len() > 1 {
            told.push(
                "of a message that lies in several folders only the copy through which it came is changed".to_owned(),
            );
        }
        if source.hold.mode == HoldMode::Hard {
            told.push(format!("what is held waits in {}", source.hold.folder));
        }
        self.facts.push(("changes", told.join(", ")));
        let policy = write_back_policy(source);
        let loses = |folder: &&String| policy.caps(folder).finished == Finished::Archived && *folder != INBOX;
        let losing: Vec<&str> = offers.read.iter().filter(loses).map(String::as_str).take(NAMED).collect();
        if offers.labels && !losing.is_empty() {
            let names = losing.join(", ");
            let example = losing.first().copied().unwrap_or_default();
            self.warnings.push(format!(
                "folders are labels there: what comes through {names} and not through the inbox loses that label when it is \
                 done (`done = {{ \"{example}\" = \"read\" }}` keeps it)"
            ));
        }
        if !offers.keywords {
            self.warnings.push(
                "the server keeps no keywords: what you defer or keep to answer is known to this machine alone"
                    .to_owned(),
            );
        }
    }
}

/// Which folders are read as sent mail, and what to do where none is.
fn sent_mail(source: &SourceConfig, folders: &[String]) -> String {
    match (&source.write_back.sent, folders) {
        (SentFolderChoice::LeftOut, []) => "is not read, as `sent = false` says".to_owned(),
        (_, []) => "no folder for it was found; name one with `sent = \"…\"`".to_owned(),
        _ => format!("{}, read as history", folders.join(", ")),
    }
}

/// Why a source on this machine cannot be read; `None` where it can.
fn trouble(kind: &SourceKind) -> Option<String> {
    match kind {
        SourceKind::Maildir { path, .. } => match std::fs::metadata(path) {
            Err(error) => Some(format!("{}: {error}", path.display())),
            Ok(found) if !found.is_dir() => Some(format!("{} is no folder, so no Maildir", path.display())),
            Ok(_) => std::fs::read_dir(path).err().map(|error| format!("{}: {error}", path.display())),
        },
        SourceKind::Mbox { path } | SourceKind::Jsonl { path } => match std::fs::File::open(path) {
            Err(error) => Some(format!("{}: {error}", path.display())),
            Ok(_) if path.is_dir() => Some(format!("{} is a folder, not a file", path.display())),
            Ok(_) => None,
        },
        SourceKind::Exec { command } => {
            let program = command.first()?;
            (!on_path(program)).then(|| format!("the program `{program}` is not found"))
        }
        SourceKind::Imap(_) | SourceKind::Feed { .. } => None,
    }
}

pub(super) fn on_path(program: &str) -> bool {
    if program.contains('/') {
        return std::path::Path::new(program).is_file();
    }
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}
