//! A server whose folders are labels, as Gmail's are: one letter may have several of them and is always in `All Mail`,
//! a move removes one label, and flags belong to the letter. It keeps letters in memory. If a test asks for it, it
//! fails in the ways in which such servers were seen to fail.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

pub const ALL: &str = "[Gmail]/All Mail";
pub const TRASH: &str = "[Gmail]/Trash";
pub const SPAM: &str = "[Gmail]/Spam";
const USES: [(&str, &str); 7] = [
    (ALL, "\\All"),
    (TRASH, "\\Trash"),
    (SPAM, "\\Junk"),
    ("[Gmail]/Sent Mail", "\\Sent"),
    ("[Gmail]/Drafts", "\\Drafts"),
    ("[Gmail]/Starred", "\\Flagged"),
    ("[Gmail]/Important", "\\Important"),
];
const CAPABILITIES: &str = "IMAP4rev1 UNSELECT IDLE NAMESPACE ID UIDPLUS ENABLE MOVE CONDSTORE ESEARCH LIST-EXTENDED \
                            LITERAL- SPECIAL-USE X-GM-EXT-1";

/// The ways in which it can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// After three letters on a connection, no more are delivered.
    ThrottledFetch,
    /// Every move is refused: the text says that the mailbox is full, and the reason is too many commands.
    ThrottledMove,
    FullMailbox,
    MoveLimit,
    MoveUnavailable,
    /// MOVE is announced and not implemented.
    UnknownMove,
    /// No folder can be opened.
    InUse,
    LoginUnavailable,
    TooManyConnections,
}

impl Fault {
    pub const ALL: [Self; 9] = [
        Self::ThrottledFetch,
        Self::ThrottledMove,
        Self::FullMailbox,
        Self::MoveLimit,
        Self::MoveUnavailable,
        Self::UnknownMove,
        Self::InUse,
        Self::LoginUnavailable,
        Self::TooManyConnections,
    ];

    /// Whether the account can be read while the fault lasts.
    pub fn lets_in(self) -> bool {
        self.login().is_none()
    }

    fn login(self) -> Option<&'static str> {
        match self {
            Self::LoginUnavailable => Some("NO [UNAVAILABLE] Temporary System Error (Failure)"),
            Self::TooManyConnections => Some("NO [ALERT] Too many simultaneous connections. (Failure)"),
            _ => None,
        }
    }

    fn moving(self) -> Option<&'static str> {
        match self {
            Self::ThrottledMove => Some("NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)"),
            Self::FullMailbox => Some("NO [OVERQUOTA] Quota exceeded (mailbox for user is full)"),
            Self::MoveLimit => Some("NO [LIMIT] Rate limit hit"),
            Self::MoveUnavailable => Some("NO [UNAVAILABLE] Backend error"),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Default)]
struct Letter {
    raw: String,
    flags: BTreeSet<String>,
    modseq: u64,
}

#[derive(Debug, Clone, Default)]
struct Label {
    validity: usize,
    next: u32,
    /// Letters by their UIDs.
    letters: BTreeMap<u32, usize>,
}

#[derive(Debug, Default)]
struct State {
    letters: Vec<Letter>,
    labels: BTreeMap<String, Label>,
    modseq: u64,
    fault: Option<Fault>,
    said: Vec<String>,
}

pub struct Labels {
    pub port: u16,
    state: Arc<Mutex<State>>,
    over: Arc<AtomicBool>,
}

