//! The check-ins that a message can be deferred to, as the picker lists them.

use crate::domain::defer_choices::DeferChoices;
use crate::domain::until::Until;

/// The keys of the choices that have a name; the others are reached by their number.
pub const NAMED: [char; 3] = ['n', 't', 'w'];

/// The key by which an answer brings the message back before its check-in.
pub const OR_REPLY: char = 'r';

/// One line of the picker: its key, what it is (nothing where the line above says it), where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    pub key: char,
    pub what: &'static str,
    pub until: Until,
}

/// What the picker offers, in order.
#[must_use]
pub fn ways(choices: &DeferChoices) -> Vec<Way> {
    let whats = ["the next check-in", "the first from tomorrow on", "the first from next week on"];
    let named = [&choices.next, &choices.tomorrow, &choices.next_week];
    let mut ways: Vec<Way> = Vec::new();
    for ((key, what), until) in NAMED.into_iter().zip(whats).zip(named) {
        ways.extend(until.as_ref().map(|until| Way { key, what, until: until.clone() }));
    }
    for (key, until) in ('2'..='9').zip(choices.ahead.iter().skip(1)) {
        // Said once; the lines below it go on counting.
        let what = if key == '2' { "that many check-ins ahead" } else { "" };
        ways.push(Way { key, what, until: until.clone() });
    }
    ways
}
