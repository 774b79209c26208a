//! What the recording of arrivals adds to taking in: the same messages taken in in turn with it and without it.
//!
//! A source that was never read to its end has no arrivals, so the two differ in the rows alone.

use std::path::Path;
use std::{fs, hint};

use divan::Bencher;
use rusqlite::Connection;
use tidebox::store::{Durability, Store};

use super::{config, fresh_file, take_in};
use crate::mailbox::{Mailbox, Size, end};

/// How many messages one intake takes in, and how many pairs of intakes there are.
const MESSAGES: u64 = 2_000;
const PAIRS: usize = 24;
/// How many rows are written alone, in transactions of as many as an intake has.
const ROWS: i64 = 200_000;
const IN_ONE: i64 = 512;

/// Prints how much processor time of the whole process an intake takes without the rows and with them, and what the rows take alone.
#[divan::bench(sample_count = 1, sample_size = 1, ignore)]
fn facts_beside_intake(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| {
        let mut pairs: Vec<(f64, f64)> = Vec::new();
        for pair in 0..=PAIRS {
            // Which is first changes from pair to pair; the first pair only warms up.
            let first = intake(pair % 2 == 1);
            let second = intake(pair % 2 == 0);
            if pair > 0 {
                pairs.push(if pair % 2 == 1 { (second, first) } else { (first, second) });
            }
        }
        let without = median(pairs.iter().map(|(without, _)| *without).collect());
        let mut more: Vec<f64> = pairs.iter().map(|(without, with)| (with / without - 1.0) * 100.0).collect();
        more.sort_by(f64::total_cmp);
        let rows = rows_alone();
        let of_intake = without * 1e6 / count(MESSAGES);
        println!(
            "\nintake {of_intake:.0} µs a message; with arrivals {:+.2} % (median of {PAIRS} pairs; half of them from {:+.2} to {:+.2} %); \
             one row alone {rows:.2} µs, {:.2} %",
            median(more.clone()),
            more[PAIRS / 4],
            more[PAIRS * 3 / 4],
            rows / of_intake * 100.0
        );
    });
}

/// Takes messages in, and returns the processor time of that in seconds.
fn intake(with: bool) -> f64 {
    let (path, config) = (fresh_file(), config());
    let mut store = Store::open_for(&path, Durability::Replayable).unwrap();
    store.source("bench", tidebox::domain::source_type::SourceType::Jsonl).unwrap();
    let beside = Connection::open(&path).unwrap();
    if with {
        assert_eq!(beside.execute("UPDATE source SET last_read = ?1", [end().timestamp()]).unwrap(), 1);
    }
    let mut mailbox = Mailbox::of(MESSAGES, Size::Usual);
    let before = processor_time();
    hint::black_box(take_in(&mut store, &mut mailbox, &config));
    let took = processor_time() - before;
    let recorded: i64 = beside.query_row("SELECT count(*) FROM arrival", [], |row| row.get(0)).unwrap();
    assert_eq!(recorded > 0, with, "{recorded} rows");
    took
}

/// What one row of an arrival takes by itself, in microseconds: the statement of the store, without what is around it.
fn rows_alone() -> f64 {
    let path = fresh_file();
    drop(Store::open(Path::new(&path)).unwrap());
    let mut connection = Connection::open(&path).unwrap();
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;").unwrap();
    let (first, before) = (end().timestamp(), processor_time());
    for from in (0..ROWS).step_by(usize::try_from(IN_ONE).unwrap()) {
        let tx = connection.transaction().unwrap();
        for number in from..(from + IN_ONE).min(ROWS) {
            tx.prepare_cached(
                "INSERT OR IGNORE INTO arrival (at, message, source, lane, let_through, began, came_out)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )
            .unwrap()
            .execute((first + number / 3, first + number, 1, 1 + number % 3, false, number % 3 == 0, None::<i64>))
            .unwrap();
        }
        tx.commit().unwrap();
    }
    (processor_time() - before) * 1e6 / count(ROWS.unsigned_abs())
}

/// The processor time of this process so far, of all of its threads, in seconds. Linux counts it in hundredths.
fn processor_time() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap();
    let (_, fields) = text.rsplit_once(')').unwrap();
    // `utime` and `stime` are the fields 14 and 15; the one behind the name is the third.
    fields.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<f64>().unwrap() / 100.0).sum()
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

fn count(of: u64) -> f64 {
    f64::from(u32::try_from(of).unwrap())
}
