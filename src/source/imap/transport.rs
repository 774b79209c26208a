//! What changing and looking for messages need of a connection: commands go out together, as many as there are, and what
//! came of each comes back. One round trip is then the price of all of them.

use super::command::ImapCommand;
use super::failure::{ImapError, printable_text};
use super::fetch_response::FetchResponse;
use super::list_response::ListResponse;
use super::pipeline::CommandReply;
use super::session::{Access, Selected, Session};
use super::status::StatusResponse;
use super::untagged::Untagged;

pub(super) trait ImapTransport {
    /// Whether the server has a capability, by its name in capitals.
    fn can(&self, capability: &str) -> bool;

    /// The command that opens a folder by its name on the wire.
    fn selecting(&self, wire: &str, access: Access) -> ImapCommand;

    /// Sends commands and brings a reply to each, in their order. The end of each is its own; what the server tells before
    /// the end of one may belong to another, since some do several at once.
    fn ask(&mut self, commands: &[ImapCommand]) -> Result<Vec<CommandReply>, ImapError>;
}

/// Opens the folder of this name on the wire, to change something in it or only to read. The refusal where the server does not let us.
pub(super) fn open(
    transport: &mut dyn ImapTransport,
    wire: &str,
    access: Access,
) -> Result<Result<Selected, StatusResponse>, ImapError> {
    let command = transport.selecting(wire, access);
    let reply = transport.ask(&[command])?.into_iter().next();
    Ok(match reply {
        Some(reply) if reply.is_yes() => Ok(Selected::of(&reply)),
        Some(reply) => Err(reply.status),
        None => Ok(Selected::default()),
    })
}

impl ImapTransport for Session {
    fn can(&self, capability: &str) -> bool {
        self.capabilities().has(capability)
    }

    fn selecting(&self, wire: &str, access: Access) -> ImapCommand {
        self.selecting(wire, access)
    }

    fn ask(&mut self, commands: &[ImapCommand]) -> Result<Vec<CommandReply>, ImapError> {
        self.run(commands)
    }
}

impl CommandReply {
    pub(super) fn is_yes(&self) -> bool {
        self.status.is_ok()
    }

    pub(super) fn has(&self, code: &str) -> bool {
        self.status.code == code
    }

    /// What it told of messages, by their UIDs.
    pub(super) fn fetched(&self) -> impl Iterator<Item = (u32, &FetchResponse)> {
        self.untagged.iter().filter_map(|untagged| match untagged {
            Untagged::Fetched(fetched) => fetched.uid.map(|uid| (uid, fetched)),
            _ => None,
        })
    }

    /// The UIDs that each search found.
    pub(super) fn matched(&self) -> impl Iterator<Item = &[u32]> {
        self.untagged.iter().filter_map(|untagged| match untagged {
            Untagged::Search(uids) => Some(uids.as_slice()),
            _ => None,
        })
    }

    pub(super) fn listed(&self) -> impl Iterator<Item = &ListResponse> {
        self.untagged.iter().filter_map(|untagged| match untagged {
            Untagged::Listed(listed) => Some(listed),
            _ => None,
        })
    }
}

/// What the server said for people, as the end of a sentence.
pub(super) fn server_said(status: &StatusResponse) -> String {
    let text = printable_text(&status.text);
    if text.is_empty() { text } else { format!("; the server says: {text}") }
}
