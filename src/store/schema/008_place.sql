-- What `tidebox add` takes in of two places may have one name: a source is its name and its place. `place` is empty for what is
-- configured or put into `incoming`; else it is the path, or the format of what is known by its content wherever it lies.
-- A column that is part of a key cannot be added to a table, so it is made again. Nothing that refers to it changes: see
-- `migrate.rs` for the foreign keys.
PRAGMA legacy_alter_table = ON;
CREATE TABLE source_with_place (
    id         INTEGER NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    place      TEXT NOT NULL DEFAULT '',
    kind       TEXT NOT NULL,
    position   TEXT,
    first_read INTEGER,
    UNIQUE (name, place)
) STRICT;
INSERT INTO source_with_place (id, name, kind, position, first_read)
SELECT id, name, kind, position, first_read FROM source;
DROP TABLE source;
ALTER TABLE source_with_place RENAME TO source;
PRAGMA legacy_alter_table = OFF;
