//! A mailbox in memory that several machines share, for the tests of the journal: folders of copies with numbers and
//! flags, changed in small steps, any of which can be the last that a program lives to see.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tidebox::domain::fingerprint::Fingerprint;
use tidebox::domain::flags::Flags;
use tidebox::domain::found_copy::{CopyFlags, CopyOrigin, FoundCopy, Location, MailboxEvent};
use tidebox::domain::ids::{ChangeId, Id};
use tidebox::domain::mailbox_change::{self, AnswerMark, Change, FolderRole, Found, Lost, SeenChange, Target};
use tidebox::domain::sent_copy::{CopyToKeep, KeepingOutcome};
use tidebox::mail;
use tidebox::source::{EventSink, FetchedMessage, Mailbox, ReadOutcome, Source, SourceError, SyncContext, WaitEnd};

use crate::support::letter;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lies {
    pub raw: Vec<u8>,
    pub flags: Flags,
    pub received: DateTime<Utc>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folders {
    pub all: BTreeMap<String, BTreeMap<u32, Lies>>,
    last: u32,
    /// Steps that were taken in it.
    pub steps: u32,
    /// After so many steps the program that takes the next one is killed.
    pub kill_after: Option<u32>,
    /// How long copies of what was sent were waited for.
    pub patience: Duration,
    /// Whether it takes no copies of what was sent.
    pub full: bool,
    /// Whether it forgets keywords.
    pub forgetful: bool,
    /// Whether accounts read the folder for sent mail too.
    pub sent_is_read: bool,
    /// Whether accounts read the folder of a hard hold too.
    pub held_is_read: bool,
    /// What those who read it knew of its folders.
    pub before: CopyOrigin,
}

/// The server.
#[derive(Debug, Clone, Default)]
pub struct Server(Arc<Mutex<Folders>>);

impl Server {
    pub fn new() -> Self {
        let server = Self::default();
        for name in ["INBOX", "Archive", "Trash", "Junk", "Held", "Sent"] {
            server.look().all.insert(name.to_owned(), BTreeMap::new());
        }
        server
    }

    /// A killed program leaves the lock as a dead one would: the server goes on.
    pub fn look(&self) -> MutexGuard<'_, Folders> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn deliver(&self, number: u32, now: DateTime<Utc>) {
        let raw = letter(number, "Ann <ann@example.org>", &format!("Letter {number}"), "Hello").into_bytes();
        self.look().put("INBOX", Lies { raw, flags: Flags::default(), received: now });
    }

    /// A letter that answers another one.
    pub fn answer(&self, number: u32, to: u32, now: DateTime<Utc>) {
        let raw = letter(number, "Ann <ann@example.org>", &format!("Re: Letter {to}"), "Hello");
        let raw = format!("In-Reply-To: <letter-{to}@example.org>\r\n{raw}").into_bytes();
        self.look().put("INBOX", Lies { raw, flags: Flags::default(), received: now });
    }

    /// Where the letter of a number lies, with its flags.
    pub fn place(&self, number: u32) -> Option<(String, Flags)> {
        let name = format!("Message-ID: <letter-{number}@example.org>");
        let server = self.look();
        let mut found: Vec<_> = server
            .all
            .iter()
            .flat_map(|(folder, copies)| copies.values().map(move |copy| (folder, copy)))
            .filter(|(_, copy)| String::from_utf8_lossy(&copy.raw).contains(&name))
            .map(|(folder, copy)| (folder.clone(), copy.flags.clone()))
            .collect();
        assert!(found.len() < 2, "it is there twice: {found:?}");
        found.pop()
    }

    /// Another program moves it.
    pub fn carry(&self, number: u32, to: &str) {
        let name = format!("Message-ID: <letter-{number}@example.org>");
        let mut server = self.look();
        let place = server.all.iter().find_map(|(folder, copies)| {
            let (key, _) = copies.iter().find(|(_, copy)| String::from_utf8_lossy(&copy.raw).contains(&name))?;
            Some((folder.clone(), *key))
        });
        let (folder, key) = place.expect("it is there");
        let copy = server.all.get_mut(&folder).and_then(|copies| copies.remove(&key)).expect("it is there");
        server.put(to, copy);
    }

    /// Another program sets its flags.
    pub fn flag(&self, number: u32, flags: &Flags) {
        let name = format!("Message-ID: <letter-{number}@example.org>");
        for copy in self.look().all.values_mut().flat_map(BTreeMap::values_mut) {
            if String::from_utf8_lossy(&copy.raw).contains(&name) {
                copy.flags = flags.clone();
            }
        }
    }
}

impl Folders {
    fn put(&mut self, folder: &str, copy: Lies) -> String {
        self.last += 1;
        let key = self.last;
        self.all.entry(folder.to_owned()).or_default().insert(key, copy);
        name(key)
    }

