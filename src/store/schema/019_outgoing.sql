-- What the person writes, from its first save in an editor until it has left. Nothing is deleted: what is thrown away has a date.
CREATE TABLE outgoing (
    id         INTEGER PRIMARY KEY,
    state      TEXT NOT NULL CHECK (state IN ('draft', 'staged', 'leaving', 'sent', 'partly sent', 'refused', 'later',
                                               'unknown')),
    answers    INTEGER REFERENCES message (id),
    draft      TEXT NOT NULL,
    created    INTEGER NOT NULL,
    changed    INTEGER NOT NULL,
    discarded  INTEGER,
    -- Stays the same from the first staging on, so that an answer to any revision finds it.
    message_id TEXT,
    sender     TEXT,
    -- Those of one revision; a draft has none.
    bytes      BLOB,
    -- When its Date was written for good. From then on the bytes stay as they are.
    dated      INTEGER,
    leaves     TEXT CHECK (leaves IN ('close', 'next', 'at')),
    staged_in  INTEGER REFERENCES batch (id),
    due        INTEGER,
    tries      INTEGER NOT NULL DEFAULT 0,
    CHECK ((state = 'draft') = (bytes IS NULL)),
    CHECK (discarded IS NULL OR state = 'draft')
) STRICT;
-- One at a time.
CREATE UNIQUE INDEX outgoing_leaving ON outgoing (state) WHERE state = 'leaving';
CREATE INDEX outgoing_open ON outgoing (state, due) WHERE state <> 'sent' AND discarded IS NULL;
CREATE INDEX outgoing_answers ON outgoing (answers) WHERE answers IS NOT NULL;
CREATE INDEX outgoing_message_id ON outgoing (message_id) WHERE message_id IS NOT NULL;
CREATE TRIGGER outgoing_bytes_stay BEFORE UPDATE OF bytes ON outgoing
WHEN OLD.dated IS NOT NULL AND NEW.bytes IS NOT OLD.bytes AND NEW.state <> 'draft'
BEGIN SELECT RAISE(ABORT, 'what has left, or may have, keeps its bytes'); END;
CREATE TRIGGER outgoing_is_kept BEFORE DELETE ON outgoing
BEGIN SELECT RAISE(ABORT, 'what was written is never deleted'); END;

CREATE TABLE outgoing_recipient (
    outgoing INTEGER NOT NULL REFERENCES outgoing (id),
    place    INTEGER NOT NULL,
    address  TEXT NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('waiting', 'accepted', 'refused', 'deferred', 'unknown')),
    words    TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (outgoing, place)
) STRICT, WITHOUT ROWID;
-- Whoever has it does not get it again.
CREATE TRIGGER outgoing_recipient_has_it BEFORE UPDATE OF state ON outgoing_recipient
WHEN OLD.state = 'accepted' AND NEW.state <> 'accepted'
BEGIN SELECT RAISE(ABORT, 'this recipient has it'); END;

-- One try at sending. `dot` is written before the line that ends the message: after it, what is not answered is unknown.
CREATE TABLE outgoing_attempt (
    id       INTEGER PRIMARY KEY,
    outgoing INTEGER NOT NULL REFERENCES outgoing (id),
    began    INTEGER NOT NULL,
    dot      INTEGER,
    ended    INTEGER
) STRICT;
CREATE UNIQUE INDEX outgoing_attempt_open ON outgoing_attempt (outgoing) WHERE ended IS NULL;
