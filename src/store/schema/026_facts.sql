-- Facts about the person's own mail, from which the month and the replays are counted. Nothing is decided by them, and
-- `tidebox forget --facts` removes them.

-- When a whole reading of a source began last. It is noted with what the reading brings, and else once an hour at most.
ALTER TABLE source ADD COLUMN last_read INTEGER;

-- One row for each message that came while its source was being followed. What was there at a first reading, history, and what
-- `tidebox add` took from a file have none.
--   at           when it came to its mailbox; when it was taken in, where that is not known or cannot be
--   let_through  an exception let it through the hold
--   began        it began its conversation: it refers to nothing, and nobody had written in it before
--   came_out     when it was first to be seen: the beginning of its batch, or when it was let through
CREATE TABLE arrival (
    at          INTEGER NOT NULL,
    message     INTEGER NOT NULL REFERENCES message (id),
    source      INTEGER NOT NULL REFERENCES source (id),
    lane        INTEGER NOT NULL REFERENCES lane (id),
    let_through INTEGER NOT NULL CHECK (let_through IN (0, 1)),
    began       INTEGER NOT NULL CHECK (began IN (0, 1)),
    came_out    INTEGER,
    PRIMARY KEY (at, message)
) STRICT, WITHOUT ROWID;

-- Each stretch in which a screen had a batch open and somebody was there. `keys` are those that were pressed in it, `decisions` the
-- acts that were made.
CREATE TABLE opening (
    number    INTEGER NOT NULL PRIMARY KEY,
    batch     INTEGER NOT NULL REFERENCES batch (id),
    since     INTEGER NOT NULL,
    until     INTEGER NOT NULL CHECK (until >= since),
    keys      INTEGER NOT NULL CHECK (keys >= 0),
    decisions INTEGER NOT NULL CHECK (decisions >= 0)
) STRICT;
CREATE INDEX opening_since ON opening (since);

-- From when to when a source could not be read; `until` is NULL while that is still so.
CREATE TABLE outage (
    source INTEGER NOT NULL REFERENCES source (id),
    since  INTEGER NOT NULL,
    until  INTEGER CHECK (until >= since),
    PRIMARY KEY (source, since)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX outage_open ON outage (source) WHERE until IS NULL;
INSERT INTO outage (source, since)
SELECT source, min(since) FROM concern WHERE kind IN ('refused', 'no secret', 'wrong', 'away') GROUP BY source;

-- Whether it would have changed anything if a held message had come out earlier: a small sample of each batch, chosen at its commit.
--   weight  how many messages of the batch it stands for
--   asked   when it was answered
CREATE TABLE matter (
    message INTEGER NOT NULL PRIMARY KEY REFERENCES message (id),
    batch   INTEGER NOT NULL REFERENCES batch (id),
    place   INTEGER NOT NULL,
    weight  REAL NOT NULL CHECK (weight >= 1),
    asked   INTEGER,
    answer  TEXT CHECK (answer IN ('yes', 'no', 'skipped')),
    CHECK ((asked IS NULL) = (answer IS NULL))
) STRICT;
CREATE UNIQUE INDEX matter_batch ON matter (batch, place);

-- The one sentence of a month about a correspondent with whom mail becomes a chat, as it was shown.
CREATE TABLE line_note (
    month   TEXT NOT NULL PRIMARY KEY CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'),
    address TEXT NOT NULL,
    words   TEXT NOT NULL,
    shown   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
