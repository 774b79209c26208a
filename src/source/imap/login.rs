//! Logging in: which method is used, how SASL is carried in IMAP (RFC 9051 §6.2.2, RFC 4959), and what a refusal means.

use secrecy::{ExposeSecret as _, SecretString};

use super::capabilities::Capabilities;
use super::command::ImapCommand;
use super::failure::{ImapError, printable_text};
use super::pipeline::Pipeline;
use super::refusal::{RefusalKind, classify};
use super::status::{StatusCondition, StatusResponse};
use super::untagged::{self, ServerResponse, Untagged};
use crate::config::{Auth, ImapConfig, Security};
use crate::net::sasl::{CANCEL, SaslCredentials, SaslError, SaslExchange, SaslMechanism};

const LOGGING_IN: &str = "logging in";

/// A way to log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LoginMethod {
    /// The command LOGIN (RFC 9051 §6.2.3).
    Command,
    /// The command AUTHENTICATE with a mechanism.
    Sasl(SaslMechanism),
}

const SCRAM: LoginMethod = LoginMethod::Sasl(SaslMechanism::ScramSha256);
const PLAIN: LoginMethod = LoginMethod::Sasl(SaslMechanism::Plain);

impl LoginMethod {
    const fn name(self) -> &'static str {
        match self {
            Self::Command => "LOGIN",
            Self::Sasl(mechanism) => mechanism.name(),
        }
    }

    fn is_offered(self, capabilities: &Capabilities) -> bool {
        match self {
            Self::Command => !capabilities.has("LOGINDISABLED"),
            Self::Sasl(mechanism) => capabilities.has(&format!("AUTH={}", mechanism.name())),
        }
    }

    /// The method to use: the one that was asked for, or else the best that is offered. Without `scram`, SCRAM-SHA-256
    /// is not among these, so that the password itself is sent.
    fn choose(auth: Auth, host: &str, capabilities: &Capabilities, scram: bool) -> Result<Self, ImapError> {
        let asked = match auth {
            Auth::Password => None,
            Auth::Login => Some(Self::Command),
            Auth::Plain => Some(PLAIN),
            Auth::ScramSha256 => Some(SCRAM),
            Auth::XOAuth2 => Some(Self::Sasl(SaslMechanism::XOAuth2)),
            Auth::OAuthBearer => Some(Self::Sasl(SaslMechanism::OAuthBearer)),
        };
        let among = asked.map_or(vec![SCRAM, PLAIN, Self::Command], |asked| vec![asked]);
        let fits = |method: &Self| method.is_offered(capabilities) && (scram || asked.is_some() || *method != SCRAM);
        let offered = among.into_iter().find(fits);
        offered.ok_or_else(|| ImapError::NoWay { host: host.to_owned(), asked: asked.map(Self::name) })
    }
}

/// How the command of a login ended, and the capabilities, if the server sent them with it.
struct LoginReply {
    status: StatusResponse,
    capabilities: Option<Capabilities>,
}

/// Logs in. Returns the capabilities after the login, if the server sent them without being asked, and the method.
///
/// Some servers offer SCRAM to everybody, and refuse it for users whose password they store in another form. Then, over
/// TLS, where the certificate has proved whose server it is, the password itself is sent. It is never sent to a server
/// that failed to prove that it knows the password.
pub(super) fn login(
    pipeline: &mut Pipeline,
    account: &ImapConfig,
    secret: &SecretString,
    capabilities: &Capabilities,
    before: Option<LoginMethod>,
) -> Result<(Option<Capabilities>, LoginMethod), ImapError> {
    let encrypted = account.security != Security::None;
    let credentials = SaslCredentials { user: &account.user, secret, host: &account.host, port: account.port };
    let preparable = credentials.are_preparable();
    let scram = !encrypted || (preparable && before.is_none_or(|before| before == SCRAM));
    let method = LoginMethod::choose(account.auth, &account.host, capabilities, scram)?;
    if method == SCRAM && !preparable {
        return Err(ImapError::Unpreparable);
    }
    let reply = attempt(pipeline, &credentials, method, capabilities)?;
    let again = account.auth == Auth::Password && method == SCRAM && encrypted;
    let refused = reply.status.condition == StatusCondition::No && classify(&reply.status) == RefusalKind::Refused;
    if again
        && refused
        && let Ok(other) = LoginMethod::choose(account.auth, &account.host, capabilities, false)
    {
        return match attempt(pipeline, &credentials, other, capabilities) {
            Ok(reply) => conclude(reply, other, &account.host),
            // The server ended the connection together with its refusal.
            Err(ImapError::Lost { .. } | ImapError::Bye { .. } | ImapError::Silent { .. }) => {
                conclude(reply, method, &account.host)
            }
            Err(error) => Err(error),
        };
    }
    conclude(reply, method, &account.host)
}

