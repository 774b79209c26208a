//! Holds `src/session/editor.rs`, `src/job/stage.rs`, `src/store/reminder.rs`, `src/store/recalling.rs`: days with answers on a terminal:
//! taken back, edited again, left at the commit, reminded of; and what an editor or a disk does on the way.

use super::writing::{Desk, OPEN, batch_home};
use crate::support::pty::Terminal;

impl Desk {
    /// Answers the first letter and stages that, and goes to the outbox.
    fn answer_staged(&self) -> Terminal {
        let mut terminal = self.begin();
        terminal.keys("r");
        terminal.wait("this leaves");
        terminal.keys("\r");
        terminal.wait("is staged: leaves at the close");
        terminal.keys("gu");
        terminal.wait("outbox   1 message");
        terminal
    }

    /// The batch of the next day on the screen.
    fn next_day(&self) -> (Terminal, String) {
        let mut terminal = Terminal::open(&self.home, "2026-11-24T10:05:00+01:00", &[], 120, 36);
        terminal.wait("begin");
        terminal.keys("\r");
        let screen = terminal.wait("▌");
        (terminal, screen)
    }
}

/// A day and the next one: an answer is to remind of itself, its batch is committed, and nobody replies, or somebody does.
#[test]
fn an_answer_that_reminds_brings_back_what_it_answers_unless_a_reply_came() {
    for replied in [false, true] {
        let desk = batch_home("sed -i '1,/^$/b; 0,/^$/s//Yes, gladly./' \"$1\"");
        let mut terminal = desk.answer_staged();
        terminal.keys("s");
        terminal.wait("tomorrow morning, 10:00");
        terminal.keys("t");
        terminal.wait("What it answers comes back then, if nobody has replied.");
        terminal.wait("reminds tomorrow");
        terminal.keys("q");
        terminal.wait("1 of 3");
        terminal.keys("aa");
        terminal.wait("Everything is decided.");
        terminal.keys("CC");
        terminal.wait("1 answered");
        terminal.keys("q");
        terminal.wait_until("it has left", |_| desk.states() == "sent");
        drop(terminal);
        if replied {
            let name = desk.home.sqlite("SELECT message_id FROM outgoing");
            let reply = crate::support::letter(9, "Ann <ann@example.org>", "Re: Matter", "Good.");
            let reply = reply.replacen("Subject:", &format!("In-Reply-To: <{}>\r\nSubject:", name.trim()), 1);
            desk.home.deliver("Maildir", "9.w", &reply);
        }
        assert_eq!(desk.home.run("2026-11-24T09:00:00+01:00", &["sync"]).code, 0);
        if replied {
            let (_terminal, screen) = desk.next_day();
            assert!(screen.contains("Re: Matter") && !screen.contains("no answer"), "{screen}");
            assert_eq!(desk.home.json("2026-11-24T10:05:00+01:00", &["queue"]).len(), 1, "the reply alone");
        } else {
            let (_terminal, screen) = desk.next_day();
            assert!(screen.contains("no answer since Mon") && !screen.contains("reopened"), "{screen}");
            assert_eq!(desk.home.json("2026-11-24T10:05:00+01:00", &["queue"]).len(), 1, "the one that was answered");
        }
        assert_eq!(desk.home.sqlite("SELECT count(*) FROM reminder WHERE ended IS NULL").trim(), "0");
        assert_eq!(desk.states(), "sent", "it left once");
        let sent = std::fs::read_to_string(desk.home.path("sent-to")).unwrap();
        assert_eq!(sent.lines().count(), 1, "{sent}");
        desk.home.assert_whole();
    }
}

