//! The program: it hands its arguments to `cli`, which returns the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    tidebox::cli::run(std::env::args_os())
}
