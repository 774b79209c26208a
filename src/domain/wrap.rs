//! Breaking text into lines of a width.

use super::cluster::{clusters, width as columns_of};

/// Breaks a line of text so that no piece is wider than `columns`: after spaces and at `breaks` (places in the text, in
/// their order) where there are any, else between characters. Wide characters are never cut in two. An empty text gives
/// one empty line.
#[must_use]
pub fn wrap<'t>(text: &'t str, columns: usize, breaks: &[usize]) -> Vec<&'t str> {
    let columns = columns.max(2);
    // Most texts fit, and a character of ASCII takes one column.
    if text.len() <= columns && text.is_ascii() {
        return vec![text.trim_end_matches(' ')];
    }
    let mut breaks = breaks.iter().copied().peekable();
    let mut lines = Vec::new();
    let mut start = 0;
    let mut width = 0;
    // The last place to break without splitting a word: the byte offset behind its space, and the width up to there.
    let mut place: Option<(usize, usize)> = None;
    for (at, cluster) in clusters(text) {
        let wide = columns_of(cluster);
        if cluster == " " && width + wide > columns {
            lines.push(text[start..at].trim_end_matches(' '));
            (start, width, place) = (at + 1, 0, None);
            continue;
        }
        while width + wide > columns && at > start {
            let (next, behind) = place.take().unwrap_or((at, width));
            lines.push(text[start..next].trim_end_matches(' '));
            (start, width) = (next, width - behind);
        }
        width += wide;
        let end = at + cluster.len();
        while breaks.next_if(|it| *it < end).is_some() {}
        if cluster == " "
            || breaks.next_if_eq(&end).is_some()
            || (wide == 2 && cluster.chars().next().is_some_and(|c| c > '\u{2E80}' && c < '\u{1F000}'))
        {
            place = Some((end, width));
        }
    }
    lines.push(text[start..].trim_end_matches(' '));
    lines
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    fn wrap(text: &str, columns: usize) -> Vec<&str> {
        super::wrap(text, columns, &[])
    }

    #[test]
    fn breaks_where_it_is_told_to() {
        assert_eq!(super::wrap("abcdefghij", 5, &[0, 4, 8, 8]), ["abcd", "efgh", "ij"]);
        assert_eq!(super::wrap("abcdefghij", 3, &[4]), ["abc", "d", "efg", "hij"]);
    }

    #[test]
    fn breaks_at_spaces_and_within_what_has_none() {
        assert_eq!(wrap("the quick brown fox", 10), ["the quick", "brown fox"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("来週の打ち合わせ", 6), ["来週の", "打ち合", "わせ"]);
        assert_eq!(wrap("", 6), [""]);
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_wider_and_nothing_but_spaces_is_lost(text in "[a-zA-Z ß来週の😀]{0,80}", columns in 2usize..30) {
            let lines = wrap(&text, columns);
            proptest::prop_assert!(lines.iter().all(|line| line.width() <= columns), "{lines:?}");
            let without = |text: &str| text.replace(' ', "");
            proptest::prop_assert_eq!(without(&lines.concat()), without(&text));
        }
    }
}
