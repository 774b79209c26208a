//! A year that is lived through in a real store, by dice that are always the same: messages come, are held and come out in batches, are
//! decided and carried over, answered by the folder of sent mail and by the outbox, rated; sources fail; people answer, or their programs
//! do. What the dice know is kept beside the store.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::time::Duration as Wait;

use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use tidebox::config::{Config, Identity, Security, SendConfig, SmtpConfig};
use tidebox::domain::address::Address;
use tidebox::domain::concern::{Concern, ConcernKind};
use tidebox::domain::exception::HitRating;
use tidebox::domain::found_copy::CopyOrigin;
use tidebox::domain::ids::{BatchId, Id};
use tidebox::domain::matter::MatterAnswer;
use tidebox::domain::moment::Moment;
use tidebox::domain::opening::Opening;
use tidebox::domain::outbox::{DepartureTime, OutgoingRelation};
use tidebox::domain::query::Query;
use tidebox::domain::schedule::Zone;
use tidebox::domain::source_type::SourceType;
use tidebox::domain::triage::Decision;
use tidebox::job::begin::{Begun, begin};
use tidebox::job::close::commit;
use tidebox::job::deliver::deliver_within;
use tidebox::outgoing::SendLimits;
use tidebox::store::{Admission, Durability, StagedRevision, Store};

use super::letterbox::{Letter, Letterbox, act, letter, members};
use super::servers::smtp_peer::{OFFERS, SmtpPeer};

pub const ME: &str = "me@example.net";
pub const PEOPLE: [&str; 3] = ["ann@example.org", "ben@example.org", "cat@example.org"];
pub const LANES: [&str; 3] = ["people", "lists", "notices"];
pub const RULES: [&str; 2] = ["family", "alerts"];

/// Dice that are the same everywhere (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: i64) -> i64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        i64::try_from((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % limit.unsigned_abs()).unwrap()
    }

    fn one_in(&mut self, count: i64) -> bool {
        self.below(count) == 0
    }
}

/// A message that came.
#[derive(Debug, Clone, Copy)]
pub struct Came {
    pub id: Id,
    pub at: DateTime<Utc>,
    pub lane: &'static str,
    pub let_through: bool,
    /// When it came out; `None` while it is held.
    pub out: Option<DateTime<Utc>>,
}

/// A batch that was committed.
#[derive(Debug, Clone, Copy)]
pub struct Closed {
    pub at: DateTime<Utc>,
    pub opens: DateTime<Utc>,
    pub left: u32,
    /// Of what was left, when the oldest had come.
    pub oldest: Option<DateTime<Utc>>,
}

/// What a rule let through.
#[derive(Debug, Clone, Copy)]
pub struct Hit {
    pub at: DateTime<Utc>,
    pub rule: &'static str,
    pub useful: Option<bool>,
}

/// A message of a thread with somebody, as it counts for answers.
#[derive(Debug, Clone, Copy)]
pub struct Said {
    pub at: DateTime<Utc>,
    pub own: bool,
    /// Of one that came: which it is in the list of those.
    pub came: Option<usize>,
}

/// What the dice know.
#[derive(Default)]
pub struct Truth {
    pub came: Vec<Came>,
    pub windows: Vec<DateTime<Utc>>,
    pub closed: Vec<Closed>,
    /// From when to when, how many keys, how many decisions.
    pub openings: Vec<(DateTime<Utc>, DateTime<Utc>, u32, u32)>,
    pub hits: Vec<Hit>,
    /// Answers to "would earlier have changed anything": when, and yes.
    pub mattered: Vec<(DateTime<Utc>, Option<bool>)>,
    /// Peeks, questions, looks for a code.
    pub looks: [Vec<DateTime<Utc>>; 3],
    pub outages: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    /// Each thread with a correspondent, by the number of the correspondent.
    pub threads: Vec<(usize, Vec<Said>)>,
    pub last_begun: Option<DateTime<Utc>>,
    /// How many answers left by the outbox.
    pub left_by_outbox: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Arrives,
    ThreadBegins,
    /// The next message of a thread.
    Next(usize),
    Window(usize),
    Commits,
    Looks(usize),
    Fails,
    Works,
}

/// A thread that goes on.
struct Thread {
    names: Vec<String>,
    /// The last message of the other side, as far as it came.
    last_theirs: Option<usize>,
    /// Whether the next message waits until the last one has come out.
    waits: bool,
    left: i64,
    own_next: bool,
}

