//! The threads that set an account up for the form on the screen: looking up and logging in may take a minute, and nobody
//! waits for them but the form.
//!
//! Each form has a thread of its own. One that was left ends by itself when its work is over; it writes nothing, because
//! that takes an answer.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::{SharedConfig, panic_guard, present};
use crate::clock::{Clock, SystemZones};
use crate::config::{self, Config};
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::job::account::{AccountDetails, AccountEnd, AccountItem, AccountSetup, AccountStep, AccountWork};
use crate::ui::event::Event;
use crate::ui::request::{AccountRequest, RequestNumber};
use crate::ui::response::{AccountPage, AccountStage};

/// A request with its number.
type Numbered = (RequestNumber, AccountRequest);

/// What is needed to set accounts up, and the form that is open.
#[derive(Debug)]
pub struct AccountWorker {
    pub config: SharedConfig,
    pub config_path: PathBuf,
    pub clock: Clock,
    pub events: Sender<Event>,
    form: Option<Sender<Numbered>>,
}

impl AccountWorker {
    pub fn new(config: SharedConfig, config_path: PathBuf, clock: Clock, events: Sender<Event>) -> Self {
        Self { config, config_path, clock, events, form: None }
    }

    pub fn handle(&mut self, number: RequestNumber, request: AccountRequest) {
        if request == AccountRequest::Begin {
            self.form = Some(self.begin());
        }
        if let Some(form) = &self.form {
            let _ = form.send((number, request));
        }
    }

    /// Starts the thread of a form.
    fn begin(&self) -> Sender<Numbered> {
        let (requests, inbox) = unbounded();
        let sources = present(&self.config).sources.clone();
        let mut form = AccountForm {
            setup: AccountSetup::new(self.config_path.clone(), sources, AccountDetails::default()),
            said: Vec::new(),
            complaint: None,
            config: Arc::clone(&self.config),
            config_path: self.config_path.clone(),
            clock: self.clock,
        };
        let events = self.events.clone();
        thread::spawn(move || form.work(&inbox, &events));
        requests
    }
}

struct AccountForm {
    setup: AccountSetup,
    /// What was found out so far.
    said: Vec<String>,
    /// Why the last answer was none.
    complaint: Option<String>,
    config: SharedConfig,
    config_path: PathBuf,
    clock: Clock,
}

impl AccountForm {
    fn work(&mut self, inbox: &Receiver<Numbered>, events: &Sender<Event>) {
        for (number, request) in inbox {
            let page = panic_guard::caught(|| self.take(request));
            if events.send(Event::Response(number, page.map(|page| Box::new(page).into()))).is_err() {
                return;
            }
        }
    }

    fn take(&mut self, request: AccountRequest) -> AccountPage {
        self.complaint = None;
        match request {
            AccountRequest::Begin => {}
            AccountRequest::Answer(text) => {
                if let AccountStep::Ask(item, question) = self.setup.step() {
                    self.said.clear();
                    self.complaint = match question.answer(&text) {
                        Some(answer) => self.setup.answer(item, &answer).err(),
                        None => Some("An answer is needed here.".to_owned()),
                    };
                }
            }
            AccountRequest::GoOn => {
                if let AccountStep::Work(work) = self.setup.step() {
                    self.setup.perform(work);
                    self.said.extend(self.setup.take_said());
                }
            }
            AccountRequest::Back => {
                self.said.clear();
                self.setup.back();
            }
        }
        self.page()
    }

    fn page(&mut self) -> AccountPage {
        let stage = match self.setup.step() {
            AccountStep::Ask(item, question) => {
                let is_first = item == AccountItem::Address;
                AccountStage::Asks { question, complaint: self.complaint.clone(), is_first }
            }
            AccountStep::Work(work) => AccountStage::Works(self.doing(work)),
            AccountStep::Over(end) => self.over(end),
        };
        let known = self.setup.known().into_iter().map(|(name, what)| (name, Printable::from(what))).collect();
        AccountPage { known, said: self.said.iter().map(Printable::from).collect(), stage }
    }

    fn doing(&self, work: AccountWork) -> String {
        let host = self.setup.server().map(|server| server.host).unwrap_or_default();
        match work {
            AccountWork::LookUp(_) => "Looking up the server …".to_owned(),
            AccountWork::LogIn => format!("Logging in at {host} …"),
            AccountWork::MakeFolder(role) => format!("Making the folder {} …", role.usual_name()),
            AccountWork::Write => "Writing …".to_owned(),
        }
    }

    fn over(&self, end: AccountEnd) -> AccountStage {
        match end {
            AccountEnd::GivenUp => AccountStage::GivenUp,
            AccountEnd::Impossible { what, hint } => {
                let hint = (!hint.is_empty()).then(|| Printable::from(hint));
                AccountStage::Impossible(Problem { what: Printable::from(what), hint })
            }
            AccountEnd::Written(draft) => match self.read_anew() {
                Ok(config) => {
                    if let Ok(mut shared) = self.config.write() {
                        *shared = Arc::new(config);
                    }
                    AccountStage::Written {
                        name: Printable::from(draft.source.name),
                        config: Printable::from(config::with_tilde(&self.config_path)),
                    }
                }
                Err(error) => {
                    let what = error.to_string();
                    let first = what.lines().next().unwrap_or_default();
                    AccountStage::Impossible(Problem {
                        what: Printable::from(first),
                        hint: error.hint().map(Printable::from),
                    })
                }
            },
        }
    }

    /// The settings with the new source, for whoever reads the sources.
    fn read_anew(&self) -> Result<Config, config::ConfigError> {
        config::load(&self.config_path, self.clock.now(), &SystemZones::find(), &mut |_| Vec::new())
    }
}