fn conclude(
    reply: LoginReply,
    method: LoginMethod,
    host: &str,
) -> Result<(Option<Capabilities>, LoginMethod), ImapError> {
    if reply.status.is_ok() {
        return Ok((reply.capabilities, method));
    }
    let (host, text) = (host.to_owned(), printable_text(&reply.status.text));
    Err(match classify(&reply.status) {
        RefusalKind::NotNow => ImapError::NotNow { host, text },
        RefusalKind::Browser => ImapError::Browser { host, text },
        RefusalKind::Refused => {
            let token = matches!(method, LoginMethod::Sasl(mechanism) if mechanism.takes_token());
            ImapError::Refused { host, token, scram: method == SCRAM, text }
        }
    })
}

/// Tries one method. The initial response is part of the command if the server supports that (SASL-IR).
fn attempt(
    pipeline: &mut Pipeline,
    credentials: &SaslCredentials<'_>,
    method: LoginMethod,
    capabilities: &Capabilities,
) -> Result<LoginReply, ImapError> {
    let LoginMethod::Sasl(mechanism) = method else { return by_command(pipeline, credentials) };
    let at_once = capabilities.has("SASL-IR");
    let reply = authenticate(pipeline, credentials, mechanism, at_once)?;
    // Some servers announce that they accept an initial response, and do not.
    if at_once && reply.status.condition == StatusCondition::Bad {
        return authenticate(pipeline, credentials, mechanism, false);
    }
    Ok(reply)
}

fn by_command(pipeline: &mut Pipeline, credentials: &SaslCredentials<'_>) -> Result<LoginReply, ImapError> {
    let (user, password) = (credentials.user, credentials.secret.expose_secret());
    // An IMAP string can't contain a zero byte.
    if user.contains('\0') || password.contains('\0') {
        return Err(ImapError::Unsendable);
    }
    let reply = pipeline.run_one(&ImapCommand::new("LOGIN", LOGGING_IN).string(user).string(password))?;
    let mut told = reply.untagged.into_iter().filter_map(|untagged| match untagged {
        Untagged::Capability(words) => Some(Capabilities::of(words)),
        _ => None,
    });
    Ok(LoginReply::of(reply.status, told.next_back()))
}

impl LoginReply {
    fn of(status: StatusResponse, told: Option<Capabilities>) -> Self {
        let within = status.is_ok() && status.code == "CAPABILITY";
        let within = within.then(|| Capabilities::of(untagged::capabilities(&status.arguments)));
        Self { status, capabilities: within.or(told) }
    }
}

