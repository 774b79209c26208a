//! Sending by SMTP (RFC 5321): one connection, one attempt, and what became of it for each recipient.

use std::collections::VecDeque;

use secrecy::SecretString;

use super::content::{needs, stuffed};
use super::envelope::{Envelopes, before_leaving};
use super::failure::SmtpError;
use super::session::SmtpSession;
use super::transaction::{Stopped, Transaction};
use super::{Outcomes, RECIPIENTS, SendLimits, Submission};
use crate::config::SmtpConfig;
use crate::domain::delivery::DeliveryOutcome;

/// What a server says of itself after the login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpOffers {
    /// By which mechanism somebody was logged in.
    pub mechanism: Option<&'static str>,
    /// The largest message that it takes, in bytes.
    pub largest: Option<u64>,
    /// Whether it takes addresses with other letters than ASCII before the `@` (RFC 6531).
    pub utf8: bool,
}

/// Connects and logs in, and sends nothing.
///
/// # Errors
/// Why a message could not be sent there.
pub fn ask(config: &SmtpConfig, secret: Option<&SecretString>, limits: &SendLimits) -> Result<SmtpOffers, SmtpError> {
    let session = SmtpSession::open(config, secret, limits)?;
    let offers = SmtpOffers {
        mechanism: session.mechanism.map(crate::net::sasl::SaslMechanism::name),
        largest: session.extensions.largest(),
        utf8: session.extensions.has("SMTPUTF8"),
    };
    session.quit();
    Ok(offers)
}

/// Sends a message to those whose outcome is open.
pub(super) fn send(
    config: &SmtpConfig,
    secret: Option<&SecretString>,
    submission: &Submission<'_>,
    limits: &SendLimits,
    outcomes: &mut Outcomes<'_>,
) {
    let needs = match needs(submission.message) {
        Ok(needs) => needs,
        Err(why) => return outcomes.settle_open(&before_leaving(format!("no server takes this message: {why}"))),
    };
    let envelopes = Envelopes::of(submission, outcomes);
    if outcomes.are_settled() {
        return;
    }
    let mut session = match SmtpSession::open(config, secret, limits) {
        Ok(session) => session,
        Err(error) => return outcomes.settle_open(&error.outcome()),
    };
    let offers = &session.extensions;
    let size = submission.message.len();
    if let Some(largest) = offers.largest().filter(|largest| size as u64 > *largest) {
        let text = format!("{} takes at most {largest} bytes, and the message has {size}", config.host);
        outcomes.settle_open(&before_leaving(text));
    }
    if needs.eight_bit && !offers.has("8BITMIME") {
        let text = format!("{} takes only 7-bit text, and an attached message is not", config.host);
        outcomes.settle_open(&before_leaving(text));
    }
    let everybody_utf8 = needs.utf8 || !envelopes.from.is_ascii();
    let mut parameters = String::new();
    if offers.has("SIZE") {
        parameters.push_str(&format!(" SIZE={size}"));
    }
    if needs.eight_bit {
        parameters.push_str(" BODY=8BITMIME");
    }
    let stuffed = stuffed(submission.message);
    for utf8 in [false, true] {
        let mut waiting: VecDeque<usize> = (0..submission.recipients.len())
            .filter(|recipient| outcomes.is_open(*recipient))
            .filter(|recipient| (everybody_utf8 || !envelopes.address(*recipient).is_ascii()) == utf8)
            .collect();
        if utf8 && !waiting.is_empty() && !session.extensions.has("SMTPUTF8") {
            let text = format!("{} takes only addresses in ASCII before the @", config.host);
            outcomes.settle_all(waiting.make_contiguous(), &before_leaving(text));
            break;
        }
        let word = if utf8 { " SMTPUTF8" } else { "" };
        let mail = format!("MAIL FROM:<{}>{parameters}{word}", envelopes.from);
        let transaction = Transaction { host: &config.host, limits, mail, stuffed: &stuffed };
        while !waiting.is_empty() {
            let group: Vec<usize> = waiting.drain(..waiting.len().min(RECIPIENTS)).collect();
            let named: Vec<(usize, &str)> = group.iter().map(|it| (*it, envelopes.address(*it))).collect();
            match transaction.run(&mut session, &named, outcomes) {
                Ok(postponed) => postponed.into_iter().rev().for_each(|it| waiting.push_front(it)),
                Err(Stopped(failure)) => return outcomes.settle_open(&DeliveryOutcome::Deferred(failure)),
            }
        }
    }
    session.quit();
}
