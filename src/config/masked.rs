//! The file's text with the passwords blotted out that somebody wrote into it: what is shown of it beside a mistake.
//!
//! It works on the text and not on the parsed tree, because a file with a mistake may not parse at all, and because a
//! key that is nearly `password` is no key of ours. It covers too much rather than too little.

use std::ops::Range;

use crate::domain::nearest::nearest;

/// What stands for a secret, whatever its length.
const BLOT: &str = "********";
/// A key in whose name one of these stands holds a secret.
const SECRET: [&str; 6] = ["passw", "passphrase", "token", "secret", "pwd", "credential"];
/// The keys that say where a secret comes from, and hold none.
const ORIGINS: [&str; 3] = ["command", "env", "keyring"];

/// The same text, every secret in it replaced by a blot. Places within it stay the same, byte for byte.
pub(super) fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut in_table = false;
    while at < text.len() {
        let line = line_end(text, at);
        let header = text[at..line].trim();
        if header.starts_with('[') && !header.contains('=') {
            in_table = header.trim_matches(['[', ']']).split('.').any(holds_secret);
        }
        for secret in [values(text, at, line, in_table), addresses(text, at, line)].concat() {
            if let Some(before) = text.get(at..secret.start) {
                out.push_str(before);
                blot(&text[secret.clone()], &mut out);
                at = secret.end;
            }
        }
        // A secret over several lines may have ended in the middle of one.
        let line = if at > line { line_end(text, at) } else { line };
        out.push_str(&text[at..line]);
        at = line;
    }
    out
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// Where the secrets lie that keys of this line have as their values. A text over several lines goes beyond it.
fn values(text: &str, start: usize, line: usize, in_table: bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut within = in_table;
    let mut from = start;
    while let Some(at) = text.get(from..line).and_then(|rest| rest.find(['=', '}'])).map(|at| from + at) {
        let key = text[from..at].rsplit([',', '{', '=']).next().unwrap_or_default();
        from = at + 1;
        if text[at..].starts_with('}') {
            within = in_table;
            continue;
        }
        let value = from + (text[from..line].len() - text[from..line].trim_start().len());
        let named = key.split('.').any(holds_secret);
        let last = key.rsplit('.').next().unwrap_or_default().trim().trim_matches(['"', '\'']);
        if text[value..line].starts_with('{') && named {
            within = true;
            from = value + 1;
        } else if value < line && (named || within) && !ORIGINS.contains(&last) {
            from = end(text, value, line);
            found.push(value..from);
        }
    }
    found
}

/// Whether a part of a key is, or nearly is, that of a secret.
fn holds_secret(part: &str) -> bool {
    let part = part.trim().trim_matches(['"', '\'']);
    let lower = part.to_lowercase();
    SECRET.iter().any(|word| lower.contains(word)) || nearest(part, ["password", "token"]).is_some()
}

/// Where a value ends that begins at `value`: with its closing quotes, else with the line.
fn end(text: &str, value: usize, line: usize) -> usize {
    let written = &text[value..];
    for quote in ["\"\"\"", "'''"] {
        if let Some(inner) = written.strip_prefix(quote) {
            return inner.find(quote).map_or(text.len(), |at| value + at + 2 * quote.len());
        }
    }
    let line = value + text[value..line].trim_end().len();
    let Some(quote) = written.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { return line };
    let mut escaped = false;
    for (at, c) in text[value..line].char_indices().skip(1) {
        if c == quote && !escaped {
            return value + at + 1;
        }
        escaped = c == '\\' && quote == '"' && !escaped;
    }
    line
}

/// Names and passwords in addresses, as in `https://ann:secret@example.org/`.
fn addresses(text: &str, start: usize, line: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = start;
    while let Some(at) = text.get(from..line).and_then(|rest| rest.find("://")).map(|at| from + at + 3) {
        let host = &text[at..line];
        from = host.find(['/', '"', '\'', '?', '#', ' ']).map_or(line, |end| at + end);
        if let Some(end) = text[at..from].rfind('@') {
            found.push(at..at + end);
        }
    }
    found
}

/// As many bytes as the secret has, its line ends kept, so that every place after it is where it was.
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
            "password = { command = \"pass show work\" }\n",
            "password.command = \"pass show work\"\npath = \"~/Mail\"\n",
            "token = { env = \"TOKEN\" }\nname = \"a\"\n",
            "[source.password]\nkeyring = \"work\"\n[peek]\ndelay = \"5s\"\n",
            "url = \"https://example.org/@ann/feed\"\n",
            "match = \"subject:password from:token\"\n",
            "",
        ] {
            assert_eq!(masked(written), written);
        }
    }
}
