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

/// Every id of a field in order, the first and the last ones where there are very many.
pub(super) fn all(field: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let bare = if field.contains('<') { None } else { Some(field) };
    let loose = bare.into_iter().flat_map(str::split_whitespace).filter(|id| id.contains('@')).filter_map(clean);
    for id in each(field).chain(loose) {
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

fn each(field: &str) -> impl Iterator<Item = String> + '_ {
    let mut rest = field;
    std::iter::from_fn(move || {
        loop {
            let (_, after) = rest.split_once('<')?;
            // An id that is never closed ends where the next one begins.
            let end = after.find(['>', '<']).unwrap_or(after.len());
            let (id, left) = after.split_at(end);
            rest = left.strip_prefix('>').unwrap_or(left);
            if let Some(id) = clean(id) {
                return Some(id);
            }
        }
    })
}

/// An id without brackets, white space, controls and what hides. Empty or endless ones name nothing.
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
    }
}
