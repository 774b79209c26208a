-- What a list reads is one view, not a view of a view: SQLite works out each name once, in every statement that asks for messages.
DROP VIEW released;
DROP VIEW visible;
CREATE VIEW visible AS
SELECT m.id, m.message_id, m.thread, (SELECT name FROM source WHERE id = m.source) AS source,
       (SELECT name FROM lane WHERE id = m.lane) AS lane, m.from_name, m.from_address, m.recipients, m.subject,
       m.date, m.received, m.attachments, m.list, m.stage, m.carried,
       (SELECT exception FROM hit WHERE message = m.id) AS exception, m.size, m.defects,
       m.source AS source_id, m.lane AS lane_id, m.from_key, m.fields, m.unsubscribe, m.returned, m.reopened
FROM message AS m WHERE m.stage <> 'held';
CREATE VIEW released (id, message_id, thread, source, lane, from_name, from_address, recipients, subject, date,
                      received, attachments, list, stage, carried, exception, size, defects, returned, reopened) AS
SELECT id, message_id, thread, source, lane, from_name, from_address, recipients, subject,
       strftime('%Y-%m-%dT%H:%M:%SZ', date, 'unixepoch'), strftime('%Y-%m-%dT%H:%M:%SZ', received, 'unixepoch'),
       attachments, list, stage, carried, exception, size, defects, returned, reopened IS NOT NULL
FROM visible;
