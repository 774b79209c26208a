//! A store with a million messages over five years, filled by SQL: what the month reads of it is there, and nothing else.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rusqlite::Connection;
use tidebox::store::Store;

use crate::mailbox::end;

/// How many messages there are.
pub const MESSAGES: i64 = 1_000_000;
/// A message every so many seconds: five years.
const APART: i64 = 157;

/// The store, made when it is first asked for.
pub fn filled() -> &'static Path {
    static FILLED_AT: OnceLock<PathBuf> = OnceLock::new();
    FILLED_AT.get_or_init(|| {
        let path = crate::folder().join("million.db");
        fill(&path);
        path
    })
}

/// Makes the store. 400 people write, the person has written to 100 of them, and answers every tenth message; two windows a day come out.
fn fill(path: &Path) {
    drop(Store::open(path).unwrap());
    let connection = Connection::open(path).unwrap();
    let first = end().timestamp() - MESSAGES * APART;
    connection
        .execute_batch(&format!(
            "PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; BEGIN;
             INSERT INTO source (id, name, kind) VALUES (1, 'work', 'imap');
             INSERT INTO lane (id, name) VALUES (1, 'people'), (2, 'lists'), (3, 'notices');
             INSERT OR REPLACE INTO fact (name, value) VALUES ('facts since', {first});
             INSERT INTO correspondent WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < 99) SELECT 'writer' || n || '@example.org' FROM number;
             WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < {MESSAGES} - 1)
             INSERT INTO message (id, thread, source, lane, stage, date, received, admitted, attachments, unsubscribe, fields, size,
                                  from_name, from_address, subject, message_id, recipients, defects)
             SELECT {first} + n * {APART}, {first} + n / 10 * 10 * {APART}, 1, 1 + n % 3, 'done', {first} + n * {APART},
                    {first} + n * {APART}, {first} + n * {APART}, 0, 0, 0, 9000,
                    iif(n % 10 = 9, '', 'A writer of letters'), iif(n % 10 = 9, 'me@example.net', 'writer' || (n / 10 % 400) || '@example.org'),
                    'The minutes of the last meeting, and what is to be done', 'message' || n || '@example.org',
                    '[{{\"name\": \"\", \"address\": \"' || iif(n % 10 = 9, 'writer' || (n / 10 % 400) || '@example.org', 'me@example.net') || '\"}}]', '[]'
             FROM number;
             INSERT INTO sent_message (message) SELECT id FROM message WHERE from_address = 'me@example.net';
             INSERT INTO arrival (at, message, source, lane, let_through, began, came_out)
             SELECT received, id, 1, lane, id % 50 = 0, id % 3 = 0, received + id % 20000 FROM message WHERE from_address <> 'me@example.net';
             WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < 3650)
             INSERT INTO batch (id, kind, checkin, opens, closes, begun, held_before, sealed, committed)
             SELECT n + 1, 'window', 'morning', {first} + n * 43200, {first} + n * 43200 + 2700, {first} + n * 43200, 0, 1,
                    {first} + n * 43200 + 1200 FROM number;
             INSERT INTO opening (batch, since, until, keys, decisions) SELECT id, opens, opens + 900, 300, 120 FROM batch;
             INSERT INTO receipt (batch, done, trash, deferred, muted, spam, carried_over, exceptions, peeks, hits_ever, peeks_ever)
             SELECT id, 100, 10, 5, 0, 0, 5, 0, 0, 0, 0 FROM batch;
             INSERT INTO matter (message, batch, place, weight, asked, answer)
             SELECT (SELECT message FROM arrival WHERE at >= b.opens - 30000 ORDER BY at, message LIMIT 1), b.id, 0, 100, b.committed,
                    iif(b.id % 15 = 0, 'yes', 'no') FROM batch AS b WHERE b.id > 1;
             COMMIT; ANALYZE;"
        ))
        .unwrap();
}
