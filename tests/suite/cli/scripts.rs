//! Holds `src/cli`, `src/job/decide.rs`, `src/job/defer.rs`: scripts reach what the screen reaches, and nothing that is held.

use tidebox::ui::action::{ACTIONS, HelpSection};

use crate::support::{CONFIG, Home, letter, lines};

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
const EXCEPTION: &str = "\n[[exception]]\nname = \"family\"\nmatch = \"subject:urgent\"\n";

/// Letters with these subjects; those with "urgent" come through.
fn home(subjects: &[&str]) -> Home {
    let home = Home::new();
    home.write("config.toml", format!("{CONFIG}{EXCEPTION}"));
    deliver(&home, 1, subjects);
    home
}

fn deliver(home: &Home, first: u32, subjects: &[&str]) {
    for (number, subject) in (first..).zip(subjects) {
        home.deliver("Maildir", &format!("{number}.s"), &letter(number, "Ann <ann@example.org>", subject, "Text."));
    }
    assert_eq!(home.run(EARLY, &["add", "Maildir"]).code, 0);
}

fn ids(home: &Home, at: &str, arguments: &[&str]) -> Vec<String> {
    home.json(at, arguments).iter().map(|message| message["id"].to_string()).collect()
}

#[test]
fn what_came_through_is_listed_and_decided_while_the_door_is_closed() {
    let home = home(&["urgent one", "urgent two", "held"]);
    let listed = home.json(EARLY, &["queue", "--exceptions"]);
    assert_eq!(listed.len(), 2, "{listed:?}");
    assert!(
        listed.iter().all(|it| it["exception"] == "family" && it["heading"].is_string() && it["verdict"].is_null())
    );
    assert_eq!(home.json(EARLY, &["status"])[0]["exceptions"], 2, "listing begins nothing");
    let ids = ids(&home, EARLY, &["queue", "--exceptions"]);
    let held = home.sqlite("SELECT id FROM message WHERE stage = 'held'").trim().to_owned();
    assert_eq!(home.run(EARLY, &["decide", "done", &ids[0], &held]).code, 3, "what is held cannot be decided");
    let done = &home.json(EARLY, &["decide", "done", &ids[0]])[0];
    assert_eq!((done["left"].as_u64(), done["staged"].as_u64()), (Some(1), Some(1)));
    let verdicts = home.json(EARLY, &["queue", "--exceptions"]);
    assert_eq!((verdicts[0]["verdict"].as_str(), verdicts[1].get("verdict")), (Some("done"), None));
    assert_eq!(home.json(EARLY, &["undo"])[0]["left"], 2);
    assert_eq!(home.json(EARLY, &["redo"])[0]["left"], 1);
    home.json(EARLY, &["decide", "later", &ids[1]]);
    // What comes through now is listed too, and waits until this batch is committed.
    deliver(&home, 7, &["urgent three"]);
    let all = self::ids(&home, EARLY, &["queue", "--exceptions"]);
    assert_eq!(all.len(), 3);
    let late = home.run(EARLY, &["decide", "done", &all[2]]);
    assert!(late.code == 1 && late.err.contains("commit --exceptions"), "{}", late.err);
    let receipt = &home.json(EARLY, &["commit"])[0]["receipt"];
    assert_eq!((receipt["checkin"].as_str(), receipt["done"].as_u64()), (Some("exceptions"), Some(1)));
    assert_eq!((receipt["later"].as_u64(), receipt["carried_over"].as_u64()), (Some(1), Some(1)));
    assert_eq!(home.json(EARLY, &["decide", "done", &all[2]])[0]["staged"], 1);
}

#[test]
fn while_a_check_in_is_open_exceptions_are_a_batch_of_their_own() {
    let home = home(&["urgent one", "held"]);
    let through = ids(&home, EARLY, &["queue", "--exceptions"]);
    home.json(EARLY, &["decide", "skip", &through[0]]);
    let batch = ids(&home, OPEN, &["begin"]);
    assert_eq!(batch.len(), 1);
    home.json(OPEN, &["decide", "done", &batch[0]]);
    home.json(OPEN, &["decide", "trash", &through[0]]);
    let both = &home.json(OPEN, &["reopen", &batch[0], &through[0]])[0];
    assert_eq!(both["undecided"].as_array().map(Vec::len), Some(2), "{both}");
    assert_eq!((home.json(OPEN, &["undo"]).len(), home.json(OPEN, &["undo", "--exceptions"]).len()), (1, 1));
    let mixed = home.run(OPEN, &["decide", "done", &batch[0], &through[0]]);
    assert_eq!(mixed.code, 1, "{}", mixed.err);
    assert_eq!(home.json(OPEN, &["undo", "--exceptions"])[0]["changed"][0].to_string(), through[0]);
    assert_eq!(home.json(OPEN, &["redo", "--exceptions"])[0]["changed"][0].to_string(), through[0]);
    assert_eq!(home.json(OPEN, &["undo"])[0]["changed"][0].to_string(), batch[0]);
    let receipt = &home.json(OPEN, &["commit", "--exceptions"])[0]["receipt"];
    assert_eq!((receipt["checkin"].as_str(), receipt["trash"].as_u64()), (Some("exceptions"), Some(1)));
    assert_eq!(home.run(OPEN, &["commit", "--exceptions"]).code, 1);
    assert_eq!(home.json(OPEN, &["commit"])[0]["receipt"]["checkin"], "morning");
}

