//! Holds `src/job/commit_preview.rs`, `src/store/commit_preview.rs`, `src/ui/view/commit_words.rs`, `src/ui/screens/receipt.rs`: what the review says is read
//! from the screen, sentence by sentence, and compared with where the messages lie after the commit: in Maildirs, an mbox, on a server with a hard hold, and with no mailbox at all.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::pty::Terminal;
use crate::support::{Home, letter};

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
const LATER: &str = "2026-11-23T12:00:00+01:00";

/// Each mailbox has so many messages, with the numbers that follow each other.
const EACH: u32 = 6;
const MAILBOXES: [&str; 4] = ["whole", "bare", "off", "marked"];

/// Four mailboxes (one with every folder, one with none, one that is never changed, one in which what is done stays) and a file.
fn home() -> Home {
    let home = Home::new();
    for folder in [".Archive", ".Trash", ".Junk"] {
        for side in ["cur", "new", "tmp"] {
            fs::create_dir_all(home.path("whole").join(folder).join(side)).unwrap();
            fs::create_dir_all(home.path("marked").join(folder).join(side)).unwrap();
        }
    }
    let mut number = 0;
    for mailbox in MAILBOXES {
        for _ in 0..EACH {
            number += 1;
            home.deliver(mailbox, &format!("{number}.w"), &mail(number));
        }
    }
    let boxed: Vec<String> = (number + 1..=number + EACH)
        .map(|number| format!("From ann Mon Nov 23 08:00:00 2026\n{}\n", mail(number).replace("\r\n", "\n")))
        .collect();
    home.write("old.mbox", boxed.concat());
    let source = |name: &str, kind: &str, more: &str| {
        format!("[[source]]\nname = \"{name}\"\nkind = \"{kind}\"\npath = \"{name}\"\nbacklog = \"all\"\n{more}\n")
    };
    let config = [
        source("whole", "maildir", ""),
        source("bare", "maildir", ""),
        source("off", "maildir", "write_back = false"),
        source("marked", "maildir", "done = \"read\""),
        source("old.mbox", "mbox", ""),
    ];
    home.write("config.toml", config.concat());
    home
}

fn mail(number: u32) -> String {
    letter(number, "Ann <ann@example.org>", &format!("Matter {number}"), "Text.")
}

/// Where the messages of a mailbox lie: how many are in which folder, and how many of the inbox are marked read.
fn places(home: &Home, mailbox: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    let mut count = |folder: &str, at: &Path| {
        for side in ["cur", "new"] {
            for file in fs::read_dir(at.join(side)).into_iter().flatten() {
                let name = file.unwrap().file_name().to_string_lossy().into_owned();
                let seen = name.rsplit_once(":2,").is_some_and(|(_, flags)| flags.contains('S'));
                let place = if seen && folder.is_empty() { "read" } else { folder };
                *found.entry(place.to_owned()).or_default() += 1;
            }
        }
    };
    count("", &home.path(mailbox));
    for folder in ["Archive", "Trash", "Junk"] {
        count(folder, &home.path(mailbox).join(format!(".{folder}")));
    }
    found
}

/// The sentences of the review with their counts.
fn sentences(screen: &str) -> Vec<(usize, String)> {
    let lines = screen.lines().take_while(|line| !line.contains("closes the batch"));
    lines
        .filter_map(|line| {
            let (count, said) = line.trim_start_matches([' ', '▌']).split_once("  ")?;
            Some((count.parse().ok()?, said.trim_end().trim_end_matches(" …").to_owned()))
        })
        .collect()
}

/// The receipt says what was done in the words in which the review has said it, each sentence with its count.
fn assert_same_words(said: &[(usize, String)], receipt: &str) {
    let flowing = receipt.split_whitespace().collect::<Vec<_>>().join(" ");
    for (count, sentence) in said {
        assert!(flowing.contains(&format!("{count} {sentence}")), "{count} {sentence}\n{receipt}");
    }
}

