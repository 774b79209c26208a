//! Text columns that hold one of a few words: each is an enum of `domain`, written and read by its word. An unknown
//! word is an error that names the table and the row, and is never read as one of the values: the file was altered,
//! or is damaged.

use std::fmt::Display;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Type, ValueRef};
use rusqlite::{Error, Row};

use crate::domain::answering::AnsweredHow;
use crate::domain::attempt::AttemptState;
use crate::domain::batch::{BatchKind, HeadingKind};
use crate::domain::concern::ConcernKind;
use crate::domain::exception::HitRating;
use crate::domain::follow_up::FollowUpKind;
use crate::domain::group::GroupKind;
use crate::domain::invitation::{InvitationMethod, ParticipationStatus};
use crate::domain::mailbox_change::TargetKind;
use crate::domain::matter::MatterAnswer;
use crate::domain::message::Stage;
use crate::domain::outbox::{DepartureTimeKind, OutgoingRelation, OutgoingState, RecipientState};
use crate::domain::peek::PeekKind;
use crate::domain::reminder::ReminderEnd;
use crate::domain::sent_copy::{KeepingWay, KeptBy};
use crate::domain::service_notice::NoticeState;
use crate::domain::settled::SettledReason;
use crate::domain::source_type::SourceType;
use crate::domain::text_enum::TextEnum;
use crate::domain::triage::ActState;
use crate::domain::verdict::{ChangeReason, DecisionKind, Settlement};

macro_rules! text_columns {
    ($($name:ty),+ $(,)?) => {$(
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::from(self.name()))
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                let text = value.as_str()?;
                Self::from_name(text).ok_or_else(|| FromSqlError::Other(Box::new(UnknownWord::of(text))))
            }
        }
    )+};
}

text_columns!(
    AnsweredHow,
    KeepingWay,
    KeptBy,
    ActState,
    AttemptState,
    BatchKind,
    ChangeReason,
    DecisionKind,
    FollowUpKind,
    GroupKind,
    HeadingKind,
    HitRating,
    ConcernKind,
    InvitationMethod,
    DepartureTimeKind,
    MatterAnswer,
    OutgoingRelation,
    OutgoingState,
    ParticipationStatus,
    PeekKind,
    NoticeState,
    ReminderEnd,
    SettledReason,
    RecipientState,
    Settlement,
    SourceType,
    Stage,
    TargetKind,
);

/// A word in a text column that its enum does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("row {row} of the table {table} says {text:?}, which means nothing")]
pub(super) struct UnknownWord {
    pub table: &'static str,
    /// Its key.
    pub row: String,
    pub text: String,
}

impl UnknownWord {
    /// A longer text is cut to so many characters.
    const LONGEST: usize = 60;

    fn of(text: &str) -> Self {
        Self { table: "", row: String::new(), text: text.chars().take(Self::LONGEST).collect() }
    }

    /// The unknown word that caused an error of reading a row, where it was that.
    pub fn behind(error: &Error) -> Option<&Self> {
        match error {
            Error::FromSqlConversionFailure(_, _, source) => source.downcast_ref(),
            _ => None,
        }
    }
}

/// Reads the word in a column of a row of `table`. `key` names the row in an error.
pub(super) fn word<T: TextEnum + FromSql>(
    row: &Row<'_>,
    column: usize,
    table: &'static str,
    key: impl Display,
) -> rusqlite::Result<T> {
    row.get(column).map_err(|error| placed(error, table, &key))
}

/// The same where the column may be NULL.
pub(super) fn word_or_null<T: TextEnum + FromSql>(
    row: &Row<'_>,
    column: usize,
    table: &'static str,
    key: impl Display,
) -> rusqlite::Result<Option<T>> {
    row.get(column).map_err(|error| placed(error, table, &key))
}

/// The same of a part of a column's text.
pub(super) fn word_of<T: TextEnum>(
    text: &str,
    column: usize,
    table: &'static str,
    key: impl Display,
) -> rusqlite::Result<T> {
    let unknown = || UnknownWord { table, row: key.to_string(), ..UnknownWord::of(text) };
    T::from_name(text).ok_or_else(|| Error::FromSqlConversionFailure(column, Type::Text, Box::new(unknown())))
}

