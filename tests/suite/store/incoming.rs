//! Holds `src/store/incoming.rs`, `src/job/incoming.rs`, `src/store/schema`: the two stable views, with the real
//! `sqlite3` program: `incoming` takes in, `released` gives out.

use tidebox::domain::message::Stage;
use tidebox::domain::query::Query;
use tidebox::domain::source_type::SourceType;
use tidebox::store::{Admission, AdmissionOutcome, IncomingRow, Store};

use crate::support::letterbox::{Letterbox, at, letter, sqlite3};

/// What `job` makes of a row of the tray; the words of the message are not the point here.
fn made_of(row: &IncomingRow) -> Admission {
    let mut admission = letter(1)
        .called(None)
        .subject(&row.subject)
        .text(&row.body)
        .change(|envelope| envelope.from.address.clone_from(&row.sender))
        .ready();
    admission.message.copy = row.copy();
    admission.message.envelope.date = row.sent();
    admission
}

fn gather(post: &mut Letterbox) -> Vec<tidebox::store::Admitted> {
    let rows = post.store.incoming(100).expect("rows");
    let mut admitted = Vec::new();
    for row in &rows {
        let source = post.store.source(&row.source, SourceType::Incoming).expect("a source");
        admitted.extend(post.store.admit_tray(source, &[made_of(row)], &[row.number], at(20)).expect("admitted"));
    }
    admitted
}

#[test]
fn a_script_delivers_with_nothing_but_sqlite3() {
    let mut post = Letterbox::new();
    post.sqlite3(
        "INSERT INTO incoming (source, sender, subject, body) VALUES ('ci', 'build@ci', 'main is red', 'see the log');
         INSERT INTO incoming (source, sender, subject, body, external_id, sent_at, thread, link)
         VALUES (' feed ', 'a@b', 'new post', 'text', 42, 1790000000, 'blog', 'https://example.org/1');
         INSERT INTO incoming (source, raw) VALUES ('procmail', CAST('Subject: x' AS BLOB) || x'0d0a0d0aff');",
    )
    .expect("put in");
    let rows = post.store.incoming(10).expect("rows");
    assert_eq!(post.store.tally().expect("numbers").in_tray, 3);
    let row = &rows[0];
    assert_eq!((row.source.as_str(), row.sender.as_str(), row.subject.as_str()), ("ci", "build@ci", "main is red"));
    assert_eq!((row.body.as_str(), row.external_id.as_deref(), row.sent()), ("see the log", None, None));
    let row = &rows[1];
    assert_eq!((row.source.as_str(), row.external_id.as_deref(), row.sent()), ("feed", Some("42"), Some(at(0))));
    assert_eq!((row.thread.as_deref(), row.link.as_deref()), (Some("blog"), Some("https://example.org/1")));
    assert_eq!(rows[2].raw.as_deref(), Some(&b"Subject: x\r\n\r\n\xff"[..]));
    let admitted = gather(&mut post);
    assert!(admitted.iter().all(|one| one.outcome == AdmissionOutcome::New && one.stage == Stage::Held));
    assert_eq!(post.store.incoming(10).expect("rows"), []);
    assert_eq!(post.begin("morning", at(99)).expect("a batch").size(), 3);
}

#[test]
fn an_external_id_makes_it_one_message_and_without_one_each_is_its_own() {
    let mut post = Letterbox::new();
    let put = |post: &Letterbox, source: &str, external: &str, subject: &str| {
        post.sqlite3(&format!(
            "INSERT INTO incoming (source, sender, subject, body, external_id) VALUES ('{source}', 's', '{subject}', 'b', {external})"
        ))
        .expect("put in");
    };
    put(&post, "ci", "'run-7'", "red");
    put(&post, "ci", "'run-7'", "red again");
    assert_eq!(post.store.incoming(9).expect("rows").len(), 1, "twice in the tray is once");
    let first = gather(&mut post)[0];
    put(&post, "ci", "'run-7'", "red once more");
    put(&post, "cd", "'run-7'", "red");
    put(&post, "ci", "NULL", "red");
    put(&post, "ci", "''", "red");
    let later = gather(&mut post);
    assert_eq!((later[0].id, later[0].outcome), (first.id, AdmissionOutcome::Known));
    assert!(later[1..].iter().all(|one| one.outcome == AdmissionOutcome::New));
    assert_eq!(post.store.tally().expect("numbers").held, 4);
}

