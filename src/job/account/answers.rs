//! What an answer means, and what going back to a question forgets.

use std::path::PathBuf;

use super::{AccountDetails, AccountEnd, AccountItem, AccountSetup, Login, LookingUp, RoleAnswer, SecretWay};
use crate::config::{Auth, DoneMeans, Provider, Secret, Security, is_server_name};
use crate::source::discovery::LookUpReach;

impl AccountSetup {
    /// Takes the answer to a question, as `Question::answer` gives it.
    ///
    /// # Errors
    /// A sentence for the person, where it is no answer.
    pub fn answer(&mut self, item: AccountItem, text: &str) -> Result<(), String> {
        self.take(item, text.trim())?;
        self.answered.retain(|before| *before != item);
        self.answered.push(item);
        Ok(())
    }

    fn take(&mut self, item: AccountItem, text: &str) -> Result<(), String> {
        match item {
            AccountItem::Address => self.take_address(text)?,
            AccountItem::LookUp => {
                self.look_up = match text {
                    "y" => LookingUp::Wanted(LookUpReach::Domain),
                    "t" => LookingUp::Wanted(LookUpReach::Directory),
                    _ => LookingUp::ByHand,
                }
            }
            AccountItem::Server => {
                self.look_up = match std::mem::take(&mut self.look_up) {
                    LookingUp::Found(found) if text == "y" => {
                        self.provider = found.provider.or(self.provider);
                        LookingUp::Taken(found)
                    }
                    _ => LookingUp::ByHand,
                }
            }
            AccountItem::Host => self.details.host = Some(host(text)?),
            AccountItem::Security => {
                self.details.security = Some(match text {
                    "s" => Security::StartTls,
                    "n" => Security::None,
                    _ => Security::Tls,
                });
            }
            AccountItem::Port => self.details.port = Some(port(text)?),
            AccountItem::Certificate => {
                let path = PathBuf::from(text);
                if !(text.starts_with(['~', '$']) || path.is_file()) {
                    return Err(format!("There is no file {text}."));
                }
                self.details.ca = Some(path);
            }
            AccountItem::User => self.details.user = Some(single_line(text)?),
            AccountItem::SecretWay => {
                self.way = Some(match text {
                    "t" => SecretWay::Token,
                    "k" => SecretWay::Keyring,
                    "e" => SecretWay::Variable,
                    _ => SecretWay::Command,
                });
            }
            AccountItem::Command => self.details.secret = Some(Secret::Command(words(text)?)),
            AccountItem::TokenCommand => {
                self.details.secret = Some(Secret::Command(words(text)?));
                self.details.auth = Some(Auth::XOAuth2);
            }
            AccountItem::Keyring => self.details.secret = Some(Secret::Keyring(keyring_entry(text)?)),
            AccountItem::Variable => self.details.secret = Some(Secret::Variable(variable(text)?)),
            AccountItem::Name => self.take_name(text)?,
            AccountItem::Failed => self.after_failure(text),
            AccountItem::Role(role) => match text {
                "m" => drop(self.roles.insert(role, RoleAnswer::Make)),
                "r" => self.done = DoneMeans::Read,
                _ => drop(self.roles.insert(role, RoleAnswer::Leave)),
            },
            AccountItem::Write => match text {
                "y" => self.agreed = true,
                _ => self.end = Some(AccountEnd::GivenUp),
            },
        }
        Ok(())
    }

    fn take_address(&mut self, text: &str) -> Result<(), String> {
        let no_address = || format!("\"{text}\" is no address; one looks like me@example.org.");
        let (local, domain) = text.rsplit_once('@').ok_or_else(no_address)?;
        let domain = domain.to_lowercase();
        let odd = |c: char| c.is_control() || c.is_whitespace();
        if local.is_empty() || local.contains(odd) || !is_server_name(&domain) {
            return Err(no_address());
        }
        self.provider = self.provider.or_else(|| Provider::of_domain(&domain));
        self.address = Some((local.to_owned(), domain));
        Ok(())
    }

