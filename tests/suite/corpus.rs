//! Real and hostile mail, read and laid out: nothing breaks, nothing raw passes, and facts agree with other programs'.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tidebox::domain::arrival::Arrival;
use tidebox::domain::ids::Id;
use tidebox::domain::letter::{Body, Letter};
use tidebox::domain::limits::LETTER_LINES;
use tidebox::domain::printable::{Printable, forbidden};
use tidebox::mail;

/// Small, as the threads are on which mail is read.
const STACK: usize = 2 * 1024 * 1024;

fn nasty() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mail/nasty")
}

/// The larger set beside the project, where it is there: `TIDEBOX_CORPUS`, or `../shared/corpus/dev`.
fn shared() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/dev");
    let named = std::env::var_os("TIDEBOX_CORPUS").map(PathBuf::from);
    named.into_iter().chain([beside]).find(|folder| folder.join("oracle.jsonl").is_file())
}

fn on_a_small_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap().join().unwrap()
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
fn read(raw: &[u8], name: &str) -> (Arrival, String) {
    let arrival = mail::parse(raw.to_vec());
    assert_eq!(arrival.raw, raw, "{name}: the original bytes");
    assert_eq!(arrival.identity, mail::identity(raw), "{name}");
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
    for place in 0..arrival.attachments.len().min(20) {
        let (file, _) = mail::attachment(raw, place).unwrap();
        assert!(!file.is_empty() && file.len() <= 160 && !file.starts_with(['-', '.', '~']), "{name}: {file:?}");
        assert!(!file.contains(['/', '\\']) && !file.chars().any(forbidden), "{name}: {file:?}");
    }
    (arrival, all)
}

#[test]
fn hostile_mail_is_shown_and_does_nothing() {
    on_a_small_stack(|| {
        let cases = json_lines(&nasty().join("cases.jsonl"));
        assert!(cases.len() >= 135);
        for case in &cases {
            let name = case["case"].as_str().unwrap();
            let raw = fs::read(nasty().join(case["file"].as_str().unwrap())).unwrap();
            let (arrival, text) = read(&raw, name);
            let texts =
                |key: &str| case[key].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect::<Vec<_>>();
            for must in texts("must") {
                assert!(text.contains(must), "{name}: {must:?} is missing in\n{text}");
            }
            for never in texts("must_not") {
                assert!(!text.contains(never), "{name}: {never:?} is shown");
            }
            assert!(arrival.to.len() <= 1_000 && arrival.references.len() <= 100, "{name}");
            assert!(arrival.message_id.as_deref() != Some(""), "{name}");
        }
    });
}

#[test]
fn what_is_wrong_with_a_message_is_told() {
    use tidebox::domain::defect::Defect::{
        Cut, Elsewhere, Empty, Encrypted, LooksLike, NoHeader, Repeated, UnreadableDate,
    };
    let defects = |name: &str| mail::parse(fs::read(nasty().join(name)).unwrap()).defects;
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
    let of = |name: &str| mail::parse(fs::read(nasty().join(name)).unwrap());
    let (a, b) = (of("M27a-duplicate-mid.eml"), of("M27b-duplicate-mid.eml"));
    assert_eq!(a.message_id, b.message_id);
    assert_ne!(a.identity, b.identity);
}

#[test]
fn the_facts_agree_with_other_programs() {
    let Some(folder) = shared() else { return };
    let figures = on_a_small_stack(move || compare(&folder));
    for (fact, (equal, all, others)) in &figures {
        println!("{fact}: {equal} of {all} agree");
        for it in others {
            println!("    {it}");
        }
        assert!(equal * 1000 >= all * 990, "{fact}: only {equal} of {all} agree");
    }
}

type Figures = BTreeMap<&'static str, (usize, usize, Vec<String>)>;

fn compare(folder: &Path) -> Figures {
    let mut figures = Figures::new();
    for fact in json_lines(&folder.join("oracle.jsonl")) {
        let path = fact["path"].as_str().unwrap();
        let index = usize::try_from(fact["index"].as_u64().unwrap()).unwrap();
        let file = fs::read(folder.join(path)).unwrap();
        let raw = if path.contains(".mbox") { nth_of_mbox(&file, index) } else { file };
        let (arrival, _) = read(&raw, path);
        let narrow = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let date = arrival.date.map(|date| date.format("%Y-%m-%dT%H:%M:%SZ").to_string());
        for (name, ours) in [
            ("message_id", arrival.message_id.clone()),
            ("subject", Some(narrow(&arrival.subject))),
            ("date_utc", date),
            ("from_addr", Some(arrival.from.address.to_lowercase())),
        ] {
            let Some(theirs) = fact["consensus"][name].as_str() else { continue };
            let theirs = if name == "from_addr" { theirs.to_lowercase() } else { narrow(theirs) };
            let entry = figures.entry(name).or_default();
            entry.1 += 1;
            if ours.as_deref() == Some(theirs.as_str()) {
                entry.0 += 1;
            } else {
                entry.2.push(format!("{path} {index}: {ours:?}, others say {theirs:?}"));
            }
        }
    }
    figures
}

/// One message of an mboxrd file, split the simplest way: the reader of mboxes has tests of its own.
fn nth_of_mbox(file: &[u8], index: usize) -> Vec<u8> {
    let mut messages: Vec<Vec<u8>> = Vec::new();
    for line in file.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b"From ") {
            messages.push(Vec::new());
        } else if let Some(message) = messages.last_mut() {
            let quotes = line.iter().take_while(|byte| **byte == b'>').count();
            let quoted = quotes > 0 && line[quotes..].starts_with(b"From ");
            message.extend_from_slice(if quoted { &line[1..] } else { line });
        }
    }
    messages.swap_remove(index)
}
