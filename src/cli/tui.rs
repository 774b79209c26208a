//! `tidebox` without a command: the screen.

use super::arguments::GlobalArguments;
use super::context::Place;
use super::demo;
use super::failure::Failure;
use super::screen;
use crate::session::Leaving;
use crate::ui::state::Start;

/// At the door, or at the welcome where nobody has used it yet; and then the demo, where that was asked for there.
pub fn run(global: &GlobalArguments) -> Result<(), Failure> {
    let place = Place::find(global)?;
    let clock = place.clock;
    let start = if place.configured || place.store_path.exists() { Start::Door } else { Start::Welcome };
    place.announce_new_store();
    match screen::open(place, start)? {
        Leaving::Demo => demo::run_after(clock),
        Leaving::Quit | Leaving::Signal(_) => Ok(()),
    }
}
