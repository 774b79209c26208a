//! The keeper: the thread that holds the lock, looks at the time, and sees that each source is tended by somebody.
//!
//! It sleeps until the next window opens or closes, and never longer than half a minute: a machine that slept, or whose
//! clock was set, is noticed by comparing how far the clock went with how long the sleep was.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use super::account::{self, Account, Opener};
use super::asking::{Asking, ELSEWHERE};
use super::changes::{self, Watching};
use super::lock::Lock;
use super::nearby::{self, Poke};
use super::{Surroundings, Told, Trouble, present};
use crate::clock::Stopwatch;
use crate::domain::printable::Printable;

/// How often what lies on this machine is read without any sign of a change: commands give none, and neither do some file
/// systems.
pub const NEARBY: Duration = Duration::from_mins(10);
/// The longest sleep.
const LONGEST: Duration = Duration::from_secs(30);
/// So long before a window opens the sources are read, so that a line that has gone is made anew by then.
const AHEAD: TimeDelta = TimeDelta::seconds(40);
/// A clock that went so much farther, or less far, than the time that passed was set, or the machine slept.
const JUMP: i64 = 20;

/// What the keeper is told.
#[derive(Debug)]
pub enum Word {
    /// The configuration is to be followed as it is now, and everything read.
    Begin,
    /// A person asks to read now.
    Read,
    /// The lock came free, and is ours.
    Ours(Lock),
    /// The lock can't be had at all.
    Unlockable(std::io::Error),
    /// The journal has something to do in the sources of these names.
    Journal(Vec<String>),
    /// This source was read, or could not be; that was because somebody asked for it.
    Round {
        name: String,
        failed: Option<Trouble>,
        asked: bool,
    },
    /// Another process asks to read now; it waits for this number.
    AskedElsewhere(i64),
    /// The process that was asked to read has read, with these troubles.
    ReadElsewhere(Vec<Trouble>),
    Stop,
}

/// Starts the thread. Nothing is opened before the first word.
pub fn start(around: Surroundings, open: Opener) -> Sender<Word> {
    let (words, inbox) = unbounded();
    let keeper = words.clone();
    thread::spawn(move || {
        let Ok(first) = inbox.recv() else { return };
        let near = nearby::open(around.clone(), keeper.clone());
        let (at, watch) = ((around.clock.now(), Stopwatch::start()), Stopwatch::start());
        let keeper = Keeper {
            around,
            open,
            words: keeper,
            near,
            watching: None,
            lock: None,
            waits: false,
            accounts: Vec::new(),
            awaited: None,
            at,
            told: watch,
            read: watch,
            asking: None,
        };
        keeper.work(first, &inbox);
    });
    words
}

struct Keeper {
    around: Surroundings,
    open: Opener,
    words: Sender<Word>,
    near: Sender<Poke>,
    watching: Option<Watching>,
    /// Held for as long as the network is tended here.
    lock: Option<Lock>,
    /// Whether a thread waits for the lock.
    waits: bool,
    accounts: Vec<Account>,
    /// The sources of the first round that are still to be read.
    awaited: Option<BTreeSet<String>>,
    /// The clock and a stopwatch as they were when it was looked at last.
    at: (DateTime<Utc>, Stopwatch),
    /// Since the time was passed on.
    told: Stopwatch,
    /// Since what lies on this machine was read last without a sign of a change.
    read: Stopwatch,
    /// What a person asked for, until it is answered.
    asking: Option<Asking>,
}

impl Keeper {
    fn work(mut self, first: Word, inbox: &Receiver<Word>) {
        let mut word = Some(first);
        loop {
            match word.take() {
                Some(Word::Stop) => break,
                Some(word) => self.heed(word),
                None => {}
            }
            self.look_at_the_clock();
            if self.asking.as_ref().is_some_and(|asking| asking.left().is_zero()) {
                self.answer();
            }
            word = match inbox.recv_timeout(self.sleep()) {
                Ok(word) => Some(word),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => break,
            };
        }
        let _ = self.near.send(Poke::Stop);
        self.tell_all(account::Word::Stop);
    }

