//! What can be typed after `tidebox`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Holds your mail until the check-ins that you chose, then lays it out as one finite batch.
#[derive(Debug, Parser)]
#[command(name = "tidebox", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Arguments {
    /// The configuration file
    #[arg(long, global = true, env = "TIDEBOX_CONFIG", value_name = "FILE")]
    pub config: Option<OsString>,
    /// The store
    #[arg(long, global = true, env = "TIDEBOX_STORE", value_name = "FILE")]
    pub store: Option<OsString>,
    /// Act as if it were this time: 2026-11-23T10:00+01:00, "2026-11-23 10:00", or 10:00 for today
    #[arg(long, global = true, env = "TIDEBOX_AT", value_name = "TIME")]
    pub at: Option<String>,
    /// The log of problems; it has no word of any message
    #[arg(long, global = true, env = "TIDEBOX_LOG", value_name = "FILE")]
    pub log_file: Option<OsString>,
    /// Print JSON, one object a line
    #[arg(long, global = true)]
    pub json: bool,
    /// Whether the store was named here, and not by the environment.
    #[arg(skip)]
    pub store_typed: bool,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// An empty value, as a script leaves it in the environment, is none.
impl Arguments {
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

Examples:
  tidebox demo                     try it on a sample store, with a window open
  tidebox add ~/Maildir            take in a mailbox; it stays as it is
  tidebox status                   when is the next check-in?
  tidebox checkins --days 7        the windows of a week
  tidebox search 'from:ada engine' find what was released

Exit codes: 0 done, 1 it failed, 2 wrong usage, 3 held (the door is closed).";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the configuration and the store where they are not there yet, and say where they are
    #[command(after_help = "\
Nothing that is there is changed: doing it twice is doing it once. The screen, `add`, `sync` and `watch` make a store, too;
every other command wants one that is there.

Examples:
  tidebox init
  tidebox --json init | jq -r .store.path
  tidebox --store ~/mail/tidebox.db init")]
    Init,
    /// Open the screen on a sample store in a temporary folder
    Demo(Demo),
    /// Take in Maildirs, mbox files, .eml files, JSON lines, and folders of any of them
    #[command(after_help = "\
Nothing is moved or changed where it lies, and taking in the same thing twice changes nothing. Of a folder it says of each
file what it was. One path that cannot be read stops none of the others; then the exit code is 1.

Examples:
  tidebox add ~/Maildir
  tidebox add --history ~/exports      everything in it, to be found and never held
  tidebox add ~/.thunderbird/abcd.default/Mail
  tidebox export --format jsonl | tidebox --store other.db add -")]
    Add(Add),
    /// Read the configured sources once; what is new is held until its check-in
    #[command(after_help = "\
Examples:
  tidebox sync
  tidebox --json sync              how many were read, admitted, known")]
    Sync,
    /// Stay, and tend the sources: read what comes, release and commit when it is time, say when a check-in opens
    #[command(after_help = "\
It runs until it is stopped (Ctrl-C, TERM), says nothing but problems, and notices when the settings change. There is one
for a store; an open screen that was there first goes before it. `tidebox service install` starts it with your session.

Example:
  tidebox watch")]
    Watch,
    /// Have `tidebox watch` started with your session, by systemd or launchd
    Service(Service),
    /// Say whether the door is open, and when the next check-in is
    Status(Status),
    /// List the coming windows
    Checkins(Checkins),
    /// Begin the open window and list its batch
    #[command(after_help = "\
The batch is frozen: what arrives from now on waits for the next check-in. Exit code 3 says that the door is closed.

Examples:
  tidebox begin
  tidebox begin --at '2026-11-23 10:05'   rehearse it, best on a copy of the store
  tidebox --json begin | jq -r .subject")]
    Begin,
    /// List the batch that is open
    #[command(after_help = "\
Examples:
  tidebox queue
  tidebox --json queue | jq -r 'select(.verdict == null) | .id'")]
    Queue,
    /// Show one message
    Show(Show),
    /// Find messages that were released; newest first
    Search(Search),
    /// Say what becomes of messages of the open batch
    Decide(Decide),
    /// Take back the latest decision of the open batch
    #[command(after_help = "\
Again and again, as far as the batch's beginning. No mailbox was touched yet.

Example:
  tidebox undo")]
    Undo,
    /// Let the decision that was taken back last count again
    #[command(after_help = "\
Example:
  tidebox redo")]
    Redo,
    /// Commit the open batch: what was decided takes effect
    #[command(after_help = "\
What is not decided leads the next batch. A commit cannot be taken back. What was decided is done in the mailboxes, too:
what is done goes to the archive, unless `write_back = false`.

Examples:
  tidebox commit
  tidebox --json commit | jq .receipt")]
    Commit,
    /// Let what a hard hold keeps back for other programs go back to its folder
    Release(Release),
    /// List what is still to be done in the mailboxes, and what could not be
    Journal(Journal),
    /// Look at what is held: for a reason, for some minutes, and written down
    Peek(Peek),
    /// Read configuration, keys, sources and store, and report every problem at once
    Check(Check),
    /// Write a consistent copy of the store
    Backup(Backup),
    /// Write what was released as mbox or JSON lines
    Export(Export),
    /// Print the completions for a shell
    #[command(after_help = "\
Examples:
  tidebox completions bash > ~/.local/share/bash-completion/completions/tidebox
  tidebox completions zsh > ~/.zfunc/_tidebox
  tidebox completions fish > ~/.config/fish/completions/tidebox.fish")]
    Completions {
        /// Which one
        shell: clap_complete::Shell,
    },
    /// Print the manual page of tidebox, or of one of its commands
    #[command(after_help = "\
Examples:
  tidebox manual | man -l -
  tidebox manual add > ~/.local/share/man/man1/tidebox-add.1")]
    Manual {
        /// Of this command; otherwise of tidebox as a whole
        command: Option<String>,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "\
It ends without a trace, unless a folder is named.

Examples:
  tidebox demo
  tidebox demo --folder ~/try      keep it, to look at its configuration and store")]
pub struct Demo {
    /// Keep the sample store in this folder instead of a temporary one
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
What is marked read in its mailbox is filed as history: searchable, never held. What is unread, or has no such marks,
is held until its check-in. Nothing is moved or changed where it comes from, and adding it again changes nothing.

Examples:
  tidebox add ~/Maildir
  tidebox add export.mbox letters/ note.eml
  zcat archive.mbox.gz | tidebox add --format mbox -
  notices | tidebox add --source ci --format jsonl -")]
pub struct Add {
    /// Maildirs, mbox files, .eml files, JSON lines, folders of any of them; - reads standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// What the paths are, where it should not be found out
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// The name of the source; otherwise that of the file or folder
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Hold every message, those marked read too
    #[arg(long, conflicts_with = "history")]
    pub all: bool,
    /// File every message as history
    #[arg(long)]
    pub history: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Maildir,
    Mbox,
    /// One message, or a folder of them
    Eml,
    /// JSON lines
    Jsonl,
}

#[derive(Debug, Args)]
#[command(
    subcommand_required = true,
    after_help = "\
It is a service of yours alone, and needs no rights. A file that tidebox did not write is left as it is.

Examples:
  tidebox service install
  tidebox service install --print   the file, without writing it
  tidebox service status
  tidebox service remove"
)]
pub struct Service {
    #[command(subcommand)]
    pub verb: ServiceVerb,
    /// For another system than this one
    #[arg(long, value_enum, global = true)]
    pub manager: Option<ServiceManager>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum ServiceVerb {
    /// Write the file and start the watch, now and with each session
    Install {
        /// Print the file instead of writing it
        #[arg(long)]
        print: bool,
    },
    /// Stop the watch and remove the file
    Remove,
    /// Say whether it is installed, and whether it runs
    Status,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ServiceManager {
    Systemd,
    Launchd,
}

#[derive(Debug, Args)]
#[command(after_help = "\
It says nothing of what is held; --counts, or `show_held = true` in the configuration, adds how many messages there are.

Examples:
  tidebox status
  tidebox status --format tmux       for status-right in tmux.conf
  tidebox status --format waybar     for a custom module of waybar
  tidebox status --format starship   for a module of starship's prompt")]
pub struct Status {
    /// Who reads it
    #[arg(long, value_enum, default_value = "plain")]
    pub format: StatusFormat,
    /// Also say how many messages are held
    #[arg(long)]
    pub counts: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StatusFormat {
    Plain,
    Json,
    /// Some words for tmux's status line
    Tmux,
    /// An object for waybar's custom module
    Waybar,
    /// Some words for starship's prompt; nothing where no check-in is set
    Starship,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tidebox checkins
  tidebox checkins --from 2026-12-24 --days 10
  tidebox checkins --days 90 --ics > checkins.ics")]
pub struct Checkins {
    /// From this day or time on; otherwise from now
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// For so many days of the calendar, also where one has 23 or 25 hours: 1 to 3660
    #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u16).range(1..=3660))]
    pub days: u16,
    /// Print an iCalendar file (RFC 5545)
    #[arg(long, conflicts_with = "json")]
    pub ics: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tidebox show 1790000000
  tidebox show --width 72 1790000000
  tidebox show --raw 1790000000 > letter.eml")]
pub struct Show {
    /// The message's id, as `queue` and `search` print it
    pub id: i64,
    /// Print the original bytes
    #[arg(long, conflicts_with = "json")]
    pub raw: bool,
    /// Show what an HTML page hides, too
    #[arg(long, conflicts_with = "raw")]
    pub hidden: bool,
    /// Lay the text out for so many columns: 20 to 500
    #[arg(long, default_value_t = 80, value_parser = clap::value_parser!(u16).range(20..=500))]
    pub width: u16,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Everything that was released is searched, history included; the newest come first.

Words:    tidebox search ada engine                 both words, anywhere in a message
          tidebox search '\"the second table\"'       these words in a row
          tidebox search 'analyt*'                  words that begin so
Fields:   tidebox search from:ada subject:plan      from: to: subject: body: list: source: lane:
          tidebox search from:@example.org          an address or a domain, to the letter
          tidebox search 'list:*'                   what has that field at all
Things:   tidebox search has:attachment             has:attachment, has:list, has:unsubscribe
Dates:    tidebox search older:2w newer:6m          s, min, h, d, w, m, y, counted back from now
          tidebox search after:2026-10 before:monday
Ids:      tidebox search id:1790000000              as listings print it; or id:'<Message-ID>'
Together: tidebox search '(ada or grace) -engine'   and, or, not or -, and parentheses
          tidebox search 'from:(ada or grace)'

Upper and lower case and accents make no difference. A letter with a colon is taken for a field; in quotes it is text.

Examples:
  tidebox search 'from:ada \"second table\" has:attachment'
  tidebox search --limit 5 'list:* or subject:plan*'
  tidebox --json search older:2w | jq -r .subject")]
pub struct Search {
    /// The query
    #[arg(required = true, value_name = "QUERY")]
    pub query: Vec<String>,
    /// At most so many messages
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub limit: u32,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Each call is one decision, and one undo takes it back.

Examples:
  tidebox decide done 1790000000 1790000100
  tidebox decide defer --to tomorrow 1790000000
  tidebox decide defer --to afternoon 1790000000   the next time that check-in opens
  tidebox queue --json | jq -r 'select(.lane==\"news\").id' | xargs tidebox decide done")]
pub struct Decide {
    /// What becomes of them
    #[arg(value_enum)]
    pub verb: VerbName,
    /// Ids of messages of the open batch
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<i64>,
    /// For defer: next (what is meant without it), tomorrow, week, 2 to 9 check-ins ahead, the name of a check-in, or a day
    #[arg(long, value_name = "WHEN")]
    pub to: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum VerbName {
    Done,
    Trash,
    Defer,
    Later,
    Mute,
    Spam,
    Skip,
    Reopen,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A commit writes down what is to become of each message where it lies; `sync`, `commit` and the screen do it. Where somebody
else said something first, on another machine or in another program, that stands, and is told here for two weeks.

Examples:
  tidebox journal
  tidebox journal --retry          after the missing folder was made
  tidebox journal --hold-returned   of more than 50 messages that came back at once
  tidebox --json journal --all | jq -r 'select(.state == \"overtaken\").why'")]
pub struct Journal {
    /// Every change that there was, the latest 10000
    #[arg(long)]
    pub all: bool,
    /// Try again now what was tried or refused
    #[arg(long, conflicts_with = "all")]
    pub retry: bool,
    /// This store, copied from elsewhere, has taken the place of the first one: it makes the changes from now on
    #[arg(long, conflicts_with = "all")]
    pub here: bool,
    /// Hold again what came back to where incoming mail lies, where it was too much at once to be held unasked
    #[arg(long, conflicts_with_all = ["all", "retry"])]
    pub hold_returned: bool,
    /// Leave that as it is: it stays where it lies, and counts as finished with
    #[arg(long, conflicts_with_all = ["all", "retry", "hold_returned"])]
    pub leave_returned: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A peek waits some seconds, shows what is held for some minutes, and is written down with its reason.

Examples:
  tidebox peek --reason 'the train may be cancelled'
  tidebox peek --show 1790000000   while it is open
  tidebox peek --log               when you looked, and why")]
pub struct Peek {
    /// Why; it is written down
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Show one held message instead of the list
    #[arg(long, value_name = "ID")]
    pub show: Option<i64>,
    /// List the peeks of the past
    #[arg(long, conflicts_with_all = ["reason", "show"])]
    pub log: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
What it prints can be pasted into a report: it has no message, no address and no secret.

Examples:
  tidebox check
  tidebox check --offline          without asking servers
  tidebox check --store-too        look into every page of the store and at every letter in it
  tidebox --json check | jq .facts")]
pub struct Check {
    /// Look into every page of the store, and at every original; takes a while for a large one
    #[arg(long)]
    pub store_too: bool,
    /// Ask no server: look at what lies on this machine alone
    #[arg(long)]
    pub offline: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
For accounts with `hold = \"hard\"`, in which mail waits in a folder of its own so that phones do not show it either. What
has had its check-in goes back by itself when tidebox runs; this does it without the screen, for those who read with
another program. With --all everything goes back and none of it is held there again: the way out.

Examples:
  tidebox release
  tidebox release --all")]
pub struct Release {
    /// Everything, not only what has had its check-in
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The copy is whole even while messages are taken in. With it comes everything: messages, decisions, the index.

Examples:
  tidebox backup ~/backup/tidebox-2026-11-23.db
  tidebox --store ~/backup/tidebox-2026-11-23.db search ada   look into one")]
pub struct Backup {
    /// The file to write; it must not exist yet
    pub file: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
What is held is left out.

Examples:
  tidebox export --output letters.mbox
  tidebox export --query 'from:ada after:2026-01-01' > ada.mbox
  tidebox export --format jsonl | jq -r .subject")]
pub struct Export {
    /// Otherwise mbox, and with --json JSON lines
    #[arg(long, value_enum)]
    pub format: Option<ExportFormat>,
    /// Only what this query chooses
    #[arg(long, value_name = "QUERY")]
    pub query: Option<String>,
    /// The file to write; otherwise standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// mboxrd
    Mbox,
    /// JSON lines, with the original in base64
    Jsonl,
}

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
        let parts = command.split(" | ").map(|part| part.split(" > ").next().unwrap_or_default().trim());
        let words = |part: &str| shlex::split(part).unwrap_or_else(|| panic!("{part}"));
        parts
            .filter_map(|part| match part.strip_prefix("xargs tidebox") {
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
    fn manual_pages_and_completions_carry_it() {
        for command in commands() {
            let mut page = Vec::new();
            clap_mangen::Man::new(command.clone()).render(&mut page).unwrap();
            let page = String::from_utf8(page).unwrap().replace("\\*(Aq", "'").replace('\\', "");
            let last = after(&command).lines().last().unwrap_or_default().trim().replace('\\', "");
            assert!(page.contains(&last), "{}: {last}", command.get_name());
        }
        for shell in [clap_complete::Shell::Bash, clap_complete::Shell::Zsh, clap_complete::Shell::Fish] {
            let mut out = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "tidebox", &mut out);
            let out = String::from_utf8(out).unwrap();
            for command in commands() {
                assert!(out.contains(command.get_name()), "{shell}: {}", command.get_name());
            }
            assert!(out.contains("store-too") && out.contains("log-file"), "{shell}");
        }
    }
}
