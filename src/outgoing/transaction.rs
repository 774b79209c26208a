//! One mail transaction (RFC 5321 §3.3): a message for at most a hundred recipients.
//!
//! The replies to MAIL and RCPT are read in their order, all of them. DATA follows only when somebody was accepted.

use std::fmt::Write as _;
use std::time::Duration;

use super::connection::NoReply;
use super::reply::SmtpReply;
use super::session::SmtpSession;
use super::{Outcomes, SendLimits};
use crate::domain::delivery::{DeliveryFailure, DeliveryOutcome, DeliveryStage};

/// How long to look for an answer that came before the message was at its end.
const GLANCE: Duration = Duration::from_millis(1);
/// How long to wait for the words of a server that stopped taking the message.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What all transactions of a message have in common.
#[derive(Debug)]
pub(super) struct Transaction<'a> {
    pub(super) host: &'a str,
    pub(super) limits: &'a SendLimits,
    /// The command MAIL with its parameters, without a line end.
    pub(super) mail: String,
    /// The message with its dots doubled.
    pub(super) stuffed: &'a [u8],
}

/// Why no transaction can follow on this connection, and what that means for those who wait.
pub(super) struct Stopped(pub(super) DeliveryFailure);

impl Transaction<'_> {
    /// Sends the message to these recipients: numbers and addresses. Who is to be tried in another transaction, as the
    /// server takes no more in this one, is returned.
    pub(super) fn run(
        &self,
        session: &mut SmtpSession,
        recipients: &[(usize, &str)],
        outcomes: &mut Outcomes<'_>,
    ) -> Result<Vec<usize>, Stopped> {
        let mut accepted = Vec::new();
        let mut postponed = Vec::new();
        let named = self.name(session, recipients, outcomes, &mut accepted, &mut postponed);
        let sent = named.and_then(|()| {
            if accepted.is_empty() { self.reset(session) } else { self.send(session, &accepted, outcomes) }
        });
        if let Err(Stopped(failure)) = &sent {
            outcomes.settle_all(&numbers(recipients), &DeliveryOutcome::Deferred(failure.clone()));
        }
        sent.map(|()| postponed)
    }

    /// MAIL and RCPT.
    fn name(
        &self,
        session: &mut SmtpSession,
        recipients: &[(usize, &str)],
        outcomes: &mut Outcomes<'_>,
        accepted: &mut Vec<usize>,
        postponed: &mut Vec<usize>,
    ) -> Result<(), Stopped> {
        let at_once = session.extensions.has("PIPELINING");
        let mut first = format!("{}\r\n", self.mail);
        if at_once {
            for (_, address) in recipients {
                let _ = write!(first, "RCPT TO:<{address}>\r\n");
            }
        }
        let mail = session.connection.command(&first).and_then(|()| session.connection.reply());
        let mail = mail.map_err(|error| self.lost(DeliveryStage::Mail, &error))?;
        let taken = mail.class() == 2;
        for (recipient, address) in recipients {
            if !at_once {
                if !taken {
                    break;
                }
                let asked = session.connection.command(&format!("RCPT TO:<{address}>\r\n"));
                asked.map_err(|error| self.lost(DeliveryStage::Rcpt, &error))?;
            }
            if mail.code == 421 {
                break;
            }
            let reply = session.connection.reply().map_err(|error| self.lost(DeliveryStage::Rcpt, &error))?;
            if !taken {
                continue;
            }
            match reply.code {
                200..300 => accepted.push(*recipient),
                421 => return Err(Stopped(reply.failure(DeliveryStage::Rcpt))),
                452 if is_too_many(&reply) && !accepted.is_empty() => postponed.push(*recipient),
                _ => outcomes.settle(*recipient, &refused(&reply, DeliveryStage::Rcpt)),
            }
        }
        if taken {
            return Ok(());
        }
        outcomes.settle_all(&numbers(recipients), &refused(&mail, DeliveryStage::Mail));
        if mail.code == 421 { Err(Stopped(mail.failure(DeliveryStage::Mail))) } else { Ok(()) }
    }

    /// DATA, the message and the dot.
    fn send(&self, session: &mut SmtpSession, accepted: &[usize], outcomes: &mut Outcomes<'_>) -> Result<(), Stopped> {
        let connection = &mut session.connection;
        let lost = |error: NoReply| self.lost(DeliveryStage::Data, &error);
        let go = connection.command("DATA\r\n").and_then(|()| connection.reply()).map_err(lost)?;
        if go.code != 354 {
            if !matches!(go.class(), 4 | 5) || go.code == 421 {
                return Err(Stopped(go.failure(DeliveryStage::Data)));
            }
            outcomes.settle_all(accepted, &refused(&go, DeliveryStage::Data));
            return self.reset(session);
        }
        let sent = connection.send(self.stuffed);
        // A server that answers now has not taken the message: its words are not those for the dot.
        let wait = if sent.is_ok() { GLANCE } else { LAST_WORDS };
        if sent.is_err() || connection.has_input_within(wait).map_err(lost)? {
            let early = connection.reply_within(LAST_WORDS).map_err(|error| sent.err().unwrap_or(error));
            let early = early.map_err(lost)?;
            if early.class() == 5 {
                outcomes.settle_all(accepted, &refused(&early, DeliveryStage::Data));
            }
            return Err(Stopped(early.failure(DeliveryStage::Data)));
        }
        outcomes.journal.before_dot(accepted).map_err(|error| {
            let text = format!("it could not be written down that it was about to leave: {error}");
            Stopped(DeliveryFailure::here(DeliveryStage::Data, text))
        })?;
        let answer = connection.send(b".\r\n").and_then(|()| connection.reply_within(self.limits.after_dot));
        let outcome = self.after_dot(&answer);
        outcomes.settle_all(accepted, &outcome);
        match answer {
            Ok(reply) if reply.code != 421 && matches!(reply.class(), 2 | 4 | 5) => Ok(()),
            Ok(reply) => Err(Stopped(reply.failure(DeliveryStage::Data))),
            Err(error) => Err(self.lost(DeliveryStage::Data, &error)),
        }
    }

    /// What the answer to the dot means. A server may have handed the message on before it lost what it says that it lost
    /// (421, or an enhanced code 4.4.x), so that is no refusal, wherever in the reply it stands. A 2xx is a yes, though, whatever its text
    /// says: the first digit decides (RFC 5321 §4.2.1).
    fn after_dot(&self, answer: &Result<SmtpReply, NoReply>) -> DeliveryOutcome {
        let reply = match answer {
            Ok(reply) => reply,
            Err(error) => return DeliveryOutcome::Unknown { why: format!("{}: {error}", self.host) },
        };
        let lost = reply.tells_of_a_lost_connection();
        match reply.class() {
            2 => DeliveryOutcome::Accepted { reply: reply.shown() },
            5 if !lost => DeliveryOutcome::Refused(reply.failure(DeliveryStage::Dot)),
            4 if !lost => DeliveryOutcome::Deferred(reply.failure(DeliveryStage::Dot)),
            _ => DeliveryOutcome::Unknown { why: format!("{}: {} {}", self.host, reply.code, reply.shown()) },
        }
    }

    /// Makes room for another transaction, when nobody was accepted.
    fn reset(&self, session: &mut SmtpSession) -> Result<(), Stopped> {
        let connection = &mut session.connection;
        let reply = connection.command("RSET\r\n").and_then(|()| connection.reply());
        let reply = reply.map_err(|error| self.lost(DeliveryStage::Mail, &error))?;
        if reply.class() == 2 { Ok(()) } else { Err(Stopped(reply.failure(DeliveryStage::Mail))) }
    }

    fn lost(&self, stage: DeliveryStage, error: &NoReply) -> Stopped {
        let text = format!("{}: {error}; it was not sent", self.host);
        Stopped(DeliveryFailure::here(stage, text))
    }
}

fn numbers(recipients: &[(usize, &str)]) -> Vec<usize> {
    recipients.iter().map(|(number, _)| *number).collect()
}

/// What a reply that does not accept means before the dot.
fn refused(reply: &SmtpReply, stage: DeliveryStage) -> DeliveryOutcome {
    let failure = reply.failure(stage);
    if reply.class() == 5 { DeliveryOutcome::Refused(failure) } else { DeliveryOutcome::Deferred(failure) }
}

/// Whether 452 says that there are too many recipients (RFC 5321 §4.5.3.1.10), and not that a mailbox is full.
fn is_too_many(reply: &SmtpReply) -> bool {
    reply.enhanced.is_none_or(|it| (it.subject, it.detail) == (5, 3))
}
