-- More time that the person gave a batch: when its time is over then, in Unix seconds; NULL where it ends with its window, as
-- `closes` says, which stays as it was.
ALTER TABLE batch ADD COLUMN extended INTEGER;
CREATE TRIGGER batch_extended BEFORE UPDATE OF extended ON batch
WHEN OLD.kind <> 'window' OR OLD.committed IS NOT NULL
  OR NEW.extended IS NULL OR NEW.extended < coalesce(OLD.extended, OLD.closes)
BEGIN SELECT RAISE(ABORT, 'an open batch is given more time, and never less'); END;
