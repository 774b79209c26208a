//! From the name of a host to a login: the greeting, TLS, and the capabilities of the server.
//!
//! Nothing that was received before TLS counts after it. If bytes are left in the buffer then, somebody in between has
//! put them there; and a server that greets us as logged in already is not to be trusted.

use std::time::Duration;

use secrecy::SecretString;

use super::capabilities::Capabilities;
use super::command::ImapCommand;
use super::failure::{ImapError, printable_text};
use super::framing::FramedStream;
use super::login::{LoginMethod, login};
use super::pipeline::Pipeline;
use super::untagged::{self, ServerResponse, Untagged};
use crate::config::{ImapConfig, Security};
use crate::net::{self, RootCertificates};

/// How long to wait for the greeting before asking whether the server expects TLS, and how long to wait for that
/// answer.
const GREETING: Duration = Duration::from_secs(4);

/// Opens a connection and logs in.
pub(super) fn open(
    account: &ImapConfig,
    trust: &RootCertificates,
    secret: &SecretString,
    method: Option<LoginMethod>,
) -> Result<(Pipeline, Capabilities, LoginMethod), ImapError> {
    let (mut pipeline, capabilities) = reach(account, trust)?;
    let (after, method) = login(&mut pipeline, account, secret, &capabilities, method)?;
    let capabilities = after.map_or_else(|| ask(&mut pipeline), Ok)?;
    // iCloud's QRESYNC reports messages as vanished that still exist.
    let broken = account.host.to_ascii_lowercase().ends_with(".mail.me.com");
    let capabilities = if broken { capabilities.without("QRESYNC") } else { capabilities };
    pipeline.literals = capabilities.literals();
    Ok((pipeline, capabilities, method))
}

/// Opens a connection up to the login, and returns the capabilities.
pub(super) fn reach(account: &ImapConfig, trust: &RootCertificates) -> Result<(Pipeline, Capabilities), ImapError> {
    let ImapConfig { host, port, .. } = account;
    let mut stream = net::connect(host, *port)?;
    if account.security == Security::Tls {
        stream = stream.secure(host, *port, trust)?;
    }
    let mut pipeline = Pipeline::new(FramedStream::new(host, stream));
    if account.security != Security::Tls {
        expects_no_tls(&mut pipeline, *port, trust)?;
    }
    let greeted = greeting(&mut pipeline)?;
    if account.security != Security::StartTls {
        let capabilities = greeted.map_or_else(|| ask(&mut pipeline), Ok)?;
        return Ok((pipeline, capabilities));
    }
    let capabilities = greeted.map_or_else(|| ask(&mut pipeline), Ok)?;
    if !capabilities.has("STARTTLS") {
        return Err(ImapError::NoStartTls { host: host.clone() });
    }
    let reply = pipeline.run_one(&ImapCommand::new("STARTTLS", "beginning TLS"))?;
    if !reply.status.is_ok() {
        return Err(ImapError::NoStartTls { host: host.clone() });
    }
    let framed = pipeline.into_stream();
    if framed.has_more() || !reply.untagged.is_empty() {
        return Err(ImapError::Injected { host: host.clone() });
    }
    let stream = framed.into_stream().secure(host, *port, trust)?;
    let mut pipeline = Pipeline::new(FramedStream::new(host, stream));
    let capabilities = ask(&mut pipeline)?;
    Ok((pipeline, capabilities))
}

/// A server that expects TLS from the first byte sends no greeting to a client without TLS. So if none comes, this
/// finds out whether it speaks TLS.
fn expects_no_tls(pipeline: &mut Pipeline, port: u16, trust: &RootCertificates) -> Result<(), ImapError> {
    if pipeline.stream().has_input_within(GREETING)? || !net::speaks_tls(pipeline.host(), port, trust, GREETING) {
        return Ok(());
    }
    Err(ImapError::TlsAtOnce { host: pipeline.host().to_owned(), port })
}

/// Reads the greeting, and the capabilities if they are part of it.
fn greeting(pipeline: &mut Pipeline) -> Result<Option<Capabilities>, ImapError> {
    let answer = pipeline.stream().response()?;
    match untagged::read(answer) {
        Some(ServerResponse::Untagged(Untagged::Status(status))) if status.is_ok() => {
            let told = (status.code == "CAPABILITY").then(|| untagged::capabilities(&status.arguments));
            Ok(told.map(Capabilities::of).filter(|capabilities| !capabilities.is_empty()))
        }
        Some(ServerResponse::Untagged(Untagged::Bye(status))) => {
            Err(ImapError::NotNow { host: pipeline.host().to_owned(), text: printable_text(&status.text) })
        }
        Some(ServerResponse::Untagged(Untagged::Preauth(_))) => {
            Err(pipeline.stream().protocol_error("it greets as if logged in, before TLS and a password"))
        }
        _ => Err(pipeline.stream().protocol_error("it sends no greeting")),
    }
}

/// Asks for the capabilities.
fn ask(pipeline: &mut Pipeline) -> Result<Capabilities, ImapError> {
    let reply = pipeline.run_ok(&ImapCommand::new("CAPABILITY", "asking what it can do"))?;
    let told = reply.untagged.into_iter().find_map(|untagged| match untagged {
        Untagged::Capability(words) => Some(Capabilities::of(words)),
        _ => None,
    });
    told.ok_or_else(|| pipeline.stream().protocol_error("it does not list its capabilities"))
}
