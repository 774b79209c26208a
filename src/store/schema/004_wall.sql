-- A deferral belongs to a window of its check-in, which its date and time by that check-in's clock name (`2026-11-24T10:00:00`);
-- when that is, is asked of the settings anew. NULL in what was deferred before: there `opens` stands, until the next batch is begun.
ALTER TABLE deferred ADD COLUMN wall TEXT;
ALTER TABLE act ADD COLUMN until_wall TEXT;
