//! `tidebox account add`: sets an account up, by options, and by questions at the terminal for the rest.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};
use serde_json::json;

use super::terminal;
use crate::cli::arguments::GlobalArguments;
use crate::cli::context::CommandContext;
use crate::cli::failure::Failure;
use crate::cli::json::line;
use crate::cli::output::{note, print};
use crate::config::{Auth, DraftSource, Provider, Secret, Security};
use crate::domain::question::Question;
use crate::job::account::{AccountDetails, AccountEnd, AccountItem, AccountSetup, AccountStep, AccountWork};

/// Set up an account on a mail server: find its server, log in, and write it into the settings
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("secret").args(["password_command", "password_keyring", "password_env", "token_command"])),
    after_help = "\
The servers of the large providers are known (`tidebox account providers`); others are looked up after you agree, and only the
domain of the address is sent for that. What no option says is asked at the terminal. A secret is never typed here and never
written: only where it comes from. Nothing is written where the login fails.

Examples:
  tidebox account add me@example.org
  tidebox account add me@example.org --password-command 'pass show mail' --yes
  tidebox account add me@gmail.com --token-command 'oama access me@gmail.com' --yes
  tidebox account add me@example.org --host imap.example.org --password-env MAIL_PASSWORD --print"
)]
pub struct AddAccountCommand {
    /// The mail address
    pub address: Option<String>,
    /// Of this provider, as `tidebox account providers` names it
    #[arg(long, value_name = "NAME", conflicts_with = "host")]
    pub provider: Option<String>,
    /// Look the server up without asking: at the domain itself, or in Thunderbird's directory too
    #[arg(long, value_enum, value_name = "WHERE", num_args = 0..=1, require_equals = true, default_missing_value = "domain")]
    pub autoconfig: Option<Autoconfig>,
    /// The server for IMAP
    #[arg(long)]
    pub host: Option<String>,
    /// Its port; otherwise 993, or 143 without TLS from the first byte
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// How the connection is encrypted; otherwise by TLS from the first byte
    #[arg(long, value_enum)]
    pub security: Option<SecurityName>,
    /// A certificate in PEM that is trusted beside the system's
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// The name to log in with; otherwise the provider's way, as a rule the address
    #[arg(long)]
    pub user: Option<String>,
    /// A command that prints the password
    #[arg(long, value_name = "COMMAND")]
    pub password_command: Option<String>,
    /// The entry of the system's keyring that holds the password
    #[arg(long, value_name = "ENTRY")]
    pub password_keyring: Option<String>,
    /// The environment variable that holds the password
    #[arg(long, value_name = "VARIABLE")]
    pub password_env: Option<String>,
    /// A command that prints a token (OAuth 2.0)
    #[arg(long, value_name = "COMMAND")]
    pub token_command: Option<String>,
    /// What the source is called; otherwise the address
    #[arg(long)]
    pub name: Option<String>,
    /// Make folders that commits need and that are missing
    #[arg(long)]
    pub make_folders: bool,
    /// Take what is proposed, and ask nothing
    #[arg(long)]
    pub yes: bool,
    /// Write it also where the login fails
    #[arg(long)]
    pub write_anyway: bool,
    /// Log in, and print what would be written
    #[arg(long)]
    pub dry_run: bool,
    /// Print what would be written, without logging in
    #[arg(long, conflicts_with = "dry_run")]
    pub print: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Autoconfig {
    /// At the domain itself, by HTTPS and DNS
    Domain,
    /// Then in the directory autoconfig.thunderbird.net too
    Directory,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SecurityName {
    Tls,
    Starttls,
    None,
}

pub fn run(global: &GlobalArguments, options: &AddAccountCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let details = options.details()?;
    let mut setup = AccountSetup::new(context.config_path.clone(), context.config.sources.clone(), details);
    if let Some(name) = &options.provider {
        setup.set_provider(provider(name)?);
    }
    Adding { context, options, setup }.run()
}

fn provider(name: &str) -> Result<&'static Provider, Failure> {
    Provider::named(name).ok_or_else(|| {
        Failure::usage(
            format!("no provider {name} is known"),
            "`tidebox account providers` lists them; others by --host",
        )
    })
}

struct Adding<'a> {
    context: &'a CommandContext,
    options: &'a AddAccountCommand,
    setup: AccountSetup,
}