pub struct Year {
    pub post: Letterbox,
    pub config: Config,
    pub truth: Truth,
    dice: Dice,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    next: i64,
    events: BinaryHeap<Reverse<(DateTime<Utc>, u64, Event)>>,
    order: u64,
    threads: Vec<Thread>,
    /// What came while the source could not be read, and is taken in when it can be.
    unread: Vec<Admission>,
    unread_came: Vec<(DateTime<Utc>, &'static str, Option<usize>)>,
    fails_since: Option<DateTime<Utc>>,
    open: Option<(BatchId, DateTime<Utc>, DateTime<Utc>)>,
    /// The messages that are out and not decided, by their places in the list of what came.
    carried: BTreeSet<usize>,
    /// Those in the open batch.
    in_batch: Vec<usize>,
    peer: SmtpPeer,
}

impl Year {
    /// From the morning of the first date to the last instant.
    pub fn live(seed: u64, zone: Zone, first: NaiveDate, until: DateTime<Utc>) -> Self {
        let begins = first.and_hms_opt(0, 0, 0).unwrap().and_utc();
        // The power stays on: nothing waits for a disk.
        let memory = std::path::Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        let mut store = Store::open_for(&folder.path().join("store.db"), Durability::Replayable).unwrap();
        let source = store.source("home", SourceType::Maildir).unwrap();
        let mut post = Letterbox { folder, store, source };
        post.store.record_created_at(Moment::real(begins)).unwrap();
        post.store.remember_position(post.source, "1", begins).unwrap();
        let mut config = Config::embedded(zone);
        let peer = SmtpPeer::correct(OFFERS);
        let server = SmtpConfig {
            host: "127.0.0.1".to_owned(),
            port: peer.port,
            security: Security::None,
            ca: None,
            login: None,
        };
        config.identities.push(Identity { send: Some(SendConfig::Smtp(Box::new(server))), ..Identity::new("Me", ME) });
        let mut year = Self {
            post,
            config,
            truth: Truth::default(),
            dice: Dice(seed),
            now: begins,
            until,
            next: 1,
            events: BinaryHeap::new(),
            order: 0,
            threads: Vec::new(),
            unread: Vec::new(),
            unread_came: Vec::new(),
            fails_since: None,
            open: None,
            carried: BTreeSet::new(),
            in_batch: Vec::new(),
            peer,
        };
        year.plan(zone, first);
        while let Some(Reverse((at, _, event))) = year.events.pop() {
            if at > until {
                break;
            }
            year.now = at;
            year.happens(event);
        }
        year.now = until;
        year
    }

    /// Check-ins at 10:00 and 16:00 of each weekday by the clock of the zone, and what begins by itself.
    fn plan(&mut self, zone: Zone, first: NaiveDate) {
        let last = self.until.date_naive();
        for date in
            first.iter_days().take_while(|date| *date <= last).filter(|date| date.weekday().number_from_monday() < 6)
        {
            for hour in [10, 16] {
                let opens = date.and_hms_opt(hour, 0, 0).unwrap().and_local_timezone(zone).unwrap().with_timezone(&Utc);
                self.truth.windows.push(opens);
            }
        }
        for place in 0..self.truth.windows.len() {
            let opens = self.truth.windows[place];
            // Some are missed, and for two weeks of August all are.
            let away = opens.month() == 8 && (10..24).contains(&opens.day());
            if !away && !self.dice.one_in(15) {
                let late = self.dice.below(2_400);
                self.at(opens + Duration::seconds(late), Event::Window(place));
            }
        }
        self.soon(9_000, Event::Arrives);
        self.soon(9_000, Event::ThreadBegins);
        self.soon(3 * 86_400, Event::Looks(0));
        self.soon(30 * 86_400, Event::Fails);
    }

    fn at(&mut self, at: DateTime<Utc>, event: Event) {
        self.order += 1;
        self.events.push(Reverse((at, self.order, event)));
    }