#[test]
fn deferred_messages_are_listed_woken_and_deferred_elsewhere() {
    let home = home(&["one", "two", "three"]);
    let batch = ids(&home, OPEN, &["begin"]);
    home.json(OPEN, &["decide", "defer", "--to", "tomorrow", &batch[0], &batch[1]]);
    assert!(home.json(OPEN, &["deferred"]).is_empty(), "not before the commit");
    home.json(OPEN, &["commit"]);
    let listed = home.json(OPEN, &["deferred"]);
    assert_eq!(listed.len(), 2);
    let until = serde_json::json!({ "checkin": "morning", "opens": "2026-11-24T09:00:00Z", "or_reply": false });
    assert!(listed.iter().all(|it| it["until"] == until && it["state"] == "deferred"), "{listed:?}");
    let shown = home.run(OPEN, &["deferred"]).out;
    assert!(shown.contains("one  (to morning, tomorrow 10:00)\n"), "{shown}");
    let moved = &home.json(OPEN, &["reschedule", &batch[0], "--to", "2026-11-27"])[0];
    assert_eq!(moved["until"]["opens"], "2026-11-27T09:00:00Z");
    let stranger = home.run(OPEN, &["wake", &batch[1], &batch[2]]);
    assert!(stranger.code == 1 && stranger.err.contains("is not deferred; nothing was changed"), "{}", stranger.err);
    assert_eq!(home.json(OPEN, &["deferred"]).len(), 2);
    assert_eq!(home.json(OPEN, &["wake", &batch[1]])[0]["changed"][0].to_string(), batch[1]);
    let left = home.json(OPEN, &["deferred"]);
    assert_eq!((left.len(), left[0]["until"]["opens"].as_str()), (1, Some("2026-11-27T09:00:00Z")));
    assert!(ids(&home, "2026-11-23T16:01:00+01:00", &["begin"]).contains(&batch[1]));
    let wrong = home.run(OPEN, &["reschedule", &batch[0], "--to", "never"]);
    assert!(wrong.code == 2 && wrong.err.contains("--to never"), "{}", wrong.err);
}

#[test]
fn a_message_is_shown_by_its_message_id_once_it_is_released() {
    let home = home(&["one"]);
    for name in
        ["<letter-1@example.org>", "letter-1@example.org", "id:letter-1@example.org", "id:<letter-1@example.org>"]
    {
        let held = home.run(EARLY, &["show", name]);
        let absent = home.run(EARLY, &["show", &name.replace("letter", "nobody")]);
        assert_eq!((held.code, held.err.replace("letter", "nobody")), (1, absent.err), "held is as absent as absent");
    }
    let id = ids(&home, OPEN, &["begin"]).remove(0);
    for name in ["<letter-1@example.org>", "letter-1@example.org", "id:letter-1@example.org", &format!("id:{id}"), &id]
    {
        assert_eq!(home.json(OPEN, &["show", name])[0]["id"].to_string(), id, "{name}");
    }
    for name in ["abc", "<>", "id:"] {
        assert_eq!(home.run(OPEN, &["show", name]).code, 2, "{name}");
    }
}

#[test]
fn a_search_says_where_it_stopped_and_takes_words_with_a_dash() {
    let subjects: Vec<String> = (1..=55).map(|number| format!("Matter {number}")).collect();
    let subjects: Vec<&str> = subjects.iter().map(String::as_str).chain(["Engine"]).collect();
    let home = home(&subjects);
    home.json(OPEN, &["begin"]);
    let stopped = home.run(OPEN, &["search", "matter"]);
    assert_eq!((stopped.code, stopped.out.lines().count()), (0, 50));
    assert_eq!(
        stopped.err,
        "tidebox: there are more than these 50 messages; --all prints every one, --limit says how many\n"
    );
    let json = home.run(OPEN, &["--json", "search", "--limit", "54", "matter"]);
    assert_eq!((json.out.lines().count(), lines(&json.err)[0]["note"]["kind"].as_str()), (54, Some("limit")));
    for all in [&["search", "--limit", "55", "matter"][..], &["search", "--all", "matter"]] {
        let ran = home.run(OPEN, all);
        assert_eq!((ran.out.lines().count(), ran.err.as_str()), (55, ""), "{all:?}");
    }
    for words in [
        &["-matter"][..],
        &["-subject:matter"],
        &["--limit", "3", "-matter", "text"],
        &["text", "-matter", "--limit=3"],
    ] {
        let found = home.json(OPEN, &[&["search"], words].concat());
        let found: Vec<&str> = found.iter().filter_map(|it| it["subject"].as_str()).collect();
        assert_eq!(found, ["Engine"], "{words:?}");
    }
    assert_eq!(home.json(OPEN, &["search", "--limit", "2", "--", "text", "-engine"]).len(), 2);
    assert!(home.run(OPEN, &["search", "-h"]).out.contains("Usage: tidebox search"));
    assert_eq!(home.run(OPEN, &["search", "--lmit", "2", "x"]).code, 2);
    assert_eq!(home.run(OPEN, &["show", "-x"]).code, 2, "only a search takes them");
}

