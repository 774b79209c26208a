//! Messages that leave: what became of them for each recipient, whatever the server does.

mod arrived;
#[cfg(unix)]
mod commands;
mod cuts;
mod faults;
mod groups;
mod logins;
mod managesieve;
#[cfg(unix)]
mod real_commands;
mod real_servers;
mod trust;

use std::io;
use std::time::Duration;

use secrecy::SecretString;
use tidebox::config::{Auth, Secret, Security, SendConfig, SmtpConfig, SmtpLogin};
use tidebox::domain::delivery::{DeliveryFailure, DeliveryOutcome, DeliveryStage};
use tidebox::outgoing::{DeliveryJournal, SendLimits, Submission, send};

use crate::support::servers::submission::{SubmissionServer, USER};

/// A short message with dots where they matter.
const MESSAGE: &[u8] = b"From: me@example.org\r\nSubject: dots\r\n\r\n.\r\n..\r\n.a\r\nend.\r\n";

/// What was written down while a message left, in order.
#[derive(Debug, Default, PartialEq, Eq)]
struct Noted {
    dots: Vec<Vec<usize>>,
    settled: Vec<usize>,
    /// The number of the dot that cannot be written down.
    fails_at: Option<usize>,
}

impl DeliveryJournal for Noted {
    fn before_dot(&mut self, recipients: &[usize]) -> io::Result<()> {
        if self.fails_at == Some(self.dots.len()) {
            return Err(io::Error::other("the disk is full"));
        }
        self.dots.push(recipients.to_vec());
        Ok(())
    }

    fn settled(&mut self, recipients: &[usize], _: &DeliveryOutcome) {
        assert!(!recipients.iter().any(|it| self.settled.contains(it)), "told twice");
        self.settled.extend(recipients);
    }
}

fn server(port: u16) -> SmtpConfig {
    SmtpConfig { host: "127.0.0.1".to_owned(), port, security: Security::None, ca: None, login: None }
}

fn login(auth: Auth) -> SmtpLogin {
    SmtpLogin { user: "me".to_owned(), auth, secret: Secret::Variable("NOBODY_READS_THIS".to_owned()) }
}

/// As the server's only account, with TLS or STARTTLS.
fn account(server: &SubmissionServer, security: Security) -> SmtpConfig {
    SmtpConfig {
        host: "localhost".to_owned(),
        port: if security == Security::Tls { server.tls_port } else { server.port },
        security,
        ca: Some(server.authority()),
        login: Some(SmtpLogin { user: USER.to_owned(), ..login(Auth::Password) }),
    }
}

/// Short waits, so that a silent server does not hold up the tests.
fn limits() -> SendLimits {
    SendLimits {
        answer: Duration::from_millis(1500),
        after_dot: Duration::from_millis(1500),
        command: Duration::from_secs(20),
    }
}

fn addresses(recipients: &[&str]) -> Vec<String> {
    recipients.iter().map(|it| if it.contains('@') { (*it).to_owned() } else { format!("{it}@x.example") }).collect()
}

/// Sends through a server without a login.
fn sent(config: &SmtpConfig, recipients: &[&str], message: &[u8]) -> (Vec<DeliveryOutcome>, Noted) {
    sent_with(config, None, &addresses(recipients), message, Noted::default())
}

fn sent_with(
    config: &SmtpConfig,
    secret: Option<&str>,
    recipients: &[String],
    message: &[u8],
    mut noted: Noted,
) -> (Vec<DeliveryOutcome>, Noted) {
    let way = SendConfig::Smtp(Box::new(config.clone()));
    let secret = secret.map(SecretString::from);
    let submission = Submission { from: "me@example.org", recipients, message };
    let outcomes = send(&way, secret.as_ref(), &submission, &limits(), &mut noted);
    assert_eq!(outcomes.len(), recipients.len());
    assert_eq!(noted.settled.len(), recipients.len(), "each is settled");
    (outcomes, noted)
}

/// An outcome in a word or two.
fn word(outcome: &DeliveryOutcome) -> String {
    let told = |word: &str, failure: &DeliveryFailure| {
        let code = failure.code.map(|code| format!(" {code}")).unwrap_or_default();
        let enhanced = failure.enhanced.map(|code| format!(" {code}")).unwrap_or_default();
        format!("{word} {}{code}{enhanced}", failure.stage)
    };
    match outcome {
        DeliveryOutcome::Accepted { .. } => "accepted".to_owned(),
        DeliveryOutcome::Refused(failure) => told("refused", failure),
        DeliveryOutcome::Deferred(failure) => told("deferred", failure),
        DeliveryOutcome::Unknown { .. } => "unknown".to_owned(),
    }
}

fn words(outcomes: &[DeliveryOutcome]) -> Vec<String> {
    outcomes.iter().map(word).collect()
}

/// The words for people.
fn text(outcome: &DeliveryOutcome) -> &str {
    match outcome {
        DeliveryOutcome::Accepted { reply } => reply,
        DeliveryOutcome::Refused(failure) | DeliveryOutcome::Deferred(failure) => &failure.text,
        DeliveryOutcome::Unknown { why } => why,
    }
}

fn stage(outcome: &DeliveryOutcome) -> Option<DeliveryStage> {
    match outcome {
        DeliveryOutcome::Refused(failure) | DeliveryOutcome::Deferred(failure) => Some(failure.stage),
        DeliveryOutcome::Accepted { .. } | DeliveryOutcome::Unknown { .. } => None,
    }
}
