//! A connection that is logged in: what the server can do, the folder that is open, and the commands in it.

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
    /// Whether vanished messages are told by their UIDs (RFC 7162 §3.2.10).
    pub(super) qresync: bool,
    /// Whether changes have numbers (RFC 7162 §3.1).
    pub(super) condstore: bool,
}

/// Whether a folder is opened to be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Nothing is changed by it, not even what is new there.
    Read,
    Write,
}

/// What a server says of a folder when it opens it (RFC 9051 §6.3.2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Selected {
    pub(super) validity: Option<u32>,
    pub(super) next: Option<u32>,
    pub(super) exists: u32,
    /// `None` where the folder keeps no numbers of changes.
    pub(super) modseq: Option<u64>,
    /// Whether it keeps keywords that nobody used there before.
    pub(super) keywords: bool,
    /// The flags that it keeps, as they are written there; `None` where it does not tell, and keeps all.
    pub(super) permanent: Option<Vec<String>>,
    pub(super) read_write: bool,
}

impl Session {
    /// Connects and logs in, in the way that went well last; and which way that was.
    pub(super) fn connect(
        account: &ImapConfig,
        trust: &RootCertificates,
        secret: &SecretString,
        way: Option<LoginMethod>,
    ) -> Result<(Self, LoginMethod), ImapError> {
        let (pipeline, capabilities, way) = connection::open(account, trust, secret, way)?;
        let mut session = Self { pipeline, capabilities, qresync: false, condstore: false };
        session.enable()?;
        Ok((session, way))
    }

    /// Switches on what makes changes cheap to find.
    fn enable(&mut self) -> Result<(), ImapError> {
        self.condstore = self.capabilities.has("CONDSTORE") || self.capabilities.has("QRESYNC");
        if self.capabilities.has("ENABLE") && self.capabilities.has("QRESYNC") {
            let reply = self.pipeline.one(&ImapCommand::new("ENABLE QRESYNC", "switching on QRESYNC"))?;
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

    /// Asks whether anybody is there, and whether anything happened in the folder that is open. The answer has to come
    /// within this time.
    ///
    /// # Errors
    /// Where none comes.
    pub(super) fn probe(&mut self, within: Duration) -> Result<CommandReply, ImapError> {
        self.pipeline.framing().be_patient(within)?;
        let reply = self.pipeline.one(&ImapCommand::new("NOOP", "asking whether it is there"))?;
        self.pipeline.framing().be_patient(ANSWER)?;
        Ok(reply)
    }

    /// Opens a folder by its name on the wire.
    ///
    /// # Errors
    /// `NoFolder` where the server does not open it.
    pub(super) fn select(&mut self, wire: &str, access: Access) -> Result<Selected, ImapError> {
        let reply = self.pipeline.one(&self.selecting(wire, access))?;
        if !reply.status.is_ok() {
            return Err(self.no_folder(&reply.status));
        }
        Ok(Selected::of(&reply))
    }

    /// The command that opens a folder.
    pub(super) fn selecting(&self, wire: &str, access: Access) -> ImapCommand {
        let verb = match access {
            Access::Read => "EXAMINE",
            Access::Write => "SELECT",
        };
        let command = ImapCommand::new(verb, OPENING).string(wire);
        if self.condstore { command.word("(CONDSTORE)") } else { command }
    }

    /// The commands that leave the folder that is open, whatever was done in it. CLOSE alone would remove what is marked
    /// for that, unless the folder was opened to be read.
    pub(super) fn leaving(&mut self) -> Vec<ImapCommand> {
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

    /// Sends commands, several at once, and gathers what comes of each.
    pub(super) fn run(&mut self, commands: &[ImapCommand]) -> Result<Vec<CommandReply>, ImapError> {
        self.pipeline.run(commands)
    }

    /// Sends commands and tells of what comes as it comes. After a break the connection is of no use any more.
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
    /// Everything that was said with a code, the end of the command included.
    pub(super) fn statuses(&self) -> impl Iterator<Item = &StatusResponse> {
        let untagged = self.untagged.iter().filter_map(|untagged| match untagged {
            Untagged::Status(status) => Some(status),
            _ => None,
        });
        untagged.chain([&self.status])
    }

    /// Where copies went, as far as that was told.
    pub(super) fn copied(&self) -> Vec<CopyUid> {
        self.statuses().filter_map(StatusResponse::copied).collect()
    }
}
