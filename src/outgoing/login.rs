//! Logging in: AUTH (RFC 4954) with the best mechanism that server and settings allow.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};

use super::connection::{NoReply, SmtpConnection};
use super::extensions::Extensions;
use super::failure::SmtpError;
use super::reply::SmtpReply;
use crate::config::{Auth, Security, SmtpConfig, SmtpLogin};
use crate::domain::delivery::DeliveryStage;
use crate::domain::printable::Printable;
use crate::net::sasl::{CANCEL, SaslCredentials, SaslError, SaslExchange, SaslMechanism};

/// The longest command line, with its line end (RFC 5321 §4.5.3.1.4). A longer initial response follows the first challenge.
const LINE_BYTES: usize = 512;
/// How many columns of what a server says of a token are shown.
const STATUS: usize = 60;
/// How many challenges an exchange may have: no mechanism has more than three.
const CHALLENGES: usize = 8;

/// The mechanism to use: the one that was asked for, or else the best that is offered. Without `scram`, SCRAM-SHA-256 is not
/// among these, so that the password itself is sent.
pub(super) fn choose(auth: Auth, offered: impl Fn(SaslMechanism) -> bool, scram: bool) -> Option<SaslMechanism> {
    let asked = match auth {
        Auth::Password => {
            let among = [SaslMechanism::ScramSha256, SaslMechanism::Plain, SaslMechanism::Login];
            let fits = |it: &SaslMechanism| offered(*it) && (scram || *it != SaslMechanism::ScramSha256);
            return among.into_iter().find(fits);
        }
        Auth::Login => SaslMechanism::Login,
        Auth::Plain => SaslMechanism::Plain,
        Auth::ScramSha256 => SaslMechanism::ScramSha256,
        Auth::XOAuth2 => SaslMechanism::XOAuth2,
        Auth::OAuthBearer => SaslMechanism::OAuthBearer,
    };
    offered(asked).then_some(asked)
}

/// Logs in, and returns by which mechanism. Some servers offer SCRAM to everybody and refuse it for users whose password they
/// store in another form: then, over TLS, the password itself is sent.
pub(super) fn log_in(
    connection: &mut SmtpConnection,
    config: &SmtpConfig,
    login: &SmtpLogin,
    secret: &SecretString,
    extensions: &Extensions,
) -> Result<SaslMechanism, SmtpError> {
    let encrypted = config.security != Security::None;
    let credentials = SaslCredentials { user: &login.user, secret, host: &config.host, port: config.port };
    let preparable = credentials.are_preparable();
    let chosen = |scram| choose(login.auth, |mechanism| extensions.has_mechanism(mechanism), scram);
    let no_way = || SmtpError::NoWay { host: config.host.clone(), asked: login.auth != Auth::Password };
    let mechanism = chosen(!encrypted || preparable).ok_or_else(no_way)?;
    let first = exchange(connection, &credentials, mechanism);
    let again = login.auth == Auth::Password && mechanism == SaslMechanism::ScramSha256 && encrypted;
    match (first, chosen(false)) {
        (Err(SmtpError::Login { .. }), Some(other)) if again => {
            exchange(connection, &credentials, other).map(|()| other)
        }
        (ended, _) => ended.map(|()| mechanism),
    }
}

fn exchange(
    connection: &mut SmtpConnection,
    credentials: &SaslCredentials<'_>,
    mechanism: SaslMechanism,
) -> Result<(), SmtpError> {
    let host = credentials.host;
    let lost = |error: NoReply| SmtpError::NoReply { host: host.to_owned(), stage: DeliveryStage::Auth, error };
    let mut exchange = SaslExchange::start(mechanism, credentials).map_err(|error| failure(host, error))?;
    let mut line = format!("AUTH {}", mechanism.name());
    let mut waiting = exchange.initial_response();
    let fits = |initial: &SecretString| line.len() + 1 + initial.expose_secret().len() + 2 <= LINE_BYTES;
    if waiting.as_ref().is_some_and(fits)
        && let Some(initial) = waiting.take()
    {
        line.push(' ');
        line.push_str(if initial.expose_secret().is_empty() { "=" } else { initial.expose_secret() });
    }
    send(connection, &line.into()).map_err(lost)?;
    let (mut status, mut given_up) = (String::new(), None);
    for _ in 0..CHALLENGES {
        let reply = connection.reply().map_err(lost)?;
        match reply.code {
            334 if given_up.is_some() => break,
            334 if waiting.is_some() => send(connection, &waiting.take().unwrap_or_default()).map_err(lost)?,
            334 => {
                if mechanism.takes_token() {
                    status = token_status(&reply.text);
                }
                let response = exchange.answer(&reply.text).unwrap_or_else(|error| {
                    given_up = Some(error);
                    CANCEL.into()
                });
                send(connection, &response).map_err(lost)?;
            }
            235 if given_up.is_none() => return exchange.finish().map_err(|error| failure(host, error)),
            _ => {
                let ended = Err(refused(host, mechanism, reply, status));
                return given_up.map_or(ended, |error| Err(failure(host, error)));
            }
        }
    }
    let what = "there are more challenges than the mechanism has";
    Err(given_up.map_or(SmtpError::BrokenLogin { host: host.to_owned(), what }, |error| failure(host, error)))
}

