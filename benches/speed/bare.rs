//! The bare limits: the same work with nothing around it.

use std::path::Path;

use crossbeam_channel::bounded;
use rusqlite::Connection;
use tidebox::domain::query::Indexed;
use tidebox::mail;
use zstd::bulk::Compressor;

pub fn connect(path: &Path, synchronous: &str) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch(&format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; PRAGMA wal_autocheckpoint = 8000;
             CREATE TABLE IF NOT EXISTS bare (number INTEGER PRIMARY KEY, text TEXT NOT NULL);"
        ))
        .unwrap();
    connection
}

/// What a list shows of a message: its number, sender, subject and date.
pub type Row = (i64, String, String, Option<i64>);

/// One durable row.
pub fn commit(connection: &Connection) {
    connection.prepare_cached("INSERT INTO bare (text) VALUES ('done')").unwrap().execute([]).unwrap();
}

/// The newest fifty messages.
pub fn page(connection: &Connection) -> Vec<Row> {
    let sql = "SELECT id, from_name, subject, date FROM message ORDER BY id DESC LIMIT 50";
    let mut statement = connection.prepare_cached(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).unwrap();
    rows.collect::<rusqlite::Result<_>>().unwrap()
}

/// Parses on every core and writes in one transaction.
pub fn intake(path: &Path, mails: impl Iterator<Item = Vec<u8>> + Send) {
    let connection = connect(path, "NORMAL");
    connection
        .execute_batch(
            "PRAGMA cache_size = -32000;
             CREATE TABLE message (id INTEGER PRIMARY KEY, sender TEXT, subject TEXT, date INTEGER);
             CREATE TABLE original (id INTEGER PRIMARY KEY, bytes BLOB);
             CREATE VIRTUAL TABLE words USING fts5 (sender, recipients, subject, list, body,
                                                    content = '', contentless_delete = 1, tokenize = 'ascii');
             INSERT INTO words (words, rank) VALUES ('hashsize', 33554432);
             BEGIN",
        )
        .unwrap();
    let (raw_in, raw_out) = bounded::<Vec<u8>>(128);
    let (ready_in, ready_out) = bounded(128);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, std::num::NonZero::get) {
            let (raw_out, ready_in) = (raw_out.clone(), ready_in.clone());
            scope.spawn(move || {
                let mut packer = Compressor::new(3).unwrap();
                for raw in raw_out {
                    let message = mail::parse(&raw);
                    let (words, packed) = (Indexed::of(&message), packer.compress(&raw).unwrap());
                    ready_in.send((message.envelope, words, packed)).unwrap();
                }
            });
        }
        drop((raw_out, ready_in));
        scope.spawn(move || mails.for_each(|raw| raw_in.send(raw).unwrap()));
        for (id, (envelope, words, packed)) in (1_i64..).zip(ready_out) {
            let prepare = |sql| connection.prepare_cached(sql).unwrap();
            prepare("INSERT INTO message VALUES (?1, ?2, ?3, ?4)")
                .execute((id, envelope.from.address, envelope.subject, envelope.date.map(|date| date.timestamp())))
                .unwrap();
            prepare("INSERT INTO original VALUES (?1, ?2)").execute((id, packed)).unwrap();
            prepare(
                "INSERT INTO words (rowid, sender, recipients, subject, list, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )
            .execute((id, words.from, words.to, words.subject, words.list, words.body))
            .unwrap();
        }
    });
    connection.execute_batch("COMMIT").unwrap();
}
