//! An account in memory that answers as servers do, for tests: it can do as much or as little as it is told, lies as servers
//! were seen to lie (it says yes to what it does not do), and can cut the line at any command.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::capabilities::Literals;
use super::command::ImapCommand;
use super::failure::ImapError;
use super::framing::RawResponse;
use super::pipeline::CommandReply;
use super::session::Access;
use super::status::{StatusCondition, StatusResponse};
use super::transport::ImapTransport;
use super::uids;
use super::untagged::{self, ServerResponse, Untagged};

/// Something that happens before the command of this number.
type Act = (usize, fn(&mut ModelAccount));

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ModelAccount {
    pub(super) folders: BTreeMap<String, ModelFolder>,
    pub(super) capabilities: BTreeSet<&'static str>,
    /// It says yes to a keyword and drops it; it takes no notice of UNCHANGEDSINCE.
    pub(super) austere: bool,
    /// It does several commands at once: what it tells of the later ones comes before the end of the first.
    pub(super) hasty: bool,
    /// It says yes to every change, and makes none.
    pub(super) idle: bool,
    /// It answers every MOVE, and every COPY, so and does nothing.
    pub(super) refuses_move: Option<&'static str>,
    pub(super) refuses_copy: Option<&'static str>,
    /// It answers every APPEND so and does nothing.
    pub(super) refuses_append: Option<&'static str>,
    /// The largest message that may be appended.
    pub(super) limit: Option<u64>,
    /// It knows as many keywords as it will ever know.
    pub(super) full_of_keywords: bool,
    /// It tells of messages that nobody asked for, under names that mean others.
    pub(super) babbles: bool,
    open: Option<String>,
    /// The commands that came.
    pub(super) log: Vec<String>,
    /// The line is cut at the command of this number: before it is done, or after.
    pub(super) cut: Option<(usize, bool)>,
    /// What another program does before the command of this number.
    pub(super) meanwhile: Option<Act>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ModelFolder {
    pub(super) validity: u32,
    next: u32,
    modseq: u64,
    /// By UID.
    pub(super) messages: BTreeMap<u32, ModelMessage>,
    pub(super) mark: &'static str,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ModelMessage {
    pub(super) raw: Vec<u8>,
    pub(super) flags: BTreeSet<String>,
    modseq: u64,
}

impl ModelFolder {
    /// Puts a message in it, and tells its UID.
    pub(super) fn put(&mut self, raw: &[u8], flags: &[&str]) -> u32 {
        self.next += 1;
        self.modseq += 1;
        let flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        self.messages.insert(self.next, ModelMessage { raw: raw.to_vec(), flags, modseq: self.modseq });
        self.next
    }

    pub(super) fn flag(&mut self, uid: u32, flag: &str) {
        self.modseq += 1;
        let modseq = self.modseq;
        if let Some(message) = self.messages.get_mut(&uid) {
            message.flags.insert(flag.to_owned());
            message.modseq = modseq;
        }
    }
}

impl ModelAccount {
    /// An account with these folders and capabilities.
    pub(super) fn new(folders: &[(&str, &'static str)], capabilities: &[&'static str]) -> Self {
        let folder = |(number, (name, mark)): (u32, &(&str, &'static str))| {
            let folder = ModelFolder { validity: 100 + number, next: 0, modseq: 1, messages: BTreeMap::new(), mark };
            ((*name).to_owned(), folder)
        };
        let folders = (0..).zip(folders).map(folder).collect();
        Self { folders, capabilities: capabilities.iter().copied().collect(), ..Self::default() }
    }

    pub(super) fn folder(&mut self, name: &str) -> &mut ModelFolder {
        self.folders.get_mut(name).unwrap()
    }

    /// The subjects of the messages of a folder with their flags, in the order of their UIDs.
    pub(super) fn holds(&self, name: &str) -> Vec<String> {
        let told = |message: &ModelMessage| {
            let subject = String::from_utf8_lossy(&message.raw)
                .lines()
                .find_map(|line| line.strip_prefix("Subject: ").map(str::to_owned));
            let flags: Vec<&str> = message.flags.iter().map(String::as_str).collect();
            format!("{} {}", subject.unwrap_or_default(), flags.join(" ")).trim_end().to_owned()
        };
        self.folders.get(name).into_iter().flat_map(|folder| folder.messages.values().map(told)).collect()
    }

    fn selected(&mut self) -> Option<&mut ModelFolder> {
        self.open.as_ref().and_then(|name| self.folders.get_mut(name))
    }

    /// Does one command, and answers with its lines, the last one without a tag.
    fn does(&mut self, command: &str) -> Vec<RawResponse> {
        let words: Vec<String> = words(command);
        let word = |at: usize| words.get(at).map_or("", String::as_str);
        if self.idle && matches!(word(1), "STORE" | "MOVE" | "COPY" | "EXPUNGE") {
            return vec![plain("OK done")];
        }
        let refused = match word(1) {
            "MOVE" => self.refuses_move,
            "COPY" => self.refuses_copy,
            "STORE" if self.full_of_keywords && command.contains("+FLAGS") && command.contains("$Tide") => {
                Some("NO Too many user flags in mailbox")
            }
            _ => None,
        };
        if let Some(refused) = refused {
            return vec![plain(refused)];
        }
        match (word(0), word(1)) {
            ("LIST", _) => {
                let line =
                    |(name, folder): (&String, &ModelFolder)| format!("* LIST ({}) \"/\" \"{name}\"", folder.mark);
                self.folders.iter().map(line).chain(["OK".to_owned()]).map(plain).collect()
            }
            ("SELECT" | "EXAMINE", name) => self.opens(name, word(0) == "EXAMINE"),
            ("CREATE", name) => {
                let validity = 100 + u32::try_from(self.folders.len()).unwrap();
                let folder = ModelFolder { validity, modseq: 1, ..ModelFolder::default() };
                self.folders.insert(name.to_owned(), folder);
                vec![plain("OK created")]
            }
            ("SUBSCRIBE", _) => vec![plain("OK")],
            ("FETCH", _) => {
                let first: usize = word(1).strip_suffix(":*").unwrap().parse().unwrap();
                let uids: Vec<u32> = self.selected().unwrap().messages.keys().copied().skip(first - 1).collect();
                self.fetches(&uids, command)
            }
            ("APPEND", name) => self.appends(name, command),
            ("EXPUNGE", _) => self.expunges(None),
            ("UID", "FETCH") => self.fetches(&uids::read(word(2), 100_000).unwrap(), command),
            ("UID", "STORE") => self.stores(word(2), command),
            ("UID", "SEARCH") => {
                let after = |key: &'static str| words.windows(2).filter(move |two| two[0] == key).map(|two| &two[1]);
                let named = [
                    ("MESSAGE-ID", "Message-ID"),
                    ("X-MICROSOFT-ORIGINAL-MESSAGE-ID", "X-Microsoft-Original-Message-ID"),
                ];
                let of = |(word, field): (&'static str, &str)| {
                    after(word).map(move |id| format!("{field}: <{id}>")).collect::<Vec<_>>()
                };
                let ids: Vec<String> = named.into_iter().flat_map(of).collect();
                let number = |text: &String| text.trim_end_matches(')').parse::<usize>().unwrap();
                let sizes: Vec<_> = after("(LARGER").map(number).zip(after("SMALLER").map(number)).collect();
                let deleted = word(2) == "DELETED";
                let fits = |message: &ModelMessage| {
                    if deleted {
                        message.flags.contains("\\Deleted")
                    } else {
                        let (raw, size) = (String::from_utf8_lossy(&message.raw), message.raw.len());
                        ids.iter().any(|id| raw.contains(id))
                            || sizes.iter().any(|(low, high)| *low < size && size < *high)
                    }
                };
                let found = self.selected().unwrap().messages.iter().filter(|(_, message)| fits(message));
                let found: String = found.map(|(uid, _)| format!(" {uid}")).collect();
                vec![plain(format!("* SEARCH{found}")), plain("OK")]
            }
            ("UID", "COPY") => self.copies(word(2), word(3), false),
            ("UID", "MOVE") if self.capabilities.contains("MOVE") => self.copies(word(2), word(3), true),
            ("UID", "EXPUNGE") if self.capabilities.contains("UIDPLUS") => {
                self.expunges(uids::read(word(2), 100_000).as_deref())
            }
            _ => vec![plain("BAD what?")],
        }
    }

    fn opens(&mut self, name: &str, read_only: bool) -> Vec<RawResponse> {
        let counts = self.capabilities.contains("CONDSTORE");
        let austere = self.austere;
        self.open = None;
        let Some(folder) = self.folders.get(name) else { return vec![plain("NO [NONEXISTENT] none")] };
        self.open = Some(name.to_owned());
        let mut lines = vec![
            format!("* {} EXISTS", folder.messages.len()),
            format!("* OK [UIDVALIDITY {}] x", folder.validity),
            format!("* OK [UIDNEXT {}] x", folder.next + 1),
        ];
        if counts {
            lines.push(format!("* OK [HIGHESTMODSEQ {}] x", folder.modseq));
        }
        let any = if austere { "" } else { " \\*" };
        lines.push(format!("* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft{any})] x"));
        lines.push(format!("OK [READ-{}] x", if read_only { "ONLY" } else { "WRITE" }));
        lines.into_iter().map(plain).collect()
    }

    fn fetches(&mut self, uids: &[u32], command: &str) -> Vec<RawResponse> {
        let cut =
            command.split_once("BODY.PEEK[]<0.").and_then(|(_, rest)| rest.split_once('>')?.0.parse::<usize>().ok());
        let babbles = self.babbles;
        let folder = self.selected().unwrap();
        let mut answers = Vec::new();
        if babbles {
            answers.push(plain("* 9 FETCH (UID 0 FLAGS (\\Deleted))"));
            answers.push(plain("* 9 FETCH (UID 4294967296 FLAGS (\\Deleted))"));
            answers
                .push(plain("* 9 FETCH (UID 9 FLAGS (\\Deleted) RFC822.SIZE 46 BODY[] \"Message-ID: <1@b.example>\")"));
        }
        for (place, (uid, message)) in (1..).zip(&folder.messages) {
            if !uids.contains(uid) {
                continue;
            }
            let mut text = format!("* {place} FETCH (UID {uid}");
            let mut literals = Vec::new();
            if command.contains("FLAGS") {
                let flags: Vec<&str> = message.flags.iter().map(String::as_str).collect();
                text += &format!(" FLAGS ({})", flags.join(" "));
            }
            if command.contains("MODSEQ") {
                text += &format!(" MODSEQ ({})", message.modseq);
            }
            if command.contains("RFC822.SIZE") {
                text += &format!(" RFC822.SIZE {}", message.raw.len());
            }
            if command.contains("HEADER.FIELDS") {
                let header = String::from_utf8_lossy(&message.raw);
                let asked = |line: &&str| {
                    line.starts_with("Message-ID:")
                        || command.contains("X-MICROSOFT") && line.starts_with("X-Microsoft-Original-Message-ID:")
                };
                let id: String = header.lines().filter(asked).map(|it| format!("{it}\r\n")).collect();
                literals.push(format!("{id}\r\n").into_bytes());
                text += &format!(" BODY[HEADER.FIELDS (MESSAGE-ID)] {{{}}}", id.len() + 2);
            } else if command.contains("BODY.PEEK[HEADER]") {
                let end =
                    message.raw.windows(4).position(|four| four == b"\r\n\r\n").map_or(message.raw.len(), |at| at + 4);
                text += &format!(" BODY[HEADER] {{{end}}}");
                literals.push(message.raw[..end].to_vec());
            } else if let Some(cut) = cut {
                let part = message.raw[..cut.min(message.raw.len())].to_vec();
                text += &format!(" BODY[]<0> {{{}}}", part.len());
                literals.push(part);
            }
            answers.push(RawResponse { text: format!("{text})").into_bytes(), literals });
        }
        answers.push(plain("OK"));
        answers
    }

    fn stores(&mut self, set: &str, command: &str) -> Vec<RawResponse> {
        let austere = self.austere;
        let since =
            command.split_once("UNCHANGEDSINCE ").and_then(|(_, rest)| rest.split_once(')')?.0.parse::<u64>().ok());
        let add = command.contains("+FLAGS");
        let flags = command.rsplit_once('(').unwrap().1.trim_end_matches(')').to_owned();
        let folder = self.selected().unwrap();
        let mut left = Vec::new();
        for uid in uids::read(set, 100_000).unwrap() {
            let Some(message) = folder.messages.get_mut(&uid) else { continue };
            if !austere && since.is_some_and(|since| message.modseq > since) {
                left.push(uid);
                continue;
            }
            for flag in flags.split(' ') {
                if add && (flag.starts_with('\\') || !austere) {
                    message.flags.insert(flag.to_owned());
                } else {
                    message.flags.remove(flag);
                }
            }
            folder.modseq += 1;
            message.modseq = folder.modseq;
        }
        let left: Vec<String> = left.iter().map(u32::to_string).collect();
        vec![plain(if left.is_empty() { "OK".to_owned() } else { format!("OK [MODIFIED {}] some", left.join(",")) })]
    }

    fn copies(&mut self, set: &str, to: &str, moves: bool) -> Vec<RawResponse> {
        let named = self.capabilities.contains("UIDPLUS");
        if !self.folders.contains_key(to) {
            return vec![plain("NO [TRYCREATE] no such folder")];
        }
        let (mut from_uids, mut to_uids) = (Vec::new(), Vec::new());
        for uid in uids::read(set, 100_000).unwrap() {
            let folder = self.selected().unwrap();
            let Some(message) = folder.messages.get(&uid).cloned() else { continue };
            if moves {
                folder.messages.remove(&uid);
            }
            let flags: Vec<&str> = message.flags.iter().map(String::as_str).collect();
            from_uids.push(uid.to_string());
            to_uids.push(self.folder(to).put(&message.raw, &flags).to_string());
        }
        let code = format!("[COPYUID {} {} {}]", self.folder(to).validity, from_uids.join(","), to_uids.join(","));
        match (from_uids.is_empty() || !named, moves) {
            (true, _) => vec![plain("OK done")],
            (false, true) => vec![plain(format!("* OK {code} moved")), plain("OK done")],
            (false, false) => vec![plain(format!("OK {code} done"))],
        }
    }

    fn appends(&mut self, name: &str, command: &str) -> Vec<RawResponse> {
        if let Some(refused) = self.refuses_append {
            return vec![plain(refused)];
        }
        let (_, raw) = command.split_once("+}\r\n").unwrap();
        let raw = format!("{}\r\n", raw.trim_end());
        let named = self.capabilities.contains("UIDPLUS");
        let Some(folder) = self.folders.get_mut(name) else { return vec![plain("NO [TRYCREATE] none")] };
        let uid = folder.put(raw.as_bytes(), &["\\Seen"]);
        let code = format!("OK [APPENDUID {} {uid}] done", folder.validity);
        vec![plain(if named { code } else { "OK done".to_owned() })]
    }

    fn expunges(&mut self, uids: Option<&[u32]>) -> Vec<RawResponse> {
        let named = |uid: &u32| uids.is_none_or(|uids| uids.contains(uid));
        let folder = self.selected().unwrap();
        folder.messages.retain(|uid, message| !(message.flags.contains("\\Deleted") && named(uid)));
        vec![plain("OK")]
    }

    fn lost() -> ImapError {
        ImapError::Lost { host: "model".to_owned(), error: io::ErrorKind::ConnectionReset.into() }
    }
}

impl ImapTransport for ModelAccount {
    fn has_capability(&self, capability: &str) -> bool {
        self.capabilities.contains(capability)
    }

    fn append_limit(&self) -> Option<u64> {
        self.limit
    }

    fn select_command(&self, encoded: &str, access: Access) -> ImapCommand {
        let verb = if access == Access::Write { "SELECT" } else { "EXAMINE" };
        ImapCommand::new(verb, "opening").string(encoded)
    }

    fn ask(&mut self, commands: &[ImapCommand]) -> Result<Vec<CommandReply>, ImapError> {
        let mut replies = Vec::new();
        for command in commands {
            let bytes = command.parts("", Literals::All).concat();
            let text = String::from_utf8(bytes).unwrap().trim().to_owned();
            let number = self.log.len();
            self.log.push(text.clone());
            if let Some((_, act)) = self.meanwhile.filter(|(at, _)| *at == number) {
                act(self);
            }
            if self.cut == Some((number, false)) {
                return Err(Self::lost());
            }
            let mut answers = self.does(&text);
            if self.cut == Some((number, true)) {
                return Err(Self::lost());
            }
            let last = answers.pop().unwrap();
            replies
                .push(CommandReply { status: status(&last.text), untagged: answers.into_iter().map(told).collect() });
        }
        if self.hasty {
            let told: Vec<Untagged> =
                replies.iter_mut().flat_map(|reply: &mut CommandReply| std::mem::take(&mut reply.untagged)).collect();
            replies[0].untagged = told;
        }
        Ok(replies)
    }
}

fn plain(text: impl Into<String>) -> RawResponse {
    RawResponse { text: text.into().into_bytes(), literals: Vec::new() }
}

fn told(answer: RawResponse) -> Untagged {
    match untagged::read(answer) {
        Some(ServerResponse::Untagged(untagged)) => untagged,
        other => panic!("{other:?}"),
    }
}

fn status(line: &[u8]) -> StatusResponse {
    let end = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    let verdict = match word {
        b"OK" => StatusCondition::Ok,
        b"NO" => StatusCondition::No,
        _ => StatusCondition::Bad,
    };
    StatusResponse::of(verdict, rest)
}

/// The words of a command; what is quoted is one.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in command.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words
}
