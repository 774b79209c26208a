-- Answering in a second pass, and being reminded: what the person means to come back to.

-- Why a message that came out before is to be looked at again, and since when that is so. It ends when the message is finished with or
-- deferred, however that came about.
CREATE TABLE follow_up (
    message INTEGER NOT NULL PRIMARY KEY REFERENCES message (id),
    kind    TEXT NOT NULL CHECK (kind IN ('to answer', 'no answer', 'replied')),
    since   INTEGER NOT NULL
) STRICT;
CREATE TRIGGER follow_up_ends AFTER UPDATE OF stage ON message
WHEN NEW.stage NOT IN ('in batch', 'carried over')
BEGIN DELETE FROM follow_up WHERE message = NEW.id; END;

-- How many seconds each answer took. The newest of them make the estimate.
CREATE TABLE answer_time (
    number INTEGER PRIMARY KEY,
    took   INTEGER NOT NULL CHECK (took >= 0)
) STRICT;

-- How many of what a batch carried over was still to be answered.
ALTER TABLE receipt ADD COLUMN to_answer INTEGER NOT NULL DEFAULT 0;

-- A deferral that ends before its window when somebody else writes in the thread: whatever is taken in from `since` on counts.
ALTER TABLE act ADD COLUMN until_reply INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deferred ADD COLUMN until_reply INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deferred ADD COLUMN since INTEGER;

-- "If nobody has answered this by then": a window as in `deferred`. It ends once, by an answer, by coming back, or because the person
-- took it back.
CREATE TABLE reminder (
    outgoing INTEGER NOT NULL PRIMARY KEY REFERENCES outgoing (id),
    checkin  TEXT NOT NULL,
    opens    INTEGER NOT NULL,
    wall     TEXT,
    made     INTEGER NOT NULL,
    ended    TEXT CHECK (ended IN ('answered', 'came back', 'taken back'))
) STRICT;
CREATE INDEX reminder_open ON reminder (outgoing) WHERE ended IS NULL;
