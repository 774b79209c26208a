//! From the name of a host to an account whose scripts can be changed: the greeting, TLS, the login, and what the server can.
//!
//! Nothing that was received before TLS counts after it (RFC 5804 §2.2).

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::connection::{SieveConnection, string};
use super::failure::ManageSieveError;
use super::reply::{SieveEnd, SieveLine, SieveReply, SieveStatus, SieveToken};
use crate::config::{Auth, ManageSieveConfig, Security};
use crate::net::sasl::{CANCEL, SaslCredentials, SaslError, SaslExchange, SaslMechanism};
use crate::net::{self, RootCertificates};
use crate::outgoing::login::choose;

/// How long to wait for the greeting before asking whether the server expects TLS, and how long to wait for that answer.
const GREETING: Duration = Duration::from_secs(4);
/// How long to wait for the answer to the first command before it is sent once more, where TLS began with the first byte.
const AWAKE: Duration = Duration::from_secs(2);
/// How many challenges an exchange may have: no mechanism has more than three.
const CHALLENGES: usize = 8;

/// What a server can (RFC 5804 §1.7): names in upper case, and values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SieveCapabilities(Vec<(String, String)>);

impl SieveCapabilities {
    fn of(reply: &SieveReply) -> Self {
        let pair = |line: &Vec<SieveToken>| {
            let mut texts = line.iter().filter_map(SieveToken::text);
            Some((texts.next()?.to_ascii_uppercase(), texts.next().unwrap_or_default()))
        };
        Self(reply.lines.iter().filter_map(pair).collect())
    }

    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// Whether one of the words of a value is this.
    pub(super) fn has_word(&self, name: &str, word: &str) -> bool {
        self.value(name).is_some_and(|value| value.split_ascii_whitespace().any(|it| it.eq_ignore_ascii_case(word)))
    }
}

/// Somebody who is logged in.
#[derive(Debug)]
pub(super) struct SieveSession {
    pub(super) connection: SieveConnection,
    pub(super) host: String,
    pub(super) capabilities: SieveCapabilities,
    pub(super) mechanism: SaslMechanism,
}

impl SieveSession {
    pub(super) fn open(
        config: &ManageSieveConfig,
        secret: &SecretString,
        patience: Duration,
    ) -> Result<Self, ManageSieveError> {
        let (mut connection, capabilities) = reach(config, patience)?;
        let mechanism = log_in(&mut connection, config, secret, &capabilities)?;
        // The server may be another one than the one that took the login, and can more or less.
        let reply = connection.ask("CAPABILITY")?;
        let capabilities = if reply.end.status == SieveStatus::Ok && !reply.lines.is_empty() {
            SieveCapabilities::of(&reply)
        } else {
            capabilities
        };
        Ok(Self { connection, host: config.host.clone(), capabilities, mechanism })
    }

    /// Sends a command, and returns the reply if it is OK.
    pub(super) fn done(&mut self, name: &'static str, command: &str) -> Result<SieveReply, ManageSieveError> {
        let reply = self.connection.ask(command)?;
        if reply.end.status == SieveStatus::Ok { Ok(reply) } else { Err(self.refused(name, &reply.end)) }
    }

    pub(super) fn refused(&self, command: &'static str, end: &SieveEnd) -> ManageSieveError {
        let later = end.code == "TRYLATER";
        ManageSieveError::Refused { host: self.host.clone(), command, later, said: end.shown() }
    }

    /// Ends the session. Whatever comes of that changes nothing.
    pub(super) fn log_out(mut self) {
        let _ = self.connection.send("LOGOUT");
    }
}

