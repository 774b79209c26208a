-- Lists that are left by a message, and the hours that correspondents publish.

-- The message that asks to leave the list, where a message does it: from then on its row in `outgoing` tells what became of it.
ALTER TABLE unsubscription ADD COLUMN outgoing INTEGER REFERENCES outgoing (id);
CREATE UNIQUE INDEX unsubscription_outgoing ON unsubscription (outgoing) WHERE outgoing IS NOT NULL;

-- When a correspondent reads mail, as they publish it: the document as it was read last.
--   tried     when it was asked for last, whether or not it came
--   document  NULL until one came that could be read; it stays when a later try fails
--   read      when that one came
--   why       what was wrong at the last try; empty where nothing was
CREATE TABLE contact_hours (
    address  TEXT NOT NULL PRIMARY KEY,
    url      TEXT NOT NULL,
    tried    INTEGER NOT NULL,
    document TEXT,
    read     INTEGER,
    why      TEXT NOT NULL DEFAULT '',
    CHECK ((document IS NULL) = (read IS NULL))
) STRICT, WITHOUT ROWID;
