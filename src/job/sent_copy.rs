//! Copies of what was sent: where each one goes, as the settings say, and keeping it there.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::{JobError, close};
use crate::config::{Config, Identity, SendConfig, SentCopy, SourceConfig, SourceKind};
use crate::domain::answering::same_mailbox;
use crate::domain::concern::{Concern, ConcernKind};
use crate::domain::ids::SourceId;
use crate::domain::sent_copy::{CopyToKeep, KeepingOutcome, KeepingWay};
use crate::domain::write_back_summary::WriteBackSummary;
use crate::mail;
use crate::source::maildir::Maildir;
use crate::source::{Mailbox, SourceError};
use crate::store::{CopyPlan, DoubtfulMessage, DueCopy, Store};

/// Servers that keep a copy of everything that is sent over them, by their host names or how these begin.
const KEEPERS: [&str; 10] = [
    "smtp.gmail.com",
    "smtp.googlemail.com",
    "smtp-mail.outlook.com",
    "smtp.office365.com",
    "outlook.office365.com",
    "smtp.mail.me.com",
    "smtp.zoho.",
    "smtp.163.com",
    "smtp.126.com",
    "smtp.yeah.net",
];

/// So long a message of which nobody can say whether it left is looked for.
const DOUBTED: TimeDelta = TimeDelta::days(2);

/// Says where the copies go of what was accepted since, and that what it answers is marked. Nobody is asked over the network.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn plan_copies(store: &mut Store, config: &Config, now: DateTime<Utc>) -> Result<(), JobError> {
    if store.is_read_only() {
        return Ok(());
    }
    let unplanned = store.unplanned_copies()?;
    if unplanned.is_empty() {
        return Ok(());
    }
    let marks = close::plan(config);
    for copy in unplanned {
        let plan = match place(config, &copy.sender) {
            Ok((source, folder, way)) => {
                let source = store.source(&source.name, source.kind.source_type())?;
                CopyPlan::Into { source, folder, way }
            }
            Err(why) => CopyPlan::Nowhere { why },
        };
        store.plan_copy(copy.number, &plan, &marks, now)?;
    }
    Ok(())
}

/// The mailbox, the folder if one is named, and the way for the copy of what was sent as this address; or why there is none.
fn place<'c>(config: &'c Config, sender: &str) -> Result<(&'c SourceConfig, Option<String>, KeepingWay), String> {
    let identity = identity(config, sender).ok_or_else(|| format!("there is no identity {sender} any more"))?;
    let way = match identity.sent_copy {
        SentCopy::None => return Err("the settings want none".to_owned()),
        SentCopy::Server => return Err("the server keeps it".to_owned()),
        SentCopy::Append => KeepingWay::Append,
        SentCopy::Auto => match &identity.send {
            Some(SendConfig::Smtp(smtp)) if keeps_copies(&smtp.host) => return Err(format!("{} keeps it", smtp.host)),
            _ => KeepingWay::Auto,
        },
    };
    let source =
        sent_mailbox(config, identity).ok_or_else(|| "there is no mailbox for it among the sources".to_owned())?;
    if !source.is_written_to() {
        return Err(format!("nothing is changed in the source {}", source.name));
    }
    Ok((source, identity.sent.folder.clone(), way))
}

/// The mailbox with the sent mail of an identity.
fn sent_mailbox<'c>(config: &'c Config, identity: &Identity) -> Option<&'c SourceConfig> {
    match &identity.sent.source {
        Some(name) => config.sources.iter().find(|source| source.name == *name),
        None => own_mailbox(config, identity),
    }
}

fn identity<'c>(config: &'c Config, sender: &str) -> Option<&'c Identity> {
    let addresses = config.own_addresses();
    let own = addresses.owner_of(sender)?;
    config.identities.iter().find(|identity| identity.mailbox.address == own.mailbox.address)
}

