-- Looks that show no message: a question about what is held, and a login code. They stand among the peeks, since they are
-- told and counted with them. A question is over in the moment in which it is asked (`until` is `since`).
ALTER TABLE peek ADD COLUMN kind TEXT NOT NULL DEFAULT 'peek' CHECK (kind IN ('peek', 'ask', 'code'));

-- Holes in the hold that close themselves: after one message, or at an hour. `ended` is when one was closed before that hour, by
-- a message or by the person; `message` is what came through.
CREATE TABLE expectation (
    number  INTEGER NOT NULL PRIMARY KEY,
    query   TEXT NOT NULL,
    since   INTEGER NOT NULL,
    until   INTEGER NOT NULL CHECK (until > since),
    ended   INTEGER,
    message INTEGER REFERENCES message (id),
    CHECK (message IS NULL OR ended IS NOT NULL)
) STRICT;
CREATE INDEX expectation_open ON expectation (until) WHERE ended IS NULL;
CREATE TRIGGER expectation_is_kept BEFORE DELETE ON expectation
BEGIN SELECT RAISE(ABORT, 'what was expected is not forgotten'); END;
CREATE TRIGGER expectation_stays BEFORE UPDATE ON expectation
WHEN NEW.number <> OLD.number OR NEW.query <> OLD.query OR NEW.since <> OLD.since OR NEW.until <> OLD.until
  OR OLD.ended IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'what was expected stays as it was'); END;

-- What the person said of a message that an exception let through.
ALTER TABLE hit ADD COLUMN rating TEXT CHECK (rating IN ('useful', 'false alarm'));