    /// One step; perhaps the last.
    fn step(&mut self) {
        assert!(self.kill_after != Some(self.steps), "killed");
        self.steps += 1;
    }

    fn find(&self, fingerprint: Fingerprint, prefer: Option<&str>) -> Option<(String, u32)> {
        let of = |copies: &BTreeMap<u32, Lies>| {
            copies.iter().find(|(_, copy)| mail::fingerprint(&copy.raw) == fingerprint).map(|(key, _)| *key)
        };
        let first = prefer.and_then(|folder| Some((folder.to_owned(), of(self.all.get(folder)?)?)));
        first.or_else(|| self.all.iter().find_map(|(folder, copies)| Some((folder.clone(), of(copies)?))))
    }

    fn found(&self, fingerprint: Fingerprint) -> Found {
        let Some((folder, key)) = self.find(fingerprint, None) else { return Found::Nowhere };
        if folder != "INBOX" && role(&folder).is_none() {
            return Found::Filed { folder };
        }
        let flags = self.all[&folder][&key].flags.clone();
        Found::At { role: role(&folder), key: name(key), folder, flags }
    }

    fn make(&mut self, change: &Change) -> mailbox_change::Outcome {
        let target = match &change.target {
            Target::Stay => None,
            Target::Role(role) => Some(folder_of(*role).to_owned()),
            Target::Folder(name) => Some(name.clone()),
        };
        self.step();
        let (mut folder, mut key) = (change.folder.clone(), change.key.parse::<u32>().unwrap_or(0));
        if !self.all.get(&folder).is_some_and(|copies| copies.contains_key(&key)) {
            let found = self.found(change.fingerprint);
            return match found {
                // It was moved by a try of ours, unless it is not as that would have left it.
                Found::At { folder, key, flags, .. }
                    if change.tried && target.as_ref() == Some(&folder) && flags.keywords == change.keywords =>
                {
                    mailbox_change::Outcome::Made { at: Some((folder, key)), flags }
                }
                found => mailbox_change::Outcome::Overtaken(found),
            };
        }
        let known = self.all[&folder][&key].flags.clone();
        if let Some(mark) = change.mark {
            return self.mark(mark, (folder, key));
        }
        let wanted = known.keywords == change.keywords;
        if known.contradicts(&change.expected) && !wanted {
            return mailbox_change::Outcome::Overtaken(self.found(change.fingerprint));
        }
        if let Some(to) = &target
            && !self.all.contains_key(to)
        {
            return mailbox_change::Outcome::Refused {
                what: format!("there is no folder {to}"),
                hint: "make it".into(),
            };
        }
        let forgetful = self.forgetful;
        if !wanted || change.seen.sets(known.seen) || change.seen.clears(known.seen) {
            self.step();
            let copy = self.all.get_mut(&folder).and_then(|copies| copies.get_mut(&key)).expect("it is there");
            copy.flags.seen =
                change.seen.sets(copy.flags.seen) || (copy.flags.seen && change.seen != SeenChange::Clear);
            if !forgetful {
                copy.flags.keywords.clone_from(&change.keywords);
            }
        }
        if let Some(to) = target.filter(|to| *to != folder) {
            self.step();
            let copy = self.all.get_mut(&folder).and_then(|copies| copies.remove(&key)).expect("it is there");
            key = self.put(&to, copy).parse().expect("a number");
            folder = to;
        }
        let flags = self.all[&folder][&key].flags.clone();
        let not_kept = flags.keywords != change.keywords;
        let at = Some((folder, name(key)));
        self.step();
        if not_kept {
            mailbox_change::Outcome::KeywordsNotKept { at, flags }
        } else {
            mailbox_change::Outcome::Made { at, flags }
        }
    }
}

impl Folders {
    fn mark(&mut self, mark: AnswerMark, (folder, key): (String, u32)) -> mailbox_change::Outcome {
        self.step();
        let flags = &mut self.all.get_mut(&folder).and_then(|it| it.get_mut(&key)).expect("it is there").flags;
        match mark {
            AnswerMark::Answered => flags.answered = true,
            AnswerMark::Forwarded => flags.forwarded = true,
        }
        let flags = flags.clone();
        self.step();
        mailbox_change::Outcome::Made { at: Some((folder, name(key))), flags }
    }

    /// The key of a copy in the folder for sent mail.
    fn sent(&self, message_id: &str) -> Option<u32> {
        let name = format!("Message-ID: <{message_id}>");
        let is = |copy: &Lies| String::from_utf8_lossy(&copy.raw).contains(&name);
        self.all["Sent"].iter().find(|(_, copy)| is(copy)).map(|(key, _)| *key)
    }
}

fn name(key: u32) -> String {
    format!("{key:010}")
}

