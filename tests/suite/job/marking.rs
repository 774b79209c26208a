//! Holds `src/job/marking.rs`, `src/store/marking.rs`, `src/store/beginning.rs`: messages of an older store get what a search
//! can ask for today, from the newest to the oldest, held ones too, and nothing else of them changes.

#![allow(clippy::disallowed_types, reason = "these tests look behind the store's back")]

use tidebox::domain::found_copy::{FoundCopy, Location};
use tidebox::domain::ids::Id;
use tidebox::domain::query::{Indexed, parse};
use tidebox::domain::schedule::Zone;
use tidebox::job::marking::mark_older;
use tidebox::mail;
use tidebox::store::{Admission, Disposition, PreparedMessage, pack};

use crate::support::letterbox::{Letterbox, at};

fn real(number: i64, disposition: Disposition) -> Admission {
    let raw = format!(
        "From: Ann <ann@example.org>\r\nTo: me@example.net\r\nCc: Bob <bob@copy.example>\r\nSubject: Plan {number}\r\n\
         Message-ID: <{number}@example.org>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n\
         See https://tide.example/{number}\r\n--b\r\nContent-Type: image/png; name=\"tide chart {number}.png\"\r\n\r\nx\r\n--b--\r\n"
    );
    let parsed = mail::parse(raw.as_bytes());
    let words = Indexed::of(&parsed);
    let copy = FoundCopy::new(Location { folder: "INBOX".into(), key: number.to_string() }, at(number));
    let message = PreparedMessage {
        envelope: parsed.envelope,
        words,
        original: pack(raw.as_bytes()),
        copy,
        invitation: parsed.invitation,
    };
    Admission { message, lane: "people".into(), disposition }
}

/// As a version without marks has left it: bare words in the index, and no bits.
fn unmark(post: &Letterbox, all: &[(Id, Admission)]) {
    let bare = post.bare();
    bare.execute("UPDATE message SET fields = fields & 31, recipients = '[]'", []).expect("unmarked");
    for (id, one) in all {
        let words = &one.message.words;
        bare.execute("DELETE FROM words WHERE rowid = ?1", [id.0]).expect("taken out");
        bare.execute(
            "INSERT INTO words (rowid, sender, recipients, subject, list, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (id.0, &words.from, &words.to, &words.subject, &words.list, &words.body),
        )
        .expect("put in");
    }
    bare.execute("UPDATE fact SET value = (SELECT max(id) + 1 FROM message) WHERE name = 'unmarked'", [])
        .expect("said");
}

const TERMS: [&str; 6] =
    ["has:link", "has:image", "filename:\"tide chart\"", "cc:bob", "cc:@copy.example", "has:attachment plan cc:*"];

#[test]
fn older_messages_are_found_by_what_they_have() {
    let mut post = Letterbox::new();
    let all: Vec<Admission> = (0..200)
        .map(|number| real(number, if number % 10 == 0 { Disposition::Hold } else { Disposition::History }))
        .collect();
    let admitted = post.admit(&all, at(500));
    let all: Vec<(Id, Admission)> = admitted.iter().map(|one| one.id).zip(all).collect();
    let count = |post: &Letterbox, text: &str| {
        let query = parse(text, Zone::UTC, at(500)).unwrap_or_else(|mistake| panic!("{text}: {mistake}"));
        post.store.search(&query, at(500), 1_000, None).expect("found").len()
    };
    let fresh: Vec<usize> = TERMS.iter().map(|text| count(&post, text)).collect();
    assert_eq!(fresh, [180; 6], "what is taken in now is marked at once");
    let dump = |post: &Letterbox| {
        post.sqlite3("SELECT * FROM facts ORDER BY id; SELECT * FROM copy ORDER BY key").expect("dump")
    };
    let before = dump(&post);

    unmark(&post, &all);
    assert!(!post.store.is_marked().expect("asked"));
    assert_eq!(count(&post, "has:attachment"), 180, "what rows told before, they tell still");
    assert_eq!(count(&post, "has:attachment plan"), 180);
    assert_eq!(count(&post, "has:link"), 0);

    assert!(mark_older(&mut post.store).expect("marked"), "two hundred are few");
    assert!(post.store.is_marked().expect("asked"));
    let marked: Vec<usize> = TERMS.iter().map(|text| count(&post, text)).collect();
    assert_eq!(marked, fresh);
    assert_eq!(dump(&post), before, "nothing else has changed");
    assert_eq!(post.store.verify().expect("checked"), Vec::<String>::new());
}