/// What is staged is taken back in the outbox, edited, and staged again; and what was taken back does not leave.
#[test]
fn what_is_staged_is_taken_back_in_the_outbox_and_edited_again() {
    let desk = batch_home("echo \"Line $(grep -c ^Line \"$1\").\" >> \"$1\"");
    let mut terminal = desk.answer_staged();
    terminal.keys("u");
    terminal.wait("Taken back: it is among the drafts");
    assert_eq!(desk.states(), "draft");
    terminal.keys("q");
    terminal.wait("0 of 3");
    terminal.keys("k");
    terminal.wait("▌ Ann                   Matter 1");
    // It is gone on with, and staged again with what was added.
    terminal.keys("E");
    terminal.wait("this leaves");
    terminal.keys("\r");
    terminal.wait("is staged: leaves at the close");
    terminal.wait("1 of 3");
    // In the outbox it is edited without being taken back first, and stays a draft.
    terminal.keys("gu");
    terminal.wait("outbox   1 message");
    terminal.keys("E");
    terminal.wait("this leaves");
    assert_eq!(desk.states(), "draft", "while it is edited it cannot leave");
    terminal.keys("d");
    terminal.wait("Kept as a draft");
    let draft = desk.draft();
    assert!(["Line 0.", "Line 1.", "Line 2."].iter().all(|line| draft.contains(line)), "{draft}");
    drop(terminal);
    assert_eq!(desk.home.run("2026-11-23T11:30:00+01:00", &["sync"]).code, 0);
    assert_eq!(desk.states(), "draft");
    assert!(!desk.home.path("sent-to").exists(), "nothing has left");
    desk.home.assert_whole();
}

/// An editor that writes line ends as on Windows, and text that looks like the end of a message or like a field.
#[test]
fn line_ends_and_dots_that_an_editor_writes_arrive_as_text() {
    let desk = batch_home(
        "printf 'From: me@example.org\\r\\nTo: ann@example.org\\r\\nSubject: Re: dots\\r\\n\\r\\n.\\r\\n..\\r\\nBcc: eve@example.org\\r\\nFrom here\\r\\n' > \"$1\"",
    );
    let mut terminal = desk.begin();
    terminal.keys("r");
    terminal.wait("this leaves");
    terminal.keys("\r");
    terminal.wait("is staged");
    drop(terminal);
    assert_eq!(desk.home.run(OPEN, &["commit"]).code, 0);
    assert_eq!(desk.states(), "sent");
    let sent = std::fs::read_to_string(desk.home.path("sent")).unwrap();
    let (header, body) = sent.split_once("\n\n").unwrap();
    assert_eq!(body, ".\n..\nBcc: eve@example.org\n From here\n", "space-stuffed as RFC 3676 says");
    assert!(header.contains("Subject: Re: dots\n") && !header.contains('\r'), "{header}");
    let to = std::fs::read_to_string(desk.home.path("sent-to")).unwrap();
    assert!(to.contains("ann@example.org") && !to.contains("eve@"), "{to}");
}

/// The store has no room while an editor saves: the words say which file has the text, and nothing is lost.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_while_an_editor_saves_leaves_the_file() {
    let desk = batch_home("grep -q Kept \"$1\" || echo Kept words. >> \"$1\"");
    let words = ["sh", "-c", "trap '' XFSZ; exec \"$0\"", env!("CARGO_BIN_EXE_tidebox")];
    let mut command = crate::support::pty::command(&desk.home, OPEN, words);
    command.env("VISUAL", format!("'{}'", desk.editor.display()));
    let mut terminal = Terminal::spawn(command, 100, 30);
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("▌ Ann");
    let room = |terminal: &Terminal, bytes: &str| {
        let process = terminal.process().to_string();
        let limit = format!("--fsize={bytes}:");
        let done = std::process::Command::new("prlimit").args(["--pid", &process, &limit]).status();
        assert!(done.expect("prlimit is a part of util-linux").success());
    };
    // Enough for the file of the draft, and not for the store's log.
    room(&terminal, "2048");
    terminal.keys("r");
    let said = |screen: &str| screen.replace('\n', " ").contains("what you wrote is left in");
    let screen = terminal.wait_until("where it is", said);
    let left = desk.left();
    assert_eq!(left.len(), 1, "{screen}");
    assert!(std::fs::read_to_string(&left[0]).unwrap().contains("Kept words."));
    assert_eq!(desk.states(), "");
    // Once there is room it is kept again.
    room(&terminal, "unlimited");
    terminal.keys("r");
    terminal.wait("this leaves");
    assert_eq!(desk.states(), "draft");
    drop(terminal);
    desk.home.assert_whole();
}