fn authenticate(
    pipeline: &mut Pipeline,
    credentials: &SaslCredentials<'_>,
    mechanism: SaslMechanism,
    at_once: bool,
) -> Result<LoginReply, ImapError> {
    let started = SaslExchange::start(mechanism, credentials);
    let mut exchange = started.map_err(|error| failure(pipeline, error))?;
    let mut command = ImapCommand::new("AUTHENTICATE", LOGGING_IN).word(mechanism.name());
    if let Some(response) = at_once.then(|| exchange.initial_response()).flatten() {
        command = command.word(response.expose_secret());
    }
    let tag = pipeline.begin(&command)?;
    let mut told = None;
    // The server's refusal, if it came in a challenge and the exchange was cancelled for it.
    let mut refused = None;
    let status = loop {
        match pipeline.receive()? {
            ServerResponse::Continuation(_) if refused.is_some() => {}
            ServerResponse::Continuation(challenge) => match exchange.answer(&challenge) {
                Ok(response) => send(pipeline, response.expose_secret())?,
                Err(error) => {
                    send(pipeline, CANCEL)?;
                    let SaslError::Refused(words) = error else { return Err(failure(pipeline, error)) };
                    refused = Some(StatusResponse::of(StatusCondition::No, words.as_bytes()));
                }
            },
            ServerResponse::Tagged { tag: of, status } if of == tag => break status,
            ServerResponse::Tagged { .. } => {
                return Err(pipeline.stream().protocol_error("it completes a command that was not sent"));
            }
            ServerResponse::Untagged(Untagged::Capability(words)) => told = Some(Capabilities::of(words)),
            ServerResponse::Untagged(_) => {}
        }
    };
    let status = refused.unwrap_or(status);
    if status.is_ok() {
        exchange.finish().map_err(|error| failure(pipeline, error))?;
    }
    Ok(LoginReply::of(status, told))
}

fn send(pipeline: &mut Pipeline, response: &str) -> Result<(), ImapError> {
    pipeline.stream().send(format!("{response}\r\n").as_bytes())
}

fn failure(pipeline: &mut Pipeline, error: SaslError) -> ImapError {
    let host = pipeline.host().to_owned();
    match error {
        SaslError::Unpreparable => ImapError::Unpreparable,
        SaslError::Unsendable => ImapError::Unsendable,
        SaslError::NoRandom(error) => ImapError::Lost { host, error },
        SaslError::Broken(what) => pipeline.stream().protocol_error(what),
        SaslError::Unproved | SaslError::Refused(_) => ImapError::Unproved { host },
    }
}

#[cfg(test)]
mod tests {
    use super::{Capabilities, LoginMethod, PLAIN, SCRAM};
    use crate::config::Auth;
    use crate::net::sasl::SaslMechanism;

    fn chosen(auth: Auth, capabilities: &str, scram: bool) -> Option<LoginMethod> {
        let words = capabilities.split(' ').map(str::to_owned).collect();
        LoginMethod::choose(auth, "host", &Capabilities::of(words), scram).ok()
    }

    #[test]
    fn the_best_that_is_offered_is_taken_and_nothing_that_is_not() {
        let best = |auth, capabilities| chosen(auth, capabilities, true);
        assert_eq!(best(Auth::Password, "AUTH=PLAIN AUTH=SCRAM-SHA-256"), Some(SCRAM));
        assert_eq!(best(Auth::Password, "LOGINDISABLED AUTH=PLAIN"), Some(PLAIN));
        assert_eq!(best(Auth::Password, "IMAP4REV1"), Some(LoginMethod::Command));
        assert_eq!(best(Auth::Password, "LOGINDISABLED AUTH=XOAUTH2 AUTH=GSSAPI"), None);
        assert_eq!(best(Auth::Login, "LOGINDISABLED AUTH=PLAIN"), None);
        assert_eq!(best(Auth::Plain, "IMAP4REV1"), None);
        assert_eq!(best(Auth::XOAuth2, "AUTH=XOAUTH2 AUTH=PLAIN"), Some(LoginMethod::Sasl(SaslMechanism::XOAuth2)));
        assert_eq!(best(Auth::OAuthBearer, "AUTH=OAUTHBEARER"), Some(LoginMethod::Sasl(SaslMechanism::OAuthBearer)));
        let all = "AUTH=PLAIN AUTH=SCRAM-SHA-256";
        assert_eq!(chosen(Auth::Password, all, false), Some(PLAIN));
        assert_eq!(chosen(Auth::ScramSha256, all, false), Some(SCRAM), "it was asked for");
        assert_eq!(chosen(Auth::Password, "LOGINDISABLED AUTH=SCRAM-SHA-256", false), None);
    }
}
