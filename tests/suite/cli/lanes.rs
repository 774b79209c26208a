//! Holds `src/cli/begin.rs`, `src/cli/decide.rs`, `src/cli/pause.rs`, `src/cli/check.rs`, `src/job/pause.rs`, `src/job/close.rs`:
//! lanes that keep to their check-ins, pauses, the limit of carrying, and a batch that nobody committed, from scripts.

use crate::support::{Home, letter};

/// Work in the office, people in the evening and on Saturday, news on Sunday.
const WEEK: &str = r#"
timezone = "Europe/Berlin"

[[checkin]]
name = "office"
days = "mon-fri"
at = ["9:30", "16:00"]
for = "45m"

[[checkin]]
name = "evening"
days = "daily"
at = "20:00"
for = "1h"

[[checkin]]
name = "weekend"
days = "sat"
at = "11:00"
for = "1h"

[[lane]]
name = "work"
match = "from:work.example"
checkins = ["office"]

[[lane]]
name = "people"
checkins = ["evening", "weekend"]
"#;

/// A Friday.
fn at(time: &str) -> String {
    format!("2026-11-27T{time}:00+01:00")
}

fn home(settings: &str) -> Home {
    let home = Home::new();
    home.write("config.toml", settings);
    for (number, from) in [(1, "boss@work.example"), (2, "ann@example.org"), (3, "desk@work.example")] {
        let mail = letter(number, &format!("P{number} <{from}>"), &format!("Matter {number}"), "Text.");
        home.deliver("Maildir", &format!("{number}.c"), &mail);
    }
    home.json(&at("09:00"), &["add", "Maildir"]);
    home
}

fn told(home: &Home, at: &str, arguments: &[&str]) -> String {
    let ran = home.run(at, arguments);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    ran.out
}

fn subjects(batch: &[serde_json::Value]) -> Vec<&str> {
    batch.iter().filter_map(|one| one["subject"].as_str()).collect()
}

#[test]
fn what_is_left_or_deferred_keeps_to_its_lane_and_a_missed_window_too() {
    let home = home(WEEK);
    let batch = home.json(&at("09:35"), &["begin"]);
    assert_eq!(subjects(&batch), ["Matter 1", "Matter 3"]);
    let id = batch[0]["id"].to_string();
    let out = told(&home, &at("09:36"), &["decide", "defer", &id]);
    assert!(out.starts_with("1 deferred to office, today 16:00; 1 left"), "{out}");
    home.json(&at("09:37"), &["commit"]);
    // The afternoon in the office is missed. In the evening and on Saturday there is nothing of it.
    assert_eq!(subjects(&home.json(&at("20:01"), &["begin"])), ["Matter 2"]);
    home.json(&at("20:02"), &["commit"]);
    let saturday = "2026-11-28T11:01:00+01:00";
    assert_eq!(subjects(&home.json(saturday, &["begin"])), ["Matter 2"], "carried over, of the lane people");
    home.json(saturday, &["commit"]);
    // It can be begun late for as long as its lane has no other window.
    let later = told(&home, "2026-11-28T12:30:00+01:00", &["status"]);
    assert!(
        later.contains("The office check-in was missed Fri 27 Nov 16:00: it can be done until Mon 30 Nov 09:30."),
        "{later}"
    );
    let late = home.json("2026-11-28T12:31:00+01:00", &["begin"]);
    let headings: Vec<_> = late.iter().map(|one| (one["subject"].as_str(), one["heading"].as_str())).collect();
    assert_eq!(headings, [(Some("Matter 1"), Some("deferred to now")), (Some("Matter 3"), Some("work"))]);
    assert_eq!(late[1]["carried"], 1);
    assert!(told(&home, "2026-11-28T12:32:00+01:00", &["queue"]).contains("Matter 3  carried over once"));
}

