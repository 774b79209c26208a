//! Holds `src/cli/month.rs`, `src/job/month.rs`, `src/job/line.rs`, `src/session/figures_worker.rs`, `src/ui/screens/month.rs`: the month by the real program. What is held is counted and not named, by
//! no form of it; the same walk names it once it came out.

use crate::support::json_schema::validate;
use crate::support::pty::Terminal;
use crate::support::{Home, letter};

const CLOSED: &str = "2026-11-23T08:30:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";

/// One message that has arrived an hour ago and is held.
fn home() -> Home {
    let home = Home::new();
    home.deliver(
        "Maildir",
        "1.held",
        &letter(1, "Sendermark Smith <addressmark@example.org>", "Subjectmark", "Bodymark."),
    );
    assert_eq!(home.run(CLOSED, &["add", "Maildir"]).code, 0);
    home.sqlite(
        "UPDATE message SET received = 1795417200;
         INSERT INTO arrival (at, message, source, lane, let_through, began)
         SELECT received, id, source, lane, 0, 1 FROM message;
         INSERT OR REPLACE INTO fact (name, value) VALUES ('facts since', 1795000000)",
    );
    home
}

fn marked(text: &str) -> bool {
    ["sendermark", "addressmark", "subjectmark", "bodymark"].iter().any(|mark| text.to_lowercase().contains(mark))
}

#[test]
fn what_is_held_is_counted_and_not_named() {
    let home = home();
    let forms: [&[&str]; 4] =
        [&["month"], &["month", "2026-11", "--explain"], &["--json", "month"], &["month", "--svg", "month.svg"]];
    for form in forms {
        let ran = home.run(CLOSED, form);
        assert_eq!(ran.code, 0, "{form:?}: {}", ran.err);
        assert!(!marked(&ran.out) && !marked(&ran.err), "{form:?}: {}", ran.out);
    }
    let told = home.run(CLOSED, &["month"]).out;
    assert!(told.contains("1 message came.") && told.contains("still held"), "{told}");
    let json: serde_json::Value = serde_json::from_str(&home.run(CLOSED, &["--json", "month"]).out).unwrap();
    assert_eq!(json["month"]["waiting"]["still_held"], 1);
    assert!(
        json["month"]["waiting"]["longest"]["id"].is_null() && json["month"]["waiting"]["longest"]["sender"].is_null()
    );
    let mut terminal = Terminal::open(&home, CLOSED, &[], 120, 36);
    terminal.wait("10:00");
    terminal.keys("gc");
    terminal.wait("1 message came.");
    terminal.wait("still held");
    terminal.keys("q");
    terminal.wait("first batch");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    assert!(!marked(&String::from_utf8_lossy(&terminal.bytes())));

    assert_eq!(home.run(OPEN, &["begin"]).code, 0);
    let told = home.run(OPEN, &["month"]).out;
    assert!(told.contains("Sendermark Smith"), "{told}");
    // A month with figures is as its schema says, too.
    let schema: serde_json::Value = serde_json::from_str(&home.run(OPEN, &["json-schema", "month"]).out).unwrap();
    let said: serde_json::Value = serde_json::from_str(&home.run(OPEN, &["--json", "month"]).out).unwrap();
    assert_eq!(said["month"]["waiting"]["longest"]["sender"], "Sendermark Smith");
    assert_eq!(validate(&schema, &schema, &said, "month"), Ok(()));
}

#[test]
fn a_picture_has_no_name_and_overwrites_nothing() {
    let home = home();
    assert_eq!(home.run(OPEN, &["begin"]).code, 0);
    assert_eq!(home.run(OPEN, &["month", "--svg", "month.svg"]).code, 0);
    let path = home.path("month.svg");
    let picture = std::fs::read_to_string(&path).unwrap();
    assert!(picture.starts_with("<?xml") && !marked(&picture) && !picture.contains("Maildir"), "{picture}");
    let again = home.run(OPEN, &["month", "--svg", "month.svg"]);
    assert!(
        again.code == 2 && again.err.contains("is there already") && again.err.contains("--force"),
        "{}",
        again.err
    );
    assert_eq!(home.run(OPEN, &["month", "--svg", "month.svg", "--force"]).code, 0);
    assert_ne!(home.run(OPEN, &["month", "--svg", "none/month.svg"]).code, 0);
}

