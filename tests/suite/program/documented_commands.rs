//! Holds `src/cli`: the commands that README, CONTRIBUTING and the pages of docs show are taken out of them and run, each in a
//! shell, in a home with a configuration and a Maildir. What cannot be run here stands in a table with the reason.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use portable_pty::CommandBuilder;
use rustix::process::{Pid, Signal, kill_process_group};
use tidebox::clock::Stopwatch;

use crate::support::pty::Terminal;
use crate::support::{Home, program};

/// A command may take so long before it is ended, and has failed.
const LIMIT: Duration = Duration::from_mins(1);
/// A Sunday, in the "reading hour" of the README's configuration.
const SUNDAY: &str = "2026-11-22T17:05:00+01:00";

const BUILDS: &str = "it needs a package manager: cargo builds and tests the program that this test is a part of";
const MEASURES: &str = "it measures for a long time, and needs a release build and other mail programs";
const SERVICE: &str = "it needs systemd or launchd, and would change the services of whoever runs the tests";
const PROVIDER: &str = "it needs an account with a provider, and asks for its password";
const MBSYNC: &str = "it needs mbsync, set up for an account with a provider";

/// The commands that are not run: their page, the command on one line without its comment, and why.
const NOT_RUN: [(&str, &str, &str); 22] = [
    ("README.md", "cargo run --release", BUILDS),
    ("README.md", "cargo test", BUILDS),
    ("README.md", "cargo install --path .", BUILDS),
    ("README.md", "tidebox service install", SERVICE),
    ("docs/first-day.md", "tidebox account add me@example.org", PROVIDER),
    ("docs/first-day.md", "tidebox service install", SERVICE),
    ("docs/recipes/mbsync-notmuch.md", "mbsync -a && tidebox", MBSYNC),
    ("docs/recipes/mbsync-notmuch.md", "mbsync -a && notmuch new", MBSYNC),
    ("docs/recipes/quiet-phone.md", "tidebox service install", SERVICE),
    ("CONTRIBUTING.md", "cargo run", BUILDS),
    ("CONTRIBUTING.md", "cargo check --all-targets", BUILDS),
    ("CONTRIBUTING.md", "cargo test --test suite store::frozen", BUILDS),
    ("CONTRIBUTING.md", "scripts/check", BUILDS),
    ("CONTRIBUTING.md", "scripts/test-servers", "it needs a package manager: it installs mail servers"),
    (
        "docs/hold.md",
        "doveadm move -u me@example.org INBOX mailbox Held all",
        "it needs a Dovecot server with this user; tests/suite/program/hard_hold.rs runs it against one",
    ),
    ("docs/performance.md", "scripts/bench --sizes 10000,100000,1000000", MEASURES),
    ("docs/performance.md", "scripts/bench --rows 1,3 --runs 3", MEASURES),
    (
        "docs/providers.md",
        "mutt_oauth2.py ~/.local/share/mail.tokens --authorize --provider microsoft --email me@outlook.com --authflow \
         localhostauthcode --client-id ID --client-secret '' --encryption-pipe 'gpg --encrypt --recipient ME'",
        "it needs this helper, a client id, and a login with the provider in a browser",
    ),
    ("docs/sources.md", "mbsync -a && tidebox", MBSYNC),
    ("docs/sources.md", "mbsync -a", MBSYNC),
    ("docs/watch.md", "tidebox service install", SERVICE),
    ("docs/watch.md", "tidebox service remove", SERVICE),
];

/// Scripts that are not run, by a line in them.
const SCRIPTS_NOT_RUN: [(&str, &str, &str); 1] =
    [("docs/sources.md", "notmuch tag -inbox", "it needs notmuch, and its database of the Maildir")];

/// The commands that open the screen: their page, the command, and what the screen shows before it is left by `q`.
const SCREENS: [(&str, &str, &str); 4] = [
    ("README.md", "tidebox", "reading hour"),
    ("docs/first-day.md", "tidebox demo", "begin"),
    ("docs/first-day.md", "tidebox", "Matter 1"),
    ("docs/check-in.md", "tidebox --store rehearsal.db --at '2026-11-23 10:00'", "morning"),
];