    fn heed(&mut self, word: Word) {
        match word {
            Word::Begin => {
                self.watch_changes();
                self.seek_the_lock();
                self.tend();
                let first = self.accounts.iter().map(|account| account.from().name.clone());
                self.awaited.get_or_insert_with(|| first.chain([String::new()]).collect());
                let _ = self.near.send(Poke::Sources);
            }
            Word::Read => self.ask(None),
            Word::AskedElsewhere(number) => self.ask(Some(number)),
            Word::ReadElsewhere(failed) => self.read_for_who_asked(ELSEWHERE, failed),
            Word::Ours(lock) => {
                self.waits = false;
                self.lock = Some(lock);
                let _ = self.near.send(Poke::Ours);
                self.tend();
                self.take_the_asking_over();
            }
            Word::Unlockable(error) => {
                self.waits = false;
                self.unlockable(&error);
            }
            Word::Journal(names) => {
                let named = |account: &&Account| names.contains(&account.from().name);
                tell(self.accounts.iter().filter(named), account::Word::Journal);
            }
            Word::Round { name, failed, asked } => {
                self.read_once(&name);
                if asked {
                    self.read_for_who_asked(&name, failed.into_iter().collect());
                }
            }
            Word::Stop => {}
        }
    }

    fn watch_changes(&mut self) {
        self.watching = changes::watch(&present(&self.around.config), &self.around.store, &self.near);
    }

    /// Takes the lock, or lets a thread wait until its holder ends.
    fn seek_the_lock(&mut self) {
        if self.lock.is_some() || self.waits {
            return;
        }
        match Lock::take(&self.around.store, self.around.who) {
            Ok(Ok(lock)) => {
                self.lock = Some(lock);
                let _ = self.near.send(Poke::Ours);
            }
            Ok(Err(_)) => {
                self.waits = true;
                let (store, who, words) = (self.around.store.clone(), self.around.who, self.words.clone());
                thread::spawn(move || {
                    let word = Lock::wait(&store, who).map_or_else(Word::Unlockable, Word::Ours);
                    let _ = words.send(word);
                });
            }
            Err(error) => self.unlockable(&error),
        }
    }

    /// Without a lock the network is left alone: two that tend it would do things twice.
    fn unlockable(&self, error: &std::io::Error) {
        let what = Printable::from(format!(
            "mail on the network is not read: no file can be locked beside the store: {error}"
        ));
        self.around.listener.tell(Told::Gathered { admitted: 0, failed: vec![Trouble { what, hint: None }] });
    }

    /// Sees that each source on the network is tended as the configuration says now, where that is our part.
    fn tend(&mut self) {
        if self.lock.is_none() {
            return;
        }
        let config = present(&self.around.config);
        let mut before = std::mem::take(&mut self.accounts);
        for source in config.sources.iter().filter(|source| source.kind.is_remote()) {
            let one = before.iter().position(|account| account.from().name == source.name).map(|at| before.remove(at));
            let account = match one {
                Some(account) if account.from() == source => {
                    account.say(account::Word::Asked);
                    account
                }
                other => {
                    tell(&other, account::Word::Stop);
                    Account::open(source, &self.around, self.open, self.words.clone(), other)
                }
            };
            self.accounts.push(account);
        }
        tell(&before, account::Word::Stop);
    }

    fn tell_all(&self, word: account::Word) {
        tell(&self.accounts, word);
    }

    /// A source was read. After the first round has come to its end, that is told.
    fn read_once(&mut self, name: &str) {
        let Some(awaited) = &mut self.awaited else { return };
        if awaited.remove(name) && awaited.is_empty() {
            self.around.listener.tell(Told::AllRead);
        }
    }