    /// Within so many seconds from now.
    fn soon(&mut self, seconds: i64, event: Event) {
        let at = self.now + Duration::seconds(1 + self.dice.below(seconds));
        self.at(at, event);
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::Arrives => self.arrives(),
            Event::ThreadBegins => {
                let with = self.dice.below(3);
                let (left, own_next) = (1 + self.dice.below(5), self.dice.one_in(3));
                self.truth.threads.push((usize::try_from(with).unwrap(), Vec::new()));
                self.threads.push(Thread { names: Vec::new(), last_theirs: None, waits: false, left, own_next });
                self.goes_on(self.threads.len() - 1);
                self.soon(3 * 86_400, Event::ThreadBegins);
            }
            Event::Next(thread) => self.goes_on(thread),
            Event::Window(place) => self.begins(self.truth.windows[place]),
            Event::Commits => self.commits(),
            Event::Looks(_) => self.looks(),
            Event::Fails => self.fails(),
            Event::Works => self.works(),
        }
    }

    fn fresh(&mut self) -> (i64, Letter) {
        self.next += 1;
        (self.next, letter(self.next))
    }

    /// Something that nobody answers; a list on which correspondents write, too.
    fn arrives(&mut self) {
        let (_, one) = self.fresh();
        let lane = LANES[usize::try_from(self.dice.below(3)).unwrap()];
        let through = self.fails_since.is_none() && self.dice.one_in(9);
        let from = if lane == "lists" { PEOPLE[0] } else { "shop@shop.example" };
        let one = one.dated(Some(self.now), self.now).lane(lane).change(|envelope| {
            envelope.from = Address::new("", from);
            envelope.list = (lane == "lists").then(|| "talk.example.org".to_owned());
        });
        if through {
            self.comes_through(one, lane);
        } else {
            self.takes_in(one.ready(), lane, None);
        }
        // Bursts: some come within minutes, some hours apart.
        let gap = if self.dice.one_in(3) { 400 } else { 60_000 };
        self.soon(gap, Event::Arrives);
    }

    /// A rule lets a message through, which the person may rate.
    fn comes_through(&mut self, one: Letter, lane: &'static str) {
        let rule = RULES[usize::try_from(self.dice.below(2)).unwrap()];
        let id = self.post.admit(&[one.let_through(rule).ready()], self.now)[0].id;
        let useful = [None, Some(true), Some(false)][usize::try_from(self.dice.below(3)).unwrap()];
        if let Some(useful) = useful {
            let rating = if useful { HitRating::Useful } else { HitRating::FalseAlarm };
            self.post.store.rate_hit(id, rating).unwrap();
        }
        self.truth.hits.push(Hit { at: self.now, rule, useful });
        // It can be seen at once, and is decided in the next batch like all others.
        self.carried.insert(self.truth.came.len());
        self.truth.came.push(Came { id, at: self.now, lane, let_through: true, out: Some(self.now) });
    }

    /// Takes a held message in, or keeps it until the source can be read. `thread` is one whose last message it is.
    fn takes_in(&mut self, one: Admission, lane: &'static str, thread: Option<usize>) {
        if self.fails_since.is_some() {
            self.unread.push(one);
            self.unread_came.push((self.now, lane, thread));
            return;
        }
        let id = self.post.admit(&[one], self.now)[0].id;
        self.noted(id, (self.now, lane, thread));
    }

