//! Which folders are meant: names, or patterns with `*` and `%` as in LIST (RFC 9051 §6.3.9).

/// How these patterns choose a name; `None` where none of them matches it, or one that begins with `-` does.
#[must_use]
pub fn chosen(patterns: &[String], name: &str, delimiter: Option<char>) -> Option<PatternMatch> {
    let matches = |pattern: &str| matches(pattern, name, delimiter);
    if leaves_out(patterns, name, delimiter) {
        return None;
    }
    let mut wanted = patterns.iter().filter(|pattern| !pattern.starts_with('-') && matches(pattern)).peekable();
    wanted.peek()?;
    Some(if wanted.any(|pattern| is_name(pattern)) { PatternMatch::ByName } else { PatternMatch::ByPattern })
}

/// Whether one of these patterns begins with `-` and matches a name.
#[must_use]
pub fn leaves_out(patterns: &[String], name: &str, delimiter: Option<char>) -> bool {
    patterns.iter().filter_map(|pattern| pattern.strip_prefix('-')).any(|pattern| matches(pattern, name, delimiter))
}

/// How a folder was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatternMatch {
    /// By its name.
    ByName,
    /// By a pattern that matches it.
    ByPattern,
}

/// Whether a pattern is a name and nothing else.
#[must_use]
pub fn is_name(pattern: &str) -> bool {
    !pattern.contains(['*', '%'])
}

/// Whether two names mean the same folder: in INBOX, and in the first part of the names below it, letter case does
/// not count (RFC 9051 §5.1).
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    canonical(one) == canonical(other)
}

/// A name with INBOX in capitals.
#[must_use]
pub fn canonical(name: &str) -> std::borrow::Cow<'_, str> {
    match name.split_at_checked(INBOX.len()) {
        Some((first, rest))
            if first.eq_ignore_ascii_case(INBOX) && (rest.is_empty() || rest.starts_with(['/', '.'])) =>
        {
            if first == INBOX { name.into() } else { format!("{INBOX}{rest}").into() }
        }
        _ => name.into(),
    }
}

pub const INBOX: &str = "INBOX";

/// The most specific of several patterns for a name, in whatever order they are: the name itself, else the longest
/// pattern that matches it. The levels of the name are divided by `/`, or by `.` where there is no `/`.
#[must_use]
pub fn closest<'p, T>(patterns: &'p [(String, T)], name: &str) -> Option<&'p T> {
    let delimiter = if name.contains('/') { '/' } else { '.' };
    let fits = patterns.iter().filter(|(pattern, _)| matches(pattern, name, Some(delimiter)));
    fits.max_by_key(|(pattern, _)| (is_name(pattern), pattern.len())).map(|(_, value)| value)
}

/// Whether a pattern matches the whole of a name: `*` stands for anything, `%` for anything without the delimiter. Takes
/// at most as many steps as the product of their lengths.
fn matches(pattern: &str, name: &str, delimiter: Option<char>) -> bool {
    let (pattern, name) = (canonical(pattern), canonical(name));
    let name: Vec<char> = name.chars().collect();
    // For each beginning of the name: whether the part of the pattern that was read so far matches it.
    let mut reached = vec![false; name.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    for wanted in pattern.chars() {
        let mut next = Vec::with_capacity(reached.len());
        let mut before = None;
        for (at, here) in reached.iter().enumerate() {
            // The last letter of this beginning.
            let letter = at.checked_sub(1).and_then(|at| name.get(at));
            let passes = |letter: &char| wanted == '*' || Some(*letter) != delimiter;
            let now = match wanted {
                '*' | '%' => *here || (before == Some(true) && letter.is_some_and(passes)),
                letter_wanted => {
                    let came = at.checked_sub(1).and_then(|at| reached.get(at));
                    came == Some(&true) && letter == Some(&letter_wanted)
                }
            };
            before = Some(now);
            next.push(now);
        }
        reached = next;
    }
    reached.last() == Some(&true)
}

#[cfg(test)]
mod tests {
    use super::{PatternMatch, chosen, closest, matches, same};

    #[test]
    fn a_star_goes_everywhere_and_a_percent_sign_stays_on_its_level() {
        for (pattern, fits, fits_not) in [
            ("INBOX", &["INBOX", "inbox"][..], &["INBOX/a", "INBOXES", ""][..]),
            ("*", &["INBOX", "a/b/c", ""], &[]),
            ("%", &["INBOX", "a"], &["a/b"]),
            ("Lists/%", &["Lists/", "Lists/rust"], &["Lists", "Lists/rust/old", "lists/rust"]),
            ("Lists/*", &["Lists/rust", "Lists/rust/old"], &["Lists", "My/Lists/rust"]),
            ("%/old", &["a/old"], &["a/b/old", "old"]),
            ("*old*", &["old", "a/old/b", "golden"], &["OLD"]),
            ("inbox/%", &["INBOX/a", "Inbox/a"], &["INBOX/a/b"]),
            ("a**%b", &["ab", "a/x/b"], &["a", "b"]),
        ] {
            for name in fits {
                assert!(matches(pattern, name, Some('/')), "{pattern} {name}");
            }
            for name in fits_not {
                assert!(!matches(pattern, name, Some('/')), "{pattern} {name}");
            }
        }
        assert!(matches("%", "a/b", Some('.')) && matches("%", "a/b", None));
    }

    #[test]
    fn the_pattern_that_says_most_counts() {
        let patterns = [("*", 1), ("Listen/*", 2), ("Listen/rust", 3), ("INBOX", 4)].map(|(it, n)| (it.to_owned(), n));
        let of = |name| closest(&patterns, name).copied();
        assert_eq!([of("Listen/rust"), of("Listen/go"), of("Work"), of("inbox")], [Some(3), Some(2), Some(1), Some(4)]);
        assert_eq!(closest(&patterns[1..2], "Work"), None);
    }

    #[test]
    fn a_minus_leaves_out_whatever_else_matches() {
        let patterns = ["*", "Lists/rust", "-Lists/*"].map(String::from);
        assert_eq!(chosen(&patterns, "Work", Some('/')), Some(PatternMatch::ByPattern));
        assert_eq!(chosen(&patterns, "Lists/rust", Some('/')), None);
        let patterns = ["*", "Trash"].map(String::from);
        assert_eq!(chosen(&patterns, "Trash", Some('/')), Some(PatternMatch::ByName));
        assert_eq!(chosen(&["-*".to_owned()], "Work", None), None);
    }

    #[test]
    fn inbox_is_one_in_any_case_and_others_are_not() {
        assert!(same("Inbox", "INBOX") && same("inbox.Trash", "INBOX.Trash") && same("a", "a"));
        assert!(!same("Trash", "trash") && !same("inbox-a", "INBOX-a") && !same("INBOX.a", "INBOX.A"));
    }

    #[test]
    fn no_pattern_takes_long() {
        assert!(!matches(&"*a".repeat(300), &"a".repeat(3_000).replace("aaaa", "aaab"), None));
    }
}
