-- Messages of a batch that are one row and one decision: a run of positions, frozen with the batch. Groups of a batch do not overlap,
-- and a group of one has no row. Batches that an earlier version began have none.
CREATE TABLE batch_group (
    batch INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last  INTEGER NOT NULL,
    kind  TEXT NOT NULL CHECK (kind IN ('conversation')),
    PRIMARY KEY (batch, first),
    FOREIGN KEY (batch, first) REFERENCES batch_item (batch, position),
    FOREIGN KEY (batch, last) REFERENCES batch_item (batch, position),
    CHECK (first < last)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER batch_group_is_frozen BEFORE INSERT ON batch_group
WHEN (SELECT sealed FROM batch WHERE id = NEW.batch) IS NOT 0
BEGIN SELECT RAISE(ABORT, 'a batch is frozen'); END;
CREATE TRIGGER batch_group_is_apart BEFORE INSERT ON batch_group
WHEN NEW.first <= (SELECT last FROM batch_group WHERE batch = NEW.batch ORDER BY first DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'groups are in order and do not overlap'); END;
CREATE TRIGGER batch_group_stays BEFORE UPDATE ON batch_group
BEGIN SELECT RAISE(ABORT, 'a batch is frozen'); END;
CREATE TRIGGER batch_group_is_kept BEFORE DELETE ON batch_group
BEGIN SELECT RAISE(ABORT, 'a batch is frozen'); END;
