//! What the person is to know of the outbox: what is in the way of sending, and what waits for them.

use chrono::{DateTime, Utc};

use super::JobError;
use crate::domain::concern::{Concern, ConcernKind};
use crate::domain::outbox::OutboxTally;
use crate::store::Store;

/// The concerns of the outbox: as whom nothing is sent for now, and that messages need the person. They name the person's own
/// addresses and nobody else's.
///
/// # Errors
/// Where the store cannot be read.
pub fn concerns(store: &Store) -> Result<Vec<Concern>, JobError> {
    let blocks = store.sending_blocks()?.into_iter().map(|block| Concern {
        source: block.sender,
        kind: ConcernKind::Unsent,
        what: block.what,
        hint: String::new(),
        ..nothing(block.since)
    });
    let mut concerns: Vec<Concern> = blocks.collect();
    let tally = store.outbox_tally()?;
    if let Some((what, since)) = needing(&tally).zip(tally.needs_person_since) {
        concerns.push(Concern {
            source: "outbox".to_owned(),
            kind: ConcernKind::Outbox,
            what,
            hint: "`tidebox outbox` tells them, with what each server said".to_owned(),
            count: tally.need_person(),
            ..nothing(since)
        });
    }
    Ok(concerns)
}

/// `2 messages were refused, and of 1 nobody can say whether it left`; `None` where the person has nothing to do.
fn needing(tally: &OutboxTally) -> Option<String> {
    let refused = match tally.refused {
        0 => None,
        1 => Some("1 message was refused".to_owned()),
        count => Some(format!("{count} messages were refused")),
    };
    let partly = match tally.partly_sent {
        0 => None,
        1 => Some("1 message was refused for some of its recipients".to_owned()),
        count => Some(format!("{count} messages were refused for some of their recipients")),
    };
    let unknown = match tally.unknown {
        0 => None,
        1 => Some("of 1 message nobody can say whether it left".to_owned()),
        count => Some(format!("of {count} messages nobody can say whether they left")),
    };
    let parts: Vec<String> = [refused, partly, unknown].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", and "))
}

fn nothing(since: DateTime<Utc>) -> Concern {
    Concern {
        source: String::new(),
        kind: ConcernKind::Outbox,
        what: String::new(),
        hint: String::new(),
        count: 0,
        tries: 0,
        since,
        next: None,
        secret: None,
    }
}

#[cfg(test)]
mod tests {
    use super::needing;
    use crate::domain::outbox::OutboxTally;

    #[test]
    fn only_what_needs_the_person_is_a_concern() {
        let waiting = OutboxTally { staged: 3, later: 1, drafts: 2, ..OutboxTally::default() };
        assert_eq!(needing(&waiting), None);
        let several = OutboxTally { refused: 2, unknown: 1, ..waiting };
        assert_eq!(
            needing(&several).unwrap(),
            "2 messages were refused, and of 1 message nobody can say whether it left"
        );
    }
}