    fn take_name(&mut self, text: &str) -> Result<(), String> {
        let name = single_line(text)?;
        if self.sources.iter().any(|source| source.name == name) {
            return Err(format!("There is a source called {name} already."));
        }
        self.details.name = Some(name);
        Ok(())
    }

    fn after_failure(&mut self, text: &str) {
        self.login = None;
        match text {
            "s" => self.forget(AccountItem::SecretWay),
            "u" => self.forget(AccountItem::User),
            "h" => self.enter_the_server(),
            "w" => self.login = Some(Login::Untested),
            "q" => self.end = Some(AccountEnd::GivenUp),
            _ => {}
        }
    }

    fn enter_the_server(&mut self) {
        self.look_up = LookingUp::ByHand;
        let details = AccountDetails { host: None, port: None, security: None, ..std::mem::take(&mut self.details) };
        self.details = details;
    }

    /// Goes back to the question before; whether there is one.
    pub fn back(&mut self) -> bool {
        let Some(last) = self.answered.pop() else { return false };
        self.forget(last);
        self.end = None;
        self.agreed = false;
        true
    }

    /// Forgets an answer and what followed from it.
    fn forget(&mut self, item: AccountItem) {
        match item {
            AccountItem::Address => (self.address, self.provider, self.look_up) = (None, None, LookingUp::default()),
            AccountItem::LookUp | AccountItem::Server => self.look_up = LookingUp::default(),
            AccountItem::Host => self.details.host = None,
            AccountItem::Security => self.details.security = None,
            AccountItem::Port => self.details.port = None,
            AccountItem::Certificate => self.details.ca = None,
            AccountItem::User => self.details.user = None,
            AccountItem::SecretWay => (self.way, self.details.secret, self.details.auth) = (None, None, None),
            AccountItem::Command | AccountItem::TokenCommand | AccountItem::Keyring | AccountItem::Variable => {
                (self.details.secret, self.details.auth) = (None, None);
            }
            AccountItem::Name => self.details.name = None,
            AccountItem::Role(role) => {
                self.roles.remove(&role);
                self.done = DoneMeans::default();
            }
            AccountItem::Failed | AccountItem::Write => {}
        }
        let before_the_login = !matches!(item, AccountItem::Role(_) | AccountItem::Write);
        if before_the_login {
            self.login = None;
            self.roles.clear();
        }
    }
}

fn host(text: &str) -> Result<String, String> {
    let host = text.to_lowercase();
    if is_server_name(&host) {
        return Ok(host);
    }
    Err(format!("\"{text}\" is no name of a server; one looks like imap.example.org, without a port."))
}

fn port(text: &str) -> Result<u16, String> {
    text.parse().ok().filter(|port| *port > 0).ok_or_else(|| format!("\"{text}\" is no port, from 1 to 65535."))
}

fn single_line(text: &str) -> Result<String, String> {
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err("That can't be used as a name.".to_owned());
    }
    Ok(text.to_owned())
}

fn words(text: &str) -> Result<Vec<String>, String> {
    match shlex::split(text) {
        None => Err("A quote within this command is never closed.".to_owned()),
        Some(words) if words.first().is_none_or(String::is_empty) => Err("This command names no program.".to_owned()),
        Some(words) => Ok(words),
    }
}

fn keyring_entry(text: &str) -> Result<String, String> {
    if text.starts_with('-') { Err("An entry does not begin with a minus.".to_owned()) } else { single_line(text) }
}

fn variable(text: &str) -> Result<String, String> {
    let fit = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if text.is_empty() || !text.chars().all(fit) || text.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(format!(
            "\"{text}\" is no name of a variable, such as MAIL_PASSWORD; the password itself is not wanted."
        ));
    }
    Ok(text.to_owned())
}
