//! Holds `src/session/pipe.rs`, `src/session/letter_worker.rs`, `src/job/view.rs`, `src/job/private_files.rs`, `src/ui/update/viewer.rs`,
//! `src/ui/view/viewer.rs`, `src/process/foreground.rs`: parts of a message by themselves, other programs that get them, and
//! what is left of that.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::support::Home;
use crate::support::pty::Terminal;

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";

/// A PNG of one red pixel.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";

fn message() -> String {
    format!(
        "From: Ann <ann@example.org>\nTo: me@example.org\nSubject: The plan\nMessage-ID: <p@example.org>\nX-Odd: \
         =?utf-8?q?gr=C3=BCn?=\nDate: Mon, 23 Nov 2026 08:00:00 +0100\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\
         Content-Type: text/html\n\n<p>Words of the page <img src=\"cid:dot@x\"><img src=\"http://127.0.0.1:9/seen\"></p>\n--b\n\
         Content-Type: text/x-patch; name=fix.patch\nContent-Disposition: attachment; filename=fix.patch\n\n-old line\n+new line\n\
         --b\nContent-Type: image/png; name=dot.png\nContent-ID: <dot@x>\nContent-Transfer-Encoding: base64\n\n{PNG}\n--b--\n"
    )
}

/// A batch of one message, with a program in the way of the system's opener that writes down what it gets.
fn home() -> Home {
    let home = Home::new();
    home.deliver("Maildir", "1.t", &message());
    assert_eq!(home.run(EARLY, &["add", "Maildir"]).code, 0);
    std::fs::create_dir_all(home.path("run")).unwrap();
    let opener = home
        .write("bin/xdg-open", "#!/bin/sh\nprintf '%s' \"$1\" > \"$OPENED.new\" && mv \"$OPENED.new\" \"$OPENED\"\n");
    std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o755)).unwrap();
    home
}

fn open(home: &Home) -> Terminal {
    let path = format!("{}:/usr/bin:/bin", home.path("bin").display());
    let (opened, run) = (home.path("opened"), home.path("run"));
    let environment = [
        ("PATH", path.as_str()),
        ("BROWSER", ""),
        ("OPENED", opened.to_str().unwrap()),
        ("XDG_RUNTIME_DIR", run.to_str().unwrap()),
    ];
    let mut terminal = Terminal::open_with(home, OPEN, &[], 100, 30, &environment);
    if !terminal
        .wait_until("the door or the batch", |screen| screen.contains("begin") || screen.contains("Words of"))
        .contains("Words of")
    {
        terminal.keys("\r");
    }
    terminal.wait("Words of the page");
    terminal
}

/// The path that the opener got.
fn opened(home: &Home, terminal: &mut Terminal) -> PathBuf {
    let note = home.path("opened");
    terminal.wait_until("an opened copy", |_| note.exists());
    let path = PathBuf::from(std::fs::read_to_string(&note).unwrap());
    std::fs::remove_file(note).unwrap();
    path
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().mode() & 0o777
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().next().is_none()
}

#[test]
fn header_fields_and_the_source_cover_the_screen_until_they_are_closed() {
    let home = home();
    let mut terminal = open(&home);
    terminal.keys("gh");
    let screen = terminal.wait("X-Odd: grün");
    assert!(!screen.contains("Words of the page"), "{screen}");
    terminal.keys("q");
    terminal.wait("Words of the page");
    terminal.keys("gs");
    terminal.wait("X-Odd: =?utf-8?q?gr=C3=BCn?=");
    terminal.resize(60, 12);
    terminal.wait("· 37 %");
    terminal.keys("G");
    terminal.wait("· 100 %");
    terminal.keys("\x1b");
    terminal.wait_gone("· 100 %");
    assert!(terminal.wait("▌ Ann").contains("The plan"));
}

#[test]
fn an_attachment_is_viewed_in_place_as_text_or_as_a_picture() {
    let home = home();
    let mut terminal = open(&home);
    terminal.keys("gv");
    let screen = terminal.wait("fix.patch  text/x-patch");
    assert!(screen.contains("dot.png  image/png  "), "{screen}");
    terminal.keys("1");
    terminal.wait("+new line");
    terminal.keys("\x1bgv2");
    terminal.wait("▀");
    assert!(is_empty(&home.path("run")), "nothing is written for it");
}

#[test]
fn the_page_for_the_browser_is_private_loads_nothing_and_is_removed() {
    let home = home();
    let mut terminal = open(&home);
    terminal.keys("gb");
    let path = opened(&home, &mut terminal);
    terminal.wait("Opened a copy");
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    let page = std::fs::read_to_string(&path).unwrap();
    assert!(page.contains("default-src 'none'") && page.contains("Words of the page"), "{page}");
    assert!(page.contains(&format!("data:image/png;base64,{PNG}")), "{page}");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    assert!(is_empty(&home.path("run")));
}

#[test]
fn a_copy_that_was_left_by_a_sudden_end_is_removed_at_the_next_start() {
    let home = home();
    let mut terminal = open(&home);
    terminal.keys("gb");
    let path = opened(&home, &mut terminal);
    terminal.kill();
    assert!(path.exists());
    let mut terminal = open(&home);
    terminal.wait_until("the copy to be removed", |_| !path.exists());
}

#[test]
fn an_attachment_is_opened_after_a_question() {
    let home = home();
    let mut terminal = open(&home);
    terminal.keys("go1");
    terminal.wait("Open fix.patch");
    terminal.keys("n");
    terminal.wait("Left as it is.");
    assert!(is_empty(&home.path("run")));
    terminal.keys("go1");
    terminal.wait("y open it");
    terminal.keys("y");
    let path = opened(&home, &mut terminal);
    assert_eq!((path.file_name().unwrap().to_str().unwrap(), mode(&path)), ("fix.patch", 0o600));
    assert_eq!(std::fs::read_to_string(path).unwrap(), "-old line\n+new line");
}

/// A command gets every byte as it was sent and the whole terminal, and afterwards the screen is ours again.
#[test]
fn a_command_gets_the_message_and_the_terminal() {
    let home = home();
    let mut terminal = open(&home);
    terminal.keys("|");
    terminal.wait("a command, such as git am");
    terminal.keys("cat > got; echo shown by it; exit 3\r");
    terminal.wait("shown by it");
    terminal.wait("ended with status 3. Press Enter");
    assert!(terminal.given_back());
    assert_eq!(std::fs::read(home.path("got")).unwrap(), message().as_bytes());
    terminal.keys("\r");
    terminal.wait("Words of the page");
    assert!(terminal.is_taken());
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
}

#[test]
fn ctrl_c_ends_the_command_and_not_tidebox() {
    let home = home();
    let mut terminal = open(&home);
    terminal.keys("|");
    terminal.wait("a command, such as git am");
    terminal.keys("echo it runs; exec sleep 600\r");
    terminal.wait("it runs");
    terminal.keys("\x03");
    terminal.wait("was ended by a signal. Press Enter");
    terminal.keys("\r");
    terminal.wait("Words of the page");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
}
