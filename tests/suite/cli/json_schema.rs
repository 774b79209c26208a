//! Holds `src/cli/json_schema`, `src/cli/json.rs`, `src/cli/json`: a day is walked with messages of many shapes, and more than a
//! thousand lines that commands print with `--json` are as the schemas say; so is what stands on standard error.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use tidebox::domain::outbox::DepartureTime;
use tidebox::store::{StagedRevision, Store};

use crate::support::json_schema::validate;
use crate::support::servers::scripts::SievePeer;
use crate::support::{CONFIG, Home, lines};

const CLOSED: &str = "2026-11-23T08:30:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
const AFTER: &str = "2026-11-23T11:30:00+01:00";

/// More of the configuration: lanes, bundles, an exception, a feed that is not there.
const MORE: &str = r#"
[[identity]]
address = "writer@home.example"
send = { command = "sendmail" }

[[source]]
name = "home"
kind = "maildir"
path = "Maildir"
[[source]]
name = "lines"
kind = "jsonl"
path = "nowhere.jsonl"
[[exception]]
name = "urgent"
match = "subject:urgent"
limit = "9 per day"
[[lane]]
name = "notices"
match = "subject:build"
bundle = ["sender", "subject"]
[trial]
schedule = "9:00"
since = 2025-01-06
until = 2025-01-19
[[view]]
name = "boss"
query = "from:ann"
[[identity]]
address = "me@example.org"
send = { command = "true" }
sent_copy = "none"
"#;

/// The schemas, the lines that were compared with each, and what did not fit.
struct Compared {
    schemas: BTreeMap<String, Value>,
    counts: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

impl Compared {
    fn of(home: &Home) -> Self {
        let printed = home.run(CLOSED, &["json-schema"]);
        assert_eq!(printed.code, 0, "{}", printed.err);
        let schemas =
            lines(&printed.out).into_iter().map(|it| (it["title"].as_str().unwrap().to_owned(), it)).collect();
        Self { schemas, counts: BTreeMap::new(), wrong: Vec::new() }
    }

    fn take(&mut self, name: &str, text: &str, of: &str) {
        let schema = self.schemas.get(name).unwrap_or_else(|| panic!("{name} has no schema"));
        for line in text.lines() {
            let value: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{of}: {error}: {line}"));
            *self.counts.entry(name.to_owned()).or_default() += 1;
            if let Err(what) = validate(schema, schema, &value, name) {
                self.wrong.push(format!("{of}: {what}"));
            }
        }
    }