fn role(folder: &str) -> Option<FolderRole> {
    [FolderRole::Archive, FolderRole::Trash, FolderRole::Junk, FolderRole::Held]
        .into_iter()
        .find(|role| folder_of(*role) == folder)
}

fn folder_of(role: FolderRole) -> &'static str {
    match role {
        FolderRole::Archive => "Archive",
        FolderRole::Trash => "Trash",
        FolderRole::Junk => "Junk",
        FolderRole::Held => "Held",
    }
}

/// An account there; it reads the folder INBOX, and Held where that is wanted.
#[derive(Debug)]
pub struct Account(pub Server);

impl Source for Account {
    fn read(&mut self, since: &SyncContext<'_>, each: &mut EventSink<'_>) -> Result<ReadOutcome, SourceError> {
        let folders = if self.0.look().held_is_read { vec!["Held", "INBOX"] } else { vec!["INBOX"] };
        let folders = if self.0.look().sent_is_read { [vec!["Sent"], folders].concat() } else { folders };
        let _: ControlFlow<()> = each(
            MailboxEvent::Incoming(folders.iter().filter(|it| **it != "Sent").map(|name| (*name).to_owned()).collect())
                .into(),
        );
        for folder in folders {
            self.read_folder(folder, since, each);
        }
        Ok(ReadOutcome { position: Some("read".into()), ..ReadOutcome::default() })
    }

    fn mailbox(&mut self) -> Option<&mut dyn Mailbox> {
        Some(self)
    }
}

impl Account {
    fn read_folder(&self, folder: &str, since: &SyncContext<'_>, each: &mut EventSink<'_>) {
        let (inbox, folder) = (self.0.look().all[folder].clone(), folder.to_owned());
        let before = self.0.look().before;
        let known: BTreeMap<String, Option<Flags>> =
            since.known.between(&folder, "", "~", usize::MAX).into_iter().collect();
        let is_gone = |key: &&String| !inbox.contains_key(&key.parse().unwrap_or(0));
        let gone: Vec<String> = known.keys().filter(is_gone).cloned().collect();
        for (key, copy) in inbox {
            let location = Location { folder: folder.clone(), key: name(key) };
            let _: ControlFlow<()> = match known.get(&name(key)) {
                Some(flags) if flags.as_ref() == Some(&copy.flags) => continue,
                Some(_) => each(MailboxEvent::Flags { location, flags: copy.flags }.into()),
                None => {
                    let aside = ["Trash", "Junk", "Archive"].contains(&folder.as_str());
                    let found = FoundCopy {
                        location,
                        received: copy.received,
                        flags: CopyFlags::Kept(copy.flags),
                        origin: match folder.as_str() {
                            "Sent" => CopyOrigin::Sent,
                            _ if aside => CopyOrigin::NotIncoming,
                            _ => before,
                        },
                    };
                    each(FetchedMessage::new(copy.raw, found).into())
                }
            };
        }
        for key in gone {
            let location = Location { folder: folder.clone(), key };
            let gone = MailboxEvent::Gone { location, sure: before == CopyOrigin::New };
            let _: ControlFlow<()> = each(gone.into());
        }
    }
}

impl Mailbox for Account {
    fn make(
        &mut self,
        changes: &[Change],
        told: &mut dyn FnMut(ChangeId, mailbox_change::Outcome),
    ) -> Result<(), SourceError> {
        for change in changes {
            let outcome = self.0.look().make(change);
            told(change.number, outcome);
        }
        self.0.look().step();
        Ok(())
    }

    fn find(&mut self, lost: &[Lost], told: &mut dyn FnMut(Id, Found)) -> Result<(), SourceError> {
        for one in lost {
            self.0.look().step();
            told(one.id, self.0.look().found(one.fingerprint));
        }
        Ok(())
    }

    fn keep_sent(&mut self, copy: &CopyToKeep, patience: Duration) -> Result<KeepingOutcome, SourceError> {
        let mut server = self.0.look();
        server.patience += patience;
        let place = |key| ("Sent".to_owned(), name(key));
        server.step();
        if let Some((folder, key)) = server.sent(&copy.message_id).map(place) {
            return Ok(KeepingOutcome::Found { folder, key });
        }
        if !copy.appends {
            return Ok(KeepingOutcome::NotFound);
        }
        if server.full {
            let (what, hint) = ("the account is full".to_owned(), "make room".to_owned());
            return Ok(KeepingOutcome::Refused { what, hint });
        }
        server.step();
        let flags = Flags { seen: true, ..Flags::default() };
        let key = server.put("Sent", Lies { raw: copy.bytes.clone(), flags, received: copy.date });
        server.step();
        Ok(KeepingOutcome::Kept { folder: "Sent".to_owned(), key })
    }

    fn wait(&mut self, _most: Duration, _stop: &AtomicBool) -> Result<WaitEnd, SourceError> {
        Ok(WaitEnd::News)
    }
}
