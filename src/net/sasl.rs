//! SASL (RFC 4422), for any protocol that carries it: AUTHENTICATE of IMAP (RFC 9051 §6.2.2), AUTH of SMTP (RFC 4954).
//! The mechanisms are those of io-sasl. The protocol sends and receives the lines; this file gives their content, in
//! base64, and says when to cancel (`*`).
//!
//! No secret is in an error or in debug output.

use std::fmt;
use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use io_sasl::coroutine::{SaslArg, SaslCoroutine, SaslCoroutineState, SaslYield};
use io_sasl::login::{SaslLogin, SaslLoginCreds};
use io_sasl::rfc4013::saslprep;
use io_sasl::rfc5801::SaslGs2ChannelBinding;
use io_sasl::rfc5802::{SaslScramCreds, SaslScramError};
use io_sasl::rfc7628::oauthbearer::{SaslOauthbearer, SaslOauthbearerCreds};
use io_sasl::rfc7677::scram_sha_256::SaslScramSha256;
use io_sasl::xoauth2::{SaslXoauth2, SaslXoauth2Creds};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

use super::random;

/// Cancels an exchange when it is sent instead of a response (RFC 9051 §6.2.2, RFC 4954 §4).
pub const CANCEL: &str = "*";
/// The number of random bytes in the nonce of SCRAM (RFC 5802 §5.1 recommends 18).
const NONCE_BYTES: usize = 24;
/// The largest number of iterations that a SCRAM server may ask for. Servers ask for 4,096 to 600,000; a much larger
/// number is an attempt to keep this computer busy.
const MOST_ROUNDS: u32 = 2_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaslMechanism {
    Login,
    Plain,
    ScramSha256,
    XOAuth2,
    OAuthBearer,
}

impl SaslMechanism {
    /// The registered name, as protocols send it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Login => "LOGIN",
            Self::Plain => "PLAIN",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::XOAuth2 => "XOAUTH2",
            Self::OAuthBearer => "OAUTHBEARER",
        }
    }

    /// Whether the secret is an OAuth 2.0 token and not a password.
    #[must_use]
    pub const fn takes_token(self) -> bool {
        matches!(self, Self::XOAuth2 | Self::OAuthBearer)
    }
}

/// Who logs in, and where: OAUTHBEARER also sends the name and port of the server.
#[derive(Debug, Clone, Copy)]
pub struct SaslCredentials<'a> {
    pub user: &'a str,
    /// The password or the token.
    pub secret: &'a SecretString,
    pub host: &'a str,
    pub port: u16,
}

impl SaslCredentials<'_> {
    /// Whether the user name and the password can be used with SCRAM: `SASLprep` (RFC 4013) permits every character, and
    /// the result is not empty.
    #[must_use]
    pub fn are_preparable(&self) -> bool {
        prepared(self.user).is_some() && prepared(self.secret.expose_secret()).is_some()
    }
}

/// Why an exchange can't begin, or has to be cancelled.
#[derive(Debug, thiserror::Error)]
pub enum SaslError {
    #[error("the user's name or the password has a character that SCRAM forbids (RFC 4013)")]
    Unpreparable,
    #[error("the user's name or the secret has a character that ends a field")]
    Unsendable,
    #[error("{0}")]
    NoRandom(io::Error),
    /// With the server's own words, which are not made printable.
    #[error("the server refused within the exchange")]
    Refused(String),
    #[error("the server did not prove that it knows the password")]
    Unproved,
    #[error("the server does not keep to the mechanism: {0}")]
    Broken(&'static str),
}

/// An exchange under way.
pub struct SaslExchange {
    mechanism: SaslMechanism,
    state: Box<dyn Steps>,
    /// The initial response, until it is sent.
    first: Option<SecretString>,
}

impl fmt::Debug for SaslExchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SaslExchange").field("mechanism", &self.mechanism).finish_non_exhaustive()
    }
}

