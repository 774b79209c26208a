//! How surely a share is known that was counted in a sample.

/// From so many answers on a share is told; below, there are too few to tell.
pub const ENOUGH_TO_TELL: u32 = 20;
/// The 0.95 quantile of the standard normal distribution: between it and its negative lie 90 %.
const Z: f64 = 1.644_853_626_951_472_7;

/// Two values between which something lies, both included; what they count is said where one is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub low: f64,
    /// Never less than `low`.
    pub high: f64,
}

impl Interval {
    /// Of a share: both ends in hundredths, rounded to whole numbers from 0 to 100, for "between 2 and 11 in a hundred".
    #[must_use]
    pub fn in_a_hundred(self) -> (u32, u32) {
        (hundredths(self.low), hundredths(self.high))
    }

    #[must_use]
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100 after clamping")]
fn hundredths(share: f64) -> u32 {
    (share * 100.0).round().clamp(0.0, 100.0) as u32
}

/// The 90 % interval of a share, from 0 to 1, of which `hits` in a random sample of `asked` are known: Wilson's score
/// interval without a correction for continuity,
///
/// (p + z²/2n ± z √(p (1 − p)/n + z²/4n²)) / (1 + z²/n),
///
/// after E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the American
/// Statistical Association 22 (1927). It stays within 0 and 1 and does not collapse at no hits or nothing but hits, as
/// the interval of the textbooks does.
///
/// `None` where nobody was asked, or where there are more hits than were asked.
#[must_use]
pub fn wilson(hits: u32, asked: u32) -> Option<Interval> {
    if asked == 0 || hits > asked {
        return None;
    }
    let n = f64::from(asked);
    let p = f64::from(hits) / n;
    let squared = Z * Z;
    let middle = p + squared / (2.0 * n);
    let reach = Z * (p * (1.0 - p) / n + squared / (4.0 * n * n)).sqrt();
    let scale = 1.0 + squared / n;
    // At the ends the formula is 0 and 1 exactly, and rounding must not make it something beside them.
    let low = if hits == 0 { 0.0 } else { ((middle - reach) / scale).max(0.0) };
    let high = if hits == asked { 1.0 } else { ((middle + reach) / scale).min(1.0) };
    Some(Interval { low, high })
}

#[cfg(test)]
mod tests {
    use super::wilson;

    #[test]
    fn three_of_sixty_four_are_between_2_and_11_in_a_hundred() {
        assert_eq!(wilson(3, 64).expect("asked").in_a_hundred(), (2, 11));
        assert_eq!(wilson(0, 20).expect("asked").in_a_hundred(), (0, 12));
        assert_eq!(wilson(20, 20).expect("asked").in_a_hundred(), (88, 100));
    }

    #[test]
    fn of_nothing_nothing_is_said() {
        assert_eq!(wilson(0, 0), None);
        assert_eq!(wilson(3, 2), None, "more hits than were asked");
        assert!(wilson(u32::MAX, u32::MAX).is_some_and(|all| all.low > 0.999 && all.contains(1.0)));
    }
}