impl Labels {
    pub fn start(more: &[&str]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State { modseq: 100, ..State::default() }));
        let names = std::iter::once("INBOX").chain(USES.map(|(name, _)| name)).chain(more.iter().copied());
        for name in names {
            lock(&state).make(name);
        }
        let over = Arc::new(AtomicBool::new(false));
        let (of_thread, ends) = (Arc::clone(&state), Arc::clone(&over));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ends.load(Ordering::SeqCst) {
                    return;
                }
                let state = Arc::clone(&of_thread);
                thread::spawn(move || Talk::serve(stream, state));
            }
        });
        Self { port, state, over }
    }

    pub fn source(&self, more: &str) -> String {
        format!(
            "[[source]]\nname = \"mail\"\nkind = \"imap\"\nbacklog = \"all\"\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n\
             user = \"me\"\npassword = {{ command = [\"echo\", \"secret\"] }}\n{more}\n",
            self.port
        )
    }

    /// Delivers a letter with these labels.
    pub fn deliver(&self, raw: String, labels: &[&str]) {
        let mut state = lock(&self.state);
        state.letters.push(Letter { raw, ..Letter::default() });
        let letter = state.letters.len() - 1;
        for label in labels.iter().copied().chain([ALL]) {
            state.put(letter, label);
        }
    }

    pub fn fault(&self, fault: Option<Fault>) {
        lock(&self.state).fault = fault;
    }

    /// The labels of the letter that contains this text, sorted, without `All Mail`.
    pub fn labels(&self, text: &str) -> Vec<String> {
        let state = lock(&self.state);
        let is = |letter: &usize| state.letters[*letter].raw.contains(text);
        let labels = state.labels.iter().filter(|(_, label)| label.letters.values().any(is));
        labels.map(|(name, _)| name.clone()).filter(|name| name != ALL).collect()
    }

    /// Whether that letter is marked as read.
    pub fn is_read(&self, text: &str) -> bool {
        let state = lock(&self.state);
        state.letters.iter().any(|letter| letter.raw.contains(text) && letter.flags.contains("\\Seen"))
    }

    /// How many letters there are in total.
    pub fn count(&self) -> usize {
        lock(&self.state).labels[ALL].letters.len()
    }

    /// Renames a label.
    pub fn rename(&self, from: &str, to: &str) {
        let mut state = lock(&self.state);
        let label = state.labels.remove(from).expect("it is there");
        state.labels.insert(to.to_owned(), label);
    }

    pub fn said(&self) -> Vec<String> {
        lock(&self.state).said.clone()
    }
}

impl Drop for Labels {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    fn make(&mut self, name: &str) {
        let validity = self.labels.len() + 1;
        self.labels.entry(name.to_owned()).or_insert(Label { validity, next: 1, letters: BTreeMap::new() });
    }

    fn put(&mut self, letter: usize, name: &str) -> u32 {
        self.modseq += 1;
        self.letters[letter].modseq = self.modseq;
        let label = self.labels.get_mut(name).unwrap();
        if let Some((uid, _)) = label.letters.iter().find(|(_, one)| **one == letter) {
            return *uid;
        }
        let uid = label.next;
        label.next += 1;
        label.letters.insert(uid, letter);
        uid
    }
}

/// One connection.
struct Talk {
    state: Arc<Mutex<State>>,
    reader: BufReader<TcpStream>,
    selected: String,
    given: u32,
}

impl Talk {
    fn serve(stream: TcpStream, state: Arc<Mutex<State>>) {
        let _ = stream.set_read_timeout(Some(Duration::from_mins(2)));
        let mut talk = Self { state, reader: BufReader::new(stream), selected: String::new(), given: 0 };
        if talk.say("* OK Gimap ready\r\n") {
            while let Some(line) = talk.line() {
                let (tag, command) = line.split_once(' ').unwrap_or((&line, ""));
                lock(&talk.state).said.push(command.to_owned());
                let answer = if command.eq_ignore_ascii_case("IDLE") {
                    talk.idle()
                } else {
                    talk.answer(command).replace("TAG ", &format!("{tag} "))
                };
                let answer = if answer.is_empty() { format!("{tag} OK done\r\n") } else { answer };
                if !talk.say(&answer) || command.eq_ignore_ascii_case("LOGOUT") {
                    return;
                }
            }
        }
    }

    fn say(&mut self, text: &str) -> bool {
        self.reader.get_mut().write_all(text.as_bytes()).is_ok()
    }

