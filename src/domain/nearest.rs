//! The right name nearest to a wrong one, for messages that say "did you mean".

/// Names longer than this are not compared: nobody mistypes a paragraph.
const LONGEST: usize = 64;

/// The name that a person probably meant, where one is near enough: at most a third of its letters wrong, letter
/// case ignored. Of equally near ones, the first.
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = letters(word)?;
    names
        .into_iter()
        .filter_map(|name| {
            let letters = letters(name)?;
            let off = distance(&word, &letters);
            (off <= (letters.len().max(word.len()) / 3).max(1) && off < letters.len()).then_some((off, name))
        })
        .min_by_key(|(off, _)| *off)
        .map(|(_, name)| name)
}

fn letters(word: &str) -> Option<Vec<char>> {
    let letters: Vec<char> = word.chars().flat_map(char::to_lowercase).take(LONGEST + 1).collect();
    (letters.len() <= LONGEST && !letters.is_empty()).then_some(letters)
}

/// How many letters must be put in, left out, changed or swapped with their neighbour (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(above.len());
        row.push(i + 1);
        for (j, &y) in b.iter().enumerate() {
            let mut least = (above[j] + usize::from(x != y)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    fn off(a: &str, b: &str) -> usize {
        distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>())
    }

    #[test]
    fn each_slip_of_a_finger_counts_one() {
        assert_eq!(off("subject", "subject"), 0);
        assert_eq!(off("subjct", "subject"), 1);
        assert_eq!(off("subjject", "subject"), 1);
        assert_eq!(off("sbuject", "subject"), 1);
        assert_eq!(off("sobject", "subject"), 1);
        assert_eq!(off("", "abc"), 3);
    }

    #[test]
    fn a_near_name_is_found_and_a_far_one_is_not() {
        let names = ["from", "to", "subject", "before"];
        assert_eq!(nearest("sbject", names), Some("subject"));
        assert_eq!(nearest("FORM", names), Some("from"));
        assert_eq!(nearest("xy", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(nearest(&"subject".repeat(1000), names), None);
    }
}