#[test]
fn a_name_or_a_day_may_lead_to_another_check_in_and_says_so() {
    let home = home(WEEK);
    let id = home.json(&at("09:35"), &["begin"])[0]["id"].to_string();
    for (to, words) in [
        ("tomorrow", "deferred to office, Mon 30 Nov 09:30;"),
        ("3", "deferred to office, Mon 30 Nov 16:00;"),
        ("evening", "deferred to evening, today 20:00 (evening is not a check-in of the lane work);"),
        ("sat", "deferred to weekend, tomorrow 11:00 (weekend is not a check-in of the lane work);"),
    ] {
        let out = told(&home, &at("09:36"), &["decide", "defer", "--to", to, &id]);
        assert!(out.contains(words), "{to}: {out}");
    }
    home.json(&at("09:37"), &["commit"]);
    assert_eq!(subjects(&home.json(&at("16:01"), &["begin"])), ["Matter 3"]);
    home.json(&at("16:02"), &["commit"]);
    assert_eq!(subjects(&home.json(&at("20:01"), &["begin"])), ["Matter 2"]);
    home.json(&at("20:02"), &["commit"]);
    let saturday = home.json("2026-11-28T11:01:00+01:00", &["begin"]);
    assert_eq!(subjects(&saturday), ["Matter 1", "Matter 2"], "where it was sent by name");
}

#[test]
fn a_lane_without_its_check_ins_comes_out_at_any_and_check_says_so() {
    let without = WEEK.replace(
        "name = \"office\"\ndays = \"mon-fri\"\nat = [\"9:30\", \"16:00\"]\nfor = \"45m\"\n\n[[checkin]]\n",
        "",
    );
    assert_ne!(without, WEEK);
    let home = home(&without);
    assert_eq!(home.json(&at("20:01"), &["begin"]).len(), 3);
    let out = told(&home, &at("20:01"), &["check", "--offline"]);
    assert!(
        out.contains(
            "lane work: \"office\" is not in the settings: it comes out at the next check-in, whichever it is"
        ),
        "{out}"
    );
    // A slip of the fingers is still one.
    home.write("config.toml", WEEK.replace("checkins = [\"office\"]", "checkins = [\"ofice\"]"));
    let ran = home.run(&at("20:02"), &["status"]);
    assert!(ran.code != 0 && ran.err.contains("did you mean `office`?"), "{}", ran.err);
    // A lane that is gone.
    let none = WEEK.replace("[[lane]]\nname = \"work\"\nmatch = \"from:work.example\"\ncheckins = [\"office\"]\n", "");
    home.write("config.toml", none);
    home.json(&at("20:03"), &["commit"]);
    let out = told(&home, &at("20:04"), &["check", "--offline"]);
    assert!(out.contains("lane work: it is not in the settings any more"), "{out}");
}

#[test]
fn a_pause_keeps_the_door_shut_for_its_time_and_is_over_then() {
    let home = home(WEEK);
    let out = told(&home, &at("09:10"), &["pause", "30m"]);
    assert_eq!(out, "Paused until 09:40. Next check-in: office, today 09:40.\n");
    let shut = home.run(&at("09:35"), &["begin"]);
    assert_eq!(shut.code, 3);
    assert!(shut.err.contains("the door is paused until 09:40"), "{}", shut.err);
    assert_eq!(told(&home, &at("09:35"), &["status", "--format", "tmux"]), "paused until 09:40\n");
    let json = &home.json(&at("09:35"), &["status"])[0];
    assert_eq!((&json["open"], &json["pauses"][0]["checkin"]), (&serde_json::Value::Null, &serde_json::Value::Null));
    assert_eq!(json["next"]["opens"], "2026-11-27T08:40:00Z");
    assert_eq!(home.json(&at("09:35"), &["status", "--format", "waybar"]).len(), 1);
    assert_eq!(home.json(&at("09:41"), &["begin"]).len(), 2, "it is over by itself");
    // What is begun is not shut.
    told(&home, &at("09:42"), &["pause", "--until", "17:00"]);
    assert_eq!(home.json(&at("09:43"), &["queue"]).len(), 2);
    home.json(&at("09:43"), &["commit"]);
    assert_eq!(home.run(&at("16:10"), &["begin"]).code, 3);
    assert_eq!(
        told(&home, &at("16:10"), &["pause", "--end"]),
        "The pause is over. Next check-in: evening, today 20:00.\n"
    );
    assert_eq!(home.json(&at("16:11"), &["begin"]).len(), 2);
    // The last says what holds, the one before it is replaced.
    told(&home, &at("16:12"), &["pause", "3h"]);
    told(&home, &at("16:13"), &["pause", "5m"]);
    assert_eq!(told(&home, &at("16:13"), &["pause"]), "Paused until 16:18. Next check-in: evening, today 20:00.\n");
    assert_eq!(told(&home, &at("16:18"), &["pause"]), "There is no pause. Next check-in: evening, today 20:00.\n");
    for wrong in [
        &["pause", "soon"][..],
        &["pause", "400d"],
        &["pause", "40d"],
        &["pause", "--until", "2026-11-26"],
        &["pause", "3h", "--end"],
    ] {
        let ran = home.run(&at("16:20"), wrong);
        assert!(ran.code == 1 || ran.code == 2, "{wrong:?}: {}", ran.out);
        assert!(home.json(&at("16:20"), &["pause"])[0]["pauses"].as_array().is_some_and(Vec::is_empty));
    }
}

