//! Holds `src/cli`, `src/job/decide.rs`: every verdict of the screen works from a script too.

use crate::support::{Home, letter};

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";

fn home(letters: u32) -> Home {
    let home = Home::new();
    for number in 1..=letters {
        let mail = letter(number, &format!("P{number} <p{number}@example.org>"), &format!("Matter {number}"), "Text.");
        home.deliver("Maildir", &format!("{number}.c"), &mail);
    }
    assert_eq!(home.run(EARLY, &["add", "Maildir"]).code, 0);
    home
}

fn ids(home: &Home) -> Vec<String> {
    home.json(OPEN, &["begin"]).iter().map(|message| message["id"].to_string()).collect()
}

#[test]
fn a_batch_from_begin_to_commit() {
    let home = home(6);
    let ids = ids(&home);
    let done = &home.json(OPEN, &["decide", "done", &ids[0], &ids[1]])[0];
    assert_eq!((done["left"].as_u64(), done["staged"].as_u64()), (Some(4), Some(2)));
    home.json(OPEN, &["decide", "defer", "--to", "tomorrow", &ids[2]]);
    home.json(OPEN, &["decide", "spam", &ids[3]]);
    let undone = &home.json(OPEN, &["undo"])[0];
    assert_eq!(undone["changed"][0].to_string(), ids[3]);
    assert_eq!(undone["left"], 3);
    home.json(OPEN, &["redo"]);
    let receipt = &home.json(OPEN, &["commit"])[0]["receipt"];
    assert_eq!((receipt["done"].as_u64(), receipt["deferred"].as_u64()), (Some(2), Some(1)));
    assert_eq!((receipt["spam"].as_u64(), receipt["carried_over"].as_u64()), (Some(1), Some(2)));
    // Tuesday's first window has what was deferred to it; the carried-over ones came this afternoon already.
    let afternoon = home.json("2026-11-23T16:01:00+01:00", &["begin"]);
    assert_eq!(afternoon.len(), 2);
    let morning = home.json("2026-11-24T10:01:00+01:00", &["begin"]);
    assert_eq!(morning.len(), 3, "two carried over once more, and the deferred one: {morning:?}");
}

#[test]
fn a_batch_gets_more_time_from_a_script() {
    let home = home(2);
    let refused = home.run(OPEN, &["begin", "--more"]);
    assert!(refused.code == 3 && refused.err.contains("no batch is begun"), "{} {}", refused.code, refused.err);
    let ids = ids(&home);
    let listed = home.run(OPEN, &["begin", "--more"]);
    assert_eq!(listed.code, 0, "{}", listed.err);
    assert!(listed.out.contains("10:55"), "{}", listed.out);
    home.json("2026-11-23T10:50:00+01:00", &["decide", "done", &ids[0]]);
    let nothing_left = home.run("2026-11-23T10:56:00+01:00", &["begin", "--more"]);
    assert_eq!(nothing_left.code, 3, "its time is over, so it was closed: {}", nothing_left.out);
}

