//! What a mail server has found out about a message's signatures: `Authentication-Results` (RFC 8601) and `DKIM-Signature`
//! (RFC 6376 §3.5). Nothing is verified here. A result counts only where the person has named the server that wrote it.

use super::header::{Header, unfold};

/// A valid signature of DKIM, as a server reports it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DkimPass {
    /// `header.d`: the domain that signed.
    domain: Option<String>,
    /// The domain of `header.i`, which is the same or one below it.
    identity: Option<String>,
    /// `header.s`.
    selector: Option<String>,
    /// `header.b`: how the signature begins.
    begins: Option<String>,
}

/// A signature that a message carries.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DkimSignature {
    pub(super) domain: String,
    selector: String,
    signature: String,
    /// The fields that it covers, in small letters.
    covers: Vec<String>,
}

impl DkimSignature {
    pub(super) fn covers(&self, field: &str) -> bool {
        self.covers.iter().any(|covered| covered == field)
    }
}

/// The valid signatures that the server of this name has found; `None` where the newest result is not its own. A server puts its
/// result above everything that was there when the message came, so that what stands below may be anybody's.
pub(super) fn passes(header: &Header<'_>, server: &str) -> Option<Vec<DkimPass>> {
    let field = String::from_utf8_lossy(&unfold(header.noted("authentication-results")?)).into_owned();
    let field = without_comments(&field);
    let mut parts = split_outside_quotes(&field);
    let (id, _) = word(parts.next()?.trim_start());
    let named = id.trim_end_matches('.').eq_ignore_ascii_case(server.trim_end_matches('.'));
    named.then(|| parts.filter_map(dkim_pass).collect())
}

/// The signatures that a message carries.
pub(super) fn signatures(header: &Header<'_>) -> Vec<DkimSignature> {
    header.all_noted("dkim-signature").filter_map(|field| signature(&String::from_utf8_lossy(&unfold(field)))).collect()
}

/// The signature that a result is about.
pub(super) fn signature_of<'s>(pass: &DkimPass, signatures: &'s [DkimSignature]) -> Option<&'s DkimSignature> {
    signatures.iter().find(|one| {
        let same = |said: &Option<String>, is: &str| said.as_ref().is_none_or(|said| said.eq_ignore_ascii_case(is));
        let within = |identity: &String| {
            identity.eq_ignore_ascii_case(&one.domain)
                || identity.to_lowercase().ends_with(&format!(".{}", one.domain.to_lowercase()))
        };
        (pass.domain.is_some() || pass.identity.is_some())
            && same(&pass.domain, &one.domain)
            && same(&pass.selector, &one.selector)
            && pass.identity.as_ref().is_none_or(within)
            && pass.begins.as_ref().is_none_or(|begins| one.signature.starts_with(begins.as_str()))
    })
}

/// One result: `dkim=pass (2048-bit key) header.d=example.org header.s=k1`.
fn dkim_pass(part: &str) -> Option<DkimPass> {
    let mut pairs = pairs(part).into_iter();
    let (method, result) = pairs.next()?;
    let method = method.split('/').next().unwrap_or_default();
    if !method.eq_ignore_ascii_case("dkim") || !result.eq_ignore_ascii_case("pass") {
        return None;
    }
    let mut pass = DkimPass { domain: None, identity: None, selector: None, begins: None };
    for (name, value) in pairs {
        let place = match name.to_ascii_lowercase().as_str() {
            "header.d" => &mut pass.domain,
            "header.s" => &mut pass.selector,
            "header.b" => &mut pass.begins,
            "header.i" => {
                pass.identity = Some(value.rsplit('@').next().unwrap_or_default().to_owned());
                continue;
            }
            _ => continue,
        };
        *place = Some(value);
    }
    Some(pass)
}

fn signature(field: &str) -> Option<DkimSignature> {
    let tag = |name: &str| {
        let found = field.split(';').filter_map(|tag| tag.split_once('=')).find(|(tag, _)| tag.trim() == name);
        found.map(|(_, value)| value.split_whitespace().collect::<String>())
    };
    Some(DkimSignature {
        domain: tag("d")?,
        selector: tag("s")?,
        signature: tag("b")?,
        covers: tag("h")?.split(':').map(str::to_ascii_lowercase).collect(),
    })
}

/// `name=value` in turn, with spaces anywhere between; a value may be in quotes.
fn pairs(text: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let (value, after) = word(after.trim_start());
        pairs.push((name.split_whitespace().collect(), value));
        rest = after;
    }
    pairs
}

/// A token or a quoted string at the beginning, and what follows it.
fn word(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let (word, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        return (word.to_owned(), rest);
    };
    let mut word = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (word, quoted.get(at + 1..).unwrap_or_default()),
            '\\' => word.extend(chars.next().map(|(_, c)| c)),
            c => word.push(c),
        }
    }
    (word, "")
}

/// Takes comments out (RFC 5322 §3.2.2), which may be nested; each leaves a space.
pub(super) fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut depth, mut quoted) = (0_usize, false);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if depth > 0 => drop(chars.next()),
            '\\' if quoted => {
                out.push(c);
                out.extend(chars.next());
            }
            '"' if depth == 0 => {
                quoted = !quoted;
                out.push(c);
            }
            '(' if !quoted => depth += 1,
            ')' if depth > 0 => {
                depth -= 1;
                out.push(' ');
            }
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

fn split_outside_quotes(text: &str) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |c| {
        let ends = c == ';' && !quoted;
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && quoted && !escaped;
        ends
    })
}
