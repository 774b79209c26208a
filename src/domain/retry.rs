//! When something that failed outside is tried again.

use chrono::TimeDelta;

/// The first pause, in seconds.
const FIRST: i64 = 10;
/// No pause is longer, in seconds.
const LONGEST: i64 = 60 * 60;

/// How long to wait after so many tries: twice as long each time, up to an hour. `which` is the number of the thing
/// that is tried; it makes the pause a little longer or shorter, so that things which failed together are not tried
/// again at the same moment.
#[must_use]
pub fn pause(tries: u32, which: i64) -> TimeDelta {
    let whole = FIRST.saturating_mul(1 << tries.saturating_sub(1).min(16)).min(LONGEST);
    // Multiples of the golden ratio spread consecutive numbers evenly.
    let spread = which.wrapping_mul(0x9E37_79B9).rem_euclid(whole / 2 + 1);
    TimeDelta::seconds(whole - whole / 4 + spread)
}

/// How long after so many refusals in a row a secret is asked for again, and the same one may be tried again: servers lock
/// accounts for more, and whoever keeps the secret may ask a person for a PIN.
#[must_use]
pub fn refused(tries: u32) -> TimeDelta {
    match tries {
        0 | 1 => TimeDelta::minutes(1),
        2 => TimeDelta::minutes(5),
        3 => TimeDelta::minutes(30),
        _ => TimeDelta::hours(6),
    }
}

/// How long after so many tries a message that no server has taken is tried again: 5 minutes, 15, 30, an hour, then twice as long each
/// time, up to four hours (RFC 5321 §4.5.4.1 asks for at least 30 minutes of a server; a person waits for less).
#[must_use]
pub fn sending(tries: u32) -> TimeDelta {
    TimeDelta::minutes(match tries {
        0 | 1 => 5,
        2 => 15,
        3 => 30,
        4 => 60,
        5 => 120,
        _ => 240,
    })
}

/// So long a message is tried to be sent (RFC 5321 §4.5.4.1: four to five days).
pub const SENDING: TimeDelta = TimeDelta::days(5);

#[cfg(test)]
mod tests {
    use super::pause;

    #[test]
    fn pauses_grow_to_about_an_hour_and_differ() {
        assert!((7..=13).contains(&pause(1, 1).num_seconds()));
        assert!(pause(9, 1) > pause(5, 1) && pause(5, 1) > pause(1, 1));
        for tries in [20, 1_000, u32::MAX] {
            assert!((2_700..=4_500).contains(&pause(tries, 7).num_seconds()));
        }
        let all: std::collections::HashSet<_> = (0..100).map(|which| pause(8, which)).collect();
        assert!(all.len() > 50);
    }
}
