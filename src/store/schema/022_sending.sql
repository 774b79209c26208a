-- As whom nothing is sent for now, since the settings, the password or the server's refusal of it are in the way. What is due waits
-- until these settings change, a batch is committed, or the person says so: a server may lock whoever is refused too often.
CREATE TABLE sending_block (
    sender   TEXT NOT NULL PRIMARY KEY,
    what     TEXT NOT NULL,
    since    INTEGER NOT NULL,
    -- A number made of the settings that were tried.
    settings INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
