//! `tidebox completions`. Those of bash, zsh and fish ask `tidebox complete`; those of other shells are generated from the
//! arguments, so that they are always up to date.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::arguments::{Arguments, GlobalArguments};
use super::failure::Failure;
use super::output;

/// Print the completions for a shell, or write those of bash, zsh and fish to a folder
#[derive(Debug, Args)]
#[command(after_help = "\
In bash, zsh and fish they offer ids with the subjects of the messages (never of one that is held), check-ins and days to defer
to, sources, lanes and mailboxes, as they are while you type.

With `--all` the files get the names and folders in which these shells look for them below a folder such as /usr/share.

Examples:
  tidebox completions bash > ~/.local/share/bash-completion/completions/tidebox
  tidebox completions zsh > ~/.zfunc/_tidebox
  tidebox completions fish > ~/.config/fish/completions/tidebox.fish
  tidebox completions --all ~/.local/share")]
pub struct CompletionsCommand {
    /// The shell
    #[arg(required_unless_present = "all")]
    pub shell: Option<Shell>,
    /// Write the files of bash, zsh and fish below this folder, which is made if it is not there
    #[arg(long, value_name = "FOLDER", conflicts_with = "shell")]
    pub all: Option<PathBuf>,
}

/// The scripts that ask `tidebox complete`, and where their shells look for them below a folder such as `/usr/share`.
const ASKING: [(Shell, &str, &str); 3] = [
    (Shell::Bash, "bash-completion/completions/tidebox", include_str!("completion/tidebox.bash")),
    (Shell::Zsh, "zsh/site-functions/_tidebox", include_str!("completion/tidebox.zsh")),
    (Shell::Fish, "fish/vendor_completions.d/tidebox.fish", include_str!("completion/tidebox.fish")),
];

/// Prints the completions of a shell, or writes those of all that ask.
pub fn run(_: &GlobalArguments, options: &CompletionsCommand) -> Result<(), Failure> {
    if let Some(folder) = &options.all {
        return ASKING.iter().try_for_each(|(_, place, script)| write(&folder.join(place), script));
    }
    let Some(shell) = options.shell else { return Ok(()) };
    if let Some((.., script)) = ASKING.iter().find(|(asking, ..)| *asking == shell) {
        return output::print(script);
    }
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "tidebox", &mut out);
    output::bytes(&out)
}

fn write(file: &Path, script: &str) -> Result<(), Failure> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(|error| Failure::io("make the folder", folder, &error))?;
    }
    fs::write(file, script).map_err(|error| Failure::io("write", file, &error))
}
