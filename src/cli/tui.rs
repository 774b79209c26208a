//! `tidebox` without a command: the screen.

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::demo;
use super::failure::Failure;
use super::screen;
use crate::session::Leaving;
use crate::ui::state::Start;

/// Opens the door, or the first screen while there is neither a source nor a message. If the demo is chosen there, it follows,
/// and leads back to the first screen.
pub fn run(global: &GlobalArguments) -> Result<(), Failure> {
    let mut start = Start::Door;
    loop {
        let context = CommandContext::find(global)?;
        context.announce_new_store();
        match screen::open(context, start, None)? {
            Leaving::Demo => {}
            Leaving::Quit | Leaving::Welcome | Leaving::Signal(_) => return Ok(()),
        }
        if demo::run_after(global)? != Leaving::Welcome {
            return Ok(());
        }
        start = Start::Welcome;
    }
}
