//! Keeping a copy of what was sent in the folder for sent mail: it is looked for first, and then put there by APPEND (RFC 9051
//! §6.3.12). APPENDUID (RFC 4315) proves that it is there, or else that it is found.
//!
//! It is found by its Message-ID, which nothing else has. Some servers give a message another one and keep ours in a field of their
//! own.

use std::thread;
use std::time::Duration;

use memchr::memmem;

use super::command::ImapCommand;
use super::failure::ImapError;
use super::folders::{ImapFolder, ImapFolders};
use super::key::UidKey;
use super::pipeline::CommandReply;
use super::session::Access;
use super::status::StatusResponse;
use super::transport::{self, ImapTransport, server_said};
use super::uids;
use crate::config::SentFolderChoice;
use crate::domain::folder::SpecialUse;
use crate::domain::printable::Printable;
use crate::domain::sent_copy::{CopyToKeep, KeepingOutcome};

/// How long to wait before the folder is looked into again.
const STEP: Duration = Duration::from_secs(1);
/// How many of the newest messages are looked at before the server is asked to search: some find by SEARCH only what they have
/// indexed.
const NEWEST: u32 = 30;
/// The field in which Exchange keeps the Message-ID that it has replaced.
const ORIGINAL_ID: &str = "X-MICROSOFT-ORIGINAL-MESSAGE-ID";

const LOOKING: &str = "looking for a copy of what was sent";
const KEEPING: &str = "keeping a copy of what was sent";

/// Makes sure that a copy lies in the folder, or looks only, as `copy` says. It is looked for at once, and again until `patience` is
/// over.
pub(super) fn keep(
    transport: &mut dyn ImapTransport,
    folders: &ImapFolders,
    copy: &CopyToKeep,
    patience: Duration,
) -> Result<KeepingOutcome, ImapError> {
    let folder = match folders.for_sent_copies(copy.folder.as_deref()) {
        Ok(folder) => folder,
        Err(refused) => return Ok(refused),
    };
    let mut left = patience;
    loop {
        match look(transport, folder, &copy.message_id)? {
            Ok(Some(key)) => return Ok(KeepingOutcome::Found { folder: folder.name.clone(), key }),
            Ok(None) => {}
            Err(status) => return Ok(failed(folder, &status)),
        }
        if left.is_zero() {
            break;
        }
        let step = left.min(STEP);
        thread::sleep(step);
        left -= step;
    }
    if copy.appends { append(transport, folder, copy) } else { Ok(KeepingOutcome::NotFound) }
}

impl ImapFolders {
    /// The folder in which copies of what was sent are kept.
    fn for_sent_copies(&self, named: Option<&str>) -> Result<&ImapFolder, KeepingOutcome> {
        let found = match named {
            Some(name) => self.named(name),
            None => match &self.settings.sent {
                SentFolderChoice::Named(name) => self.named(name),
                // Where it is not read, it is kept all the same.
                SentFolderChoice::ByRole | SentFolderChoice::LeftOut => self.for_use(SpecialUse::Sent),
            },
        };
        found.filter(|folder| folder.selectable).ok_or_else(|| match named {
            Some(name) => no_folder(name),
            None => KeepingOutcome::Refused {
                what: "there is no folder for sent mail".to_owned(),
                hint: "make a folder Sent, or name the one that you use: `sent = { folder = \"…\" }` of the identity"
                    .to_owned(),
            },
        })
    }
}

/// The key of the copy in the folder; `None` where it is not there. The inner error is the server's refusal.
fn look(
    transport: &mut dyn ImapTransport,
    folder: &ImapFolder,
    message_id: &str,
) -> Result<Result<Option<String>, StatusResponse>, ImapError> {
    let opened = match transport::open(transport, &folder.encoded, Access::Read)? {
        Ok(opened) => opened,
        Err(status) => return Ok(Err(status)),
    };
    if opened.exists == 0 {
        return Ok(Ok(None));
    }
    let key = |uid| UidKey { validity: opened.validity.unwrap_or_default(), uid }.to_string();
    let items = format!("(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID {ORIGINAL_ID})])");
    let first = opened.exists.saturating_sub(NEWEST - 1).max(1);
    let newest = ImapCommand::new(format!("FETCH {first}:* {items}"), LOOKING).about(NEWEST as usize);
    if let Some(uid) = bearer(&transport.ask(&[newest])?, message_id) {
        return Ok(Ok(Some(key(uid))));
    }
    let search = ImapCommand::new("UID SEARCH OR HEADER MESSAGE-ID", LOOKING).string(message_id);
    let search = search.word(&format!("HEADER {ORIGINAL_ID}")).string(message_id);
    let replies = transport.ask(&[search])?;
    if let Some(refused) = replies.iter().find(|reply| !reply.is_ok()) {
        return Ok(Err(refused.status.clone()));
    }
    let found: Vec<u32> =
        replies.iter().flat_map(CommandReply::matched).flatten().copied().take(NEWEST as usize).collect();
    if found.is_empty() {
        return Ok(Ok(None));
    }
    let fetch = |set: String| ImapCommand::new(format!("UID FETCH {set} {items}"), LOOKING).about(found.len());
    let fetches: Vec<ImapCommand> = uids::sets(&found).into_iter().map(fetch).collect();
    Ok(Ok(bearer(&transport.ask(&fetches)?, message_id).map(key)))
}

