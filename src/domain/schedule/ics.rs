//! Windows as an iCalendar object (RFC 5545), for calendar programs.
//!
//! Each window is an event of its own with UTC instants: exact whatever the reader knows of zones, and right for
//! openings that a change of the clocks moved and for away dates, which a recurrence rule would get wrong.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use super::Window;

/// The longest line in octets, without its end (RFC 5545 §3.1).
const LINE_OCTETS: usize = 75;
const PRODID: &str = concat!("-//tidebox//tidebox ", env!("CARGO_PKG_VERSION"), "//EN");

/// One event a window. The events leave the time free (`TRANSPARENT`): a check-in can give way to a meeting. Made again,
/// the same window has the same UID, so that importing twice changes nothing.
///
/// Without a window it is a calendar without events: readers take it, though RFC 5545 §3.6 asks for at least one.
#[must_use]
pub fn ics(windows: &[Window], now: DateTime<Utc>) -> String {
    let mut out = String::new();
    let mut line = |text: &str| fold(text, &mut out);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line(&format!("PRODID:{PRODID}"));
    for window in windows {
        line("BEGIN:VEVENT");
        line(&format!("UID:{}", uid(window)));
        line(&format!("DTSTAMP:{}", instant(now)));
        line(&format!("DTSTART:{}", instant(window.opens)));
        line(&format!("DTEND:{}", instant(window.closes)));
        line(&format!("SUMMARY:{}", escaped(&window.checkin)));
        line("TRANSP:TRANSPARENT");
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    out
}

/// When somebody reads mail, for others to subscribe to: events without a name, and the same as free/busy time (§3.6.4), in
/// which these times are `FREE`. Nothing is said of the time between.
#[must_use]
pub fn published(times: &[(DateTime<Utc>, DateTime<Utc>)], now: DateTime<Utc>, until: DateTime<Utc>) -> String {
    let mut out = String::new();
    let mut line = |text: &str| fold(text, &mut out);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line(&format!("PRODID:{PRODID}"));
    for (opens, closes) in times {
        line("BEGIN:VEVENT");
        line(&format!("UID:{}-hours@tidebox", instant(*opens)));
        line(&format!("DTSTAMP:{}", instant(now)));
        line(&format!("DTSTART:{}", instant(*opens)));
        line(&format!("DTEND:{}", instant(*closes)));
        line("SUMMARY:Mail is read");
        line("TRANSP:TRANSPARENT");
        line("END:VEVENT");
    }
    line("BEGIN:VFREEBUSY");
    line(&format!("UID:{}-freebusy@tidebox", instant(now)));
    line(&format!("DTSTAMP:{}", instant(now)));
    line(&format!("DTSTART:{}", instant(now)));
    line(&format!("DTEND:{}", instant(until)));
    for (opens, closes) in times {
        line(&format!("FREEBUSY;FBTYPE=FREE:{}/{}", instant(*opens.max(&now)), instant(*closes)));
    }
    line("END:VFREEBUSY");
    line("END:VCALENDAR");
    out
}

/// A UTC instant (RFC 5545 §3.3.5, form 2).
fn instant(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// The opening, and the check-in's name as a digest, which any name has and no name breaks.
fn uid(window: &Window) -> String {
    let digest = Sha256::digest(window.checkin.as_bytes());
    let mut uid = instant(window.opens);
    uid.push('-');
    for byte in digest.iter().take(8) {
        let _ = write!(uid, "{byte:02x}");
    }
    uid.push_str("@tidebox");
    uid
}

/// A text value (RFC 5545 §3.3.11). Control characters, which it cannot hold, are left out; line ends are kept.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' | '\r' => out.push_str("\\n"),
            '\t' => out.push(c),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Adds a content line, folded between characters where it is too long.
fn fold(text: &str, out: &mut String) {
    let mut octets = 0;
    for c in text.chars() {
        if octets + c.len_utf8() > LINE_OCTETS {
            out.push_str("\r\n ");
            octets = 1;
        }
        octets += c.len_utf8();
        out.push(c);
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::{Window, ics};
    use crate::domain::schedule::Zone;
    use chrono::{DateTime, Duration, Utc};

    #[test]
    fn a_window_is_an_event() {
        let now: DateTime<Utc> = "2026-11-20T08:00:00Z".parse().unwrap();
        let opens = now + Duration::days(3);
        let window = Window {
            checkin: "tea, then mail".to_owned(),
            opens,
            closes: opens + Duration::minutes(45),
            zone: Zone::UTC,
        };
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            ics(&[window], now).replace("\r\n", "\n"),
            format!(
                "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//tidebox//tidebox {version}//EN\nBEGIN:VEVENT\n\
                 UID:20261123T080000Z-a5f2e81301e0594e@tidebox\nDTSTAMP:20261120T080000Z\n\
                 DTSTART:20261123T080000Z\nDTEND:20261123T084500Z\nSUMMARY:tea\\, then mail\n\
                 TRANSP:TRANSPARENT\nEND:VEVENT\nEND:VCALENDAR\n"
            )
        );
    }
}
