-- What follows once a message of the person's own was accepted: its copy among the sent mail, and the marks of what it answers.
-- And what was answered elsewhere. No row of a large table is written.

-- Two more reasons for a change of a copy: it was answered, or forwarded. A CHECK is a text of the schema and nothing of the rows;
-- the column that is added to `sent_message` makes SQLite read the schema anew.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''unmute''', '''unmute'', ''answered'', ''forwarded''')
WHERE type = 'table' AND name = 'journal';
PRAGMA writable_schema = OFF;

-- The hash of the Message-ID that it answers, as in `hash`; NULL where it answers none, and for what was read by a version before.
ALTER TABLE sent_message ADD COLUMN answers INTEGER;
CREATE INDEX sent_message_answers ON sent_message (answers) WHERE answers IS NOT NULL;

-- One row for each message that was accepted, written in the transaction that says so.
--   source, folder  the mailbox that keeps the copy; NULL while the settings were not asked yet. Without a folder it is the one
--                   that is for sent mail
--   way             auto: the server may keep one, so it is looked for first; append: tidebox keeps it
--   appended        whether a try may have put it there
--   kept_by         who has put it there
--   place, key      the folder in which it was found, and its key there
CREATE TABLE sent_copy (
    number   INTEGER NOT NULL PRIMARY KEY,
    outgoing INTEGER NOT NULL UNIQUE REFERENCES outgoing (id),
    source   INTEGER REFERENCES source (id),
    folder   TEXT,
    way      TEXT CHECK (way IN ('auto', 'append')),
    appended INTEGER NOT NULL DEFAULT 0 CHECK (appended IN (0, 1)),
    kept_by  TEXT CHECK (kept_by IN ('server', 'tidebox')),
    place    TEXT,
    key      TEXT,
    state    TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'tried', 'refused', 'made', 'overtaken', 'not kept',
                                                           'replaced')),
    tries    INTEGER NOT NULL DEFAULT 0,
    next_try INTEGER NOT NULL,
    why      TEXT NOT NULL DEFAULT '',
    written  INTEGER NOT NULL,
    closed   INTEGER,
    CHECK ((source IS NULL) = (way IS NULL)),
    CHECK ((state IN ('open', 'tried', 'refused')) = (closed IS NULL)),
    CHECK ((state = 'made') = (kept_by IS NOT NULL))
) STRICT;
CREATE INDEX sent_copy_due ON sent_copy (source, number) WHERE closed IS NULL;
CREATE TRIGGER sent_copy_is_noted BEFORE DELETE ON sent_copy
BEGIN SELECT RAISE(ABORT, 'where a copy was kept is not forgotten'); END;
CREATE TRIGGER sent_copy_is_closed BEFORE UPDATE ON sent_copy WHEN OLD.closed IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the copy is settled'); END;

-- Whether the server of whoever writes as this address keeps copies by itself, as it was seen last.
CREATE TABLE sent_copy_keeper (
    address   TEXT NOT NULL PRIMARY KEY,
    by_server INTEGER NOT NULL CHECK (by_server IN (0, 1)),
    seen      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Messages that were answered by another program or on another machine.
--   how       marked: a copy got `\Answered`; sent: an answer was found among the sent mail
--   finished  whether the message was finished with for that
CREATE TABLE answered_elsewhere (
    message  INTEGER NOT NULL PRIMARY KEY REFERENCES message (id),
    how      TEXT NOT NULL CHECK (how IN ('marked', 'sent')),
    at       INTEGER NOT NULL,
    finished INTEGER NOT NULL DEFAULT 0 CHECK (finished IN (0, 1))
) STRICT;
CREATE INDEX answered_elsewhere_at ON answered_elsewhere (at);
