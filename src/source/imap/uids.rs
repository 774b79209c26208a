//! Sets of UIDs as commands and responses write them (RFC 9051 §9, `sequence-set`): `3,5:9`.

use std::fmt::Write as _;

/// The largest set in one command, in bytes: servers limit the length of lines, and RFC 7162 §4 asks clients to stop at
/// 8,192.
const BYTES: usize = 4_096;

/// UIDs, in any order, as sets that are each short enough for one command.
pub(super) fn sets(uids: &[u32]) -> Vec<String> {
    sets_with(uids).into_iter().map(|(set, _)| set).collect()
}

/// The same sets, each with the UIDs in it.
pub(super) fn sets_with(uids: &[u32]) -> Vec<(String, Vec<u32>)> {
    let mut sets: Vec<(String, Vec<u32>)> = Vec::new();
    for (first, last) in runs(uids) {
        let run = if first == last { first.to_string() } else { format!("{first}:{last}") };
        match sets.last_mut().filter(|(set, _)| set.len() + run.len() < BYTES) {
            Some((set, named)) => {
                let _ = write!(set, ",{run}");
                named.extend(first..=last);
            }
            None => sets.push((run, (first..=last).collect())),
        }
    }
    sets
}

/// The runs of consecutive UIDs, rising.
fn runs(uids: &[u32]) -> Vec<(u32, u32)> {
    let mut sorted = uids.to_vec();
    sorted.sort_unstable();
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for uid in sorted {
        match runs.last_mut().filter(|run| uid <= run.1.saturating_add(1)) {
            Some(run) => run.1 = uid,
            None => runs.push((uid, uid)),
        }
    }
    runs
}

/// The UIDs of a set from a server, in the order in which it wrote them, because the order of a COPYUID matters (RFC
/// 4315 §3). `None` if it is no set, or holds more than `most` UIDs, since nobody asked for so many.
pub(super) fn read(text: &str, most: usize) -> Option<Vec<u32>> {
    let mut uids = Vec::new();
    for (first, last) in ranges(text)? {
        let length = usize::try_from(last - first).ok()?;
        if length >= most.saturating_sub(uids.len()) {
            return None;
        }
        uids.extend(first..=last);
    }
    Some(uids)
}

/// The ranges of a set from a server, each with its smaller end first; they may be of any size. `None` if it is no set,
/// or holds a zero or a number that is too large for a UID.
pub(super) fn ranges(text: &str) -> Option<Vec<(u32, u32)>> {
    let number = |text: &str| text.parse().ok().filter(|number| *number > 0);
    let range = |part: &str| -> Option<(u32, u32)> {
        let (first, last) = part.split_once(':').unwrap_or((part, part));
        let (first, last): (u32, u32) = (number(first)?, number(last)?);
        Some((first.min(last), first.max(last)))
    };
    text.split(',').map(range).collect()
}

#[cfg(test)]
mod tests {
    use super::{BYTES, ranges, read, sets};

    #[test]
    fn neighbours_become_ranges() {
        assert_eq!(sets(&[7, 3, 4, 5, 5, 9]), ["3:5,7,9"]);
        assert_eq!(sets(&[u32::MAX, u32::MAX - 1]), ["4294967294:4294967295"]);
        assert_eq!(sets(&[]), Vec::<String>::new());
    }

    #[test]
    fn a_long_set_is_cut_into_several() {
        let uids: Vec<u32> = (0..5_000).map(|n| 1_000_000 + 2 * n).collect();
        let sets = sets(&uids);
        assert!(sets.len() > 5 && sets.iter().all(|set| set.len() <= BYTES));
        let back: Vec<u32> = sets.iter().flat_map(|set| read(set, 5_000).unwrap()).collect();
        assert_eq!(back, uids);
    }

    #[test]
    fn what_a_server_writes_keeps_its_order_and_is_bounded() {
        assert_eq!(read("304,319:320,7", 9), Some(vec![304, 319, 320, 7]));
        assert_eq!(read("9:7", 3), Some(vec![7, 8, 9]));
        assert_eq!(read("1:4294967295", 100), None);
        assert_eq!(ranges("1:4294967295,3"), Some(vec![(1, u32::MAX), (3, 3)]));
        for odd in ["", ",", "0", "1:", "*", "1:*", "4294967296", "a", "1,,2", "-1"] {
            assert_eq!(ranges(odd), None, "{odd}");
        }
    }
}