fn send(connection: &mut SmtpConnection, line: &SecretString) -> Result<(), NoReply> {
    let line: SecretString = format!("{}\r\n", line.expose_secret()).into();
    connection.command(line.expose_secret())
}

/// What a refusal means: 4xx is none of the person or the password (RFC 4954 §6).
fn refused(host: &str, mechanism: SaslMechanism, reply: SmtpReply, status: String) -> SmtpError {
    let host = host.to_owned();
    match reply.class() {
        4 => SmtpError::NotNow { host, stage: DeliveryStage::Auth, reply },
        5 => SmtpError::Login { host, token: mechanism.takes_token(), reply, status },
        _ => SmtpError::BrokenLogin { host, what: "its reply is neither a challenge nor an end" },
    }
}

fn failure(host: &str, error: SaslError) -> SmtpError {
    let host = host.to_owned();
    match error {
        SaslError::Unpreparable => SmtpError::Unpreparable,
        SaslError::Unsendable => SmtpError::Unsendable,
        SaslError::NoRandom(_) => SmtpError::NoRandom,
        // The server-error of SCRAM (RFC 5802 §7): the password is wrong, or the user is not known.
        SaslError::Refused(words) => {
            let reply = SmtpReply { code: 535, enhanced: None, text: words.into_bytes() };
            SmtpError::Login { host, token: false, reply, status: String::new() }
        }
        SaslError::Broken(what) => SmtpError::BrokenLogin { host, what },
        SaslError::Unproved => SmtpError::Unproved { host },
    }
}

/// The `status` in what a server sends before it refuses a token (RFC 7628 §3.2.2): JSON in base64.
fn token_status(challenge: &[u8]) -> String {
    let json = STANDARD.decode(challenge.trim_ascii()).ok();
    let json = json.and_then(|json| serde_json::from_slice::<serde_json::Value>(&json).ok());
    let status = json.as_ref().and_then(|json| json.get("status")?.as_str()).unwrap_or_default();
    Printable::from(status).cut(STATUS).as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{choose, token_status};
    use crate::config::Auth;
    use crate::net::sasl::SaslMechanism::{self, Login, OAuthBearer, Plain, ScramSha256, XOAuth2};

    #[test]
    fn the_best_that_is_offered_is_taken_and_nothing_that_is_not() {
        let chosen = |auth, offered: &[SaslMechanism], scram| choose(auth, |it| offered.contains(&it), scram);
        assert_eq!(chosen(Auth::Password, &[Login, Plain, ScramSha256], true), Some(ScramSha256));
        assert_eq!(chosen(Auth::Password, &[Login, Plain, ScramSha256], false), Some(Plain));
        assert_eq!(chosen(Auth::Password, &[Login, XOAuth2], true), Some(Login));
        assert_eq!(chosen(Auth::Password, &[XOAuth2], true), None);
        assert_eq!(chosen(Auth::Login, &[Plain], true), None);
        assert_eq!(chosen(Auth::ScramSha256, &[ScramSha256], false), Some(ScramSha256), "it was asked for");
        assert_eq!(chosen(Auth::OAuthBearer, &[XOAuth2, OAuthBearer], true), Some(OAuthBearer));
    }

    #[test]
    fn what_a_server_says_of_a_token_is_shown() {
        // {"status":"401","schemes":"bearer"}
        assert_eq!(token_status(b"eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIn0="), "401");
        assert_eq!(token_status(b"no base64"), "");
        assert_eq!(token_status(b""), "");
    }
}
