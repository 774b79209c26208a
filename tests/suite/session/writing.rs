//! Holds `src/session/editor.rs`, `src/job/draft_file.rs`, `src/job/written.rs`, `src/process/foreground.rs`: the terminal is given to an
//! editor and comes back, and nothing that was saved in it is lost.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use crate::support::Home;
use crate::support::pty::Terminal;

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
const DRAFT: &str = "To: Ann <ann@example.org>\nSubject: Tea\n\nAt four.\n";

/// A home with a draft, and a script as the editor.
struct Desk {
    home: Home,
    editor: PathBuf,
}

impl Desk {
    fn new(script: &str) -> Self {
        let home = Home::new();
        home.write("draft.eml", DRAFT);
        home.deliver_matters(1);
        assert_eq!(home.run(EARLY, &["add", "Maildir"]).code, 0);
        home.sqlite(&format!(
            "INSERT INTO outgoing (state, draft, created, changed)
             VALUES ('draft', CAST(readfile('{}') AS TEXT), 1763888400, 1763888400)",
            home.path("draft.eml").display()
        ));
        let editor = home.write("my editor", format!("#!/bin/sh\n{script}\n"));
        std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o755)).unwrap();
        Self { home, editor }
    }

    /// The drafts on the screen.
    fn open(&self) -> Terminal {
        let editor = format!("'{}'", self.editor.display());
        let mut terminal = Terminal::open_with(&self.home, OPEN, &[], 100, 30, &[("VISUAL", &editor)]);
        terminal.wait("? help");
        terminal.keys("gd");
        terminal.wait("drafts   1 draft");
        terminal
    }

    fn draft(&self) -> String {
        self.home.sqlite("SELECT draft FROM outgoing")
    }

    /// The files that were left beside the store.
    fn left(&self) -> Vec<PathBuf> {
        let Ok(folders) = std::fs::read_dir(self.home.path("drafts")) else { return Vec::new() };
        let inside = folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
        inside.map(|entry| entry.unwrap().path()).collect()
    }
}

#[test]
fn an_editor_has_the_terminal_with_a_private_file_and_gives_it_back() {
    let desk = Desk::new(
        "stat -c '%a %n' \"$1\" \"$(dirname \"$1\")\" > modes\nstty -a > stty\necho 'In the editor'; read line\nprintf 'More, %s.\\n' \"$line\" >> \"$1\"",
    );
    let mut terminal = desk.open();
    terminal.keys("E");
    terminal.wait("In the editor");
    assert!(!terminal.is_taken(), "the terminal is the editor's");
    terminal.resize(80, 24);
    terminal.keys("typed\n");
    terminal.wait("Kept as a draft");
    assert!(terminal.is_taken());
    let screen = terminal.wait("More, typed.");
    assert!(screen.lines().all(|line| line.chars().count() <= 80), "{screen}");
    assert!(desk.draft().ends_with("At four.\nMore, typed.\n\n"), "{}", desk.draft());
    let modes = std::fs::read_to_string(desk.home.path("modes")).unwrap();
    let modes: Vec<&str> = modes.lines().collect();
    assert!(modes[0].starts_with("600 ") && modes[0].ends_with("/message-tea.eml"), "{modes:?}");
    assert!(modes[1].starts_with("700 "), "{modes:?}");
    let stty = std::fs::read_to_string(desk.home.path("stty")).unwrap();
    assert!(stty.contains("icanon") && !stty.contains("-icanon"), "{stty}");
    assert_eq!(desk.left(), Vec::<PathBuf>::new());
}

#[test]
fn what_was_saved_is_in_the_store_while_the_editor_goes_on_and_after_a_sudden_end() {
    let desk = Desk::new("sed 's/four/five/' \"$1\" > \"$1.new\"; mv \"$1.new\" \"$1\"\nread line");
    let mut terminal = desk.open();
    terminal.keys("E");
    terminal.wait_until("the draft in the store", |_| desk.draft().contains("At five."));
    terminal.kill();
    desk.home.assert_whole();
    let mut terminal = desk.open();
    terminal.wait("At five.");
    drop(terminal);
}

#[test]
fn an_editor_that_fails_keeps_what_was_saved_and_says_so() {
    for (script, said, text) in [
        ("exit 1", "ended with status 1", "At four."),
        ("sed -i s/four/six/ \"$1\"; exit 2", "ended with status 2", "At six."),
        ("kill -SEGV $$", "ended by a signal", "At four."),
        ("rm \"$1\"", "has removed the file", "At four."),
        ("rm \"$1\"; ln -s /etc/passwd \"$1\"", "can't be read any more", "At four."),
        ("rm \"$1\"; mkfifo \"$1\"", "can't be read any more", "At four."),
    ] {
        let desk = Desk::new(script);
        let mut terminal = desk.open();
        terminal.keys("E");
        // A long notice takes more than one line.
        terminal.wait_until(said, |screen| screen.replace('\n', " ").contains(said));
        assert!(desk.draft().contains(text), "{script}: {}", desk.draft());
        assert_eq!(desk.left(), Vec::<PathBuf>::new(), "{script}");
    }
}

#[test]
fn what_is_no_text_stays_in_its_file() {
    for script in ["printf 'gr\\374n' >> \"$1\"", "printf 'a\\000b' >> \"$1\"", "truncate -s 200M \"$1\""] {
        let desk = Desk::new(script);
        let mut terminal = desk.open();
        terminal.keys("E");
        terminal.wait("is no text that can be kept");
        assert_eq!(desk.draft().trim_end(), DRAFT.trim_end(), "{script}");
        assert_eq!(desk.left().len(), 1, "{script}");
    }
}

#[test]
fn an_editor_that_is_not_there_is_named() {
    let desk = Desk::new("");
    let mut terminal = Terminal::open_with(&desk.home, OPEN, &[], 100, 30, &[("EDITOR", "no-such-editor -w")]);
    terminal.wait("? help");
    terminal.keys("gd");
    terminal.wait("1 draft");
    terminal.keys("E");
    let said = |screen: &str| screen.replace('\n', " ").contains("`no-such-editor -w` could not be run (status 127)");
    terminal.wait_until("the editor's name", said);
}
