-- Of which messages that an exception let through a notification has told, and when: each is told of once, whichever
-- process tells, and those of before this was noted are told of no more. Which check-in's opening was told last is the
-- fact `opening_told`.
ALTER TABLE hit ADD COLUMN told INTEGER;
UPDATE hit SET told = at;
CREATE INDEX hit_untold ON hit (at, message) WHERE told IS NULL;
