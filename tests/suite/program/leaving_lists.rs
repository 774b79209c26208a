//! Holds `src/ui/update/unsubscribe.rs`, `src/ui/screens/review.rs`, `src/watch/local.rs`: a list is left from the screen, with its
//! questions, its sentence in the review and on the receipt; and a request to this machine itself is refused.

use std::time::Duration;

use crate::support::pty::Terminal;
use crate::support::servers::web::{WebAnswer, WebServer};
use crate::support::{CONFIG, Home, letter};

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
    assert_eq!(synced[0]["lists"], serde_json::json!({ "left": 0, "by_message": 0, "waiting": 0, "troubles": [] }));
    assert_eq!(server.connections(), 0);
}

/// A message of this list, which is left by a message to this address.
fn issue(number: u32, list: &str, address: &str) -> String {
    let offer = format!("List-Id: <{list}>\r\nList-Unsubscribe: <mailto:{address}>\r\nFrom: ");
    letter(number, "Shop <shop@shop.example>", &format!("Issue {number} of {list}"), "Text.")
        .replacen("From: ", &offer, 1)
}

/// Two newsletters of one sender are one row: `U` in the list is about both, each once; while one is open, about its own.
#[test]
fn a_folded_row_is_about_each_of_its_lists_and_an_open_message_about_its_own() {
    let home = Home::new();
    let identity = "\n[[identity]]\naddress = \"me@example.org\"\nsend = { command = \"sh -c 'cat > /dev/null'\" }\nsent_copy = \"none\"\n";
    let lane = "\n[[lane]]\nname = \"news\"\nmatch = \"from:shop\"\nbundle = [\"sender\"]\n";
    home.write("config.toml", format!("{CONFIG}{identity}{lane}"));
    for (number, list) in [(1, "a.example"), (2, "a.example"), (3, "b.example")] {
        home.deliver("Maildir", &format!("{number}.w"), &issue(number, list, &format!("leave@{list}")));
    }
    let plain = letter(4, "Shop <shop@shop.example>", "Your order", "Text.");
    home.deliver("Maildir", "4.w", &plain);
    assert_eq!(home.run(CLOSED, &["add", "Maildir"]).code, 0);
    assert_eq!(home.run(OPEN, &["begin"]).code, 0);
    let mut terminal = Terminal::open(&home, OPEN, &[], 140, 30);
    terminal.wait("news 4");
    terminal.keys("U");
    let asked = terminal.wait("Leave the 2 lists of this row at the commit:");
    assert!(asked.contains("a.example (leave@a.example), b.example (leave@b.example)?"), "{asked}");
    assert!(asked.contains("1 other names no way."), "{asked}");
    terminal.keys("yy");
    terminal.wait("list");
    terminal.wait_until("both are noted", |_| home.sqlite("SELECT count(*) FROM unsubscribe_way").trim() == "2");
    let noted =
        home.sqlite("SELECT m.subject FROM unsubscribe_way AS w JOIN message AS m ON m.id = w.message ORDER BY 1");
    assert_eq!(noted.trim(), "Issue 2 of a.example\nIssue 3 of b.example", "each list once, by its newest message");
    terminal.keys("U");
    terminal.wait("You stay on");
    // While a message of the bundle is open a decision is about it alone.
    terminal.keys("\r");
    terminal.wait("Text.");
    terminal.keys("d");
    terminal.wait("Trash: ");
    let acts = "SELECT sum(r.last - r.first + 1) FROM act AS a JOIN act_run AS r ON r.batch = a.batch AND r.act = a.number WHERE a.verb = 'trash'";
    assert_eq!(home.sqlite(acts).trim(), "1");
    // In the list it is about all that is left of the row.
    terminal.keys("q");
    Terminal::pause();
    terminal.keys("d");
    terminal.wait("Trash: 3 messages");
    assert_eq!(home.sqlite(acts).trim(), "4");
}