    /// One command, with its literals as quoted strings.
    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        loop {
            let mut part = String::new();
            if self.reader.read_line(&mut part).ok()? == 0 {
                return None;
            }
            line.push_str(part.trim_end_matches(['\r', '\n']));
            let literal = line.strip_suffix('}').and_then(|start| start.rsplit_once('{'));
            let Some((before, size)) = literal.map(|(before, size)| (before.to_owned(), size.to_owned())) else {
                return Some(line);
            };
            let Ok(length) = size.trim_end_matches('+').parse::<usize>() else { return Some(line) };
            if !size.ends_with('+') && !self.say("+ go on\r\n") {
                return None;
            }
            let mut bytes = vec![0; length];
            self.reader.read_exact(&mut bytes).ok()?;
            line = format!("{before}\"{}\"", String::from_utf8_lossy(&bytes));
        }
    }

    /// IDLE that reports nothing, until the client ends it.
    fn idle(&mut self) -> String {
        let _ = self.say("+ idling\r\n");
        let mut line = String::new();
        let _ = self.reader.read_line(&mut line);
        String::new()
    }

    fn answer(&mut self, command: &str) -> String {
        let words = words(command);
        let bare =
            if words.first().is_some_and(|word| word.eq_ignore_ascii_case("UID")) { &words[1..] } else { &words[..] };
        let word = |at: usize| bare.get(at).map_or("", String::as_str);
        let state = Arc::clone(&self.state);
        let mut state = lock(&state);
        let fault = state.fault;
        match word(0).to_uppercase().as_str() {
            "CAPABILITY" => format!("* CAPABILITY {CAPABILITIES}\r\nTAG OK done\r\n"),
            "LOGIN" => match fault.and_then(Fault::login) {
                Some(refusal) => format!("TAG {refusal}\r\n"),
                None => format!("TAG OK [CAPABILITY {CAPABILITIES}] welcome\r\n"),
            },
            "LIST" => {
                let uses = |name: &str| USES.iter().find(|(one, _)| *one == name).map_or("", |(_, mark)| *mark);
                let line = |name: &String| format!("* LIST (\\HasNoChildren {}) \"/\" \"{name}\"\r\n", uses(name));
                state.labels.keys().map(line).collect::<String>()
                    + "* LIST (\\Noselect) \"/\" \"[Gmail]\"\r\nTAG OK done\r\n"
            }
            "CREATE" => {
                state.make(word(1));
                "TAG OK done\r\n".to_owned()
            }
            "STATUS" => match state.labels.get(word(1)) {
                None => "TAG NO [NONEXISTENT] Unknown Mailbox (Failure)\r\n".to_owned(),
                Some(label) => format!(
                    "* STATUS \"{}\" (MESSAGES {} UIDNEXT {} UIDVALIDITY {} HIGHESTMODSEQ {})\r\nTAG OK done\r\n",
                    word(1),
                    label.letters.len(),
                    label.next,
                    label.validity,
                    state.modseq
                ),
            },
            "FETCH" | "STORE" | "MOVE" | "COPY" | "SEARCH" | "EXPUNGE"
                if !state.labels.contains_key(&self.selected) =>
            {
                "TAG BAD No mailbox selected\r\n".to_owned()
            }
            "SELECT" | "EXAMINE" => {
                self.selected.clear();
                if fault == Some(Fault::InUse) {
                    return "TAG NO [INUSE] Mailbox is locked, try again\r\n".to_owned();
                }
                let name = if word(1).eq_ignore_ascii_case("INBOX") { "INBOX" } else { word(1) };
                let Some(label) = state.labels.get(name) else {
                    return "TAG NO [NONEXISTENT] Unknown Mailbox (Failure)\r\n".to_owned();
                };
                name.clone_into(&mut self.selected);
                let mode = if word(0).eq_ignore_ascii_case("SELECT") { "READ-WRITE" } else { "READ-ONLY" };
                format!(
                    "* FLAGS (\\Answered \\Flagged \\Draft \\Deleted \\Seen)\r\n\
                     * OK [PERMANENTFLAGS (\\Answered \\Flagged \\Draft \\Deleted \\Seen \\*)] kept\r\n\
                     * {} EXISTS\r\n* OK [UIDVALIDITY {}] valid\r\n* OK [UIDNEXT {}] next\r\n\
                     * OK [HIGHESTMODSEQ {}] counted\r\nTAG OK [{mode}] selected\r\n",
                    label.letters.len(),
                    label.validity,
                    label.next,
                    state.modseq
                )
            }
            "FETCH" => self.fetch(&state, bare, words.len() != bare.len(), command),
            "STORE" => {
                let adds = command.to_uppercase().contains("+FLAGS");
                let flags = command.rsplit_once('(').map_or("", |(_, flags)| flags.trim_end_matches(')'));
                state.modseq += 1;
                for (_, letter) in self.named(&state, word(1)) {
                    let modseq = state.modseq;
                    let letter = &mut state.letters[letter];
                    letter.modseq = modseq;
                    for flag in flags.split(' ').map(str::to_owned) {
                        let _ = if adds { letter.flags.insert(flag) } else { letter.flags.remove(&flag) };
                    }
                }
                "TAG OK done\r\n".to_owned()
            }
            verb @ ("MOVE" | "COPY") => self.take(&mut state, verb == "MOVE", word(1), word(2)),
            "SEARCH" => {
                let wanted = bare.iter().filter(|word| word.contains('@')).map(|word| word.trim_matches(['<', '>']));
                let wanted: Vec<&str> = wanted.collect();
                let fits = |letter: &usize| wanted.iter().any(|id| state.letters[*letter].raw.contains(id));
                let found = state.labels[&self.selected].letters.iter().filter(|(_, letter)| fits(letter));
                let found: String = found.map(|(uid, _)| format!(" {uid}")).collect();
                format!("* SEARCH{found}\r\nTAG OK done\r\n")
            }
            "EXPUNGE" => {
                let gone: Vec<u32> = self
                    .named(&state, if word(1).is_empty() { "1:*" } else { word(1) })
                    .into_iter()
                    .filter(|(_, letter)| state.letters[*letter].flags.contains("\\Deleted"))
                    .map(|(uid, _)| uid)
                    .collect();
                // The flag \Deleted is removed together with the label, because flags belong to the letter.
                gone.into_iter().map(|uid| self.unlabel(&mut state, uid)).collect::<String>() + "TAG OK done\r\n"
            }
            _ => "TAG OK done\r\n".to_owned(),
        }
    }

    /// Removes the label of the open folder from a letter.
    fn unlabel(&self, state: &mut State, uid: u32) -> String {
        let label = state.labels.get_mut(&self.selected).unwrap();
        let place = label.letters.keys().position(|one| *one == uid).unwrap() + 1;
        let letter = label.letters.remove(&uid).unwrap();
        state.letters[letter].flags.remove("\\Deleted");
        state.modseq += 1;
        format!("* {place} EXPUNGE\r\n")
    }

    fn take(&self, state: &mut State, moves: bool, set: &str, to: &str) -> String {
        match state.fault {
            Some(Fault::UnknownMove) if moves => return "TAG BAD Could not parse command\r\n".to_owned(),
            Some(fault) => {
                if let Some(refusal) = fault.moving() {
                    return format!("TAG {refusal}\r\n");
                }
            }
            None => {}
        }
        if !state.labels.contains_key(to) {
            return "TAG NO [TRYCREATE] No such folder (Failure)\r\n".to_owned();
        }
        let (mut from, mut came, mut lines) = (Vec::new(), Vec::new(), String::new());
        for (uid, letter) in self.named(state, set) {
            from.push(uid.to_string());
            came.push(state.put(letter, to).to_string());
            let aside = [TRASH, SPAM].contains(&to);
            if aside {
                for (name, label) in &mut state.labels {
                    if *name != to && *name != self.selected {
                        label.letters.retain(|_, one| *one != letter);
                    }
                }
            }
            if (moves && self.selected != ALL) || aside {
                lines += &self.unlabel(state, uid);
            }
        }
        let code = format!("[COPYUID {} {} {}]", state.labels[to].validity, from.join(","), came.join(","));
        if from.is_empty() {
            "TAG OK none\r\n".to_owned()
        } else {
            format!("* OK {code} (Success)\r\n{lines}TAG OK done\r\n")
        }
    }

    /// The letters of the open folder with these UIDs.
    fn named(&self, state: &State, set: &str) -> Vec<(u32, usize)> {
        let letters = &state.labels[&self.selected].letters;
        letters.iter().filter(|(uid, _)| is_in(u64::from(**uid), set)).map(|(uid, letter)| (*uid, *letter)).collect()
    }

    fn fetch(&mut self, state: &State, bare: &[String], by_uid: bool, command: &str) -> String {
        let set = bare.get(1).map_or("", String::as_str);
        let asked = command.to_uppercase();
        let since =
            asked.split_once("CHANGEDSINCE ").and_then(|(_, rest)| rest.trim_end_matches(')').parse::<u64>().ok());
        let whole = asked.contains("BODY.PEEK[]");
        let mut lines = String::new();
        for (place, (uid, letter)) in (1_u64..).zip(&state.labels[&self.selected].letters) {
            let letter = &state.letters[*letter];
            let named = is_in(if by_uid { u64::from(*uid) } else { place }, set);
            if !named || since.is_some_and(|since| letter.modseq <= since) {
                continue;
            }
            if whole {
                self.given += 1;
                if state.fault == Some(Fault::ThrottledFetch) && self.given > 3 {
                    return lines + "TAG NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)\r\n";
                }
            }
            let flags: Vec<&str> = letter.flags.iter().map(String::as_str).collect();
            lines += &format!("* {place} FETCH (UID {uid} FLAGS ({}) MODSEQ ({})", flags.join(" "), letter.modseq);
            if asked.contains("RFC822.SIZE") {
                lines += &format!(" RFC822.SIZE {}", letter.raw.len());
            }
            if asked.contains("INTERNALDATE") {
                lines += " INTERNALDATE \"01-Jan-2037 00:00:00 +0000\"";
            }
            if let Some((_, section)) = asked.split_once("BODY.PEEK[") {
                let section = section.split(']').next().unwrap_or_default();
                let text = match section {
                    "" => letter.raw.clone(),
                    "HEADER" => letter.raw.split_inclusive("\r\n\r\n").next().unwrap_or_default().to_owned(),
                    _ => {
                        let ids = letter.raw.lines().filter(|line| line.to_uppercase().starts_with("MESSAGE-ID:"));
                        ids.map(|line| format!("{line}\r\n")).collect::<String>() + "\r\n"
                    }
                };
                let limit =
                    asked.rsplit_once("<0.").and_then(|(_, rest)| rest.split('>').next()?.parse::<usize>().ok());
                let text = &text[..limit.unwrap_or(usize::MAX).min(text.len())];
                let origin = if limit.is_some() { "<0>" } else { "" };
                lines += &format!(" BODY[{section}]{origin} {{{}}}\r\n{text}", text.len());
            }
            lines += ")\r\n";
        }
        lines + "TAG OK done\r\n"
    }
}

fn is_in(number: u64, set: &str) -> bool {
    let value = |text: &str| text.parse().unwrap_or(u64::MAX);
    set.split(',').any(|part| match part.split_once(':') {
        Some((first, last)) => (value(first)..=value(last)).contains(&number),
        None => value(part) == number,
    })
}

/// The words of a command; a quoted string is one word.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for c in command.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words
}
