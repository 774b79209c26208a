//! How surely something is known of cases that come in clusters, as messages come in days.

use super::{Interval, quantile};

/// 19 in 20 values of a normal distribution lie so many standard deviations around its middle.
const Z: f64 = 1.959_963_984_540_054;
/// Of fewer clusters nothing is said: their spread is not known.
pub const ENOUGH_CLUSTERS: usize = 7;

/// Where the same quantile of `others` further clusters is to be expected, 19 times in 20: two of the values. `ascending` are the
/// values with the number of their cluster, sorted by value; `clusters` is how many there are, those without a value too.
///
/// The share of values below the quantile is a ratio whose numerator and denominator vary from cluster to cluster; its standard error
/// is that of a ratio estimate (W. G. Cochran, "Sampling Techniques", 3rd ed., 1977, chapter 6). An interval of that share is taken
/// back to the values at its ends, after R. S. Woodruff, "Confidence Intervals for Medians and Other Position Measures", Journal of
/// the American Statistical Association 47 (1952). Both what was seen and what is to come vary, so the variances of both are added.
///
/// `None` of fewer than seven clusters on either side, or without values.
#[must_use]
pub fn quantile_ahead(
    ascending: &[(i64, usize)],
    clusters: usize,
    others: usize,
    thousandths: u32,
) -> Option<(i64, i64)> {
    if clusters < ENOUGH_CLUSTERS || others < ENOUGH_CLUSTERS {
        return None;
    }
    let (middle, _) = quantile(ascending, thousandths)?;
    let mut counts = vec![(0.0, 0.0); clusters];
    for (value, cluster) in ascending {
        let (below, all) = counts.get_mut(*cluster)?;
        *all += 1.0;
        if *value <= middle {
            *below += 1.0;
        }
    }
    let (seen, ahead) = (number(clusters), number(others));
    let reach = Z * ratio_error(&counts)? * (1.0 + seen / ahead).sqrt();
    let share = f64::from(thousandths) / 1_000.0;
    let at = |share: f64| {
        let (value, _) = quantile(ascending, in_thousandths(share))?;
        Some(value)
    };
    Some((at(share - reach)?, at(share + reach)?))
}

/// Where the mean of `others` further values is to be expected, 19 times in 20, each value drawn like those of `values`. `None` of
/// fewer than seven on either side.
#[must_use]
pub fn mean_ahead(values: &[f64], others: usize) -> Option<Interval> {
    if values.len() < ENOUGH_CLUSTERS || others < ENOUGH_CLUSTERS {
        return None;
    }
    let n = number(values.len());
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let reach = Z * (variance / n + variance / number(others)).sqrt();
    Some(Interval { low: mean - reach, high: mean + reach })
}

/// The standard error of sum(below) / sum(all) over clusters.
fn ratio_error(counts: &[(f64, f64)]) -> Option<f64> {
    let n = number(counts.len());
    let (below, all) = counts.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    if all <= 0.0 || n < 2.0 {
        return None;
    }
    let ratio = below / all;
    let squares: f64 = counts.iter().map(|(below, all)| (below - ratio * all).powi(2)).sum();
    Some((n / (n - 1.0) * squares).sqrt() / all)
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A share as thousandths that `quantile` takes.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 1000 after clamping")]
fn in_thousandths(share: f64) -> u32 {
    (share * 1_000.0).round().clamp(1.0, 1_000.0) as u32
}

#[cfg(test)]
mod tests {
    use super::{mean_ahead, quantile_ahead};

    #[test]
    fn days_that_are_alike_say_it_surely_and_days_that_differ_do_not() {
        // Each day has the waits 1 to 99: every day tells the same half.
        let alike: Vec<(i64, usize)> = (1..100).flat_map(|wait| (0..20).map(move |day| (wait, day))).collect();
        assert_eq!(quantile_ahead(&alike, 20, 20, 500), Some((50, 50)));
        // One half of the days has short waits, the other long ones: the half may be anywhere between them.
        let differ: Vec<(i64, usize)> =
            (1..100).flat_map(|wait| (0..20).map(move |day| (wait + i64::from(day % 2 == 0) * 100, day))).collect();
        let mut differ = differ;
        differ.sort_unstable();
        let (low, high) = quantile_ahead(&differ, 20, 20, 500).expect("enough");
        assert!(low < 60 && high > 140, "{low} to {high}");
    }

    #[test]
    fn of_few_days_nothing_is_said() {
        assert_eq!(quantile_ahead(&[(1, 0), (2, 1)], 6, 20, 500), None);
        assert_eq!(quantile_ahead(&[(1, 0), (2, 1)], 20, 6, 500), None);
        assert_eq!(quantile_ahead(&[], 20, 20, 500), None);
        assert_eq!(mean_ahead(&[1.0; 6], 9), None);
        assert!(mean_ahead(&[4.0; 7], 9).is_some_and(|same| same.low > 3.999 && same.high < 4.001));
    }
}
