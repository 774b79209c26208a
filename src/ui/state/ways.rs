//! The ways that a deferral can go, as the picker lists them.

use crate::domain::triage::Until;
use crate::ui::event::Places;

/// One line of the picker: its key, what it is (nothing where the line above says it), where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    pub key: char,
    pub what: &'static str,
    pub until: Until,
}

/// What the picker offers, in order.
#[must_use]
pub fn ways(places: &Places) -> Vec<Way> {
    let named = [
        ('n', "the next check-in", places.next.as_ref()),
        ('t', "tomorrow's first", places.tomorrow.as_ref()),
        ('w', "next week's first", places.next_week.as_ref()),
    ];
    let mut ways: Vec<Way> = Vec::new();
    for (key, what, until) in named {
        ways.extend(until.map(|until| Way { key, what, until: until.clone() }));
    }
    for (key, until) in ('2'..='9').zip(places.ahead.iter().skip(1)) {
        // Said once; the lines below it go on counting.
        let what = if key == '2' { "that many check-ins ahead" } else { "" };
        ways.push(Way { key, what, until: until.clone() });
    }
    ways
}
