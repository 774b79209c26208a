use std::io::BufReader;

use proptest::prelude::{prop_assert_eq, proptest};

use super::Splitter;
use crate::domain::limits::MESSAGE_BYTES;
use crate::source::mbox::beginning::style_of;

fn split(text: &str) -> Vec<String> {
    split_by(text, 64 * 1024)
}

/// The messages, read in pieces of this size.
fn split_by(text: &str, piece: usize) -> Vec<String> {
    let style = style_of(text.as_bytes(), true);
    all(Splitter::new(BufReader::with_capacity(piece, text.as_bytes()), 0, style))
}

fn stream(text: &str, piece: usize) -> Vec<String> {
    all(Splitter::of_stream(BufReader::with_capacity(piece, text.as_bytes())).unwrap())
}

fn all(mut splitter: Splitter<BufReader<&[u8]>>) -> Vec<String> {
    let mut found = Vec::new();
    while let Some(message) = splitter.next().unwrap().unwrap() {
        found.push(String::from_utf8_lossy(&message.raw).into_owned());
    }
    found
}

const MARK: &str = "From ann@a.example Mon Jan  1 10:00:00 2024\n";
const PATCH: &str = "From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\n";

fn letters(separators: &[&str], between: &str, bodies: &[&str]) -> String {
    let mut out = String::new();
    for (number, (separator, body)) in separators.iter().zip(bodies).enumerate() {
        out += &format!("{separator}Subject: {number}\nFrom: a@b.example\n\n{body}{between}");
    }
    out
}

#[test]
fn messages_begin_at_postmarks_after_an_empty_line() {
    let text = format!(
        "{MARK}Subject: a\n\nbody\nFrom here on\n\nFrom now on: 1:2\n\n{MARK}Subject: b\n\n>From x\n>>From y\n"
    );
    assert_eq!(
        split(&text),
        ["Subject: a\n\nbody\nFrom here on\n\nFrom now on: 1:2\n", "Subject: b\n\nFrom x\n>From y\n"]
    );
}

/// Thunderbird leaves out sender, or date, or both; older letters of the same folder have them.
#[test]
fn separators_without_a_date_separate() {
    for separators in [
        ["From \n", "From \n", "From \n"],
        ["From -\n", "From \n", "From x\n"],
        [MARK, "From \n", MARK],
        ["From - Mon Jan  1 10:00:00 2024\n", "From -\n", "From \n"],
        ["From ann@a.example\n", "From bob@b.example\n", "From \n"],
    ] {
        let text = letters(
            &separators,
            "\n",
            &["x\n", "\nFrom here\nwe go\n\nFrom \nthere\n", "\nFrom x\nSubject: no\nmore\n"],
        );
        for text in [text.clone(), text.replace('\n', "\r\n")] {
            let found = split(&text);
            assert_eq!(found.len(), 3, "{separators:?}: {found:?}");
        }
    }
}

#[test]
fn where_no_empty_line_separates_the_postmark_and_a_header_do() {
    let bodies = ["one\n", "two\n\n", "three\nFrom here on\nFrom ann@a.example Mon Jan  1 10:00:00 2024\nand on\n"];
    for separators in [[MARK; 3], ["From -\n"; 3]] {
        let text = letters(&separators, "", &bodies);
        let found = split(&text);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[1].ends_with("two\n\n"), "the empty line is the letter's own: {found:?}");
        assert_eq!(split(&text.replace('\n', "\r\n")).len(), 3);
    }
}

#[test]
fn a_last_boundary_stands_for_an_empty_line() {
    let part = "Content-Type: multipart/mixed; boundary=\"b1\"\n\n--b1\n\nx\n--b1--\n";
    let plain = "Subject: x\n\nwords\n";
    let text = format!("{MARK}{plain}\n{MARK}{plain}\n{MARK}{part}{MARK}{plain}\n{MARK}{plain}\n");
    assert_eq!(split(&text).len(), 5);
    // Another line that looks like a separator is text.
    assert_eq!(split(&text.replace("--b1--", "--b2--")).len(), 4);
}

