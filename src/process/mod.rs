//! Programs that tidebox starts in the background: commands that are sources, commands that print a password, commands
//! that notify. Each leads a process group of its own, so that it is stopped together with everything that it started,
//! when its time is over and when tidebox ends. One that the person starts gets the terminal instead (`foreground`). This room does not know what their output means.

mod foreground;
mod group;
mod output;
mod program;

pub use foreground::{command_in_terminal, edit_in_terminal, run_in_terminal};
pub use group::{allow_again, stop_all};
pub use program::{ProgramEnd, RunningProgram};
