//! Messages that leave: by SMTP, or by a command that takes the options of sendmail. One attempt at a time, and for each
//! recipient what became of it: accepted, refused, deferred, or nobody can say.
//!
//! A message may have been taken as soon as the dot that ends it was written, and only then. So a journal is told before that;
//! what is not answered afterwards is unknown, and nobody here sends it again. When to try, and what to do with a recipient that
//! was refused, is decided above. Beside it the script by which a server answers meanwhile (`managesieve`).

mod connection;
mod content;
mod envelope;
mod extensions;
mod failure;
mod login;
mod managesieve;
mod reply;
mod sendmail;
mod session;
mod smtp;
mod transaction;

pub use connection::NoReply;
pub use failure::SmtpError;
pub use managesieve::{
    ManageSieveError, ScriptOffers, ScriptStanding, SieveReplyError, UploadedScript, ask_for_scripts, remove_script,
    upload_script,
};
pub use reply::{ReplyError, ReplyParser, SmtpReply};
pub use smtp::{SmtpOffers, ask};

use std::io;
use std::time::Duration;

use secrecy::SecretString;

use crate::config::SendConfig;
use crate::domain::delivery::DeliveryOutcome;
use crate::net;

/// How many recipients one transaction has: every server takes so many (RFC 5321 §4.5.3.1.8).
const RECIPIENTS: usize = 100;

/// A message and who gets it.
#[derive(Debug, Clone, Copy)]
pub struct Submission<'a> {
    /// The address that failures come back to.
    pub from: &'a str,
    pub recipients: &'a [String],
    /// Its bytes with CRLF line ends, which leave as they are. A last line without an end is given one.
    pub message: &'a [u8],
}

/// What has to be written down while a message leaves. Recipients are numbers: places in the list of the submission.
pub trait DeliveryJournal {
    /// The dot, after which the message may have been taken for these recipients, is about to be written.
    ///
    /// # Errors
    /// If it could not be written down. Then the message is not finished, and nobody gets it.
    fn before_dot(&mut self, recipients: &[usize]) -> io::Result<()>;

    /// It is known what became of it for these recipients: the same for all of them. Each is told once.
    fn settled(&mut self, recipients: &[usize], outcome: &DeliveryOutcome);
}

/// How long each step may take.
#[derive(Debug, Clone)]
pub struct SendLimits {
    /// For a reply to any command.
    pub answer: Duration,
    /// For the reply to the dot. RFC 5321 §4.5.3.2.6 asks for 10 minutes: who gives up earlier sends twice.
    pub after_dot: Duration,
    /// For a command.
    pub command: Duration,
}

impl Default for SendLimits {
    fn default() -> Self {
        Self { answer: net::ANSWER, after_dot: Duration::from_mins(10), command: Duration::from_mins(15) }
    }
}

/// Tries once to send a message, and returns what became of it for each recipient, in their order.
///
/// `secret` is the password or token, if the settings name one.
pub fn send(
    way: &SendConfig,
    secret: Option<&SecretString>,
    submission: &Submission<'_>,
    limits: &SendLimits,
    journal: &mut dyn DeliveryJournal,
) -> Vec<DeliveryOutcome> {
    let mut outcomes = Outcomes { found: vec![None; submission.recipients.len()], journal };
    match way {
        SendConfig::Smtp(config) => smtp::send(config, secret, submission, limits, &mut outcomes),
        SendConfig::Command(words) => sendmail::send(words, submission, limits, &mut outcomes),
    }
    let open = || DeliveryOutcome::Unknown { why: "nothing was noted about it".to_owned() };
    outcomes.found.into_iter().map(|outcome| outcome.unwrap_or_else(open)).collect()
}

/// What is known so far, of which the journal is told.
struct Outcomes<'j> {
    found: Vec<Option<DeliveryOutcome>>,
    journal: &'j mut dyn DeliveryJournal,
}

impl Outcomes<'_> {
    fn is_open(&self, recipient: usize) -> bool {
        self.found.get(recipient).is_some_and(Option::is_none)
    }

    fn are_settled(&self) -> bool {
        self.found.iter().all(Option::is_some)
    }

    /// The first outcome of a recipient stays.
    fn settle(&mut self, recipient: usize, outcome: &DeliveryOutcome) {
        self.settle_all(&[recipient], outcome);
    }

    /// The same for these, as far as their outcome is open.
    fn settle_all(&mut self, recipients: &[usize], outcome: &DeliveryOutcome) {
        let open: Vec<usize> = recipients.iter().copied().filter(|it| self.is_open(*it)).collect();
        for place in &open {
            if let Some(found) = self.found.get_mut(*place) {
                *found = Some(outcome.clone());
            }
        }
        if !open.is_empty() {
            self.journal.settled(&open, outcome);
        }
    }

    /// The same for everybody whose outcome is open.
    fn settle_open(&mut self, outcome: &DeliveryOutcome) {
        let everybody: Vec<usize> = (0..self.found.len()).collect();
        self.settle_all(&everybody, outcome);
    }
}