/// Everything up to the login.
fn reach(
    config: &ManageSieveConfig,
    patience: Duration,
) -> Result<(SieveConnection, SieveCapabilities), ManageSieveError> {
    let ManageSieveConfig { host, port, security, .. } = config;
    let trusted = || Ok::<_, ManageSieveError>(RootCertificates::new(config.ca.as_deref())?);
    let mut stream = net::connect(host, *port)?;
    if *security == Security::Tls {
        stream = stream.secure(host, *port, &trusted()?)?;
    }
    let mut connection = SieveConnection::new(stream, host, patience);
    // A server that expects TLS from the first byte greets nobody without it.
    if *security != Security::Tls {
        let wait = GREETING.min(patience);
        if !connection.has_input_within(wait)? && net::speaks_tls(host, *port, &trusted()?, wait) {
            return Err(ManageSieveError::TlsAtOnce { host: host.clone(), port: *port });
        }
    }
    let capabilities = greeting(&mut connection, host)?;
    if *security == Security::Tls {
        wake(&mut connection, AWAKE.min(patience))?;
    }
    if *security != Security::StartTls {
        return Ok((connection, capabilities));
    }
    if !capabilities.has("STARTTLS") {
        return Err(ManageSieveError::NoStartTls { host: host.clone() });
    }
    let reply = connection.ask("STARTTLS")?;
    if reply.end.status != SieveStatus::Ok {
        return Err(ManageSieveError::NoStartTls { host: host.clone() });
    }
    // Bytes that came before TLS were put there by somebody in between.
    if connection.has_more() {
        return Err(ManageSieveError::Injected { host: host.clone() });
    }
    let stream = connection.into_stream().secure(host, *port, &trusted()?)?;
    let mut connection = SieveConnection::new(stream, host, patience);
    let capabilities = greeting(&mut connection, host)?;
    Ok((connection, capabilities))
}

/// What a server says of itself at the beginning, and after TLS again.
fn greeting(connection: &mut SieveConnection, host: &str) -> Result<SieveCapabilities, ManageSieveError> {
    let reply = connection.reply()?;
    match reply.end.status {
        SieveStatus::Ok => Ok(SieveCapabilities::of(&reply)),
        _ => Err(ManageSieveError::NotNow { host: host.to_owned(), said: reply.end.shown() }),
    }
}

/// Makes sure that a server that has greeted reads on. Dovecot 2.3 greets before the handshake of TLS is over, and waits for its socket: a
/// command that came in one piece with the end of the handshake is decrypted already, and lies there until more comes. So the first command
/// is one that changes nothing and may be sent in any state (RFC 5804 §2.4), and it is sent once more where nothing comes within `most`.
fn wake(connection: &mut SieveConnection, most: Duration) -> Result<(), ManageSieveError> {
    let asks = "CAPABILITY";
    connection.send(asks)?;
    if !connection.has_input_within(most)? {
        connection.send(asks)?;
        connection.reply()?;
    }
    connection.reply().map(drop)
}

/// Logs in, and returns by which mechanism. A server that offers SCRAM to everybody and refuses it gets the password itself over TLS.
fn log_in(
    connection: &mut SieveConnection,
    config: &ManageSieveConfig,
    secret: &SecretString,
    capabilities: &SieveCapabilities,
) -> Result<SaslMechanism, ManageSieveError> {
    let encrypted = config.security != Security::None;
    let credentials = SaslCredentials { user: &config.user, secret, host: &config.host, port: config.port };
    let chosen = |scram| choose(config.auth, |it: SaslMechanism| capabilities.has_word("SASL", it.name()), scram);
    let no_way = || ManageSieveError::NoWay { host: config.host.clone(), asked: config.auth != Auth::Password };
    let mechanism = chosen(!encrypted || credentials.are_preparable()).ok_or_else(no_way)?;
    let first = exchange(connection, &credentials, mechanism);
    let again = config.auth == Auth::Password && mechanism == SaslMechanism::ScramSha256 && encrypted;
    match (first, chosen(false)) {
        (Err(ManageSieveError::Login { .. }), Some(other)) if again => {
            exchange(connection, &credentials, other).map(|()| other)
        }
        (ended, _) => ended.map(|()| mechanism),
    }
}

