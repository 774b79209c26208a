//! Holds `src/ui/update/conversation.rs`, `src/ui/view/conversation.rs`, `src/session/letter_worker.rs`: a conversation is read on a
//! real terminal, and nothing of a held message of its thread is in it.

use crate::support::pty::Terminal;
use crate::support::{Home, letter};

const CLOSED: &str = "2026-11-23T08:30:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";

/// A message of the thread about the boat.
fn about_the_boat(number: u32, from: &str, body: &str) -> String {
    letter(number, from, "Re: The boat", body).replace("MIME-Version", "References: <boat@example.org>\r\nMIME-Version")
}

/// A thread of which a part is history and a part is in the batch; one message of it came after the batch was begun, and is held.
fn home() -> Home {
    let home = Home::new();
    let old =
        about_the_boat(1, "Olga Old <olga@example.org>", "Sheltered words.").replace("20 Nov 2026", "20 Oct 2026");
    home.deliver("Maildir", "1.old", &old);
    std::fs::rename(home.path("Maildir/new/1.old"), home.path("Maildir/cur/1.old:2,S")).unwrap();
    for (number, from) in [(2, "Ann"), (3, "Bob"), (4, "Cleo")] {
        let mail = about_the_boat(number, &format!("{from} <{from}@example.org>"), &format!("Words of {from}."));
        home.deliver("Maildir", &format!("{number}.new"), &mail);
    }
    home.deliver("Maildir", "5.new", &letter(5, "Dora <dora@example.org>", "The lake", "Words of Dora."));
    assert_eq!(home.run(CLOSED, &["add", "Maildir"]).code, 0);
    assert_eq!(home.run(OPEN, &["begin"]).code, 0);
    let late = about_the_boat(6, "Sendermark <sendermark@example.org>", "Bodymark.");
    home.deliver("Maildir", "6.late", &late);
    let added = home.run("2026-11-23T10:06:00+01:00", &["add", "Maildir"]);
    assert_eq!(added.code, 0, "{}{}", added.out, added.err);
    assert_eq!(home.sqlite("SELECT count(*) FROM message WHERE stage = 'held'").trim(), "1");
    home
}

#[test]
fn a_conversation_is_read_with_what_was_said_before_and_without_what_is_held() {
    let home = home();
    let mut terminal = Terminal::open(&home, "2026-11-23T10:07:00+01:00", &[], 120, 36);
    terminal.wait("3 of 4");
    terminal.keys("\r");
    // The newest message is unfolded; of the others the first words stand there.
    let opened = terminal.wait("message 3 of 3");
    terminal.wait("Words of Cleo.");
    terminal.wait("Words of Ann.");
    assert!(!opened.contains("Olga Old"), "{opened}");
    terminal.keys("K");
    terminal.wait("message 2 of 3");
    terminal.wait("<Bob@example.org>");
    terminal.keys("<");
    terminal.wait("message 3 of 4");
    terminal.wait("Sheltered words.");
    terminal.keys("KK");
    terminal.wait("<olga@example.org>");
    terminal.keys("\r");
    terminal.wait_gone("<olga@example.org>");
    // On to the next row, behind the last message.
    terminal.keys("JJJJ");
    terminal.wait("Words of Dora.");
    terminal.keys("K");
    terminal.wait("message 3 of 3");
    // A decision is about the row: its three messages.
    terminal.keys("a");
    terminal.wait("Done: 3 messages");
    terminal.keys("\x1b");
    Terminal::pause();
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    let bytes = String::from_utf8_lossy(&terminal.bytes()).to_lowercase();
    for mark in ["sendermark", "bodymark"] {
        assert!(!bytes.contains(mark), "{mark} reached the terminal");
    }
}
