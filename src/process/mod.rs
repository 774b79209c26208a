//! Programs that tidebox starts in the background: commands that are sources, commands that print a password, commands
//! that notify. Each leads a process group of its own, so that it is stopped together with everything that it started,
//! when its time is over and when tidebox ends. This room does not know what their output means.

mod group;
mod output;
mod program;

pub use group::stop_all;
pub use program::{ProgramEnd, RunningProgram};
