//! Holds `src/cli/add.rs`, `src/source/detect.rs`, `src/source/tree.rs`: what `tidebox add` takes in: folders of
//! anything, two places of one name, exports of its own.

use std::collections::BTreeSet;
use std::fs;

use proptest::prelude::*;

use crate::support::{Home, letter, lines};

const NOW: &str = "2026-11-23T09:05:00+01:00";

fn found(home: &Home) -> usize {
    home.json(NOW, &["search", "--limit", "500", "*"]).len()
}

fn mbox(numbers: std::ops::Range<u32>) -> String {
    let one = |it| {
        format!("From - Mon Nov 23 08:00:00 2026\n{}\n", letter(it, "a@b.example", "x", "y").replace("\r\n", "\n"))
    };
    numbers.map(one).collect()
}

/// The last two name a ticket that is no message; what joins them is the first, which one of them answers.
#[test]
fn what_is_read_together_is_threaded_by_date_and_not_by_its_place_in_the_file() {
    let question = letter(1, "Ann <ann@example.org>", "Boat", "Leaks.");
    let receipt = letter(2, "Desk <desk@example.com>", "[desk #7] AutoReply: Boat", "Received.");
    let end = letter(3, "Desk <desk@example.com>", "[desk #7] Resolved: Boat", "Mended.");
    let of_the_ticket = |mail: &str, answers: &str| {
        mail.replace("Subject:", &format!("{answers}References: <Ticket-7@example.com>\r\nSubject:"))
    };
    let receipt = of_the_ticket(&receipt, "In-Reply-To: <letter-1@example.org>\r\n");
    let end = of_the_ticket(&end, "");
    for order in [[&question, &receipt, &end], [&end, &receipt, &question], [&end, &question, &receipt]] {
        let home = Home::new();
        let one = |mail: &&String| format!("From - Mon Nov 23 08:00:00 2026\n{}\n", mail.replace("\r\n", "\n"));
        home.write("desk.mbox", order.iter().map(one).collect::<String>());
        home.json(NOW, &["add", "--history", "desk.mbox"]);
        assert_eq!(home.sqlite("SELECT count(*), count(DISTINCT thread) FROM message").trim(), "3|1");
    }
}

/// Programs that number their files give the same names in each mailbox.
#[test]
fn two_maildirs_of_one_name_are_both_taken_in() {
    for options in [&["--history"][..], &["--history", "--source", "old"]] {
        let home = Home::new();
        for (number, place) in [(1, "a/Maildir"), (2, "a/Maildir"), (11, "b/Maildir"), (12, "b/Maildir")] {
            home.deliver(place, &format!("{}.x", 1000 + number % 10), &letter(number, "a@b.example", "x", "y"));
        }
        let add = |place: &str| {
            let all = [&["add"], options, &[place]].concat();
            let told = home.json(NOW, &all).remove(0);
            (told["read"].as_u64().unwrap(), told["admitted"].as_u64().unwrap())
        };
        assert_eq!(add("a/Maildir"), (2, 2));
        assert_eq!(add("b/Maildir"), (2, 2), "{options:?}");
        assert_eq!((add("a/Maildir"), add("b/Maildir")), ((2, 0), (2, 0)), "each is known where it lies");
        assert_eq!(found(&home), 4);
        let named = if options.len() > 1 { "source:old" } else { "source:Maildir" };
        assert_eq!(home.json(NOW, &["search", named]).len(), 4, "both are found by the name");
    }
}

/// A Maildir that was made anew at its place has other letters under the same names; one whose flags changed has not.
#[test]
fn a_maildir_that_was_made_anew_at_its_place_is_taken_in() {
    let home = Home::new();
    let add = || {
        let told = home.json(NOW, &["add", "--history", "Maildir"]).remove(0);
        (told["read"].as_u64().unwrap(), told["admitted"].as_u64().unwrap())
    };
    for number in 1..3 {
        home.deliver("Maildir", &format!("{number}.x"), &letter(number, "a@b.example", "x", "y"));
    }
    assert_eq!(add(), (2, 2));
    fs::rename(home.path("Maildir/new/1.x"), home.path("Maildir/cur/1.x:2,S")).unwrap();
    assert_eq!(add(), (2, 0));
    fs::remove_dir_all(home.path("Maildir")).unwrap();
    for number in 1..3 {
        home.deliver("Maildir", &format!("{number}.x"), &letter(10 + number, "a@b.example", "x", "y"));
    }
    assert_eq!(add(), (2, 2));
    assert_eq!((add(), found(&home)), ((2, 0), 4));
}

#[test]
fn two_files_of_json_lines_of_one_name_are_both_taken_in() {
    let home = Home::new();
    for (place, subject) in [("a", "one"), ("b", "two")] {
        home.write(&format!("{place}/run.jsonl"), format!("{{\"subject\": \"{subject}\", \"external_id\": 1}}\n"));
        assert_eq!(home.json(NOW, &["add", "--history", &format!("{place}/run.jsonl")])[0]["admitted"], 1);
    }
    assert_eq!(found(&home), 2);
}

