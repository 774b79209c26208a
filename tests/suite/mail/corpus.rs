//! Holds `src/mail/parse.rs`, `src/mail/letter`, `src/mail/html`: real and hostile mail, read and laid out: nothing
//! breaks and nothing raw passes.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tidebox::domain::envelope::Envelope;
use tidebox::domain::ids::Id;
use tidebox::domain::letter::{Body, Letter};
use tidebox::domain::limits::LETTER_LINES;
use tidebox::domain::printable::{Printable, forbidden};
use tidebox::mail;

use crate::support::{corpus, on_a_small_stack};

fn nasty() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mail/nasty")
}

fn json_lines(path: &Path) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Everything of a letter that can reach a screen.
pub fn shown(letter: &Letter) -> String {
    let mut out = vec![letter.from_name.as_str(), letter.from_address.as_str(), letter.subject.as_str()];
    out.extend(letter.headers.iter().map(|(_, value)| value.as_str()));
    out.extend(letter.notes.iter().map(Printable::as_str));
    out.extend(letter.attachments.iter().flat_map(|it| [it.name.as_str(), it.kind.as_str()]));
    out.extend(
        letter
            .links
            .iter()
            .flat_map(|it| [Some(it.shown.as_str()), it.caution.as_ref().map(Printable::as_str)])
            .flatten(),
    );
    let lines: Vec<String> =
        letter.lines.iter().map(|line| line.spans.iter().map(|span| span.text.as_str()).collect()).collect();
    out.extend(lines.iter().map(String::as_str));
    out.join("\n")
}

/// Reads a message and lays it out in each way; checks what holds for every message.
fn read(raw: &[u8], name: &str) -> (Envelope, String) {
    let envelope = mail::parse(raw).envelope;
    assert_eq!(envelope.fingerprint, mail::fingerprint(raw), "{name}");
    let mut all = String::new();
    for (width, body) in [(80, None), (34, Some(Body::HtmlOfBoth)), (120, Some(Body::TextOfBoth))] {
        let letter = mail::letter(Id(1), raw, width, body);
        assert!(letter.lines.len() <= LETTER_LINES, "{name}: {} lines", letter.lines.len());
        for line in &letter.lines {
            let columns: usize = line.spans.iter().map(|span| span.text.width()).sum();
            assert!(columns <= usize::from(width), "{name}: {columns} of {width} columns: {line:?}");
        }
        let text = shown(&letter);
        assert!(!text.chars().any(|c| forbidden(c) && c != '\n'), "{name}: something raw passes");
        if body.is_none() {
            all = text;
        }
    }
    for place in 0..envelope.attachments.len().min(20) {
        let (file, _) = mail::attachment(raw, place).unwrap();
        assert!(!file.is_empty() && file.len() <= 160 && !file.starts_with(['-', '.', '~']), "{name}: {file:?}");
        assert!(!file.contains(['/', '\\']) && !file.chars().any(forbidden), "{name}: {file:?}");
    }
    (envelope, all)
}

#[test]
fn hostile_mail_is_shown_and_does_nothing() {
    on_a_small_stack(|| {
        let cases = json_lines(&nasty().join("cases.jsonl"));
        assert!(cases.len() >= 135);
        for case in &cases {
            let name = case["case"].as_str().unwrap();
            let raw = fs::read(nasty().join(case["file"].as_str().unwrap())).unwrap();
            let (envelope, text) = read(&raw, name);
            let texts =
                |key: &str| case[key].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect::<Vec<_>>();
            for must in texts("must") {
                assert!(text.contains(must), "{name}: {must:?} is missing in\n{text}");
            }
            for never in texts("must_not") {
                assert!(!text.contains(never), "{name}: {never:?} is shown");
            }
            assert!(envelope.to.len() <= 1_000 && envelope.references.len() <= 100, "{name}");
            assert!(envelope.message_id.as_deref() != Some(""), "{name}");
        }
    });
}

#[test]
fn what_is_wrong_with_a_message_is_told() {
    use tidebox::domain::defect::Defect::{
        Cut, Elsewhere, Empty, Encrypted, LooksLike, NoHeader, Repeated, UnreadableDate,
    };
    let defects = |name: &str| mail::parse(&fs::read(nasty().join(name)).unwrap()).envelope.defects;
    for (name, expected) in [
        ("M01-deep-multipart.eml", Cut("parts within parts")),
        ("M10-duplicate-headers.eml", Repeated("From")),
        ("M16-nested-comments.eml", UnreadableDate),
        ("M26b-date.eml", UnreadableDate),
        ("M30-external-body.eml", Elsewhere),
        ("M34-partial.eml", Elsewhere),
        ("M35-encrypted.eml", Encrypted),
        ("M20-no-separator.eml", Empty),
    ] {
        assert!(defects(name).contains(&expected), "{name}: {:?}", defects(name));
    }
    for name in ["U03-zero-width-domain.eml", "U04-homoglyph.eml", "U05-name-is-address.eml"] {
        assert!(defects(name).iter().any(|defect| matches!(defect, LooksLike(_))), "{name}");
    }
    assert!(!defects("R08-reply-to-differs.eml").contains(&NoHeader));
}

#[test]
fn one_id_with_two_texts_is_two_messages() {
    let of = |name: &str| mail::parse(&fs::read(nasty().join(name)).unwrap()).envelope;
    let (a, b) = (of("M27a-duplicate-mid.eml"), of("M27b-duplicate-mid.eml"));
    assert_eq!(a.message_id, b.message_id);
    assert_ne!(a.fingerprint, b.fingerprint);
}

#[test]
fn every_message_of_the_corpus_is_laid_out() {
    let Some(folder) = corpus() else { return };
    on_a_small_stack(move || {
        for kind in fs::read_dir(&folder).unwrap().map(|it| it.unwrap().path()).filter(|it| it.is_dir()) {
            for file in fs::read_dir(&kind).unwrap().map(|it| it.unwrap().path()) {
                if file.extension().is_some_and(|it| it == "eml") {
                    read(&fs::read(&file).unwrap(), &file.display().to_string());
                }
            }
        }
    });
}
