-- What the person has sent: read as history, and asked while messages are taken in, each fact by its key.

-- Whether a folder is read as sent mail. Each reading says; the first one that does fills the tables below from the folder's
-- messages.
ALTER TABLE folder ADD COLUMN sent INTEGER NOT NULL DEFAULT 0;

-- The messages that lie, or lay, in such a folder. `hash` is that of the Message-ID, as in `thread_name`; NULL where it has none.
CREATE TABLE sent_message (
    message INTEGER NOT NULL PRIMARY KEY REFERENCES message (id),
    hash    INTEGER
) STRICT;
CREATE INDEX sent_message_hash ON sent_message (hash) WHERE hash IS NOT NULL;

-- Whom the person has written to (To and Cc), in lower case.
CREATE TABLE correspondent (
    address TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- A message that the person sent to themselves, or to a list that sends it back, is history as long as it lies among the sent
-- mail alone, and is held like any other once it arrives.
DROP TRIGGER message_is_not_held_again;
CREATE TRIGGER message_is_not_held_again BEFORE UPDATE OF stage ON message
WHEN NEW.stage = 'held' AND OLD.stage <> 'held' AND NEW.returned <= OLD.returned
 AND NOT (OLD.stage = 'history' AND EXISTS (SELECT 1 FROM sent_message WHERE message = OLD.id))
BEGIN SELECT RAISE(ABORT, 'what was shown is not held again'); END;