impl SaslExchange {
    /// Begins an exchange. Nothing may be sent before this has succeeded.
    ///
    /// # Errors
    /// If the mechanism can't take the user name or the secret, or the system has no random numbers.
    pub fn start(mechanism: SaslMechanism, credentials: &SaslCredentials<'_>) -> Result<Self, SaslError> {
        let nonce = random::<NONCE_BYTES>().map_err(SaslError::NoRandom)?;
        Self::with_nonce(mechanism, credentials, STANDARD_NO_PAD.encode(nonce).into_bytes())
    }

    fn with_nonce(
        mechanism: SaslMechanism,
        credentials: &SaslCredentials<'_>,
        nonce: Vec<u8>,
    ) -> Result<Self, SaslError> {
        let (username, secret) = (credentials.user.to_owned(), credentials.secret.clone());
        let ends_a_field = |text: &str| text.contains('\0') || (mechanism.takes_token() && text.contains('\x01'));
        if ends_a_field(&username) || ends_a_field(secret.expose_secret()) {
            return Err(SaslError::Unsendable);
        }
        let mut state: Box<dyn Steps> = match mechanism {
            SaslMechanism::Login => Box::new(SaslLogin::new(SaslLoginCreds { username, password: secret })),
            SaslMechanism::Plain => Box::new(Plain::new(credentials)),
            SaslMechanism::ScramSha256 => {
                if !credentials.are_preparable() {
                    return Err(SaslError::Unpreparable);
                }
                let channel_binding = SaslGs2ChannelBinding::Unsupported;
                let credentials = SaslScramCreds { username, password: secret, nonce, channel_binding };
                Box::new(Scram { inner: SaslScramSha256::new(credentials), challenges: 0 })
            }
            SaslMechanism::XOAuth2 => Box::new(SaslXoauth2::new(SaslXoauth2Creds { username, token: secret })),
            SaslMechanism::OAuthBearer => {
                // The user name is escaped as in RFC 5801 §4.
                let username = username.replace('=', "=3D").replace(',', "=2C");
                let (host, port) = (credentials.host.to_owned(), credentials.port);
                Box::new(SaslOauthbearer::new(SaslOauthbearerCreds { username, host, port, token: secret }))
            }
        };
        let first = Some(encoded(&state.step(SaslArg::None)?));
        Ok(Self { mechanism, state, first })
    }

    /// The initial response, to be sent with the command if protocol and server allow that (with IMAP: SASL-IR, RFC
    /// 4959; with SMTP: always). `None` if the server speaks first in this mechanism, and after it was taken. If it is
    /// not taken, it becomes the response to the first challenge.
    pub fn initial_response(&mut self) -> Option<SecretString> {
        if self.mechanism == SaslMechanism::Login { None } else { self.first.take() }
    }

    /// The response to a challenge. Both are in base64, without the words that the protocol puts around them.
    ///
    /// # Errors
    /// If the exchange has to be cancelled: [`CANCEL`] is to be sent, and the server's answer to it is not a success.
    pub fn answer(&mut self, challenge: &[u8]) -> Result<SecretString, SaslError> {
        if let Some(first) = self.first.take() {
            // The first challenge is empty, or text for people.
            return Ok(first);
        }
        let challenge = STANDARD.decode(challenge.trim_ascii());
        let challenge = challenge.map_err(|_| SaslError::Broken("a challenge is no base64"))?;
        self.state.step(SaslArg::Input(&challenge)).map(|response| encoded(&response))
    }

    /// Ends the exchange after the server has reported success.
    ///
    /// # Errors
    /// If the server has not proved itself, so that it is no success.
    pub fn finish(mut self) -> Result<(), SaslError> {
        self.state.step(SaslArg::Done).map(drop)
    }
}

fn encoded(response: &[u8]) -> SecretString {
    STANDARD.encode(response).into()
}

fn prepared(text: &str) -> Option<Zeroizing<String>> {
    saslprep(text).ok().filter(|prepared| !prepared.is_empty()).map(Zeroizing::new)
}

