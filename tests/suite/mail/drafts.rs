//! Holds `src/mail/draft_text.rs`: the file of a draft is read as it was written, and every mistake in it is told with its line.

use proptest::prelude::*;
use tidebox::domain::address::Address;
use tidebox::domain::answering::Draft;
use tidebox::mail::{draft_text, read_draft};

fn mistakes(file: &[u8]) -> Vec<String> {
    read_draft(file).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn a_file_as_people_write_it() {
    let file = "\u{feff}from: Me <me@home.example>\r\nTO: Ann <ann@a.example>,\r\n  \"Doe, Bob\" <bob@b.example>\r\n# a note\r\nsubject: Tides: the plan\r\nAttach: ~/plan 1.pdf\r\nAttach: notes/*.txt\r\nLeaves: tomorrow\r\nX-Mood: fine\r\n\r\nHello\r\n\r\n# no note\r\n";
    let draft = read_draft(file.as_bytes()).unwrap();
    assert_eq!(
        draft,
        Draft {
            from: Address::new("Me", "me@home.example"),
            to: vec![Address::new("Ann", "ann@a.example"), Address::new("Doe, Bob", "bob@b.example")],
            subject: "Tides: the plan".to_owned(),
            files: vec!["~/plan 1.pdf".to_owned(), "notes/*.txt".to_owned()],
            leaves: "tomorrow".to_owned(),
            fields: vec![("X-Mood".to_owned(), "fine".to_owned())],
            text: "Hello\n\n# no note\n".to_owned(),
            ..Draft::default()
        }
    );
}

#[test]
fn every_mistake_is_told_with_its_line() {
    let file = "From: me@home.example, other@home.example\nTo: Ann\nSubjekt: x\nCc: ann@a.example\nCc: bob@b.example\nhello\nContent-Type: text/html\n: x\nBcc: ,\n\nText";
    assert_eq!(
        mistakes(file.as_bytes()),
        [
            "line 1: `From` names more than one address: keep the one that you write as",
            "line 2: `Ann` in `To` is no address: write it as `ann@example.org` or `Ann <ann@example.org>`",
            "line 3: `Subjekt` is no field of a draft: did you mean `Subject`?",
            "line 5: `Cc` is there already, in line 4: keep one of them",
            "line 6: \"hello\" is no field: write `Name: value`, or an empty line before the text",
            "line 7: `Content-Type` is no field of a draft: write one of From, To, Cc, Bcc, Reply-To, Subject, Attach, Leaves, Remind, or a field that begins with `X-`",
            "line 8: \": x\" is no field: write `Name: value`, or an empty line before the text",
            "line 9: `Bcc` names nobody: write an address, or nothing behind the colon",
        ]
    );
    assert_eq!(
        mistakes(b"From: me@x.example\nTo:\n\nText"),
        ["line 2: nobody gets it: name somebody in `To`, `Cc` or `Bcc`"]
    );
    assert_eq!(
        mistakes(b"To: a@x.example\n\nText"),
        ["line 1: it does not say who writes: write `From: ` and your address"]
    );
    assert_eq!(mistakes(b""), ["line 1: nobody gets it: name somebody in `To`, `Cc` or `Bcc`"]);
}

#[test]
fn bytes_that_are_no_text_are_told_with_their_line() {
    assert!(mistakes(b"To: a@x.example\n\nGr\xfc\xdfe\n")[0].starts_with("line 3: this is not UTF-8: let the editor"));
    assert!(mistakes(b"To: a@x.example\n\na\0b\n")[0].starts_with("line 3: it has a character NUL"));
    assert!(mistakes(&vec![b'a'; 5 * 1024 * 1024])[0].starts_with("line 1: this is larger than 4 MB"));
}

#[test]
fn thousands_of_recipients_are_read_and_too_many_are_told() {
    let people = |count: usize| {
        let all: Vec<String> = (0..count).map(|n| format!("\"P, {n}\" <p{n}@x.example>")).collect();
        format!("From: me@x.example\nTo: {}\n\n", all.join(", "))
    };
    assert_eq!(read_draft(people(10_000).as_bytes()).unwrap().to.len(), 10_000);
    assert_eq!(
        mistakes(people(10_001).as_bytes()),
        ["line 2: `To` names more than 10000 people: write to fewer at once"]
    );
}

fn person() -> impl Strategy<Value = Address> {
    ("[\\p{L}\\p{N} ,.()\"@<>\\\\'-]{0,20}", "[a-z.+]{1,8}", "[a-z]{1,8}").prop_map(|(name, local, domain)| {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        Address::new(name, format!("{local}@{domain}.example"))
    })
}

fn people() -> impl Strategy<Value = Vec<Address>> {
    prop::collection::vec(person(), 0..4)
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        from in person(),
        to in prop::collection::vec(person(), 1..4),
        cc in people(),
        bcc in people(),
        reply_to in people(),
        subject in "[\\p{L}\\p{N}\\p{P}]{1,10}( [\\p{L}\\p{N}\\p{P}]{1,10}){0,4}",
        files in prop::collection::vec("[a-z~/*.]{1,12}", 0..3),
        text in "(\\PC{0,30}\n){0,6}",
        note in "\\PC{0,30}",
    ) {
        let draft = Draft { from, to, cc, bcc, reply_to, subject, files, text, leaves: "next".to_owned(), remind: "tomorrow".to_owned(), fields: vec![("X-A".to_owned(), "b".to_owned())] };
        let file = draft_text(&draft, &[note]);
        prop_assert_eq!(read_draft(file.as_bytes()), Ok(draft), "{}", file);
    }

    #[test]
    fn any_bytes_are_a_draft_or_mistakes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Err(mistakes) = read_draft(&bytes) {
            prop_assert!(!mistakes.is_empty());
            let lines = bytes.split(|byte| *byte == b'\n').count();
            prop_assert!(mistakes.iter().all(|it| (1..=lines).contains(&it.line)));
        }
    }
}
