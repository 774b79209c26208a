//! `tidebox completions` and `tidebox manual`: both are generated from the arguments, so that they are always up to date.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::arguments::{Arguments, GlobalArguments};
use super::failure::Failure;
use super::output;

/// Print the completions for a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tidebox completions bash > ~/.local/share/bash-completion/completions/tidebox
  tidebox completions zsh > ~/.zfunc/_tidebox
  tidebox completions fish > ~/.config/fish/completions/tidebox.fish")]
pub struct CompletionsCommand {
    /// The shell
    pub shell: Shell,
}

/// Print the manual page of tidebox, or of one of its commands
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tidebox manual | man -l -
  tidebox manual add > ~/.local/share/man/man1/tidebox-add.1")]
pub struct ManualCommand {
    /// The command; otherwise the page is about tidebox as a whole
    pub command: Option<String>,
}

/// Prints the completions of a shell.
pub fn run(_: &GlobalArguments, options: &CompletionsCommand) -> Result<(), Failure> {
    let mut out = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), "tidebox", &mut out);
    output::bytes(&out)
}

/// Prints the manual page of the program or of one command.
pub fn manual(_: &GlobalArguments, options: &ManualCommand) -> Result<(), Failure> {
    let mut program = Arguments::command();
    program.build();
    let page = match &options.command {
        None => program,
        Some(name) => program
            .find_subcommand(name)
            .cloned()
            .ok_or_else(|| Failure::usage(format!("there is no command {name}"), "`tidebox --help` lists them"))?,
    };
    let mut out = Vec::new();
    let title = options.command.as_ref().map_or_else(|| "tidebox".to_owned(), |name| format!("tidebox-{name}"));
    clap_mangen::Man::new(page).title(title).render(&mut out)?;
    output::bytes(&out)
}