#[test]
fn a_month_that_is_none_is_told() {
    let home = home();
    for (wrong, said) in [("november", "is no month"), ("2026-13", "is no month"), ("2026-12", "has not begun")] {
        let ran = home.run(CLOSED, &["month", wrong]);
        assert!(ran.code == 2 && ran.err.contains(said), "{wrong}: {}", ran.err);
    }
    let before = home.run(CLOSED, &["month", "2026-10"]);
    assert!(before.code == 0 && before.out.contains("Of October 2026 nothing is known"), "{}", before.out);
}

/// Six threads with Ben, of which each is a chat; his newest answer is held.
fn chats() -> Home {
    let home = Home::new();
    let mut number = 0;
    for thread in 0..6 {
        let root = number;
        for place in 0..6 {
            let (day, hour) = (2 + thread * 3, 8 + place);
            let theirs = "From: Ben Chatmark <ben@chat.example>\r\nTo: me@example.org";
            let mine = "From: me@example.org\r\nTo: ben@chat.example";
            let (who, refers) = (if place % 2 == 0 { theirs } else { mine }, number > root);
            let refers = if refers { format!("References: <c{root}@example.org>\r\n") } else { String::new() };
            let mail = format!(
                "{who}\r\nSubject: Chat {thread}\r\nDate: {day:02} Nov 2026 {hour:02}:10:00 +0100\r\n\
                 Message-ID: <c{number}@example.org>\r\n{refers}\r\nWords {number}.\r\n"
            );
            let folder = if place % 2 == 0 { "Maildir" } else { "Maildir/.Sent" };
            home.deliver(folder, &format!("{number}.chat"), &mail);
            number += 1;
        }
    }
    home
}

#[test]
fn one_sentence_a_month_tells_where_mail_becomes_a_chat() {
    let home = chats();
    assert_eq!(home.run(CLOSED, &["add", "Maildir"]).code, 0);
    // All of Ben's messages are held: of him nothing is said, and nothing is remembered.
    let held = home.run(CLOSED, &["month"]).out;
    assert!(!held.contains("became") && !held.to_lowercase().contains("chatmark"), "{held}");
    assert_eq!(home.sqlite("SELECT count(*) FROM line_note").trim(), "0");
    assert_eq!(home.run(OPEN, &["begin"]).code, 0);
    let said = home.run(OPEN, &["month"]).out;
    assert!(
        said.contains("With Ben Chatmark 6 of 6 threads became a chat at the 1st turn, with up to 6 turns"),
        "{said}"
    );
    let json: serde_json::Value = serde_json::from_str(&home.run(OPEN, &["--json", "month"]).out).unwrap();
    let line = &json["month"]["line"];
    assert_eq!(
        (line["address"].as_str(), line["shown"].as_str()),
        (Some("ben@chat.example"), Some("2026-11-23T09:05:00Z"))
    );
    assert!(json["before"]["line"].is_null(), "{line}");
    let schema: serde_json::Value = serde_json::from_str(&home.run(OPEN, &["json-schema", "month"]).out).unwrap();
    assert_eq!(validate(&schema, &schema, &json, "month"), Ok(()));
    assert_eq!(home.run(OPEN, &["month", "--svg", "month.svg"]).code, 0);
    let picture = std::fs::read_to_string(home.path("month.svg")).unwrap();
    assert!(!picture.to_lowercase().contains("chat"), "{picture}");

    // On the screen: in the month, and at the receipt.
    let mut terminal = Terminal::open(&home, OPEN, &[], 120, 36);
    terminal.wait("Chat 5");
    terminal.keys("gc");
    terminal.wait("With Ben Chatmark 6 of 6 threads");
    terminal.keys("q");
    terminal.wait("Chat 5");
    terminal.keys("CCC");
    terminal.wait("is closed.");
    terminal.wait("With Ben Chatmark 6 of 6 threads");
    terminal.keys("\x03");
    assert_eq!(terminal.ended(), 0);

    let settings = std::fs::read_to_string(home.path("config.toml")).unwrap();
    home.write("config.toml", format!("{settings}\n[proof]\nline = false\n"));
    assert!(!home.run(OPEN, &["month"]).out.contains("Ben Chatmark 6"));
    home.write("config.toml", format!("{settings}\n[proof]\nline = 3\n"));
    assert!(home.run(OPEN, &["month"]).err.contains("`true` or `false`"));
    home.write("config.toml", settings);
    let forgotten = home.run(OPEN, &["forget", "--facts", "--yes"]).out;
    assert!(forgotten.contains("1 sentence about a month"), "{forgotten}");
    home.assert_whole();
}
