//! The states of `is:` in SQL: as a condition on a row, and as the ids of the messages that are in it.

use crate::domain::message::Stage;
use crate::domain::query::StateTerm;
use crate::domain::text_enum::TextEnum;

/// The condition of the index `message_stage`, in the words of the schema.
const INDEXED: &str = "stage NOT IN ('held', 'in batch', 'history')";
/// The same of `copy_unread`.
const UNREAD: &str =
    "gone IS NULL AND flags IS NOT NULL AND NOT (instr(flags, 'S') BETWEEN 1 AND instr(flags || ' ', ' '))";

/// Whether `v` is in this state. Never NULL.
pub(super) fn condition(state: StateTerm) -> String {
    if let Some(stages) = state.stages() {
        return format!("v.stage IN ({})", list(stages));
    }
    match state {
        StateTerm::Muted => "v.thread IN (SELECT thread FROM muted_thread)".to_owned(),
        StateTerm::Carried => {
            format!("(v.carried > 0 AND v.stage IN ({}))", list(StateTerm::Open.stages().unwrap_or_default()))
        }
        StateTerm::LetThrough => "v.exception IS NOT NULL".to_owned(),
        StateTerm::Unread => format!("({} AND NOT {})", copy("flags IS NOT NULL"), copy(&has('S'))),
        StateTerm::Read => copy(&has('S')),
        StateTerm::Flagged => copy(&has('F')),
        StateTerm::Answered => copy(&has('R')),
        _ => "0".to_owned(),
    }
}

/// The messages in this state with ids from ?1 up to, but without, ?2; `None` where there may be too many to begin with. It
/// may have some that are not: `condition` decides.
pub(super) fn ids(state: StateTerm) -> Option<String> {
    let flagged = |index: &str, of: &str| {
        Some(format!("SELECT message FROM copy INDEXED BY {index} WHERE {of} AND message >= ?1 AND message < ?2"))
    };
    match state {
        StateTerm::History | StateTerm::Held | StateTerm::Read => None,
        StateTerm::Unread => flagged("copy_unread", UNREAD),
        StateTerm::Flagged => flagged("copy_flagged", &format!("gone IS NULL AND {}", has('F'))),
        StateTerm::Answered => flagged("copy_answered", &format!("gone IS NULL AND {}", has('R'))),
        StateTerm::LetThrough => Some("SELECT message FROM hit WHERE message >= ?1 AND message < ?2".to_owned()),
        StateTerm::Muted => Some(
            "SELECT id FROM message INDEXED BY message_thread
             WHERE thread IN (SELECT thread FROM muted_thread) AND id >= ?1 AND id < ?2"
                .to_owned(),
        ),
        StateTerm::Open | StateTerm::Carried => Some(format!(
            "{} UNION ALL SELECT i.message FROM batch AS b CROSS JOIN batch_item AS i
             WHERE b.committed IS NULL AND i.batch = b.id AND i.message >= ?1 AND i.message < ?2",
            in_stages(StateTerm::Open.stages()?)
        )),
        StateTerm::Done
        | StateTerm::Trashed
        | StateTerm::Spam
        | StateTerm::Deferred
        | StateTerm::Elsewhere
        | StateTerm::Gone => Some(in_stages(state.stages()?)),
    }
}

fn in_stages(stages: &[Stage]) -> String {
    format!(
        "SELECT id FROM message INDEXED BY message_stage WHERE stage IN ({}) AND {INDEXED} AND id >= ?1 AND id < ?2",
        list(stages)
    )
}

fn list(stages: &[Stage]) -> String {
    stages.iter().map(|stage| format!("'{}'", stage.name())).collect::<Vec<_>>().join(", ")
}

/// Whether a copy that is there has these flags.
fn copy(flags: &str) -> String {
    format!("EXISTS (SELECT 1 FROM copy WHERE message = v.id AND gone IS NULL AND {flags})")
}

/// Whether this letter is among the flags, which end at the first space (`domain::flags`). False where they are not known.
fn has(letter: char) -> String {
    format!("(instr(flags, '{letter}') BETWEEN 1 AND instr(flags || ' ', ' '))")
}
