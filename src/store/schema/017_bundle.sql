-- Bundles, and what settled itself while it waited.

-- Groups of more kinds, with a name for those that are bundles. The table is new and small, so that making it anew costs little.
CREATE TABLE batch_group_of_kinds (
    batch INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last  INTEGER NOT NULL,
    kind  TEXT NOT NULL CHECK (kind IN ('conversation', 'list', 'sender', 'subject', 'repository', 'settled')),
    -- The list, the sender, the subject without its numbers, the repository; '' of a conversation and of what is settled.
    name  TEXT NOT NULL,
    PRIMARY KEY (batch, first),
    FOREIGN KEY (batch, first) REFERENCES batch_item (batch, position),
    FOREIGN KEY (batch, last) REFERENCES batch_item (batch, position),
    CHECK (first < last)
) STRICT, WITHOUT ROWID;
INSERT INTO batch_group_of_kinds (batch, first, last, kind, name) SELECT batch, first, last, kind, '' FROM batch_group;
DROP TABLE batch_group;
ALTER TABLE batch_group_of_kinds RENAME TO batch_group;
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

-- What the programs of forges, of CI servers and of monitors say in their messages. Only messages in which they do have a row, and
-- only since this version.
CREATE TABLE service_notice (
    message    INTEGER NOT NULL PRIMARY KEY REFERENCES message (id),
    -- `owner/name` in the words of a forge.
    repository TEXT,
    -- Whether it was sent because of the person: a mention, a review that they are asked for.
    personal   INTEGER NOT NULL CHECK (personal IN (0, 1)),
    state      TEXT CHECK (state IN ('failing', 'passing', 'closed', 'merged'))
) STRICT;

-- The messages of a batch that a later one of the same batch had settled when it was begun. They are its last positions.
CREATE TABLE settled (
    batch    INTEGER NOT NULL,
    position INTEGER NOT NULL,
    reason   TEXT NOT NULL CHECK (reason IN ('green again', 'closed', 'merged', 'replaced', 'withdrawn')),
    settler  INTEGER NOT NULL REFERENCES message (id),
    PRIMARY KEY (batch, position),
    FOREIGN KEY (batch, position) REFERENCES batch_item (batch, position)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER settled_is_frozen BEFORE INSERT ON settled
WHEN (SELECT sealed FROM batch WHERE id = NEW.batch) IS NOT 0
BEGIN SELECT RAISE(ABORT, 'a batch is frozen'); END;
CREATE TRIGGER settled_stays BEFORE UPDATE ON settled
BEGIN SELECT RAISE(ABORT, 'a batch is frozen'); END;
CREATE TRIGGER settled_is_kept BEFORE DELETE ON settled
BEGIN SELECT RAISE(ABORT, 'a batch is frozen'); END;