#[test]
fn a_row_that_another_process_gathered_is_not_taken_in_twice() {
    let mut post = Letterbox::new();
    post.sqlite3("INSERT INTO incoming (source, sender, subject, body) VALUES ('ci', 's', 't', 'b')").expect("put in");
    let rows = post.store.incoming(9).expect("rows");
    let source = post.store.source("ci", SourceType::Incoming).expect("a source");
    let mut other = post.another();
    let one = [made_of(&rows[0])];
    let first = post.store.admit_tray(source, &one, &[rows[0].number], at(20)).expect("admitted")[0];
    let second = other.admit_tray(source, &one, &[rows[0].number], at(21)).expect("admitted")[0];
    assert_eq!((second.id, second.outcome), (first.id, AdmissionOutcome::Known));
    // And its number is not given to another row.
    post.sqlite3("INSERT INTO incoming (source, sender, subject, body) VALUES ('ci', 's', 't', 'b')").expect("put in");
    assert!(post.store.incoming(9).expect("rows")[0].number > rows[0].number);
}

#[test]
fn a_row_without_a_source_is_refused_with_a_reason() {
    let post = Letterbox::new();
    for row in ["(subject) VALUES ('x')", "(source, subject) VALUES ('  ', 'x')"] {
        let said = post.sqlite3(&format!("INSERT INTO incoming {row}")).expect_err("refused");
        assert!(said.contains("incoming: a row needs a source"), "{said}");
    }
    assert_eq!(post.sqlite3("SELECT count(*) FROM incoming").expect("asked"), "0\n", "nothing comes out of it");
}

#[test]
fn released_shows_what_is_visible_in_a_form_for_scripts() {
    let mut post = Letterbox::new();
    post.admit(&[letter(1).ready(), letter(2).attached().history().ready()], at(3));
    let columns = "id, message_id, source, lane, from_name, from_address, recipients, subject, date, received, attachments, \
                   list, stage, carried, exception, defects";
    let rows = post.sqlite3(&format!("SELECT {columns} FROM released")).expect("rows");
    let id = at(2).timestamp();
    assert_eq!(
        rows,
        format!(
            "{id}|m2@example.org|home|people|Ann Lee|ann@example.org|[{{\"address\":\"me@example.net\",\"name\":\"\"}}]|Subject 2|\
             2026-09-21T14:15:20Z|2026-09-21T14:15:20Z|1||history|0||[]\n"
        )
    );
    let batch = post.begin("morning", at(9)).expect("a batch");
    assert_eq!(post.sqlite3("SELECT count(*), min(stage) FROM released").expect("rows"), "2|history\n");
    let query = "SELECT r.value ->> 'address' FROM released, json_each(recipients) AS r WHERE stage = 'in batch'";
    assert_eq!(post.sqlite3(query).expect("rows"), "me@example.net\n");
    drop(batch);
}

/// docs/stability.md promises it: columns come at the end, and none of these goes away or moves.
#[test]
fn the_views_keep_the_columns_of_the_first_release() {
    let post = Letterbox::new();
    for (view, promised) in [
        ("incoming", "source sender subject body external_id sent_at thread link raw"),
        (
            "released",
            "id message_id thread source lane from_name from_address recipients subject date received attachments list stage \
             carried exception size defects returned reopened",
        ),
    ] {
        let there =
            post.sqlite3(&format!("SELECT name FROM pragma_table_info('{view}') ORDER BY cid")).expect("columns");
        let there: Vec<&str> = there.lines().collect();
        let promised: Vec<&str> = promised.split(' ').collect();
        assert_eq!(there.get(..promised.len()), Some(&promised[..]), "{view}: {there:?}");
    }
}

/// An older sqlite3 than ours may open the file, and leaves it as whole as it was.
#[test]
fn the_program_of_the_system_gets_along_with_ours() {
    let mut post = Letterbox::new();
    post.admit(&[letter(1).history().ready()], at(3));
    let path = post.path();
    post.sqlite3("INSERT INTO incoming (source, subject) VALUES ('a', 'while it is open')").expect("put in");
    drop(post.store);
    sqlite3(&path, "INSERT INTO incoming (source, subject) VALUES ('a', 'while it is closed')").expect("put in");
    let store = Store::open(&path).expect("open");
    assert_eq!(store.tally().expect("numbers").in_tray, 2);
    assert_eq!(store.search(&Query::All, at(9), 9, None).expect("found").len(), 1);
    assert_eq!(store.verify().expect("checked"), Vec::<String>::new());
}

#[test]
fn a_row_of_broken_text_does_not_keep_the_others_in() {
    let mut post = Letterbox::new();
    post.sqlite3(
        "INSERT INTO incoming (source, sender, subject, body) VALUES (CAST(x'ff63' AS TEXT), x'ff41', 'odd', x'00ff61');
         INSERT INTO incoming (source, sender, subject, body) VALUES ('ci', 'build@ci', 'main is red', 'see the log');",
    )
    .expect("put in");
    let rows = post.store.incoming(10).expect("rows");
    assert_eq!((rows[0].source.as_str(), rows[0].sender.as_str()), ("\u{fffd}c", "\u{fffd}A"));
    assert_eq!(gather(&mut post).len(), 2);
    assert_eq!(post.begin("morning", at(99)).expect("a batch").size(), 2);
}
