//! Whether a message's own header says that it was read where it comes from: what mbox files keep there.

use super::header::{split, unfold};

/// Whether the message was read; `None` where its header does not tell. It is asked of
/// `Status: RO` and `X-Status` (mbox), `X-Mozilla-Status` (Thunderbird), `X-Gmail-Labels` (Google's exports).
#[must_use]
pub fn seen(raw: &[u8]) -> Option<bool> {
    let (header, _) = split(raw, |_| false);
    let text = |name: &str| header.first(name).map(|value| String::from_utf8_lossy(&unfold(value)).into_owned());
    let seen = if let Some(status) = text("status") {
        status.contains('R')
    } else if let Some(flags) = text("x-mozilla-status") {
        u32::from_str_radix(flags.trim(), 16).is_ok_and(|flags| flags & 1 == 1)
    } else if let Some(labels) = text("x-gmail-labels") {
        !labels.split(',').any(|label| label.trim().eq_ignore_ascii_case("unread"))
    } else {
        match text("x-status") {
            Some(status) => status.contains('R'),
            None => return None,
        }
    };
    Some(seen)
}

#[cfg(test)]
mod tests {
    use super::seen;

    #[test]
    fn marks_of_several_programs() {
        for (header, read) in [
            ("Status: RO", Some(true)),
            ("Status: O", Some(false)),
            ("X-Status: A\nStatus: R", Some(true)),
            ("X-Mozilla-Status: 0001", Some(true)),
            ("X-Mozilla-Status: 0000", Some(false)),
            ("X-Gmail-Labels: Inbox,Unread", Some(false)),
            ("X-Gmail-Labels: Inbox,Opened", Some(true)),
            ("Subject: Status: RO", None),
        ] {
            assert_eq!(seen(format!("{header}\n\nbody").as_bytes()), read, "{header}");
        }
    }
}
