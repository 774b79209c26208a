//! `tidebox completions` and `tidebox manual`: made from the arguments themselves, so that they are never out of date.

use clap::CommandFactory;
use clap_complete::Shell;

use super::arguments::Arguments;
use super::failure::Failure;
use super::output;

/// Prints the completions of a shell.
pub fn completions(shell: Shell) -> Result<(), Failure> {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "tidebox", &mut out);
    output::bytes(&out)
}

/// Prints the manual page of the program or, where one is named, of a command.
pub fn manual(command: Option<&str>) -> Result<(), Failure> {
    let mut program = Arguments::command();
    program.build();
    let page = match command {
        None => program,
        Some(name) => program
            .find_subcommand(name)
            .cloned()
            .ok_or_else(|| Failure::usage(format!("there is no command {name}"), "`tidebox --help` lists them"))?,
    };
    let mut out = Vec::new();
    let title = command.map_or_else(|| "tidebox".to_owned(), |name| format!("tidebox-{name}"));
    clap_mangen::Man::new(page).title(title).render(&mut out)?;
    output::bytes(&out)
}