/// AUTHENTICATE (RFC 5804 §2.1).
fn exchange(
    connection: &mut SieveConnection,
    credentials: &SaslCredentials<'_>,
    mechanism: SaslMechanism,
) -> Result<(), ManageSieveError> {
    let host = credentials.host;
    let broken = |what| ManageSieveError::BrokenLogin { host: host.to_owned(), what };
    let mut exchange = SaslExchange::start(mechanism, credentials).map_err(|error| failure(host, &error))?;
    let mut command = format!("AUTHENTICATE {}", string(mechanism.name()));
    if let Some(initial) = exchange.initial_response() {
        command.push(' ');
        command.push_str(&string(initial.expose_secret()));
    }
    send(connection, &command.into())?;
    let mut given_up = None;
    for _ in 0..CHALLENGES {
        match connection.line()? {
            SieveLine::Data(tokens) => {
                let challenge = tokens.first().and_then(SieveToken::text).unwrap_or_default();
                let response = exchange.answer(challenge.as_bytes()).unwrap_or_else(|error| {
                    given_up = Some(error);
                    CANCEL.into()
                });
                send(connection, &string(response.expose_secret()).into())?;
            }
            SieveLine::End(end) if end.status == SieveStatus::Ok && given_up.is_none() => {
                // What the server says last may come with its OK.
                if end.code == "SASL" && mechanism == SaslMechanism::ScramSha256 {
                    exchange.answer(&end.argument).map_err(|error| failure(host, &error))?;
                }
                return exchange.finish().map_err(|error| failure(host, &error));
            }
            SieveLine::End(end) => {
                let token = mechanism.takes_token();
                let refused = ManageSieveError::Login { host: host.to_owned(), token, said: end.shown() };
                return Err(match given_up {
                    Some(error) => failure(host, &error),
                    None if end.code == "TRYLATER" => {
                        ManageSieveError::NotNow { host: host.to_owned(), said: end.shown() }
                    }
                    None if end.status == SieveStatus::No => refused,
                    None => broken("its reply is neither a challenge nor an end"),
                });
            }
        }
    }
    Err(given_up.map_or(broken("there are more challenges than the mechanism has"), |error| failure(host, &error)))
}

fn send(connection: &mut SieveConnection, line: &SecretString) -> Result<(), ManageSieveError> {
    connection.send(line.expose_secret())
}

fn failure(host: &str, error: &SaslError) -> ManageSieveError {
    let host = host.to_owned();
    match error {
        SaslError::Unpreparable | SaslError::Unsendable => ManageSieveError::Unsendable,
        SaslError::NoRandom(_) => ManageSieveError::NoRandom,
        SaslError::Refused(_) => ManageSieveError::Login { host, token: false, said: String::new() },
        SaslError::Unproved => ManageSieveError::Unproved { host },
        SaslError::Broken(what) => ManageSieveError::BrokenLogin { host, what },
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;
    use std::time::Duration;

    use super::{SieveConnection, wake};

    const PATIENCE: Duration = Duration::from_secs(20);

    /// A server that answers so many commands at once, as soon as it has them; what it got until the other side was done.
    fn woken(answers: usize, most: Duration) -> Vec<String> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = std::thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let mut lines = BufReader::new(&stream).lines();
            let mut got = Vec::new();
            while let Some(Ok(line)) = lines.next() {
                got.push(line);
                if got.len() == answers {
                    (&stream).write_all("\"SASL\" \"PLAIN\"\r\nOK\r\n".repeat(answers).as_bytes()).unwrap();
                }
            }
            got
        });
        let mut connection = SieveConnection::new(crate::net::connect("127.0.0.1", port).unwrap(), "host", PATIENCE);
        wake(&mut connection, most).unwrap();
        assert!(!connection.has_more(), "every answer was read");
        connection.send("LOGOUT").unwrap();
        drop(connection);
        server.join().unwrap()
    }

    #[test]
    fn a_server_that_has_read_a_command_and_forgot_it_is_asked_once_more() {
        assert_eq!(woken(1, PATIENCE), ["CAPABILITY", "LOGOUT"]);
        assert_eq!(woken(2, Duration::from_millis(50)), ["CAPABILITY", "CAPABILITY", "LOGOUT"]);
    }
}
