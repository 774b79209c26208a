//! Web addresses in feeds, absolute or relative (RFC 3986 §5.2, RFC 3987 §3.1).
//!
//! The link is the key of an entry without an id, so the same address is always written in the same way: scheme and host in
//! lower case, without the default port, without `.` and `..`, and with percent-encoding for what is not ASCII. A host with
//! other letters is not changed to Punycode.

/// The longest address that is used, in bytes.
pub(super) const ADDRESS_BYTES: usize = 4 * 1024;

/// The absolute address for a reference in a document at `base`. `None` if it is not an http or https address.
pub(super) fn joined(base: &str, reference: &str) -> Option<String> {
    if reference.len() > ADDRESS_BYTES {
        return None;
    }
    let reference: String = trimmed(reference).chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    if let Some((scheme, rest)) = scheme(&reference) {
        return Some(Address::whole(scheme, rest)?.written());
    }
    let (scheme, rest) = scheme(trimmed(base))?;
    Some(Address::whole(scheme, rest)?.at(&reference)?.written())
}

fn trimmed(address: &str) -> &str {
    address.trim_matches(|c: char| c.is_ascii_control() || c == ' ')
}

/// The scheme of an address (RFC 3986 §3.1), and what follows its colon.
fn scheme(address: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = address.split_once(':')?;
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    (scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(letters)).then_some((scheme, rest))
}

#[derive(Debug, Clone)]
struct Address {
    scheme: &'static str,
    authority: String,
    /// Begins with `/`, and contains no `.` and `..`.
    path: String,
    query: Option<String>,
    fragment: Option<String>,
}

impl Address {
    /// An absolute address from its scheme and what follows the colon.
    fn whole(scheme: &str, rest: &str) -> Option<Self> {
        let (scheme, port) = match scheme.to_ascii_lowercase().as_str() {
            "http" => ("http", "80"),
            "https" => ("https", "443"),
            _ => return None,
        };
        let rest = rest.trim_start_matches(['/', '\\']);
        let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (format!("{user}@"), host),
            None => (String::new(), authority),
        };
        let host = host.to_lowercase();
        let host = host.strip_suffix(port).and_then(|host| host.strip_suffix(':')).unwrap_or(&host);
        let host = host.strip_suffix(':').unwrap_or(host);
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || "<>^|%\"`{}".contains(c)) {
            return None;
        }
        let authority = format!("{user}{host}");
        let root = Self { scheme, authority, path: "/".to_owned(), query: None, fragment: None };
        root.at(rest)
    }

    /// Resolves a reference without a scheme (RFC 3986 §5.2.2).
    fn at(&self, reference: &str) -> Option<Self> {
        let slash = |c: char| matches!(c, '/' | '\\');
        if let Some(rest) = reference.strip_prefix(slash).and_then(|rest| rest.strip_prefix(slash)) {
            return Self::whole(self.scheme, rest);
        }
        let (rest, fragment) = parted(reference, '#');
        let (path, query) = parted(rest, '?');
        let path = match path {
            "" => self.path.clone(),
            path if path.starts_with(slash) => without_dots(path),
            path => {
                let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
                without_dots(&format!("{folder}/{path}"))
            }
        };
        let query = if rest.is_empty() { self.query.clone() } else { query.map(|query| escaped(query, " \"#<>'")) };
        let fragment = fragment.map(|fragment| escaped(fragment, " \"<>`"));
        Some(Self { path, query, fragment, ..self.clone() })
    }

    fn written(&self) -> String {
        let mut out = format!("{}://{}{}", self.scheme, self.authority, self.path);
        for (sign, part) in [('?', &self.query), ('#', &self.fragment)] {
            if let Some(part) = part {
                out.push(sign);
                out.push_str(part);
            }
        }
        out
    }
}

fn parted(text: &str, sign: char) -> (&str, Option<&str>) {
    text.split_once(sign).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// A path without the steps `.` and `..` (RFC 3986 §5.2.4).
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let steps: Vec<&str> = path.split(['/', '\\']).skip(1).collect();
    for (number, step) in steps.iter().enumerate() {
        let last = number + 1 == steps.len();
        match step.to_ascii_lowercase().replace("%2e", ".").as_str() {
            "." => {}
            ".." => {
                kept.pop();
            }
            _ => {
                kept.push(step);
                continue;
            }
        }
        if last {
            kept.push("");
        }
    }
    format!("/{}", escaped(&kept.join("/"), " \"#<>?`{}"))
}

/// Percent-encodes the letters in `unsafe_letters`, control characters and what is not ASCII.
fn escaped(text: &str, unsafe_letters: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() && !c.is_ascii_control() && !unsafe_letters.contains(c) {
            out.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::joined;

    /// The examples of RFC 3986 §5.4.
    #[test]
    fn a_reference_is_meant_from_where_it_stands() {
        for (reference, wanted) in [
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g/"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q#s"),
            ("g?y#s", "http://a/b/c/g?y#s"),
            (";x", "http://a/b/c/;x"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../../../../g", "http://a/g"),
            ("g;x=1/../y", "http://a/b/c/y"),
            ("..g", "http://a/b/c/..g"),
        ] {
            assert_eq!(joined("http://a/b/c/d;p?q", reference).as_deref(), Some(wanted), "{reference}");
        }
    }

    #[test]
    fn one_address_is_written_in_one_way() {
        for (reference, wanted) in [
            (" HTTPS://User@Example.ORG:443 ", "https://User@example.org/"),
            ("http://e.example:8080?a b", "http://e.example:8080/?a%20b"),
            ("https:\\\\e.example\\a", "https://e.example/a"),
            ("http://[::1]:80/x", "http://[::1]/x"),
            ("https://e.example/ü/%2e%2E/é?é#é", "https://e.example/%C3%A9?%C3%A9#%C3%A9"),
            ("https://e.example/a\n\tb", "https://e.example/ab"),
        ] {
            assert_eq!(joined("https://base.example/", reference).as_deref(), Some(wanted), "{reference}");
        }
        for nowhere in ["mailto:a@b.example", "javascript:alert(1)", "https://", "http://a b/", "tag:e.example,2026:1"]
        {
            assert_eq!(joined("https://base.example/", nowhere), None, "{nowhere}");
        }
        assert_eq!(joined("nowhere", "x"), None);
    }
}
