//! The arguments that every command takes. Those of one command stand in its file.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser};

use super::Command;

/// Holds your messages until the check-ins that you chose, then shows them as one batch with an end.
#[derive(Debug, Parser)]
#[command(name = "tidebox", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    pub global: GlobalArguments,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

// No doc comment here: clap would show it in place of the description of the program.
#[derive(Debug, Args)]
pub struct GlobalArguments {
    /// The configuration file
    #[arg(long, global = true, env = "TIDEBOX_CONFIG", value_name = "FILE")]
    pub config: Option<OsString>,
    /// The store
    #[arg(long, global = true, env = "TIDEBOX_STORE", value_name = "FILE")]
    pub store: Option<OsString>,
    /// Act as if it were this time: 2026-11-23T10:00+01:00, "2026-11-23 10:00", or 10:00 for today
    #[arg(long, global = true, env = "TIDEBOX_AT", value_name = "TIME")]
    pub at: Option<String>,
    /// The log of problems; nothing of a message is in it
    #[arg(long, global = true, env = "TIDEBOX_LOG", value_name = "FILE")]
    pub log_file: Option<OsString>,
    /// Print JSON, one object on each line
    #[arg(long, global = true)]
    pub json: bool,
    /// Whether the store was named as an argument and not by the environment.
    #[arg(skip)]
    pub store_typed: bool,
}

/// An empty value, which scripts may leave in the environment, counts as not given.
impl GlobalArguments {
    pub fn config(&self) -> Option<PathBuf> {
        self.config.as_ref().filter(|path| !path.is_empty()).map(PathBuf::from)
    }

    pub fn store(&self) -> Option<PathBuf> {
        self.store.as_ref().filter(|path| !path.is_empty()).map(PathBuf::from)
    }

    pub fn log(&self) -> Option<PathBuf> {
        self.log_file.as_ref().filter(|path| !path.is_empty()).map(PathBuf::from)
    }

    pub fn at(&self) -> Option<&str> {
        self.at.as_deref().filter(|at| !at.trim().is_empty())
    }
}

const EXAMPLES: &str = "\
Without a command, the screen opens.

The words: a check-in is one of the hours that you chose; the door opens then, and is closed between them. What comes before is
held, out of sight. A batch is what a check-in shows: nothing is added to it, and closing it is its end. A lane is a kind of
message with check-ins of its own. A peek looks at what is held before its check-in, for a reason that is written down.

Examples:
  tidebox demo                     try it on a sample store, with a check-in open
  tidebox add ~/Maildir            take in a mailbox; it stays as it is
  tidebox status                   when is the next check-in?
  tidebox checkins --days 7        the check-ins of a week
  tidebox search 'from:ada engine' find what was released

Exit codes: 0 done, 1 it failed, 2 wrong usage, 3 held (the door is closed).";

#[cfg(test)]
mod tests {
    use super::Arguments;
    use clap::{CommandFactory, Parser};

    fn commands() -> Vec<clap::Command> {
        let mut program = Arguments::command();
        program.build();
        let mut all: Vec<clap::Command> =
            program.get_subcommands().filter(|command| command.get_name() != "help").cloned().collect();
        assert!(all.len() > 15, "only {} commands: is this all of them?", all.len());
        all.push(program);
        all
    }

    fn after(command: &clap::Command) -> String {
        command.get_after_help().map(ToString::to_string).unwrap_or_default()
    }

    /// The calls of tidebox in an example, without its explanation and what it is piped to or from.
    fn calls(example: &str) -> Vec<Vec<String>> {
        let command = example.split("   ").next().unwrap_or_default();
        let parts = command
            .split(" | ")
            .flat_map(|part| part.split(" && "))
            .map(|part| part.split(" > ").next().unwrap_or_default().trim());
        let words = |part: &str| shlex::split(part).unwrap_or_else(|| panic!("{part}"));
        parts
            .filter_map(|part| match part.strip_prefix("xargs -r tidebox") {
                Some(rest) => Some(words(&format!("tidebox{rest} 1"))),
                None => part.starts_with("tidebox").then(|| words(part)),
            })
            .collect()
    }

    #[test]
    fn every_command_has_examples_and_each_of_them_can_be_typed() {
        for command in commands() {
            let name = command.get_name().to_owned();
            let text = after(&command);
            let (_, examples) = text.split_once("Example").unwrap_or_else(|| panic!("{name} has no examples"));
            let examples: Vec<&str> = examples
                .lines()
                .skip(1)
                .map_while(|line| line.strip_prefix("  "))
                .filter(|line| line.contains("tidebox"))
                .collect();
            assert!((1..=5).contains(&examples.len()), "{name}: {examples:?}");
            for example in examples {
                let calls = calls(example);
                assert!(!calls.is_empty(), "{name}: {example}");
                for call in &calls {
                    Arguments::try_parse_from(call).unwrap_or_else(|error| panic!("{example}: {error}"));
                }
                let named = calls.iter().flatten().any(|word| *word == name);
                assert!(named || example.contains("--store"), "{name}: {example}");
            }
        }
    }

    #[test]
    fn everything_has_a_sentence() {
        for command in commands() {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for argument in command.get_arguments() {
                let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                assert!(!help.is_empty(), "{} {}", command.get_name(), argument.get_id());
            }
        }
    }

    #[test]
    fn completions_of_other_shells_carry_it() {
        for shell in [clap_complete::Shell::Elvish, clap_complete::Shell::PowerShell] {
            let mut out = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "tidebox", &mut out);
            let out = String::from_utf8(out).unwrap();
            for command in commands() {
                let listed = command.is_hide_set() || out.contains(command.get_name());
                assert!(listed, "{shell}: {}", command.get_name());
            }
            assert!(out.contains("store-too") && out.contains("log-file"), "{shell}");
        }
    }
}
