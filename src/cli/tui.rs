//! `tidebox` without a command: the screen.

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::demo;
use super::failure::Failure;
use super::screen;
use crate::session::Leaving;
use crate::ui::state::Start;

/// Opens the door, or the welcome screen on the first start. If the demo is chosen there, it follows.
pub fn run(global: &GlobalArguments) -> Result<(), Failure> {
    let context = CommandContext::find(global)?;
    let clock = context.clock;
    let start = if context.configured || context.store_path.exists() { Start::Door } else { Start::Welcome };
    context.announce_new_store();
    match screen::open(context, start)? {
        Leaving::Demo => demo::run_after(clock),
        Leaving::Quit | Leaving::Signal(_) => Ok(()),
    }
}