/// Files that only root may write, and what stands in their place in the home.
const PLACES: [(&str, &str); 1] = [("/var/log/backup.log", "backup.log")];

/// A block of Markdown between two lines of backticks.
pub struct Fence<'t> {
    pub language: &'t str,
    pub text: String,
}

pub fn fences(page: &str) -> Vec<Fence<'_>> {
    let (mut found, mut open) = (Vec::new(), None::<Fence<'_>>);
    for line in page.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => open = Some(Fence { language: language.trim(), text: String::new() }),
            (Some(_), Some(_)) => found.extend(open.take()),
            (None, Some(fence)) => fence.text.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    found
}

/// The commands of a block. Lines that end with `\` go on, and a block that begins with `#!` is one script.
fn commands(fence: &Fence<'_>) -> Vec<String> {
    let text = fence.text.replace("\\\n", "");
    if text.starts_with("#!") {
        return vec![text];
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    // In a block of `console`, what is not typed is what was printed.
    let typed = |line: &str| match fence.language {
        "console" => line.strip_prefix("$ ").map(str::to_owned),
        _ => Some(line.to_owned()),
    };
    lines.filter_map(typed).collect()
}

/// A command and the comment behind it.
fn parted(command: &str) -> (&str, &str) {
    let (mut quote, mut blank) = (None, false);
    for (at, c) in command.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None if c == '#' && blank => return (command[..at].trim(), &command[at..]),
            _ => {}
        }
        blank = c.is_whitespace();
    }
    (command.trim(), "")
}

/// The exit code that a comment says: `# exit 3: the door is closed`.
fn meant(comment: &str) -> i32 {
    let said = comment.split_once("exit ").map_or("", |(_, code)| code);
    said.split(|c: char| !c.is_ascii_digit()).next().and_then(|code| code.parse().ok()).unwrap_or(0)
}

/// README, CONTRIBUTING, what is for packagers, and the pages of docs, by their names.
pub fn pages() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut names = ["README.md", "CONTRIBUTING.md", "PACKAGING.md", "SECURITY.md", "CODE_OF_CONDUCT.md"]
        .map(str::to_owned)
        .to_vec();
    for folder in ["docs", "docs/recipes"] {
        let found = fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
        let found = found.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
        names.extend(found.map(|path| format!("{folder}/{}", path.file_name().unwrap().display())));
    }
    names.into_iter().map(|name| (name.clone(), fs::read_to_string(root.join(&name)).unwrap())).collect()
}

/// A home as the pages mean it: the README's configuration, a Maildir with an archive and three letters, `tidebox` on the
/// path, the log of a backup.
struct Reader {
    home: Home,
    /// Process groups in which something may still run.
    left: Vec<Pid>,
}

