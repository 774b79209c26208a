//! Holds `src/store/search.rs`, `src/store/condition`, `src/domain/query`: forty queries, asked of notmuch in the same mail. What only
//! one of the two finds is listed with its reason in `fixtures/queries-beside-notmuch.jsonl`.
//!
//! The list has what notmuch found, so that the test needs the corpus and not notmuch. `TIDEBOX_WRITE=1 cargo test --test suite
//! beside_notmuch` asks notmuch anew and keeps the reasons; a difference without a reason fails, and so does one that is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tidebox::domain::words::fold;

use super::agreement::nth_of_mbox;
use crate::support::{Home, corpus};

const LIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/queries-beside-notmuch.jsonl");
/// A Monday morning before the first check-in.
const BEFORE: &str = "2024-01-08T08:00:00+01:00";

/// What is asked here, and what is asked of notmuch.
const QUERIES: [(&str, &str); 42] = [
    ("linux", "linux"),
    ("razor", "razor"),
    ("spamassassin", "spamassassin"),
    ("linux perl", "linux perl"),
    ("linux -perl", "linux and not perl"),
    ("linux or perl", "linux or perl"),
    ("(linux or perl) list", "(linux or perl) and list"),
    ("\"free software\"", "\"free software\""),
    ("\"click here\"", "\"click here\""),
    ("spam filter", "spam filter"),
    ("windows server", "windows server"),
    ("unsubscri*", "unsubscri*"),
    ("encod*", "encod*"),
    ("from:yahoo", "from:yahoo"),
    ("from:taint.org", "from:taint.org"),
    ("from:boingboing", "from:boingboing"),
    ("to:spamassassin", "to:spamassassin"),
    ("to:fork", "to:fork"),
    ("subject:re", "subject:re"),
    ("subject:perl", "subject:perl"),
    ("subject:\"test message\"", "subject:\"test message\""),
    ("subject:linux from:com", "subject:linux and from:com"),
    ("body:python", "body:python"),
    ("list:razor*", "List:razor*"),
    ("has:attachment", "tag:attachment"),
    ("has:attachment spam", "tag:attachment and spam"),
    ("date:2002-09-01..2002-09-10", "date:2002-09-01..2002-09-10"),
    ("date:2002-09-01..2002-09-10 linux", "date:2002-09-01..2002-09-10 and linux"),
    ("on:2002-09-06", "date:2002-09-06"),
    ("after:2002-10-01", "date:2002-10-01.."),
    ("before:2002-07-01", "date:..2002-06-30"),
    ("café", "café"),
    ("naive", "naive"),
    ("日本", "日本"),
    ("zoë", "zoë"),
    ("money", "money"),
    ("http", "http"),
    ("viagra or mortgage", "viagra or mortgage"),
    ("not the", "not the"),
    ("hello world", "hello world"),
    ("bug report", "bug report"),
    ("kernel -subject:re", "kernel and not subject:re"),
];