/// A mechanism, step by step. Its last step returns nothing.
trait Steps: Send {
    fn step(&mut self, heard: SaslArg<'_>) -> Result<Zeroizing<Vec<u8>>, SaslError>;
}

/// The next step of a mechanism of io-sasl.
fn resumed<M: SaslCoroutine>(
    mechanism: &mut M,
    heard: SaslArg<'_>,
    failed: impl FnOnce(M::Error) -> SaslError,
) -> Result<Zeroizing<Vec<u8>>, SaslError> {
    match mechanism.resume(heard) {
        SaslCoroutineState::Yielded(SaslYield::WantsWrite(response)) => Ok(Zeroizing::new(response)),
        SaslCoroutineState::Yielded(SaslYield::WantsRead) => Err(SaslError::Broken("it is not its turn")),
        SaslCoroutineState::Complete(ended) => ended.map(|()| Zeroizing::default()).map_err(failed),
    }
}

const TOO_MANY: SaslError = SaslError::Broken("there are more challenges than the mechanism has");

impl Steps for SaslLogin {
    fn step(&mut self, heard: SaslArg<'_>) -> Result<Zeroizing<Vec<u8>>, SaslError> {
        resumed(self, heard, |_| TOO_MANY)
    }
}

impl Steps for SaslXoauth2 {
    fn step(&mut self, heard: SaslArg<'_>) -> Result<Zeroizing<Vec<u8>>, SaslError> {
        resumed(self, heard, |_| TOO_MANY)
    }
}

impl Steps for SaslOauthbearer {
    fn step(&mut self, heard: SaslArg<'_>) -> Result<Zeroizing<Vec<u8>>, SaslError> {
        resumed(self, heard, |_| TOO_MANY)
    }
}

/// PLAIN (RFC 4616). A name or password that `SASLprep` forbids is sent as it was typed; io-sasl would refuse it.
struct Plain {
    message: Option<Zeroizing<Vec<u8>>>,
}

impl Plain {
    fn new(credentials: &SaslCredentials<'_>) -> Self {
        let (user, secret) = (credentials.user, credentials.secret.expose_secret());
        let message = match (prepared(user), prepared(secret)) {
            (Some(user), Some(secret)) => format!("\0{}\0{}", *user, *secret),
            _ => format!("\0{user}\0{secret}"),
        };
        Self { message: Some(Zeroizing::new(message.into_bytes())) }
    }
}

impl Steps for Plain {
    fn step(&mut self, heard: SaslArg<'_>) -> Result<Zeroizing<Vec<u8>>, SaslError> {
        match heard {
            SaslArg::Done => Ok(Zeroizing::default()),
            SaslArg::None | SaslArg::Input(_) => self.message.take().ok_or(TOO_MANY),
        }
    }
}

/// SCRAM (RFC 5802, RFC 7677) with limits.
struct Scram {
    inner: SaslScramSha256,
    challenges: usize,
}

impl Steps for Scram {
    fn step(&mut self, heard: SaslArg<'_>) -> Result<Zeroizing<Vec<u8>>, SaslError> {
        if let SaslArg::Input(challenge) = &heard {
            self.challenges += 1;
            if self.challenges == 1 {
                within_limits(challenge)?;
            }
        }
        resumed(&mut self.inner, heard, |error| match error {
            SaslScramError::Preparation(_) => SaslError::Unpreparable,
            SaslScramError::ServerError(words) => SaslError::Refused(words),
            _ => SaslError::Unproved,
        })
    }
}

/// Whether the server's first message is acceptable: no mandatory extension (RFC 5802 §5.1), and not more iterations
/// than `MOST_ROUNDS`.
fn within_limits(server_first: &[u8]) -> Result<(), SaslError> {
    let mut fields = server_first.split(|byte| *byte == b',');
    if server_first.starts_with(b"m=") {
        return Err(SaslError::Broken("it asks for an extension that nobody knows"));
    }
    let rounds = |field: &[u8]| str::from_utf8(field.strip_prefix(b"i=")?).ok()?.parse::<u32>().ok();
    if fields.any(|field| rounds(field).is_some_and(|rounds| rounds > MOST_ROUNDS)) {
        return Err(SaslError::Broken("it asks for far more rounds of hashing than any server needs"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use secrecy::{ExposeSecret as _, SecretString};

    use super::{SaslCredentials, SaslError, SaslExchange, SaslMechanism};

    const NONCE: &[u8] = b"rOprNGfwEbeRWgbNEkqO";
    const SERVER_FIRST: &str = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    const SERVER_FINAL: &str = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    fn started(mechanism: SaslMechanism, user: &str, secret: &str) -> Result<SaslExchange, SaslError> {
        let secret = SecretString::from(secret);
        let credentials = SaslCredentials { user, secret: &secret, host: "server.example.com", port: 143 };
        SaslExchange::with_nonce(mechanism, &credentials, NONCE.to_vec())
    }

    fn decoded(response: &SecretString) -> String {
        String::from_utf8(STANDARD.decode(response.expose_secret()).unwrap()).unwrap()
    }

    fn first(mechanism: SaslMechanism, user: &str, secret: &str) -> (SaslExchange, String) {
        let mut exchange = started(mechanism, user, secret).unwrap();
        let response = exchange.initial_response().unwrap();
        (exchange, decoded(&response))
    }

    fn answer(exchange: &mut SaslExchange, challenge: &str) -> Result<String, SaslError> {
        exchange.answer(STANDARD.encode(challenge).as_bytes()).map(|response| decoded(&response))
    }

    #[test]
    fn scram_is_that_of_rfc_7677() {
        let (mut exchange, response) = first(SaslMechanism::ScramSha256, "user", "pencil");
        assert_eq!(response, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        assert_eq!(
            answer(&mut exchange, SERVER_FIRST).unwrap(),
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        );
        assert_eq!(answer(&mut exchange, SERVER_FINAL).unwrap(), "");
        exchange.finish().unwrap();
    }

    #[test]
    fn a_server_that_does_not_know_the_password_is_none_of_ours() {
        let last = |server_final: &str| {
            let (mut exchange, _) = first(SaslMechanism::ScramSha256, "user", "pencil");
            answer(&mut exchange, SERVER_FIRST).unwrap();
            answer(&mut exchange, server_final).unwrap_err()
        };
        for false_proof in ["v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "v=", "v=!", "x=1", ""] {
            assert!(matches!(last(false_proof), SaslError::Unproved), "{false_proof}");
        }
        assert!(matches!(last("e=invalid-proof"), SaslError::Refused(words) if words == "invalid-proof"));
        // The server reports success before it has proved anything.
        let (exchange, _) = first(SaslMechanism::ScramSha256, "user", "pencil");
        assert!(matches!(exchange.finish(), Err(SaslError::Unproved)));
        let (mut exchange, _) = first(SaslMechanism::ScramSha256, "user", "pencil");
        answer(&mut exchange, SERVER_FIRST).unwrap();
        assert!(matches!(exchange.finish(), Err(SaslError::Unproved)));
        // The server repeats the messages of another exchange.
        let (mut exchange, _) = first(SaslMechanism::ScramSha256, "user", "pencil");
        assert!(matches!(answer(&mut exchange, "r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"), Err(SaslError::Unproved)));
    }

    #[test]
    fn what_a_server_asks_for_has_limits() {
        for asked in ["i=4294967295", "i=2000001"] {
            let (mut exchange, _) = first(SaslMechanism::ScramSha256, "user", "pencil");
            let challenge = SERVER_FIRST.replace("i=4096", asked);
            assert!(matches!(answer(&mut exchange, &challenge), Err(SaslError::Broken(_))), "{asked}");
        }
        let (mut exchange, _) = first(SaslMechanism::ScramSha256, "user", "pencil");
        assert!(matches!(answer(&mut exchange, &format!("m=x,{SERVER_FIRST}")), Err(SaslError::Broken(_))));
        let (mut exchange, _) = first(SaslMechanism::Plain, "user", "pencil");
        assert!(matches!(answer(&mut exchange, "more"), Err(SaslError::Broken(_))));
        let (mut exchange, _) = first(SaslMechanism::ScramSha256, "user", "pencil");
        assert!(matches!(exchange.answer(b"no base64!"), Err(SaslError::Broken(_))));
    }

    #[test]
    fn oauthbearer_is_that_of_rfc_7628() {
        let (mut exchange, response) =
            first(SaslMechanism::OAuthBearer, "user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==");
        assert_eq!(
            response,
            "n,a=user@example.com,\x01host=server.example.com\x01port=143\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01"
        );
        // §3.2.3: the client answers an error with one byte, and the server then refuses the login.
        assert_eq!(answer(&mut exchange, "{\"status\":\"invalid_token\"}").unwrap(), "\x01");
        assert!(matches!(answer(&mut exchange, "{}"), Err(SaslError::Broken(_))));
        let (_, response) = first(SaslMechanism::OAuthBearer, "a,b=c", "t");
        assert!(response.starts_with("n,a=a=2Cb=3Dc,\x01"), "{response}");
    }

    #[test]
    fn xoauth2_answers_an_error_with_nothing() {
        let (mut exchange, response) =
            first(SaslMechanism::XOAuth2, "someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg");
        // The example of Google's documentation.
        assert_eq!(
            STANDARD.encode(response),
            "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ=="
        );
        assert_eq!(answer(&mut exchange, "{\"status\":\"401\",\"schemes\":\"bearer mac\"}").unwrap(), "");
        assert!(exchange.finish().is_err(), "after an error nothing is a success");
    }

    #[test]
    fn plain_and_login_send_what_was_typed() {
        let (exchange, response) = first(SaslMechanism::Plain, "tim", "tanstaaftanstaaf");
        assert_eq!(response, "\0tim\0tanstaaftanstaaf");
        exchange.finish().unwrap();
        let mut exchange = started(SaslMechanism::Login, "tim", "pass").unwrap();
        assert!(exchange.initial_response().is_none(), "the server asks first");
        assert_eq!(answer(&mut exchange, "Username:").unwrap(), "tim");
        assert_eq!(answer(&mut exchange, "Password:").unwrap(), "pass");
        exchange.finish().unwrap();
        // An initial response that is not sent with the command answers the first challenge.
        let mut exchange = started(SaslMechanism::Plain, "tim", "pass").unwrap();
        assert_eq!(answer(&mut exchange, "").unwrap(), "\0tim\0pass");
    }

    #[test]
    fn what_can_not_be_prepared_goes_by_plain_alone() {
        // SASLprep removes a soft hyphen and turns a full-width letter into an ordinary one (RFC 4013).
        assert_eq!(first(SaslMechanism::Plain, "u\u{ad}ser", "ｐencil").1, "\0user\0pencil");
        for forbidden in ["", "a\u{7}b", "\u{e000}"] {
            let refused = started(SaslMechanism::ScramSha256, "user", forbidden);
            assert!(matches!(refused, Err(SaslError::Unpreparable)), "{forbidden:?}");
            assert_eq!(first(SaslMechanism::Plain, "user", forbidden).1, format!("\0user\0{forbidden}"));
        }
        assert!(started(SaslMechanism::ScramSha256, "user", "gehäim \"q\\ 🔑").is_ok());
        assert!(matches!(started(SaslMechanism::Plain, "us\0er", "x"), Err(SaslError::Unsendable)));
        assert!(matches!(started(SaslMechanism::XOAuth2, "user", "x\x01y"), Err(SaslError::Unsendable)));
    }

    #[test]
    fn no_secret_is_told() {
        for mechanism in
            [SaslMechanism::Login, SaslMechanism::Plain, SaslMechanism::ScramSha256, SaslMechanism::XOAuth2]
        {
            let mut exchange = started(mechanism, "user", "S3CR3T").unwrap();
            let response = exchange.initial_response();
            let told = format!("{exchange:?} {response:?}");
            assert!(!told.contains("S3CR3T") && !told.contains(&STANDARD.encode("\0user\0S3CR3T")), "{told}");
        }
    }
}
