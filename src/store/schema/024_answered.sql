-- An answer belongs to the act by which it was staged: what takes that act back makes it a draft again, and what brings the act
-- back stages it again. No row of a large table is written.

-- One more word for an act. A CHECK is a text of the schema and nothing of the rows; the column that is added to `receipt` makes
-- SQLite read the schema anew.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''stay subscribed''', '''stay subscribed'', ''reply''')
WHERE type = 'table' AND name = 'act';
PRAGMA writable_schema = OFF;

-- How many messages of the batch were answered; they are among those that are done.
ALTER TABLE receipt ADD COLUMN answered INTEGER NOT NULL DEFAULT 0;

-- What a message that the person writes is to the one in `answers`.
ALTER TABLE outgoing ADD COLUMN relation TEXT NOT NULL DEFAULT 'new' CHECK (relation IN ('reply', 'forward', 'new'));
UPDATE outgoing SET relation = 'reply' WHERE answers IS NOT NULL;

-- The act by which a message was staged.
--   bytes, leaves, due  of the revision that was staged, while its act is taken back and the draft is as it was then
CREATE TABLE outgoing_act (
    outgoing INTEGER NOT NULL PRIMARY KEY REFERENCES outgoing (id),
    batch    INTEGER NOT NULL,
    act      INTEGER NOT NULL,
    bytes    BLOB,
    leaves   TEXT CHECK (leaves IN ('close', 'next', 'at')),
    due      INTEGER,
    CHECK ((bytes IS NULL) = (leaves IS NULL)),
    FOREIGN KEY (batch, act) REFERENCES act (batch, number)
) STRICT;
CREATE UNIQUE INDEX outgoing_act_act ON outgoing_act (batch, act);