#[test]
fn a_stranger_changes_nothing() {
    let home = home(2);
    let ids = ids(&home);
    let ran = home.run(OPEN, &["decide", "done", &ids[0], "12345"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("12345 is not in the open batch"), "{}", ran.err);
    assert!(home.json(OPEN, &["queue"]).iter().all(|message| message.get("verdict").is_none()));
}

/// As the key does on the screen; one undo takes all of it back.
#[test]
fn a_mute_takes_what_is_open_of_the_thread_and_says_so() {
    let home = Home::new();
    for number in 1..=4 {
        let field = if number == 1 || number == 4 { "X-None: 1" } else { "In-Reply-To: <letter-1@example.org>" };
        let mail = letter(number, "Ann <ann@example.org>", &format!("Matter {number}"), "Text.");
        home.deliver("Maildir", &format!("{number}.c"), &mail.replacen("Subject:", &format!("{field}\r\nSubject:"), 1));
    }
    assert_eq!(home.run(EARLY, &["add", "Maildir"]).code, 0);
    let ids = ids(&home);
    home.json(OPEN, &["decide", "done", &ids[1]]);
    let muted = home.run(OPEN, &["decide", "mute", &ids[0]]).out;
    assert_eq!(muted, "2 muted: 1 named and 1 more of its thread; 1 left\n");
    let verdicts = |home: &Home| -> Vec<String> {
        home.json(OPEN, &["queue"]).iter().map(|one| one["verdict"].as_str().unwrap_or("none").to_owned()).collect()
    };
    assert_eq!(verdicts(&home), ["mute", "done", "mute", "none"], "what was decided stays as it is");
    let undone = &home.json(OPEN, &["undo"])[0];
    assert_eq!(undone["changed"].as_array().map(Vec::len), Some(2));
    assert_eq!(verdicts(&home), ["none", "done", "none", "none"]);
    let alone = home.run(OPEN, &["decide", "mute", &ids[3]]).out;
    assert_eq!(alone, "1 muted, with its thread; 2 left\n");
    let later = home.run(OPEN, &["decide", "later", &ids[0]]).out;
    assert_eq!(later, "1 to be answered later, at this batch's end; 2 left\n");
    let skipped = home.run(OPEN, &["decide", "skip", &ids[2]]).out;
    assert_eq!(skipped, "1 not now: undecided until the next check-in of its lane; 1 left\n");
}

#[test]
fn beginning_twice_gives_the_same_batch() {
    let home = home(3);
    let first = ids(&home);
    home.deliver("Maildir", "9.c", &letter(9, "New <n@example.org>", "Matter 9", "Text."));
    home.run(OPEN, &["add", "Maildir"]);
    assert_eq!(ids(&home), first);
}

#[test]
fn a_missed_window_is_begun_late_and_only_once() {
    let home = home(3);
    let late = "2026-11-23T13:00:00+01:00";
    let status = &home.json(late, &["status"])[0];
    assert_eq!((status["open"]["late"].as_bool(), status["open"]["checkin"].as_str()), (Some(true), Some("morning")));
    assert_eq!(home.json(late, &["begin"]).len(), 3);
    home.json(late, &["commit"]);
    assert_eq!(home.run(late, &["begin"]).code, 3, "it was read");
}

#[test]
fn the_window_closes_by_itself() {
    let home = home(3);
    let ids = ids(&home);
    home.json(OPEN, &["decide", "done", &ids[0]]);
    let after = "2026-11-23T11:00:00+01:00";
    assert_eq!(home.run(after, &["queue"]).code, 3);
    assert_eq!(home.json(after, &["search", &format!("id:{}", ids[0])])[0]["state"], "done");
    assert_eq!(home.json(after, &["search", &format!("id:{}", ids[1])])[0]["state"], "carried over");
}

#[test]
fn unless_the_configuration_says_ask() {
    let home = home(3);
    home.write("config.toml", format!("commit = \"ask\"\n{}", crate::support::CONFIG));
    let ids = ids(&home);
    home.json(OPEN, &["decide", "done", &ids[0]]);
    assert_eq!(home.json("2026-11-23T11:00:00+01:00", &["queue"]).len(), 3);
    let status = home.run("2026-11-23T11:00:00+01:00", &["status"]).out;
    assert!(status.contains("ended at 10:45 and is not committed yet"), "{status}");
}

#[test]
fn an_exception_lets_through_at_once_and_no_more_than_its_limit() {
    let home = Home::new();
    let rule =
        "\n[[exception]]\nname = \"family\"\nmatch = \"from:mum@example.org subject:urgent\"\nlimit = \"1 per day\"\n";
    home.write("config.toml", format!("{}{rule}", crate::support::CONFIG));
    for number in 1..=2 {
        home.deliver(
            "Maildir",
            &format!("{number}.x"),
            &letter(number, "Mum <mum@example.org>", "urgent: ring me", "Please."),
        );
    }
    home.deliver("Maildir", "3.x", &letter(3, "Joan <jo-mum@example.org>", "urgent: sale", "Buy."));
    home.run(EARLY, &["add", "Maildir"]);
    let found = home.json(EARLY, &["search", "urgent"]);
    assert_eq!(found.len(), 1, "one a day: {found:?}");
    assert_eq!((found[0]["state"].as_str(), found[0]["exception"].as_str()), (Some("let through"), Some("family")));
    assert_eq!(home.json(EARLY, &["status"])[0]["exceptions"], 1);
    assert_eq!(home.json(OPEN, &["begin"]).len(), 3, "it joins the next batch with the rest");
}

#[test]
fn lanes_have_their_own_check_ins() {
    let home = Home::new();
    let lane =
        "\n[[lane]]\nname = \"people\"\n\n[[lane]]\nname = \"lists\"\nmatch = \"list:*\"\ncheckins = [\"afternoon\"]\n";
    home.write("config.toml", format!("{}{lane}", crate::support::CONFIG));
    home.deliver("Maildir", "1.l", &letter(1, "Ann <ann@example.org>", "By hand", "Hello."));
    let list = letter(2, "Ben <ben@example.org>", "To the list", "Hello all.")
        .replace("Subject:", "List-Id: Choir <choir.example.org>\r\nSubject:");
    home.deliver("Maildir", "2.l", &list);
    home.run(EARLY, &["add", "Maildir"]);
    let morning = home.json(OPEN, &["begin"]);
    assert_eq!(morning.iter().map(|m| m["subject"].as_str().unwrap()).collect::<Vec<_>>(), ["By hand"]);
    home.json(OPEN, &["commit"]);
    let afternoon = home.json("2026-11-23T16:01:00+01:00", &["begin"]);
    assert_eq!(afternoon.iter().map(|m| m["lane"].as_str().unwrap()).collect::<Vec<_>>(), ["people", "lists"]);
}

#[test]
fn checkins_say_the_same_in_json_and_as_a_calendar() {
    let home = Home::new();
    let arguments = ["checkins", "--from", "2026-10-20", "--days", "20"];
    let windows = home.json(EARLY, &arguments);
    assert_eq!(windows.len(), 28, "{windows:?}");
    assert_eq!(windows[0]["opens"], "2026-10-20T10:00:00+02:00");
    assert_eq!(windows[27]["opens"], "2026-11-06T16:00:00+01:00");
    let mut ics = arguments.to_vec();
    ics.push("--ics");
    let calendar: icalendar::Calendar = home.run(EARLY, &ics).out.parse().unwrap();
    let starts: Vec<String> = calendar
        .components
        .iter()
        .filter_map(|component| match component {
            icalendar::CalendarComponent::Event(event) => icalendar::Component::get_start(event),
            _ => None,
        })
        .map(|start| match start {
            icalendar::DatePerhapsTime::DateTime(icalendar::CalendarDateTime::Utc(at)) => at.to_rfc3339(),
            other => panic!("{other:?} is no instant in UTC"),
        })
        .collect();
    let expected: Vec<String> = windows
        .iter()
        .map(|window| {
            let opens: chrono::DateTime<chrono::FixedOffset> = window["opens"].as_str().unwrap().parse().unwrap();
            opens.with_timezone(&chrono::Utc).to_rfc3339()
        })
        .collect();
    assert_eq!(starts, expected);
}

#[test]
fn backup_and_export() {
    let home = home(3);
    assert_eq!(home.run(EARLY, &["backup", "copy.db"]).code, 0);
    assert_eq!(home.run(EARLY, &["backup", "copy.db"]).code, 2, "it overwrites nothing");
    assert!(home.run(EARLY, &["export"]).out.is_empty(), "what is held stays held");
    let ids = ids(&home);
    home.json(OPEN, &["decide", "done", &ids[0]]);
    home.json(OPEN, &["commit"]);
    let mbox = home.run(OPEN, &["export"]).out;
    assert_eq!(mbox.lines().filter(|line| line.starts_with("From ")).count(), 3);
    // What was exported is known when it comes back.
    let again = home.run_with(OPEN, &["--json", "add", "--format", "mbox", "-"], mbox.as_bytes());
    assert!(again.out.contains("\"admitted\":0"), "{}", again.out);
    let line: serde_json::Value =
        crate::support::lines(&home.run(OPEN, &["export", "--format", "jsonl"]).out).remove(0);
    assert!(line["raw"].is_string());
    assert_eq!(home.json(OPEN, &["export"]).len(), 3, "with --json it is JSON");
}

#[test]
fn failures_say_what_and_what_next() {
    let home = Home::new();
    for (arguments, code, words) in [
        (vec!["search", "frm:ann"], 2, "from"),
        (vec!["show", "1"], 1, "1"),
        (vec!["add", "nowhere"], 1, "nowhere"),
        (vec!["--at", "soon", "status"], 2, "--at"),
        (vec!["commit"], 3, "begin"),
        (vec!["decide", "done", "--to", "week", "1"], 2, "defer"),
        (vec!["nonsense"], 2, "nonsense"),
    ] {
        let ran = home.run(EARLY, &arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(words), "{arguments:?}: {}", ran.err);
    }
    let json = home.run(EARLY, &["--json", "commit"]);
    let error: serde_json::Value = serde_json::from_str(json.err.trim()).unwrap();
    assert_eq!(error["error"]["kind"], "held");
}

#[test]
fn completions_and_manual_pages_know_every_command() {
    let home = Home::new();
    for shell in ["elvish", "powershell"] {
        let ran = home.run(EARLY, &["completions", shell]);
        assert!(ran.code == 0 && ran.out.contains("checkins") && ran.out.contains("history"), "{shell}");
    }
    let offered = home.run(EARLY, &["complete", "--", "add", "--"]).out;
    assert!(offered.contains("--history\t"), "{offered}");
    assert!(home.run(EARLY, &["manual"]).out.contains(".TH tidebox"));
    assert!(home.run(EARLY, &["manual", "add"]).out.contains("history"));
    assert_eq!(home.run(EARLY, &["manual", "nonsense"]).code, 2);
}

#[test]
fn arguments_that_make_no_sense_are_said_in_json_too() {
    let home = Home::new();
    for arguments in [vec!["show", "abc"], vec!["nosuch"], vec!["decide"], vec!["search"]] {
        let mut all = vec!["--json"];
        all.extend(&arguments);
        let ran = home.run(OPEN, &all);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        let error = &crate::support::lines(&ran.err)[0]["error"];
        assert_eq!(error["kind"], "usage", "{}", ran.err);
        assert!(!error["what"].as_str().unwrap().is_empty());
    }
    assert_eq!(home.run(OPEN, &["--json", "--help"]).code, 0);
}

#[test]
fn an_empty_variable_is_none() {
    let home = Home::new();
    let mut command = home.command(EARLY, &["check"]);
    command.env("TIDEBOX_CONFIG", "").env("TIDEBOX_STORE", "").env("TIDEBOX_AT", "");
    let done = command.output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success() && said.contains(".config/tidebox/config.toml"), "{said}");
}
