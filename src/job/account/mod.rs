//! Setting up an account on a mail server: from an address to a source in the settings, by questions and answers.
//!
//! `AccountSetup` says what comes next: a question for a person, or work that may take a while, as it goes over the network.
//! Whoever drives it, a command or a screen, puts the questions, hands back the answers, and lets the work be done
//! where waiting harms nobody. Nothing is written before the last answer, and no secret is ever part of it: only where it
//! comes from.

mod answers;
mod item;
mod questions;
mod work;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::config::{
    Auth, ConfigError, DoneMeans, DraftSource, ImapConfig, Provider, Secret, SecretKind, Security, ServerAddress,
    SourceConfig, SourceKind, draft_source,
};
use crate::domain::folder::SpecialUse;
use crate::domain::mailbox_change::FolderRole;
use crate::domain::question::Question;
use crate::source::discovery::{FoundServer, LookUpReach};
use crate::source::imap::AccountFolder;

pub use item::AccountItem;

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountStep {
    Ask(AccountItem, Question),
    Work(AccountWork),
    Over(AccountEnd),
}

/// What is done over the network or in the settings, without anybody being asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountWork {
    LookUp(LookUpReach),
    LogIn,
    MakeFolder(FolderRole),
    Write,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountEnd {
    /// The source is in the settings, as it stands there now.
    Written(Box<DraftSource>),
    /// The person does not want it.
    GivenUp,
    /// It can't be done: what, and what to do.
    Impossible { what: String, hint: String },
}

/// What is known of the account; what is `None` is found out or asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountDetails {
    pub host: Option<String>,
    pub port: Option<u16>,
    pub security: Option<Security>,
    pub ca: Option<PathBuf>,
    pub user: Option<String>,
    pub auth: Option<Auth>,
    pub secret: Option<Secret>,
    pub name: Option<String>,
}

/// An account that is being set up.
#[derive(Debug, Clone)]
pub struct AccountSetup {
    /// The settings.
    path: PathBuf,
    /// The sources that they have.
    sources: Vec<SourceConfig>,
    details: AccountDetails,
    /// What stands before and behind the `@`.
    address: Option<(String, String)>,
    provider: Option<&'static Provider>,
    look_up: LookingUp,
    /// How a secret is kept, until it is said which.
    way: Option<SecretWay>,
    login: Option<Login>,
    roles: BTreeMap<FolderRole, RoleAnswer>,
    done: DoneMeans,
    agreed: bool,
    end: Option<AccountEnd>,
    /// What was answered, in that order.
    answered: Vec<AccountItem>,
    /// What is to be told and was not yet.
    said: Vec<String>,
}

/// How far looking up has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum LookingUp {
    #[default]
    NotAsked,
    Wanted(LookUpReach),
    Found(Box<FoundServer>),
    /// The found one is the right one.
    Taken(Box<FoundServer>),
    /// Nothing was found, or nobody wants it: the server is asked for.
    ByHand,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SecretWay {
    Command,
    Keyring,
    Variable,
    Token,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Login {
    Worked(Vec<AccountFolder>),
    Failed {
        what: String,
        hint: String,
    },
    /// It failed, and is to be written all the same.
    Untested,
}

/// What becomes of a folder that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RoleAnswer {
    Make,
    Leave,
}

impl AccountSetup {
    /// For settings at a path that have these sources.
    #[must_use]
    pub fn new(path: PathBuf, sources: Vec<SourceConfig>, details: AccountDetails) -> Self {
        Self {
            path,
            sources,
            details,
            address: None,
            provider: None,
            look_up: LookingUp::default(),
            way: None,
            login: None,
            roles: BTreeMap::new(),
            done: DoneMeans::default(),
            agreed: false,
            end: None,
            answered: Vec::new(),
            said: Vec::new(),
        }
    }

    /// Of a provider that a person names, whatever the address says.
    pub fn set_provider(&mut self, provider: &'static Provider) {
        self.provider = Some(provider);
    }

    /// Why the login failed that was tried last: what, and what to do.
    #[must_use]
    pub fn failure(&self) -> Option<(&str, &str)> {
        match &self.login {
            Some(Login::Failed { what, hint }) => Some((what, hint)),
            _ => None,
        }
    }

    /// What was found out since the last time, in sentences.
    pub fn take_said(&mut self) -> Vec<String> {
        std::mem::take(&mut self.said)
    }

    /// What comes next.
    #[must_use]
    pub fn step(&self) -> AccountStep {
        if let Some(end) = &self.end {
            return AccountStep::Over(end.clone());
        }
        let Some((local, domain)) = &self.address else { return self.ask(AccountItem::Address) };
        if let Some(provider) = self.provider.filter(|it| it.server().is_none() && self.details.host.is_none()) {
            let what = provider.without.clone().unwrap_or_default();
            return impossible(what, format!("see {}", provider.page));
        }
        let Some(server) = self.server() else { return self.server_step(domain) };
        let certificate = self.provider.is_some_and(|provider| provider.certificate);
        if certificate && self.details.ca.is_none() {
            return self.ask(AccountItem::Certificate);
        }
        let Some(user) = &self.details.user else { return self.ask(AccountItem::User) };
        if let Some(name) = self.known_as(&server, user) {
            let what = format!("{local}@{domain} is a source already: {name}");
            return impossible(what, "to set it up anew, take it out of the settings first".to_owned());
        }
        if self.details.secret.is_none() {
            return self.ask(match self.way {
                None => AccountItem::SecretWay,
                Some(SecretWay::Command) => AccountItem::Command,
                Some(SecretWay::Keyring) => AccountItem::Keyring,
                Some(SecretWay::Variable) => AccountItem::Variable,
                Some(SecretWay::Token) => AccountItem::TokenCommand,
            });
        }
        if self.details.name.is_none() {
            return self.ask(AccountItem::Name);
        }
        match &self.login {
            None => AccountStep::Work(AccountWork::LogIn),
            Some(Login::Failed { .. }) => self.ask(AccountItem::Failed),
            Some(Login::Worked(folders)) => self.role_step(folders),
            Some(Login::Untested) => self.last_step(),
        }
    }

