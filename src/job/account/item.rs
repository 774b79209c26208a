//! What is asked of an account that is being set up, one thing after the other.

use crate::domain::mailbox_change::FolderRole;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountItem {
    Address,
    /// Whether the server is to be looked up.
    LookUp,
    /// Whether a server that was found is the right one.
    Server,
    Host,
    Security,
    Port,
    /// The certificate that the server has made for itself.
    Certificate,
    User,
    /// How the secret is kept.
    SecretWay,
    Command,
    TokenCommand,
    Keyring,
    Variable,
    Name,
    /// What to do after a login that failed.
    Failed,
    /// What to do about a folder that is missing.
    Role(FolderRole),
    /// Whether it is to be written.
    Write,
}

impl AccountItem {
    /// How a command says it that nobody can be asked about.
    #[must_use]
    pub fn option(self) -> &'static str {
        match self {
            Self::Address => "give the address",
            Self::LookUp | Self::Server | Self::Host | Self::Security | Self::Port => {
                "name the server with --host, or let it be looked up with --autoconfig"
            }
            Self::Certificate => "name the file of its certificate with --ca",
            Self::User => "name who logs in with --user",
            Self::SecretWay | Self::Command | Self::TokenCommand | Self::Keyring | Self::Variable => {
                "say where the secret comes from: --password-command, --password-keyring, --password-env or --token-command"
            }
            Self::Name => "name the source with --name",
            Self::Failed => "correct it, or write it all the same with --write-anyway",
            Self::Role(_) => "say what becomes of folders that are missing with --make-folders or --yes",
            Self::Write => "agree with --yes",
        }
    }
}
