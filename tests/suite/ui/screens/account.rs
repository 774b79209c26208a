//! Holds `src/ui/screens/account.rs`: the form of an account, with pages that are played to it.

use std::path::PathBuf;

use tidebox::domain::printable::Printable;
use tidebox::domain::problem::Problem;
use tidebox::domain::question::Question;
use tidebox::ui::request::AccountRequest;
use tidebox::ui::response::{AccountPage, AccountResponse, AccountStage};
use tidebox::ui::state::Start;

use super::desk::Desk;

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
            AccountRequest::Back => self.at -= 1,
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
            _ => AccountStage::Written { name: Printable::from("me@gmail.com"), config: PathBuf::from("config.toml") },
        }
    }
}

fn picture(name: &str, desk: &Desk) {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots" }, {
        insta::assert_snapshot!(name, desk.picture());
    });
}

fn desk(keys: &str) -> Desk {
    let mut desk = Desk::open((100, 30), Start::Door);
    desk.play(keys);
    desk
}

#[test]
fn an_account_is_set_up_on_the_screen() {
    let mut desk = desk("m m");
    picture("account_address", &desk);
    desk.play("type:me enter");
    picture("account_no_address", &desk);
    desk.play("type:@gmail.com enter");
    picture("account_secret", &desk);
    desk.play("c");
    picture("account_folder", &desk);
    desk.play("m");
    picture("account_write", &desk);
    desk.play("enter");
    let picture = desk.picture();
    assert!(picture.contains("Added as \"me@gmail.com\""), "{picture}");
    assert!(picture.contains("Gather"), "and it is read at once: {picture}");
}

#[test]
fn esc_goes_to_the_question_before_and_from_the_first_one_out() {
    let mut desk = desk("m m type:me@gmail.com enter esc");
    assert!(desk.picture().contains("Which mail address?"));
    desk.play("esc");
    assert!(desk.picture().contains("16:00"), "at the door: {}", desk.picture());
}

#[test]
fn what_cannot_be_done_is_said_at_the_door() {
    let desk = desk("m m type:wrong@gmail.com enter k m");
    let picture = desk.picture();
    assert!(picture.contains("it is a source already") && !picture.contains("An account on"), "{picture}");
}

#[test]
fn a_form_that_was_left_while_something_was_done_takes_no_answer_any_more() {
    let mut desk = desk("m m type:me@gmail.com enter");
    desk.mute = true;
    desk.play("k x esc");
    assert!(!desk.picture().contains("An account on"), "{}", desk.picture());
    desk.mute = false;
    desk.settle();
    assert!(!desk.picture().contains("An account on"), "{}", desk.picture());
}
