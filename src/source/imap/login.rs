//! Logging in. The mechanisms are those of io-imap and io-sasl; here is chosen which one is used, and what a refusal means.
//!
//! io-imap's readers stop at words that are not ASCII and at codes they do not know. So they are told of the end of a
//! command in the plainest words only; what the server really said is kept here.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use io_imap::codec::fragmentizer::Fragmentizer;
use io_imap::coroutine::{ImapCoroutine, ImapCoroutineState, ImapYield};
use io_imap::rfc3501::login::{ImapLogin, ImapLoginOptions};
use io_imap::rfc7628::auth_oauthbearer::{ImapAuthOauthbearer, ImapAuthOauthbearerOptions};
use io_imap::rfc7677::auth_scram_sha_256::{ImapAuthScramSha256, ImapAuthScramSha256Options};
use io_imap::sasl::auth_plain::{ImapAuthPlain, ImapAuthPlainOptions};
use io_imap::sasl::auth_xoauth2::{ImapAuthXoauth2, ImapAuthXoauth2Options};
use io_sasl::rfc4013::saslprep;
use io_sasl::rfc5801::SaslGs2ChannelBinding;
use io_sasl::rfc5802::SaslScramCreds;
use secrecy::{ExposeSecret as _, SecretString};

use super::capabilities::Capabilities;
use super::failure::{ImapError, said};
use super::pipeline::Pipeline;
use super::refusal::{RefusalKind, classify};
use super::status::{Condition, StatusResponse};
use super::untagged::{self, ServerResponse, Untagged};
use crate::config::{Auth, ImapConfig, Security};
use crate::net;

/// What io-imap's reader may be told at once.
const FRAGMENT_BYTES: u32 = 1024 * 1024;
/// Lines of one login. The longest mechanism takes four.
const LINES: usize = 100;
/// Random bytes of SCRAM (RFC 5802 §5.1 asks for 18).
const NONCE: usize = 24;

/// A way to log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Login,
    Plain,
    ScramSha256,
    XOAuth2,
    OAuthBearer,
}

impl Way {
    const fn name(self) -> &'static str {
        match self {
            Self::Login => "LOGIN",
            Self::Plain => "PLAIN",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::XOAuth2 => "XOAUTH2",
            Self::OAuthBearer => "OAUTHBEARER",
        }
    }

    fn is_offered(self, capabilities: &Capabilities) -> bool {
        match self {
            Self::Login => !capabilities.has("LOGINDISABLED"),
            _ => capabilities.has(&format!("AUTH={}", self.name())),
        }
    }

    /// The one to take: that which was asked for, or the best that is offered, of those with the password in it where
    /// `scram` is none.
    fn choose(auth: Auth, host: &str, capabilities: &Capabilities, scram: bool) -> Result<Self, ImapError> {
        let asked = match auth {
            Auth::Password => None,
            Auth::Login => Some(Self::Login),
            Auth::Plain => Some(Self::Plain),
            Auth::ScramSha256 => Some(Self::ScramSha256),
            Auth::XOAuth2 => Some(Self::XOAuth2),
            Auth::OAuthBearer => Some(Self::OAuthBearer),
        };
        let among = asked.map_or(vec![Self::ScramSha256, Self::Plain, Self::Login], |asked| vec![asked]);
        let fits = |way: &Self| way.is_offered(capabilities) && (scram || asked.is_some() || *way != Self::ScramSha256);
        let offered = among.into_iter().find(fits);
        offered.ok_or_else(|| ImapError::NoWay { host: host.to_owned(), asked: asked.map(Self::name) })
    }
}

/// How a login ended.
struct Ended {
    /// What the server said at the end; `None` where the mechanism stopped by itself.
    status: Option<StatusResponse>,
    /// Whether the mechanism is content with it: SCRAM is not where the server did not prove itself.
    content: bool,
    capabilities: Option<Capabilities>,
    /// What the server said last to the mechanism.
    challenge: Vec<u8>,
}