impl Reader {
    fn of(page: &str, readme: &str) -> Self {
        let home = Home::new();
        let config = fences(readme).into_iter().find(|fence| fence.language == "toml").unwrap();
        home.write(".config/tidebox/config.toml", format!("{}\n[theme]\nbackground = \"dark\"\n", config.text));
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(home.path(&format!("Maildir/.Archive/{part}"))).unwrap();
        }
        let letter = |number: u32, date: &str, field: &str| {
            format!(
                "From: Ann <ann@example.org>\r\nTo: me@example.org\r\nSubject: Matter {number}\r\nDate: {date}\r\n{field}\
                 Message-ID: <{number}@example.org>\r\n\r\nText.\r\n"
            )
        };
        // Its id is the second of its date: 1790000000.
        home.deliver("Maildir", "1.a", &letter(1, "Mon, 21 Sep 2026 14:13:20 +0000", ""));
        home.deliver("Maildir", "2.a", &letter(2, "Fri, 20 Nov 2026 10:00:00 +0000", ""));
        let field = "List-Unsubscribe: <https://example.org/leave>\r\n";
        home.deliver("Maildir", "3.a", &letter(3, "Fri, 20 Nov 2026 11:00:00 +0000", field));
        home.write("backup.log", "began\nended\n");
        fs::create_dir(home.path("bin")).unwrap();
        symlink(program(), home.path("bin/tidebox")).unwrap();
        let mut reader = Self { home, left: Vec::new() };
        // The README makes its store itself.
        if page != "README.md" {
            assert_eq!(reader.run("tidebox add ~/Maildir", 0), Ok(()));
        }
        reader
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let path = format!("{}:{}", self.home.path("bin").display(), std::env::var("PATH").unwrap_or_default());
        let ours = ["HOME", "LANG", "TZ", "TIDEBOX_AT"];
        let environment = self.home.environment(SUNDAY).into_iter().filter(|(name, _)| ours.contains(name));
        environment.chain([("PATH", path)]).collect()
    }

    /// Runs a command in a shell; an error where it ends otherwise than it is meant to, or not in time.
    fn run(&mut self, command: &str, meant: i32) -> Result<(), String> {
        let output = fs::File::create(self.home.path("output")).unwrap();
        let mut shell = Command::new("bash");
        shell.args(["-o", "pipefail", "-c", command]).env_clear().envs(self.environment());
        shell.current_dir(self.home.path("")).process_group(0);
        shell.stdin(Stdio::null()).stdout(output.try_clone().unwrap()).stderr(output);
        let mut child = shell.spawn().expect("bash is installed");
        let group = Pid::from_child(&child);
        let watch = Stopwatch::start();
        let ended = loop {
            match child.try_wait().unwrap() {
                Some(status) => break status.code(),
                None if watch.elapsed() > LIMIT => {
                    let _ = kill_process_group(group, Signal::KILL);
                    child.wait().unwrap();
                    break None;
                }
                None => thread::sleep(Duration::from_millis(5)),
            }
        };
        if command.ends_with('&') {
            self.left.push(group);
        }
        let output = fs::read_to_string(self.home.path("output")).unwrap();
        match ended {
            Some(code) if code == meant => Ok(()),
            Some(code) => Err(format!("ended with {code}, and {meant} was meant: {output}")),
            None => Err(format!("did not end: {output}")),
        }
    }

    /// Opens a screen, waits for what it shows, and leaves it.
    fn open(&self, command: &str, shows: &str) {
        let mut shell = CommandBuilder::from_argv(["bash", "-c", command].map(Into::into).to_vec());
        shell.env_clear();
        for (name, value) in self.environment() {
            shell.env(name, value);
        }
        shell.env("TERM", "xterm-256color");
        shell.cwd(self.home.path(""));
        let mut terminal = Terminal::spawn(shell, 120, 36);
        terminal.wait(shows);
        terminal.keys("q");
        assert_eq!(terminal.ended(), 0, "{command}");
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        for group in &self.left {
            let _ = kill_process_group(*group, Signal::KILL);
        }
    }
}

