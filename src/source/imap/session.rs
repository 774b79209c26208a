//! A connection that is logged in: the capabilities of the server, the open folder, and the commands in it.

use std::time::Duration;

use secrecy::SecretString;

use super::capabilities::Capabilities;
use super::command::{ImapCommand, OPENING};
use super::connection;
use super::failure::ImapError;
use super::login::LoginMethod;
use super::pipeline::{CommandReply, OnUntagged, Pipeline};
use super::status::{CopyUid, StatusResponse};
use super::untagged::Untagged;
use crate::config::ImapConfig;
use crate::net::{ANSWER, RootCertificates};

#[derive(Debug)]
pub(super) struct Session {
    pipeline: Pipeline,
    capabilities: Capabilities,
    /// Whether removed messages are reported by their UIDs (RFC 7162 §3.2.10).
    pub(super) qresync: bool,
    /// Whether messages have mod-sequences (RFC 7162 §3.1).
    pub(super) condstore: bool,
}

/// Whether a folder is opened for changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// EXAMINE: nothing is changed, not even the flag \Recent.
    Read,
    Write,
}

/// What a server says of a folder when it opens it (RFC 9051 §6.3.2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Selected {
    pub(super) validity: Option<u32>,
    pub(super) next: Option<u32>,
    pub(super) exists: u32,
    /// HIGHESTMODSEQ; `None` if the folder has no mod-sequences.
    pub(super) modseq: Option<u64>,
    /// Whether new keywords can be created in it.
    pub(super) keywords: bool,
    /// PERMANENTFLAGS, as the server wrote them; `None` if the server did not send them, which means all flags.
    pub(super) permanent: Option<Vec<String>>,
    pub(super) read_write: bool,
}

impl Session {
    /// Connects and logs in, first with the method that succeeded last. Returns the method that succeeded.
    pub(super) fn connect(
        account: &ImapConfig,
        trust: &RootCertificates,
        secret: &SecretString,
        method: Option<LoginMethod>,
    ) -> Result<(Self, LoginMethod), ImapError> {
        let (pipeline, capabilities, method) = connection::open(account, trust, secret, method)?;
        let mut session = Self { pipeline, capabilities, qresync: false, condstore: false };
        session.enable()?;
        Ok((session, method))
    }

    /// Enables what makes changes cheap to find (QRESYNC or CONDSTORE).
    fn enable(&mut self) -> Result<(), ImapError> {
        self.condstore = self.capabilities.has("CONDSTORE") || self.capabilities.has("QRESYNC");
        if self.capabilities.has("ENABLE") && self.capabilities.has("QRESYNC") {
            let reply = self.pipeline.run_one(&ImapCommand::new("ENABLE QRESYNC", "switching on QRESYNC"))?;
            self.qresync = reply.status.is_ok();
        }
        Ok(())
    }

    pub(super) fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    pub(super) fn host(&self) -> &str {
        self.pipeline.host()
    }

    pub(super) fn pipeline(&mut self) -> &mut Pipeline {
        &mut self.pipeline
    }

    /// Sends NOOP, to find out whether the connection works and whether anything happened in the open folder.
    ///
    /// # Errors
    /// If no response comes within this time.
    pub(super) fn probe(&mut self, within: Duration) -> Result<CommandReply, ImapError> {
        self.pipeline.stream().set_timeout(within)?;
        let reply = self.pipeline.run_one(&ImapCommand::new("NOOP", "asking whether it is there"))?;
        self.pipeline.stream().set_timeout(ANSWER)?;
        Ok(reply)
    }

    /// Opens a folder by its encoded name.
    ///
    /// # Errors
    /// `NoFolder` if the server does not open it.
    pub(super) fn select(&mut self, encoded: &str, access: Access) -> Result<Selected, ImapError> {
        let reply = self.pipeline.run_one(&self.select_command(encoded, access))?;
        if !reply.status.is_ok() {
            return Err(self.no_folder(&reply.status));
        }
        Ok(Selected::of(&reply))
    }

    /// The command that opens a folder.
    pub(super) fn select_command(&self, encoded: &str, access: Access) -> ImapCommand {
        let verb = match access {
            Access::Read => "EXAMINE",
            Access::Write => "SELECT",
        };
        let command = ImapCommand::new(verb, OPENING).string(encoded);
        if self.condstore { command.word("(CONDSTORE)") } else { command }
    }

    /// The commands that leave the open folder without changing it. CLOSE alone would expunge the messages that are
    /// marked as deleted, unless the folder was opened with EXAMINE.
    pub(super) fn unselect_commands(&mut self) -> Vec<ImapCommand> {
        if !std::mem::take(&mut self.pipeline.is_open) {
            Vec::new()
        } else if self.capabilities.has("UNSELECT") {
            vec![ImapCommand::new("UNSELECT", "leaving a folder")]
        } else {
            vec![ImapCommand::new("EXAMINE INBOX", "leaving a folder"), ImapCommand::new("CLOSE", "leaving a folder")]
        }
    }

    pub(super) fn no_folder(&self, status: &StatusResponse) -> ImapError {
        ImapError::NoFolder { host: self.host().to_owned(), text: super::failure::printable_text(&status.text) }
    }

    /// Sends commands, several at once, and collects the replies to each.
    pub(super) fn run(&mut self, commands: &[ImapCommand]) -> Result<Vec<CommandReply>, ImapError> {
        self.pipeline.run(commands)
    }

    /// Sends commands and passes responses on as they come. After a `Break` the connection can't be used any more.
    pub(super) fn each(
        &mut self,
        commands: &[ImapCommand],
        tell: &mut OnUntagged<'_>,
    ) -> Result<Vec<StatusResponse>, ImapError> {
        self.pipeline.each(commands, tell)
    }
}

impl Selected {
    pub(super) fn of(reply: &CommandReply) -> Self {
        let mut selected = Self { read_write: reply.status.code != "READ-ONLY", ..Self::default() };
        for untagged in &reply.untagged {
            match untagged {
                Untagged::Exists(exists) => selected.exists = *exists,
                Untagged::Status(status) => selected.note(status),
                _ => {}
            }
        }
        selected
    }

    fn note(&mut self, status: &StatusResponse) {
        match status.code.as_str() {
            "UIDVALIDITY" => self.validity = status.number("UIDVALIDITY").filter(|validity| *validity > 0),
            "UIDNEXT" => self.next = status.number("UIDNEXT"),
            "HIGHESTMODSEQ" => self.modseq = status.number("HIGHESTMODSEQ").filter(|modseq| *modseq > 0),
            "PERMANENTFLAGS" => {
                let flags = String::from_utf8_lossy(&status.arguments);
                let flags = flags.trim_matches(|c| matches!(c, '(' | ')')).split_ascii_whitespace();
                let flags: Vec<String> = flags.map(str::to_owned).collect();
                self.keywords = flags.iter().any(|flag| flag == "\\*");
                self.permanent = Some(flags);
            }
            _ => {}
        }
    }
}

impl CommandReply {
    /// All status responses: the untagged ones, and the tagged one.
    pub(super) fn statuses(&self) -> impl Iterator<Item = &StatusResponse> {
        let untagged = self.untagged.iter().filter_map(|untagged| match untagged {
            Untagged::Status(status) => Some(status),
            _ => None,
        });
        untagged.chain([&self.status])
    }

    /// The COPYUID codes of the reply.
    pub(super) fn copied(&self) -> Vec<CopyUid> {
        self.statuses().filter_map(StatusResponse::copied).collect()
    }
}
