//! The words of the questions.

use super::{AccountItem, AccountSetup, Login, LookingUp};
use crate::config::{Provider, Secret, SecretKind, free_name, home};
use crate::domain::mailbox_change::FolderRole;
use crate::domain::question::Question;
use crate::job::check::on_path;
use crate::job::roles;
use crate::source::discovery::{DIRECTORY, resolvers};

impl AccountSetup {
    pub(super) fn question(&self, item: AccountItem) -> Question {
        let (local, domain) = self.address.clone().unwrap_or_default();
        let address = format!("{local}@{domain}");
        match item {
            AccountItem::Address => Question::text("Which mail address?", ""),
            AccountItem::LookUp => look_up(&domain),
            AccountItem::Server => self.server_question(&domain),
            AccountItem::Host => Question::text("Which server for IMAP?", format!("imap.{domain}"))
                .note("The provider's pages say it, often under \"mail programs\" or \"IMAP\"."),
            AccountItem::Security => self.security_question(),
            AccountItem::Port => {
                let port = self.details.security.unwrap_or_default().imap_port();
                Question::text("Which port?", port.to_string())
            }
            AccountItem::Certificate => Question::text("Where is the file of its certificate, in PEM?", "")
                .note(self.provider.and_then(|provider| provider.before.clone()).unwrap_or_default()),
            AccountItem::User => Question::text("Which name do you log in with?", self.proposed_user(&local, &domain)),
            AccountItem::SecretWay => self.way_question(),
            AccountItem::Command => command(&address, self.provider),
            AccountItem::TokenCommand => token(&address, self.provider),
            AccountItem::Keyring => keyring(&address),
            AccountItem::Variable => Question::text("Which variable?", "MAIL_PASSWORD")
                .note("It has to be set wherever tidebox is started: a service does not see what a shell sets."),
            AccountItem::Name => {
                let name = free_name(&address, &self.sources);
                Question::text("What shall this source be called?", name)
                    .note("The name stands in lists and can be asked for in searches and lanes.")
            }
            AccountItem::Failed => self.failed_question(),
            AccountItem::Role(role) => role_question(role),
            AccountItem::Write => self.write_question(),
        }
    }

    fn proposed_user(&self, local: &str, domain: &str) -> String {
        match (&self.look_up, self.provider) {
            (LookingUp::Taken(found), _) => found.user.clone(),
            (_, Some(provider)) => provider.user.of(local, domain),
            _ => format!("{local}@{domain}"),
        }
    }

    fn server_question(&self, domain: &str) -> Question {
        let LookingUp::Found(found) = &self.look_up else { return Question::text("", "") };
        let server = &found.server;
        let said =
            format!("{} says: {}, port {}, {}.", found.said_by, server.host, server.port, server.security.text());
        let choices = [('y', "yes, that is the server"), ('n', "no, I enter it")];
        if found.is_sure {
            return Question::choice("Is that right?", &choices).note(said);
        }
        let caution = format!(
            "{} does not belong to {domain}, and such an answer can be made up on the way. Take it only if you know \
             it: your password goes there.",
            server.host
        );
        Question::choice("Is that your server?", &[choices[1], choices[0]]).note(said).note(caution)
    }

    fn security_question(&self) -> Question {
        let mut choices = vec![('t', "TLS from the first byte (port 993)"), ('s', "STARTTLS (port 143)")];
        if self.details.host.as_deref().is_some_and(is_here) {
            choices.push(('n', "none: the server is on this machine"));
        }
        Question::choice("How is the connection encrypted?", &choices)
    }

    fn way_question(&self) -> Question {
        let (command, keyring) = (('c', "a command prints it (pass, gpg, a password manager)"), ('k', KEYRING));
        let variable = ('e', "an environment variable holds it");
        let token = ('t', "a command prints a token (OAuth 2.0)");
        let has_keyring = cfg!(target_os = "macos") || on_path("secret-tool");
        let mut choices = if has_keyring { vec![keyring, command] } else { vec![command, keyring] };
        choices.push(variable);
        let takes_tokens = self.provider.is_none_or(|provider| provider.token.is_some());
        match self.secret_kind() {
            SecretKind::Token => choices = vec![token],
            _ if takes_tokens => choices.push(token),
            _ => {}
        }
        let provider = self.provider.map_or_else(String::new, secret_note);
        let before = self.provider.filter(|it| !it.certificate).and_then(|it| it.before.clone()).unwrap_or_default();
        Question::choice("Where shall tidebox get the secret from? It never stands in the settings.", &choices)
            .note(provider)
            .note(before)
    }

    fn failed_question(&self) -> Question {
        let Some(Login::Failed { what, hint }) = &self.login else { return Question::text("", "") };
        let choices = [
            ('r', "try again"),
            ('s', "another way to the secret"),
            ('u', "another name to log in with"),
            ('h', "another server"),
            ('w', "write it all the same"),
            ('q', "stop; nothing is written"),
        ];
        Question::choice("What now?", &choices).note(format!("It did not work: {what}.")).note(sentence(hint))
    }