    fn server_step(&self, domain: &str) -> AccountStep {
        match &self.look_up {
            // What is sent has to be a name as DNS has them.
            LookingUp::NotAsked if domain.is_ascii() && domain.contains('.') => self.ask(AccountItem::LookUp),
            LookingUp::Wanted(reach) => AccountStep::Work(AccountWork::LookUp(*reach)),
            LookingUp::Found(_) => self.ask(AccountItem::Server),
            LookingUp::NotAsked | LookingUp::ByHand | LookingUp::Taken(_) => {
                let AccountDetails { host, security, .. } = &self.details;
                self.ask(match (host, security) {
                    (None, _) => AccountItem::Host,
                    (_, None) => AccountItem::Security,
                    _ => AccountItem::Port,
                })
            }
        }
    }

    fn role_step(&self, folders: &[AccountFolder]) -> AccountStep {
        match self.missing(folders).find(|role| self.roles.get(role) != Some(&RoleAnswer::Leave)) {
            Some(role) if self.roles.contains_key(&role) => AccountStep::Work(AccountWork::MakeFolder(role)),
            Some(role) => self.ask(AccountItem::Role(role)),
            None => self.last_step(),
        }
    }

    fn last_step(&self) -> AccountStep {
        if self.agreed { AccountStep::Work(AccountWork::Write) } else { self.ask(AccountItem::Write) }
    }

    fn ask(&self, item: AccountItem) -> AccountStep {
        AccountStep::Ask(item, self.question(item))
    }

    /// The roles that a commit needs and that none of these folders has.
    fn missing<'a>(&'a self, folders: &'a [AccountFolder]) -> impl Iterator<Item = FolderRole> + 'a {
        let has = |role: FolderRole| folders.iter().any(|it| it.purpose.and_then(SpecialUse::role) == Some(role));
        let needed = move |role: &FolderRole| self.done == DoneMeans::Archive || *role != FolderRole::Archive;
        FolderRole::OF_DECISIONS.into_iter().filter(needed).filter(move |role| !has(*role))
    }

    /// The server, as far as everything about it is known.
    #[must_use]
    pub fn server(&self) -> Option<ServerAddress> {
        let AccountDetails { host, port, security, .. } = &self.details;
        if let Some(host) = host {
            return Some(ServerAddress { host: host.clone(), port: (*port)?, security: (*security)? });
        }
        match (&self.look_up, self.provider) {
            (LookingUp::Taken(found), _) => Some(found.server.clone()),
            (LookingUp::ByHand, _) => None,
            (_, Some(provider)) => provider.server(),
            _ => None,
        }
    }

    /// What kind of secret the provider asks for, as far as that is known.
    fn secret_kind(&self) -> SecretKind {
        match (&self.look_up, self.provider) {
            (LookingUp::Taken(found), _) => found.secret,
            (_, Some(provider)) => provider.secret,
            _ => SecretKind::Password,
        }
    }

    /// The source that is this account already.
    fn known_as(&self, server: &ServerAddress, user: &str) -> Option<&str> {
        let same = |source: &&SourceConfig| match &source.kind {
            SourceKind::Imap(known) => {
                known.user == user && known.port == server.port && known.host.eq_ignore_ascii_case(&server.host)
            }
            _ => false,
        };
        self.sources.iter().find(same).map(|source| source.name.as_str())
    }

    /// The source as it would stand in the settings. `None` while something is missing for it.
    #[must_use]
    pub fn draft(&self) -> Option<Result<DraftSource, ConfigError>> {
        let AccountDetails { user, secret, name, auth, ca, .. } = &self.details;
        let server = self.server()?;
        let standard = ImapConfig::new(&server.host, user.as_deref()?, secret.clone()?);
        let account = ImapConfig {
            port: server.port,
            security: server.security,
            ca: ca.clone(),
            auth: auth.unwrap_or_default(),
            ..standard
        };
        let mut source = SourceConfig::new(name.clone()?, SourceKind::Imap(Box::new(account)));
        source.write_back.done = self.done;
        Some(draft_source(&self.path, &source))
    }

    /// What is known so far, each with a name for it: for who looks at it while answering.
    #[must_use]
    pub fn known(&self) -> Vec<(&'static str, String)> {
        let mut known = Vec::new();
        if let Some((local, domain)) = &self.address {
            known.push(("address", format!("{local}@{domain}")));
        }
        if let Some(server) = self.server() {
            let by = match (&self.look_up, self.provider) {
                (LookingUp::Taken(found), _) => format!(" ({} says so)", found.said_by),
                (_, Some(provider)) if self.details.host.is_none() => format!(" ({}, not tried here)", provider.name),
                _ => String::new(),
            };
            let security = server.security.text();
            known.push(("server", format!("{}, port {}, {security}{by}", server.host, server.port)));
        }
        let AccountDetails { host, user, secret, name, .. } = &self.details;
        if self.server().is_none() {
            known.extend(host.clone().map(|host| ("server", host)));
        }
        known.extend(user.clone().map(|user| ("user", user)));
        known.extend(secret.as_ref().map(|secret| ("secret", questions::secret_words(secret))));
        known.extend(name.clone().map(|name| ("name", name)));
        known
    }
}

fn impossible(what: String, hint: String) -> AccountStep {
    AccountStep::Over(AccountEnd::Impossible { what, hint })
}
