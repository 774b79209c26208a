//! Any message can be answered and forwarded: nobody gets an answer twice or to themselves alone, the quote is a quote, and the
//! answer's draft is read as it was written.
#![no_main]

#[allow(dead_code, reason = "the targets that show letters use more of it")]
mod shared;

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use tidebox::domain::address::Address;
use tidebox::domain::answering::{
    AnswerScope, OwnAddress, OwnAddresses, forward_subject, recipients, references, reply_subject, same_mailbox,
};
use tidebox::mail::{self, NewMessage};

fuzz_target!(init: shared::listen(), |raw: &[u8]| {
    let answered = mail::answered_message(raw);
    let mailbox = Address::new("Me", "me@home.example");
    let own = OwnAddresses(vec![OwnAddress { mailbox, aliases: vec!["*@my.example".to_owned()] }]);
    for scope in [AnswerScope::Author, AnswerScope::Everybody, AnswerScope::List] {
        let Ok(found) = recipients(&answered, scope, &own) else { continue };
        assert!(!found.to.is_empty());
        let all: Vec<&Address> = found.to.iter().chain(&found.cc).take(60).collect();
        for (place, person) in all.iter().enumerate() {
            let again = all[place + 1..].iter().find(|it| same_mailbox(&it.address, &person.address));
            assert!(again.is_none(), "{person:?} and {again:?} are one");
        }
    }
    // However broken the ids of a message are, it can be answered.
    let answer = NewMessage {
        from: Address::new("Me", "me@home.example"),
        to: vec![Address::new("Ann", "ann@example.org")],
        cc: Vec::new(),
        reply_to: Vec::new(),
        subject: reply_subject(&answered.subject),
        date: DateTime::from_timestamp(1_800_000_000, 0).expect("an instant").fixed_offset(),
        message_id: "1@home.example".to_owned(),
        in_reply_to: answered.message_id.clone(),
        references: references(&answered),
        fields: Vec::new(),
        text: mail::quote(raw),
        files: Vec::new(),
    };
    let bytes = mail::build(&answer).unwrap_or_else(|error| panic!("{error}: {answer:?}"));
    assert!(mail::is_seven_bit(&bytes));
    let _ = forward_subject(&answered.subject);
    assert!(mail::quote(raw).lines().all(|line| line.starts_with('>')));
    let _ = mail::forwarded_text(raw);
    let _ = mail::unsubscribe_offer(raw, Some("mx.home.example"));
});