    fn write_question(&self) -> Question {
        let question = Question::choice("Write this into the settings?", &[('y', "yes"), ('n', "no")]);
        match self.draft() {
            Some(Ok(draft)) => question.note(draft.table),
            Some(Err(error)) => question.note(error.to_string()),
            None => question,
        }
    }
}

const KEYRING: &str = "the system's keyring holds it";

/// Whether a host is this machine.
fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn look_up(domain: &str) -> Question {
    let resolvers = resolvers().join(", ");
    let by_dns = if resolvers.is_empty() { String::new() } else { format!(", and by DNS to {resolvers}") };
    let sent = format!(
        "Only the domain {domain} is sent, never the whole address: by HTTPS to autoconfig.{domain} and {domain}{by_dns}. \
         {DIRECTORY} is a directory that the makers of Thunderbird keep, so somebody else: it learns the domain too."
    );
    let choices = [
        ('y', "yes, at the domain itself"),
        ('t', "yes, and in Thunderbird's directory where that says nothing"),
        ('n', "no, I enter the server"),
    ];
    Question::choice(format!("The server of {domain} is not known here. Look it up?"), &choices).note(sent)
}

/// What kind of secret a provider asks for, and where that is said.
fn secret_note(provider: &Provider) -> String {
    let Provider { name, page, secret_page, .. } = provider;
    let page = secret_page.as_ref().unwrap_or(page);
    match provider.secret {
        SecretKind::Password => format!("{name} takes the password of the account ({page})."),
        SecretKind::AppPassword => {
            format!("{name} takes a password made for one program, not the one of the account: {page}")
        }
        SecretKind::MailPassword => {
            format!("{name} takes a password for mail alone, not the one of the website: {page}")
        }
        SecretKind::Token => format!("{name} takes tokens (OAuth 2.0) and no passwords: {page}"),
    }
}

fn command(address: &str, provider: Option<&Provider>) -> Question {
    let proposed = if on_path("pass") { format!("pass show {address}") } else { String::new() };
    Question::text("Which command prints the password?", proposed)
        .note(provider.map_or_else(String::new, secret_note))
        .note(format!(
            "It is run without a shell, and the first line that it prints is taken. For example: pass show {address} · \
             gpg --quiet --decrypt /home/me/mail.gpg · op read op://Private/mail/password · rbw get mail"
        ))
}

fn keyring(address: &str) -> Question {
    let store = if cfg!(target_os = "macos") {
        format!("security add-generic-password -s tidebox -a {address} -w")
    } else {
        format!("secret-tool store --label=tidebox service tidebox account {address}")
    };
    Question::text("Which entry of the keyring?", address)
        .note(format!("Put it there first, in another terminal; this asks for the password: {store}"))
}

fn token(address: &str, provider: Option<&Provider>) -> Question {
    let service = provider.and_then(|it| it.token.clone()).unwrap_or_else(|| "google".to_owned());
    let file = home().unwrap_or_default().join(".local/share/mail.tokens").display().to_string();
    let helpers = [
        ("oama", format!("oama access {address}"), format!("oama authorize {service} {address}")),
        ("pizauth", "pizauth show mail".to_owned(), "pizauth server".to_owned()),
        (
            "mutt_oauth2.py",
            format!("mutt_oauth2.py {file}"),
            format!(
                "mutt_oauth2.py {file} --authorize --provider {service} --email {address} --client-id ID --client-secret SECRET"
            ),
        ),
    ];
    let proposed = helpers.iter().find(|(program, ..)| on_path(program)).unwrap_or(&helpers[0]).1.clone();
    let mut question = Question::text("Which command prints the token?", proposed);
    for (program, command, first) in helpers {
        question = question.note(format!("With {program}: run `{first}` once; the command is `{command}`."));
    }
    question.note(
        "Each of them needs a client id, which the provider gives to whoever registers a program, or which comes with the \
         helper: docs/providers.md tells how.",
    )
}

fn role_question(role: FolderRole) -> Question {
    let (what, _) = roles::without(role);
    let make = format!("make the folder {}", role.usual_name());
    let mut choices = vec![('m', make.as_str())];
    if role == FolderRole::Archive {
        choices.push(('r', "what is done stays in the inbox, marked read"));
    }
    choices.push(('l', "leave it; such changes wait until there is one"));
    Question::choice(format!("{what} What now?"), &choices)
}

/// Where a secret comes from, in words.
pub(super) fn secret_words(secret: &Secret) -> String {
    match secret {
        Secret::Command(words) => shlex::try_join(words.iter().map(String::as_str))
            .map_or_else(|_| "printed by a command".to_owned(), |command| format!("printed by {command}")),
        Secret::Keyring(name) => format!("entry {name} of the keyring"),
        Secret::Variable(name) => format!("variable {name}"),
    }
}

/// A sentence of what may be the part of one.
fn sentence(text: &str) -> String {
    let mut letters = text.trim_end_matches('.').chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}
