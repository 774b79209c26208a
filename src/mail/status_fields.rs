//! Whether a message's own header says that it was read where it comes from: the marks that mbox files keep there.

use super::header::{split, unfold};
use crate::domain::arrival::Mark;

/// `Status: RO` and `X-Status` (mbox), `X-Mozilla-Status` (Thunderbird), `X-Gmail-Labels` (Google's exports).
#[must_use]
pub fn marks(raw: &[u8]) -> Mark {
    let (header, _) = split(raw, |_| false);
    let text = |name: &str| header.first(name).map(|value| String::from_utf8_lossy(&unfold(value)).into_owned());
    let read = if let Some(status) = text("status") {
        status.contains('R')
    } else if let Some(flags) = text("x-mozilla-status") {
        u32::from_str_radix(flags.trim(), 16).is_ok_and(|flags| flags & 1 == 1)
    } else if let Some(labels) = text("x-gmail-labels") {
        !labels.split(',').any(|label| label.trim().eq_ignore_ascii_case("unread"))
    } else {
        match text("x-status") {
            Some(status) => status.contains('R'),
            None => return Mark::None,
        }
    };
    if read { Mark::Read } else { Mark::Unread }
}

#[cfg(test)]
mod tests {
    use super::marks;
    use crate::domain::arrival::Mark;

    #[test]
    fn marks_of_several_programs() {
        for (header, mark) in [
            ("Status: RO", Mark::Read),
            ("Status: O", Mark::Unread),
            ("X-Status: A\nStatus: R", Mark::Read),
            ("X-Mozilla-Status: 0001", Mark::Read),
            ("X-Mozilla-Status: 0000", Mark::Unread),
            ("X-Gmail-Labels: Inbox,Unread", Mark::Unread),
            ("X-Gmail-Labels: Inbox,Opened", Mark::Read),
            ("Subject: Status: RO", Mark::None),
        ] {
            assert_eq!(marks(format!("{header}\n\nbody").as_bytes()), mark, "{header}");
        }
    }
}
