//! The text of the configuration without its secrets, for reports of mistakes.
//!
//! It works on the text and not on the parsed tree, because a file with a mistake may not parse at all. Everything is hidden
//! that is not known to be harmless: only the values of keys that the example names, and that hold no secret, are shown.
//! Anything else in the file (the value of an unknown key, a word without a key, the rest of a line after a value) may be a
//! password that was written a little wrong.

use std::ops::Range;

use super::shown_keys::{KnownKeys, Table, first_telltale, is_bare};

/// It replaces a secret of any length.
const BLOT: &str = "********";
/// In bytes: a longer word without quotes is no number, date or truth value.
const LONGEST_BARE: usize = 40;
/// A configuration nests its arrays and tables less deeply than this: nothing below is shown.
const DEEPEST: usize = 8;

/// The same text with every secret replaced. Every other byte stays at the offset where it was.
pub(super) fn masked(text: &str) -> String {
    let mut scan =
        Scan { text, at: 0, known: KnownKeys::of_example(), table: Table::Settings, depth: 0, secret: Vec::new() };
    while scan.at < text.len() {
        scan.line();
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for range in scan.secret {
        if range.start >= at {
            out.push_str(&text[at..range.start]);
            blot(&text[range.clone()], &mut out);
            at = range.end;
        }
    }
    out.push_str(&text[at..]);
    out
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    known: KnownKeys,
    table: Table,
    /// How deeply arrays and tables are nested here.
    depth: usize,
    /// Sorted by where they begin.
    secret: Vec<Range<usize>>,
}

impl Scan<'_> {
    fn line(&mut self) {
        self.blanks();
        match self.next() {
            Some(b'#') => self.comment(),
            Some(b'[') => self.header(),
            Some(b'\n') | None => {}
            Some(_) => self.pair(self.table),
        }
        self.rest();
        self.at = (self.line_end() + 1).min(self.text.len());
    }

    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn line_end(&self) -> usize {
        self.text[self.at..].find('\n').map_or(self.text.len(), |end| self.at + end)
    }

    fn blanks(&mut self) {
        while matches!(self.next(), Some(b' ' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    fn hide(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.secret.push(range);
        }
    }

    /// The rest of a line that should be at its end.
    fn rest(&mut self) {
        self.blanks();
        match self.next() {
            Some(b'#') => self.comment(),
            Some(b'\n') | None => {}
            Some(_) => {
                let end = self.line_end();
                self.hide(self.at..end);
                self.at = end;
            }
        }
    }

    fn comment(&mut self) {
        let end = self.line_end();
        let words = self.text[self.at..end].to_ascii_lowercase();
        if let Some(from) = first_telltale(&words).into_iter().chain(words.find("://")).min() {
            self.hide(self.at + from..end);
        }
        self.at = end;
    }

    fn header(&mut self) {
        let end = self.line_end();
        let close = self.text[self.at..end].rfind(']').map_or(self.at, |at| self.at + at + 1);
        let name = self.text[self.at..close].trim_matches(['[', ']']);
        let parts = key_parts(name);
        if !parts.iter().all(|part| is_bare(part)) {
            self.hide(self.at..end);
            self.at = end;
            return;
        }
        self.table = self.known.table(&parts);
        self.at = close;
    }

    /// A key and its value.
    fn pair(&mut self, table: Table) {
        let start = self.at;
        let end = self.line_end();
        let Some(equals) = self.text[start..end].find('=').map(|at| start + at) else { return self.stray() };
        let parts = key_parts(&self.text[start..equals]);
        if !parts.iter().all(|part| is_bare(part)) {
            return self.stray();
        }
        let last = parts.last().copied().unwrap_or_default();
        let named = KnownKeys::names_secret(&parts);
        let shown = self.known.shows(&parts, table);
        self.at = equals + 1;
        self.blanks();
        if self.next() == Some(b'{') && (shown || named) && self.depth < DEEPEST {
            self.inline(if named { Table::Secret } else { table });
        } else if last == "command" || last.starts_with("on_") {
            self.command(shown);
        } else {
            self.value(shown);
        }
    }

    /// A line, or the rest of one, that is not a key with a value. Its first word is shown if it is a key.
    fn stray(&mut self) {
        let end = self.line_end();
        let word = self.text[self.at..end].split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
        let word = word.unwrap_or_default();
        let is_key = self.known.contains(word) || KnownKeys::names_secret(&[word]);
        let from = self.at + if is_key { word.len() } else { 0 };
        if !self.text[from..end].trim().is_empty() {
            self.hide(from..end);
        }
        self.at = end;
    }

    /// An inline table. It ends with its line at the latest.
    fn inline(&mut self, table: Table) {
        self.depth += 1;
        self.within_inline(table);
        self.depth -= 1;
    }

    fn within_inline(&mut self, table: Table) {
        self.at += 1;
        loop {
            self.blanks();
            match self.next() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return;
                }
                Some(b'\n' | b'#') | None => return,
                Some(_) => self.pair(table),
            }
        }
    }

    fn value(&mut self, shown: bool) {
        let deeper = self.depth < DEEPEST;
        match self.next() {
            Some(b'[') if deeper => self.array(shown),
            Some(b'"' | b'\'') => self.string(shown),
            Some(b'{') if shown && deeper => self.inline(self.table),
            _ => self.bare(shown),
        }
    }

    fn string(&mut self, shown: bool) {
        let start = self.at;
        let end = string_end(self.text, start, self.line_end());
        if shown {
            let end = end.unwrap_or_else(|| self.line_end());
            for range in addresses(self.text, start..end) {
                self.hide(range);
            }
            self.at = end;
            return;
        }
        // An unclosed text over several lines may go on to the file's end.
        let several = ["\"\"\"", "'''"].iter().any(|quote| self.text[start..].starts_with(quote));
        let end = end.unwrap_or(if several { self.text.len() } else { self.line_end() });
        self.hide(start..end);
        self.at = end;
    }

    /// A number, a date, `true`, or a text without the quotes that it needs.
    fn bare(&mut self, shown: bool) {
        let end = self.line_end();
        let word = self.text[self.at..end].find([',', ']', '}', '#']).map_or(end, |at| self.at + at);
        let word = self.at + self.text[self.at..word].trim_end().len();
        let plain =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'.' | b':' | b'/' | b'~');
        let short = word - self.at <= LONGEST_BARE && self.text[self.at..word].bytes().all(plain);
        let end = if shown && short { word } else { end };
        if !(shown && short) {
            self.hide(self.at..end);
        }
        self.at = end;
    }

    /// An array, which may have several lines. One without a closing bracket ends before the next key.
    fn array(&mut self, shown: bool) {
        self.depth += 1;
        self.within_array(shown);
        self.depth -= 1;
    }

    fn within_array(&mut self, shown: bool) {
        self.at += 1;
        loop {
            self.blanks();
            match self.next() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return;
                }
                Some(b'}') | None => return,
                Some(b'#') => self.comment(),
                Some(b'\n') => {
                    let next = self.at + 1;
                    let line = self.text[next..].lines().next().unwrap_or_default();
                    let before = line.split(['"', '\'', '{']).next().unwrap_or_default();
                    if before.contains('=') || before.trim_start().starts_with('[') {
                        return;
                    }
                    self.at = next;
                }
                Some(_) => self.value(shown),
            }
        }
    }

    /// A command: the program is shown, and never its arguments.
    fn command(&mut self, shown: bool) {
        let (start, before) = (self.at, self.secret.len());
        self.value(shown);
        if !shown {
            return;
        }
        self.secret.truncate(before);
        let written = &self.text[start..self.at];
        let program = start + written.find([' ', ',', '=']).unwrap_or(written.len());
        let close = written.len() - written.trim_end_matches([']', '"', '\'']).len();
        self.hide(program..(self.at - close).max(program));
    }
}