    /// Runs a command, and compares what it prints, on both outputs.
    fn run(&mut self, home: &Home, at: &str, name: &str, arguments: &[&str]) -> Vec<Value> {
        let all = [&["--json"], arguments].concat();
        let ran = home.run(at, &all);
        self.take(name, &ran.out, &all.join(" "));
        for line in ran.err.lines().filter(|line| line.starts_with('{')) {
            let kind =
                ["error", "note", "progress"].into_iter().find(|kind| line.starts_with(&format!("{{\"{kind}\"")));
            let kind = kind.unwrap_or_else(|| panic!("{all:?}: {line}"));
            self.take(if kind == "error" { "failure" } else { kind }, line, &all.join(" "));
        }
        lines(&ran.out)
    }
}

/// A letter of a kind that its number chooses: lists, threads, attachments, invitations, broken headers, other scripts.
fn mail(number: u32) -> String {
    let minute = number % 60;
    let mut fields = format!("Message-ID: <{number}@example.org>\r\nTo: me@example.org, Ben <ben@example.org>\r\n");
    let (mut subject, mut kind, mut body) =
        (format!("Matter {number}"), "text/plain; charset=utf-8".to_owned(), "Text.".to_owned());
    match number % 11 {
        0 => fields.push_str("List-Id: <plans.example.org>\r\nList-Post: <mailto:plans@example.org>\r\nList-Unsubscribe: <https://lists.example.org/leave>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"),
        1 => write!(fields, "In-Reply-To: <{}@example.org>\r\nReferences: <{}@example.org>\r\n", number - 1, number - 1).unwrap(),
        2 => {
            kind = String::from("multipart/mixed; boundary=b");
            body = String::from("--b\r\n\r\nSee https://example.org/x\r\n--b\r\nContent-Type: application/pdf; name=plan.pdf\r\nContent-Disposition: attachment; filename=plan.pdf\r\n\r\nx\r\n--b--");
        }
        3 => subject = String::from("=?utf-8?B?5p2l5LqG?= \u{1b}[31m"),
        4 => subject = format!("build main failed #{number}"),
        5 => {
            kind = String::from("text/calendar; method=REQUEST");
            body = format!(
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:{number}@example.org\r\nDTSTAMP:20261120T100000Z\r\n\
                 DTSTART;TZID=Europe/Berlin:20261124T1{}0000\r\nDTEND;TZID=Europe/Berlin:20261124T180000\r\nSUMMARY:Meeting {number}\r\n\
                 ORGANIZER:mailto:ann@example.org\r\nATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:me@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR",
                number % 7
            );
        }
        6 => subject = String::from("urgent: call me"),
        7 => return format!("From: broken\r\nDate: no date\r\n\r\nText {number}.\r\n"),
        8 => {
            kind = String::from("text/html");
            body = String::from("<p>Hello <a href=\"https://other.example/x\">https://bank.example</a><span style=\"display:none\">no</span>");
        }
        _ => {}
    }
    format!(
        "From: Ann {number} <ann@example.org>\r\nSubject: {subject}\r\nDate: Mon, 23 Nov 2026 06:{minute:02}:00 +0100\r\n{fields}Content-Type: {kind}\r\n\r\n{body}\r\n"
    )
}

fn ids(messages: &[Value]) -> Vec<String> {
    messages.iter().map(|message| message["id"].to_string()).collect()
}

/// Before a check-in: what is held, expected, paused, let through.
fn before(home: &Home, compared: &mut Compared) {
    compared.run(home, CLOSED, "init", &["init"]);
    compared.run(home, CLOSED, "begin", &["begin"]);
    compared.run(home, CLOSED, "expect", &["expect", "from:zoe", "--until", "18:00"]);
    compared.run(home, CLOSED, "sync", &["sync"]);
    compared.run(home, CLOSED, "add", &["add", "letters"]);
    compared.run(home, CLOSED, "ask", &["ask", "from:ann"]);
    compared.run(home, CLOSED, "ask", &["ask", "from:nobody"]);
    compared.run(home, CLOSED, "pause", &["pause", "--skip"]);
    compared.run(home, CLOSED, "status", &["status", "--counts"]);
    compared.run(home, CLOSED, "pause", &["pause", "10m"]);
    compared.run(home, CLOSED, "pause", &["pause", "--end"]);
    compared.run(home, CLOSED, "code", &["code"]);
    let through = compared.run(home, CLOSED, "queue", &["queue", "--exceptions"]);
    let through = ids(&through);
    compared.run(home, CLOSED, "rate", &["rate", "useful", &through[0]]);
    compared.run(home, CLOSED, "decide", &["decide", "done", &through[0], "--exceptions"]);
    compared.run(home, CLOSED, "commit", &["commit", "--exceptions"]);
    compared.run(home, CLOSED, "peek", &["peek", "--reason", "a train"]);
    let peeked = compared.run(home, CLOSED, "peek", &["peek"]);
    if let Some(id) = ids(&peeked).first() {
        compared.run(home, CLOSED, "peek", &["peek", "--show", id]);
    }
    compared.run(home, CLOSED, "peek", &["peek", "--log"]);
    compared.run(home, CLOSED, "checkins", &["checkins", "--days", "60"]);
    compared.run(home, CLOSED, "hours", &["hours"]);
    compared.run(home, CLOSED, "month", &["month"]);
    compared.run(home, CLOSED, "month", &["month", "2026-10"]);
    compared.run(home, CLOSED, "month", &["month", "--svg", "month.svg"]);
    compared.run(home, CLOSED, "trial", &["trial"]);
    compared.run(home, CLOSED, "whatif", &["whatif"]);
    compared.run(home, CLOSED, "whatif", &["whatif", "9:00", "13:00"]);
}

/// A check-in: each message is shown and asked about, and decided about in turn.
fn during(home: &Home, compared: &mut Compared) -> Vec<String> {
    let begun = compared.run(home, OPEN, "begin", &["begin"]);
    let batch = ids(&begun);
    let of_list =
        begun.iter().find(|message| message["list"].is_string()).expect("a message of a list")["id"].to_string();
    compared.run(home, OPEN, "unsubscribe", &["unsubscribe", "--unvouched", &of_list]);
    // Those that a later message has changed cannot be answered.
    let invited = ids(&compared.run(home, OPEN, "search", &["search", "has:invite"]));
    let answer =
        |id: &String| ["answer-invitation", id.as_str(), "tentative", "--comment", "perhaps"].map(str::to_owned);
    let answered = invited.iter().any(|id| {
        let words = answer(id);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        !compared.run(home, OPEN, "answer-invitation", &words).is_empty()
    });
    assert!(answered, "one of {} invitations is answered", invited.len());
    // No request is to be sent from here.
    compared.run(home, OPEN, "unsubscribe", &["unsubscribe", "--stay", &of_list]);
    assert!(batch.len() > 100, "{}", batch.len());
    for id in batch.iter().take(40) {
        compared.run(home, OPEN, "show", &["show", id]);
        compared.run(home, OPEN, "why", &["why", id]);
    }
    for id in batch.iter().take(6) {
        compared.run(home, OPEN, "rule", &["rule", id]);
    }
    let verbs = ["done", "trash", "defer", "later", "mute", "spam", "skip"];
    for (id, verb) in batch.iter().take(60).zip(verbs.iter().cycle()) {
        compared.run(home, OPEN, "decide", &["decide", verb, id]);
    }
    compared.run(home, OPEN, "undo", &["undo"]);
    compared.run(home, OPEN, "redo", &["redo"]);
    compared.run(home, OPEN, "queue", &["queue"]);
    compared.run(home, OPEN, "status", &["status"]);
    compared.run(home, OPEN, "commit", &["commit"]);
    batch
}

/// After it: what is deferred, muted, reopened, and what scripts ask for.
fn after(home: &Home, compared: &mut Compared, batch: &[String]) {
    let deferred = ids(&compared.run(home, AFTER, "deferred", &["deferred"]));
    compared.run(home, AFTER, "reschedule", &["reschedule", &deferred[0], "--to", "week"]);
    compared.run(home, AFTER, "wake", &["wake", &deferred[1]]);
    compared.run(home, AFTER, "muted", &["muted"]);
    let muted = ids(&compared.run(home, AFTER, "search", &["search", "is:muted"]));
    compared.run(home, AFTER, "unmute", &["unmute", &muted[0]]);
    compared.run(home, AFTER, "reopen", &["reopen", &batch[0]]);
    compared.run(home, AFTER, "journal", &["journal", "--all"]);
    compared.run(home, AFTER, "journal", &["journal", "--retry"]);
    compared.run(home, AFTER, "journal", &["journal", "--hold-returned"]);
    compared.run(home, AFTER, "search", &["search", "--all", "*"]);
    compared.run(home, AFTER, "search", &["search", "--limit", "3", "*"]);
    compared.run(home, AFTER, "export", &["export"]);
    compared.run(home, AFTER, "release", &["release"]);
    compared.run(home, AFTER, "check", &["check", "--offline"]);
    compared.run(home, AFTER, "backup", &["backup", "copy.db"]);
    compared.run(home, AFTER, "account providers", &["account", "providers"]);
    compared.run(home, AFTER, "account folders", &["account", "folders"]);
    let table = ["account", "add", "me@gmail.com", "--password-env", "NONE", "--print"];
    compared.run(home, AFTER, "account add", &table);
    compared.run(home, AFTER, "service status", &["service", "status", "--manager", "systemd"]);
    compared.run(home, AFTER, "matter", &["matter"]);
    compared.run(home, AFTER, "forget", &["forget", "--facts", "--yes"]);
    compared.run(home, AFTER, "expect", &["expect", "--list"]);
    compared.run(home, AFTER, "expect", &["expect", "--revoke", "1"]);
    let waybar = home.run(AFTER, &["status", "--format", "waybar"]);
    compared.take("status waybar", &waybar.out, "status --format waybar");
    compared.run(home, AFTER, "search", &["search", "a:b("]);
    let (peer, settings) = (SievePeer::start(|_| None), std::fs::read_to_string(home.path("config.toml")).unwrap());
    home.write(
        "config.toml",
        format!(
            "{settings}\n[[source]]\nname = \"far\"\nkind = \"imap\"\nhost = \"127.0.0.1\"\nsecurity = \"none\"\nuser = \"me\"\n\
             password = {{ command = \"echo secret\" }}\n[hours]\nupload = {{ source = \"far\", port = {} }}\n",
            peer.port
        ),
    );
    for more in [&[][..], &["--remove"], &["--remove"]] {
        compared.run(home, AFTER, "hours upload", &[&["hours", "--upload", "sieve"], more].concat());
    }
    home.write("config.toml", "mouse = 3\n[[checkin]]\nname = 1\n");
    compared.run(home, AFTER, "check", &["check", "--offline"]);
    compared.run(home, AFTER, "status", &["status"]);
}

/// The outbox: a message that waits, one that is due and cannot be sent, since nobody sends as its sender, and one of which nobody
/// can say whether it left.
fn outbox(home: &Home, compared: &mut Compared) {
    let now = OPEN.parse().unwrap();
    let mut store = Store::open(&home.store()).unwrap();
    let mut stage = |leaving| {
        let id = store.new_draft(None, "To: ann@x.example\nSubject: s\n\nText.\n", now).unwrap();
        let revision = StagedRevision {
            message_id: format!("{id}@home.example"),
            sender: "me@home.example".to_owned(),
            recipients: vec!["ann@x.example".to_owned()],
            bytes: b"Date: x\r\n\r\n".to_vec(),
        };
        store.stage(id, &revision, leaving, None, now).unwrap();
        id
    };
    let text = home.write("text.txt", "Text.\n").display().to_string();
    let body = ["--to", "ann@x.example", "--subject", "s", "--body", text.as_str()];
    let first = home.json(OPEN, &["search", "--limit", "1", "from:ann"])[0]["id"].to_string();
    let answer =
        compared.run(home, OPEN, "reply", &["reply", &first, "--anyway", "--body", &text])[0]["id"].to_string();
    compared.run(home, OPEN, "addresses", &["addresses"]);
    compared.run(home, OPEN, "outbox remind", &["outbox", "remind", &answer, "tomorrow"]);
    compared.run(home, OPEN, "forward", &["forward", &first, "--anyway", "--to", "ann@x.example", "--body", &text]);
    compared.run(home, OPEN, "compose", &[&["compose"], &body[..]].concat());
    home.run(OPEN, &[&["compose", "--leaves", "whenever"], &body[..]].concat());
    let draft = compared.run(home, OPEN, "drafts", &["drafts"])[0]["id"].to_string();
    compared.run(home, OPEN, "drafts discard", &["drafts", "discard", &draft]);
    home.run(OPEN, &["compose", "--to", "ann@x.example", "--body", &text]);
    let draft = home.json(OPEN, &["drafts"])[0]["id"].to_string();
    compared.run(home, OPEN, "drafts stage", &["drafts", "stage", &draft, "--anyway"]);
    let (unknown, due, waits) =
        (stage(DepartureTime::At(now)), stage(DepartureTime::At(now)), stage(DepartureTime::Close));
    let attempt = store.begin_attempt(unknown, now, <[u8]>::to_vec).unwrap();
    store.note_dot(&attempt, &[0], now).unwrap();
    store.end_abandoned_attempts(now).unwrap();
    compared.run(home, OPEN, "outbox resend", &["outbox", "resend", &due.to_string()]);
    // And the answer to an invitation.
    assert!(compared.run(home, OPEN, "outbox", &["outbox"]).len() >= 7);
    compared.run(home, OPEN, "status", &["status"]);
    compared.run(home, OPEN, "outbox recall", &["outbox", "recall", &waits.to_string()]);
    compared.run(home, OPEN, "outbox settle", &["outbox", "settle", &unknown.to_string(), "sent"]);
}

#[test]
fn a_thousand_outputs_are_as_their_schemas_say() {
    let home = Home::new();
    home.write("config.toml", format!("carry_limit = 1\n{CONFIG}{MORE}"));
    for number in 1..=150 {
        home.deliver("Maildir", &format!("{number}.s"), &mail(number));
    }
    for number in 151..=160 {
        home.write(&format!("letters/{number}.eml"), mail(number));
    }
    let mut compared = Compared::of(&home);
    before(&home, &mut compared);
    let batch = during(&home, &mut compared);
    outbox(&home, &mut compared);
    after(&home, &mut compared, &batch);
    assert!(compared.wrong.is_empty(), "{}", compared.wrong.join("\n"));
    let all: usize = compared.counts.values().sum();
    assert!(all >= 1000, "only {all} outputs: {:?}", compared.counts);
    // What this walk does not come to: a service that would be installed, a code in a letter, a sample.
    let beside = ["service install", "service remove", "demo", "code", "progress"];
    let missing: Vec<&String> = compared
        .schemas
        .keys()
        .filter(|name| !compared.counts.contains_key(*name) && !beside.contains(&name.as_str()))
        .collect();
    assert!(missing.is_empty(), "nothing was compared with {missing:?}; {:?}", compared.counts);
}

#[test]
fn a_schema_is_printed_by_the_name_of_its_command() {
    let home = Home::new();
    let printed = home.run(CLOSED, &["json-schema", "account", "folders"]);
    let schema: Value = serde_json::from_str(&printed.out).unwrap();
    assert_eq!(
        (schema["title"].as_str(), schema["$ref"].as_str()),
        (Some("account folders"), Some("#/$defs/mailbox_folders"))
    );
    let unknown = home.run(CLOSED, &["json-schema", "nonsense"]);
    assert!(unknown.code == 2 && unknown.err.contains("account folders"), "{}", unknown.err);
}

#[test]
fn the_validator_refuses_what_does_not_fit() {
    let home = Home::new();
    let schema =
        lines(&home.run(CLOSED, &["json-schema"]).out).into_iter().find(|it| it["title"] == "checkins").unwrap();
    let good = serde_json::json!({ "checkin": "morning", "opens": CLOSED, "closes": OPEN });
    assert_eq!(validate(&schema, &schema, &good, "it"), Ok(()));
    for (key, value) in [("opens", Value::Null), ("opens", "10:00".into()), ("more", 1.into()), ("checkin", 1.into())] {
        let mut bad = good.clone();
        bad[key] = value;
        assert!(validate(&schema, &schema, &bad, "it").is_err(), "{bad}");
    }
    let mut bad = good;
    bad.as_object_mut().unwrap().remove("closes");
    assert!(validate(&schema, &schema, &bad, "it").is_err());
}
