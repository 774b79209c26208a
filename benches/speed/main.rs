//! How fast the parts are that a person waits for, each beside the least that it could cost on the same machine.
//!
//! `cargo bench --bench speed` runs all of it in a minute; `cargo bench --bench speed -- search` what has that in its name. What the figures
//! mean, and those of whole commands, is in `docs/performance.md`.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a measurement that cannot be made ends the run; bare SQLite is what the store is held against"
)]

mod bare;
mod facts;
mod mailbox;
mod month;
mod reading;
mod replaying;
#[path = "../../tests/suite/support/year.rs"]
mod year;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};
use std::{fs, hint};
use tidebox::domain::schedule::Zone;

use chrono::TimeDelta;
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use tidebox::config::Config;
use tidebox::domain::batch::{Batch, BatchLayout, BatchOccasion};
use tidebox::domain::ids::Id;
use tidebox::domain::letter::Body;
use tidebox::domain::moment::Moment;
use tidebox::domain::month::CalendarMonth;
use tidebox::domain::positions::{Position, Positions};
use tidebox::domain::query::Indexed;
use tidebox::domain::settled::SettledRules;
use tidebox::domain::source_type::SourceType;
use tidebox::domain::triage::{Act, Decision, Triage};
use tidebox::domain::{query, words};
use tidebox::job::disposition::{BacklogPolicy, IntakeRules};
use tidebox::job::intake::Intake;
use tidebox::job::summary::Summary;
use tidebox::mail;
use tidebox::store::{Beginning, Durability, LaneTurn, Store, pack};

use mailbox::{Mailbox, Size, end};

/// How many messages an intake takes in.
const TAKEN_IN: u64 = 1_000;
/// How many messages are searched and triaged.
const KEPT: u64 = 20_000;

fn main() {
    let _ = fs::remove_dir_all(folder());
    fs::create_dir_all(folder()).unwrap();
    divan::main();
    let _ = fs::remove_dir_all(folder());
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("speed")
}

const KINDS: [&str; 3] = ["text/plain", "text/html", "multipart/mixed"];

/// Bytes to a message: what travels with its headers and its text, its parts, its fingerprint.
#[divan::bench(args = KINDS)]
fn parse(bencher: Bencher<'_, '_>, kind: &str) {
    let raw = mailbox::one_with(kind);
    bencher.counter(BytesCount::of_slice(&raw)).bench(|| mail::parse(&raw));
}

#[divan::bench]
fn fold_words(bencher: Bencher<'_, '_>) {
    let text = String::from_utf8(mailbox::one_with("text/plain")).unwrap();
    bencher.counter(BytesCount::of_str(&text)).bench(|| words::fold(hint::black_box(&text)));
}

#[divan::bench(args = KINDS)]
fn pack_original(bencher: Bencher<'_, '_>, kind: &str) {
    let raw = mailbox::one_with(kind);
    bencher.counter(BytesCount::of_slice(&raw)).bench(|| pack(hint::black_box(&raw)));
}

/// Laying a message out for reading, which a person sees after each key that moves.
#[divan::bench(args = KINDS)]
fn letter(bencher: Bencher<'_, '_>, kind: &str) {
    let raw = mailbox::one_with(kind);
    let body = (kind == "text/html").then_some(Body::Html);
    bencher.bench(|| mail::letter(Id(1), hint::black_box(&raw), 80, body));
}

/// From bytes in memory to durable, searchable messages, everything included.
#[divan::bench(sample_count = 7, sample_size = 1)]
fn intake(bencher: Bencher<'_, '_>) {
    let config = config();
    let fresh = || {
        let path = fresh_file();
        (Store::open_for(&path, Durability::Replayable).unwrap(), Mailbox::of(TAKEN_IN, Size::Usual))
    };
    bencher
        .counter(ItemsCount::new(TAKEN_IN))
        .with_inputs(fresh)
        .bench_local_values(|(mut store, mut mailbox)| take_in(&mut store, &mut mailbox, &config));
}

/// The least that an intake could be: the same parsing and packing on every core, and three bare inserts a message, all
/// in one transaction: a row, a blob, the words.
#[divan::bench(sample_count = 7, sample_size = 1)]
fn intake_bare(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(TAKEN_IN))
        .with_inputs(|| (fresh_file(), Mailbox::of(TAKEN_IN, Size::Usual)))
        .bench_local_values(|(path, mailbox)| bare::intake(&path, mailbox.0.into_iter()));
}

