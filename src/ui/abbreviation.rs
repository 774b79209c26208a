//! Finding an action by the beginnings of its words: `sr` and `selr` are `select_range`, `pat` is `select_pattern`. Letters
//! from the middle of words find nothing, since in a sentence nearly every word could be picked out by them.
//!
//! `ui::state::palette` says what is searched.

/// A word of a text, with the place of its first letter.
type Word = (usize, Vec<char>);

/// The letters of a name that make up what is typed, by their places from 0: beginnings of its words, in their order.
#[must_use]
pub fn in_name(typed: &str, name: &str) -> Option<Vec<usize>> {
    let wanted: Vec<char> = typed.chars().flat_map(char::to_lowercase).filter(|c| *c != '_').collect();
    beginnings(&wanted, &words(name))
}

/// The letters of the first word of a sentence that begins with what is typed.
#[must_use]
pub fn in_sentence(typed: &str, sentence: &str) -> Option<Vec<usize>> {
    let wanted: Vec<char> = typed.chars().flat_map(char::to_lowercase).collect();
    let begun = words(sentence).into_iter().find(|(_, word)| word.starts_with(&wanted))?;
    Some((begun.0..begun.0 + wanted.len()).collect())
}

fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut within = false;
    for (place, c) in text.chars().enumerate() {
        let letter = c.is_alphanumeric();
        if letter && !within {
            words.push((place, Vec::new()));
        }
        if let (true, Some((_, word))) = (letter, words.last_mut()) {
            word.push(c.to_ascii_lowercase());
        }
        within = letter;
    }
    words
}

/// Of several ways the one that begins in the first word, and takes the most of each.
fn beginnings(wanted: &[char], words: &[Word]) -> Option<Vec<usize>> {
    if wanted.is_empty() {
        return Some(Vec::new());
    }
    words.iter().enumerate().find_map(|(number, (place, word))| {
        let same = word.iter().zip(wanted).take_while(|(a, b)| a == b).count();
        (1..=same).rev().find_map(|length| {
            let rest = beginnings(wanted.get(length..)?, words.get(number + 1..)?)?;
            Some((*place..place + length).chain(rest).collect())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{in_name, in_sentence};

    fn shown(typed: &str, name: &str) -> String {
        let Some(places) = in_name(typed, name) else { return "nothing".to_owned() };
        let mark = |(place, c): (usize, char)| if places.contains(&place) { format!("[{c}]") } else { c.to_string() };
        name.chars().enumerate().map(mark).collect::<String>().replace("][", "")
    }

    #[test]
    fn a_name_is_found_by_beginnings_of_its_words() {
        assert_eq!(shown("sr", "select_range"), "[s]elect_[r]ange");
        assert_eq!(shown("select_ra", "select_range"), "[select]_[ra]nge");
        assert_eq!(shown("selectrange", "select_range"), "[select]_[range]");
        assert_eq!(shown("RAN", "select_range"), "select_[ran]ge");
        assert_eq!(shown("sse", "select_select"), "[s]elect_[se]lect");
        for (typed, name) in [("dn", "down"), ("elect", "select"), ("tag", "select_pattern"), ("rs", "select_range")] {
            assert_eq!(shown(typed, name), "nothing", "{typed}");
        }
    }

    #[test]
    fn a_sentence_is_found_by_the_beginning_of_a_word() {
        assert_eq!(in_sentence("mess", "the next message"), Some(vec![9, 10, 11, 12]));
        assert_eq!(in_sentence("essage", "the next message"), None);
        assert_eq!(in_sentence("tnm", "the next message"), None);
    }

    proptest::proptest! {
        #[test]
        fn places_are_letters_in_their_order(typed in "\\PC{0,12}|[a-d_]{0,9}", name in "[a-d_]{0,12}") {
            if let Some(places) = in_name(&typed, &name) {
                let letters: String = places.iter().filter_map(|place| name.chars().nth(*place)).collect();
                proptest::prop_assert!(places.is_sorted());
                proptest::prop_assert_eq!(letters, typed.to_lowercase().replace('_', ""));
            }
        }
    }
}