#[test]
fn taking_in_tells_its_progress_as_json() {
    let home = Home::new();
    home.deliver_matters(3);
    let maildir = home.path("Maildir");
    home.write(
        "config.toml",
        format!("{CONFIG}\n[[source]]\nname = \"home\"\nkind = \"maildir\"\npath = {maildir:?}\n"),
    );
    let ran = home.run(EARLY, &["--json", "sync"]);
    let told = lines(&ran.err);
    assert!(!told.is_empty() && told.iter().all(|line| line["progress"]["read"].as_u64() >= Some(1)), "{}", ran.err);
    assert_eq!((lines(&ran.out).len(), lines(&ran.out)[0]["read"].as_u64()), (1, Some(3)));
    assert_eq!(home.run(EARLY, &["sync"]).err, "", "people get a bar, on a terminal");
}

#[test]
fn what_is_missing_is_named_whatever_the_environment_says() {
    let home = Home::new();
    let ran = home.run(EARLY, &["--json", "decide"]);
    let error = &lines(&ran.err)[0]["error"];
    assert_eq!(error["what"], "these arguments are missing: <VERB> <ID>...");
    assert_eq!(error["hint"], "Usage: tidebox decide [OPTIONS] <VERB> <ID>...");
    let words = home.run(EARLY, &["account", "add", "--nonsense"]).err;
    assert!(words.contains("Usage: tidebox account add [OPTIONS] [ADDRESS]"), "{words}");
}

#[test]
fn manual_pages_are_called_as_their_commands_are() {
    let home = Home::new();
    for (command, title, usage) in [
        (
            &["decide"][..],
            ".TH tidebox-decide 1 \"\" \"tidebox ",
            "[\\-\\-to WHEN] [\\-\\-until\\-reply WHEN] [OPTION...] VERB ID...",
        ),
        (&["service", "install"], ".TH tidebox-service-install 1 \"\" \"tidebox ", "[\\-\\-print] [OPTION...]"),
        (
            &["account", "folders"],
            ".TH tidebox-account-folders 1 \"\" \"tidebox ",
            "[\\-\\-make] [\\-\\-yes] [OPTION...] [SOURCE...]",
        ),
        (&[], ".TH tidebox 1 \"\" \"tidebox ", "[OPTION...] [COMMAND]"),
    ] {
        let page = home.run(EARLY, &[&["manual"], command].concat()).out;
        assert!(page.contains(title) && page.contains(usage), "{command:?}: {}", &page[..page.len().min(600)]);
    }
    assert_eq!(home.run(EARLY, &["manual", "service", "nonsense"]).code, 2);
}

#[test]
fn hours_have_their_zone_and_an_absence_needs_no_store() {
    let home = Home::new();
    home.write("config.toml", format!("away = [\"2026-11-20..2026-11-25\"]\n{CONFIG}"));
    assert_eq!(home.json(EARLY, &["status"])[0]["away_until"], "2026-11-25");
    let shown = home.run(EARLY, &["checkins"]).out;
    assert!(shown.contains("10:00 to 10:45 Europe/Berlin  morning\n"), "{shown}");
    home.write("config.toml", CONFIG.replace("Europe/Berlin", "UTC"));
    assert!(home.run(EARLY, &["checkins"]).out.contains("10:00 to 10:45 UTC  morning\n"));
}

/// `docs/scripts.md` names a command for each action that decides something, or that changes what lies outside of the screen.
#[test]
fn every_decision_of_the_screen_has_its_command() {
    let page = include_str!("../../../docs/scripts.md");
    let rows: Vec<(&str, &str)> = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once(" | ")).collect();
    for deed in ACTIONS.iter().filter(|deed| matches!(deed.part, HelpSection::Deciding | HelpSection::Batch)) {
        let named = |row: &&(&str, &str)| format!("`{}", row.0).contains(&format!("`{}`", deed.name));
        let row = rows.iter().find(named).unwrap_or_else(|| {
            panic!("docs/scripts.md has no command for the action {}: {}", deed.name, deed.sentence);
        });
        assert!(row.1.contains("`tidebox "), "{row:?}");
    }
    for name in rows
        .iter()
        .flat_map(|row| row.0.split('`'))
        .filter(|name| name.chars().all(|c| c == '_' || c.is_alphabetic()) && !name.is_empty())
    {
        assert!(ACTIONS.iter().any(|deed| deed.name == name), "there is no action {name}");
    }
}