#[test]
fn forty_queries_find_what_they_find_beside_notmuch_or_it_is_known_why_not() {
    let Some(folder) = corpus() else { return };
    let home = Home::new();
    let maildir = home.path("Maildir");
    let raw = lay_out(&folder, &maildir);
    let added = home.run(BEFORE, &["add", "--history", "Maildir"]);
    assert!(added.code == 0, "{}", added.err);
    let listed: Vec<Value> =
        fs::read_to_string(LIST).unwrap_or_default().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let write = std::env::var_os("TIDEBOX_WRITE").is_some();
    let theirs = write.then(|| ask_notmuch(&home, &maildir));
    let known_there: BTreeSet<String> = match &theirs {
        Some((all, _)) => all.clone(),
        None => strings(&listed[0]["all"]),
    };
    let mut lines = vec![json!({ "all": known_there })];
    let mut failures = Vec::new();
    let mut equal = 0;
    for (place, (ours, notmuch)) in QUERIES.iter().enumerate() {
        let before = listed.iter().find(|it| it["query"] == *ours).cloned().unwrap_or_default();
        let there = match &theirs {
            Some((_, found)) => found[place].clone(),
            None => strings(&before["found"]),
        };
        let here = found_here(&home, ours);
        equal += usize::from(here == there);
        let reason = |id: &String, only: &str| match before[only][id].as_str() {
            Some(reason) if !reason.is_empty() => reason.to_owned(),
            _ if only == "only_here" && !known_there.contains(id) => "notmuch does not have this message".to_owned(),
            _ if only == "only_there" && found_here(&home, &widened(ours)).contains(id) => {
                "another form of the word, which notmuch takes for the same (stemming)".to_owned()
            }
            _ if !raw.contains_key(id) => "notmuch reads another Message-ID here".to_owned(),
            _ => raw.get(id).and_then(|raw| seen_reason(ours, only == "only_here", raw)).unwrap_or_default().to_owned(),
        };
        let differ = |one: &BTreeSet<String>, other: &BTreeSet<String>, only: &str| {
            one.difference(other).map(|id| (id.clone(), reason(id, only))).collect::<BTreeMap<_, _>>()
        };
        let (only_here, only_there) = (differ(&here, &there, "only_here"), differ(&there, &here, "only_there"));
        for (id, why) in only_here.iter().chain(&only_there) {
            if why.is_empty() {
                failures
                    .push(format!("{ours}: no reason for {id} ({})", if here.contains(id) { "here" } else { "there" }));
            }
        }
        let line = json!({
            "query": ours, "notmuch": notmuch, "found": there, "only_here": only_here, "only_there": only_there,
        });
        if !write && line != before {
            failures.push(format!("{ours}: what differs is not what the list says"));
        }
        lines.push(line);
    }
    if write {
        fs::write(LIST, lines.iter().map(|it| format!("{it}\n")).collect::<String>()).unwrap();
    }
    println!("{equal} of {} queries find the same", QUERIES.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn strings(value: &Value) -> BTreeSet<String> {
    value.as_array().into_iter().flatten().map(|it| it.as_str().unwrap().to_owned()).collect()
}

/// One file for each message of the corpus that has a Message-ID of its own.
fn lay_out(folder: &Path, maildir: &Path) -> BTreeMap<String, Vec<u8>> {
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(maildir.join(part)).unwrap();
    }
    let mut all = BTreeMap::new();
    for (number, line) in fs::read_to_string(folder.join("oracle.jsonl")).unwrap().lines().enumerate() {
        let message: Value = serde_json::from_str(line).unwrap();
        let path = message["path"].as_str().unwrap();
        let file = fs::read(folder.join(path)).unwrap();
        let raw = if path.contains(".mbox") { nth_of_mbox(&file, message["index"].as_u64().unwrap()) } else { file };
        let Some(id) = tidebox::mail::parse(&raw).envelope.message_id else { continue };
        all.entry(id).or_insert_with(|| {
            fs::write(maildir.join(format!("cur/{number}:2,S")), &raw).unwrap();
            raw
        });
    }
    all
}

/// Why only one of the two finds a message, where that can be seen in the message.
fn seen_reason(query: &str, here: bool, raw: &[u8]) -> Option<&'static str> {
    let parsed = tidebox::mail::parse(raw);
    let bytes = String::from_utf8_lossy(raw).to_lowercase();
    let has = |text: &str| bytes.contains(text);
    let date = bytes.lines().find_map(|line| line.strip_prefix("date:")).map(str::trim).unwrap_or_default();
    let plain_date = chrono::DateTime::parse_from_rfc2822(date).is_ok_and(|date| date.timestamp() > 0);
    let asks_for_date = ["date:", "on:", "after:", "before:"].iter().any(|field| query.contains(field));
    let text = format!("{} {} {}", parsed.envelope.subject, parsed.envelope.from.name, parsed.text).to_lowercase();
    let words = query.trim_matches('"');
    let query = query.replace(['(', ')'], "");
    Some(if asks_for_date && !plain_date {
        "its Date is missing or not as RFC 5322 has it, so that each reads another one"
    } else if here && query.contains("has:attachment") && !has("content-disposition: attachment") {
        "here a file counts that does not call itself an attachment; the tag of notmuch asks for that"
    } else if here && (!words.is_ascii() || words == "naive") && fold(&text).contains(&fold(words)) {
        if text.contains(words) {
            "here each character of a script without spaces is a word"
        } else {
            "here accents make no difference"
        }
    } else if has("text/html") {
        "each makes a text of HTML in its own way: what stands in tags, scripts and hidden parts, and which version is read"
    } else if has("message/rfc822") || has("message/delivery-status") || has("multipart/report") {
        "here the text of an attached message or report is read too"
    } else if query.contains("has:attachment") && has("-signature") {
        "the tag of notmuch leaves signatures out"
    } else if here && query.split(' ').any(|it| has(&format!("_{it}")) || has(&format!("{it}_"))) {
        "here an underscore parts words"
    } else {
        return None;
    })
}

fn found_here(home: &Home, query: &str) -> BTreeSet<String> {
    let mut arguments = vec!["search", "--all", "--"];
    arguments.push(query);
    let rows = home.json(BEFORE, &arguments);
    rows.iter().filter_map(|row| row["message_id"].as_str()).map(str::to_owned).collect()
}

/// The query with the beginnings of its words in place of them: an English word and its other forms begin alike.
fn widened(query: &str) -> String {
    let word = |word: &str| {
        let plain = word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_lowercase());
        if plain { format!("{}*", &word[..word.len().saturating_sub(2).max(3)]) } else { word.to_owned() }
    };
    query
        .replace('"', "")
        .split(' ')
        .map(|part| match part.split_once(':') {
            Some((field, value)) if matches!(field, "from" | "to" | "subject" | "body") => {
                format!("{field}:{}", word(value))
            }
            None => word(part),
            Some(_) => part.to_owned(),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Every Message-ID that notmuch knows, and those that it finds by each query.
fn ask_notmuch(home: &Home, maildir: &Path) -> (BTreeSet<String>, Vec<BTreeSet<String>>) {
    let config = home.path("notmuch-config");
    let text = format!(
        "[database]\npath={}\n[user]\nname=x\nprimary_email=x@example.org\n[new]\ntags=\n[maildir]\nsynchronize_flags=false\n[index]\n\
         header.List=List-Id\n",
        maildir.display()
    );
    fs::write(&config, text).unwrap();
    let ask = |arguments: &[&str]| {
        let out = Command::new("notmuch")
            .args(arguments)
            .env("NOTMUCH_CONFIG", &config)
            .env("TZ", "Europe/Berlin")
            .output()
            .unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8_lossy(&out.stdout).into_owned()
    };
    ask(&["new", "--quiet"]);
    let ids = |query: &str| {
        let found = ask(&["search", "--output=messages", "--exclude=false", query]);
        found.lines().filter_map(|line| line.strip_prefix("id:")).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    (ids("*"), QUERIES.iter().map(|(_, notmuch)| ids(notmuch)).collect())
}
