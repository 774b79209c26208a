-- The door kept shut for a while, or one window left out.
--   since    from when on; until: to when, if nobody ends it before
--   checkin  with `opens`, the one window that is left out; NULL where no window can be begun
--   ended    when the person ended it before its time
CREATE TABLE pause (
    number  INTEGER NOT NULL PRIMARY KEY,
    since   INTEGER NOT NULL,
    until   INTEGER NOT NULL,
    checkin TEXT,
    opens   INTEGER,
    ended   INTEGER,
    CHECK ((checkin IS NULL) = (opens IS NULL))
) STRICT;
CREATE INDEX pause_window ON pause (checkin, opens) WHERE checkin IS NOT NULL;
CREATE INDEX pause_until ON pause (until) WHERE ended IS NULL;
CREATE TRIGGER pause_is_kept BEFORE DELETE ON pause
BEGIN SELECT RAISE(ABORT, 'a pause is not forgotten'); END;

-- From so many times on that a message was carried over, this batch asks for a decision about it; NULL where it never does. It
-- is fixed when the batch is begun, like everything else of it.
ALTER TABLE batch ADD COLUMN carry_limit INTEGER;
DROP TRIGGER batch_stays;
CREATE TRIGGER batch_stays BEFORE UPDATE ON batch
WHEN NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.checkin <> OLD.checkin OR NEW.opens IS NOT OLD.opens
  OR NEW.closes IS NOT OLD.closes OR NEW.begun <> OLD.begun OR NEW.held_before <> OLD.held_before
  OR NEW.carry_limit IS NOT OLD.carry_limit
  OR NEW.sealed < OLD.sealed OR (OLD.committed IS NOT NULL AND NEW.committed IS NOT OLD.committed)
BEGIN SELECT RAISE(ABORT, 'a batch stays as it was begun'); END;

-- How many of those that are carried over had reached the limit, and were carried once more since nobody was there to decide.
ALTER TABLE receipt ADD COLUMN past_limit INTEGER NOT NULL DEFAULT 0;
