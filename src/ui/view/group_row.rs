//! What a row says of a group: who writes in it, how many messages it has, and which rows are of one that is
//! unfolded.
//!
//! ```text
//!  ▌ Ada, Grace +2    Notes on the engine              4 of 9   1h     folded
//!    ┌ Ada Lovelace   Notes on the engine                       2d     unfolded
//!    └ Grace Hopper   Re: Notes on the engine                   1h
//! ```

use crate::domain::group::GroupSummary;
use crate::domain::printable::Printable;
use crate::ui::state::folds::Nesting;

/// Who writes in a group, in so many columns: one person by the whole name, several by the first part of theirs.
#[must_use]
pub fn people(people: &[Printable], columns: usize) -> Printable {
    if let [one] = people {
        return one.cut(columns);
    }
    let short: Vec<&str> = people.iter().map(|name| short_name(name.as_str())).collect();
    let told = |count: usize| {
        let names = short.get(..count).unwrap_or_default().join(", ");
        let more = if count < short.len() { format!(" +{}", short.len() - count) } else { String::new() };
        (names, more)
    };
    let fitting = (2..=short.len())
        .rev()
        .map(told)
        .find(|(names, more)| Printable::from(names.as_str()).width() + more.len() <= columns);
    let (names, more) = fitting.unwrap_or_else(|| told(1));
    let names = Printable::from(names).cut(columns.saturating_sub(more.len()));
    Printable::from(format!("{names}{more}"))
}

/// The name that people call somebody by: `Ada` of `Ada Lovelace` and of `Lovelace, Ada`, `ada` of `ada@example.org`.
fn short_name(name: &str) -> &str {
    let given = name.split_once(", ").map_or(name, |(_, given)| given);
    let word = given.split_whitespace().next().unwrap_or(name);
    word.split_once('@').map_or(word, |(local, _)| local)
}

/// How many messages of a conversation are here, and how many there are in all; in words where there is room for them.
#[must_use]
pub fn count(here: usize, summary: &GroupSummary, in_words: bool) -> String {
    let all = usize::try_from(summary.in_all).unwrap_or(usize::MAX);
    match (all > here, in_words) {
        (true, true) => format!("{here} of {all}"),
        (true, false) => format!("{here}/{all}"),
        (false, _) => here.to_string(),
    }
}

/// What stands before who writes, so that the rows of an unfolded group are seen together.
#[must_use]
pub fn guide(nesting: Nesting) -> &'static str {
    match nesting {
        Nesting::Alone | Nesting::Folded(_) => "",
        Nesting::First => "┌ ",
        Nesting::Between => "│ ",
        Nesting::Last => "└ ",
    }
}

#[cfg(test)]
mod tests {
    use super::people;
    use crate::domain::printable::Printable;

    #[test]
    fn people_are_told_as_far_as_there_is_room() {
        let of = |names: &[&str], columns| {
            let names: Vec<Printable> = names.iter().map(|name| Printable::from(*name)).collect();
            people(&names, columns).as_str().to_owned()
        };
        assert_eq!(of(&["Ada Lovelace"], 20), "Ada Lovelace");
        assert_eq!(of(&["Ada Lovelace", "Hopper, Grace"], 20), "Ada, Grace");
        assert_eq!(of(&["Ada Lovelace", "Grace Hopper", "kj@example.org", "Alan Turing"], 14), "Ada, Grace +2");
        assert_eq!(of(&["Wolfeschlegelsteinhausen", "Ann"], 10), "Wolfes… +1");
        assert_eq!(of(&["山田 花子", "佐藤"], 20), "山田, 佐藤");
        assert_eq!(of(&[], 20), "");
    }
}
