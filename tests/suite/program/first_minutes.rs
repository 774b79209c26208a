//! Holds `src/cli/tui.rs`, `src/ui/screens/welcome.rs`, `src/session/setup.rs`, `src/session/dispatch.rs`, `src/watch/supervisor.rs`:
//! from an empty home, at a Saturday noon, to the first message of one's own that is decided, counted in keys.

use std::fs;

use crate::support::pty::{self, Terminal};
use crate::support::{Home, letter, program};

/// A Saturday: with the check-ins of the default nothing opens before Monday.
const NOON: &str = "2026-11-28T12:00:00+01:00";
/// So many keys may be needed.
const FEW: usize = 12;

/// A terminal that counts what is typed.
struct Counting {
    terminal: Terminal,
    keys: usize,
}

impl Counting {
    /// A home in which nobody has used tidebox: no settings, no store, and no variable that names them.
    fn open(home: &Home) -> Self {
        Self::open_with(home, "true")
    }

    /// The same with an editor.
    fn open_with(home: &Home, editor: &str) -> Self {
        let mut command = pty::command(home, NOON, [program()]);
        for name in ["TIDEBOX_CONFIG", "TIDEBOX_STORE"] {
            command.env_remove(name);
        }
        command.env("VISUAL", editor);
        Self { terminal: Terminal::spawn(command, 100, 30), keys: 0 }
    }

    fn key(&mut self, key: &str) {
        self.keys += 1;
        self.terminal.keys(key);
        Terminal::pause();
    }
}

fn with_mail() -> Home {
    let home = Home::new();
    for number in 1..=3 {
        let mail = letter(number, "Ann <ann@example.org>", &format!("Matter {number}"), "Text.");
        home.deliver("Maildir", &format!("{number}.w"), &mail);
    }
    home
}

/// Adds the mailbox that was found, begins the first batch and decides its first message.
fn own_mail(screen: &mut Counting) {
    let welcome = screen.terminal.wait("3 messages");
    assert!(welcome.contains("1  ~/Maildir"), "{welcome}");
    screen.key("1");
    let added = screen.terminal.wait("added");
    assert!(added.contains("Maildir has no Archive, no Trash and no Junk folder"), "{added}");
    screen.key("b");
    screen.terminal.wait("Matter 1");
    screen.key("a");
    screen.terminal.wait("Done:");
}

#[test]
fn a_found_mailbox_is_decided_about_within_a_few_keys() {
    let home = with_mail();
    let mut screen = Counting::open(&home);
    own_mail(&mut screen);
    assert_eq!(screen.keys, 3, "a mailbox, a batch, a decision");
    assert!(screen.keys <= FEW);
    let batch = screen.terminal.text();
    assert!(batch.contains("first batch"), "{batch}");
    assert!(batch.contains("45 min left") || batch.contains("44 min left"), "no more than was said: {batch}");
    // It is a batch like any other: closed, and what is not decided is carried over.
    screen.key("q");
    assert_eq!(screen.terminal.ended(), 0);
    let mut screen = Counting::open(&home);
    screen.terminal.wait("Matter 2");
}

/// The folders are made where that is asked for, and the commit uses them.
#[test]
fn what_the_mailbox_lacks_is_made_by_a_key() {
    let home = with_mail();
    let mut screen = Counting::open(&home);
    screen.terminal.wait("3 messages");
    screen.key("1");
    screen.terminal.wait("no Junk folder");
    screen.key("f");
    screen.terminal.wait("Made: ");
    for folder in [".Archive", ".Trash", ".Junk"] {
        assert!(home.path(&format!("Maildir/{folder}/cur")).is_dir(), "{folder}");
    }
}

/// The archive can be done without: the settings say so, and nothing else in them changes.
#[test]
fn what_is_done_stays_in_place_by_a_key() {
    let home = with_mail();
    let mut screen = Counting::open(&home);
    screen.terminal.wait("3 messages");
    screen.key("1");
    screen.terminal.wait("no Junk folder");
    screen.key("r");
    screen.terminal.wait("has no Trash and no Junk folder");
    let settings = fs::read_to_string(home.path(".config/tidebox/config.toml")).unwrap();
    assert!(settings.contains("name = \"Maildir\"\ndone = \"read\"\nkind = \"maildir\""), "{settings}");
}

#[test]
fn the_demo_leads_back_to_the_first_screen_and_on_to_ones_own_mail() {
    let home = with_mail();
    let mut screen = Counting::open(&home);
    screen.terminal.wait("3 messages");
    screen.key("t");
    let door = screen.terminal.wait("This is the demo");
    assert!(door.contains("begin"), "{door}");
    screen.key("\r");
    let batch = screen.terminal.wait("deferred to now");
    assert!(batch.contains("This is the demo"), "{batch}");
    screen.key("a");
    screen.terminal.wait("Done:");
    screen.key("q");
    own_mail(&mut screen);
    assert!(screen.keys <= FEW, "{} keys", screen.keys);
    screen.key("q");
    assert_eq!(screen.terminal.ended(), 0);
}

/// What is written there leaves, and nobody gets it. The demo follows another screen, which has stopped its own programs.
#[cfg(unix)]
#[test]
fn in_the_demo_an_answer_is_written_and_leaves() {
    let home = with_mail();
    let editor = home.write(
        "editor",
        "#!/bin/sh\n{ sed '/^$/q' \"$1\"; echo Gladly.; } > \"$1.new\" && mv \"$1.new\" \"$1\"\nsleep 1.2\n",
    );
    fs::set_permissions(&editor, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut screen = Counting::open_with(&home, &editor.display().to_string());
    screen.terminal.wait("3 messages");
    screen.key("t");
    screen.terminal.wait("This is the demo");
    screen.key("\r");
    screen.terminal.wait("deferred to now");
    screen.key("r");
    screen.terminal.wait("this leaves");
    screen.key("\r");
    screen.terminal.wait("is staged");
    screen.key("C");
    screen.terminal.wait("answer leaves");
    screen.key("C");
    screen.terminal.wait("1 message has left");
}
