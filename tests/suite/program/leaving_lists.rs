//! Holds `src/ui/update/unsubscribe.rs`, `src/ui/screens/review.rs`, `src/watch/local.rs`: a list is left from the screen, with its
//! questions, its sentence in the review and on the receipt; and a request to this machine itself is refused.

use std::time::Duration;

use crate::support::pty::Terminal;
use crate::support::servers::web::{WebAnswer, WebServer};
use crate::support::{Home, letter};

const CLOSED: &str = "2026-11-23T08:30:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";

#[test]
fn from_the_question_to_the_journal() {
    let server = WebServer::start(WebAnswer::Says("HTTP/1.1 200 OK\r\n\r\n"));
    let home = Home::new();
    let offer = format!(
        "List-Id: <deals.shop.example>\r\nList-Unsubscribe: <{}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nFrom: ",
        server.url()
    );
    let mail = letter(1, "Deals <deals@shop.example>", "Cheap paint", "Text.").replacen("From: ", &offer, 1);
    home.deliver("Maildir", "1.w", &mail);
    assert_eq!(home.run(CLOSED, &["add", "Maildir"]).code, 0);
    assert_eq!(home.run(OPEN, &["begin"]).code, 0);
    let mut terminal = Terminal::open(&home, OPEN, &[], 110, 30);
    terminal.wait("Cheap paint");
    terminal.keys("U");
    terminal.wait("Leave deals.shop.example at the commit, by a request to localhost?");
    terminal.keys("y");
    terminal.wait("Nobody has vouched for this sender. Leave its list all the same?");
    // No is the usual answer.
    terminal.keys("\r");
    terminal.wait("Left as it is.");
    terminal.keys("Uyy");
    terminal.wait("Its list is left at the commit");
    terminal.keys("U");
    terminal.wait("You stay on its list");
    terminal.keys("u");
    terminal.wait("Taken back, its list is left at the commit");
    terminal.keys("a");
    terminal.wait("1  list is left, by a request to its sender");
    assert_eq!(server.connections(), 0);
    terminal.keys("CC");
    terminal.wait("is closed.");
    terminal.wait("1 list is left, by a request to its sender");
    // The address leads to this machine, so nothing is sent.
    let told = (0..300).find_map(|_| {
        std::thread::sleep(Duration::from_millis(100));
        Some(home.run(OPEN, &["journal"]).out).filter(|told| told.contains("needs you"))
    });
    let told = told.expect("the request is tried while the screen is open");
    assert!(told.contains("localhost has the address"), "{told}");
    assert!(told.contains("which is not on the public network: nothing was sent"), "{told}");
    // What is tried by `sync` is told by it, also to scripts: here nothing is left to be tried.
    let synced = home.json(OPEN, &["sync"]);
    assert_eq!(synced[0]["lists"], serde_json::json!({ "left": 0, "waiting": 0, "troubles": [] }));
    assert_eq!(server.connections(), 0);
}
