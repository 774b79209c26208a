//! A small IMAP client for the tests, as a second program on the same account. It shares no code with the client under
//! test, trusts the server, and panics at the first response that it does not expect.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

pub struct Client {
    reader: BufReader<TcpStream>,
    number: u32,
}

/// One message of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub uid: u32,
    pub flags: BTreeSet<String>,
    pub message_id: String,
}

impl Client {
    pub fn connect(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut client = Self { reader: BufReader::new(stream), number: 0 };
        let greeting = client.line();
        assert!(greeting.starts_with("* OK"), "{greeting}");
        client
    }

    pub fn login(&mut self, user: &str, password: &str) {
        self.ok(&format!("LOGIN {user} {password}"));
    }

    /// Sends a command that must succeed; returns the untagged responses, with literals in their places.
    #[track_caller]
    pub fn ok(&mut self, command: &str) -> Vec<String> {
        let (untagged, tagged) = self.command(command);
        assert!(tagged.starts_with("OK"), "{command}: {tagged}");
        untagged
    }

    /// Sends a command; returns the untagged responses, and the tagged one without its tag.
    pub fn command(&mut self, command: &str) -> (Vec<String>, String) {
        let tag = self.send(command);
        self.answers(&tag)
    }

    /// Appends messages to a folder, one command after the other, without waiting between them.
    pub fn append(&mut self, folder: &str, flags: &str, mails: impl IntoIterator<Item = String>) {
        let mut tags = Vec::new();
        for mail in mails {
            // A synchronising literal, which every server accepts.
            let tag = self.send(&format!("APPEND \"{folder}\" ({flags}) {{{}}}", mail.len()));
            let go = self.line();
            assert!(go.starts_with('+'), "APPEND: {go}");
            let stream = self.reader.get_mut();
            stream.write_all(mail.as_bytes()).unwrap();
            stream.write_all(b"\r\n").unwrap();
            tags.push(tag.clone());
            let (_, tagged) = self.answers(&tag);
            assert!(tagged.starts_with("OK"), "APPEND: {tagged}");
        }
    }

    /// The same for many messages, 500 in each command (RFC 3502).
    pub fn append_many(&mut self, folder: &str, mails: impl IntoIterator<Item = String>) {
        let mails: Vec<String> = mails.into_iter().collect();
        for some in mails.chunks(500) {
            let mut command = format!("APPEND \"{folder}\"");
            for mail in some {
                command.push_str(&format!(" () {{{}+}}\r\n{mail}", mail.len()));
            }
            self.ok(&command);
        }
    }

    /// Opens a folder for changes.
    pub fn select(&mut self, folder: &str) -> Vec<String> {
        self.ok(&format!("SELECT \"{folder}\""))
    }

    /// The messages in a folder, in the order of the server.
    pub fn list(&mut self, folder: &str) -> Vec<Seen> {
        self.select(folder);
        // Some servers refuse this range in an empty folder.
        let (lines, _) = self.command("UID FETCH 1:* (UID FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])");
        lines.iter().filter(|line| line.contains(" FETCH (") && line.contains("BODY[")).map(|line| seen(line)).collect()
    }

    /// The messages in each folder.
    pub fn all(&mut self) -> BTreeMap<String, Vec<Seen>> {
        self.folders().into_iter().map(|folder| (folder.clone(), self.list(&folder))).collect()
    }

    /// The names of the folders that can be opened.
    pub fn folders(&mut self) -> Vec<String> {
        let lines = self.ok("LIST \"\" \"*\"");
        let named =
            lines.iter().filter(|line| line.starts_with("* LIST ") && !line.to_lowercase().contains("\\noselect"));
        named.map(|line| line.rsplit_once(' ').unwrap().1.trim_matches('"').to_owned()).collect()
    }

    /// The UID of the message with this Message-ID in the open folder.
    pub fn uid(&mut self, message_id: &str) -> Option<u32> {
        let lines = self.ok(&format!("UID SEARCH HEADER Message-ID {message_id}"));
        let found = lines.iter().find(|line| line.starts_with("* SEARCH"))?;
        found.split(' ').nth(2)?.parse().ok()
    }

    /// Sets or clears flags of a message: `how` is `+FLAGS` or `-FLAGS`.
    pub fn store(&mut self, uid: u32, how: &str, flags: &str) {
        self.ok(&format!("UID STORE {uid} {how} ({flags})"));
    }

    pub fn move_to(&mut self, uid: u32, folder: &str) {
        self.ok(&format!("UID MOVE {uid} \"{folder}\""));
    }

    /// Expunges messages.
    pub fn expunge(&mut self, uids: &[u32]) {
        let set: Vec<String> = uids.iter().map(u32::to_string).collect();
        let set = set.join(",");
        self.ok(&format!("UID STORE {set} +FLAGS.SILENT (\\Deleted)"));
        self.ok(&format!("UID EXPUNGE {set}"));
    }

    fn send(&mut self, command: &str) -> String {
        self.number += 1;
        let tag = format!("t{}", self.number);
        self.reader.get_mut().write_all(format!("{tag} {command}\r\n").as_bytes()).unwrap();
        tag
    }

    fn answers(&mut self, tag: &str) -> (Vec<String>, String) {
        let mut untagged = Vec::new();
        loop {
            let line = self.line();
            match line.strip_prefix(tag).and_then(|rest| rest.strip_prefix(' ')) {
                Some(tagged) => return (untagged, tagged.to_owned()),
                None => untagged.push(line),
            }
        }
    }

    /// One response, with the literals in it.
    fn line(&mut self) -> String {
        let mut all = Vec::new();
        loop {
            let start = all.len();
            self.reader.read_until(b'\n', &mut all).unwrap();
            assert!(all.len() > start, "the server closed the connection after {:?}", String::from_utf8_lossy(&all));
            let line = String::from_utf8_lossy(&all[start..]).trim_end().to_owned();
            let Some(size) = line.strip_suffix('}').and_then(|rest| rest.rsplit_once('{')?.1.parse::<usize>().ok())
            else {
                return String::from_utf8_lossy(&all).trim_end().to_owned();
            };
            let at = all.len();
            all.resize(at + size, 0);
            self.reader.read_exact(&mut all[at..]).unwrap();
        }
    }
}

/// Parses a FETCH response.
fn seen(line: &str) -> Seen {
    let after = |word: &str| line.split_once(word).unwrap_or_else(|| panic!("no {word} in {line:?}")).1;
    let uid = after("UID ").split([' ', ')']).next().unwrap().parse().unwrap();
    let flags = after("FLAGS (").split(')').next().unwrap().split_whitespace().map(str::to_owned).collect();
    let message_id = line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or("", |(id, _)| id);
    Seen { uid, flags, message_id: message_id.to_owned() }
}