#[test]
fn what_stands_in_a_body_stays_there() {
    for body in [
        format!("x\n\n{PATCH}From: b@b.example\nSubject: [PATCH] tide\n\n---\n a | 1 +\n"),
        format!("x\n{MARK}Subject: forwarded\n\nwords\n"),
        format!("x\n\n{MARK}and then some words\n"),
        "x\n\nFrom what I heard on 5 Jan 2024 at 10:00\nNote: words\nmore\n".to_owned(),
        "x\n\nFrom x\nNote: this is no header\nbut a list\n".to_owned(),
        "From \n\nFrom -\n\nFrom x\n\n".to_owned(),
    ] {
        let found = split(&letters(&[MARK; 3], "\n", &["a\n", &body, "c\n"]));
        assert_eq!(found.len(), 3, "{body}: {found:?}");
        assert!(found[1].contains(body.trim_end()), "{body}: {found:?}");
    }
}

#[test]
fn patches_are_separated_by_their_own_lines_alone() {
    let body = format!("---\n a | 1 +\n\n{MARK}Subject: quoted in a patch\n\nFrom \nSubject: x\n\n-- \n2.39\n");
    let text = letters(&[PATCH; 3], "\n", &["one\n", &body, "three\n"]);
    let found = split(&text);
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(split(&text.replace("0123456789abcdef0123456789abcdef01234567", &"0".repeat(64))).len(), 3);
}

#[test]
fn a_true_length_counts_and_a_lying_one_does_not() {
    let body = format!("text\n\n{MARK}Subject: inside\n\n{MARK}inside\n");
    let text = format!("{MARK}Content-Length: {}\n\n{body}\n{MARK}Subject: b\n\nb\n", body.len());
    assert_eq!(split(&text), [format!("Content-Length: {}\n\n{body}", body.len()), "Subject: b\n\nb\n".to_owned()]);
    let lying = text.replace(&format!("Content-Length: {}", body.len()), "Content-Length: 9");
    assert_eq!(split(&lying).len(), 3);
}

/// Each byte is looked at as often as with a true length. If the whole body were read again for each line, this test
/// would not end.
#[test]
fn a_lie_about_a_long_body_costs_no_more_than_reading_it() {
    let mut text = format!("{MARK}Content-Length: {}\n\n", MESSAGE_BYTES / 2);
    text.push_str(&"a\n".repeat(200_000));
    text.push_str(&"z".repeat(MESSAGE_BYTES / 2));
    let mut splitter = Splitter::of_stream(text.as_bytes()).unwrap();
    assert!(splitter.next().unwrap().unwrap().is_some_and(|found| !found.ended));
    assert!(splitter.next().unwrap().unwrap().is_none());
}

#[test]
fn windows_lines_and_a_missing_last_line_end_are_read() {
    let text = format!("{MARK}Subject: a\n\nx\n\n{MARK}Subject: b\n\ny").replace('\n', "\r\n");
    assert_eq!(split(&text), ["Subject: a\r\n\r\nx\r\n", "Subject: b\r\n\r\ny"]);
    assert_eq!(split(""), [] as [&str; 0]);
}

#[test]
fn carriage_returns_alone_and_a_byte_order_mark_are_read() {
    let text = letters(&[MARK; 2], "\n", &["x\n", "y\n"]);
    assert_eq!(split(&text.replace('\n', "\r")), split(&text));
    assert_eq!(split(&format!("\u{feff}{text}")), split(&text));
}

#[test]
fn what_begins_otherwise_is_no_mbox() {
    assert!(Splitter::of_stream(&b"Subject: a\n\nb"[..]).unwrap().next().unwrap().is_err());
}

#[test]
fn a_message_without_a_header_is_one_where_it_says_so() {
    let text = format!("{MARK}\nwords\n\n{MARK}\nmore words\n\n");
    assert_eq!(split(&text), ["\nwords\n", "\nmore words\n"]);
}

proptest! {
    #[test]
    fn the_pieces_in_which_a_stream_comes_do_not_count(
        text in "(From a Mon Jan  1 10:00:00 2024\n|From -\n|From \n|Content-Length: [0-9]{1,3}\n|Subject: x\n|--b--\n|\n|\r\n|>|From |[a-z]{0,9}\n){0,60}",
        piece in 1_usize..50,
    ) {
        let text = format!("{MARK}{text}");
        prop_assert_eq!(split_by(&text, piece), split(&text));
        prop_assert_eq!(stream(&text, piece), stream(&text, 1000));
        let returns = text.replace("\r\n", "\n").replace('\n', "\r");
        prop_assert_eq!(stream(&returns, piece), stream(&returns, 1000));
    }
}
