-- What leaves the folders that are read, and what comes back to them.

-- How often a message came back to a folder that is read after it was finished with, and was held again.
ALTER TABLE message ADD COLUMN returned INTEGER NOT NULL DEFAULT 0;

-- Two more ends of a message's life: somebody filed it in a folder that is not read, and it is nowhere any more. A CHECK is
-- a text of the schema and nothing of the rows (https://sqlite.org/lang_altertable.html, "making other kinds of table
-- schema changes"); the column that is added to `folder` after it makes SQLite read the schema anew.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''muted'', ''history''', '''muted'', ''history'', ''filed'', ''gone''')
WHERE type = 'table' AND name = 'message';
PRAGMA writable_schema = OFF;
-- Whether what lies in a folder counts as incoming mail: a mailbox reads it, and it is for nothing else. Each reading says.
ALTER TABLE folder ADD COLUMN incoming INTEGER NOT NULL DEFAULT 0;
UPDATE folder SET incoming = 1 WHERE EXISTS (
    SELECT 1 FROM source AS s WHERE s.id = folder.source
    AND (s.kind = 'maildir' OR (s.kind = 'imap' AND json_valid(s.position)
         AND EXISTS (SELECT 1 FROM json_each(s.position, '$.folders') AS read WHERE read.key = folder.name))));

DROP TRIGGER message_is_not_held_again;
CREATE TRIGGER message_is_not_held_again BEFORE UPDATE OF stage ON message
WHEN NEW.stage = 'held' AND OLD.stage <> 'held' AND NEW.returned <= OLD.returned
BEGIN SELECT RAISE(ABORT, 'what was shown is not held again'); END;

-- Messages of which no copy lies in such a folder any more, and since when. `back` is since when one lies there again and
-- nothing was made of it yet; `asked` says that the person is to say whether it is held again.
CREATE TABLE away (
    message INTEGER NOT NULL PRIMARY KEY REFERENCES message (id),
    since   INTEGER NOT NULL,
    back    INTEGER,
    asked   INTEGER NOT NULL DEFAULT 0 CHECK (asked IN (0, 1))
) STRICT;
CREATE INDEX away_back ON away (back) WHERE back IS NOT NULL;
INSERT INTO away (message, since)
SELECT m.id, m.admitted FROM message AS m
WHERE m.stage IN ('done', 'trash', 'spam', 'muted', 'history')
AND m.source IN (SELECT id FROM source WHERE kind IN ('imap', 'maildir'))
AND NOT EXISTS (SELECT 1 FROM copy AS c JOIN folder AS f ON f.id = c.folder
                WHERE c.message = m.id AND c.gone IS NULL AND f.incoming);

-- Each time that one came back: what it had been finished with as, since when it was away, and when it was held again.
CREATE TABLE came_back (
    message INTEGER NOT NULL REFERENCES message (id),
    number  INTEGER NOT NULL,
    stage   TEXT NOT NULL,
    since   INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (message, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER came_back_is_kept BEFORE DELETE ON came_back
BEGIN SELECT RAISE(ABORT, 'what came back is not forgotten'); END;

DROP VIEW released;
DROP VIEW visible;
DROP VIEW facts;
CREATE VIEW facts AS
SELECT m.id, m.message_id, m.thread, (SELECT name FROM source WHERE id = m.source) AS source,
       (SELECT name FROM lane WHERE id = m.lane) AS lane, m.from_name, m.from_address, m.recipients, m.subject,
       m.date, m.received, m.attachments, m.list, m.stage, m.carried,
       (SELECT exception FROM hit WHERE message = m.id) AS exception, m.size, m.defects,
       m.source AS source_id, m.lane AS lane_id, m.from_key, m.fields, m.unsubscribe, m.returned
FROM message AS m;
CREATE VIEW visible AS SELECT * FROM facts WHERE stage <> 'held';
CREATE VIEW released (id, message_id, thread, source, lane, from_name, from_address, recipients, subject, date,
                      received, attachments, list, stage, carried, exception, size, defects, returned) AS
SELECT id, message_id, thread, source, lane, from_name, from_address, recipients, subject,
       strftime('%Y-%m-%dT%H:%M:%SZ', date, 'unixepoch'), strftime('%Y-%m-%dT%H:%M:%SZ', received, 'unixepoch'),
       attachments, list, stage, carried, exception, size, defects, returned
FROM visible;
