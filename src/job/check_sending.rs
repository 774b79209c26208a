//! How an identity sends: its server is connected to and logged in to, its command is looked for. Nothing is sent.

use super::check::{Checked, on_path};
use super::text_fields::mistaken_signature;
use crate::config::{Identity, SendConfig, SmtpConfig};
use crate::outgoing::{self, SendLimits};
use crate::source::secret;

/// Whether the program that messages are handed to is there.
#[must_use]
pub fn check_composer(command: &[String]) -> Checked {
    let mut checked = Checked::default();
    let program = command.first().map_or("", String::as_str);
    if !on_path(program) {
        checked.problem(&format!("the program `{program}` is not found"), "check `command` under `[compose]`");
    }
    checked
}

/// Whether a message could be sent as this identity; `composer` where another program writes and sends what is written. A server that
/// does not answer may take some minutes.
#[must_use]
pub fn check_sending(identity: &Identity, composer: bool) -> Checked {
    let mut checked = Checked::default();
    match &identity.send {
        // Another program writes and sends.
        None if composer => {}
        None => checked.problem("nothing says how it is sent", "add `send =` with a server or a command"),
        Some(SendConfig::Smtp(config)) => checked.ask(config),
        Some(SendConfig::Command(words)) => {
            let program = words.first().map_or("", String::as_str);
            if !on_path(program) {
                checked.problem(&format!("the program `{program}` is not found"), "check `command` under `send`");
            }
        }
    }
    if let Some(path) = &identity.signature
        && let Err(error) = std::fs::File::open(path)
    {
        checked.warnings.push(format!("the signature {} cannot be read: {error}", path.display()));
    }
    if let Some(mistaken) = mistaken_signature(identity) {
        checked.problem(&mistaken.to_string(), &mistaken.hint().unwrap_or_default());
    }
    checked
}

impl Checked {
    fn ask(&mut self, config: &SmtpConfig) {
        let secret = match config.login.as_ref().map(|login| secret::fetch(&login.secret)).transpose() {
            Ok(secret) => secret,
            Err(error) => return self.problem(&error.to_string(), error.hint()),
        };
        match outgoing::ask(config, secret.as_ref(), &SendLimits::default()) {
            Ok(offers) => {
                let login = offers.mechanism.map_or_else(
                    || "takes messages without a login".to_owned(),
                    |mechanism| format!("logs in by {mechanism}"),
                );
                let size = offers.largest.map(|bytes| format!(", at most {} MB", bytes / 1_000_000));
                self.facts.push(("server", format!("{login}{}", size.unwrap_or_default())));
            }
            Err(error) => self.problem(&error.to_string(), error.hint()),
        }
    }
}