/// The account in which the identity's address logs in; else the first mailbox that has a folder for sent mail, as far as that is known
/// without asking.
fn own_mailbox<'c>(config: &'c Config, identity: &Identity) -> Option<&'c SourceConfig> {
    let mailboxes = || config.sources.iter().filter(|source| source.is_written_to());
    let logs_in = |source: &&SourceConfig| match &source.kind {
        SourceKind::Imap(account) => same_mailbox(&account.user, &identity.mailbox.address),
        _ => false,
    };
    let has_sent = |source: &&SourceConfig| match &source.kind {
        SourceKind::Maildir { path, folders } => Maildir::of(path, folders, &source.write_back).keeps_sent_copies(),
        SourceKind::Imap(_) => true,
        _ => false,
    };
    mailboxes().find(logs_in).or_else(|| mailboxes().find(has_sent))
}

fn keeps_copies(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    KEEPERS.iter().any(|known| host == *known || known.ends_with('.') && host.starts_with(known))
}

/// Keeps the copies that are due in a mailbox. One that fails does not make its message look unsent.
///
/// # Errors
/// Where nothing could be done for now. What was tried is looked for before it is tried again.
pub(super) fn keep_copies(
    store: &mut Store,
    (id, name): (SourceId, &str),
    mailbox: &mut dyn Mailbox,
    now: DateTime<Utc>,
    written: &mut WriteBackSummary,
) -> Result<(), JobError> {
    let mut waited = false;
    while let Some(mut due) = store.next_copy(id, now)? {
        // A server that was waited for in vain is not waited for again for every message of the same round.
        if waited {
            due.keeping.patience = Duration::ZERO;
        }
        let outcome = keep(store, &due, mailbox)?;
        waited |= !due.keeping.patience.is_zero() && matches!(outcome, Ok(KeepingOutcome::NotFound));
        match &outcome {
            Ok(KeepingOutcome::Found { .. } | KeepingOutcome::Kept { .. }) => {
                written.made += 1;
                store.settle_concerns(id, &[ConcernKind::NoCopy])?;
            }
            Ok(KeepingOutcome::Refused { what, hint }) => {
                written.refused += 1;
                written.note(format!("source {name}: no copy is kept of what was sent, since {what} ({hint})"));
                store.note_concern(id, &concern(name, what, hint, now))?;
            }
            Ok(KeepingOutcome::NotFound | KeepingOutcome::Unproved { .. }) => written.unproved += 1,
            Err(_) => {}
        }
        store.close_copy(due.number, &outcome?, now)?;
    }
    Ok(())
}

/// That no copy is kept in a source.
fn concern(source: &str, what: &str, hint: &str, now: DateTime<Utc>) -> Concern {
    Concern {
        source: source.to_owned(),
        kind: ConcernKind::NoCopy,
        what: format!("no copy is kept of what was sent, since {what}"),
        hint: hint.to_owned(),
        count: 0,
        tries: 0,
        since: now,
        next: None,
        secret: None,
    }
}

/// Looks for messages of which nobody can say whether they left: a server that keeps copies has one of what it has taken. That is told
/// with the message, and the person decides.
///
/// # Errors
/// As for `keep_copies`.
pub(super) fn look_for_doubtful(
    store: &mut Store,
    config: &Config,
    name: &str,
    mailbox: &mut dyn Mailbox,
    now: DateTime<Utc>,
) -> Result<(), JobError> {
    for DoubtfulMessage { id, sender, message_id } in store.doubtful_messages(now - DOUBTED)? {
        let Some(identity) = identity(config, &sender) else { continue };
        if sent_mailbox(config, identity).is_none_or(|source| source.name != name) {
            continue;
        }
        let folder = identity.sent.folder.clone();
        let copy = CopyToKeep { message_id, bytes: Vec::new(), date: now - DOUBTED, folder, appends: false };
        if matches!(mailbox.keep_sent(&copy, Duration::ZERO)?, KeepingOutcome::Found { .. }) {
            store.note_found(id)?;
        }
    }
    Ok(())
}

