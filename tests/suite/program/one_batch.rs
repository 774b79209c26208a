//! Holds `src/source`, `src/job/intake.rs`, `src/mail/fingerprint.rs`, `src/store/admit.rs`: however it comes in, it
//! meets in one batch; and taking it in twice changes nothing.

use std::fs;

use crate::support::{Home, corpus, letter};

const BEFORE: &str = "2026-11-23T08:30:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";

#[test]
fn five_ways_in_meet_in_one_batch() {
    let home = Home::new();
    home.deliver("Maildir", "1.maildir", &letter(1, "Ann <ann@example.org>", "By Maildir", "One."));
    let mbox = format!(
        "From ann@example.org Fri Nov 20 08:02:00 2026\n{}\nFrom ben@example.org Fri Nov 20 08:03:00 2026\n{}\n",
        letter(2, "Ann <ann@example.org>", "By mbox", "Two.").replace("\r\n", "\n"),
        letter(3, "Ben <ben@example.org>", "By mbox too", ">From the start.").replace("\r\n", "\n"),
    );
    home.write("letters/a.eml", letter(4, "Cem <cem@example.org>", "By eml", "Four."));
    home.write("letters/deep/b.eml", letter(5, "Dag <dag@example.org>", "By eml below", "Five."));
    let jsonl = r#"{"sender":"ci <build@ci.example>","subject":"By JSON","body":"Six.","external_id":"6"}"#;

    assert_eq!(home.run(BEFORE, &["add", "Maildir", "letters"]).code, 0);
    let piped = home.run_with(BEFORE, &["add", "--format", "mbox", "-"], mbox.as_bytes());
    assert_eq!(piped.code, 0, "{}", piped.err);
    let piped = home.run_with(BEFORE, &["add", "--format", "jsonl", "--source", "ci", "-"], jsonl.as_bytes());
    assert_eq!(piped.code, 0, "{}", piped.err);
    home.sqlite(
        "INSERT INTO incoming (source, sender, subject, body) VALUES ('cron', 'cron@example.org', 'By sqlite3', 'Seven.')",
    );

    let batch = home.json(OPEN, &["begin"]);
    let mut subjects: Vec<&str> = batch.iter().map(|message| message["subject"].as_str().unwrap()).collect();
    subjects.sort_unstable();
    assert_eq!(subjects, ["By JSON", "By Maildir", "By eml", "By eml below", "By mbox", "By mbox too", "By sqlite3"]);
    let (sources, mut lanes): (Vec<_>, Vec<_>) =
        batch.iter().map(|m| (m["source"].as_str().unwrap(), m["lane"].as_str().unwrap())).unzip();
    assert!(sources.contains(&"ci") && sources.contains(&"cron") && sources.contains(&"Maildir"), "{sources:?}");
    lanes.dedup();
    assert!(lanes.contains(&"people"), "{lanes:?}");
}

#[test]
fn the_same_message_through_two_sources_is_one() {
    let home = Home::new();
    let mail = letter(1, "Ann <ann@example.org>", "Once", "From here to there.");
    home.deliver("Maildir", "1.once", &mail);
    let quoted = mail.replace("\r\n", "\n").replace("\nFrom here", "\n>From here");
    home.write("export.mbox", format!("From ann@example.org Fri Nov 20 08:01:00 2026\nStatus: O\n{quoted}\n"));
    for _ in 0..2 {
        assert_eq!(home.run(BEFORE, &["add", "Maildir", "export.mbox"]).code, 0);
    }
    assert_eq!(home.json(OPEN, &["begin"]).len(), 1);
    let again = &home.json(BEFORE, &["add", "Maildir", "export.mbox"])[0];
    assert_eq!(
        (again["read"].as_u64(), again["admitted"].as_u64(), again["known"].as_u64()),
        (Some(2), Some(0), Some(2))
    );
}

#[test]
fn what_is_marked_read_is_history_and_nothing_is_changed_there() {
    let home = Home::new();
    home.deliver("Maildir", "1.new", &letter(1, "Ann <ann@example.org>", "Unread", "New."));
    fs::write(home.path("Maildir/cur/2.read:2,S"), letter(2, "Ben <ben@example.org>", "Read", "Old.")).unwrap();
    fs::write(home.path("Maildir/cur/3.seen:2,"), letter(3, "Cem <cem@example.org>", "Seen, unread", "Mid.")).unwrap();
    let before: Vec<_> = files(&home);
    let done = &home.json(BEFORE, &["add", "Maildir"])[0];
    assert_eq!(done["admitted"], 3);
    assert_eq!(files(&home), before);
    let found = home.json(BEFORE, &["search", "subject:read"]);
    assert_eq!(found.len(), 1, "only what was read there is to be found: {found:?}");
    assert_eq!(found[0]["state"], "history");
    assert_eq!(home.json(OPEN, &["begin"]).len(), 2);
}

fn files(home: &Home) -> Vec<String> {
    let mut all = Vec::new();
    for part in ["cur", "new", "tmp"] {
        for entry in fs::read_dir(home.path("Maildir").join(part)).unwrap() {
            all.push(format!("{part}/{}", entry.unwrap().file_name().to_string_lossy()));
        }
    }
    all.sort();
    all
}

/// Beside the project lies a corpus of real and hostile mail; where it does, every message of it is admitted.
#[test]
fn every_message_of_the_corpus_is_admitted() {
    let home = Home::new();
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/mail");
    let own = &home.json(BEFORE, &["add", fixtures])[0];
    assert!(own["read"].as_u64() >= Some(100), "{own}");
    assert_eq!(own["failed"], 0, "{own}");
    let Some(corpus) = corpus() else { return };
    let oracle = fs::read_to_string(corpus.join("oracle.jsonl")).unwrap();
    let expected = oracle.lines().count() as u64;
    let home = Home::new();
    let mut read = 0;
    for entry in fs::read_dir(&corpus).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let mbox: Vec<_> = fs::read_dir(&path)
                .unwrap()
                .map(|file| file.unwrap().path())
                .filter(|file| file.extension().is_some_and(|ext| ext == "mbox"))
                .collect();
            // A folder is taken in for its single messages; mbox files are named one by one.
            let mut arguments = vec!["add".to_owned(), "--all".to_owned()];
            let single = fs::read_dir(&path)
                .unwrap()
                .any(|file| file.unwrap().path().extension().is_some_and(|ext| ext == "eml"));
            // A folder is taken whole, with the mailboxes in it.
            if single {
                arguments.push(path.display().to_string());
            } else {
                arguments.extend(mbox.iter().map(|file| file.display().to_string()));
            }
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let done = &home.json(BEFORE, &arguments)[0];
            assert_eq!(done["failed"], 0, "{}: {done}", path.display());
            read += done["read"].as_u64().unwrap();
        }
    }
    assert_eq!(read, expected, "every message of the corpus was read");
    // Only true copies of one message are one: the corpus has a letter three times, twice with fields of its
    // way, and another twice to the byte.
    let admitted: u64 = home.sqlite("SELECT count(*) FROM message").trim().parse().unwrap();
    assert!(admitted + 3 >= expected, "{admitted} of {expected} are messages of their own");
}
