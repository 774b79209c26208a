//! Any text may stand in a calendar: it is read, worked out and told as a card without a panic, within the width, and with nothing
//! in it that acts on a terminal.
#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use tidebox::domain::invitation::{InvitationContext, card};
use tidebox::domain::printable::forbidden;
use tidebox::domain::schedule::Zone;
use tidebox::mail;

fuzz_target!(|text: &[u8]| {
    let mut raw = b"To: mara@home.example\r\nContent-Type: text/calendar\r\n\r\n".to_vec();
    raw.extend_from_slice(text);
    let Some(invitation) = mail::invitation(&raw) else { return };
    if let Some(facts) = invitation.facts() {
        assert!(facts.span.is_none_or(|(starts, ends)| starts <= ends));
    }
    let context = InvitationContext { before: Some(Box::new(invitation.clone())), ..InvitationContext::default() };
    for seconds in [0, 1_800_000_000, 253_402_300_799] {
        let now = DateTime::from_timestamp(seconds, 0).expect("an instant");
        for line in card(&invitation, &context, now, Zone::UTC, 60) {
            let text = line.to_string();
            assert!(!text.chars().any(forbidden), "{text:?}");
            assert!(line.text.width() <= 60, "{text}");
        }
    }
});
