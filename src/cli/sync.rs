//! `tidebox sync`: reads the configured sources and the tray of `incoming` once.

use super::add::report;
use super::failure::Failure;
use super::place::Place;
use super::progress::Progress;
use crate::clock::{Clock, Stopwatch};
use crate::job::gather::gather;
use crate::source::Extent;

pub fn run(place: &Place) -> Result<(), Failure> {
    // What is due is committed as a decision is, before anything is taken in.
    drop(place.desk()?);
    let mut store = place.intake()?;
    let watch = Stopwatch::start();
    let mut progress = Progress::new("sync", Box::new(|| Extent::Unknown), place.json);
    let summary = gather(&mut store, &place.config, place.now(), Clock::real().now(), &mut progress);
    progress.finish();
    report(place, &summary?, watch.elapsed().as_secs_f64(), progress.stopped())
}