#[test]
fn a_window_that_was_missed_in_a_pause_can_be_begun_late_and_one_that_was_left_out_cannot() {
    let home = home(WEEK);
    told(&home, &at("09:00"), &["pause", "--until", "11:00"]);
    let late = told(&home, &at("11:00"), &["status"]);
    assert!(late.contains("The office check-in was missed at 09:30: it can be done until 16:00."), "{late}");
    let skipped = told(&home, &at("15:00"), &["pause", "--skip"]);
    assert_eq!(skipped, "office, today 16:00, is left out. Next check-in: evening, today 20:00.\n");
    let closed = told(&home, &at("16:05"), &["status"]);
    assert!(
        closed.starts_with(
            "The door is closed until today 20:00: the evening check-in. office, today 16:00, is left out."
        ),
        "{closed}"
    );
    assert_eq!(home.run(&at("16:05"), &["begin"]).code, 3);
    assert_eq!(home.run(&at("17:00"), &["begin"]).code, 3, "nor late");
    // A window that is open and not begun is the one that is left out.
    assert!(told(&home, &at("20:10"), &["pause", "--skip"]).starts_with("evening, today 20:00, is left out."));
    assert_eq!(home.run(&at("20:11"), &["begin"]).code, 3);
    told(&home, &at("20:12"), &["pause", "--end"]);
    assert_eq!(subjects(&home.json(&at("20:13"), &["begin"])), ["Matter 2"]);
    home.json(&at("20:14"), &["commit"]);
    assert_eq!(home.json("2026-11-30T09:35:00+01:00", &["begin"]).len(), 2, "nothing is lost");
}

#[test]
fn a_pause_holds_what_a_script_asks_and_nothing_of_an_exception() {
    let exception = "\n[[exception]]\nname = \"family\"\nmatch = \"from:mum@example.org\"\n";
    let home = home(&format!("{WEEK}{exception}"));
    told(&home, &at("09:01"), &["pause", "2h"]);
    home.deliver("Maildir", "9.c", &letter(9, "Mum <mum@example.org>", "Call me", "Now."));
    home.json(&at("09:35"), &["add", "Maildir"]);
    let json = &home.json(&at("09:36"), &["status"])[0];
    assert_eq!((&json["exceptions"], &json["open"]), (&1.into(), &serde_json::Value::Null));
}

#[test]
fn after_so_many_carries_a_message_asks_for_a_decision() {
    let home = home(&format!("carry_limit = 2\n{WEEK}"));
    for time in ["09:35", "16:01"] {
        home.json(&at(time), &["begin"]);
        home.json(&at(time), &["commit"]);
    }
    home.deliver("Maildir", "4.c", &letter(4, "P4 <p4@work.example>", "Matter 4", "Text."));
    let monday = "2026-11-30T09:35:00+01:00";
    home.json(monday, &["add", "Maildir"]);
    let batch = home.json(monday, &["begin"]);
    assert_eq!(subjects(&batch), ["Matter 1", "Matter 3", "Matter 4"]);
    assert_eq!(batch.iter().map(|one| one["asks"].as_bool()).collect::<Vec<_>>(), [Some(true), Some(true), None]);
    let ids: Vec<String> = batch.iter().map(|one| one["id"].to_string()).collect();
    let skip = home.run(monday, &["decide", "skip", &ids[0], &ids[2]]);
    assert_eq!(skip.code, 1);
    assert!(skip.err.contains("1 of 2 messages were carried over too often to be skipped"), "{}", skip.err);
    home.json(monday, &["decide", "skip", &ids[2]]);
    home.json(monday, &["decide", "later", &ids[0]]);
    let commit = home.run(monday, &["commit"]);
    assert_eq!(commit.code, 1);
    assert!(
        commit.err.contains("2 messages were carried over 2 times or more and wait for a decision"),
        "{}",
        commit.err
    );
    home.json(monday, &["decide", "done", &ids[1]]);
    // Nobody is there at the end: nothing is lost, and it is said.
    let after = "2026-11-30T16:05:00+01:00";
    let again = home.json(after, &["begin"]);
    assert_eq!(subjects(&again), ["Matter 1", "Matter 4"]);
    assert_eq!((&again[0]["carried"], &again[0]["asks"]), (&3.into(), &true.into()));
    home.json(after, &["decide", "defer", &ids[0]]);
    let receipt = &home.json(after, &["commit"])[0]["receipt"];
    assert_eq!((&receipt["carried_over"], &receipt["past_limit"]), (&1.into(), &0.into()));
    assert_eq!(home.sqlite("SELECT past_limit FROM receipt ORDER BY batch DESC LIMIT 1 OFFSET 1").trim(), "1");
}