/// The parts of a key, or of a table's name, that stand between dots, without their quotes.
fn key_parts(written: &str) -> Vec<&str> {
    written.split('.').map(|part| part.trim().trim_matches(['"', '\''])).collect()
}

/// Where a text in quotes ends; `None` if its closing quote is missing.
fn string_end(text: &str, start: usize, line: usize) -> Option<usize> {
    let written = &text[start..];
    for quote in ["\"\"\"", "'''"] {
        if let Some(inner) = written.strip_prefix(quote) {
            return inner.find(quote).map(|at| start + at + 2 * quote.len());
        }
    }
    let quote = written.chars().next()?;
    let mut escaped = false;
    for (at, c) in text[start..line].char_indices().skip(1) {
        if c == quote && !escaped {
            return Some(start + at + 1);
        }
        escaped = c == '\\' && quote == '"' && !escaped;
    }
    None
}

/// The secret parts of an address (URL): user name and password before the host, and the query after the `?`.
fn addresses(text: &str, within: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = within.start;
    while let Some(at) = text.get(from..within.end).and_then(|rest| rest.find("://")).map(|at| from + at + 3) {
        let end = text[at..within.end].find(['"', '\'', ' ', '\n']).map_or(within.end, |end| at + end);
        let query = text[at..end].find('?').map_or(end, |query| at + query);
        let host = text[at..query].find(['/', '#']).map_or(query, |end| at + end);
        // If the text before the first slash does not end with a port, the slash may be part of a password.
        let port = text[at..host].rsplit_once(':').map_or("", |(_, port)| port);
        let signed = port.bytes().all(|byte| byte.is_ascii_digit());
        let user = text[at..if signed { host } else { end }].rfind('@').map(|it| at + it);
        if let Some(user) = user {
            found.push(at..user);
        }
        let query = query.max(user.unwrap_or(at));
        if query < end {
            found.push(query..end);
        }
        from = end;
    }
    found
}

