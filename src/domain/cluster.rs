//! Text divided into what takes one place in a line: a character with the marks on it, as wide as terminals draw it.
//!
//! No terminal draws a grapheme cluster (UAX #29) of more than two columns as one character: chains of consonants in
//! Indic scripts, number signs before a number, skin tones on things without skin. Such a cluster is divided into its
//! letters, so that lines can be broken and cut within it. Otherwise a cluster could be as long as a message.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns of the widest character.
const WIDEST: usize = 2;

/// The characters of a text with their places, none wider than two columns.
pub fn clusters(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.grapheme_indices(true).flat_map(|(at, cluster)| {
        let whole = width(cluster) <= WIDEST;
        let mut rest = Some(cluster);
        std::iter::from_fn(move || {
            let piece = rest.take()?;
            if whole {
                return Some((at, piece));
            }
            let next = piece.char_indices().skip(1).find(|(_, c)| c.width().is_some_and(|columns| columns > 0));
            let (head, tail) = piece.split_at(next.map_or(piece.len(), |(next, _)| next));
            rest = Some(tail).filter(|tail| !tail.is_empty());
            Some((at + cluster.len() - tail.len() - head.len(), head))
        })
    })
}

/// The columns that one of these pieces takes.
#[must_use]
pub fn width(cluster: &str) -> usize {
    cluster.width()
}

#[cfg(test)]
mod tests {
    use super::{clusters, width};

    fn of(text: &str) -> Vec<&str> {
        clusters(text).map(|(_, cluster)| cluster).collect()
    }

    #[test]
    fn characters_stay_whole_and_chains_come_apart() {
        assert_eq!(of("ae\u{301}来"), ["a", "e\u{301}", "来"]);
        assert_eq!(of("👩\u{200D}👩\u{200D}👧👍🏽🇩🇪"), ["👩\u{200D}👩\u{200D}👧", "👍🏽", "🇩🇪"]);
        assert_eq!(of("क्ष"), ["क्ष"], "two columns");
        assert_eq!(of(&"क्".repeat(3)), ["क्"; 3]);
        assert_eq!(of("a🏽🏽"), ["a", "🏽", "🏽"]);
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_wider_than_two_columns(text in "(\\PC|क्|\u{600}|🏽|\u{200D}|👩){0,40}") {
            let mut end = 0;
            for (at, cluster) in clusters(&text) {
                proptest::prop_assert_eq!(at, end);
                proptest::prop_assert!(width(cluster) <= 2 || cluster.chars().count() == 1, "{:?}", cluster);
                end += cluster.len();
            }
            proptest::prop_assert_eq!(end, text.len());
        }
    }
}
