//! What changing and searching need of a connection: all commands are sent together, and the reply to each comes back,
//! so that they cost one round trip.

use super::command::ImapCommand;
use super::failure::{ImapError, printable_text};
use super::fetch_response::FetchResponse;
use super::list_response::ListResponse;
use super::pipeline::CommandReply;
use super::session::{Access, Selected, Session};
use super::status::StatusResponse;
use super::untagged::Untagged;

pub(super) trait ImapTransport {
    /// Whether the server has a capability; its name in upper case.
    fn has_capability(&self, capability: &str) -> bool;

    /// The largest message, in bytes, that may be appended, if the server says so for all folders (APPENDLIMIT, RFC 7889).
    fn append_limit(&self) -> Option<u64>;

    /// The command that opens a folder by its encoded name.
    fn select_command(&self, encoded: &str, access: Access) -> ImapCommand;

    /// Sends commands and returns the reply to each, in their order. Each status belongs to its command. An untagged
    /// response may belong to another command than the one that it is returned with, because some servers run several
    /// at once.
    fn ask(&mut self, commands: &[ImapCommand]) -> Result<Vec<CommandReply>, ImapError>;
}

/// Opens a folder by its encoded name, for changes or only for reading. The inner error is the server's refusal.
pub(super) fn open(
    transport: &mut dyn ImapTransport,
    encoded: &str,
    access: Access,
) -> Result<Result<Selected, StatusResponse>, ImapError> {
    let command = transport.select_command(encoded, access);
    let reply = transport.ask(&[command])?.into_iter().next();
    Ok(match reply {
        Some(reply) if reply.is_ok() => Ok(Selected::of(&reply)),
        Some(reply) => Err(reply.status),
        None => Ok(Selected::default()),
    })
}

impl ImapTransport for Session {
    fn has_capability(&self, capability: &str) -> bool {
        self.capabilities().has(capability)
    }

    fn append_limit(&self) -> Option<u64> {
        self.capabilities().append_limit()
    }

    fn select_command(&self, encoded: &str, access: Access) -> ImapCommand {
        self.select_command(encoded, access)
    }

    /// A list of flags that was cut looks like one with fewer flags, and a change would be given up for that: after such a
    /// response nothing of the connection is believed, and all is asked again on a new one.
    fn ask(&mut self, commands: &[ImapCommand]) -> Result<Vec<CommandReply>, ImapError> {
        let replies = self.run(commands)?;
        let is_cut = |untagged: &Untagged| matches!(untagged, Untagged::Fetched(fetched) if fetched.is_cut);
        if replies.iter().flat_map(|reply| &reply.untagged).any(is_cut) {
            return Err(ImapError::Odd { host: self.host().to_owned(), what: "it ends a response too early" });
        }
        Ok(replies)
    }
}

impl CommandReply {
    pub(super) fn is_ok(&self) -> bool {
        self.status.is_ok()
    }

    pub(super) fn has(&self, code: &str) -> bool {
        self.status.code == code
    }

    /// The FETCH responses, with the UIDs of the messages.
    pub(super) fn fetched(&self) -> impl Iterator<Item = (u32, &FetchResponse)> {
        self.untagged.iter().filter_map(|untagged| match untagged {
            Untagged::Fetched(fetched) => fetched.uid.map(|uid| (uid, fetched)),
            _ => None,
        })
    }

    /// The UIDs that each SEARCH found.
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

/// The server's text for people, as the end of a sentence.
pub(super) fn server_said(status: &StatusResponse) -> String {
    let text = printable_text(&status.text);
    if text.is_empty() { text } else { format!("; the server says: {text}") }
}
