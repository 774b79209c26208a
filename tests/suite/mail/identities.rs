//! Holds `src/mail/fingerprint.rs`: the fingerprint of a message is for ever: were it another tomorrow, every letter of
//! every store would come once more.

use std::fs;
use std::path::Path;

use tidebox::mail;

const PINS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/mail/identities.txt");

/// `identities.txt` was written when fingerprints were first relied on. A line of it is never changed; messages that come
/// to the fixtures later get a line of their own (`TIDEBOX_WRITE=1` adds those that are missing).
#[test]
fn what_makes_two_copies_one_message_stays_as_it_was() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mail/nasty");
    let mut pins = fs::read_to_string(PINS).unwrap_or_default();
    let mut names: Vec<String> = fs::read_dir(folder.clone())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "eml"))
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort_unstable();
    let mut missing = Vec::new();
    for name in &names {
        let fingerprint: String = mail::fingerprint(&fs::read(folder.join(name)).unwrap())
            .0
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let pinned = pins.lines().find_map(|line| line.strip_prefix(name.as_str())?.strip_prefix(' '));
        match pinned {
            Some(pinned) => assert_eq!(fingerprint, pinned, "{name}"),
            None => missing.push(format!("{name} {fingerprint}\n")),
        }
    }
    if std::env::var_os("TIDEBOX_WRITE").is_some() {
        pins.extend(missing.drain(..));
        fs::write(PINS, &pins).unwrap();
    }
    assert!(missing.is_empty(), "not pinned yet: {missing:?}");
    assert!(pins.lines().count() >= 130, "{} are pinned", pins.lines().count());
}
