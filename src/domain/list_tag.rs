//! The name of a mailing list at the beginning of a subject: `Re: [rust-users] async drop, again`.

use std::ops::Range;

/// What stands in brackets too, and names no list.
const NO_NAMES: [&str; 8] = ["patch", "rfc", "bug", "spam", "fwd", "external", "solved", "security"];
/// A shorter name has to be the whole name of the list.
const TELLING: usize = 3;

/// Where the name of the list stands in a subject, in bytes, with its brackets and the blanks behind them. `list` is the
/// identifier of the list (RFC 2919): only a name that belongs to it counts, so that `[PATCH 2/5]` stays.
#[must_use]
pub fn list_tag(subject: &str, list: &str) -> Option<Range<usize>> {
    let mut from = behind_replies(subject);
    loop {
        let rest = subject.get(from..)?;
        let inside = rest.strip_prefix('[')?;
        let end = inside.find(']')?;
        let blanks = |text: &str| text.len() - text.trim_start().len();
        let behind = from + end + 2;
        let to = behind + blanks(subject.get(behind..)?);
        if names(inside.get(..end)?, list) {
            return Some(from..to);
        }
        from = to;
    }
}

/// The name in brackets, without them.
#[must_use]
pub fn name<'t>(subject: &'t str, tag: &Range<usize>) -> &'t str {
    subject.get(tag.clone()).map_or("", |tag| tag.trim_end().trim_start_matches('[').trim_end_matches(']'))
}

/// The place behind `Re:`, `Fwd: Re:`, `AW:`, `Re[2]:` and the like.
fn behind_replies(subject: &str) -> usize {
    let mut from = 0;
    while let Some(rest) = subject.get(from..) {
        let word = rest.split_whitespace().next().unwrap_or_default();
        let reply = word.strip_suffix(':').map(|word| word.split('[').next().unwrap_or_default());
        let reply = reply.filter(|it| (1..=4).contains(&it.chars().count()) && it.chars().all(char::is_alphabetic));
        if reply.is_none() {
            return from + (rest.len() - rest.trim_start().len());
        }
        from += rest.find(':').map_or(rest.len(), |at| at + 1);
    }
    from
}

/// Whether a text in brackets is a name of the list: one of the labels of its identifier (but for the last, which is a
/// country or the like), two of them, or the beginning of the first.
fn names(tag: &str, list: &str) -> bool {
    let simple = |text: &str| text.trim().to_lowercase().replace([' ', '_', '.'], "-");
    let tag = simple(tag.rsplit('/').next().unwrap_or(tag));
    if tag.is_empty() || NO_NAMES.contains(&tag.as_str()) {
        return false;
    }
    let labels: Vec<String> = list.split('.').map(simple).collect();
    let Some((first, others)) = labels.split_first() else { return false };
    let inner = others.split_last().map_or(&[] as &[String], |(_, inner)| inner);
    let begins = tag.len() >= TELLING && first.strip_prefix(&tag).is_some_and(|rest| rest.starts_with('-'));
    let joined = |one: &String| tag == format!("{one}-{first}") || tag == format!("{first}-{one}");
    tag == *first || begins || tag.len() >= TELLING && inner.iter().any(|one| *one == tag || joined(one))
}

#[cfg(test)]
mod tests {
    use super::{list_tag, name};

    fn without(subject: &str, list: &str) -> String {
        list_tag(subject, list).map_or_else(
            || subject.to_owned(),
            |tag| {
                let mut short = subject.to_owned();
                short.replace_range(tag, "");
                short
            },
        )
    }

    #[test]
    fn the_name_of_the_list_is_found_in_the_subject() {
        for (subject, list, short) in [
            ("[rust-users] async drop", "rust-users.lists.example", "async drop"),
            ("Re: [Rust-Users] async drop", "rust-users.lists.example", "Re: async drop"),
            ("Re: AW: [rust users]  x", "rust-users.lists.example", "Re: AW: x"),
            ("Re[2]: [R] plots", "r.example.org", "Re[2]: plots"),
            ("[tide/harbour] Fails at dusk (#12)", "harbour.tide.example", "Fails at dusk (#12)"),
            ("[tide-users] moon", "users.tide.example", "moon"),
            ("[tide] moon", "tide-announce.example", "moon"),
            ("[PATCH 2/5] [ingbi-patches] core: x", "ingbi-patches.example", "[PATCH 2/5] core: x"),
            ("[ingbi-patches] [PATCH 2/5] core: x", "ingbi-patches.example", "[PATCH 2/5] core: x"),
        ] {
            assert_eq!(without(subject, list), short, "{subject}");
        }
    }

    #[test]
    fn what_is_no_name_of_the_list_stays() {
        for (subject, list) in [
            ("[PATCH] core: x", "patch.example.org"),
            ("[PATCH 2/5] core: x", "ingbi-patches.example"),
            ("[example] x", "users.example"),
            ("[a] x", "a-b.example"),
            ("[rust-users", "rust-users.example"),
            ("About [rust-users]", "rust-users.example"),
            ("[] x", "rust-users.example"),
            ("", "rust-users.example"),
            ("Re:", ""),
            ("Ünïcödé: [x", "x"),
        ] {
            assert_eq!(list_tag(subject, list), None, "{subject}");
        }
    }

    #[test]
    fn the_name_comes_without_its_brackets() {
        let subject = "Re: [rust-users]  async";
        assert_eq!(name(subject, &list_tag(subject, "rust-users.example").unwrap()), "rust-users");
    }
}
