//! The parameters of a Content-Type or Content-Disposition (RFC 2045 §5.1), continued and encoded ones put together
//! (RFC 2231), in one pass.
//!
//! Read leniently: a missing semicolon, an unclosed quote, blanks in an unquoted file name, doubled and missing pieces.

use super::{charset, percent};

use crate::domain::limits::PARAMETERS;

/// One `name=value` as it stands: the name without its asterisks, in lower case.
struct Piece {
    name: String,
    /// Its place among the pieces of one value (`name*1=`).
    place: Option<u32>,
    /// Whether the value is percent-encoded (`name*=`).
    encoded: bool,
    value: String,
}

/// Names in lower case and decoded values, each name once, from what stands behind the field's own value.
pub(super) fn read(text: &str) -> Vec<(String, String)> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = text;
    while pieces.len() < PARAMETERS
        && let Some((piece, after)) = piece(rest)
    {
        pieces.extend(piece);
        rest = after;
    }
    let mut found: Vec<(String, String)> = Vec::new();
    for piece in &pieces {
        if found.iter().all(|(name, _)| *name != piece.name) {
            found.push((piece.name.clone(), value(&pieces, &piece.name)));
        }
    }
    found
}

/// The next parameter, where it is one, and what follows it.
fn piece(text: &str) -> Option<(Option<Piece>, &str)> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == ';');
    if text.is_empty() {
        return None;
    }
    let end = text.find(['=', ';', '"']).unwrap_or(text.len());
    let (name, after) = text.split_at(end);
    let Some(after) = after.strip_prefix('=') else {
        // No parameter: passed over, with the quote it stopped at.
        return Some((None, after.strip_prefix('"').unwrap_or(after)));
    };
    // Where several words stand before the `=`, the last one is the name.
    let name = name.split_whitespace().next_back().unwrap_or_default().to_ascii_lowercase();
    let (name, encoded) = name.strip_suffix('*').map_or((name.as_str(), false), |name| (name, true));
    let numbered = name.rsplit_once('*').and_then(|(name, place)| Some((name, place.parse().ok()?)));
    let (name, place) = numbered.map_or((name, None), |(name, place)| (name, Some(place)));
    let after = after.trim_start();
    let (value, rest) = match after.strip_prefix('"') {
        Some(inner) => quoted(inner),
        None => bare(after, matches!(name, "name" | "filename")),
    };
    let piece = Piece { name: name.to_owned(), place, encoded, value };
    Some((Some(piece).filter(|it| !it.name.is_empty()), rest))
}

/// Up to the closing quote. A backslash escapes only a quote or a backslash; elsewhere it may belong to a Windows path.
fn quoted(text: &str) -> (String, &str) {
    let mut out = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => break,
            '\\' if letters.as_str().starts_with(['"', '\\']) => out.extend(letters.next()),
            letter => out.push(letter),
        }
    }
    (out, letters.as_str())
}

/// One word or, of a file's name, everything up to the semicolon.
fn bare(text: &str, named: bool) -> (String, &str) {
    let ends = |letter: char| letter == ';' || !named && (letter.is_whitespace() || letter == '(');
    let (value, mut rest) = text.split_at(text.find(ends).unwrap_or(text.len()));
    if rest.starts_with('(') || rest.trim_start().starts_with('(') {
        // A comment is no name of a parameter.
        rest = rest.get(rest.find([')', ';']).unwrap_or(rest.len())..).unwrap_or_default().trim_start_matches(')');
    }
    (value.trim().to_owned(), rest)
}

/// The value of a name: of its pieces in order, else encoded, else as it stands. Of several, the first counts.
fn value(pieces: &[Piece], name: &str) -> String {
    let own = || pieces.iter().filter(|it| it.name == name);
    let mut parts: Vec<&Piece> = own().filter(|it| it.place.is_some()).collect();
    parts.sort_by_key(|it| it.place);
    parts.dedup_by_key(|it| it.place);
    if parts.is_empty() {
        let Some(one) = own().find(|it| it.encoded).or_else(|| own().next()) else { return String::new() };
        parts.push(one);
    }
    if parts.iter().all(|it| !it.encoded) {
        return parts.iter().map(|it| it.value.as_str()).collect();
    }
    // `charset'language'text`; letters may be cut in two between the pieces, so they are decoded as one.
    let mut set = None;
    let mut bytes = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        let mut text = part.value.as_str();
        if place == 0
            && part.encoded
            && let Some((named, after)) = text.split_once('\'')
            && let Some((_, after)) = after.split_once('\'')
        {
            set = Some(named);
            text = after;
        }
        if part.encoded { bytes.extend(percent::decode(text)) } else { bytes.extend_from_slice(text.as_bytes()) }
    }
    charset::decode(&bytes, set).0
}

#[cfg(test)]
mod tests {
    use super::read;

    fn is(text: &str, expected: &[(&str, &str)]) {
        let found = read(text);
        let found: Vec<_> = found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn parameters_as_the_standard_has_them() {
        is("; charset=\"UTF-8\"; Format=flowed", &[("charset", "UTF-8"), ("format", "flowed")]);
        is("; charset=us-ascii (Plain text); x=1", &[("charset", "us-ascii"), ("x", "1")]);
        is(";filename=\"a \\\"b\\\" c.txt\"", &[("filename", "a \"b\" c.txt")]);
    }

    #[test]
    fn parameters_as_programs_write_them() {
        is("; charset=utf-8 boundary=\"a;b\" x=y", &[("charset", "utf-8"), ("boundary", "a;b"), ("x", "y")]);
        is("; ; charset = utf-8 ;;", &[("charset", "utf-8")]);
        is("; filename=My report (2).txt; size=3", &[("filename", "My report (2).txt"), ("size", "3")]);
        is("; filename=\"C:\\temp\\x.txt", &[("filename", "C:\\temp\\x.txt")]);
        is("; inline; name=a; name=b; =c", &[("name", "a")]);
    }

    #[test]
    fn continued_values_are_put_together_in_order() {
        is("; name*1=\"b.txt\"; name*0=\"a \"; name=x", &[("name", "a b.txt")]);
        is("; name*0*=utf-8''%E2%82; name*2=c; name*1*=%AC; name*0=zz; name=plain.txt", &[("name", "€c")]);
        is("; name*3=d; name*1=b", &[("name", "bd")]);
    }

    #[test]
    fn encoded_values_are_read_by_their_set() {
        is("; name*=iso-8859-15'de'%A4.txt; name=plain.txt", &[("name", "€.txt")]);
        is("; name=plain.txt; name*=UTF-8''%e2%82%ac", &[("name", "€")]);
        is("; name*=''100%; x*=no", &[("name", "100%"), ("x", "no")]);
        is("; name*=it's%20here", &[("name", "it's here")]);
    }

    #[test]
    fn floods_are_cut() {
        let names: String = (0..60_000).map(|n| format!("; p{n}=a")).collect();
        assert_eq!(read(&names).len(), 128);
        let pieces: String = (0..60_000).map(|n| format!("; p*{n}=a")).collect();
        assert_eq!(read(&pieces).len(), 1);
        for piece in [";", "\"", "=", "=\"", "a=b(", "\\", "; a", "=(;"] {
            read(&piece.repeat(200_000 / piece.len()));
        }
    }

    proptest::proptest! {
        #[test]
        fn anything_can_be_read(text in "(name|\\*|[0-9]|=|;|'|\"|%[0-9A-F]{2}|\\\\|\\(|\\)| |\\PC){0,40}") {
            read(&text);
        }
    }
}
