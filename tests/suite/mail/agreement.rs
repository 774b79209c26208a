//! Holds `src/mail`: what other programs read in the same mail: Python's email, notmuch and mu, over the corpus beside
//! the project.
//!
//! Where two of the three agree, so do we, or `fixtures/corpus-differences.jsonl` says why not. Attachments are
//! compared with Python's, threads with notmuch's. The list is exact: a difference that it has not fails, and so does
//! one that is gone. `TIDEBOX_WRITE=1 cargo test --test suite agreement` writes it anew, with the reasons it had; a new
//! line fails until someone has written its reason, and whether theirs is wrong (`theirs`) or both can be (`neither`).
//! notmuch and mu read with one library, so that two who agree may be one who errs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tidebox::domain::envelope::Envelope;
use tidebox::mail;

use crate::support::{Home, corpus, on_a_small_stack};

const LIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/corpus-differences.jsonl");

/// Messages of threads in which the other program joins conversations that have nothing to do with each other, how many they
/// are, and why.
const JOINED_THERE: [(&str, usize, &str); 2] = [
    (
        "20020917165028.4F4EA16F03@spamassassin.taint.org",
        2,
        "`In-Reply-To: Message from Gary … <garym@canada.com> of …` in both: the address is taken for an id",
    ),
    ("456@example.com", 2, "the Message-ID that it answers is that of several letters, which are about other things"),
];

/// A Monday morning before the first check-in.
const BEFORE: &str = "2024-01-08T08:00:00+01:00";

/// Of a value that differs, so many letters are listed, from the first that differs.
const LISTED: usize = 8;

