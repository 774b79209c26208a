//! How long messages waited until they came out.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::arrival::Arrival;
use crate::domain::ids::Id;
use crate::domain::statistics::{HALF, NINE_IN_TEN, Observation, Survival};

/// How long the held messages of a lane, or all of them, waited. What is still held counts with the time that it has waited
/// so far, as a wait that is not over (Kaplan and Meier), so that a wait never looks short because it goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WaitTimes {
    /// How many messages were held, with those that still are.
    pub held: u32,
    pub still_held: u32,
    /// Half of them waited so long or less; `None` where too many are still held.
    pub half: Option<TimeDelta>,
    pub nine_in_ten: Option<TimeDelta>,
    pub longest: Option<LongestWait>,
}

/// The message that waited longest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LongestWait {
    pub message: Id,
    pub came: DateTime<Utc>,
    /// When it came out; `None` while it is held.
    pub came_out: Option<DateTime<Utc>>,
    pub waited: TimeDelta,
    /// Who wrote it, where that may be shown; whoever counts does not know, and whoever may read the message says so.
    pub sender: Option<String>,
}

/// How long the messages of one lane waited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneWaits {
    pub lane: String,
    pub waiting: WaitTimes,
}

impl WaitTimes {
    /// Of arrivals, without those that did not wait: what rules let through, and what never waited for anybody here, such as the messages of
    /// a muted thread.
    pub(super) fn of<'a>(arrivals: impl Iterator<Item = &'a Arrival>, now: DateTime<Utc>) -> Self {
        let mut waiting = Self::default();
        let mut cases = Vec::new();
        for arrival in arrivals.filter(|arrival| waits(arrival)) {
            // A message may have come out in a batch that was begun later by a clock that was ahead.
            let waited = (arrival.came_out.unwrap_or(now) - arrival.at).max(TimeDelta::zero());
            cases.push(Observation { time: waited.num_seconds(), happened: arrival.came_out.is_some() });
            waiting.held += 1;
            waiting.still_held += u32::from(arrival.came_out.is_none());
            if waiting.longest.as_ref().is_none_or(|longest| longest.waited < waited) {
                let (message, came, came_out) = (arrival.message, arrival.at, arrival.came_out);
                waiting.longest = Some(LongestWait { message, came, came_out, waited, sender: None });
            }
        }
        let survival = Survival::of(cases);
        waiting.half = survival.quantile(HALF).map(TimeDelta::seconds);
        waiting.nine_in_ten = survival.quantile(NINE_IN_TEN).map(TimeDelta::seconds);
        waiting
    }
}

/// Whether a message was or is held until somebody looks.
fn waits(arrival: &Arrival) -> bool {
    !arrival.let_through && (arrival.held || arrival.came_out.is_some())
}

/// Lane by lane: those of the settings in their order, then others by their names. Lanes without held messages are left out.
pub(super) fn by_lane(arrivals: &[Arrival], order: &[String], now: DateTime<Utc>) -> Vec<LaneWaits> {
    let mut names: Vec<&str> = arrivals.iter().filter(|one| waits(one)).map(|one| &*one.lane).collect();
    names.sort_unstable();
    names.dedup();
    names.sort_by_key(|name| order.iter().position(|known| known == name).unwrap_or(usize::MAX));
    let of = |lane: &str| WaitTimes::of(arrivals.iter().filter(|arrival| &*arrival.lane == lane), now);
    names.into_iter().map(|lane| LaneWaits { lane: lane.to_owned(), waiting: of(lane) }).collect()
}

#[cfg(test)]
mod tests {
    use super::{WaitTimes, by_lane};
    use crate::domain::arrival::Arrival;
    use crate::domain::ids::Id;
    use chrono::{DateTime, TimeDelta, Utc};

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    fn arrival(message: i64, lane: &str, came: i64, came_out: Option<i64>) -> Arrival {
        Arrival {
            message: Id(message),
            at: at(came),
            source: "work".into(),
            lane: lane.into(),
            came_out: came_out.map(at),
            held: came_out.is_none(),
            let_through: false,
            began_thread: true,
            mattered: None,
        }
    }

    #[test]
    fn what_is_still_held_has_waited_as_long_as_it_has() {
        let arrivals = [
            arrival(1, "people", 0, Some(1)),
            arrival(2, "people", 0, Some(3)),
            arrival(3, "people", 0, Some(2)),
            arrival(4, "people", 90, None),
            Arrival { let_through: true, ..arrival(5, "people", 0, Some(0)) },
        ];
        let waiting = WaitTimes::of(arrivals.iter(), at(100));
        assert_eq!((waiting.held, waiting.still_held), (4, 1));
        assert_eq!(
            (waiting.half, waiting.nine_in_ten),
            (Some(TimeDelta::hours(2)), None),
            "one of four goes on waiting"
        );
        let longest = waiting.longest.unwrap();
        assert_eq!((longest.message, longest.waited, longest.came_out), (Id(4), TimeDelta::hours(10), None));
    }

    #[test]
    fn a_clock_that_was_set_back_makes_no_wait_of_less_than_nothing() {
        let waiting = WaitTimes::of([arrival(1, "people", 5, Some(4))].iter(), at(9));
        assert_eq!((waiting.half, waiting.longest.unwrap().waited), (Some(TimeDelta::zero()), TimeDelta::zero()));
        assert_eq!(WaitTimes::of([].iter(), at(9)), WaitTimes::default());
    }

    #[test]
    fn lanes_stand_in_the_order_of_the_settings() {
        let arrivals = ["old", "news", "people", "another"].map(|lane| arrival(1, lane, 0, Some(1)));
        let order = ["people".to_owned(), "news".to_owned(), "empty".to_owned()];
        let lanes: Vec<String> = by_lane(&arrivals, &order, at(9)).into_iter().map(|one| one.lane).collect();
        assert_eq!(lanes, ["people", "news", "another", "old"]);
    }
}
