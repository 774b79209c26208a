//! From the name of a host to a server that takes messages: the greeting, EHLO, TLS and the login.
//!
//! Nothing that was received before TLS counts after it.

use std::time::Duration;

use secrecy::SecretString;

use super::SendLimits;
use super::connection::{NoReply, SmtpConnection};
use super::extensions::Extensions;
use super::failure::SmtpError;
use super::login::log_in;
use super::reply::SmtpReply;
use crate::config::{Security, SmtpConfig};
use crate::domain::delivery::DeliveryStage;
use crate::net::sasl::SaslMechanism;
use crate::net::{self, RootCertificates};

/// Who we are: an address literal (RFC 5321 §4.1.3), and always the same one, since the name and the address of this computer
/// are nobody's business.
const SELF: &str = "[127.0.0.1]";
/// How long to wait for the greeting before asking whether the server expects TLS, and how long to wait for that answer.
const GREETING: Duration = Duration::from_secs(4);
/// How long to wait for the answer to QUIT, which does not matter.
const GOODBYE: Duration = Duration::from_secs(1);

/// A server that is ready to take messages.
#[derive(Debug)]
pub(super) struct SmtpSession {
    pub(super) connection: SmtpConnection,
    pub(super) extensions: Extensions,
    pub(super) mechanism: Option<SaslMechanism>,
}

impl SmtpSession {
    /// Connects and, if the settings say so, logs in.
    pub(super) fn open(
        config: &SmtpConfig,
        secret: Option<&SecretString>,
        limits: &SendLimits,
    ) -> Result<Self, SmtpError> {
        let (mut connection, extensions) = reach(config, limits)?;
        let mut mechanism = None;
        if let Some(login) = &config.login {
            let secret = secret.ok_or(SmtpError::NoSecret)?;
            mechanism = Some(log_in(&mut connection, config, login, secret, &extensions)?);
        }
        Ok(Self { connection, extensions, mechanism })
    }

    /// Ends the session. Whatever comes of that changes nothing.
    pub(super) fn quit(mut self) {
        if self.connection.command("QUIT\r\n").is_ok() {
            let _ = self.connection.reply_within(GOODBYE);
        }
    }
}

/// Everything up to the login.
fn reach(config: &SmtpConfig, limits: &SendLimits) -> Result<(SmtpConnection, Extensions), SmtpError> {
    let SmtpConfig { host, port, security, .. } = config;
    let mut stream = net::connect(host, *port)?;
    if *security == Security::Tls {
        stream = stream.secure(host, *port, &trusted(config)?)?;
    }
    let mut connection = SmtpConnection::new(stream, limits.answer);
    if *security != Security::Tls {
        expects_no_tls(&mut connection, config, limits)?;
    }
    let lost = |stage| move |error| SmtpError::NoReply { host: host.clone(), stage, error };
    let greeting = connection.reply().map_err(lost(DeliveryStage::Connect))?;
    welcome(host, greeting)?;
    let extensions = hello(&mut connection, host, DeliveryStage::Connect)?;
    if *security != Security::StartTls {
        return Ok((connection, extensions));
    }
    if !extensions.has("STARTTLS") {
        return Err(SmtpError::NoStartTls { host: host.clone() });
    }
    let reply = ask(&mut connection, "STARTTLS\r\n").map_err(lost(DeliveryStage::Tls))?;
    match reply.code {
        220 => {}
        400..500 => return Err(SmtpError::NotNow { host: host.clone(), stage: DeliveryStage::Tls, reply }),
        _ => return Err(SmtpError::NoStartTls { host: host.clone() }),
    }
    // Bytes that came before TLS were put there by somebody in between (RFC 3207 §4.2).
    if connection.has_more() {
        return Err(SmtpError::Injected { host: host.clone() });
    }
    let stream = connection.into_stream().secure(host, *port, &trusted(config)?)?;
    let mut connection = SmtpConnection::new(stream, limits.answer);
    let extensions = hello(&mut connection, host, DeliveryStage::Tls)?;
    Ok((connection, extensions))
}

/// A server that expects TLS from the first byte sends no greeting to a client without TLS. So if none comes, this finds
/// out whether it speaks TLS.
fn expects_no_tls(connection: &mut SmtpConnection, config: &SmtpConfig, limits: &SendLimits) -> Result<(), SmtpError> {
    let (host, port) = (config.host.clone(), config.port);
    let patience = GREETING.min(limits.answer);
    let greeted = connection.has_input_within(patience);
    let stage = DeliveryStage::Connect;
    let greeted = greeted.map_err(|error| SmtpError::NoReply { host: host.clone(), stage, error })?;
    if greeted || !net::speaks_tls(&host, port, &trusted(config)?, patience) {
        return Ok(());
    }
    Err(SmtpError::TlsAtOnce { host, port })
}

/// Which certificates are trusted. They are read only where TLS is spoken.
fn trusted(config: &SmtpConfig) -> Result<RootCertificates, SmtpError> {
    Ok(RootCertificates::new(config.ca.as_deref())?)
}

fn welcome(host: &str, greeting: SmtpReply) -> Result<(), SmtpError> {
    let host = host.to_owned();
    match greeting.class() {
        2 => Ok(()),
        4 => Err(SmtpError::NotNow { host, stage: DeliveryStage::Connect, reply: greeting }),
        _ => Err(SmtpError::Unwelcome { host, reply: greeting }),
    }
}

/// EHLO and, for servers that do not know it, HELO.
fn hello(connection: &mut SmtpConnection, host: &str, stage: DeliveryStage) -> Result<Extensions, SmtpError> {
    let lost = |error| SmtpError::NoReply { host: host.to_owned(), stage, error };
    let reply = ask(connection, &format!("EHLO {SELF}\r\n")).map_err(lost)?;
    if reply.class() == 2 {
        return Ok(Extensions::of(&reply));
    }
    if matches!(reply.code, 500 | 502 | 504) {
        let reply = ask(connection, &format!("HELO {SELF}\r\n")).map_err(lost)?;
        return welcome(host, reply).map(|()| Extensions::default());
    }
    welcome(host, reply).map(|()| Extensions::default())
}

fn ask(connection: &mut SmtpConnection, line: &str) -> Result<SmtpReply, NoReply> {
    connection.command(line)?;
    connection.reply()
}
