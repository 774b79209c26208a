//! What several targets hold a letter to.

use std::panic;
use std::sync::Once;

use tidebox::domain::ids::Id;
use tidebox::domain::letter::{Body, Letter};
use tidebox::domain::limits::{LETTER_LINES, LINKS};
use tidebox::domain::printable::{Printable, forbidden};
use tidebox::mail;

/// The narrowest that a letter is laid out for.
const NARROWEST: u16 = 20;

/// A panic of ours ends the run at once. One of an outside library is caught where it is called, which is by design;
/// where it is not, it comes out here and ends the run as well.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let aborting = panic::take_hook();
        panic::set_hook(Box::new(move |it| {
            let outside = it.location().is_some_and(|place| place.file().contains("/registry/src/"));
            if !outside {
                aborting(it);
            }
        }));
    });
}

/// A message as every screen may want it: each width, each body; nothing forbidden, nothing wider than asked.
pub fn shown(raw: &[u8]) {
    for width in [1, 40, 80, 300] {
        for body in [None, Some(Body::Text), Some(Body::Html)] {
            let letter = mail::letter(Id(1), raw, width, body);
            fits(&letter, width.max(NARROWEST));
            if width == 80 && body.is_none() {
                for place in 0..letter.attachments.len().min(4) {
                    let (name, _) = mail::attachment(raw, place).expect("what is listed can be taken out");
                    assert!(!name.is_empty() && !name.starts_with(['.', '-', '~']), "{name:?}");
                    assert!(!name.contains(['/', '\\', '\0', '\n', '\u{1b}']), "{name:?}");
                    assert!(name.len() <= 255, "{name:?}");
                }
            }
        }
    }
}

fn fits(letter: &Letter, width: u16) {
    assert!(letter.lines.len() <= LETTER_LINES + 2, "{} lines", letter.lines.len());
    assert!(letter.links.len() <= LINKS);
    for line in &letter.lines {
        let columns: usize = line.spans.iter().map(|span| span.text.width()).sum();
        assert!(columns <= usize::from(width), "{columns} columns of {width}: {line:?}");
        line.spans.iter().for_each(|span| clean(&span.text));
    }
    let headers = letter.headers.iter().map(|(_, value)| value);
    let links = letter.links.iter().flat_map(|link| std::iter::once(&link.shown).chain(&link.caution));
    let attachments = letter.attachments.iter().flat_map(|one| [&one.name, &one.kind]);
    [&letter.from_name, &letter.from_address, &letter.subject]
        .into_iter()
        .chain(headers)
        .chain(links)
        .chain(attachments)
        .chain(&letter.notes)
        .for_each(clean);
}

fn clean(text: &Printable) {
    assert!(!text.as_str().chars().any(forbidden), "{text:?}");
}
