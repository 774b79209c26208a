//! The folder in which a hard hold keeps new mail. It is the only folder that tidebox creates, because the person asked
//! for it.

use crate::domain::mailbox_change::{Change, FolderRole, Target};
use crate::domain::utf7;
use crate::source::imap::command::ImapCommand;
use crate::source::imap::failure::ImapError;
use crate::source::imap::folders::{self, ImapFolders};
use crate::source::imap::transport::ImapTransport;

/// Creates the folder if a change goes to it and it does not exist.
pub(super) fn ensured(
    transport: &mut dyn ImapTransport,
    folders: ImapFolders,
    changes: &[Change],
) -> Result<ImapFolders, ImapError> {
    let needed = changes.iter().any(|change| change.target == Target::Role(FolderRole::Held));
    if !needed || folders.role(FolderRole::Held).is_some() {
        return Ok(folders);
    }
    for name in folders.held_names() {
        let name = utf7::encode(&name);
        // Subscribing shows it in other programs. If that fails, no harm is done.
        let answers = transport
            .ask(&["CREATE", "SUBSCRIBE"].map(|verb| ImapCommand::new(verb, "making a folder").string(&name)))?;
        if answers.first().is_some_and(|answer| answer.is_ok() || answer.has("ALREADYEXISTS")) {
            break;
        }
    }
    folders::list(transport, folders.settings)
}
