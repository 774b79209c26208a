//! Finding the name that was meant by a mistyped one.

/// Longer words are not compared: nobody mistypes them.
const LONGEST: usize = 48;

/// The name that differs least from `word`, letter case ignored, where it is near enough to have been meant: a third
/// of its letters missing, too many, wrong or swapped with their neighbour. Of several as near, the first.
#[must_use]
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.chars().take(LONGEST + 1).flat_map(char::to_lowercase).collect();
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let within = (word.len() / 3).max(1);
    let near = names.into_iter().filter_map(|name| {
        let letters: Vec<char> = name.chars().take(LONGEST + 1).flat_map(char::to_lowercase).collect();
        let far = letters.len().abs_diff(word.len()) > within;
        let slips = if far { usize::MAX } else { slips(&word, &letters) };
        (slips <= within).then_some((slips, name))
    });
    near.min_by_key(|(slips, _)| *slips).map(|(_, name)| name)
}

/// The edit distance between two words: letters left out, added or replaced, or two neighbours swapped.
fn slips(one: &[char], other: &[char]) -> usize {
    // Each row has the distances from one beginning of `one` to every beginning of `other`.
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (y, a) in one.iter().enumerate() {
        let mut row = Vec::with_capacity(above.len());
        row.push(y + 1);
        for (x, b) in other.iter().enumerate() {
            let mut least = (above[x] + usize::from(a != b)).min(above[x + 1] + 1).min(row[x] + 1);
            if x > 0 && y > 0 && *a == other[x - 1] && one[y - 1] == *b {
                least = least.min(before[x - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const NAMES: [&str; 4] = ["monday", "tuesday", "weekdays", "daily"];

    #[test]
    fn a_slip_of_the_fingers_is_recognised() {
        for (word, name) in [
            ("mnoday", "monday"),
            ("Monda", "monday"),
            ("tusday", "tuesday"),
            ("weekday", "weekdays"),
            ("dialy", "daily"),
        ] {
            assert_eq!(nearest(word, NAMES), Some(name), "{word}");
        }
    }

    #[test]
    fn another_word_is_not() {
        for word in ["", "x", "holiday", "fortnight", &"monday".repeat(1_000)] {
            assert_eq!(nearest(word, NAMES), None, "{word}");
        }
    }
}
