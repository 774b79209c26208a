-- Whether messages have this Message-ID: 0 it is only referred to, 1 one conversation has it, 2 several have.
-- NULL in what older versions wrote: there the messages are asked.
ALTER TABLE thread_name ADD COLUMN bearers INTEGER;
-- Threads that refer to a Message-ID which no message has, and were not joined by it because they are about something else.
CREATE TABLE thread_apart (
    hash   INTEGER NOT NULL,
    thread INTEGER NOT NULL,
    PRIMARY KEY (hash, thread)
) STRICT, WITHOUT ROWID;
-- Messages whose Message-ID another message had before them.
CREATE TABLE namesake (
    hash    INTEGER NOT NULL,
    message INTEGER NOT NULL REFERENCES message (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (hash, message)
) STRICT, WITHOUT ROWID;
