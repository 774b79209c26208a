-- What a commit changes outside: what is known of each copy in its mailbox, and the journal of the changes that are to be
-- made there, each kept until it is proved.

-- What the mailbox says of a copy (domain::flags); NULL where it keeps no flags, and in stores that are older than this.
ALTER TABLE copy ADD COLUMN flags TEXT;
-- What was known of the flags when the open batch of its message was begun, where somebody has changed them since.
ALTER TABLE copy ADD COLUMN at_begin TEXT;
-- Since when it is no longer where it was; it is kept until it is found out what became of it.
ALTER TABLE copy ADD COLUMN gone INTEGER;
CREATE INDEX copy_message ON copy (message);
CREATE INDEX identity_message ON identity (message);
CREATE INDEX copy_at_begin ON copy (message) WHERE at_begin IS NOT NULL;
CREATE INDEX copy_gone ON copy (gone) WHERE gone IS NOT NULL;

-- One row a change of one copy. What was intended stays as it was written down; the copy's place and what is expected
-- of it follow what the changes before it did.
--   cause     what was said of the message, or what else the change is for
--   target    where the copy goes: it stays, or goes to the folder with this role, or to `target_folder`
--   keywords  those of ours that it has afterwards, as in `flags`
--   expected  what was known of its flags when that was decided
--   state     open: not tried; tried: sent, and not proved; refused: it needs a person;
--             made; overtaken: somebody else was first; not kept: made but for the keywords; replaced: by a later row, untried
--   why       what came of the last try, in words for a person
CREATE TABLE journal (
    number        INTEGER NOT NULL PRIMARY KEY,
    batch         INTEGER REFERENCES batch (id),
    message       INTEGER NOT NULL REFERENCES message (id),
    source        INTEGER NOT NULL REFERENCES source (id),
    folder        INTEGER NOT NULL REFERENCES folder (id),
    key           TEXT NOT NULL,
    cause         TEXT NOT NULL CHECK (cause IN ('done', 'trash', 'spam', 'mute', 'defer', 'later', 'carry', 'wake',
                                                 'hold', 'release')),
    target        TEXT NOT NULL CHECK (target IN ('stay', 'archive', 'trash', 'junk', 'held', 'folder')),
    target_folder TEXT,
    seen          INTEGER NOT NULL CHECK (seen IN (0, 1)),
    answered      INTEGER NOT NULL CHECK (answered IN (0, 1)),
    keywords      TEXT NOT NULL,
    expected      TEXT NOT NULL,
    state         TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'tried', 'refused', 'made', 'overtaken', 'not kept',
                                                                'replaced')),
    tries         INTEGER NOT NULL DEFAULT 0,
    next_try      INTEGER NOT NULL,
    why           TEXT NOT NULL DEFAULT '',
    written       INTEGER NOT NULL,
    closed        INTEGER,
    CHECK ((target = 'folder') = (target_folder IS NOT NULL)),
    CHECK ((state IN ('open', 'tried', 'refused')) = (closed IS NULL)),
    CHECK (tries > 0 OR state NOT IN ('tried', 'refused', 'made', 'overtaken', 'not kept'))
) STRICT;
CREATE INDEX journal_due ON journal (source, number) WHERE closed IS NULL;
CREATE INDEX journal_copy ON journal (folder, key, number) WHERE closed IS NULL;
CREATE INDEX journal_message ON journal (message) WHERE closed IS NULL;
CREATE INDEX journal_closed ON journal (closed) WHERE closed IS NOT NULL;
CREATE TRIGGER journal_is_kept BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'a change is not forgotten'); END;
CREATE TRIGGER journal_stays BEFORE UPDATE OF number, batch, message, source, cause, target, target_folder, seen, answered,
                                              keywords, written ON journal
BEGIN SELECT RAISE(ABORT, 'what was intended stays as it was'); END;
CREATE TRIGGER journal_is_closed BEFORE UPDATE ON journal WHEN OLD.closed IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the change is closed'); END;

-- What a hard hold keeps back for every program: which message of which source, and the folder that it goes back to.
-- Where the copy lies meanwhile is in `copy`; that it goes there and back is in `journal`.
CREATE TABLE kept_back (
    message  INTEGER NOT NULL REFERENCES message (id),
    source   INTEGER NOT NULL REFERENCES source (id),
    folder   INTEGER NOT NULL REFERENCES folder (id),
    since    INTEGER NOT NULL,
    released INTEGER,
    PRIMARY KEY (message, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_back_still ON kept_back (source) WHERE released IS NULL;