#[test]
fn every_command_of_the_pages_works() {
    let pages = pages();
    let (mut run, mut left_out, mut wrong) = (0, Vec::new(), Vec::new());
    for (page, text) in &pages {
        let found: Vec<String> =
            fences(text).iter().filter(|fence| is_shell(fence.language)).flat_map(commands).collect();
        if found.is_empty() {
            continue;
        }
        let mut reader = Reader::of(page, &pages["README.md"]);
        for written in found {
            let (command, comment) = if written.starts_with("#!") { (&*written, "") } else { parted(&written) };
            let on_one_line = command.split_whitespace().collect::<Vec<_>>().join(" ");
            let not_run = NOT_RUN.iter().find(|(at, what, _)| at == page && *what == on_one_line);
            let script = SCRIPTS_NOT_RUN
                .iter()
                .find(|(at, line, _)| at == page && command.starts_with("#!") && command.contains(line));
            if let Some(entry) = not_run.or(script) {
                left_out.push(entry);
            } else if let Some((_, _, shows)) = SCREENS.iter().find(|(at, what, _)| at == page && *what == command) {
                reader.open(command, shows);
                run += 1;
            } else {
                let command = PLACES.iter().fold(command.to_owned(), |text, (path, here)| text.replace(path, here));
                run += 1;
                if let Err(error) = reader.run(&command, meant(comment)) {
                    wrong.push(format!("{page}: {command}\n{error}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for entry in NOT_RUN.iter().chain(&SCRIPTS_NOT_RUN) {
        assert!(
            left_out.contains(&entry),
            "{}: `{}` is not there any more; take it out of the table",
            entry.0,
            entry.1
        );
    }
    for (page, command, _) in SCREENS {
        let shown = fences(&pages[page]).iter().flat_map(commands).any(|written| parted(&written).0 == command);
        assert!(shown, "{page}: `{command}` is not there any more; take it out of the table");
    }
    assert!(run >= 12, "only {run} commands were found");
}

/// The languages of blocks that have commands in them.
fn is_shell(language: &str) -> bool {
    ["sh", "bash", "shell", "console"].contains(&language)
}

#[test]
fn no_command_hides_in_a_block_of_another_language() {
    for (page, text) in pages() {
        for fence in fences(&text).iter().filter(|fence| !is_shell(fence.language)) {
            let hidden = fence.text.lines().find(|line| line.trim_start_matches("$ ").starts_with("tidebox "));
            assert_eq!(hidden, None, "{page}: a block of `{}` has a command", fence.language);
        }
    }
}

/// What stands within the text, such as `tidebox journal --retry`: there is such a command, and it has these options.
#[test]
fn commands_within_the_text_exist() {
    let home = Home::new();
    let pages = pages();
    let (mut asked, mut found) = (BTreeMap::new(), 0);
    for (page, text) in &pages {
        // A line may end within a command.
        let is_command = |written: &&str| {
            written.split_whitespace().count() > 1 && written.split_whitespace().next() == Some("tidebox")
        };
        for written in text.split('`').skip(1).step_by(2).filter(is_command) {
            let words = written.split('|').next().unwrap().split_whitespace().skip(1);
            let (options, names): (Vec<_>, Vec<_>) = words.partition(|word| word.starts_with('-'));
            let is_name = |word: &&&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            let levels = if matches!(names.first(), Some(&("account" | "service"))) { 2 } else { 1 };
            let command: Vec<&str> = names.iter().take(levels).take_while(is_name).copied().collect();
            let help = asked.entry(command.clone()).or_insert_with(|| {
                let ran = home.run(SUNDAY, &[&command[..], &["--help"]].concat());
                assert_eq!(ran.code, 0, "{page}: `{written}`: {}", ran.err);
                ran.out
            });
            for option in options {
                let option = option.split('=').next().unwrap();
                assert!(help.contains(option) || option == "--version", "{page}: `{written}` has no {option}");
            }
            found += 1;
        }
    }
    assert!(found > 20, "only {found} were found");
}

#[test]
fn commands_and_comments_are_told_apart() {
    let shown = "```sh\none 'a # b' \\\n  two   # exit 3: why\n\n# a comment\nthree\n```\n```toml\nx = 1\n```\n\
                 ```console\n$ four\nits output\n```\n```sh\n#!/bin/sh\nfive\nsix\n```\n";
    let all: Vec<String> = fences(shown).iter().filter(|fence| is_shell(fence.language)).flat_map(commands).collect();
    assert_eq!(all, ["one 'a # b'   two   # exit 3: why", "three", "four", "#!/bin/sh\nfive\nsix\n"]);
    let (command, comment) = parted(&all[0]);
    assert_eq!((command, meant(comment)), ("one 'a # b'   two", 3));
    assert_eq!((parted("three"), meant("")), (("three", ""), 0));
}
