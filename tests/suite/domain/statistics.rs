//! Holds `src/domain/statistics`: its numbers beside those of statsmodels, lifelines and numpy, and what must be true of
//! them for any cases.

use proptest::prelude::*;
use serde_json::Value;
use tidebox::domain::statistics::{Observation, Survival, quantile, wilson};

fn sample(kind: &str) -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/statistics-sample.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let found: Vec<Value> = lines.filter(|line| line["kind"] == kind).collect();
    assert!(found.len() >= 9, "{} lines about {kind}", found.len());
    found
}

fn number(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap()).unwrap()
}

fn near(ours: f64, theirs: &Value) -> bool {
    (ours - theirs.as_f64().unwrap()).abs() < 1e-9
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

#[test]
fn wilsons_interval_is_that_of_statsmodels() {
    for line in sample("wilson") {
        let ours = wilson(number(&line["hits"]), number(&line["asked"])).unwrap();
        assert!(near(ours.low, &line["low"]) && near(ours.high, &line["high"]), "{line}: {ours:?}");
    }
}

#[test]
fn survival_is_that_of_statsmodels_and_its_quantiles_those_of_lifelines() {
    let mut not_reached = 0;
    for line in sample("survival") {
        let case = |case: &Value| Observation { time: case[0].as_i64().unwrap(), happened: case[1].as_bool().unwrap() };
        let ours = Survival::of(list(&line["cases"]).iter().map(case).collect());
        let theirs = list(&line["steps"]);
        assert_eq!(ours.steps().len(), theirs.len(), "{line}");
        for (ours, theirs) in ours.steps().iter().zip(theirs) {
            assert_eq!(Some(ours.time), theirs[0].as_i64());
            assert!(near(ours.longer, &theirs[1]), "{ours:?} beside {theirs}");
            assert_eq!((ours.at_risk, ours.happened), (number(&theirs[2]), number(&theirs[3])));
        }
        for pair in list(&line["quantiles"]) {
            let ours = ours.quantile(number(&pair[0]));
            not_reached += usize::from(ours.is_none());
            assert_eq!(ours, pair[1].as_i64(), "{} in {line}", pair[0]);
        }
    }
    assert!(not_reached > 20, "quantiles that are not reached are among them: {not_reached}");
}

#[test]
fn quantiles_are_those_of_numpy() {
    for line in sample("quantile") {
        let mut values: Vec<i64> = list(&line["values"]).iter().map(|value| value.as_i64().unwrap()).collect();
        values.sort_unstable();
        for pair in list(&line["quantiles"]) {
            assert_eq!(quantile(&values, number(&pair[0])), pair[1].as_i64(), "{} in {line}", pair[0]);
        }
    }
}

fn cases() -> impl Strategy<Value = Vec<Observation>> {
    let case = (0i64..40, any::<bool>()).prop_map(|(time, happened)| Observation { time, happened });
    proptest::collection::vec(case, 1..60)
}

proptest! {
    #[test]
    fn a_share_lies_in_its_interval_which_grows_with_the_hits(asked in 1u32..5_000, part in 0.0f64..1.0) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let hits = (f64::from(asked) * part) as u32;
        let here = wilson(hits, asked).unwrap();
        prop_assert!(here.contains(f64::from(hits) / f64::from(asked)));
        prop_assert!(0.0 <= here.low && here.low < here.high && here.high <= 1.0);
        let more = wilson(hits + 1, asked);
        prop_assert!(more.is_none_or(|more| here.low < more.low && here.high < more.high) || hits == asked);
        let mirrored = wilson(asked - hits, asked).unwrap();
        prop_assert!((mirrored.low - (1.0 - here.high)).abs() < 1e-9, "the same seen from the other side");
        let surer = wilson(hits * 4, asked * 4).unwrap();
        prop_assert!(surer.high - surer.low < here.high - here.low, "four times as many say it more surely");
    }

    #[test]
    fn without_censoring_survival_is_counting(times in proptest::collection::vec(0i64..40, 1..60), thousandths in 1u32..=1_000) {
        let survival = Survival::of(times.iter().map(|time| Observation { time: *time, happened: true }).collect());
        let mut times = times;
        times.sort_unstable();
        prop_assert_eq!(survival.quantile(thousandths), quantile(&times, thousandths));
        for time in -1..41 {
            let longer = u32::try_from(times.iter().filter(|known| **known > time).count()).unwrap();
            let all = f64::from(u32::try_from(times.len()).unwrap());
            prop_assert!((survival.longer_than(time) - f64::from(longer) / all).abs() < 1e-9);
        }
    }

    #[test]
    fn survival_only_falls_and_the_order_of_cases_is_nothing(cases in cases()) {
        let survival = Survival::of(cases.clone());
        let mut before = 1.0;
        for step in survival.steps() {
            prop_assert!(step.longer < before && step.longer >= 0.0 && step.happened >= 1);
            before = step.longer;
        }
        let backwards = Survival::of(cases.iter().rev().copied().collect());
        prop_assert_eq!(&survival, &backwards);
        // Who has not answered yet can only make it longer.
        let mut more = cases;
        more.push(Observation { time: 100, happened: false });
        let more = Survival::of(more);
        for time in 0..40 {
            prop_assert!(more.longer_than(time) >= survival.longer_than(time) - 1e-9);
        }
    }

    #[test]
    fn as_many_as_it_says_do_not_exceed_a_quantile(mut values in proptest::collection::vec(0u32..30, 1..80), thousandths in 1u32..=1_000) {
        values.sort_unstable();
        let found = quantile(&values, thousandths).unwrap();
        let count = |at_most: u32| values.iter().filter(|value| **value <= at_most).count() * 1_000;
        let wanted = values.len() * usize::try_from(thousandths).unwrap();
        prop_assert!(count(found) >= wanted);
        prop_assert!(found == 0 || count(found - 1) < wanted, "and it is the smallest such value");
    }
}
