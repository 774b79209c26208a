//! Any bytes may be what an editor leaves behind: each mistake is told with a line that is there; what is read is written and read
//! again the same; and what is built of it is 7-bit mail that names nobody who is to stay hidden.
#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use tidebox::domain::answering::{Draft, warnings};
use tidebox::mail::{self, AnsweredIds, NewMessage};

fuzz_target!(|bytes: &[u8]| {
    let _ = mail::read_template(bytes);
    if let Ok(text) = str::from_utf8(bytes) {
        let _ = mail::read_mailto(text);
        let _ = mail::leaving_message(text);
        assert!(mail::quote_passage(text).lines().all(|line| line.starts_with('>')));
    }
    match mail::read_draft(bytes) {
        Err(mistakes) => {
            let lines = bytes.split(|byte| *byte == b'\n').count();
            assert!(!mistakes.is_empty());
            assert!(mistakes.iter().all(|it| (1..=lines.max(1)).contains(&it.line)), "{mistakes:?} of {lines}");
        }
        Ok(draft) => {
            let written = mail::draft_text(&draft, &["a note".to_owned()]);
            // Control characters in a field are blanks from the first writing on.
            let again = mail::read_draft(written.as_bytes()).unwrap_or_else(|it| panic!("{it:?}: {written:?}"));
            assert_eq!((again.recipients(), &again.text), (draft.recipients(), &draft.text), "{written:?}");
            assert_eq!(mail::draft_text(&again, &["a note".to_owned()]), written);
            let _ = warnings(&draft, &[]);
            let _ = mail::mailto_url(&draft, &AnsweredIds::default());
            let _ = mail::draft_message(&draft, &AnsweredIds::default(), &[]);
            built(&draft);
        }
    }
});

/// What would leave.
fn built(draft: &Draft) {
    let Ok(bytes) = mail::build(&NewMessage {
        from: draft.from.clone(),
        to: draft.to.clone(),
        cc: draft.cc.clone(),
        reply_to: draft.reply_to.clone(),
        subject: draft.subject.clone(),
        date: DateTime::from_timestamp(1_800_000_000, 0).expect("an instant").fixed_offset(),
        message_id: "1@home.example".to_owned(),
        in_reply_to: None,
        references: Vec::new(),
        fields: draft.fields.clone(),
        text: draft.text.clone(),
        files: Vec::new(),
    }) else {
        return;
    };
    // A local part that is not ASCII is written as it is (RFC 6531).
    let people = [&draft.from].into_iter().chain(&draft.to).chain(&draft.cc).chain(&draft.reply_to);
    let plain = people.filter_map(|it| it.address.rsplit_once('@')).all(|(local, _)| local.is_ascii());
    assert!(!plain || mail::is_seven_bit(&bytes), "{}", bytes.escape_ascii());
    assert!(bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 999), "a line is too long");
    assert!(bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'\n' => at > 0 && bytes[at - 1] == b'\r',
        b'\r' => bytes.get(at + 1) == Some(&b'\n'),
        byte => *byte != 0,
    }));
    let heading = bytes.windows(4).position(|it| it == b"\r\n\r\n").map_or(&bytes[..], |end| &bytes[..end]);
    let names = heading.split(|byte| *byte == b'\n').filter(|line| !line.starts_with(b" ") && !line.starts_with(b"\t"));
    for line in names {
        assert!(!line.get(..4).is_some_and(|name| name.eq_ignore_ascii_case(b"bcc:")), "{}", line.escape_ascii());
    }
    let envelope = mail::parse(&bytes).envelope;
    assert_eq!(envelope.message_id.as_deref(), Some("1@home.example"));
    assert_eq!(envelope.to.len(), draft.to.len() + draft.cc.len());
}
