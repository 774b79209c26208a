//! How long to wait before something that failed is tried again: longer each time, and never quite as long as others wait,
//! so that a server that comes back is not met by everybody at once.

use std::time::Duration;

/// After the first failure.
const FIRST: Duration = Duration::from_secs(5);
/// However often it failed.
const LONGEST: Duration = Duration::from_mins(10);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// It failed once more: how long to wait now. Up to a quarter is taken off by chance.
    pub fn failed(&mut self) -> Duration {
        let longest = FIRST.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        longest.mul_f64(1.0 - 0.25 * fastrand::f64())
    }

    /// It worked, or the world has changed.
    pub fn forget(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, FIRST, LONGEST};

    #[test]
    fn it_grows_to_an_end_and_begins_anew() {
        let mut backoff = Backoff::default();
        let waits: Vec<_> = (0..100).map(|_| backoff.failed()).collect();
        assert!(waits.iter().zip(0..).all(|(wait, nth)| {
            let whole = FIRST.saturating_mul(2_u32.saturating_pow(nth)).min(LONGEST);
            *wait <= whole && *wait >= whole.mul_f64(0.75)
        }));
        backoff.forget();
        assert!(backoff.failed() <= FIRST);
    }
}
