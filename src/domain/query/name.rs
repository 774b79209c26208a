//! The fields of a query: the words before a colon.

use super::TextField;

/// A field as it is written before the colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldName {
    Words(TextField),
    Source,
    Lane,
    Folder,
    View,
    Has,
    Is,
    On,
    Date,
    Before,
    After,
    Older,
    Newer,
    Larger,
    Smaller,
    Thread,
    Id,
}

/// Each field, what it asks for, and what may follow its colon.
const TABLE: [(FieldName, &str, &str, &str); 23] = {
    use FieldName as F;
    const NAME: &str = "a name or an address follows the colon: from:ann, from:@example.org";
    const WORD: &str = "a word follows the colon, or words in quotes: subject:\"release plan\"";
    const NAMED: &str = "a name follows the colon: lane:news, source:work, folder:INBOX";
    const DATE: &str = "a date follows the colon: before:2026-11-01, after:monday";
    const RANGE: &str = "a date follows the colon, or two: date:2026-10-01..2026-10-15, date:\"last week\"";
    const LENGTH: &str = "a length of time follows the colon: older:2d, newer:\"3 weeks\"";
    const SIZE: &str = "a size in bytes follows the colon: larger:5M, smaller:300k";
    [
        (F::Words(TextField::From), "from", "the sender", NAME),
        (F::Words(TextField::To), "to", "who it was sent to, copies included", NAME),
        (F::Words(TextField::Cc), "cc", "who got a copy", NAME),
        (F::Words(TextField::Subject), "subject", "the subject", WORD),
        (F::Words(TextField::Body), "body", "the text", WORD),
        (F::Words(TextField::List), "list", "the mailing list", WORD),
        (F::Words(TextField::File), "filename", "the name of an attachment", WORD),
        (F::Source, "source", "the source", NAMED),
        (F::Lane, "lane", "the lane", NAMED),
        (F::Folder, "folder", "a folder of the mailbox", NAMED),
        (F::View, "view", "a query with a name", "the name of a view of the settings follows the colon: view:boss"),
        (
            F::Has,
            "has",
            "attachment, link, image, invite, list or unsubscribe",
            "has:attachment, has:link, has:image, has:invite, has:unsubscribe or has:list",
        ),
        (F::Is, "is", "a state or a kind: open, done, unread, notice …", "is:open, is:done, is:unread, is:notice"),
        (F::On, "on", "a day, a month or a year", DATE),
        (F::Date, "date", "a date, or from one to another: a..b", RANGE),
        (F::Before, "before", "a date", DATE),
        (F::After, "after", "a date", DATE),
        (F::Older, "older", "2w: before this time ago", LENGTH),
        (F::Newer, "newer", "2w: since this time ago", LENGTH),
        (F::Larger, "larger", "5M: the message with all that it has", SIZE),
        (F::Smaller, "smaller", "300k: the message with all that it has", SIZE),
        (
            F::Thread,
            "thread",
            "the number of a conversation",
            "the number of a conversation follows the colon, as `tidebox --json` prints it",
        ),
        (F::Id, "id", "an id or a Message-ID", "a message's number or its Message-ID follows the colon"),
    ]
};

/// Every field as it is written before the colon, and what it asks for.
pub fn field_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.iter().map(|(_, text, about, _)| (*text, *about))
}

impl FieldName {
    pub(super) fn of(text: &str) -> Option<Self> {
        TABLE.iter().find(|(_, name, ..)| name.eq_ignore_ascii_case(text)).map(|(field, ..)| *field)
    }

    pub(super) fn text(self) -> &'static str {
        TABLE.iter().find(|(field, ..)| *field == self).map_or("", |(_, text, ..)| text)
    }

    /// What may follow the colon.
    pub(super) fn example(self) -> &'static str {
        TABLE.iter().find(|(field, ..)| *field == self).map_or("", |(.., example)| example)
    }
}

impl TextField {
    /// The field as it is written before the colon.
    #[must_use]
    pub fn text(self) -> &'static str {
        FieldName::Words(self).text()
    }
}
