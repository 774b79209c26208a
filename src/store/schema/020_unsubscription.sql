-- Lists that the person leaves: said in a batch like a decision, and done outside after its commit.

-- Two more words for an act, beside the decisions about the message itself. A CHECK is a text of the schema and nothing of the
-- rows; the column that is added to `receipt` at the end makes SQLite read the schema anew.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''skip'', ''reopen''', '''skip'', ''reopen'', ''unsubscribe'', ''stay subscribed''')
WHERE type = 'table' AND name = 'act';
PRAGMA writable_schema = OFF;

-- How the list of a message can be left, as it was told to the person who said so; whether that stands is told by the acts.
--   list     its identifier, or the address of its sender
--   vouched  the domain whose signature covers the address; NULL where nobody vouches for it
CREATE TABLE unsubscribe_way (
    batch   INTEGER NOT NULL REFERENCES batch (id),
    message INTEGER NOT NULL REFERENCES message (id),
    list    TEXT NOT NULL,
    url     TEXT NOT NULL,
    vouched TEXT,
    PRIMARY KEY (batch, message)
) STRICT, WITHOUT ROWID;

-- One row for each list that a commit has asked to leave. What is asked stays as it was written.
--   state   open: nothing was sent; tried: it was sent, and no answer is known; refused: it needs a person; made: left;
--           replaced: asked anew in a later batch
--   answer  the status code of the answer
CREATE TABLE unsubscription (
    number   INTEGER NOT NULL PRIMARY KEY,
    batch    INTEGER NOT NULL REFERENCES batch (id),
    message  INTEGER NOT NULL REFERENCES message (id),
    list     TEXT NOT NULL,
    url      TEXT NOT NULL,
    vouched  TEXT,
    state    TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'tried', 'refused', 'made', 'overtaken', 'not kept',
                                                           'replaced')),
    tries    INTEGER NOT NULL DEFAULT 0,
    next_try INTEGER NOT NULL,
    why      TEXT NOT NULL DEFAULT '',
    answer   INTEGER,
    written  INTEGER NOT NULL,
    closed   INTEGER,
    CHECK ((state IN ('open', 'tried', 'refused')) = (closed IS NULL)),
    CHECK (tries > 0 OR state NOT IN ('tried', 'refused', 'made'))
) STRICT;
CREATE INDEX unsubscription_due ON unsubscription (number) WHERE closed IS NULL;
CREATE INDEX unsubscription_left ON unsubscription (list, closed) WHERE state = 'made';
CREATE TRIGGER unsubscription_is_kept BEFORE DELETE ON unsubscription
BEGIN SELECT RAISE(ABORT, 'that a list was left is not forgotten'); END;
CREATE TRIGGER unsubscription_stays BEFORE UPDATE OF number, batch, message, list, url, vouched, written ON unsubscription
BEGIN SELECT RAISE(ABORT, 'what was asked stays as it was'); END;
CREATE TRIGGER unsubscription_is_closed BEFORE UPDATE ON unsubscription WHEN OLD.closed IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the request is closed'); END;

-- How many lists the commit has asked to leave.
ALTER TABLE receipt ADD COLUMN unsubscribed INTEGER NOT NULL DEFAULT 0;
