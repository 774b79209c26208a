//! From a host's name to a login: the greeting, TLS, what the server can do, and who we are.
//!
//! Nothing that was said before TLS counts after it: what is left in the buffer then was put there by somebody in between,
//! and a server that takes us for logged in already is not talking to us.

use std::time::Duration;

use secrecy::SecretString;

use super::capabilities::Capabilities;
use super::command::Command;
use super::exchange::Exchange;
use super::failure::{ImapError, said};
use super::login::{Way, login};
use super::untagged::{self, Told, Untagged};
use super::wire::Wire;
use crate::config::{ImapConfig, Security};
use crate::net::{self, Trust};

/// How long a server may take to greet before it is asked whether it waits for TLS, and to answer that.
const GREETING: Duration = Duration::from_secs(4);

/// Opens a connection and logs in.
pub(super) fn open(
    account: &ImapConfig,
    trust: &Trust,
    secret: &SecretString,
    way: Option<Way>,
) -> Result<(Exchange, Capabilities, Way), ImapError> {
    let (mut exchange, capabilities) = reach(account, trust)?;
    let (after, way) = login(&mut exchange, account, secret, &capabilities, way)?;
    let capabilities = after.map_or_else(|| ask(&mut exchange), Ok)?;
    // Its QRESYNC tells of messages as gone that are there.
    let broken = account.host.to_ascii_lowercase().ends_with(".mail.me.com");
    let capabilities = if broken { capabilities.without("QRESYNC") } else { capabilities };
    exchange.literals = capabilities.literals();
    Ok((exchange, capabilities, way))
}

/// Opens a connection as far as the login, and tells what the server can do.
pub(super) fn reach(account: &ImapConfig, trust: &Trust) -> Result<(Exchange, Capabilities), ImapError> {
    let ImapConfig { host, port, .. } = account;
    let mut stream = net::connect(host, *port)?;
    if account.security == Security::Tls {
        stream = stream.secure(host, *port, trust)?;
    }
    let mut exchange = Exchange::new(Wire::new(host, stream));
    if account.security != Security::Tls {
        expects_no_tls(&mut exchange, *port, trust)?;
    }
    let greeted = greeting(&mut exchange)?;
    if account.security != Security::StartTls {
        let capabilities = greeted.map_or_else(|| ask(&mut exchange), Ok)?;
        return Ok((exchange, capabilities));
    }
    let capabilities = greeted.map_or_else(|| ask(&mut exchange), Ok)?;
    if !capabilities.has("STARTTLS") {
        return Err(ImapError::NoStartTls { host: host.clone() });
    }
    let reply = exchange.one(&Command::new("STARTTLS", "beginning TLS"))?;
    if !reply.status.is_ok() {
        return Err(ImapError::NoStartTls { host: host.clone() });
    }
    let wire = exchange.into_wire();
    if wire.has_more() || !reply.untagged.is_empty() {
        return Err(ImapError::Injected { host: host.clone() });
    }
    let stream = wire.into_stream().secure(host, *port, trust)?;
    let mut exchange = Exchange::new(Wire::new(host, stream));
    let capabilities = ask(&mut exchange)?;
    Ok((exchange, capabilities))
}

/// A server that waits for TLS from the first byte says nothing to who waits for its greeting. Where none comes, it is asked.
fn expects_no_tls(exchange: &mut Exchange, port: u16, trust: &Trust) -> Result<(), ImapError> {
    if exchange.wire().says_something(GREETING)? || !net::speaks_tls(exchange.host(), port, trust, GREETING) {
        return Ok(());
    }
    Err(ImapError::TlsAtOnce { host: exchange.host().to_owned(), port })
}

/// Reads the greeting, and what it tells of what the server can do.
fn greeting(exchange: &mut Exchange) -> Result<Option<Capabilities>, ImapError> {
    let answer = exchange.wire().answer()?;
    match untagged::read(answer) {
        Some(Told::Untagged(Untagged::Status(status))) if status.is_ok() => {
            let told = (status.code == "CAPABILITY").then(|| untagged::capabilities(&status.arguments));
            Ok(told.map(Capabilities::of).filter(|capabilities| !capabilities.is_empty()))
        }
        Some(Told::Untagged(Untagged::Bye(status))) => {
            Err(ImapError::NotNow { host: exchange.host().to_owned(), text: said(&status.text) })
        }
        Some(Told::Untagged(Untagged::Preauth(_))) => {
            Err(exchange.wire().odd("it lets in whoever comes, before TLS and a password"))
        }
        _ => Err(exchange.wire().odd("it does not greet")),
    }
}

/// Asks what the server can do.
fn ask(exchange: &mut Exchange) -> Result<Capabilities, ImapError> {
    let reply = exchange.done(&Command::new("CAPABILITY", "asking what it can do"))?;
    let told = reply.untagged.into_iter().find_map(|untagged| match untagged {
        Untagged::Capability(words) => Some(Capabilities::of(words)),
        _ => None,
    });
    told.ok_or_else(|| exchange.wire().odd("it does not say what it can do"))
}