#[test]
fn an_old_batch_that_nobody_committed_hides_no_open_window() {
    let home = home(&format!("commit = \"ask\"\n{}", WEEK.replace("checkins = [\"office\"]\n", "")));
    let ids: Vec<String> = home.json(&at("09:35"), &["begin"]).iter().map(|one| one["id"].to_string()).collect();
    home.json(&at("09:36"), &["decide", "done", &ids[0]]);
    let over = told(&home, &at("11:30"), &["status"]);
    assert!(
        over.starts_with(
            "The office check-in ended at 10:15 and is not committed yet: 1 of 2 decided. `tidebox commit` commits it. \
             The next one is office, today 16:00."
        ),
        "{over}"
    );
    assert_eq!(told(&home, &at("11:30"), &["status", "--format", "tmux"]), "office not committed\n");
    assert_eq!(home.json(&at("11:30"), &["begin"]).len(), ids.len(), "it can be gone on with");
    let both = told(&home, &at("16:05"), &["status"]);
    assert!(
        both.starts_with(
            "The office check-in is open until 16:45. The office check-in ended at 10:15 and is not committed yet"
        ),
        "{both}"
    );
    let json = &home.json(&at("16:05"), &["status"])[0];
    assert_eq!((&json["open"]["begun"], &json["uncommitted"]["begun"]), (&false.into(), &true.into()));
    let refused = home.run(&at("16:05"), &["begin"]);
    assert_eq!(refused.code, 3);
    assert!(
        refused.err.contains("the office check-in ended at 10:15 and is not committed yet")
            && refused.err.contains("begin --commit"),
        "{}",
        refused.err
    );
    assert_eq!(home.json(&at("16:06"), &["begin", "--commit"]).len(), ids.len() - 1);
}

#[test]
fn a_mute_holds_also_for_what_arrives_while_the_window_is_open() {
    let home = home(WEEK);
    let batch = home.json(&at("09:35"), &["begin"]);
    let reply = |number: u32, from: &str| {
        letter(number, from, "Re: Matter 1", "Text.").replacen(
            "Subject:",
            &format!("In-Reply-To: {}\nSubject:", message_id(&batch[0])),
            1,
        )
    };
    home.deliver("Maildir", "7.c", &reply(7, "Boss <boss@work.example>"));
    home.deliver("Maildir", "8.c", &reply(8, "Ann <ann@example.org>"));
    home.json(&at("09:40"), &["add", "Maildir"]);
    home.json(&at("09:41"), &["decide", "mute", &batch[0]["id"].to_string()]);
    home.json(&at("09:42"), &["commit"]);
    assert_eq!(home.sqlite("SELECT count(*) FROM message WHERE stage = 'muted'").trim(), "3");
    assert_eq!(subjects(&home.json(&at("16:01"), &["begin"])), ["Matter 3"]);
    home.json(&at("16:02"), &["commit"]);
    assert_eq!(subjects(&home.json(&at("20:01"), &["begin"])), ["Matter 2"], "in the other lane, too");
}

fn message_id(of: &serde_json::Value) -> String {
    format!("<{}>", of["message_id"].as_str().unwrap())
}
