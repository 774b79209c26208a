-- What messages say of events (iTIP, RFC 5546): for each message that brings an invitation the facts by which what is said of one
-- event is found together, and what else is at its time. Only messages with an invitation have a row, so the table is small;
-- making it reads and writes no message.
CREATE TABLE invitation (
    message    INTEGER NOT NULL PRIMARY KEY REFERENCES message (id),
    uid        TEXT NOT NULL,
    -- RECURRENCE-ID, as an instant where it is one; '' for the event as a whole.
    recurrence TEXT NOT NULL,
    sequence   INTEGER NOT NULL,
    -- DTSTAMP in Unix seconds; 0 where there is none.
    stamp      INTEGER NOT NULL,
    method     TEXT NOT NULL CHECK (method IN ('publish', 'request', 'reply', 'add', 'cancel', 'refresh', 'counter', 'declinecounter')),
    withdrawn  INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
    -- Unix seconds; of what repeats, the beginning of the first time and the end of the last. NULL where they are not certain.
    starts     INTEGER,
    ends       INTEGER,
    repeats    INTEGER NOT NULL CHECK (repeats IN (0, 1)),
    -- Whether it takes somebody's time.
    busy       INTEGER NOT NULL CHECK (busy IN (0, 1)),
    -- Who answers, and what, where it is an answer.
    attendee   TEXT NOT NULL,
    answer     TEXT NOT NULL CHECK (answer IN ('needs-action', 'accepted', 'declined', 'tentative', 'delegated')),
    CHECK ((starts IS NULL) = (ends IS NULL) AND starts <= ends)
) STRICT;
CREATE INDEX invitation_event ON invitation (uid, recurrence);
CREATE INDEX invitation_busy ON invitation (repeats, starts) WHERE busy AND starts IS NOT NULL;

-- Older messages get their rows little by little, from the newest to the oldest: the id below which that is still to be done, 0
-- where nothing is.
INSERT INTO fact (name, value) SELECT 'unread_invitations', coalesce(max(id) + 1, 0) FROM message;
