//! The program: its arguments go to the top floor, and what comes back is the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    tidebox::cli::run(std::env::args_os())
}