/// The message whose header has this Message-ID.
fn bearer(replies: &[CommandReply], message_id: &str) -> Option<u32> {
    let bracketed = format!("<{message_id}>");
    let has = |body: &[u8]| memmem::find(body, bracketed.as_bytes()).is_some();
    let mut fetched = replies.iter().flat_map(CommandReply::fetched);
    fetched.find(|(_, it)| it.body.as_deref().is_some_and(has)).map(|(uid, _)| uid)
}

fn append(
    transport: &mut dyn ImapTransport,
    folder: &ImapFolder,
    copy: &CopyToKeep,
) -> Result<KeepingOutcome, ImapError> {
    let size = copy.bytes.len();
    if transport.append_limit().is_some_and(|limit| limit < size as u64) {
        return Ok(too_large(size));
    }
    // The day has two places (RFC 9051 §9, `date-day-fixed`).
    let date = copy.date.format("%e-%b-%Y %H:%M:%S +0000").to_string();
    let command = ImapCommand::new("APPEND", KEEPING).string(&folder.encoded).word("(\\Seen)").string(&date);
    let Some(reply) = transport.ask(&[command.literal(&copy.bytes)])?.into_iter().next() else {
        return Ok(unproved("the server gave no answer"));
    };
    if !reply.is_ok() {
        return Ok(if reply.has("TOOBIG") { too_large(size) } else { failed(folder, &reply.status) });
    }
    if let Some(key) = reply.statuses().find_map(StatusResponse::appended) {
        return Ok(KeepingOutcome::Kept { folder: folder.name.clone(), key: key.to_string() });
    }
    Ok(match look(transport, folder, &copy.message_id)? {
        Ok(Some(key)) => KeepingOutcome::Kept { folder: folder.name.clone(), key },
        Ok(None) => unproved("the server said that it keeps the copy, and does not have it"),
        Err(status) => failed(folder, &status),
    })
}

impl StatusResponse {
    /// Where a message was appended, if it has an APPENDUID (RFC 4315 §3) that is valid.
    fn appended(&self) -> Option<UidKey> {
        if self.code != "APPENDUID" {
            return None;
        }
        let mut numbers = str::from_utf8(&self.arguments).ok()?.split_ascii_whitespace().map(str::parse::<u32>);
        let (validity, uid) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
        (validity > 0 && uid > 0).then_some(UidKey { validity, uid })
    }
}

/// What a refusal means.
fn failed(folder: &ImapFolder, status: &StatusResponse) -> KeepingOutcome {
    let name = Printable::from(folder.name.as_str()).cut(60);
    let said = server_said(status);
    let hint = match status.code.as_str() {
        "TRYCREATE" | "NONEXISTENT" => return no_folder(&folder.name),
        "OVERQUOTA" if !status.is_transient() => "make room in that account; the message itself has left",
        "NOPERM" => "ask who runs the server to let you write there, or name another folder",
        _ => return KeepingOutcome::Unproved { what: format!("nothing can be put into the folder {name} now{said}") },
    };
    KeepingOutcome::Refused { what: format!("the folder {name} takes no copy{said}"), hint: hint.to_owned() }
}

fn no_folder(name: &str) -> KeepingOutcome {
    KeepingOutcome::Refused {
        what: format!("there is no folder {}", Printable::from(name).cut(60)),
        hint: "make it, or name another one: `sent = { folder = \"…\" }` of the identity".to_owned(),
    }
}

fn too_large(size: usize) -> KeepingOutcome {
    KeepingOutcome::Refused {
        what: format!("the server takes no copy of {} kB", size.div_ceil(1024)),
        hint: "the message itself has left; no copy of it is kept there".to_owned(),
    }
}

fn unproved(what: &str) -> KeepingOutcome {
    KeepingOutcome::Unproved { what: what.to_owned() }
}

#[cfg(test)]
mod tests;
