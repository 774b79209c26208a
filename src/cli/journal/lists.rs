//! The rows of the journal that are about lists which the person leaves.

use serde_json::json;

use crate::cli::json;
use crate::domain::attempt::AttemptState;
use crate::domain::printable::Printable;
use crate::domain::schedule::Zone;
use crate::domain::text_enum::TextEnum;
use crate::domain::unsubscribe::OneClickUrl;
use crate::mail;
use crate::store::UnsubscriptionRow;

/// Two lines: which list, through which host or to which address, and what came of it.
pub(super) fn row_text(zone: Zone, row: &UnsubscriptionRow) -> String {
    let list = row.shown.as_ref().map_or_else(
        || "the list of a message that is held".to_owned(),
        |(list, url)| {
            let way = if let Ok(message) = mail::leaving_message(url) {
                format!("by a message to {}", Printable::address(&message.to))
            } else {
                let host = OneClickUrl::parse(url).map(|url| url.host()).unwrap_or_default();
                format!("through {}", Printable::from(host))
            };
            format!("{} {way}", Printable::from(&list.0))
        },
    );
    let attempt = &row.attempt;
    let time = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string();
    let why = Printable::from(if row.shown.is_some() { attempt.why.as_str() } else { "" });
    let came = match attempt.state {
        AttemptState::Open if why.is_empty() => "to be done".to_owned(),
        AttemptState::Open => format!("waits: {why}; again at {}", time(attempt.next_try)),
        AttemptState::Tried if why.is_empty() => "not known: it was sent, and no answer was noted".to_owned(),
        AttemptState::Tried => format!("not known: {why}"),
        AttemptState::Refused => format!("needs you: {why}"),
        AttemptState::Replaced => "asked anew in a later batch".to_owned(),
        AttemptState::Made | AttemptState::Overtaken | AttemptState::NotKept => {
            attempt.closed.map_or_else(|| "left".to_owned(), |at| format!("left on {}", time(at)))
        }
    };
    format!("{:>10}  leave    {list}\n{:>21}{came}\n", row.message, "")
}

pub(super) fn value(row: &UnsubscriptionRow) -> serde_json::Value {
    let (shown, attempt) = (row.shown.as_ref(), &row.attempt);
    json!({
        "number": row.number, "id": row.message.0, "verb": "unsubscribe", "state": attempt.state.name(),
        "tries": attempt.tries, "answer": row.answer,
        "next_try": (attempt.state == AttemptState::Open).then(|| json::instant(attempt.next_try)),
        "why": shown.map(|_| attempt.why.as_str()), "written": json::instant(row.written),
        "closed": attempt.closed.map(json::instant), "list": shown.map(|(list, _)| &list.0), "url": shown.map(|(_, url)| url),
    })
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::{row_text, value};
    use crate::domain::attempt::{Attempt, AttemptState};
    use crate::domain::ids::Id;
    use crate::domain::schedule::Zone;
    use crate::domain::unsubscribe::ListKey;
    use crate::store::UnsubscriptionRow;

    fn row(state: AttemptState, why: &str) -> UnsubscriptionRow {
        let at: DateTime<Utc> = "2026-11-23T10:00:00Z".parse().unwrap();
        let closed = state.is_closed().then_some(at);
        UnsubscriptionRow {
            number: 1,
            message: Id(1_790_000_000),
            shown: Some((ListKey("deals.shop.example".to_owned()), "https://leave.example/?u=1".to_owned())),
            attempt: Attempt { state, tries: 1, next_try: at, why: why.to_owned(), closed },
            answer: None,
            written: at,
        }
    }

    #[test]
    fn each_outcome_is_told_in_words_of_its_own() {
        for (state, why, words) in [
            (AttemptState::Open, "", "to be done"),
            (
                AttemptState::Open,
                "no host called x is known",
                "waits: no host called x is known; again at 2026-11-23 10:00",
            ),
            (AttemptState::Tried, "", "not known: it was sent, and no answer was noted"),
            (AttemptState::Tried, "no answer came", "not known: no answer came"),
            (AttemptState::Refused, "status 404", "needs you: status 404"),
            (AttemptState::Made, "", "left on 2026-11-23 10:00"),
            (AttemptState::Replaced, "", "asked anew in a later batch"),
        ] {
            let text = row_text(Zone::UTC, &row(state, why));
            let lines: Vec<&str> = text.lines().collect();
            let first = "1790000000  leave    deals.shop.example through leave.example";
            assert_eq!(lines, [first, &format!("{:21}{words}", "")]);
        }
    }

    #[test]
    fn of_a_message_its_address_is_told() {
        let one = row(AttemptState::Tried, "its message was not taken yet: 451 busy");
        let url = "mailto:leave@shop.example?subject=secret%20token".to_owned();
        let text =
            row_text(Zone::UTC, &UnsubscriptionRow { shown: one.shown.clone().map(|(list, _)| (list, url)), ..one });
        assert!(
            text.starts_with("1790000000  leave    deals.shop.example by a message to leave@shop.example\n"),
            "{text}"
        );
        assert!(
            text.contains("not known: its message was not taken yet: 451 busy") && !text.contains("token"),
            "{text}"
        );
    }

    #[test]
    fn of_a_message_that_is_held_again_nothing_is_told() {
        let held = UnsubscriptionRow { shown: None, ..row(AttemptState::Refused, "leave.example says no") };
        let told = row_text(Zone::UTC, &held) + &value(&held).to_string();
        assert!(!told.contains("example"), "{told}");
    }
}
