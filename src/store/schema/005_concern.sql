-- What a person is to know of a source (domain::concern): why its mail may be missing or late, since when, and when it is tried
-- again by itself. A row lasts as long as that is so.
--   kind    the words of `domain::concern::Kind`
--   what    what is wrong, in words for a person; hint: what to do about it
--   count   of messages, where it is about some
--   tries   how often in a row it was tried
--   secret  by what a secret that was refused is known again; no part of the secret, and 16 bits of it at most
CREATE TABLE concern (
    source   INTEGER NOT NULL REFERENCES source (id),
    kind     TEXT NOT NULL,
    what     TEXT NOT NULL,
    hint     TEXT NOT NULL,
    count    INTEGER NOT NULL,
    tries    INTEGER NOT NULL,
    since    INTEGER NOT NULL,
    next_try INTEGER,
    secret   TEXT,
    PRIMARY KEY (source, kind)
) STRICT, WITHOUT ROWID;