impl Ended {
    /// Whether the server tried to prove itself, and did not.
    fn is_unproved(&self) -> bool {
        !self.content && self.challenge.starts_with(b"v=")
    }
}

/// Logs in. The capabilities of afterwards, where the server told them by itself, and which way it went.
///
/// Some servers offer SCRAM to everybody, and say no to those whose password they keep in another form. Over TLS, where the
/// certificate has proved whose server it is, the password itself is sent then; never where the server failed to prove that
/// it knows it.
pub(super) fn login(
    pipeline: &mut Pipeline,
    account: &ImapConfig,
    secret: &SecretString,
    capabilities: &Capabilities,
    before: Option<Way>,
) -> Result<(Option<Capabilities>, Way), ImapError> {
    let encrypted = account.security != Security::None;
    let prepared = is_prepared(&account.user) && is_prepared(secret.expose_secret());
    let scram = !encrypted || (prepared && before.is_none_or(|before| before == Way::ScramSha256));
    let way = Way::choose(account.auth, &account.host, capabilities, scram)?;
    if way == Way::ScramSha256 && !prepared {
        return Err(ImapError::Unpreparable);
    }
    let ended = attempt_either_way(pipeline, account, secret, way, capabilities)?;
    let no = ended.status.as_ref().filter(|status| status.verdict == Condition::No);
    let again = account.auth == Auth::Password && way == Way::ScramSha256 && encrypted && !ended.is_unproved();
    if let Some(first) = no.filter(|status| again && classify(status) == RefusalKind::Refused)
        && let Ok(other) = Way::choose(account.auth, &account.host, capabilities, false)
    {
        let first = refusal(account.host.clone(), way, first);
        return match attempt_either_way(pipeline, account, secret, other, capabilities) {
            Ok(ended) => conclude(ended, other, &account.host),
            // It ended the connection with its no.
            Err(ImapError::Lost { .. } | ImapError::Bye { .. } | ImapError::Silent { .. }) => Err(first),
            Err(error) => Err(error),
        };
    }
    conclude(ended, way, &account.host)
}

fn conclude(ended: Ended, way: Way, host: &str) -> Result<(Option<Capabilities>, Way), ImapError> {
    let host = host.to_owned();
    match &ended.status {
        Some(status) if status.is_ok() && ended.content => Ok((ended.capabilities, way)),
        _ if ended.is_unproved() => Err(ImapError::Unproved { host }),
        Some(status) if !status.is_ok() => Err(refusal(host, way, status)),
        _ => Err(ImapError::Unproved { host }),
    }
}

/// Whether SCRAM takes it (RFC 4013).
fn is_prepared(text: &str) -> bool {
    saslprep(text).is_ok_and(|prepared| !prepared.is_empty())
}

fn refusal(host: String, way: Way, status: &StatusResponse) -> ImapError {
    let text = said(&status.text);
    match classify(status) {
        RefusalKind::NotNow => ImapError::NotNow { host, text },
        RefusalKind::Browser => ImapError::Browser { host, text },
        RefusalKind::Refused => {
            let token = matches!(way, Way::XOAuth2 | Way::OAuthBearer);
            ImapError::Refused { host, token, scram: way == Way::ScramSha256, text }
        }
    }
}

/// With the first words of the mechanism in the command, where the server takes them there.
fn attempt_either_way(
    pipeline: &mut Pipeline,
    account: &ImapConfig,
    secret: &SecretString,
    way: Way,
    capabilities: &Capabilities,
) -> Result<Ended, ImapError> {
    let at_once = capabilities.has("SASL-IR") && way != Way::Login;
    let mut ended = attempt(pipeline, account, secret, way, at_once)?;
    // Some say that they take it at once, and do not.
    if at_once && ended.status.as_ref().is_some_and(|status| status.verdict == Condition::Bad) {
        ended = attempt(pipeline, account, secret, way, false)?;
    }
    if ended.status.is_none() {
        refused_within(pipeline, &mut ended)?;
    }
    Ok(ended)
}

