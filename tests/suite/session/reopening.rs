//! Holds `src/session/store_worker.rs`, `src/session/search_worker.rs`, `src/store/search.rs`, `src/store/reopen.rs`: the way back
//! in the real program: what a search finds in the open batch is decided there, and a receipt brings back.

use crate::support::Home;
use crate::support::pty::Terminal;

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";

fn home() -> Home {
    let home = Home::new();
    home.deliver_matters(3);
    assert_eq!(home.run(EARLY, &["add", "Maildir"]).code, 0);
    home
}

fn stages(home: &Home) -> String {
    home.sqlite("SELECT stage || coalesce(' ' || (reopened > 0), '') FROM message ORDER BY id").replace('\n', ", ")
}

#[test]
fn what_is_found_is_decided_and_what_is_finished_comes_back() {
    let home = home();
    assert_eq!(home.json(OPEN, &["begin"]).len(), 3);
    let mut terminal = Terminal::open(&home, OPEN, &[], 120, 36);
    terminal.wait("Matter 1");
    // At the door no batch is in hand: the first decision takes it.
    terminal.keys("\x1b");
    terminal.wait("go on");
    terminal.keys("/matter\r");
    terminal.wait("3 found");
    terminal.keys("a");
    terminal.wait("Done: Matter 3");
    terminal.keys("j&");
    terminal.wait("Muted for ever: Matter 2");
    terminal.keys("\x1b");
    terminal.wait("2 of 3");
    terminal.keys("C");
    terminal.wait("1  done: ");
    terminal.keys("C");
    terminal.wait("bring back");
    assert_eq!(stages(&home), "carried over, muted, done, ");
    terminal.keys("B");
    terminal.wait("2 messages of this batch");
    terminal.keys("A");
    terminal.wait("Reopened: 2 lead their lanes' next batch");
    assert_eq!(stages(&home), "carried over, carried over 1, carried over 1, ");
    terminal.keys("q");
    terminal.wait("16:00");
    terminal.keys("gm");
    terminal.wait("1 message, since today");
    terminal.keys("B");
    terminal.wait("No thread is muted.");
    assert_eq!(home.sqlite("SELECT count(*) FROM muted_thread").trim(), "0");
    terminal.keys("\x03");
    assert_eq!(terminal.ended(), 0);
    home.assert_whole();
}
