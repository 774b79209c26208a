//! Logging in. The mechanisms are those of io-imap and io-sasl; here is chosen which one is used, and what a refusal means.
//!
//! io-imap's readers stop at words that are not ASCII and at codes they do not know. So they are told of the end of a
//! command in the plainest words only; what the server really said is kept here.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use io_imap::codec::fragmentizer::Fragmentizer;
use io_imap::coroutine::{ImapCoroutine, ImapCoroutineState, ImapYield};
use io_imap::rfc3501::login::{ImapLogin, ImapLoginOptions};
use io_imap::rfc7628::auth_oauthbearer::{ImapAuthOauthbearer, ImapAuthOauthbearerOptions};
use io_imap::rfc7677::auth_scram_sha_256::{ImapAuthScramSha256, ImapAuthScramSha256Options};
use io_imap::sasl::auth_plain::{ImapAuthPlain, ImapAuthPlainOptions};
use io_imap::sasl::auth_xoauth2::{ImapAuthXoauth2, ImapAuthXoauth2Options};
use io_sasl::rfc5801::SaslGs2ChannelBinding;
use io_sasl::rfc5802::SaslScramCreds;
use secrecy::{ExposeSecret as _, SecretString};

use super::capabilities::Capabilities;
use super::exchange::Exchange;
use super::failure::{ImapError, said};
use super::status::{Status, Verdict};
use super::untagged::{self, Told, Untagged};
use crate::config::{Auth, ImapConfig};
use crate::net;

/// What io-imap's reader may be told at once.
const FRAGMENT_BYTES: u32 = 1024 * 1024;
/// Lines of one login. The longest mechanism takes four.
const LINES: usize = 100;
/// Random bytes of SCRAM (RFC 5802 §5.1 asks for 18).
const NONCE: usize = 24;

/// A way to log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
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

    /// The one to take: that which was asked for, or the best that is offered.
    fn choose(auth: Auth, host: &str, capabilities: &Capabilities) -> Result<Self, ImapError> {
        let asked = match auth {
            Auth::Password => None,
            Auth::Login => Some(Self::Login),
            Auth::Plain => Some(Self::Plain),
            Auth::ScramSha256 => Some(Self::ScramSha256),
            Auth::XOAuth2 => Some(Self::XOAuth2),
            Auth::OAuthBearer => Some(Self::OAuthBearer),
        };
        let among = asked.map_or(vec![Self::ScramSha256, Self::Plain, Self::Login], |asked| vec![asked]);
        let offered = among.into_iter().find(|way| way.is_offered(capabilities));
        offered.ok_or_else(|| ImapError::NoWay { host: host.to_owned(), asked: asked.map(Self::name) })
    }
}

/// How a login ended.
struct Ended {
    /// What the server said at the end; `None` where the mechanism stopped by itself.
    status: Option<Status>,
    /// Whether the mechanism is content with it: SCRAM is not where the server did not prove itself.
    content: bool,
    capabilities: Option<Capabilities>,
}

/// Logs in. The capabilities of afterwards, where the server told them by itself.
pub(super) fn login(
    exchange: &mut Exchange,
    account: &ImapConfig,
    secret: &SecretString,
    capabilities: &Capabilities,
) -> Result<Option<Capabilities>, ImapError> {
    let way = Way::choose(account.auth, &account.host, capabilities)?;
    let at_once = capabilities.has("SASL-IR") && way != Way::Login;
    let mut ended = attempt(exchange, account, secret, way, at_once)?;
    // Some say that they take it at once, and do not.
    if at_once && ended.status.as_ref().is_some_and(|status| status.verdict == Verdict::Bad) {
        ended = attempt(exchange, account, secret, way, false)?;
    }
    let host = account.host.clone();
    match ended.status {
        Some(status) if status.is_ok() && ended.content => Ok(ended.capabilities),
        Some(status) if !status.is_ok() => Err(refusal(host, way, &status)),
        _ => Err(ImapError::Unproved { host }),
    }
}

fn refusal(host: String, way: Way, status: &Status) -> ImapError {
    let text = said(&status.text);
    match status.code.as_str() {
        "UNAVAILABLE" | "LIMIT" | "INUSE" | "SERVERBUG" => ImapError::NotNow { host, text },
        _ => {
            let token = matches!(way, Way::XOAuth2 | Way::OAuthBearer);
            ImapError::Refused { host, token, scram: way == Way::ScramSha256, text }
        }
    }
}