/// Where SCRAM's last message tells of an error in the place of a proof (RFC 5802, section 7), that is the server's no: the
/// exchange is broken off, and its end is waited for.
fn refused_within(pipeline: &mut Pipeline, ended: &mut Ended) -> Result<(), ImapError> {
    let Some(why) = ended.challenge.strip_prefix(b"e=").map(<[u8]>::to_vec) else { return Ok(()) };
    pipeline.wire().send(b"*\r\n")?;
    for _ in 0..LINES {
        listen(pipeline, ended)?;
        if ended.status.is_some() {
            break;
        }
    }
    ended.status = Some(StatusResponse::of(Condition::No, &why));
    Ok(())
}

fn attempt(
    pipeline: &mut Pipeline,
    account: &ImapConfig,
    secret: &SecretString,
    way: Way,
    initial_request: bool,
) -> Result<Ended, ImapError> {
    let (user, secret) = (account.user.as_str(), secret.expose_secret());
    let (ensure_capabilities, auto_id) = (false, None);
    match way {
        Way::Login => {
            let login = ImapLogin::new(user, secret, ImapLoginOptions { ensure_capabilities, auto_id });
            pump(pipeline, login.map_err(|_| ImapError::Unsendable)?)
        }
        Way::Plain => {
            let options = ImapAuthPlainOptions { initial_request, ensure_capabilities, auto_id };
            pump(pipeline, ImapAuthPlain::new(None::<&str>, user, secret, options))
        }
        Way::ScramSha256 => {
            let options = ImapAuthScramSha256Options { initial_request, ensure_capabilities, auto_id };
            let random = net::random::<NONCE>();
            let random = random.map_err(|error| ImapError::Lost { host: account.host.clone(), error })?;
            let credentials = SaslScramCreds {
                username: user.to_owned(),
                password: secret.into(),
                nonce: STANDARD_NO_PAD.encode(random).into_bytes(),
                channel_binding: SaslGs2ChannelBinding::Unsupported,
            };
            pump(pipeline, ImapAuthScramSha256::new(credentials, options))
        }
        Way::XOAuth2 => {
            let options = ImapAuthXoauth2Options { initial_request, ensure_capabilities, auto_id };
            pump(pipeline, ImapAuthXoauth2::new(user, secret, options))
        }
        Way::OAuthBearer => {
            let options = ImapAuthOauthbearerOptions { initial_request, ensure_capabilities, auto_id };
            let (host, port) = (account.host.as_str(), account.port);
            pump(pipeline, ImapAuthOauthbearer::new(user, host, port, secret, options))
        }
    }
}

/// Carries bytes between a mechanism and the server.
fn pump<T, E: fmt::Debug>(
    pipeline: &mut Pipeline,
    mut mechanism: impl ImapCoroutine<Yield = ImapYield, Return = Result<T, E>>,
) -> Result<Ended, ImapError> {
    let mut fragments = Fragmentizer::new(FRAGMENT_BYTES);
    let mut ended = Ended { status: None, content: false, capabilities: None, challenge: Vec::new() };
    let mut heard: Option<Vec<u8>> = None;
    let mut lines = 0;
    loop {
        match mechanism.resume(&mut fragments, heard.take().as_deref()) {
            ImapCoroutineState::Complete(result) => {
                ended.content = result.is_ok();
                return Ok(ended);
            }
            ImapCoroutineState::Yielded(ImapYield::WantsWrite(bytes)) => pipeline.wire().send(&bytes)?,
            ImapCoroutineState::Yielded(ImapYield::WantsRead) => {
                while heard.is_none() {
                    lines += 1;
                    if lines > LINES {
                        return Err(pipeline.wire().odd("it does not come to an end with the login"));
                    }
                    heard = listen(pipeline, &mut ended)?;
                }
            }
        }
    }
}