    fn noted(&mut self, id: Id, (at, lane, thread): (DateTime<Utc>, &'static str, Option<usize>)) {
        let place = self.truth.came.len();
        self.truth.came.push(Came { id, at, lane, let_through: false, out: None });
        if let Some(thread) = thread {
            self.threads[thread].last_theirs = Some(place);
            if let Some(said) = self.truth.threads[thread].1.iter_mut().rfind(|said| !said.own && said.came.is_none()) {
                said.came = Some(place);
            }
        }
    }

    /// The next message of a thread: of the person, of the other, or of a program of theirs.
    fn goes_on(&mut self, thread: usize) {
        if self.threads[thread].own_next {
            self.writes(thread);
        } else {
            self.is_written_to(thread);
        }
        let next = &mut self.threads[thread];
        next.left -= 1;
        if next.left == 0 {
            return;
        }
        let again = self.dice.one_in(4);
        let next = &mut self.threads[thread];
        let was_own = next.own_next;
        next.own_next = was_own == again;
        // What came is answered after it came out; all else follows after a while.
        next.waits = next.own_next && !was_own;
        if !next.waits {
            let days = if self.dice.one_in(2) { 20_000 } else { 6 * 86_400 };
            let at = self.now + Duration::minutes(12) + Duration::seconds(self.dice.below(days));
            self.at(at, Event::Next(thread));
        }
    }

    fn is_written_to(&mut self, thread: usize) {
        let (number, one) = self.fresh();
        let with = PEOPLE[self.truth.threads[thread].0];
        // It was on its way for some minutes.
        let date = self.now - Duration::seconds(self.dice.below(600));
        let automatic = self.dice.one_in(6);
        let names = self.threads[thread].names.clone();
        let one = one
            .dated(Some(date), self.now)
            .answers(&names.iter().map(String::as_str).collect::<Vec<_>>())
            .change(|envelope| {
                envelope.from = Address::new("", with);
                envelope.automatic = automatic;
            });
        self.threads[thread].names.push(format!("m{number}@example.org"));
        if automatic {
            self.takes_in(one.ready(), "people", None);
        } else {
            self.truth.threads[thread].1.push(Said { at: date, own: false, came: None });
            self.takes_in(one.ready(), "people", Some(thread));
        }
    }

    /// The person writes: by another program, or from here. Of what leaves from here the copy may be read, too.
    fn writes(&mut self, thread: usize) {
        let (number, one) = self.fresh();
        let with = PEOPLE[self.truth.threads[thread].0];
        let names = self.threads[thread].names.clone();
        let answered = self.threads[thread].last_theirs.map(|place| self.truth.came[place]);
        // From here one answers what has come out, and begins what is new.
        let answered = answered.filter(|came| came.out.is_some()).map(|came| (OutgoingRelation::Reply, came.id));
        let from_here = (answered.is_some() || names.is_empty()) && self.dice.one_in(3);
        if from_here {
            self.leaves(number, with, answered);
        }
        if !from_here || self.dice.one_in(2) {
            let one = one
                .dated(Some(self.now), self.now)
                .answers(&names.iter().map(String::as_str).collect::<Vec<_>>())
                .change(|envelope| {
                    envelope.from = Address::new("", ME);
                    envelope.to = vec![Address::new("", with)];
                });
            let mut ready = one.found("Sent", &format!("s{number}")).history().ready();
            ready.message.copy.origin = CopyOrigin::Sent;
            self.post.admit(&[ready], self.now);
        }
        self.threads[thread].names.push(format!("m{number}@example.org"));
        self.truth.threads[thread].1.push(Said { at: self.now, own: true, came: None });
    }

    fn leaves(&mut self, number: i64, with: &str, answered: Option<(OutgoingRelation, Id)>) {
        let now = Cell::new(self.now);
        let id = self.post.store.new_draft(answered, "Subject: s\n\ntext", self.now).unwrap();
        let revision = StagedRevision {
            message_id: format!("m{number}@example.org"),
            sender: ME.to_owned(),
            recipients: vec![with.to_owned()],
            bytes: format!("Date: staged\r\nSubject: {number}\r\n\r\ntext\r\n").into_bytes(),
        };
        self.post.store.stage(id, &revision, DepartureTime::At(self.now), None, self.now).unwrap();
        let limits =
            SendLimits { answer: Wait::from_secs(10), after_dot: Wait::from_secs(10), command: Wait::from_secs(20) };
        let sent = deliver_within(&self.post.store, &self.config, &limits, &|| now.get()).unwrap();
        assert_eq!(sent.sent, 1);
        self.truth.left_by_outbox += 1;
        assert_eq!(self.peer.taken().len(), self.truth.left_by_outbox);
    }

    fn begins(&mut self, opens: DateTime<Utc>) {
        let Begun::Batch(batch) = begin(&mut self.post.store, &self.config, self.now).unwrap() else { return };
        let mut expected: BTreeSet<Id> = self.carried.iter().map(|place| self.truth.came[*place].id).collect();
        for place in 0..self.truth.came.len() {
            let came = &mut self.truth.came[place];
            if came.out.is_none() {
                came.out = Some(self.now);
                expected.insert(came.id);
                self.carried.insert(place);
            }
        }
        let all: BTreeSet<Id> = members(&self.post.store, &batch).into_iter().collect();
        assert_eq!(all, expected, "what is in the batch at {}", self.now);
        self.truth.last_begun = Some(self.now);
        self.in_batch = self.carried.iter().copied().collect();
        self.open = Some((batch.id(), opens, self.now));
        self.soon(3_000, Event::Commits);
        for thread in 0..self.threads.len() {
            let is_out = self.threads[thread].last_theirs.is_none_or(|place| self.truth.came[place].out.is_some());
            if self.threads[thread].waits && is_out && self.threads[thread].left > 0 {
                self.threads[thread].waits = false;
                let days = if self.dice.one_in(2) { 6_000 } else { 5 * 86_400 };
                let at = self.now + Duration::minutes(1) + Duration::seconds(self.dice.below(days));
                self.at(at, Event::Next(thread));
            }
        }
    }

    /// Decides all but some, and closes the batch.
    fn commits(&mut self) {
        let Some((batch, opens, begun)) = self.open.take() else { return };
        // What has come through since it was begun is not in it.
        let places = std::mem::take(&mut self.in_batch);
        // What is answered counts as done, whenever that is; so what is left over is of those that nobody answers.
        let keep = usize::try_from(self.dice.below(3)).unwrap();
        let mut left: Vec<usize> = places.iter().copied().filter(|it| self.truth.came[*it].lane != "people").collect();
        left.truncate(keep);
        let decided: Vec<usize> = places.into_iter().filter(|place| !left.contains(place)).collect();
        let ids: Vec<Id> = decided.iter().map(|place| self.truth.came[*place].id).collect();
        if !ids.is_empty() {
            let done = act(&self.post.store, batch, 1, Decision::Done, &ids);
            self.post.store.record(batch, &done, self.now).unwrap();
        }
        let (keys, decisions) = (u32::try_from(self.dice.below(400)).unwrap(), u32::try_from(ids.len()).unwrap());
        self.post.store.note_opening(&Opening { batch, since: begun, until: self.now, keys, decisions }).unwrap();
        self.truth.openings.push((begun, self.now, keys, decisions));
        let receipt = commit(&mut self.post.store, &self.config, batch, self.now).unwrap();
        assert_eq!(receipt.carried_over as usize, left.len());
        self.carried.retain(|place| !decided.contains(place));
        let oldest = left.iter().map(|place| self.truth.came[*place].at).min();
        self.truth.closed.push(Closed { at: self.now, opens, left: receipt.carried_over, oldest });
        for sample in self.post.store.matter_sample(batch).unwrap() {
            let (answer, said) = match self.dice.below(7) {
                0 => (MatterAnswer::Yes, Some(true)),
                1 => (MatterAnswer::Skipped, None),
                2 => continue,
                _ => (MatterAnswer::No, Some(false)),
            };
            self.post.store.answer_matter(sample.message, answer, self.now).unwrap();
            self.truth.mattered.push((self.now, said));
        }
    }

    fn looks(&mut self) {
        let kind = usize::try_from(self.dice.below(3)).unwrap();
        let (store, now) = (&mut self.post.store, self.now);
        match kind {
            0 => drop(store.start_peek("a reason", now, now + Duration::minutes(5)).unwrap()),
            1 => drop(store.ask_held("from:ann", &Query::All, now).unwrap()),
            _ => drop(store.look_for_code("shop", now).unwrap()),
        }
        self.truth.looks[kind].push(now);
        self.soon(9 * 86_400, Event::Looks(0));
    }

    fn fails(&mut self) {
        let concern = Concern {
            source: String::new(),
            kind: ConcernKind::Away,
            what: "no".into(),
            hint: String::new(),
            count: 0,
            tries: 1,
            since: self.now,
            next: None,
            secret: None,
        };
        self.post.store.note_concern(self.post.source, &concern).unwrap();
        self.fails_since = Some(self.now);
        self.soon(3 * 86_400, Event::Works);
    }

    /// The source is read again: all that came meanwhile is taken in at once, by when it came.
    fn works(&mut self) {
        let letters = std::mem::take(&mut self.unread);
        let taken = self.post.admit(&letters, self.now);
        for (one, came) in taken.iter().zip(std::mem::take(&mut self.unread_came)) {
            self.noted(one.id, came);
        }
        self.post.store.settle_concerns(self.post.source, &[ConcernKind::Away]).unwrap();
        self.post.store.end_outage(self.post.source, self.now).unwrap();
        self.truth.outages.push((self.fails_since.take().unwrap(), self.now));
        let again = self.now + Duration::days(15);
        self.at(again, Event::Fails);
    }
}
