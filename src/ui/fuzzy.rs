//! Finding by what somebody half remembers: the letters of a query, in their order, anywhere in a text.
//!
//! Letters are compared as `domain::words` folds them, in lower case and without their marks. Among the ways in which
//! the letters can be found the best one counts: together rather than apart, at the beginnings of words rather than
//! within them. `ui::state::palette` says what is searched.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// For each letter that is found.
const FOUND: i32 = 1;
/// It follows right on the one before: worth more than any beginning, so that a prefix beats initials.
const TOGETHER: i32 = 7;
/// It begins a word.
const BEGINS: i32 = 5;
/// It begins the text.
const FIRST: i32 = 2;
/// The text is the query and nothing else.
const WHOLE: i32 = 20;

/// A text that has the query's letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Higher is better; comparable between texts for the same query.
    pub score: i32,
    /// The characters of the text that were found, by their numbers from 0, ascending.
    pub places: Vec<usize>,
}

/// The best way to find all letters of the query in the text; `None` where there is none.
#[must_use]
pub fn find(query: &str, text: &str) -> Option<Hit> {
    let wanted: Vec<char> = query.chars().flat_map(fold).collect();
    let letters: Vec<(char, usize)> =
        text.chars().enumerate().flat_map(|(place, c)| fold(c).map(move |c| (c, place))).collect();
    let mut rows: Vec<Row> = Vec::with_capacity(wanted.len());
    for c in &wanted {
        let row = row(*c, &letters, rows.last());
        rows.push(row);
    }
    let Some(last) = rows.last() else { return Some(Hit { score: 0, places: Vec::new() }) };
    // Of equals the first one.
    let best = |best: Option<(i32, usize)>, (at, step): (usize, &Option<Step>)| match (best, step) {
        (Some((score, _)), Some(step)) if step.score <= score => best,
        (_, Some(step)) => Some((step.score, at)),
        (best, None) => best,
    };
    let (score, mut at) = last.iter().enumerate().fold(None, best)?;
    let mut places = Vec::with_capacity(wanted.len());
    for row in rows.iter().rev() {
        places.extend(letters.get(at).map(|(_, place)| *place));
        at = row.get(at).copied().flatten().and_then(|step| step.from).unwrap_or(at);
    }
    places.reverse();
    places.dedup();
    let whole = if wanted.len() == letters.len() { WHOLE } else { 0 };
    Some(Hit { score: score + whole, places })
}

/// A letter of the query found at one letter of the text: what the best way there is worth, and where it came from.
#[derive(Debug, Clone, Copy)]
struct Step {
    score: i32,
    from: Option<usize>,
}

/// One letter of the query, at every letter of the text.
type Row = Vec<Option<Step>>;

fn row(wanted: char, letters: &[(char, usize)], before: Option<&Row>) -> Row {
    let within = |at: usize| letters.get(at).is_some_and(|(c, _)| c.is_alphanumeric());
    // The best step of the row before that lies further back, less the letters that were passed over since.
    let mut behind: Option<Step> = None;
    let mut row = Vec::with_capacity(letters.len());
    for (at, (c, _)) in letters.iter().enumerate() {
        let last = at.checked_sub(1);
        let beside = before.and_then(|before| before.get(last?).copied().flatten());
        let begins = if last.is_some_and(within) { 0 } else { BEGINS } + if at == 0 { FIRST } else { 0 };
        let together = beside.map(|step| Step { score: step.score + TOGETHER.max(begins), from: last });
        let apart = behind.map(|step| Step { score: step.score + begins, from: step.from });
        let way = match before {
            None => Some(Step { score: begins, from: None }),
            Some(_) => [together, apart].into_iter().flatten().reduce(|a, b| if b.score > a.score { b } else { a }),
        };
        row.push(way.filter(|_| *c == wanted).map(|step| Step { score: step.score + FOUND, from: step.from }));
        let passed = behind.map(|step| Step { score: step.score - 1, from: step.from });
        let left = beside.map(|step| Step { score: step.score - 2, from: last });
        behind = [passed, left].into_iter().flatten().reduce(|a, b| if b.score > a.score { b } else { a });
    }
    row
}

fn fold(c: char) -> impl Iterator<Item = char> {
    std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::find;

    fn shown(query: &str, text: &str) -> String {
        let Some(hit) = find(query, text) else { return "nothing".to_owned() };
        let mark =
            |(place, c): (usize, char)| if hit.places.contains(&place) { format!("[{c}]") } else { c.to_string() };
        text.chars().enumerate().map(mark).collect::<String>().replace("][", "")
    }

    #[test]
    fn the_best_of_several_ways_is_taken() {
        assert_eq!(shown("def", "d e f, defer"), "d e f, [def]er");
        assert_eq!(shown("sr", "select_range"), "[s]elect_[r]ange");
        assert_eq!(shown("dn", "half a page down"), "half a page [d]ow[n]");
        assert_eq!(shown("muller", "Herr Müller"), "Herr [Müller]");
        assert_eq!(shown("MÜLLER", "mu\u{308}ller"), "[mu]\u{308}[ller]");
        assert_eq!(shown("fi", "ﬁne"), "[ﬁ]ne");
        assert_eq!(shown("x", "done"), "nothing");
        assert_eq!(shown("dd", "done"), "nothing");
    }

    #[test]
    fn a_whole_word_beats_a_part_of_one() {
        let score = |text| find("one", text).unwrap().score;
        assert!(score("one") > score("one more"));
        assert!(score("one more") > score("the one"));
        assert!(score("the one") > score("done"));
        assert!(score("done") > score("open the door"));
    }

    proptest::proptest! {
        #[test]
        fn every_subsequence_is_found_and_always_the_same_way(text in "\\PC{0,40}", keep in proptest::collection::vec(proptest::bool::ANY, 40)) {
            let query: String = text.chars().zip(&keep).filter(|(_, keep)| **keep).map(|(c, _)| c).collect();
            let hit = find(&query, &text);
            proptest::prop_assert!(hit.is_some());
            proptest::prop_assert_eq!(&hit, &find(&query, &text));
            let (places, length) = (hit.unwrap().places, text.chars().count());
            proptest::prop_assert!(places.iter().all(|place| *place < length) && places.is_sorted());
        }

        #[test]
        fn only_subsequences_are_found(query in "[a-e]{1,6}", text in "[a-e ]{0,12}") {
            let mut left = text.chars();
            let is = query.chars().all(|c| left.any(|other| other == c));
            proptest::prop_assert_eq!(find(&query, &text).is_some(), is);
        }

        #[test]
        fn what_begins_with_the_query_beats_what_has_its_letters_apart(query in "[a-z]{2,8}", rest in "[a-z ]{0,10}", gap in "[0-9 _]{1,3}") {
            let apart: Vec<String> = query.chars().map(String::from).collect();
            let (whole, begun) = (find(&query, &query).unwrap(), find(&query, &format!("{query}{rest}")).unwrap());
            let apart = find(&query, &apart.join(&gap)).unwrap();
            proptest::prop_assert!(whole.score >= begun.score);
            proptest::prop_assert!(begun.score > apart.score, "{begun:?} {apart:?}");
        }
    }
}