/// What the sentences say of a mailbox, in the same form as `places`; everything they do not move stays in the inbox.
fn foretold(said: &[(usize, String)], mailbox: &str) -> BTreeMap<String, usize> {
    let mut places = BTreeMap::from([(String::new(), EACH as usize)]);
    let mut move_to = |place: &str, count: usize| {
        *places.get_mut("").unwrap() -= count;
        *places.entry(place.to_owned()).or_default() += count;
    };
    for (count, sentence) in said {
        let means = sentence.split_once(": ").map_or("", |(_, means)| means);
        let means = means.split(';').next().unwrap_or_default();
        if let Some((folder, of)) = means.split_once(" to ").and_then(|(_, rest)| rest.split_once(" on ")) {
            if of == mailbox {
                move_to(folder, *count);
            }
        } else if [format!("stay in {mailbox}, marked read"), format!("stays in {mailbox}, marked read")]
            .contains(&means.to_owned())
        {
            move_to("read", *count);
        }
    }
    places.retain(|_, count| *count > 0);
    places
}

#[test]
fn every_sentence_of_the_review_is_what_the_commit_then_does() {
    let mixes: [[&str; EACH as usize]; 3] = [
        ["done", "done", "trash", "spam", "mute", ""],
        ["trash", "trash", "defer", "later", "skip", ""],
        ["done", "mute", "spam", "spam", "", ""],
    ];
    for mix in mixes {
        let home = home();
        assert_eq!(home.run(EARLY, &["sync"]).code, 0);
        let batch = home.json(OPEN, &["begin"]);
        assert_eq!(batch.len(), MAILBOXES.len() * EACH as usize + EACH as usize);
        for row in &batch {
            let subject = row["subject"].as_str().unwrap();
            let number: u32 = subject.trim_start_matches("Matter ").parse().unwrap();
            let verb = mix[((number - 1) % EACH) as usize];
            if !verb.is_empty() {
                assert_eq!(home.run(OPEN, &["decide", verb, &row["id"].to_string()]).code, 0);
            }
        }
        let mut terminal = Terminal::open(&home, OPEN, &[], 160, 45);
        terminal.wait(" of 30");
        terminal.keys("C");
        let review = terminal.wait_until("the sentences", |screen| {
            screen.contains("kept here")
                && screen.contains("and then this is done")
                && screen.contains("C close the batch")
        });
        let said = sentences(&review);
        assert_eq!(said.iter().map(|(count, _)| count).sum::<usize>(), batch.len(), "{review}");
        terminal.keys("C");
        let receipt = terminal.wait("Nothing to do until then.");
        assert_same_words(&said, &receipt);
        terminal.keys("qq");
        assert_eq!(terminal.ended(), 0);
        home.run(LATER, &["sync"]);

        for mailbox in MAILBOXES {
            assert_eq!(places(&home, mailbox), foretold(&said, mailbox), "{mailbox}\n{review}");
        }
        // What is said to stay is named with its reason.
        let says = |words: &str| assert!(review.contains(words), "{words}\n{review}");
        says("on off (write_back = false)");
        says("nothing changes in old.mbox");
        says("in bare until it has ");
        if mix.contains(&"") {
            let undecided = mix.iter().filter(|verb| verb.is_empty()).count() * 5;
            says(&format!("{undecided}  not decided: carried over to this afternoon, 16:00"));
        }
        let carried = said.iter().filter(|(_, said)| said.contains("carried over")).map(|(count, _)| count);
        let carried: usize = carried.sum();
        let receipt = home.sqlite("SELECT carried_over FROM receipt");
        assert_eq!(receipt.trim(), carried.to_string(), "{review}");
        let next = home.json("2026-11-23T16:05:00+01:00", &["begin"]);
        assert!(next.len() >= carried, "what was carried over comes out at the check-in that was named");
    }
}

/// The review and the receipt of a batch of so many that is decided already.
fn promised(home: &Home, at: &str, size: usize) -> Vec<(usize, String)> {
    let mut terminal = Terminal::open(home, at, &[], 160, 45);
    terminal.wait(&format!(" of {size}"));
    terminal.keys("C");
    let review = terminal.wait("and then this is done");
    let said = sentences(&review);
    assert_eq!(said.iter().map(|(count, _)| count).sum::<usize>(), size, "{review}");
    terminal.keys("C");
    assert_same_words(&said, &terminal.wait("Nothing to do until then."));
    terminal.keys("qq");
    assert_eq!(terminal.ended(), 0);
    said
}