#[test]
fn many_are_done_newest_first_and_a_damaged_one_is_passed_over() {
    let mut post = Letterbox::new();
    let all: Vec<Admission> = (0..2_100).map(|number| real(number, Disposition::History)).collect();
    let admitted = post.admit(&all, at(5_000));
    let all: Vec<(Id, Admission)> = admitted.iter().map(|one| one.id).zip(all).collect();
    unmark(&post, &all);
    post.bare().execute("UPDATE original SET bytes = x'00' WHERE message = ?1", [all[2_050].0.0]).expect("damaged");

    assert!(!mark_older(&mut post.store).expect("marked"), "the rest waits for the next time");
    let query = parse("has:link", Zone::UTC, at(5_000)).expect("a query");
    let found = post.store.search(&query, at(5_000), 9_999, None).expect("found");
    assert_eq!(found.len(), 1_999);
    assert!(found.iter().all(|message| message.id > all[99].0), "the newest come first");

    assert!(mark_older(&mut post.store).expect("marked"));
    assert_eq!(post.store.search(&query, at(5_000), 9_999, None).expect("found").len(), 2_099);
}

/// A store of a version without beginnings: they come from the newest to the oldest, marks stay as they are, and a damaged message
/// is passed over.
#[test]
fn older_messages_get_their_beginnings() {
    let mut post = Letterbox::new();
    let all: Vec<Admission> = (0..150).map(|number| real(number, Disposition::History)).collect();
    let admitted = post.admit(&all, at(500));
    let count = |post: &Letterbox, text: &str| {
        let query = parse(text, Zone::UTC, at(500)).unwrap_or_else(|mistake| panic!("{text}: {mistake}"));
        post.store.search(&query, at(500), 1_000, None).expect("found").len()
    };
    let terms = ["pl*", "se* tid*", "pl* 14*", "-ti* plan", "has:link pl*", "list:*", "an* or zz*"];
    let fresh: Vec<usize> = terms.iter().map(|text| count(&post, text)).collect();
    assert_eq!(fresh, [150, 150, 11, 0, 150, 0, 150], "what is taken in now has them at once");
    let bare = post.bare();
    bare.execute_batch(
        "DELETE FROM beginning WHERE rowid IN (SELECT id FROM message);
         UPDATE fact SET value = (SELECT max(id) + 1 FROM message) WHERE name = 'unbegun';",
    )
    .expect("taken out");
    let asked = |post: &Letterbox| terms.iter().map(|text| count(post, text)).collect::<Vec<usize>>();
    assert_eq!(asked(&post), fresh, "until all have them, the index of words is asked");
    assert_eq!(post.store.verify().expect("checked"), Vec::<String>::new());
    // One that comes meanwhile has them, and may be older than those that wait.
    post.admit(&[real(-9, Disposition::History)], at(501));
    bare.execute("UPDATE original SET bytes = x'00' WHERE message = ?1", [admitted[3].id.0]).expect("damaged");
    let words = |post: &Letterbox| post.sqlite3("SELECT count(*), sum(length(block)) FROM words_data").expect("asked");
    let before = words(&post);

    assert!(post.store.is_marked().expect("asked") && !post.store.is_read_anew().expect("asked"));
    assert!(mark_older(&mut post.store).expect("read anew"));
    assert!(post.store.is_read_anew().expect("asked"));
    // All but the damaged one, which has no beginnings, and the one that came.
    assert_eq!(asked(&post), [150, 150, 11, 1, 150, 0, 150]);
    assert_eq!(words(&post), before, "the words are left alone");
    assert_eq!(count(&post, "plan"), 151);
    assert_eq!(post.store.verify().expect("checked"), Vec::<String>::new());
}