/// The parsing threads' share alone, on one core.
#[divan::bench(sample_count = 7, sample_size = 1)]
fn intake_parsing_alone(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(TAKEN_IN)).with_inputs(|| Mailbox::of(TAKEN_IN, Size::Usual)).bench_local_values(
        |mailbox| {
            for raw in mailbox.0 {
                hint::black_box((Indexed::of(&mail::parse(&raw)), pack(&raw)));
            }
        },
    );
}

/// A month and the one before it, of a million messages in five years.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn month_of_a_million(bencher: Bencher<'_, '_>) {
    let (store, config) = (Store::open(month::filled()).unwrap(), config());
    let wanted = CalendarMonth::at(end(), Zone::UTC).before();
    let counted = || tidebox::job::month::month(&store, &config, wanted, end()).unwrap();
    assert!(counted().month.arriving.messages > 10_000 && !counted().month.answers.is_empty());
    bencher.counter(ItemsCount::new(month::MESSAGES.unsigned_abs())).bench_local(counted);
}

const QUERIES: [&str; 13] = [
    "conhel",
    "nothinglikeit",
    "conhel dehel",
    "\"conhel conhel\"",
    "conh*",
    "subject:conhel",
    "from:@example.net",
    "from:@example.net conhel",
    "to:alice@example.org",
    "list:talk",
    "conhel before:2025-06",
    "has:attachment conhel",
    "(conhel or dehel) -fihel",
];

/// The first page of what a person typed.
#[divan::bench(args = QUERIES)]
fn search(bencher: Bencher<'_, '_>, text: &str) {
    let store = Store::open(kept()).unwrap();
    let query = query::parse(text, Zone::UTC, end()).unwrap();
    bencher.bench_local(|| store.search(&query, end(), 50, None).unwrap());
}

/// The least that a page costs: fifty rows by their number.
#[divan::bench]
fn search_bare(bencher: Bencher<'_, '_>) {
    let connection = rusqlite::Connection::open(kept()).unwrap();
    bencher.bench_local(|| bare::page(&connection));
}

/// One key that decides, from the triage in memory to the disk.
#[divan::bench(sample_count = 300, sample_size = 1)]
fn decide(bencher: Bencher<'_, '_>) {
    let mut store = Store::open(kept()).unwrap();
    let batch = batch(&mut store);
    let number = batch.id();
    let (_, acts) = store.batch(number).unwrap().unwrap();
    let triage = Mutex::new(Triage::replay(batch, acts));
    bencher.bench_local(|| {
        let mut triage = triage.lock().unwrap();
        let next = triage.undecided().first().unwrap();
        let act = triage.decide(Decision::Done, &next.into()).unwrap();
        store.record(number, &act, end()).unwrap();
    });
}

/// The least that a durable key costs: a commit of one row, in the same file.
#[divan::bench(sample_count = 300, sample_size = 1)]
fn decide_bare(bencher: Bencher<'_, '_>) {
    let connection = bare::connect(kept(), "FULL");
    bencher.bench_local(|| bare::commit(&connection));
}

/// One key for so many messages in a row, the same taken back, and the batch with its acts read again.
#[divan::bench(args = [40, KEPT], sample_count = 100, sample_size = 1)]
fn sweep(bencher: Bencher<'_, '_>, rows: u64) {
    let path = fresh_file();
    Store::open(kept()).unwrap().backup(&path).unwrap();
    let mut store = Store::open(&path).unwrap();
    let batch = batch(&mut store);
    let id = batch.id();
    let on = Positions::between(Position(1), Position(u32::try_from(rows).unwrap()));
    let mut number = store.batch(id).unwrap().unwrap().1.last().map_or(0, |(act, _)| act.number);
    bencher.bench_local(|| {
        number += 1;
        store.record(id, &Act { number, decision: Decision::Done, on: on.clone() }, end()).unwrap();
        store.undo(id, number).unwrap();
        store.batch(id).unwrap()
    });
}