/// A hard hold on an account, one folder of which has a `done` of its own.
#[test]
fn the_sentences_hold_on_a_server_with_a_hard_hold_and_a_folder_with_a_done_of_its_own() {
    use crate::support::servers::letters::{letter, message_id};
    use crate::support::servers::{Account, Kind, readback};
    let Some(account) = Account::on(Kind::Dovecot, "reviewed") else { return };
    let (between, open) = ("2024-01-08T11:00:00+01:00", "2024-01-08T16:00:00+01:00");
    let home = Home::new();
    let source = account.plain_source("work", account.server.port);
    let more = "hold = \"hard\"\nfolders = [\"INBOX\", \"Lists\"]\ndone = { INBOX = \"archive\", Lists = \"read\" }\n";
    home.write("config.toml", format!("{}\n{source}{more}", crate::support::CONFIG));
    let mut phone = account.client();
    phone.ok("CREATE Lists");
    phone.append("INBOX", "", [1, 2, 4, 5].map(letter));
    phone.append("Lists", "", [6, 8].map(letter));
    assert_eq!(home.run(between, &["sync"]).code, 0);
    assert_eq!(home.run(open, &["sync"]).code, 0);
    let batch = home.json(open, &["begin"]);
    assert_eq!(batch.len(), 6);
    for row in &batch {
        let number = row["subject"].as_str().unwrap().trim_start_matches("Matter ");
        let verb = match number {
            "1" | "2" | "6" | "8" => "done",
            "4" => "trash",
            _ => continue,
        };
        assert_eq!(home.run(open, &["decide", verb, &row["id"].to_string()]).code, 0);
    }
    let said = promised(&home, open, 6);
    assert_eq!(home.run("2024-01-08T17:00:00+01:00", &["sync"]).code, 0);
    let there = account.read_back();
    // Where each folder's messages are said to lie, and how many of them are there.
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for number in [1, 2, 4, 5, 6, 8] {
        let places = readback::places(&there, &message_id(number));
        let [(folder, message)] = places.as_slice() else { panic!("{number}: {places:?}") };
        let read = if *folder == "Lists" && message.has("\\Seen") { "marked read" } else { folder };
        *counts.entry(read.to_owned()).or_default() += 1;
    }
    let mut foretold: BTreeMap<String, usize> = BTreeMap::new();
    for (count, sentence) in &said {
        let place = match sentence.split_once(": ").expect("a sentence").1 {
            means if means.ends_with(", marked read") => "marked read",
            means if means.starts_with("carried over") => "INBOX",
            means => means.split_once(" to ").and_then(|(_, rest)| rest.strip_suffix(" on work")).expect(means),
        };
        *foretold.entry(place.to_owned()).or_default() += count;
    }
    assert_eq!(counts, foretold, "{said:?}");
    assert_eq!(foretold["marked read"], 2, "{said:?}");
}

#[test]
fn without_any_mailbox_the_sentences_say_that_all_is_kept_here() {
    let home = Home::new();
    assert_eq!(home.run(EARLY, &["init"]).code, 0);
    for number in 0..3 {
        home.sqlite(&format!(
            "INSERT INTO incoming (source, sender, subject, body) VALUES ('ci', 'ci@example.org', 'Red {number}', 'No.')"
        ));
    }
    assert_eq!(home.run(EARLY, &["sync"]).code, 0);
    let at = "2099-11-23T10:05:00+01:00";
    let batch = home.json(at, &["begin"]);
    assert_eq!(batch.len(), 3);
    for row in &batch[..2] {
        assert_eq!(home.run(at, &["decide", "done", &row["id"].to_string()]).code, 0);
    }
    let said = promised(&home, at, 3);
    let kept = said.iter().find(|(_, sentence)| sentence.starts_with("done: ")).expect("what is done");
    assert!(kept.0 == 2 && kept.1.starts_with("done: kept here, and found by a search"), "{said:?}");
    assert_eq!(home.sqlite("SELECT count(*) FROM journal").trim(), "0");
    assert_eq!(home.json(at, &["search", "red"]).len(), 3);
    let carried = said.iter().find(|(_, sentence)| sentence.starts_with("not decided: carried over to")).expect("one");
    assert_eq!(home.sqlite("SELECT carried_over FROM receipt").trim(), carried.0.to_string());
}
