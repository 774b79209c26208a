//! A part of one message by itself: its header fields, its source, an attachment as text or as a picture; and its HTML for a
//! browser. The store returns only messages that may be shown.

use super::JobError;
use crate::domain::cluster::{clusters, width};
use crate::domain::ids::Id;
use crate::domain::limits::LETTER_LINES;
use crate::domain::printable::Printable;
use crate::domain::viewed::{PartContent, PartView, ViewedPart};
use crate::mail::{self, AttachedFile};
use crate::store::Store;

/// Columns from one tabulator stop to the next.
const TAB: usize = 8;

/// Lays a part out for a width in columns; a picture is made to fit the height, in rows, too.
///
/// # Errors
/// Where the message may not be shown, has no such attachment, or the attachment is neither text nor a picture.
pub fn view(store: &Store, id: Id, part: ViewedPart, size: (u16, u16)) -> Result<PartView, JobError> {
    let raw = store.original(id)?;
    let title = |name: &str| Printable::from(name);
    match part {
        ViewedPart::Headers => Ok(text(title("header fields"), &mail::header_text(&raw), false, size.0)),
        ViewedPart::Source => {
            let (source, more) = mail::source_text(&raw);
            Ok(text(title("source"), &source, more, size.0))
        }
        ViewedPart::Attachment(place) => attachment(&attached(&raw, place)?, size),
    }
}

/// The HTML of a message as a page for a browser.
///
/// # Errors
/// Where the message may not be shown, or has no HTML.
pub fn browser_page(store: &Store, id: Id) -> Result<String, JobError> {
    let raw = store.original(id)?;
    let subject = mail::parse(&raw).envelope.subject;
    mail::browser_page(&raw, Printable::from(subject).as_str()).ok_or_else(|| JobError::Wrong {
        what: "this message has no HTML".to_owned(),
        hint: "all of it is shown here".to_owned(),
    })
}

/// An attachment of a message.
///
/// # Errors
/// Where the message may not be shown, or has no such attachment.
pub fn attached_file(store: &Store, id: Id, place: usize) -> Result<AttachedFile, JobError> {
    attached(&store.original(id)?, place)
}

fn attached(raw: &[u8], place: usize) -> Result<AttachedFile, JobError> {
    mail::attached_file(raw, place).ok_or_else(|| JobError::Wrong {
        what: "there is no such attachment".to_owned(),
        hint: "the letter lists those that there are".to_owned(),
    })
}

fn attachment(file: &AttachedFile, (columns, rows): (u16, u16)) -> Result<PartView, JobError> {
    let title = Printable::file_name(&file.name);
    if let Some((words, more)) = file.text() {
        return Ok(text(title, &words, more, columns));
    }
    match mail::picture(&file.bytes, usize::from(columns), usize::from(rows)) {
        Ok(picture) => Ok(PartView { title, content: PartContent::Picture(picture), note: None }),
        Err(mail::PictureError::NoPicture) => Err(JobError::Wrong {
            what: format!("{title} is neither text nor a PNG, JPEG or GIF"),
            hint: "another program can open it, and it can be saved".to_owned(),
        }),
        Err(error) => Err(JobError::Wrong {
            what: format!("{title} is not shown: {error}"),
            hint: "another program can open it, and it can be saved".to_owned(),
        }),
    }
}

/// Lines are broken where they are too wide, and nothing in them is moved: columns and indentation stay.
fn text(title: Printable, text: &str, more: bool, columns: u16) -> PartView {
    let columns = usize::from(columns).max(2);
    let mut lines = Vec::new();
    let mut cut = more;
    for line in text.lines() {
        if lines.len() >= LETTER_LINES {
            cut = true;
            break;
        }
        pieces(&Printable::from(untabbed(line)), columns, &mut lines);
    }
    cut |= lines.len() > LETTER_LINES;
    lines.truncate(LETTER_LINES);
    let note = cut.then(|| Printable::from("this is the beginning: it is too long to be shown whole"));
    PartView { title, content: PartContent::Text(lines), note }
}

/// A line with spaces in place of its tabulators.
fn untabbed(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut column = 0;
    for letter in line.chars() {
        if letter == '\t' {
            let gap = TAB - column % TAB;
            out.extend(std::iter::repeat_n(' ', gap));
            column += gap;
        } else {
            out.push(letter);
            column += 1;
        }
    }
    out
}

fn pieces(line: &Printable, columns: usize, lines: &mut Vec<Printable>) {
    let whole = line.as_str();
    let (mut start, mut used) = (0, 0);
    for (at, cluster) in clusters(whole) {
        let wide = width(cluster);
        if used + wide > columns && lines.len() < LETTER_LINES {
            lines.push(Printable::from(whole.get(start..at).unwrap_or_default()));
            (start, used) = (at, 0);
        }
        used += wide;
    }
    lines.push(Printable::from(whole.get(start..).unwrap_or_default()));
}

#[cfg(test)]
mod tests {
    use super::{LETTER_LINES, PartContent, PartView, text};

    fn lines(view: &PartView) -> Vec<&str> {
        match &view.content {
            PartContent::Text(lines) => lines.iter().map(AsRef::as_ref).collect(),
            PartContent::Picture(_) => panic!("it is text"),
        }
    }

    #[test]
    fn lines_are_broken_and_keep_their_columns() {
        let view = text("t".into(), "\ta\n  indented twice\n\x1b[2J", false, 10);
        assert_eq!(lines(&view), ["        a", "  indented", " twice", "\u{FFFD}[2J"].to_vec());
    }

    #[test]
    fn what_is_very_long_ends_and_says_so() {
        let view = text("t".into(), &"x\n".repeat(LETTER_LINES + 5), false, 10);
        assert_eq!(view.rows(), LETTER_LINES);
        assert!(view.note.is_some());
        let view = text("t".into(), &"x".repeat(LETTER_LINES * 20), false, 10);
        assert!(view.rows() == LETTER_LINES && view.note.is_some());
        assert!(text("t".into(), "short", true, 10).note.is_some());
        assert_eq!(text("t".into(), "short", false, 10).note, None);
    }
}
