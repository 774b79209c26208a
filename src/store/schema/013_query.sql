-- What a search asks for besides words: states, flags, sizes. Each index has only those rows for which walking through all
-- messages would be slow, so each is small; building them reads `message` and `copy` once and writes nothing into them.
-- A query has to repeat the condition of an index in the same words, so that SQLite knows that it may use it.

-- Stages that few messages have. Messages in a batch are found by their batch.
CREATE INDEX message_stage ON message (stage) WHERE stage NOT IN ('held', 'in batch', 'history');
CREATE INDEX message_large ON message (size) WHERE size > 1048576;
-- What a mailbox says of a copy: the letters before the first space of `flags`, see domain::flags.
CREATE INDEX copy_unread ON copy (message)
WHERE gone IS NULL AND flags IS NOT NULL AND NOT (instr(flags, 'S') BETWEEN 1 AND instr(flags || ' ', ' '));
CREATE INDEX copy_flagged ON copy (message)
WHERE gone IS NULL AND (instr(flags, 'F') BETWEEN 1 AND instr(flags || ' ', ' '));
CREATE INDEX copy_answered ON copy (message)
WHERE gone IS NULL AND (instr(flags, 'R') BETWEEN 1 AND instr(flags || ' ', ' '));

-- Since this version the column `list` of `words` also has marks (store::marks): what a message has, the words of its files'
-- names, who got a copy; and `message.fields` has the bits for them. Older messages get them little by little, from the
-- newest to the oldest: the fact `unmarked` is the id below which that is still to be done, 0 where nothing is.
INSERT INTO fact (name, value) SELECT 'unmarked', coalesce(max(id) + 1, 0) FROM message;