/// One try. The inner error is the mailbox's.
fn keep(
    store: &mut Store,
    due: &DueCopy,
    mailbox: &mut dyn Mailbox,
) -> Result<Result<KeepingOutcome, SourceError>, JobError> {
    let bcc = mail::read_draft(due.draft.as_bytes()).map(|draft| draft.bcc).unwrap_or_default();
    let mut copy = CopyToKeep {
        message_id: due.message_id.clone(),
        bytes: mail::with_bcc(&due.bytes, &bcc),
        date: due.date,
        folder: due.folder.clone(),
        appends: false,
    };
    let found = mailbox.keep_sent(&copy, due.keeping.patience);
    if !due.keeping.appends || !matches!(found, Ok(KeepingOutcome::NotFound)) {
        return Ok(found);
    }
    store.note_appending(due.number)?;
    copy.appends = true;
    Ok(mailbox.keep_sent(&copy, Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::{keeps_copies, place};
    use crate::config::{Config, Identity, ImapConfig, Secret, Security, SendConfig, SentCopy, SmtpConfig};
    use crate::config::{SourceConfig, SourceKind};
    use crate::domain::schedule::Zone;
    use crate::domain::sent_copy::KeepingWay;

    fn account(name: &str, user: &str) -> SourceConfig {
        let account = ImapConfig::new("imap.example.org", user, Secret::Variable("X".to_owned()));
        SourceConfig::new(name.to_owned(), SourceKind::Imap(Box::new(account)))
    }

    #[test]
    fn servers_that_keep_copies_are_known_by_their_hosts() {
        for host in ["smtp.gmail.com", "SMTP.Gmail.com.", "smtp.zoho.eu", "smtp.office365.com"] {
            assert!(keeps_copies(host), "{host}");
        }
        for host in ["smtp.gmail.com.example.org", "mail.example.org", "smtp.zohoo.com"] {
            assert!(!keeps_copies(host), "{host}");
        }
    }

    #[test]
    fn a_copy_goes_where_the_settings_say_else_into_the_account_of_the_address() {
        let mut config = Config::embedded(Zone::UTC);
        config.sources = vec![account("other", "other@example.org"), account("work", "Me@example.org")];
        config.identities = vec![Identity::new("", "me@example.org")];
        let at = |config: &Config, sender: &str| {
            place(config, sender).map(|(source, folder, way)| (source.name.clone(), folder, way))
        };
        assert_eq!(at(&config, "me@example.org"), Ok(("work".to_owned(), None, KeepingWay::Auto)));
        assert!(at(&config, "gone@example.org").is_err_and(|why| why.contains("no identity")));
        config.identities[0].aliases = vec!["*@my.example".to_owned()];
        config.identities[0].sent.source = Some("other".to_owned());
        config.identities[0].sent.folder = Some("Ausgang".to_owned());
        config.identities[0].sent_copy = SentCopy::Append;
        let named = Ok(("other".to_owned(), Some("Ausgang".to_owned()), KeepingWay::Append));
        assert_eq!(at(&config, "shop@my.example"), named);
        config.sources[0].write_back.on = false;
        assert!(at(&config, "me@example.org").is_err_and(|why| why.contains("nothing is changed")));
        config.identities[0].sent_copy = SentCopy::Auto;
        let host = "smtp.gmail.com".to_owned();
        let smtp = SmtpConfig { host, port: 465, security: Security::Tls, ca: None, login: None };
        config.identities[0].send = Some(SendConfig::Smtp(Box::new(smtp)));
        assert_eq!(at(&config, "me@example.org"), Err("smtp.gmail.com keeps it".to_owned()));
        for (copy, why) in [(SentCopy::None, "want none"), (SentCopy::Server, "the server keeps it")] {
            config.identities[0].sent_copy = copy;
            assert!(at(&config, "me@example.org").is_err_and(|told| told.contains(why)));
        }
    }
}
