//! What can be said of a few numbers, and how surely: shares with their interval, quantiles, and how long something
//! takes that has not always happened yet.
//!
//! Everything is a function of values: no instant is asked for, nothing is drawn by chance. A quantile is named in
//! thousandths, from 1 to 1000, so that no rounding of a fraction decides which value is meant.

mod clusters;
mod quantile;
mod survival;
mod wilson;

pub use clusters::{ENOUGH_CLUSTERS, mean_ahead, quantile_ahead};
pub use quantile::{HALF, NINE_IN_TEN, quantile};
pub use survival::{Observation, Survival, SurvivalStep};
pub use wilson::{ENOUGH_TO_TELL, Interval, wilson};