fn placed(error: Error, table: &'static str, key: &dyn Display) -> Error {
    match (UnknownWord::behind(&error).cloned(), error) {
        (Some(unknown), Error::FromSqlConversionFailure(column, kind, _)) => Error::FromSqlConversionFailure(
            column,
            kind,
            Box::new(UnknownWord { table, row: key.to_string(), ..unknown }),
        ),
        (_, error) => error,
    }
}

#[cfg(test)]
mod tests {
    use super::{
        ActState, AnsweredHow, AttemptState, BatchKind, ChangeReason, DecisionKind, DepartureTimeKind, FollowUpKind,
        GroupKind, HeadingKind, HitRating, InvitationMethod, KeepingWay, KeptBy, MatterAnswer, NoticeState,
        OutgoingRelation, OutgoingState, ParticipationStatus, PeekKind, RecipientState, ReminderEnd, SettledReason,
        Settlement, Stage, TargetKind, TextEnum,
    };
    use crate::store::migrate::up_to_date;

    /// Every CHECK of a list of texts in the schema names the words of its enum, and no others.
    #[test]
    fn the_schema_allows_the_words_that_the_program_knows() {
        fn words<T: TextEnum>() -> Vec<&'static str> {
            T::ALL.iter().map(|value| value.name()).collect()
        }
        let mut known = vec![
            ("message", "stage", words::<Stage>()),
            ("batch", "kind", words::<BatchKind>()),
            ("batch_item", "heading", words::<HeadingKind>()),
            ("batch_group", "kind", words::<GroupKind>()),
            ("service_notice", "state", words::<NoticeState>()),
            ("settled", "reason", words::<SettledReason>()),
            ("act", "verb", words::<DecisionKind>()),
            ("act", "standing", words::<ActState>()),
            ("reminder", "ended", words::<ReminderEnd>()),
            ("follow_up", "kind", words::<FollowUpKind>()),
            ("decision", "verb", words::<Settlement>()),
            ("hit", "rating", words::<HitRating>()),
            ("peek", "kind", words::<PeekKind>()),
            ("matter", "answer", words::<MatterAnswer>()),
            ("invitation", "method", words::<InvitationMethod>()),
            ("invitation", "answer", words::<ParticipationStatus>()),
            ("outgoing", "relation", words::<OutgoingRelation>()),
            ("outgoing_act", "leaves", words::<DepartureTimeKind>()),
            ("outgoing", "state", words::<OutgoingState>()),
            ("outgoing", "leaves", words::<DepartureTimeKind>()),
            ("outgoing_recipient", "state", words::<RecipientState>()),
            ("journal", "cause", words::<ChangeReason>()),
            ("journal", "target", words::<TargetKind>()),
            ("journal", "state", words::<AttemptState>()),
            ("unsubscription", "state", words::<AttemptState>()),
            ("sent_copy", "state", words::<AttemptState>()),
            ("sent_copy", "way", words::<KeepingWay>()),
            ("sent_copy", "kept_by", words::<KeptBy>()),
            ("answered_elsewhere", "how", words::<AnsweredHow>()),
        ];
        let mut connection = rusqlite::Connection::open_in_memory().unwrap();
        up_to_date(&mut connection).unwrap();
        let mut tables =
            connection.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql <> ''").unwrap();
        let tables: Vec<(String, String)> =
            tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap();
        for (table, sql) in tables {
            // `column TEXT … CHECK (column IN ('…', …))`; a rule over several columns begins otherwise.
            for (at, found) in sql.match_indices("CHECK (") {
                let rule = &sql[at + found.len()..];
                let Some((column, list)) = rule.split_once(" IN (") else { continue };
                let list = list.split_once("))").map_or("", |(list, _)| list);
                if !list.starts_with('\'') || column.contains(['(', ')', ' ']) {
                    continue;
                }
                let mut allowed: Vec<&str> = list.split(',').map(|word| word.trim().trim_matches('\'')).collect();
                let place = known.iter().position(|(of, its, _)| (*of, *its) == (table.as_str(), column));
                let (_, _, mut ours) = known.remove(place.unwrap_or_else(|| panic!("{table}.{column} is no enum")));
                allowed.sort_unstable();
                ours.sort_unstable();
                assert_eq!(allowed, ours, "{table}.{column}");
            }
        }
        assert!(known.is_empty(), "{known:?}");
    }
}
