//! Message-IDs (RFC 5322 §3.6.4), cleaned once so that equal means equal everywhere.

use crate::domain::limits::{MESSAGE_ID_BYTES, REFERENCES};
use crate::domain::printable;

/// The first id of a field, without brackets. Where there are none, the first word with an `@`, else all that is there.
pub(super) fn first(field: &str) -> Option<String> {
    let loose = || field.split_whitespace().find(|word| word.contains('@')).and_then(clean);
    let whole = || field.split_whitespace().filter_map(clean).collect::<Vec<_>>().join(" ");
    each(field)
        .next()
        .or_else(loose)
        .or_else(|| Some(whole()).filter(|id| !id.is_empty() && id.len() <= MESSAGE_ID_BYTES))
}

/// Every id of a field that refers to messages, in order, the first and the last ones where there are very many.
///
/// What stands there may be a phrase (RFC 822 §4.6.2), and an address in it is somebody's: `Message from Ann <ann@a.example>
/// of "Mon, 23 Nov"`.
pub(super) fn all(field: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let found: &mut dyn Iterator<Item = String> =
        if field.contains('<') { &mut references(field) } else { &mut bare(field) };
    for id in found {
        if ids.contains(&id) {
            continue;
        }
        if ids.len() == REFERENCES {
            ids.remove(1);
        }
        ids.push(id);
    }
    ids
}

/// The ids in brackets that are no addresses of a phrase.
fn references(field: &str) -> impl Iterator<Item = String> + '_ {
    let mut rest = field;
    std::iter::from_fn(move || {
        loop {
            let (before, after) = rest.split_once('<')?;
            let (id, left) = bracketed(after);
            rest = left;
            if let Some(id) = clean(id).filter(|id| names_a_message(id))
                && !is_somebodys(before, left)
            {
                return Some(id);
            }
        }
    })
}

/// The words with an `@`, where there are no brackets.
fn bare(field: &str) -> impl Iterator<Item = String> + '_ {
    let mut from = 0;
    field.split_whitespace().filter(|word| word.contains('@')).filter_map(move |word| {
        let at = from + field.get(from..)?.find(word)?;
        let (before, behind) = (field.get(from..at)?, field.get(at + word.len()..)?);
        from = at + word.len();
        let id = clean(word.trim_matches([',', ';', '"', '\'', '(', ')']))?;
        (!word.ends_with("'s") && names_a_message(&id) && !is_somebodys(before, behind)).then_some(id)
    })
}

/// Whether the words around an address make it the one of a person: it stands behind `from` in some language, before the
/// next date, or before `of` or `'s`.
fn is_somebodys(before: &str, behind: &str) -> bool {
    const FROM: [&str; 13] =
        ["from", "von", "de", "da", "di", "van", "från", "fra", "od", "от", "por", "par", "mailto:"];
    const THEN: [&str; 12] = ["of", "dated", "vom", "am", "on", "at", "du", "le", "op", "del", "den", "sent"];
    let near = before.get(before.ceil_char_boundary(before.len().saturating_sub(200))..).unwrap_or_default();
    let last = near.split_whitespace().map(|word| word.trim_matches(['"', '\'', '(', ')', ',']).to_lowercase());
    let mut from = false;
    for word in last {
        if FROM.contains(&word.as_str()) {
            from = true;
        } else if THEN.contains(&word.as_str()) {
            from = false;
        }
    }
    let behind = behind.get(..behind.floor_char_boundary(40)).unwrap_or(behind);
    let next = behind.split_whitespace().next().unwrap_or_default();
    from || behind.starts_with("'s")
        || behind.starts_with('\u{2019}')
        || matches!(next, "of" | "wrote" | "wrote:" | "dated")
}

/// Whether there is something on both sides of the `@`, or no `@` at all. Many broken messages have `<@>`, and it names none.
fn names_a_message(id: &str) -> bool {
    id.chars().any(char::is_alphanumeric)
        && id.split_once('@').is_none_or(|(local, host)| !local.is_empty() && !host.is_empty())
}

fn each(field: &str) -> impl Iterator<Item = String> + '_ {
    let mut rest = field;
    std::iter::from_fn(move || {
        loop {
            let (_, after) = rest.split_once('<')?;
            let (id, left) = bracketed(after);
            rest = left;
            if let Some(id) = clean(id) {
                return Some(id);
            }
        }
    })
}