    /// Reads everything for somebody who waits for it: the screen here, or another process.
    fn ask(&mut self, elsewhere: Option<i64>) {
        let _ = self.near.send(Poke::Asked);
        self.tell_all(account::Word::Asked);
        let accounts = self.accounts.iter().map(|account| account.from().name.clone());
        let mut awaited: BTreeSet<String> = accounts.chain([String::new()]).collect();
        if self.lock.is_none() && present(&self.around.config).sources.iter().any(|source| source.kind.is_remote()) {
            let _ = self.near.send(Poke::AskElsewhere);
            awaited.insert(ELSEWHERE.to_owned());
        }
        self.asking = Some(Asking::new(awaited, elsewhere, self.asking.take()));
    }

    fn read_for_who_asked(&mut self, name: &str, failed: Vec<Trouble>) {
        if self.asking.as_mut().is_some_and(|asking| asking.is_answered_by(name, failed)) {
            self.answer();
        }
    }

    /// Who was asked is gone, and what it tended is tended here now.
    fn take_the_asking_over(&mut self) {
        let names: Vec<String> = self.accounts.iter().map(|account| account.from().name.clone()).collect();
        if let Some(asking) = &mut self.asking
            && asking.awaited.remove(ELSEWHERE)
        {
            asking.awaited.extend(names);
            self.tell_all(account::Word::Asked);
        }
    }

    /// Tells what came of the reading that was asked for, as far as that is known by now.
    fn answer(&mut self) {
        let Some(asking) = self.asking.take() else { return };
        if let Some(number) = asking.elsewhere {
            let _ = self.near.send(Poke::Answer(number));
        }
        self.around.listener.tell(Told::Answered { failed: asking.troubles() });
    }

    fn look_at_the_clock(&mut self) {
        let (before, watch) = std::mem::replace(&mut self.at, (self.around.clock.now(), Stopwatch::start()));
        let now = self.at.0;
        let passed = i64::try_from(watch.elapsed().as_secs()).unwrap_or(i64::MAX);
        if ((now - before).num_seconds() - passed).abs() > JUMP {
            self.tell_all(account::Word::Awake);
            let _ = self.near.send(Poke::Sources);
        }
        let calendar = &present(&self.around.config).calendar;
        let opened = calendar.next_after(before).is_some_and(|window| window.opens <= now);
        if calendar.next_after(before + AHEAD).is_some_and(|window| window.opens <= now + AHEAD) {
            self.tell_all(account::Word::Soon);
        }
        if opened {
            // Whoever begins the window finds in it what has arrived by now.
            self.tell_all(account::Word::Read);
        }
        if opened || (self.lock.is_some() && self.read.elapsed() > NEARBY) {
            self.read = Stopwatch::start();
            // A folder that was not there may be there now.
            if self.watching.as_ref().is_some_and(|watching| !watching.is_complete()) {
                self.watch_changes();
            }
            let _ = self.near.send(Poke::Sources);
        }
        if opened || self.told.elapsed() >= LONGEST {
            self.told = Stopwatch::start();
            let _ = self.near.send(Poke::Time);
        }
    }

    /// How long until there is something to do by the clock.
    fn sleep(&self) -> Duration {
        let (now, config) = (self.around.clock.now(), present(&self.around.config));
        let until = |at: DateTime<Utc>| (at - now).to_std().unwrap_or(Duration::ZERO);
        let opens = config.calendar.next_after(now).map_or(LONGEST, |window| until(window.opens));
        let soon = config.calendar.next_after(now + AHEAD).map_or(LONGEST, |window| until(window.opens - AHEAD));
        let asking = self.asking.as_ref().map_or(LONGEST, Asking::left);
        opens.min(soon).min(asking).min(LONGEST)
    }
}

fn tell<'a>(accounts: impl IntoIterator<Item = &'a Account>, word: account::Word) {
    for account in accounts {
        account.say(word);
    }
}
