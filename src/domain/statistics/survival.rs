//! How long something takes, where part of it has not happened yet.

/// One case that was watched, for example a letter until its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observation {
    /// How long it was watched, in the unit of the caller (seconds, check-ins); what is negative counts as nought.
    pub time: i64,
    /// Whether it happened at `time`. Else the case is right-censored: by then it had not happened, and no more is known.
    pub happened: bool,
}

/// What is known after one of the times at which something happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalStep {
    pub time: i64,
    /// How many cases were still watched just before, and had not happened.
    pub at_risk: u32,
    /// How many of them happened at this time, at least one.
    pub happened: u32,
    /// The estimated share of all cases that takes longer than `time`, from 0 to 1.
    pub longer: f64,
}

/// The product-limit estimate of how long something takes: after each time at which `d` of `n` cases under watch
/// happened, the share that takes longer is multiplied by 1 − d/n. A case that is censored at a time at which others
/// happen was still under watch there.
///
/// E. L. Kaplan and P. Meier, "Nonparametric Estimation from Incomplete Observations", Journal of the American
/// Statistical Association 53 (1958). A median over those alone that have happened would be too short, since what takes
/// long is what is missing among them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Survival {
    steps: Vec<SurvivalStep>,
    cases: u32,
}

/// Shares are compared with this much room: they are products of fractions, rounded at each step.
const ROUNDING: f64 = 1e-9;

impl Survival {
    /// Of any number of cases in any order; sorts them. Of more than `u32::MAX` cases the shortest are left out.
    #[must_use]
    pub fn of(mut cases: Vec<Observation>) -> Self {
        for case in &mut cases {
            case.time = case.time.max(0);
        }
        cases.sort_unstable_by_key(|case| case.time);
        let all = u32::try_from(cases.len()).unwrap_or(u32::MAX);
        let mut at_risk = all;
        let mut longer = 1.0;
        let mut steps = Vec::new();
        for same in cases.chunk_by(|one, other| one.time == other.time) {
            let count = |wanted: bool| same.iter().filter(|case| case.happened == wanted).count();
            let happened = u32::try_from(count(true)).unwrap_or(u32::MAX).min(at_risk);
            if let (Some(first), true) = (same.first(), happened > 0) {
                longer *= f64::from(at_risk - happened) / f64::from(at_risk);
                steps.push(SurvivalStep { time: first.time, at_risk, happened, longer });
            }
            at_risk = at_risk.saturating_sub(u32::try_from(same.len()).unwrap_or(u32::MAX));
        }
        Self { steps, cases: all }
    }

    /// The times at which something happened, ascending.
    #[must_use]
    pub fn steps(&self) -> &[SurvivalStep] {
        &self.steps
    }

    /// How many cases there were, with those that have not happened.
    #[must_use]
    pub fn cases(&self) -> u32 {
        self.cases
    }

    /// The estimated share of cases that takes longer than `time`, from 0 to 1; beyond the last step it stays what it was.
    #[must_use]
    pub fn longer_than(&self, time: i64) -> f64 {
        let passed = self.steps.partition_point(|step| step.time <= time);
        passed.checked_sub(1).and_then(|last| self.steps.get(last)).map_or(1.0, |step| step.longer)
    }

    /// The shortest time within which at least `thousandths` of a thousand cases have happened, by this estimate. `None`
    /// where it is not reached, because too many have not happened yet; and for thousandths outside 1 to 1000.
    #[must_use]
    pub fn quantile(&self, thousandths: u32) -> Option<i64> {
        if !(1..=1_000).contains(&thousandths) {
            return None;
        }
        let left = 1.0 - f64::from(thousandths) / 1_000.0;
        self.steps.iter().find(|step| step.longer <= left + ROUNDING).map(|step| step.time)
    }

    /// The time within which half of the cases have happened; `None` where it is not reached.
    #[must_use]
    pub fn median(&self) -> Option<i64> {
        self.quantile(super::HALF)
    }
}

#[cfg(test)]
mod tests {
    use super::{Observation, Survival};

    fn happened(time: i64) -> Observation {
        Observation { time, happened: true }
    }

    fn not_yet(time: i64) -> Observation {
        Observation { time, happened: false }
    }

    /// Small enough to be worked out by hand: eight cases, of which four are lost.
    #[test]
    fn eight_cases_of_which_four_are_lost() {
        let cases = vec![
            happened(8),
            not_yet(10),
            not_yet(27),
            happened(31),
            happened(54),
            not_yet(70),
            happened(92),
            not_yet(121),
        ];
        let answer = Survival::of(cases);
        let shown: Vec<String> =
            answer.steps().iter().map(|step| format!("{} {:.4}", step.time, step.longer)).collect();
        assert_eq!(shown, ["8 0.8750", "31 0.7000", "54 0.5250", "92 0.2625"], "7/8, then 4/5, 3/4 and 1/2 of it");
        assert_eq!((answer.median(), answer.quantile(900), answer.cases()), (Some(92), None, 8));
        assert!((answer.longer_than(53) - 0.7).abs() < 1e-9 && (answer.longer_than(7) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_mostly_has_not_happened_has_no_median() {
        assert_eq!(Survival::of(vec![happened(5), not_yet(6), not_yet(7)]).median(), None);
        assert_eq!(Survival::of(Vec::new()).median(), None);
        assert_eq!(Survival::of(vec![not_yet(1); 9]).steps(), []);
        assert_eq!(Survival::of(vec![happened(-5), happened(3)]).median(), Some(0), "a clock that was set back");
    }

    #[test]
    fn a_case_that_is_lost_at_the_time_of_another_was_still_watched() {
        let both = Survival::of(vec![not_yet(4), happened(4)]);
        assert_eq!(both.steps().iter().map(|step| (step.at_risk, step.happened)).collect::<Vec<_>>(), [(2, 1)]);
        assert_eq!(both.median(), Some(4));
    }
}
