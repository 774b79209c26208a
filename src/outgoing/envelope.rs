//! The addresses of a message as servers and commands take them.

use super::{Outcomes, Submission};
use crate::domain::delivery::{DeliveryFailure, DeliveryOutcome, DeliveryStage};
use crate::domain::printable::Printable;
use crate::mail::for_envelope;

/// The sender and the recipients, with their domains in ASCII.
#[derive(Debug)]
pub(super) struct Envelopes {
    pub(super) from: String,
    to: Vec<String>,
}

impl Envelopes {
    /// Reads the addresses. A recipient whose address is none is refused; with a sender whose address is none all are.
    pub(super) fn of(submission: &Submission<'_>, outcomes: &mut Outcomes<'_>) -> Self {
        let from = for_envelope(submission.from).unwrap_or_default();
        if from.is_empty() {
            outcomes.settle_open(&no_address(submission.from));
        }
        let to = submission.recipients.iter().enumerate().map(|(recipient, address)| {
            let read = for_envelope(address).unwrap_or_default();
            if read.is_empty() {
                outcomes.settle(recipient, &no_address(address));
            }
            read
        });
        let to = to.collect();
        Self { from, to }
    }

    pub(super) fn address(&self, recipient: usize) -> &str {
        self.to.get(recipient).map_or("", String::as_str)
    }
}

/// A refusal of our own, before anything of the message has left.
pub(super) fn before_leaving(text: String) -> DeliveryOutcome {
    DeliveryOutcome::Refused(DeliveryFailure::here(DeliveryStage::Mail, text))
}

fn no_address(written: &str) -> DeliveryOutcome {
    before_leaving(format!("{} is no address that mail can be sent to", Printable::address(written).cut(80)))
}
