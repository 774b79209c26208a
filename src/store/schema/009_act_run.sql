-- An act names stretches of its batch, as domain::positions has them: what it costs to keep, to read and to take back grows
-- with the number of stretches and not with the number of messages. Until now each message that an act named had a row.
CREATE TABLE act_run (
    batch INTEGER NOT NULL,
    act   INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last  INTEGER NOT NULL,
    PRIMARY KEY (batch, act, first),
    FOREIGN KEY (batch, act) REFERENCES act (batch, number),
    FOREIGN KEY (batch, first) REFERENCES batch_item (batch, position),
    FOREIGN KEY (batch, last) REFERENCES batch_item (batch, position),
    CHECK (first <= last)
) STRICT, WITHOUT ROWID;
-- Positions that follow each other without a gap differ from their rank by the same number.
INSERT INTO act_run (batch, act, first, last)
SELECT batch, act, min(position), max(position)
FROM (SELECT m.batch, m.act, i.position, i.position - dense_rank() OVER (PARTITION BY m.batch, m.act ORDER BY i.position) AS gap
      FROM act_message AS m JOIN batch_item AS i ON i.batch = m.batch AND i.message = m.message)
GROUP BY batch, act, gap;
DROP TABLE act_message;

CREATE TRIGGER act_run_is_kept BEFORE DELETE ON act_run
BEGIN SELECT RAISE(ABORT, 'a decision is not deleted'); END;
CREATE TRIGGER act_run_stays BEFORE UPDATE ON act_run
BEGIN SELECT RAISE(ABORT, 'a decision is only superseded'); END;
CREATE TRIGGER act_run_is_in_time BEFORE INSERT ON act_run
WHEN (SELECT committed FROM batch WHERE id = NEW.batch) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the batch is committed'); END;
CREATE TRIGGER act_run_is_in_order BEFORE INSERT ON act_run
WHEN NEW.first <= 1 + (SELECT last FROM act_run WHERE batch = NEW.batch AND act = NEW.act ORDER BY first DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'the runs of an act are in order, with a gap between any two'); END;
