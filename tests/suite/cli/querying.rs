//! Holds `src/cli/search.rs`, `src/domain/query`, `src/config/views.rs`: what a person types, and what is said of it. Held messages
//! are found by no term, and counted by no note.

use crate::support::Home;

const NOW: &str = "2026-11-23T08:00:00+01:00";

const SHOWN: &str = "From: Ada <ada@mail.example.org>\r\nTo: me+urgent@example.net\r\nCc: team@copy.example\r\nSubject: Unsubscribing\r\n\
    Date: Mon, 2 Nov 2026 10:00:00 +0100\r\nMessage-ID: <shown@example.org>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
    --b\r\n\r\nSee https://tide.example/\r\n--b\r\nContent-Type: text/calendar; name=\"tide walk.ics\"\r\n\r\nBEGIN:VCALENDAR\r\n--b\r\n\
    Content-Type: image/png; name=\"tide chart.png\"\r\n\r\nx\r\n--b--\r\n";

/// Terms of which each chooses the message.
const TERMS: [&str; 16] = [
    "cc:team",
    "cc:@copy.example",
    "from:@example.org",
    "@example.org",
    "me+urgent@",
    "to:+urgent@",
    "has:link",
    "has:image",
    "has:invite",
    "filename:\"tide chart\"",
    "on:2026-11-02",
    "date:2026-11..",
    "smaller:1M",
    "larger:100",
    "folder:*",
    "unsubscri*",
];

/// A home that has the message twice: as history, and, with another text, held.
fn home() -> Home {
    let home = Home::new();
    home.write("config.toml", "[[view]]\nname = \"tide\"\nquery = 'filename:tide is:history'\n");
    home.write("shown/a.eml", SHOWN);
    home.write("kept/a.eml", SHOWN.replace("shown@", "kept@").replace("Unsubscribing", "Unsubscribers"));
    for (path, how) in [("shown", "--history"), ("kept", "--all")] {
        let path = home.path(path);
        let added = home.run(NOW, &["add", how, path.to_str().expect("a path")]);
        assert_eq!(added.code, 0, "{}", added.err);
    }
    home
}

#[test]
fn every_term_finds_what_came_out_and_nothing_that_is_held() {
    let home = home();
    for term in TERMS.into_iter().chain(["is:history", "view:tide", "is:history -is:open", "has:attachment tide"]) {
        let found = home.json(NOW, &["search", term]);
        let ids: Vec<&str> = found.iter().filter_map(|one| one["message_id"].as_str()).collect();
        assert_eq!(ids, ["shown@example.org"], "{term}");
    }
    for term in ["is:open", "is:unread", "is:deferred", "larger:1M", "has:list", "-has:link", "on:2026-11-03"] {
        assert_eq!(home.json(NOW, &["search", term]).len(), 0, "{term}");
    }
    let thread = home.json(NOW, &["search", "is:history"])[0]["thread"].to_string();
    assert_eq!(home.json(NOW, &["search", &format!("thread:{thread}")]).len(), 1);
}

/// The held message begins like the one that is shown: it would be a second one.
#[test]
fn few_hits_say_what_a_beginning_would_find_and_count_nothing_held() {
    let home = home();
    let found = home.run(NOW, &["search", "unsubscribe"]);
    assert!(found.err.contains("1 more with unsubscri*"), "{}", found.err);
    let found = home.run(NOW, &["--json", "search", "unsubscribe"]);
    assert!(found.err.contains(r#""kind":"beginning""#), "{}", found.err);
    let found = home.run(NOW, &["search", "unsubscribing"]);
    assert!(!found.err.contains("more with"), "{}", found.err);
}

#[test]
fn a_mistake_is_marked_beneath_its_place() {
    let home = home();
    let told = home.run(NOW, &["search", "ada sbject:plan"]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("  ada sbject:plan\n      ^^^^^^\n  did you mean `subject:`?"), "{}", told.err);
    let told = home.run(NOW, &["--json", "search", "ada subject:"]);
    assert!(told.err.contains("there is nothing after `subject:`") && !told.err.contains('^'), "{}", told.err);
    let told = home.run(NOW, &["search", "is:held"]);
    assert!(told.code == 2 && told.err.contains("what is held is not searched"), "{}", told.err);
}

#[test]
fn fields_views_and_states_are_offered() {
    let home = home();
    let offered = |word: &str| home.run(NOW, &["complete", "--", "search", word]).out;
    assert!(offered("fo").contains("folder:\t"));
    assert!(offered("view:").contains("view:tide\t"), "{}", offered("view:"));
    assert!(offered("is:").contains("is:let-through\t") && !offered("is:").contains("is:held"));
    assert!(offered("has:i").contains("has:invite\t"));
    assert!(offered("date:").contains("date:\"last week\"\t"));
}