/// Writes as many bytes as the secret has, and keeps its line ends, so that all text after it stays where it was.
fn blot(secret: &str, out: &mut String) {
    for (at, byte) in secret.bytes().enumerate() {
        out.push(match byte {
            b'\n' | b'\r' => char::from(byte),
            _ => BLOT.chars().nth(at).unwrap_or(' '),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::masked;
    use crate::config::example::EXAMPLE;

    #[test]
    fn no_secret_is_left_and_every_place_stays() {
        for written in [
            "password = \"S3CR3T\"\nhost = 1\n",
            "password = S3CR3T # why\n",
            "password = \"S3CR3T\n",
            "password = 'S3CR3T'\n",
            "\"password\" = \"a\\\"S3CR3T\"\n",
            "password = \"\"\"\nS3CR3T\nS3CR3T\"\"\"\nhost = 1\n",
            "token = '''S3CR3T\n",
            "pasword = \"S3CR3T\"\n",
            "imap_password = \"S3CR3T\"\n",
            "passwort = \"S3CR3T\"",
            "password = { value = \"S3CR3T\" }\n",
            "password = { command = \"pass show work\", text = \"S3CR3T\" }\n",
            "password.value = \"S3CR3T\"\npassword.text = \"S3CR3T\"\n",
            "password . value = 'S3CR3T'\n",
            "[source.password]\nvalue = \"S3CR3T\"\n",
            "source = [{ name = \"a\", password = \"S3CR3T\", token = \"S3CR3T\" }]\n",
            "url = \"https://ann:S3CR3T@example.org/feed\"\n",
            "url = \"https://S3CR3T@example.org\"\n",
            "password = \"S3CR3Té\"\r\n",
            // A quote within it, and what is left of the line.
            "password = \"it\"S3CR3T\"\n",
            "password = 'it'S3CR3T\n",
            "password = { command = \"pass show work\" } S3CR3T\n",
            "host = \"example.org\" password = \"S3CR3T\"\n",
            "host = \"example.org\" S3CR3T\n",
            "host = \"example.org, password = S3CR3T\" S3CR3T\n".replace("password = S3CR3T", "x").as_str(),
            // No notation of ours.
            "password: S3CR3T\n",
            "password : 'S3CR3T'\n",
            "password S3CR3T\n",
            "S3CR3T\n",
            "= S3CR3T\n",
            "password\n= \"S3CR3T\"\n",
            "set password=S3CR3T\n",
            "<password>S3CR3T</password>\n",
            "{ \"password\": \"S3CR3T\" }\n",
            // Other names for it, and none.
            "pass = S3CR3T\n",
            "pw = \"S3CR3T\"\n",
            "login = 'S3CR3T'\n",
            "apikey = \"S3CR3T\"\n",
            "api_key = [\"S3CR3T\"]\n",
            "authorization = \"Bearer S3CR3T\"\n",
            "headers = { Authorization = \"Bearer S3CR3T\" }\n",
            "geheim = \"S3CR3T\"\n",
            "pin = 0x53 # S3CR3T token S3CR3T\n".replace("# S3CR3T", "#").as_str(),
            "[source.login]\nuser = \"S3CR3T\"\n",
            "[source.credentials]\nhost = \"S3CR3T\"\n",
            "[S3CR3T here]\n",
            // Addresses.
            "url = \"https://u:S3CR3T@host/x?token=S3CR3T\"\n",
            "url = \"https://u:a/S3CR3T@host/x\"\n",
            "url = \"https://host/feed?key=S3CR3T\"\n",
            "url = 'https://u:S3CR3T@host'\nurl = \"https://u:S3CR3T@host\n",
            "host = \"imaps://me:S3CR3T@example.org\"\n",
            // Commands.
            "command = [\"curl\", \"-H\", \"Authorization: Bearer S3CR3T\"]\n",
            "command = \"fetch --password S3CR3T\"\n",
            "command = \"env KEY=S3CR3T fetch\"\n",
            "command = [\n  \"fetch\",\n  \"--token\",\n  \"S3CR3T\",\n]\n",
            "password = { command = \"echo S3CR3T\" }\n",
            "password.command = ['echo', 'S3CR3T']\n",
            "on_open = \"curl https://u:S3CR3T@host\"\n",
            // What was not closed takes no later line with it.
            "at = [\"10:00\"\npassword = \"S3CR3T\"\n",
            "match = '''\nlist:*\n[[source]]\npassword = \"S3CR3T\"\n",
            "folders = [\n  \"INBOX\",\npassword = 'S3CR3T'\n",
            "folders = [S3CR3T here]\n",
            "# password = \"S3CR3T\"\n",
            "name = \"a\" # the password is S3CR3T\n",
            "# url = \"https://u:S3CR3T@host\"\n",
        ] {
            let shown = masked(written);
            assert!(!shown.contains("S3CR3T"), "{written}: {shown}");
            assert_eq!(shown.len(), written.len(), "{written}");
            let ends = |text: &str| text.match_indices(['\n', '\r']).map(|(at, _)| at).collect::<Vec<_>>();
            assert_eq!(ends(&shown), ends(written), "{written}");
        }
    }

    #[test]
    fn the_rest_stays_as_it_is() {
        for written in [
            "password = { command = \"work-password\" }\n",
            "password.command = \"work-password\"\npath = \"~/Mail\"\n",
            "token = { env = \"TOKEN\" }\nname = \"a\"\n",
            "command = [\"/usr/bin/fetch\"]\n",
            "[source.password]\nkeyring = \"work\"\n[peek]\ndelay = \"5s\"\n",
            "url = \"https://example.org/@ann/feed\"\n",
            "match = \"subject:password from:token\"\n",
            "at = [\"10:00\",\n  \"16:00\"] # both\n",
            "[keys]\nmute = [\"x y\", \"z\"]\n[theme.dark]\nquote = \"#66b8dd\"\n",
            "mouse = tru\nwrite_back = yes\nport = 99999\n",
            "host \n",
            "folders = [\"INBOX\", \"lists/*\", \"-lists/old\"]\r\n",
            "",
        ] {
            assert_eq!(masked(written), written);
        }
        assert_eq!(
            masked(EXAMPLE).lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>(),
            EXAMPLE.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>()
        );
    }

    proptest::proptest! {
        /// Whatever the text, places stay, and the value of a password is never shown.
        #[test]
        fn places_stay_in_any_text(before in "[ \\n\\[\\]{}=\"'#,.:a-z]{0,40}", after in "[ \\n\\[\\]{}=\"'#,.:a-z]{0,40}") {
            let written = format!("{before}\npassword = \"S3CR3T\"\n{after}");
            let shown = masked(&written);
            proptest::prop_assert_eq!(shown.len(), written.len());
            if !before.contains("'''") && !before.contains("\"\"\"") {
                proptest::prop_assert!(!shown.contains("S3CR3T"), "{}", shown);
            }
        }
    }
}
