-- The first schema: messages and their originals, where they came from, what may be seen of them,
-- the batches made of them, and what was decided.
--
-- Instants are Unix seconds (UTC). docs/store.md explains every table. Only `incoming` and `released` are
-- promised to stay as they are; both must work in the `sqlite3` program of 2022 (3.40), so nothing that they
-- touch may be newer than that.

-- Numbers that the program keeps about the store as a whole.
--   drift  by how much the id of a message was ever moved up from its second, at most
--   held   how many messages were ever taken in as held; a batch remembers it, so that what came later can be counted
CREATE TABLE fact (
    name  TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO fact (name, value) VALUES ('drift', 0), ('held', 0);

-- Where messages come from, and how far each was read. `position` is the source's own word for it.
CREATE TABLE source (
    id         INTEGER NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    kind       TEXT NOT NULL,
    position   TEXT,
    first_read INTEGER
) STRICT;

CREATE TABLE folder (
    id     INTEGER NOT NULL PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES source (id),
    name   TEXT NOT NULL,
    UNIQUE (source, name)
) STRICT;

CREATE TABLE lane (
    id   INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- One row a message, small columns first, so that walking the table stays cheap. The id is the Unix second of the
-- instant that places the message among others, or the next free number above it: newest first needs no sort.
--   from_key    the sender's address in lower case, only where it is not plain ASCII
--   fields      which searchable fields have words: 1 sender, 2 recipients, 4 subject, 8 list, 16 body
--   recipients  [{"name": …, "address": …}, …], with "key" as in from_key
--   defects     ["…", …]
CREATE TABLE message (
    id           INTEGER NOT NULL PRIMARY KEY CHECK (id > 0),
    thread       INTEGER NOT NULL,
    source       INTEGER NOT NULL REFERENCES source (id),
    lane         INTEGER NOT NULL REFERENCES lane (id),
    stage        TEXT NOT NULL CHECK (stage IN ('held', 'let through', 'in batch', 'deferred', 'carried over',
                                                'done', 'trash', 'spam', 'muted', 'history')),
    carried      INTEGER NOT NULL DEFAULT 0,
    date         INTEGER,
    received     INTEGER NOT NULL,
    admitted     INTEGER NOT NULL,
    attachments  INTEGER NOT NULL,
    unsubscribe  INTEGER NOT NULL,
    fields       INTEGER NOT NULL,
    size         INTEGER NOT NULL,
    from_name    TEXT NOT NULL,
    from_address TEXT NOT NULL,
    from_key     TEXT,
    subject      TEXT NOT NULL,
    message_id   TEXT,
    list         TEXT,
    recipients   TEXT NOT NULL,
    defects      TEXT NOT NULL
) STRICT;
CREATE INDEX message_thread ON message (thread);
CREATE INDEX message_held ON message (lane, id) WHERE stage = 'held';
CREATE INDEX message_let_through ON message (id) WHERE stage = 'let through';
CREATE INDEX message_carried_over ON message (id) WHERE stage = 'carried over';

CREATE TRIGGER message_is_not_held_again BEFORE UPDATE OF stage ON message
WHEN NEW.stage = 'held' AND OLD.stage <> 'held'
BEGIN SELECT RAISE(ABORT, 'what was shown is not held again'); END;

-- What makes two copies one message: a SHA-256, see domain::arrival.
CREATE TABLE identity (
    sha256  BLOB NOT NULL PRIMARY KEY CHECK (length(sha256) = 32),
    message INTEGER NOT NULL REFERENCES message (id)
) STRICT, WITHOUT ROWID;

-- Where each message was found; one that two sources have stands here twice.
CREATE TABLE copy (
    folder  INTEGER NOT NULL REFERENCES folder (id),
    key     TEXT NOT NULL,
    message INTEGER NOT NULL REFERENCES message (id),
    PRIMARY KEY (folder, key)
) STRICT, WITHOUT ROWID;

-- The original bytes, apart from the message so that its table stays small.
CREATE TABLE original (
    message INTEGER NOT NULL PRIMARY KEY REFERENCES message (id),
    packing INTEGER NOT NULL,
    bytes   BLOB NOT NULL
) STRICT;

-- The words of each message by its id, folded by domain::words; the tokenizer has nothing left to do but split at spaces.
-- A transaction's words are gathered in memory up to `hashsize` before they are written; merging fewer, larger pieces
-- (`automerge`) and hardly ever all at once (`crisismerge`) took in 15 % more and halved the longest transaction.
CREATE VIRTUAL TABLE words USING fts5 (
    sender, recipients, subject, list, body,
    content = '', contentless_delete = 1, tokenize = 'ascii'
);
INSERT INTO words (words, rank) VALUES ('hashsize', 33554432);
INSERT INTO words (words, rank) VALUES ('automerge', 8);
INSERT INTO words (words, rank) VALUES ('crisismerge', 64);

-- Every Message-ID that was seen or referred to, by the first 8 bytes of its SHA-256, and the thread it belongs to.
CREATE TABLE thread_name (
    hash   INTEGER NOT NULL PRIMARY KEY,
    thread INTEGER NOT NULL
) STRICT;
-- Threads that turned out to be one. Names of the former belong to the latter.
CREATE TABLE thread_joined (
    thread      INTEGER NOT NULL PRIMARY KEY,
    into_thread INTEGER NOT NULL
) STRICT;
CREATE TABLE muted_thread (
    thread INTEGER NOT NULL PRIMARY KEY,
    since  INTEGER NOT NULL
) STRICT;

-- What exceptions let through the hold, and by which rule.
CREATE TABLE hit (
    message   INTEGER NOT NULL PRIMARY KEY REFERENCES message (id),
    exception TEXT NOT NULL,
    at        INTEGER NOT NULL
) STRICT;
CREATE INDEX hit_exception ON hit (exception, at);
CREATE TRIGGER hit_is_kept BEFORE DELETE ON hit
BEGIN SELECT RAISE(ABORT, 'what an exception did is not forgotten'); END;

-- Looks at what is held. `ended` is when the person closed it before its time.
CREATE TABLE peek (
    number INTEGER NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL,
    since  INTEGER NOT NULL,
    until  INTEGER NOT NULL,
    ended  INTEGER
) STRICT;
CREATE TRIGGER peek_is_kept BEFORE DELETE ON peek
BEGIN SELECT RAISE(ABORT, 'a peek is not forgotten'); END;

-- A batch: filled once, then sealed. `held_before` is the fact `held` at that moment.
CREATE TABLE batch (
    id          INTEGER NOT NULL PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('window', 'exceptions')),
    checkin     TEXT NOT NULL,
    opens       INTEGER,
    closes      INTEGER,
    begun       INTEGER NOT NULL,
    held_before INTEGER NOT NULL,
    sealed      INTEGER NOT NULL DEFAULT 0 CHECK (sealed IN (0, 1)),
    committed   INTEGER,
    CHECK ((kind = 'window') = (opens IS NOT NULL) AND (kind = 'window') = (closes IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX batch_window ON batch (checkin, opens) WHERE kind = 'window';
CREATE UNIQUE INDEX batch_uncommitted ON batch (kind) WHERE committed IS NULL;
CREATE INDEX batch_opens ON batch (opens) WHERE kind = 'window';
CREATE TRIGGER batch_is_kept BEFORE DELETE ON batch
BEGIN SELECT RAISE(ABORT, 'a batch is not forgotten'); END;
CREATE TRIGGER batch_stays BEFORE UPDATE ON batch
WHEN NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.checkin <> OLD.checkin OR NEW.opens IS NOT OLD.opens
  OR NEW.closes IS NOT OLD.closes OR NEW.begun <> OLD.begun OR NEW.held_before <> OLD.held_before
  OR NEW.sealed < OLD.sealed OR (OLD.committed IS NOT NULL AND NEW.committed IS NOT OLD.committed)
BEGIN SELECT RAISE(ABORT, 'a batch stays as it was begun'); END;

-- `heading` says why it stands where it stands; for a lane, `lane_place` is the lane's place in the configured order.
CREATE TABLE batch_item (
    batch      INTEGER NOT NULL REFERENCES batch (id),
    position   INTEGER NOT NULL,
    message    INTEGER NOT NULL REFERENCES message (id),
    heading    TEXT NOT NULL CHECK (heading IN ('carried over', 'deferred', 'lane')),
    lane_place INTEGER NOT NULL,
    lane       INTEGER NOT NULL REFERENCES lane (id),
    PRIMARY KEY (batch, position),
    UNIQUE (batch, message)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER batch_item_is_frozen BEFORE INSERT ON batch_item
WHEN (SELECT sealed FROM batch WHERE id = NEW.batch) IS NOT 0
BEGIN SELECT RAISE(ABORT, 'a batch is frozen'); END;
CREATE TRIGGER batch_item_stays BEFORE UPDATE ON batch_item
BEGIN SELECT RAISE(ABORT, 'a batch is frozen'); END;
CREATE TRIGGER batch_item_is_kept BEFORE DELETE ON batch_item
BEGIN SELECT RAISE(ABORT, 'a batch is frozen'); END;

-- The acts of triage, in order; undoing changes nothing but `standing`. See domain::triage.
CREATE TABLE act (
    batch         INTEGER NOT NULL REFERENCES batch (id),
    number        INTEGER NOT NULL CHECK (number > 0),
    verb          TEXT NOT NULL CHECK (verb IN ('done', 'trash', 'defer', 'later', 'mute', 'spam', 'skip', 'reopen')),
    until_checkin TEXT,
    until_opens   INTEGER,
    made          INTEGER NOT NULL,
    standing      TEXT NOT NULL DEFAULT 'counts' CHECK (standing IN ('counts', 'undone', 'replaced')),
    PRIMARY KEY (batch, number),
    CHECK ((verb = 'defer') = (until_checkin IS NOT NULL) AND (verb = 'defer') = (until_opens IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE TRIGGER act_is_kept BEFORE DELETE ON act
BEGIN SELECT RAISE(ABORT, 'a decision is not deleted'); END;
CREATE TRIGGER act_stays BEFORE UPDATE OF batch, number, verb, until_checkin, until_opens, made ON act
BEGIN SELECT RAISE(ABORT, 'a decision is only superseded'); END;
CREATE TRIGGER act_is_in_time BEFORE INSERT ON act
WHEN (SELECT committed FROM batch WHERE id = NEW.batch) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the batch is committed'); END;
CREATE TRIGGER act_is_settled BEFORE UPDATE ON act
WHEN (SELECT committed FROM batch WHERE id = NEW.batch) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the batch is committed'); END;

CREATE TABLE act_message (
    batch   INTEGER NOT NULL,
    act     INTEGER NOT NULL,
    place   INTEGER NOT NULL,
    message INTEGER NOT NULL,
    PRIMARY KEY (batch, act, place),
    FOREIGN KEY (batch, act) REFERENCES act (batch, number),
    FOREIGN KEY (batch, message) REFERENCES batch_item (batch, message)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER act_message_is_kept BEFORE DELETE ON act_message
BEGIN SELECT RAISE(ABORT, 'a decision is not deleted'); END;
CREATE TRIGGER act_message_stays BEFORE UPDATE ON act_message
BEGIN SELECT RAISE(ABORT, 'a decision is only superseded'); END;

-- What stood for each message when its batch was committed; what is to be done outside starts from here.
-- `carry` is for those left without a verdict that ends their stay. `waited` is in seconds from arrival to verdict.
CREATE TABLE decision (
    batch         INTEGER NOT NULL REFERENCES batch (id),
    message       INTEGER NOT NULL REFERENCES message (id),
    verb          TEXT NOT NULL CHECK (verb IN ('done', 'trash', 'defer', 'mute', 'spam', 'carry')),
    until_checkin TEXT,
    until_opens   INTEGER,
    source        INTEGER NOT NULL REFERENCES source (id),
    waited        INTEGER NOT NULL,
    made          INTEGER NOT NULL,
    PRIMARY KEY (batch, message)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER decision_is_kept BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'a decision is not deleted'); END;
CREATE TRIGGER decision_stays BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'a decision is only superseded'); END;

-- What waits for a later window because the person said so.
CREATE TABLE deferred (
    message INTEGER NOT NULL PRIMARY KEY REFERENCES message (id),
    checkin TEXT NOT NULL,
    opens   INTEGER NOT NULL,
    woken   INTEGER NOT NULL DEFAULT 0 CHECK (woken IN (0, 1))
) STRICT;

-- What each batch came to. `hits` and `peeks` are how many there had ever been.
CREATE TABLE receipt (
    batch        INTEGER NOT NULL PRIMARY KEY REFERENCES batch (id),
    done         INTEGER NOT NULL,
    trash        INTEGER NOT NULL,
    deferred     INTEGER NOT NULL,
    muted        INTEGER NOT NULL,
    spam         INTEGER NOT NULL,
    carried_over INTEGER NOT NULL,
    longest_wait INTEGER,
    exceptions   INTEGER NOT NULL,
    peeks        INTEGER NOT NULL,
    hits_ever    INTEGER NOT NULL,
    peeks_ever   INTEGER NOT NULL
) STRICT;
CREATE TRIGGER receipt_is_kept BEFORE DELETE ON receipt
BEGIN SELECT RAISE(ABORT, 'a receipt is not forgotten'); END;

-- What scripts put in through `incoming`, until it is gathered. Numbers are never used twice.
CREATE TABLE tray (
    number      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    source      TEXT NOT NULL,
    sender      TEXT NOT NULL,
    subject     TEXT NOT NULL,
    body        TEXT NOT NULL,
    external_id TEXT,
    sent_at     TEXT,
    thread      TEXT,
    link        TEXT,
    raw         BLOB,
    put_at      INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX tray_external ON tray (source, external_id) WHERE external_id IS NOT NULL;

-- Stable. Nothing comes out of it: what is put in is held like any other message.
CREATE VIEW incoming (source, sender, subject, body, external_id, sent_at, thread, link, raw) AS
SELECT source, sender, subject, body, external_id, sent_at, thread, link, raw FROM tray WHERE 0;
CREATE TRIGGER incoming_is_put_in_the_tray INSTEAD OF INSERT ON incoming
BEGIN
    SELECT RAISE(ABORT, 'incoming: a row needs a source')
    WHERE trim(coalesce(CAST(NEW.source AS TEXT), '')) = '';
    INSERT OR IGNORE INTO tray (source, sender, subject, body, external_id, sent_at, thread, link, raw, put_at)
    VALUES (trim(CAST(NEW.source AS TEXT)),
            coalesce(CAST(NEW.sender AS TEXT), ''),
            coalesce(CAST(NEW.subject AS TEXT), ''),
            coalesce(CAST(NEW.body AS TEXT), ''),
            nullif(CAST(NEW.external_id AS TEXT), ''),
            nullif(CAST(NEW.sent_at AS TEXT), ''),
            nullif(CAST(NEW.thread AS TEXT), ''),
            nullif(CAST(NEW.link AS TEXT), ''),
            CAST(NEW.raw AS BLOB),
            CAST(strftime('%s', 'now') AS INTEGER));
END;

-- Every message with its names written out; for the program alone.
CREATE VIEW facts AS
SELECT m.id, m.message_id, m.thread, (SELECT name FROM source WHERE id = m.source) AS source,
       (SELECT name FROM lane WHERE id = m.lane) AS lane, m.from_name, m.from_address, m.recipients, m.subject,
       m.date, m.received, m.attachments, m.list, m.stage, m.carried,
       (SELECT exception FROM hit WHERE message = m.id) AS exception, m.size, m.defects,
       m.source AS source_id, m.lane AS lane_id, m.from_key, m.fields, m.unsubscribe
FROM message AS m;

-- Rule 1: held means held. Whatever is read for a person is read from here.
CREATE VIEW visible AS SELECT * FROM facts WHERE stage <> 'held';

-- Stable, and for scripts. Instants are RFC 3339 in UTC; recipients and defects are JSON.
CREATE VIEW released (id, message_id, thread, source, lane, from_name, from_address, recipients, subject, date,
                      received, attachments, list, stage, carried, exception, size, defects) AS
SELECT id, message_id, thread, source, lane, from_name, from_address, recipients, subject,
       strftime('%Y-%m-%dT%H:%M:%SZ', date, 'unixepoch'), strftime('%Y-%m-%dT%H:%M:%SZ', received, 'unixepoch'),
       attachments, list, stage, carried, exception, size, defects
FROM visible;