/// A large batch decided one by one, in memory.
#[divan::bench(sample_count = 20)]
fn decide_in_memory(bencher: Bencher<'_, '_>) {
    let size = u32::try_from(KEPT).unwrap();
    let batch = Batch::freeze(tidebox::domain::ids::BatchId(1), BatchOccasion::Exceptions, end(), size);
    let all = batch.positions();
    bencher.with_inputs(|| Triage::new(batch.clone())).bench_values(|mut triage| {
        // One by one, every second first: the most runs that there can be.
        for position in all.iter().filter(|one| one.0 % 2 == 0).chain(all.iter().filter(|one| one.0 % 2 == 1)) {
            triage.decide(Decision::Done, &position.into());
        }
        triage
    });
}

/// What opening a batch reads: its headings and the first rows.
#[divan::bench(sample_count = 20)]
fn batch_opened(bencher: Bencher<'_, '_>) {
    let mut store = Store::open(kept()).unwrap();
    let batch = batch(&mut store);
    let first = batch.positions().slice(0, 120);
    bencher.bench_local(|| (store.sections(batch.id()).unwrap(), store.items(batch.id(), &first).unwrap()));
}

/// Beginning a batch of 10,000 messages: as a flat list in which nothing is looked at, and with everything that stands together.
#[divan::bench(args = ["flat", "grouped"], sample_count = 9, sample_size = 1)]
fn freeze(bencher: Bencher<'_, '_>, layout: &str) {
    static HELD: OnceLock<PathBuf> = OnceLock::new();
    let held = HELD.get_or_init(|| {
        let path = folder().join("held.db");
        let mut store = Store::open(&path).unwrap();
        take_in(&mut store, &mut Mailbox::morning(10_000), &config());
        path
    });
    let flat = BatchLayout { threads: false, bundles: false, settled: SettledRules::NONE, ..BatchLayout::default() };
    let layout = if layout == "flat" { flat } else { BatchLayout::default() };
    let copied = || {
        let path = fresh_file();
        fs::copy(held, &path).unwrap();
        Store::open(&path).unwrap()
    };
    bencher.with_inputs(copied).bench_local_values(|mut store| begin(&mut store, layout));
}

fn config() -> Config {
    Config::embedded(Zone::UTC)
}

fn take_in(store: &mut Store, mailbox: &mut Mailbox, config: &Config) -> Summary {
    let source = store.source("bench", SourceType::Jsonl).unwrap();
    let rules = IntakeRules::new(config, "bench", BacklogPolicy::HoldAll, Moment::real(end()));
    let intake = Intake { source, rules, low_memory: false };
    let summary = intake.take_in(store, mailbox, None, &mut |_: &Summary| std::ops::ControlFlow::Continue(())).unwrap();
    assert_eq!(summary.admitted, mailbox.0.len() as u64);
    summary
}

/// A path in a folder of its own, the last one's having been removed.
fn fresh_file() -> PathBuf {
    let fresh = folder().join("fresh");
    let _ = fs::remove_dir_all(&fresh);
    fs::create_dir_all(&fresh).unwrap();
    fresh.join("store.db")
}

/// A store of small messages that are all in one open batch, made when it is first asked for.
fn kept() -> &'static Path {
    static KEPT_AT: OnceLock<PathBuf> = OnceLock::new();
    KEPT_AT.get_or_init(|| {
        let path = folder().join("kept.db");
        let mut store = Store::open(&path).unwrap();
        take_in(&mut store, &mut Mailbox::of(KEPT, Size::Small), &config());
        batch(&mut store);
        path
    })
}

fn batch(store: &mut Store) -> Batch {
    begin(store, BatchLayout::default())
}

fn begin(store: &mut Store, layout: BatchLayout) -> Batch {
    let occasion =
        BatchOccasion::Window { checkin: "morning".to_owned(), opens: end(), closes: end() + TimeDelta::minutes(45) };
    let lanes = config()
        .lanes
        .iter()
        .map(|lane| LaneTurn { name: lane.name.clone(), comes_out: true, bundle: lane.bundle.clone() })
        .collect::<Vec<_>>();
    store
        .begin(&Beginning {
            occasion,
            lanes: &lanes,
            calendar: &config().calendar,
            carry_limit: None,
            layout,
            now: end(),
        })
        .unwrap()
        .unwrap()
}