impl Adding<'_> {
    fn run(mut self) -> Result<(), Failure> {
        loop {
            self.tell();
            match self.setup.step() {
                AccountStep::Over(end) => return self.ended(end),
                AccountStep::Work(AccountWork::LogIn) if self.options.print => return self.show(&self.draft()?, false),
                AccountStep::Work(AccountWork::Write) if self.options.dry_run => {
                    return self.show(&self.draft()?, false);
                }
                AccountStep::Work(work) => {
                    self.announce(work);
                    self.setup.perform(work);
                }
                AccountStep::Ask(item, question) => self.ask(item, &question)?,
            }
        }
    }

    /// What was found out meanwhile.
    fn tell(&mut self) {
        for said in self.setup.take_said() {
            if !self.context.json {
                note(&said);
            }
        }
    }

    fn announce(&self, work: AccountWork) {
        let host = self.setup.server().map(|server| server.host).unwrap_or_default();
        match work {
            _ if self.context.json => {}
            AccountWork::LogIn => note(&format!("logging in at {host} …")),
            AccountWork::LookUp(_) => note("looking up the server …"),
            AccountWork::MakeFolder(_) | AccountWork::Write => {}
        }
    }

    fn ask(&mut self, item: AccountItem, question: &Question) -> Result<(), Failure> {
        if let Some(answer) = self.options.answer(item, question) {
            return self.setup.answer(item, &answer).map_err(|words| Failure::usage(words, item.option()));
        }
        if self.options.yes || !terminal::is_there() {
            return Err(self.unanswered(item, question));
        }
        terminal::put(question);
        loop {
            let Some(typed) = terminal::line(&terminal::prompt(question))? else {
                return Err(Failure::refused("nothing was written: there was no answer", ""));
            };
            let taken = match question.answer(&typed) {
                Some(answer) => self.setup.answer(item, &answer),
                None => Err("Please choose one of these.".to_owned()),
            };
            match taken {
                Ok(()) => return Ok(()),
                Err(words) => terminal::tell(&words),
            }
        }
    }

    /// Why it does not go on where nobody can be asked.
    fn unanswered(&self, item: AccountItem, question: &Question) -> Failure {
        match (item, self.setup.failure()) {
            (AccountItem::Failed, Some((what, hint))) => {
                let hint =
                    if hint.is_empty() { item.option().to_owned() } else { format!("{hint}; or {}", item.option()) };
                Failure::refused(format!("{what}; nothing was written"), hint)
            }
            (AccountItem::Server, _) => {
                Failure::refused(question.notes.join(" "), "name it with --host if it is yours")
            }
            _ => Failure::usage(format!("nobody can be asked here: {}", question.words), item.option()),
        }
    }

    fn draft(&self) -> Result<DraftSource, Failure> {
        match self.setup.draft() {
            Some(draft) => Ok(draft?),
            None => Err(Failure::refused("something is missing for this account", "")),
        }
    }

    fn ended(&self, end: AccountEnd) -> Result<(), Failure> {
        match end {
            AccountEnd::Written(draft) => self.show(&draft, true),
            AccountEnd::GivenUp => Err(Failure::refused("nothing was written", "")),
            AccountEnd::Impossible { what, hint } => Err(Failure::refused(what, hint)),
        }
    }

    /// Prints the source, and where it stands now.
    fn show(&self, draft: &DraftSource, written: bool) -> Result<(), Failure> {
        let path = self.context.config_path.display().to_string();
        if self.context.json {
            let object = json!({
                "name": draft.source.name, "table": draft.table, "config": path, "written": written,
            });
            return print(&format!("{}\n", line(&object)));
        }
        print(&draft.table)?;
        if written {
            note(&format!("written to {path}; `tidebox sync` reads the account now, an open screen does so by itself"));
        }
        Ok(())
    }
}

impl AddAccountCommand {
    fn details(&self) -> Result<AccountDetails, Failure> {
        let words = |command: &String| {
            let words = shlex::split(command).filter(|words| words.first().is_some_and(|first| !first.is_empty()));
            words.ok_or_else(|| {
                Failure::usage("this command names no program, or has an open quote", "such as 'pass show mail'")
            })
        };
        let secret = match self {
            Self { password_command: Some(command), .. } | Self { token_command: Some(command), .. } => {
                Some(Secret::Command(words(command)?))
            }
            Self { password_keyring: Some(entry), .. } => Some(Secret::Keyring(entry.clone())),
            Self { password_env: Some(name), .. } => Some(Secret::Variable(name.clone())),
            _ => None,
        };
        let security = self.security.map(|name| match name {
            SecurityName::Tls => Security::Tls,
            SecurityName::Starttls => Security::StartTls,
            SecurityName::None => Security::None,
        });
        // Who names the host means the usual way to it.
        let security = security.or(self.host.as_ref().map(|_| Security::default()));
        Ok(AccountDetails {
            host: self.host.clone(),
            port: self.port.or(self.host.as_ref().and(security.map(Security::imap_port))),
            security,
            ca: self.ca.clone(),
            user: self.user.clone(),
            auth: self.token_command.as_ref().map(|_| Auth::XOAuth2),
            secret,
            name: self.name.clone(),
        })
    }

    /// What the options say to a question.
    fn answer(&self, item: AccountItem, question: &Question) -> Option<String> {
        let proposed =
            || (self.yes || !terminal::is_there()).then(|| question.proposed.clone()).filter(|it| !it.is_empty());
        match item {
            AccountItem::Address => self.address.clone(),
            AccountItem::LookUp => {
                self.autoconfig.map(|reach| if reach == Autoconfig::Directory { "t" } else { "y" }.to_owned())
            }
            AccountItem::Server => proposed().filter(|proposed| proposed == "y"),
            AccountItem::User | AccountItem::Name => proposed(),
            AccountItem::Failed => self.write_anyway.then(|| "w".to_owned()),
            AccountItem::Role(_) if self.dry_run => Some("l".to_owned()),
            AccountItem::Role(_) if self.make_folders => Some("m".to_owned()),
            AccountItem::Role(_) => self.yes.then(|| "l".to_owned()),
            AccountItem::Write => (self.yes || self.dry_run).then(|| "y".to_owned()),
            _ => None,
        }
    }
}