/// Reads one line, and tells what of it concerns the mechanism.
fn listen(pipeline: &mut Pipeline, ended: &mut Ended) -> Result<Option<Vec<u8>>, ImapError> {
    let answer = pipeline.wire().answer()?;
    match untagged::read(answer) {
        Some(ServerResponse::GoOn(challenge)) => {
            ended.challenge = STANDARD.decode(challenge.trim_ascii()).unwrap_or_default();
            let mut line = b"+ ".to_vec();
            line.extend(challenge.into_iter().map(|byte| if byte.is_ascii_graphic() { byte } else { b' ' }));
            line.extend_from_slice(b"\r\n");
            Ok(Some(line))
        }
        Some(ServerResponse::Tagged { tag, status }) => {
            let verdict = match status.verdict {
                Condition::Ok => " OK done\r\n",
                Condition::No => " NO done\r\n",
                Condition::Bad => " BAD done\r\n",
            };
            if status.is_ok() && status.code == "CAPABILITY" {
                ended.capabilities = Some(Capabilities::of(untagged::capabilities(&status.arguments)));
            }
            ended.status = Some(status);
            Ok(Some([&tag, verdict.as_bytes()].concat()))
        }
        Some(ServerResponse::Untagged(Untagged::Capability(words))) => {
            ended.capabilities = Some(Capabilities::of(words));
            Ok(None)
        }
        Some(ServerResponse::Untagged(Untagged::Bye(status))) => {
            Err(ImapError::Bye { host: pipeline.host().to_owned(), text: said(&status.text) })
        }
        Some(ServerResponse::Untagged(_)) => Ok(None),
        None => Err(pipeline.wire().odd("a line that is no answer")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Capabilities, Way, is_prepared};
    use crate::config::Auth;

    fn chosen(auth: Auth, capabilities: &str, scram: bool) -> Option<Way> {
        let words = capabilities.split(' ').map(str::to_owned).collect();
        Way::choose(auth, "host", &Capabilities::of(words), scram).ok()
    }

    #[test]
    fn the_best_that_is_offered_is_taken_and_nothing_that_is_not() {
        let best = |auth, capabilities| chosen(auth, capabilities, true);
        assert_eq!(best(Auth::Password, "AUTH=PLAIN AUTH=SCRAM-SHA-256"), Some(Way::ScramSha256));
        assert_eq!(best(Auth::Password, "LOGINDISABLED AUTH=PLAIN"), Some(Way::Plain));
        assert_eq!(best(Auth::Password, "IMAP4REV1"), Some(Way::Login));
        assert_eq!(best(Auth::Password, "LOGINDISABLED AUTH=XOAUTH2 AUTH=GSSAPI"), None);
        assert_eq!(best(Auth::Login, "LOGINDISABLED AUTH=PLAIN"), None);
        assert_eq!(best(Auth::Plain, "IMAP4REV1"), None);
        assert_eq!(best(Auth::XOAuth2, "AUTH=XOAUTH2 AUTH=PLAIN"), Some(Way::XOAuth2));
        assert_eq!(best(Auth::OAuthBearer, "AUTH=OAUTHBEARER"), Some(Way::OAuthBearer));
        let all = "AUTH=PLAIN AUTH=SCRAM-SHA-256";
        assert_eq!(chosen(Auth::Password, all, false), Some(Way::Plain));
        assert_eq!(chosen(Auth::ScramSha256, all, false), Some(Way::ScramSha256), "it was asked for");
        assert_eq!(chosen(Auth::Password, "LOGINDISABLED AUTH=SCRAM-SHA-256", false), None);
    }

    #[test]
    fn what_scram_forbids_is_known_before() {
        assert!(is_prepared("gehäim \"q\\ 🔑"));
        for forbidden in ["", "a\u{7}b", "\u{e000}"] {
            assert!(!is_prepared(forbidden), "{forbidden:?}");
        }
    }
}