fn attempt(
    exchange: &mut Exchange,
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
            pump(exchange, login.map_err(|_| ImapError::Unsendable)?)
        }
        Way::Plain => {
            let options = ImapAuthPlainOptions { initial_request, ensure_capabilities, auto_id };
            pump(exchange, ImapAuthPlain::new(None::<&str>, user, secret, options))
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
            pump(exchange, ImapAuthScramSha256::new(credentials, options))
        }
        Way::XOAuth2 => {
            let options = ImapAuthXoauth2Options { initial_request, ensure_capabilities, auto_id };
            pump(exchange, ImapAuthXoauth2::new(user, secret, options))
        }
        Way::OAuthBearer => {
            let options = ImapAuthOauthbearerOptions { initial_request, ensure_capabilities, auto_id };
            let (host, port) = (account.host.as_str(), account.port);
            pump(exchange, ImapAuthOauthbearer::new(user, host, port, secret, options))
        }
    }
}

/// Carries bytes between a mechanism and the server.
fn pump<T, E: fmt::Debug>(
    exchange: &mut Exchange,
    mut mechanism: impl ImapCoroutine<Yield = ImapYield, Return = Result<T, E>>,
) -> Result<Ended, ImapError> {
    let mut fragments = Fragmentizer::new(FRAGMENT_BYTES);
    let mut ended = Ended { status: None, content: false, capabilities: None };
    let mut heard: Option<Vec<u8>> = None;
    let mut lines = 0;
    loop {
        match mechanism.resume(&mut fragments, heard.take().as_deref()) {
            ImapCoroutineState::Complete(result) => {
                ended.content = result.is_ok();
                return Ok(ended);
            }
            ImapCoroutineState::Yielded(ImapYield::WantsWrite(bytes)) => exchange.wire().send(&bytes)?,
            ImapCoroutineState::Yielded(ImapYield::WantsRead) => {
                while heard.is_none() {
                    lines += 1;
                    if lines > LINES {
                        return Err(exchange.wire().odd("it does not come to an end with the login"));
                    }
                    heard = listen(exchange, &mut ended)?;
                }
            }
        }
    }
}

/// Reads one line, and tells what of it concerns the mechanism.
fn listen(exchange: &mut Exchange, ended: &mut Ended) -> Result<Option<Vec<u8>>, ImapError> {
    let answer = exchange.wire().answer()?;
    match untagged::read(answer) {
        Some(Told::GoOn(challenge)) => {
            let mut line = b"+ ".to_vec();
            line.extend(challenge.into_iter().map(|byte| if byte.is_ascii_graphic() { byte } else { b' ' }));
            line.extend_from_slice(b"\r\n");
            Ok(Some(line))
        }
        Some(Told::Tagged { tag, status }) => {
            let verdict = match status.verdict {
                Verdict::Ok => " OK done\r\n",
                Verdict::No => " NO done\r\n",
                Verdict::Bad => " BAD done\r\n",
            };
            if status.is_ok() && status.code == "CAPABILITY" {
                ended.capabilities = Some(Capabilities::of(untagged::capabilities(&status.arguments)));
            }
            ended.status = Some(status);
            Ok(Some([&tag, verdict.as_bytes()].concat()))
        }
        Some(Told::Untagged(Untagged::Capability(words))) => {
            ended.capabilities = Some(Capabilities::of(words));
            Ok(None)
        }
        Some(Told::Untagged(Untagged::Bye(status))) => {
            Err(ImapError::Bye { host: exchange.host().to_owned(), text: said(&status.text) })
        }
        Some(Told::Untagged(_)) => Ok(None),
        None => Err(exchange.wire().odd("a line that is no answer")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Capabilities, Way};
    use crate::config::Auth;

    fn chosen(auth: Auth, capabilities: &str) -> Option<Way> {
        let words = capabilities.split(' ').map(str::to_owned).collect();
        Way::choose(auth, "host", &Capabilities::of(words)).ok()
    }

    #[test]
    fn the_best_that_is_offered_is_taken_and_nothing_that_is_not() {
        assert_eq!(chosen(Auth::Password, "AUTH=PLAIN AUTH=SCRAM-SHA-256"), Some(Way::ScramSha256));
        assert_eq!(chosen(Auth::Password, "LOGINDISABLED AUTH=PLAIN"), Some(Way::Plain));
        assert_eq!(chosen(Auth::Password, "IMAP4REV1"), Some(Way::Login));
        assert_eq!(chosen(Auth::Password, "LOGINDISABLED AUTH=XOAUTH2 AUTH=GSSAPI"), None);
        assert_eq!(chosen(Auth::Login, "LOGINDISABLED AUTH=PLAIN"), None);
        assert_eq!(chosen(Auth::Plain, "IMAP4REV1"), None);
        assert_eq!(chosen(Auth::XOAuth2, "AUTH=XOAUTH2 AUTH=PLAIN"), Some(Way::XOAuth2));
        assert_eq!(chosen(Auth::OAuthBearer, "AUTH=OAUTHBEARER"), Some(Way::OAuthBearer));
    }
}
