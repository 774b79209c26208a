//! Writing mboxrd: each message behind a `From ` line, with every body line that looks like one quoted, so that
//! reading it back gives the same bytes but for the line ends.

use std::io::{self, Write};

use chrono::{DateTime, Utc};

use super::header::field_name;

/// Writes one message. `sender` stands on the `From ` line; what is not fit for it is left out.
pub fn write(out: &mut impl Write, sender: &str, received: DateTime<Utc>, raw: &[u8]) -> io::Result<()> {
    let sender: String = sender.chars().filter(char::is_ascii_graphic).collect();
    let sender = if sender.is_empty() { "MAILER-DAEMON" } else { &sender };
    writeln!(out, "From {sender} {}", received.format("%a %b %e %H:%M:%S %Y"))?;
    // A separator is known by the header that follows it.
    let first = raw.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if !first.trim_ascii().is_empty() && field_name(first).is_none() {
        out.write_all(b"\n")?;
    }
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let unquoted = line.iter().skip_while(|byte| **byte == b'>').copied().take(5);
        if unquoted.eq(*b"From ") {
            out.write_all(b">")?;
        }
        out.write_all(line)?;
        out.write_all(b"\n")?;
    }
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::write;
    use chrono::DateTime;

    #[test]
    fn lines_that_look_like_the_next_message_are_quoted() {
        let mut out = Vec::new();
        write(&mut out, "a b@c", DateTime::UNIX_EPOCH, b"Subject: x\r\n\r\nFrom here\r\n>From there\r\nend").unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "From ab@c Thu Jan  1 00:00:00 1970\nSubject: x\n\n>From here\n>>From there\nend\n\n"
        );
    }
}
