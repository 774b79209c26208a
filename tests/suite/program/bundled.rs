//! Holds `src/mail/service_notice.rs`, `src/store/begin/settling.rs`, `src/store/group.rs`, `src/job/why.rs`: bundles and what settled
//! itself, from the bytes of mail to what commands and the screen say.

use serde_json::{Value, json};

use crate::support::Home;
use crate::support::pty::Terminal;

const CLOSED: &str = "2026-11-23T08:30:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";

/// A message with these fields, a minute after the one before it.
fn mail(number: u32, fields: &[&str], body: &str) -> String {
    format!(
        "{}\r\nTo: me@example.net\r\nDate: Fri, 20 Nov 2026 09:{number:02}:00 +0100\r\nMessage-ID: <{number}@made.example>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n",
        fields.join("\r\n")
    )
}

fn ci(number: u32, subject: &str) -> String {
    mail(
        number,
        &["From: CI <builds@ci.example>", &format!("Subject: {subject}"), "Auto-Submitted: auto-generated"],
        "See the log.",
    )
}

fn github(number: u32, issue: u32, reason: &str, body: &str) -> String {
    let subject = format!("Subject: Re: [tide/harbour] It fails (#{issue})");
    let (thread, reason) =
        (format!("References: <tide/harbour/{issue}@github.com>"), format!("X-GitHub-Reason: {reason}"));
    let fields = [
        "From: Bo <notifications@github.com>",
        &subject,
        "List-ID: tide/harbour <harbour.tide.github.com>",
        &thread,
        &reason,
    ];
    mail(number, &fields, body)
}

fn invitation(number: u32, method: &str, sequence: u32) -> String {
    let event = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:walk@example.org\r\nSEQUENCE:{sequence}\r\n\
         DTSTAMP:20261120T0{number:04}0Z\r\nDTSTART:20261201T090000Z\r\nDTEND:20261201T100000Z\r\nSUMMARY:Tide walk\r\n\
         ORGANIZER:mailto:ann@example.org\r\nATTENDEE:mailto:me@example.net\r\nEND:VEVENT\r\nEND:VCALENDAR"
    );
    mail(number, &["From: Ann <ann@example.org>", "Subject: Tide walk"], &event)
        .replace("Content-Type: text/plain", &format!("Content-Type: text/calendar; method={method}"))
}

