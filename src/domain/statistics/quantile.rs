//! Quantiles of what was counted or measured.

/// Half of the values are this or less, in thousandths.
pub const HALF: u32 = 500;
/// Nine in ten values are this or less, in thousandths.
pub const NINE_IN_TEN: u32 = 900;

/// The smallest of the values which at least `thousandths` of a thousand of them do not exceed: the inverse of the
/// empirical distribution function, type 1 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American
/// Statistician 50 (1996). So it is always one of the values, in their unit, and never something between two of them.
///
/// `ascending` must be sorted. `None` of no values, and for thousandths outside 1 to 1000.
#[must_use]
pub fn quantile<T: Copy>(ascending: &[T], thousandths: u32) -> Option<T> {
    if !(1..=1_000).contains(&thousandths) {
        return None;
    }
    let share = u128::try_from(ascending.len()).ok()? * u128::from(thousandths);
    let rank = usize::try_from(share.div_ceil(1_000)).ok()?;
    ascending.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::{HALF, NINE_IN_TEN, quantile};

    #[test]
    fn a_quantile_is_one_of_the_values() {
        assert_eq!(quantile::<i64>(&[], HALF), None);
        assert_eq!(quantile(&[7], HALF), Some(7));
        assert_eq!(quantile(&[1, 2, 3, 4], HALF), Some(2), "two of four do not exceed it");
        assert_eq!(quantile(&[1, 2, 3, 4], 501), Some(3));
        assert_eq!(quantile(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], NINE_IN_TEN), Some(9));
        assert_eq!(quantile(&[1, 2, 3], 1_000), Some(3), "the greatest");
        assert_eq!((quantile(&[1], 0), quantile(&[1], 1_001)), (None, None));
    }
}
