//! The form of an account in memory: pages that are played to the screen, without a server.

use tidebox::domain::printable::Printable;
use tidebox::domain::problem::Problem;
use tidebox::domain::question::Question;
use tidebox::ui::request::AccountRequest;
use tidebox::ui::response::{AccountPage, AccountResponse, AccountStage};

/// A form of five pages: an address, how the secret is kept, a login, a folder that is missing, the writing.
#[derive(Debug, Default)]
pub struct Form {
    at: usize,
    address: String,
}

impl Form {
    pub fn page(&mut self, request: AccountRequest) -> AccountResponse {
        let mut complaint = None;
        match request {
            AccountRequest::Begin => self.at = 0,
            AccountRequest::Answer(text) if self.at == 0 && !text.contains('@') => {
                complaint = Some(format!("\"{text}\" is no address; one looks like me@example.org."));
            }
            AccountRequest::Answer(text) => {
                if self.at == 0 {
                    self.address = text;
                }
                self.at += 1;
            }
            AccountRequest::GoOn => self.at += 1,
            AccountRequest::Back => self.at = self.at.saturating_sub(1),
        }
        Box::new(AccountPage { known: self.known(), said: self.said(), stage: self.stage(complaint.as_ref()) })
    }

    fn known(&self) -> Vec<(&'static str, Printable)> {
        let all =
            [("address", self.address.as_str()), ("server", "imap.gmail.com, port 993, tls (Gmail, not tried here)")];
        all.into_iter().take(self.at * 2).map(|(name, what)| (name, Printable::from(what))).collect()
    }

    fn said(&self) -> Vec<Printable> {
        let said = ["Logged in. Folders: INBOX, Sent.", "Of these, archive: none, trash: none, sent: Sent."];
        said.into_iter().filter(|_| self.at == 3).map(Printable::from).collect()
    }

    fn stage(&self, complaint: Option<&String>) -> AccountStage {
        let asks = |question| AccountStage::Asks { question, complaint: complaint.cloned(), is_first: self.at == 0 };
        match self.at {
            0 => asks(Question::text("Which mail address?", "")),
            1 => asks(
                Question::choice(
                    "Where shall tidebox get the secret from? It never stands in the settings.",
                    &[('k', "the system's keyring holds it"), ('c', "a command prints it")],
                )
                .note("Gmail takes a password made for one program, not the one of the account: https://support.google.com/"),
            ),
            2 => AccountStage::Works("Logging in at imap.gmail.com …".to_owned()),
            3 => asks(Question::choice("There is no archive folder. What now?", &[('m', "make it"), ('l', "leave it")])),
            4 if self.address.contains("wrong") => {
                AccountStage::Impossible(Problem { what: Printable::from("it is a source already"), hint: None })
            }
            4 => asks(
                Question::choice("Write this into the settings?", &[('y', "yes"), ('n', "no")])
                    .note("[[source]]\nname = \"me@gmail.com\"\nkind = \"imap\"\nhost = \"imap.gmail.com\"\n"),
            ),
            _ => AccountStage::Written { name: Printable::from("me@gmail.com"), config: Printable::from("config.toml") },
        }
    }
}