/// What stands up to the closing bracket, and what behind it. An id that is never closed ends where the next one begins.
fn bracketed(after: &str) -> (&str, &str) {
    let (id, left) = after.split_at(after.find(['>', '<']).unwrap_or(after.len()));
    (id, left.strip_prefix('>').unwrap_or(left))
}

/// A field without what stands in quotes and in parentheses.
pub(super) fn unquoted(field: &str) -> String {
    let mut out = String::with_capacity(field.len());
    let mut within: Option<char> = None;
    for letter in field.chars() {
        match (within, letter) {
            (None, '"') => within = Some('"'),
            (None, '(') => within = Some(')'),
            (None, letter) => out.push(letter),
            (Some(end), letter) if letter == end => {
                within = None;
                out.push(' ');
            }
            _ => {}
        }
    }
    out
}

/// An id without brackets, white space, control and invisible characters. An empty or too long one names nothing.
fn clean(id: &str) -> Option<String> {
    let id: String =
        id.chars().filter(|c| !c.is_whitespace() && !printable::forbidden(*c) && !matches!(c, '<' | '>')).collect();
    (!id.is_empty() && id.len() <= MESSAGE_ID_BYTES).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::{all, first};

    #[test]
    fn the_first_id_counts_whatever_is_around_it() {
        assert_eq!(first("<a0@x.example> <b0@x.example>").as_deref(), Some("a0@x.example"));
        assert_eq!(first(" a@b (comment)").as_deref(), Some("a@b"));
        assert_eq!(first("<\"quoted string\"@[192.0.2.1]>").as_deref(), Some("\"quotedstring\"@[192.0.2.1]"));
        assert_eq!(first("<T13\x1b[2J@evil.example>").as_deref(), Some("T13[2J@evil.example"));
        assert_eq!(first("<>"), None);
        assert_eq!(first("no  angle brackets").as_deref(), Some("no angle brackets"));
        assert_eq!(first(&format!("<{}@x>", "m".repeat(50_000))), None);
    }

    #[test]
    fn long_chains_keep_their_root_and_their_end() {
        let field: String = (0..4_000).map(|n| format!("<{n}@x>\r\n\t")).collect();
        let ids = all(&field);
        assert_eq!(ids.len(), 100);
        assert_eq!((ids.first().unwrap().as_str(), ids.last().unwrap().as_str()), ("0@x", "3999@x"));
        assert_eq!(ids[1], "3901@x");
    }

    #[test]
    fn words_around_ids_are_no_ids() {
        assert_eq!(all("Your message of Friday <a@b> \"x\""), ["a@b"]);
        assert_eq!(all("a@b c@d"), ["a@b", "c@d"]);
        assert_eq!(all("<a@b <c@d>"), ["a@b", "c@d"]);
        assert_eq!(all("a@b, c@d;"), ["a@b", "c@d"]);
        assert_eq!(all("<1@x> from \"Ann\" at Nov 23, 26 10:00:00 am"), ["1@x"]);
        assert_eq!(all("Your message of \"Mon, 23 Nov 2026\" <1@x>"), ["1@x"]);
    }

    #[test]
    fn an_address_in_a_phrase_is_nobodys_message() {
        for field in [
            "Message from Ann <ann@a.example> of \"Mon, 23 Nov 2026 09:00:00 +0000.\"",
            "Message from ann@a.example of \"Mon, 23 Nov 2026\"",
            "Mail from 'Ann <ann@a.example>' dated: Mon, 23 Nov 2026",
            "Ann Holm <ann@a.example>'s message of Mon, 23 Nov 2026",
            "ann@a.example of Mon",
            "<ann@a.example> of Mon, 23 Nov 2026",
            "Nachricht von Ann <ann@a.example> vom Mo, 23. Nov",
            "ann@a.example's message of Monday",
            "<@>",
            "<@a.example> <ann@>",
        ] {
            assert_eq!(all(field), [] as [&str; 0], "{field}");
        }
        let both = "Message from Ann <ann@a.example> of \"Mon, 23 Nov 2026\" <1@x>";
        assert_eq!(all(both), ["1@x"]);
    }

    #[test]
    fn floods_take_linear_time() {
        for piece in ["a@b ", "<a@b> from ", "from <", "<@>", "from a@b of ", "<a@b>"] {
            assert!(all(&piece.repeat(200_000 / piece.len())).len() <= 100);
        }
    }
}
