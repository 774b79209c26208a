//! Comparing the known copies of a folder with the files in it: which flags have changed, and which copies are missing.

use std::ops::ControlFlow;

use crate::domain::flags::Flags;
use crate::domain::found_copy::{Location, MailboxEvent};
use crate::source::{EventSink, SyncContext};

/// How many known copies are read from the store at once.
const PAGE: usize = 10_000;
/// Every key is smaller than this.
const LAST: &str = "\u{10ffff}";

/// A file in a folder: the unique part of its name, and its flags.
pub(super) struct ListedFile<'n> {
    pub key: &'n str,
    pub flags: Flags,
}

/// The result: which listed files are known, and which known copies are not listed.
pub(super) struct Compared {
    pub known: Vec<bool>,
    pub missing: Vec<String>,
}

/// Goes through the known copies beside a list that is sorted by key, and reports the flags that have changed. `None`
/// if the receiver ended the reading early.
pub(super) fn compare(
    folder: &str,
    names: &[ListedFile<'_>],
    since: &SyncContext<'_>,
    each: &mut EventSink<'_>,
) -> Option<Compared> {
    let mut compared = Compared { known: vec![false; names.len()], missing: Vec::new() };
    let mut place = 0;
    walk(folder, since, &mut |key, flags| {
        while names.get(place).is_some_and(|name| name.key < key) {
            place += 1;
        }
        let mut here = None;
        while let Some(name) = names.get(place).filter(|name| name.key == key) {
            if let Some(known) = compared.known.get_mut(place) {
                *known = true;
            }
            here = Some(name);
            place += 1;
        }
        let Some(name) = here else {
            compared.missing.push(key.to_owned());
            return ControlFlow::Continue(());
        };
        if flags.unwrap_or_default() == name.flags {
            return ControlFlow::Continue(());
        }
        let location = Location { folder: folder.to_owned(), key: key.to_owned() };
        each(MailboxEvent::Flags { location, flags: name.flags.clone() }.into())
    })?;
    Some(compared)
}

/// Reports every known copy of a folder as gone. `None` if the receiver ended the reading early.
pub(super) fn all_gone(folder: &str, since: &SyncContext<'_>, each: &mut EventSink<'_>) -> Option<()> {
    walk(folder, since, &mut |key, _| {
        let location = Location { folder: folder.to_owned(), key: key.to_owned() };
        each(MailboxEvent::Gone { location, sure: false }.into())
    })
}

fn walk(
    folder: &str,
    since: &SyncContext<'_>,
    one: &mut dyn FnMut(&str, Option<Flags>) -> ControlFlow<()>,
) -> Option<()> {
    let mut first = String::new();
    loop {
        let page = since.known.between(folder, &first, LAST, PAGE);
        let more = page.len() == PAGE;
        for (key, flags) in page {
            one(&key, flags).is_continue().then_some(())?;
            first = key;
        }
        if !more {
            return Some(());
        }
        first.push('\0');
    }
}
