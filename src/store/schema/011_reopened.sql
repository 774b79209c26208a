-- What was finished with can be reopened: it leads the next batch of its lane, and its copies go back to where they came from.

-- Two more reasons for a change: a message was reopened, and the mute of a thread was taken back. A CHECK is a text of the
-- schema and nothing of the rows; the column that is added to `message` after it makes SQLite read the schema anew.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''hold'', ''release''', '''hold'', ''release'', ''reopen'', ''unmute''')
WHERE type = 'table' AND name = 'journal';
PRAGMA writable_schema = OFF;
-- When the person reopened it last, in Unix seconds; NULL where it was decided about since.
ALTER TABLE message ADD COLUMN reopened INTEGER;

-- Whether the copy is marked unread again; `seen` says whether it is marked read.
ALTER TABLE journal ADD COLUMN unseen INTEGER NOT NULL DEFAULT 0 CHECK (unseen IN (0, 1));
-- What was changed of a message before says where it came from.
CREATE INDEX journal_past ON journal (message, number);
DROP TRIGGER journal_stays;
CREATE TRIGGER journal_stays BEFORE UPDATE OF number, batch, message, source, cause, target, target_folder, seen, unseen,
                                              answered, keywords, written ON journal
BEGIN SELECT RAISE(ABORT, 'what was intended stays as it was'); END;

DROP VIEW released;
DROP VIEW visible;
DROP VIEW facts;
CREATE VIEW facts AS
SELECT m.id, m.message_id, m.thread, (SELECT name FROM source WHERE id = m.source) AS source,
       (SELECT name FROM lane WHERE id = m.lane) AS lane, m.from_name, m.from_address, m.recipients, m.subject,
       m.date, m.received, m.attachments, m.list, m.stage, m.carried,
       (SELECT exception FROM hit WHERE message = m.id) AS exception, m.size, m.defects,
       m.source AS source_id, m.lane AS lane_id, m.from_key, m.fields, m.unsubscribe, m.returned, m.reopened
FROM message AS m;
CREATE VIEW visible AS SELECT * FROM facts WHERE stage <> 'held';
CREATE VIEW released (id, message_id, thread, source, lane, from_name, from_address, recipients, subject, date,
                      received, attachments, list, stage, carried, exception, size, defects, returned, reopened) AS
SELECT id, message_id, thread, source, lane, from_name, from_address, recipients, subject,
       strftime('%Y-%m-%dT%H:%M:%SZ', date, 'unixepoch'), strftime('%Y-%m-%dT%H:%M:%SZ', received, 'unixepoch'),
       attachments, list, stage, carried, exception, size, defects, returned, reopened IS NOT NULL
FROM visible;