/// What was taken in by hand is no copy of a configured source of that name: it would be looked for there, and be gone.
#[test]
fn what_is_added_under_the_name_of_a_configured_source_is_not_taken_for_gone() {
    let home = Home::new();
    let config = format!(
        "{}\n[[source]]\nname = \"Maildir\"\nkind = \"maildir\"\npath = {:?}\n",
        crate::support::CONFIG,
        home.path("Maildir")
    );
    home.write("config.toml", config);
    home.deliver("Maildir", "1.x", &letter(1, "a@b.example", "here", "y"));
    home.deliver("backup/Maildir", "2.x", &letter(2, "a@b.example", "there", "y"));
    home.write("mail/Maildir", mbox(3..4));
    home.json(NOW, &["sync"]);
    home.json(NOW, &["add", "backup/Maildir", "mail/Maildir"]);
    home.deliver("Maildir", "4.x", &letter(4, "a@b.example", "more", "y"));
    home.json(NOW, &["sync"]);
    assert_eq!(home.json("2026-11-23T10:05:00+01:00", &["begin"]).len(), 4);
    // What it reads itself is known to it, whoever took it in.
    assert_eq!(home.json(NOW, &["add", "Maildir"])[0]["known"], 2);
    assert_eq!(home.sqlite("SELECT count(*) FROM source WHERE name = 'Maildir' AND place = ''").trim(), "1");
}

#[test]
fn a_folder_of_anything_is_taken_whole_with_a_word_for_each_file() {
    let home = Home::new();
    home.write("profile/Inbox", mbox(1..3));
    home.write("profile/Inbox.msf", "// <!-- <mdb:mork:z v=\"1.4\"/> -->");
    home.write("profile/Inbox.sbd/Lists", mbox(3..4));
    home.write("profile/Sent", mbox(4..5));
    home.write("profile/letters/one.eml", letter(5, "a@b.example", "x", "y"));
    home.write("profile/prefs.js", "user_pref(\"x\", 1);\n");
    home.deliver("profile/kept", "1.x", &letter(6, "a@b.example", "x", "y"));
    let told = home.run(NOW, &["add", "profile"]);
    assert_eq!(told.code, 0, "{}", told.err);
    for said in [
        "profile/Inbox: an mbox, 2 read, 2 new",
        "profile/Inbox.msf: an index of Thunderbird, left out",
        "profile/Inbox.sbd/Lists: an mbox, 1 read, 1 new",
        "profile/Sent: an mbox, 1 read, 1 new",
        "profile/letters: one message, 1 read, 1 new",
        "profile/prefs.js: not mail, left out",
        "profile: a Maildir with its folders, 1 read, 1 new",
        "6 read, 6 new",
    ] {
        assert!(told.out.contains(said), "{said}: {}", told.out);
    }
    assert_eq!(found(&home), 1, "sent mail is history, and the rest is held");
    let again = home.json(NOW, &["add", "profile"]).remove(0);
    assert_eq!(again["known"], 6);
    assert!(
        again["files"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["what"] == "an mbox" && it["read"] == 2 && it["taken"] == true),
        "{again:?}"
    );
    assert_eq!(home.json(NOW, &["add", "--format", "mbox", "profile"]).last().unwrap()["read"], 4);
}

#[test]
fn one_that_cannot_be_read_stops_no_other() {
    let home = Home::new();
    home.write("a.mbox", mbox(1..2));
    home.write("picture.png", b"\x89PNG");
    home.write("empty/notes.txt", "words\n");
    home.write("b.eml", letter(2, "a@b.example", "x", "y"));
    let told = home.run(NOW, &["add", "--history", "nowhere", "a.mbox", "picture.png", "empty", "b.eml"]);
    assert_eq!(told.code, 1);
    assert!(told.out.contains("2 read, 2 new"), "{}", told.out);
    for said in ["3 could not be read", "nowhere", "picture.png", "empty", "everything else was taken in"] {
        assert!(told.err.contains(said), "{said}: {}", told.err);
    }
    assert_eq!(found(&home), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// Whatever the letters: what is exported and taken in again is the same.
    #[test]
    fn what_is_exported_comes_back_as_it_was(
        bodies in prop::collection::vec("((From |>From |From a@b Mon Jan  1 10:00:00 2024|[a-zä\\x00\\t ]{0,9}|\u{fffd})(\r\n|\n)){0,9}[a-z]{0,3}", 1..5),
    ) {
        let home = Home::new();
        for (number, body) in bodies.iter().enumerate() {
            let header = format!("From: a@b.example\nSubject: {number}\nMessage-ID: <{number}@b.example>\n\n");
            home.write(&format!("in/{number}.eml"), format!("{header}{body}"));
        }
        home.json(NOW, &["add", "--history", "in"]);
        let exported = home.run(NOW, &["export", "--format", "jsonl"]).out;
        let originals = |text: &str| {
            // Those of one second lie in any order.
            lines(text).iter().map(|it| it["raw"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
        };
        let mail = home.run(NOW, &["export", "--format", "mbox", "--output", "out.mbox"]);
        prop_assert_eq!(mail.code, 0);
        let back = home.json(NOW, &["add", "--history", "out.mbox"]);
        prop_assert_eq!(&back[0]["known"], bodies.len());
        let other = Home::new();
        other.write("out.jsonl", &exported);
        prop_assert_eq!(&other.json(NOW, &["add", "--history", "out.jsonl"])[0]["admitted"], bodies.len());
        prop_assert_eq!(originals(&other.run(NOW, &["export", "--format", "jsonl"]).out), originals(&exported));
        fs::copy(home.path("out.mbox"), other.path("out.mbox")).unwrap();
        prop_assert_eq!(&other.json(NOW, &["add", "--history", "out.mbox"])[0]["known"], bodies.len());
    }
}
