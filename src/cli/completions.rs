//! `tidebox completions` and `tidebox manual`. Pages are generated from the arguments, so that they are always up to date, and so
//! are the completions of shells that do not ask `tidebox complete`.

use clap::{Arg, Args, CommandFactory};
use clap_complete::Shell;

use super::arguments::{Arguments, GlobalArguments};
use super::failure::Failure;
use super::output;

/// Print the completions for a shell
#[derive(Debug, Args)]
#[command(after_help = "\
In bash, zsh and fish they offer ids with the subjects of the messages (never of one that is held), check-ins and days to defer
to, sources, lanes and mailboxes, as they are while you type.

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
  tidebox manual add > ~/.local/share/man/man1/tidebox-add.1
  tidebox manual service install | man -l -")]
pub struct ManualCommand {
    /// The command, with the command below it where there is one; otherwise the page is about tidebox as a whole
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
}

/// Prints the completions of a shell.
pub fn run(_: &GlobalArguments, options: &CompletionsCommand) -> Result<(), Failure> {
    let mut out = Vec::new();
    let asking = match options.shell {
        Shell::Bash => Some(include_str!("completion/tidebox.bash")),
        Shell::Zsh => Some(include_str!("completion/tidebox.zsh")),
        Shell::Fish => Some(include_str!("completion/tidebox.fish")),
        _ => None,
    };
    if let Some(script) = asking {
        return output::print(script);
    }
    clap_complete::generate(options.shell, &mut Arguments::command(), "tidebox", &mut out);
    output::bytes(&out)
}

/// Prints the manual page of the program or of one command.
pub fn manual(_: &GlobalArguments, options: &ManualCommand) -> Result<(), Failure> {
    let mut program = Arguments::command();
    program.build();
    let mut page = &program;
    for name in &options.command {
        page = page.find_subcommand(name).ok_or_else(|| {
            let what = format!("there is no command {}", options.command.join(" "));
            Failure::usage(what, "`tidebox --help` lists them, `tidebox COMMAND --help` those below a command")
        })?;
    }
    let names: Vec<&str> = ["tidebox"].into_iter().chain(options.command.iter().map(String::as_str)).collect();
    let title = names.join("-");
    // Both are what a page is looked up by; the parser's own would have blanks in them.
    let name = names.join(" ");
    let usage = format!("{name} {}", synopsis(page));
    let page = page.clone().display_name(title.clone()).bin_name(name).override_usage(usage);
    let mut out = Vec::new();
    let source = concat!("tidebox ", env!("CARGO_PKG_VERSION"));
    clap_mangen::Man::new(page).title(title).source(source).manual("tidebox").render(&mut out)?;
    output::bytes(&out)
}

/// `[--to WHEN] [OPTION...] VERB ID...`: its own options with the names of their values, then those that every command has, and
/// its arguments.
fn synopsis(command: &clap::Command) -> String {
    let called = |argument: &Arg| {
        let names = argument.get_value_names().unwrap_or_default().iter().map(ToString::to_string);
        let names: Vec<String> = names.collect();
        let many = argument.get_num_args().is_some_and(|range| range.max_values() > 1);
        format!("{}{}", names.join(" "), if many { "..." } else { "" })
    };
    let shown = |argument: &&Arg| !argument.is_hide_set() && !argument.is_global_set();
    let option = |argument: &Arg| {
        let name = argument.get_long().filter(|name| !["help", "version"].contains(name))?;
        let takes_value = argument.get_action().takes_values();
        Some(if takes_value { format!("[--{name} {}]", called(argument)) } else { format!("[--{name}]") })
    };
    let value = |argument: &Arg| {
        if argument.is_required_set() { called(argument) } else { format!("[{}]", called(argument)) }
    };
    let options = command.get_arguments().filter(|it| !it.is_positional()).filter(shown).filter_map(option);
    let values = command.get_positionals().filter(shown).map(value);
    let below = if command.is_subcommand_required_set() { "COMMAND" } else { "[COMMAND]" };
    let below = command.has_subcommands().then(|| below.to_owned());
    let every = std::iter::once("[OPTION...]".to_owned());
    options.chain(every).chain(values).chain(below).collect::<Vec<_>>().join(" ")
}
