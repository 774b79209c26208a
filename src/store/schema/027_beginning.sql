-- The beginnings of two and of three letters that the words of each message have (store::beginning), once each, and a mark where the
-- message has a mailing list. It has no places (`detail = none`), so that it is small; the tokenizer splits at spaces alone.
CREATE VIRTUAL TABLE beginning USING fts5 (
    starts,
    content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
INSERT INTO beginning (beginning, rank) VALUES ('automerge', 8);
INSERT INTO beginning (beginning, rank) VALUES ('crisismerge', 64);

-- Older messages get them little by little, from the newest to the oldest: the fact `unbegun` is the id below which that is still to
-- be done, 0 where nothing is.
INSERT INTO fact (name, value) SELECT 'unbegun', coalesce(max(id) + 1, 0) FROM message;