/// How many values were compared and how many were equal, by fact.
#[derive(Default)]
struct Tally {
    all: BTreeMap<&'static str, usize>,
    equal: BTreeMap<&'static str, usize>,
    /// By file, place in it, and fact: what we say and what the others say.
    different: BTreeMap<(String, u64, &'static str), (String, String)>,
    files: BTreeSet<String>,
}

impl Tally {
    fn compare(&mut self, at: (&str, u64), fact: &'static str, ours: &str, theirs: &str) {
        *self.all.entry(fact).or_default() += 1;
        if ours == theirs {
            *self.equal.entry(fact).or_default() += 1;
        } else {
            self.different.insert((at.0.to_owned(), at.1, fact), (ours.to_owned(), theirs.to_owned()));
        }
    }
}

#[test]
fn facts_equal_those_of_other_programs_or_it_is_known_why_not() {
    let Some(folder) = corpus() else { return };
    let tally = on_a_small_stack(move || compare(&folder));
    let listed: Vec<Value> =
        fs::read_to_string(LIST).unwrap_or_default().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let known = |file: &str, index: u64, fact: &str, key: &str| {
        let entry = listed.iter().find(|it| it["file"] == file && it["index"] == index && it["fact"] == fact);
        entry.and_then(|it| it[key].as_str()).unwrap_or_default().to_owned()
    };
    let found: Vec<Value> = tally
        .different
        .iter()
        .map(|((file, index, fact), (ours, theirs))| {
            let (ours, theirs) = from_the_first_difference(ours, theirs);
            let (fault, why) = (known(file, *index, fact, "fault"), known(file, *index, fact, "why"));
            json!({"file": file, "index": index, "fact": fact, "ours": ours, "theirs": theirs, "fault": fault, "why": why})
        })
        .collect();
    if std::env::var_os("TIDEBOX_WRITE").is_some() {
        fs::write(LIST, found.iter().map(|it| format!("{it}\n")).collect::<String>()).unwrap();
    }
    for (fact, all) in &tally.all {
        let equal = tally.equal.get(fact).copied().unwrap_or_default();
        let fault = found.iter().filter(|it| it["fact"] == *fact && it["fault"] == "theirs").count();
        println!("{fact}: {equal} of {all} equal, {fault} where theirs is known to be wrong");
        let least = if *fact == "attachments" { 940 } else { 995 };
        assert!((equal + fault) * 1000 >= all * least, "{fact}: only {equal} of {all} are equal");
    }
    for it in &found {
        assert!(listed.contains(it), "a difference that is not listed, or not like this:\n{it}");
        assert_ne!(it["why"], "", "a difference without a reason:\n{it}");
        assert!(["theirs", "neither"].contains(&it["fault"].as_str().unwrap()), "whose fault is it?\n{it}");
    }
    for it in listed.iter().filter(|it| tally.files.contains(it["file"].as_str().unwrap())) {
        assert!(found.contains(it), "this difference is gone:\n{it}");
    }
}

/// What differs, with nothing around it: values are long, and some are not fit to be repeated.
fn from_the_first_difference(ours: &str, theirs: &str) -> (String, String) {
    let same = ours.chars().zip(theirs.chars()).take_while(|(a, b)| a == b).count();
    let rest = |text: &str| text.chars().skip(same).take(LISTED).collect();
    (rest(ours), rest(theirs))
}

fn compare(folder: &Path) -> Tally {
    let mut tally = Tally::default();
    for oracle in fs::read_to_string(folder.join("oracle.jsonl")).unwrap().lines() {
        let oracle: Value = serde_json::from_str(oracle).unwrap();
        let path = oracle["path"].as_str().unwrap();
        let index = oracle["index"].as_u64().unwrap();
        let file = fs::read(folder.join(path)).unwrap();
        let raw = if path.contains(".mbox") { nth_of_mbox(&file, index) } else { file };
        let envelope = mail::parse(&raw).envelope;
        tally.files.insert(path.to_owned());
        for (fact, ours) in facts(&envelope) {
            if let Some(theirs) = oracle["consensus"][fact].as_str() {
                let theirs = if fact == "from_addr" { theirs.to_lowercase() } else { narrow(theirs) };
                tally.compare((path, index), fact, &ours, &theirs);
            }
        }
        if let Some(theirs) = oracle["py"]["attachments"].as_array() {
            let ours = envelope.attachments.iter().zip(0..).map(|(it, place)| {
                // Python has no size for an attached message.
                let sized = theirs.get(place).is_none_or(|it| !it["size"].is_null());
                listed(&it.name, &it.kind, sized.then_some(it.size))
            });
            let theirs = theirs.iter().map(|it| {
                listed(it["name"].as_str().unwrap_or_default(), it["type"].as_str().unwrap(), it["size"].as_u64())
            });
            let (ours, theirs) = (ours.collect::<Vec<_>>().join(", "), theirs.collect::<Vec<_>>().join(", "));
            tally.compare((path, index), "attachments", &ours, &theirs);
        }
    }
    tally
}

fn facts(envelope: &Envelope) -> [(&'static str, String); 4] {
    [
        ("message_id", envelope.message_id.clone().unwrap_or_default()),
        ("subject", narrow(&envelope.subject)),
        ("date_utc", envelope.date.map(|date| date.format("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default()),
        ("from_addr", envelope.from.address.to_lowercase()),
    ]
}

fn narrow(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn listed(name: &str, kind: &str, size: Option<u64>) -> String {
    format!("{kind} {:?} {}", narrow(name), size.map_or_else(|| "-".to_owned(), |size| size.to_string()))
}

/// One message of an mboxrd file, split the simplest way: the reader of mboxes has tests of its own.
pub(super) fn nth_of_mbox(file: &[u8], index: u64) -> Vec<u8> {
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
    messages.swap_remove(usize::try_from(index).unwrap())
}

#[test]
fn threads_are_those_of_another_program() {
    let Some(folder) = corpus() else { return };
    let home = Home::new();
    let mut arguments = vec!["add".to_owned(), "--all".to_owned()];
    arguments.extend(places(&folder).iter().map(|path| path.display().to_string()));
    // One of the folders has a file that only tells of its messages; its lines are refused, and everything else is taken in.
    let added = home.run(BEFORE, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(added.code == 0 || added.err.contains("everything else was taken in"), "{}", added.err);
    let mut ours: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in home.sqlite("SELECT message_id, thread FROM message WHERE message_id IS NOT NULL").lines() {
        let (id, thread) = line.rsplit_once('|').unwrap();
        ours.entry(id.to_owned()).or_default().insert(thread.to_owned());
    }
    let mut owners: BTreeMap<String, u64> = BTreeMap::new();
    let (mut compared, mut unknown) = (0, 0);
    for line in fs::read_to_string(folder.join("threads.jsonl")).unwrap().lines() {
        let theirs: Value = serde_json::from_str(line).unwrap();
        let ids = theirs["messages"].as_object().unwrap().keys();
        // What has no Message-ID has one made up there.
        let named: Vec<&String> = ids.filter(|id| !id.starts_with("notmuch-sha1-")).collect();
        let known: Vec<&BTreeSet<String>> = named.iter().filter_map(|id| ours.get(*id)).collect();
        unknown += named.len() - known.len();
        compared += known.len();
        let threads: BTreeSet<&String> = known.into_iter().flatten().collect();
        let known = JOINED_THERE.iter().find(|(id, ..)| named.iter().any(|named| named == id));
        let most = known.map_or(1, |(_, most, _)| *most);
        assert!(threads.len() <= most, "one thread there is {} here: {named:?}", threads.len());
        assert!(threads.len() == most || known.is_none(), "this difference is gone: {known:?}");
        for thread in &threads {
            let number = theirs["thread"].as_u64().unwrap();
            let owner = *owners.entry((**thread).clone()).or_insert(number);
            assert_eq!(owner, number, "two threads there are one here: {named:?}");
        }
    }
    println!("threads: {compared} messages in {} threads, {unknown} with another Message-ID", owners.len());
    assert!(unknown * 100 <= compared, "{unknown} of {compared} Message-IDs are not ours");
}

/// Folders of single messages, and mbox files.
fn places(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_dir() {
            continue;
        }
        let files: Vec<PathBuf> = fs::read_dir(&path).unwrap().map(|file| file.unwrap().path()).collect();
        let ends = |file: &&PathBuf, ending: &str| file.extension().is_some_and(|it| it == ending);
        all.extend(files.iter().filter(|file| ends(file, "mbox")).cloned());
        if files.iter().any(|file| ends(&file, "eml")) {
            all.push(path);
        }
    }
    all.sort();
    all
}
