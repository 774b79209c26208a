//! Holds `src/source/imap/reading`, `src/source/imap/pipeline.rs`, `src/source/imap/untagged.rs`: servers that say one
//! thing and do another, in a few lines each.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use super::mirror::{Mirror, config, source};
use crate::support::servers::letters::letter;

/// A server with these letters, with UIDs from 1 on. `answer` may replace its answer to a command.
fn server(answer: impl Fn(&str) -> Option<String> + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream);
            let _ = reader.get_mut().write_all(b"* OK [CAPABILITY IMAP4rev1] hi\r\n");
            let mut line = String::new();
            while matches!(reader.read_line(&mut line), Ok(1..)) {
                let (tag, command) = line.trim_end().split_once(' ').unwrap_or_default();
                let Some(said) = answer(command) else { break };
                let _ = reader.get_mut().write_all(format!("{said}{tag} OK done\r\n").as_bytes());
                line.clear();
            }
        }
    });
    port
}

fn usual(command: &str) -> String {
    let items = |uid: usize| {
        let size = letter(uid).len();
        format!("* {uid} FETCH (UID {uid} FLAGS () INTERNALDATE NIL RFC822.SIZE {size})\r\n")
    };
    match command.split(' ').next().unwrap_or_default() {
        "CAPABILITY" => "* CAPABILITY IMAP4rev1\r\n".into(),
        "STATUS" => "* STATUS INBOX (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 7)\r\n".into(),
        "EXAMINE" => "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n".into(),
        "FETCH" => (1..=3).map(items).collect(),
        _ => String::new(),
    }
}

fn body(uid: usize, text: &str) -> String {
    format!("* {uid} FETCH (UID {uid} BODY[] {{{}}}\r\n{text})\r\n", text.len())
}

#[test]
fn a_message_that_is_larger_than_was_said_stops_no_other() {
    let port = server(|command| match command {
        "UID FETCH 1:3 (UID BODY.PEEK[])" => {
            Some(body(1, &letter(1)) + "* 2 FETCH (UID 2 BODY[] {4294967295}\r\nFrom: x")
        }
        "UID FETCH 2 (UID BODY.PEEK[HEADER])" => Some(body(2, "Subject: large\r\n\r\n")),
        command if command.starts_with("UID FETCH ") => Some(
            [1, 3]
                .iter()
                .filter(|uid| command.contains(&uid.to_string()))
                .map(|uid| body(*uid, &letter(*uid)))
                .collect(),
        ),
        command => Some(usual(command)),
    });
    let mut mirror = Mirror::default();
    let outcome = mirror.read(&mut source(&config(port, "me")));
    assert_eq!(outcome.problems.list, []);
    let copies: Vec<String> =
        mirror.folders["INBOX"].values().map(|copy| String::from_utf8_lossy(&copy.raw).into_owned()).collect();
    assert_eq!((copies.len(), &copies[0], &copies[2]), (3, &letter(1), &letter(3)));
    assert!(copies[1].contains("Subject: large") && copies[1].contains("larger than its server says"), "{}", copies[1]);
}

#[test]
fn what_the_server_leaves_out_is_asked_for_alone_and_told() {
    let port = server(|command| match command {
        "UID FETCH 1:3 (UID BODY.PEEK[])" => Some(body(1, &letter(1))),
        "UID FETCH 2 (UID BODY.PEEK[])" => Some(body(2, &letter(2)) + &body(9, &letter(9))),
        "UID FETCH 3 (UID BODY.PEEK[])" => Some(String::new()),
        "UID FETCH 2:3 (UID)" => Some("* 3 FETCH (UID 3)\r\n".into()),
        command => Some(usual(command)),
    });
    let mut mirror = Mirror::default();
    let outcome = mirror.read(&mut source(&config(port, "me")));
    assert_eq!(outcome.problems.count, 1, "{outcome:?}");
    assert_eq!(outcome.problems.list[0].what, "the server does not give out 1 of its messages");
    assert_eq!(mirror.folders["INBOX"].len(), 2, "and what nobody asked for is not taken");
    assert!(mirror.position.unwrap().contains("\"owed\":[3]"), "it is asked for again");
}

/// A line of a listing is missing, or the server counts one message more than it lists.
#[test]
fn what_a_list_leaves_out_is_looked_for_once_more() {
    let lists = Arc::new(AtomicU32::new(0));
    let (told, first) = (Arc::clone(&lists), "UID 2 ");
    let port = server(move |command| match command {
        "FETCH 1:3 (UID FLAGS INTERNALDATE RFC822.SIZE)" => {
            let whole = usual(command);
            let lost = told.fetch_add(1, Ordering::SeqCst) == 0;
            Some(whole.split_inclusive("\r\n").filter(|line| !(lost && line.contains(first))).collect())
        }
        command if command.starts_with("UID FETCH ") => Some(
            (1..=3)
                .filter(|uid: &usize| command.contains(&uid.to_string()) || command.contains("1:3"))
                .map(|uid| body(uid, &letter(uid)))
                .collect(),
        ),
        command => Some(usual(command)),
    });
    let mut mirror = Mirror::default();
    let mut account = source(&config(port, "me"));
    let known = |mirror: &Mirror| mirror.folders["INBOX"].len();
    mirror.read(&mut account);
    assert_eq!(known(&mirror), 2);
    mirror.read(&mut account);
    assert_eq!((known(&mirror), lists.load(Ordering::SeqCst)), (3, 2));
}