/// Mail of one morning, of which a part has settled itself.
fn home() -> Home {
    let home = Home::new();
    let letters = [
        ci(1, "Build docs failed #801"),
        ci(2, "Build docs fixed #802"),
        ci(3, "Build main failed #803"),
        ci(4, "Build main passed #804"),
        ci(5, "Build main failed #805"),
        github(6, 12, "subscribed", "Me too."),
        github(7, 12, "subscribed", "Closed #12 as completed."),
        github(8, 13, "mention", "@me what do you say?"),
        github(9, 13, "subscribed", "Closed #13."),
        github(10, 14, "subscribed", "A thought."),
        github(11, 15, "subscribed", "Another thought."),
        invitation(12, "REQUEST", 0),
        invitation(13, "REQUEST", 1),
        mail(14, &["From: Bank <no-reply@bank.example>", "Subject: Your payment failed"], "Oh."),
        mail(15, &["From: Bank <no-reply@bank.example>", "Subject: Your payment succeeded"], "Fine."),
        mail(16, &["From: Ann <ann@example.org>", "Subject: Harbour is down"], "Come."),
        mail(17, &["From: Ann <ann@example.org>", "Subject: Harbour is OK"], "Stay."),
        ci(18, "Build main failed #806"),
    ];
    for (number, letter) in letters.iter().enumerate() {
        home.deliver("Maildir", &format!("{number}.new"), letter);
    }
    let added = home.run(CLOSED, &["add", "Maildir"]);
    assert_eq!(added.code, 0, "{}{}", added.out, added.err);
    home
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[test]
fn commands_tell_of_bundles_and_of_what_settled() {
    let home = home();
    let rows = home.json(OPEN, &["begin"]);
    let told: Vec<String> = rows
        .iter()
        .map(|row| format!("{} | {} | {}", text(&row["heading"]), text(&row["subject"]), text(&row["settled"])))
        .collect();
    let settled = "settled while you waited";
    assert_eq!(
        told,
        [
            // What was sent because of the person is from people.
            "people | Re: [tide/harbour] It fails (#13) | ".to_owned(),
            "people | Tide walk | ".to_owned(),
            "people | Harbour is down | ".to_owned(),
            "people | Harbour is OK | ".to_owned(),
            "notices | Build main failed #803 | ".to_owned(),
            "notices | Build main failed #805 | ".to_owned(),
            "notices | Build main failed #806 | ".to_owned(),
            "notices | Build main passed #804 | ".to_owned(),
            "notices | Re: [tide/harbour] It fails (#13) | ".to_owned(),
            "notices | Re: [tide/harbour] It fails (#14) | ".to_owned(),
            "notices | Re: [tide/harbour] It fails (#15) | ".to_owned(),
            "notices | Your payment failed | ".to_owned(),
            "notices | Your payment succeeded | ".to_owned(),
            format!("{settled} | Build docs failed #801 | green again"),
            format!("{settled} | Build docs fixed #802 | green again"),
            format!("{settled} | Re: [tide/harbour] It fails (#12) | closed"),
            format!("{settled} | Re: [tide/harbour] It fails (#12) | closed"),
            format!("{settled} | Tide walk | replaced"),
        ]
    );
    let group =
        |subject: &str| rows.iter().find(|row| text(&row["subject"]) == subject).expect(subject)["group"].clone();
    let main = json!({ "kind": "subject", "name": "Build main failed #…", "first": 5, "last": 7 });
    assert_eq!(group("Build main failed #803"), main);
    let harbour = json!({ "kind": "repository", "name": "tide/harbour", "first": 9, "last": 11 });
    assert_eq!(group("Re: [tide/harbour] It fails (#14)"), harbour);
    assert_eq!(group("Re: [tide/harbour] It fails (#13)"), Value::Null);
    assert_eq!(group("Build docs failed #801"), json!({ "kind": "settled", "name": "", "first": 14, "last": 18 }));
    assert_eq!(group("Build main passed #804"), Value::Null);
    let list = home.run(OPEN, &["queue"]).out;
    assert!(list.contains("Build docs failed #801  (green again)\n"), "{list}");

    let id = |subject: &str| rows.iter().find(|row| text(&row["subject"]) == subject).expect(subject)["id"].to_string();
    let why = |subject: &str| home.run(OPEN, &["why", &id(subject)]).out;
    let failed = why("Build docs failed #801");
    let by = id("Build docs fixed #802");
    let sentence = format!(
        "settled   what failed is green again, as {by} \"Build docs fixed #802\" says (the rule `ci` of [settled])\n"
    );
    assert!(failed.contains(&sentence), "{failed}");
    let main = why("Build main failed #803");
    assert!(
        main.contains(
            "bundle    one row with others whose subject is the same but for numbers: Build main failed #…\n"
        ),
        "{main}"
    );
    let json = home.json(OPEN, &["why", &id("Build docs failed #801")]);
    assert_eq!(json[0]["settled"], json!({ "reason": "green again", "by": by.parse::<i64>().unwrap() }));

    let receipt = home.json(OPEN, &["commit"]);
    assert_eq!(receipt[0]["receipt"]["settled"], 5);
}

#[test]
fn rules_and_bundles_are_switched_off_in_the_settings() {
    let home = home();
    let config = std::fs::read_to_string(home.path("config.toml")).unwrap();
    home.write(
        "config.toml",
        format!("{config}\n[settled]\nci = false\nissues = false\ninvitations = false\n[batch]\nbundles = false\n"),
    );
    let rows = home.json(OPEN, &["begin"]);
    assert!(rows.iter().all(|row| row["settled"].is_null() && text(&row["heading"]) != "settled while you waited"));
    let kinds = rows.iter().map(|row| text(&row["group"]["kind"]).to_owned());
    assert!(kinds.filter(|kind| !kind.is_empty()).all(|kind| kind == "conversation"));
}

#[test]
fn one_key_takes_what_settled_and_enter_reads_the_first_of_a_bundle() {
    let home = home();
    assert_eq!(home.run(OPEN, &["begin"]).code, 0);
    let mut terminal = Terminal::open(&home, "2026-11-23T10:07:00+01:00", &[], 120, 36);
    terminal.wait("settled while you waited");
    terminal.wait("Build main failed #…");
    terminal.wait("tide/harbour: It fails (#15) · It fails (#14)");
    // Unfolded, a key is about its own row, and nothing folds after it.
    let decided =
        || home.sqlite("SELECT group_concat(first || '-' || last) FROM (SELECT * FROM act_run ORDER BY act, first)");
    terminal.keys("\t");
    Terminal::pause();
    terminal.keys("\x1b[C");
    terminal.wait("Build main failed #805");
    terminal.keys("j");
    Terminal::pause();
    terminal.keys("a");
    terminal.wait("Done: Build main failed #805");
    assert_eq!(decided().trim(), "6-6");
    terminal.wait("└ CI");
    // Folded again, it is one row and one verdict, about what is left of it.
    terminal.keys("\x1b[D");
    terminal.wait("Build main failed #…");
    terminal.keys("d");
    terminal.wait("2 messages");
    assert_eq!(decided().trim(), "6-6,5-5,7-7");
    terminal.keys("uu");
    terminal.keys("G");
    terminal.wait("Tide walk, replaced · It fails (#12), closed");
    terminal.keys("a");
    terminal.wait("5 messages");
    assert!(decided().trim().ends_with(",14-18"));
    terminal.keys("u");
    terminal.wait("settled while you waited");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
}
