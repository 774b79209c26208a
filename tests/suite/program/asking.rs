//! Holds `src/cli/ask.rs`, `src/cli/code.rs`, `src/cli/expect.rs`, `src/job/ask.rs`, `src/job/expect.rs`, `src/job/login.rs`,
//! `src/cli/rate.rs`, `src/store/rating.rs`, `src/cli/rule.rs`, `src/job/rule.rs`, `src/config/mutes.rs`, `src/job/why.rs`, `src/store/released.rs`, `src/store/ask.rs`, `src/store/expectation.rs`: asking instead of looking. What `ask` and `code` may say of what is held is compared word by word.

use crate::support::{Home, letter};

const CLOSED: &str = "2026-11-23T08:30:00+01:00";

/// A home whose sources are one Maildir.
fn home() -> Home {
    let home = Home::new();
    let config = format!(
        "{}\n[[source]]\nname = \"home\"\nkind = \"maildir\"\npath = \"{}\"\nbacklog = \"all\"\n",
        crate::support::CONFIG,
        home.path("Maildir").display()
    );
    home.write("config.toml", config);
    for part in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(home.path("Maildir").join(part)).unwrap();
    }
    home
}

fn sync(home: &Home, at: &str) {
    let ran = home.run(at, &["sync"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

#[test]
fn a_question_is_answered_with_yes_or_no_how_many_and_since_when() {
    let home = home();
    for number in 1..=2 {
        let mail = letter(number, "Pia Plumber <pia@plumber.example>", "Secretmark at noon", "I come.");
        home.deliver("Maildir", &format!("{number}.w"), &mail);
    }
    sync(&home, CLOSED);
    let ask = |at: &str, query: &str| {
        let ran = home.run(at, &["ask", query]);
        (ran.code, ran.out, ran.err)
    };
    let yes = "Yes. 2 messages are held, the first since 08:30.\n".to_owned();
    assert_eq!(ask("2026-11-23T08:40:00+01:00", "from:@plumber.example"), (0, yes, String::new()));
    let too_soon = "tidebox: one question a minute is answered, and the last one was answered less than a minute ago\n  ask again at 08:41:00\n";
    assert_eq!(ask("2026-11-23T08:40:30+01:00", "from:ada"), (3, String::new(), too_soon.to_owned()));
    let no = (0, "No. Nothing like that is held.\n".to_owned(), String::new());
    assert_eq!(ask("2026-11-23T08:41:00+01:00", "from:ada"), no);
    let json = home.json("2026-11-23T08:42:00+01:00", &["ask", "secretmark -newsletter"]);
    assert_eq!(json, [serde_json::json!({ "held": true, "count": 2, "since": "2026-11-23T07:30:00Z" })]);

    let by_id = home.run("2026-11-23T08:43:00+01:00", &["ask", "id:1790000000"]);
    assert_eq!((by_id.code, by_id.out.as_str()), (2, ""), "{}", by_id.err);
    let log = home.run("2026-11-23T08:44:00+01:00", &["peek", "--log"]);
    let lines: Vec<&str> = log.out.lines().collect();
    assert_eq!(
        lines,
        [
            "2026-11-23 08:42  ask   secretmark -newsletter",
            "2026-11-23 08:41  ask   from:ada",
            "2026-11-23 08:40  ask   from:@plumber.example",
        ]
    );
    // The receipt counts them as it counts peeks.
    assert_eq!(home.run("2026-11-23T10:05:00+01:00", &["begin"]).code, 0);
    let receipt = home.json("2026-11-23T10:06:00+01:00", &["commit"]);
    assert_eq!(receipt[0]["receipt"]["peeks"], 3);
    let later = home.run("2026-11-23T10:08:00+01:00", &["ask", "from:@plumber.example"]);
    assert_eq!(later.out, "No. Nothing like that is held.\n", "what was released is not looked at");
}

#[test]
fn a_login_code_is_printed_alone_after_the_sources_were_read() {
    let home = home();
    let code = |at: &str, more: &[&str]| {
        let mut arguments = vec!["code"];
        arguments.extend(more);
        let ran = home.run(at, &arguments);
        (ran.code, ran.out, ran.err)
    };
    let none = "tidebox: no login code arrived in the last ten minutes\n  have it sent once more, or look with `tidebox peek`\n";
    assert_eq!(code(CLOSED, &[]), (1, String::new(), none.to_owned()));

    let mail = letter(1, "Harbour <no-reply@harbour.example>", "Subjectmark", "Your verification code is 482913.");
    home.deliver("Maildir", "1.w", &mail);
    let found = (0, "482913\n".to_owned(), "tidebox: from harbour.example, arrived 08:31\n".to_owned());
    assert_eq!(code("2026-11-23T08:31:00+01:00", &[]), found);
    assert_eq!(code("2026-11-23T08:41:00+01:00", &[]).1, "482913\n");
    assert_eq!(code("2026-11-23T08:41:01+01:00", &[]), (1, String::new(), none.to_owned()), "it is too old");

    // Two letters that come together: neither is printed.
    for (number, who, digits) in [(2, "harbour", "111222"), (3, "kelp", "333444")] {
        let text = format!("Your login code is {digits}.");
        let from = format!("No Reply <no-reply@{who}.example>");
        home.deliver("Maildir", &format!("{number}.w"), &letter(number, &from, "Subjectmark", &text));
    }
    let both = code("2026-11-24T08:50:00+01:00", &["--from", "harbour.example"]);
    assert_eq!(both.1, "111222\n");
    let stranger = code("2026-11-24T08:50:00+01:00", &[]);
    assert_eq!(stranger.1, "111222\n", "kelp.example has never written before: {}", stranger.2);
    assert_eq!(code("2026-11-24T08:50:00+01:00", &["--from", "kelp.example"]).1, "333444\n");
    for (number, who, digits) in [(4, "harbour", "555666"), (5, "kelp", "777888")] {
        let text = format!("Your login code is {digits}.");
        let from = format!("No Reply <no-reply@{who}.example>");
        home.deliver("Maildir", &format!("{number}.w"), &letter(number, &from, "Subjectmark", &text));
    }
    let (status, out, err) = code("2026-11-25T08:50:00+01:00", &[]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(err.contains("two codes are in doubt, from ") && err.contains("harbour.example"), "{err}");
    assert!(err.contains("kelp.example") && !err.contains("555666") && !err.contains("777888"), "{err}");

    let log = home.run("2026-11-25T09:00:00+01:00", &["peek", "--log"]);
    assert!(log.out.lines().next().unwrap_or_default().ends_with("code  a login code"), "{}", log.out);
    assert!(log.out.contains("a login code from kelp.example"), "{}", log.out);
    assert_eq!(home.sqlite("SELECT count(*) FROM message WHERE stage <> 'held'").trim(), "0", "all of it stays held");
}

#[test]
fn a_code_of_somebody_new_is_told_and_printed_only_when_that_is_asked_for() {
    let home = home();
    home.deliver("Maildir", "1.w", &letter(1, "Ann <ann@example.org>", "Tea", "Tea?"));
    sync(&home, "2026-11-22T08:30:00+01:00");
    let mail = letter(2, "Kelp <id@kelp.example>", "Subjectmark", "Your verification code is 482913.");
    home.deliver("Maildir", "2.w", &mail);
    let ran = home.run(CLOSED, &["code"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert_eq!(
        ran.err,
        "tidebox: a login code came from kelp.example, which has never written to you before\n  if you expect it from there: tidebox code --from kelp.example\n"
    );
    assert_eq!(home.run(CLOSED, &["code", "--from", "kelp.example"]).out, "482913\n");
}

#[test]
fn of_a_login_link_only_the_host_is_told_until_the_whole_is_asked_for() {
    let home = home();
    let link = "https://ebb.example/auth/magic?token=c8f0e1b2a7d94c55b1e2f3a4d5c6b7a8";
    let text = format!("Use the link below to sign in. It expires in 10 minutes.\r\n\r\n{link}");
    home.deliver("Maildir", "1.w", &letter(1, "Ebb <hello@ebb.example>", "Sign in", &text));
    let ran = home.run(CLOSED, &["code"]);
    assert_eq!(ran.out, "a login link to ebb.example; `tidebox code --link` prints it\n", "{}", ran.err);
    assert_eq!(home.run(CLOSED, &["code", "--link"]).out, format!("{link}\n"));
    let json = home.json(CLOSED, &["code"]);
    assert_eq!((&json[0]["host"], &json[0]["link"], &json[0]["code"]), (&"ebb.example".into(), &().into(), &().into()));
}

#[test]
fn what_is_expected_comes_through_once_and_closes_the_hole() {
    let home = home();
    home.deliver("Maildir", "1.w", &letter(1, "Pia <pia@plumber.example>", "Held before", "I come."));
    sync(&home, CLOSED);
    let made = home.run(CLOSED, &["expect", "from:@plumber.example", "--until", "09:30"]);
    assert_eq!(
        (made.code, made.out.as_str()),
        (0, "  1  Expected until 09:30: from:@plumber.example.\n"),
        "{}",
        made.err
    );
    let status = home.run(CLOSED, &["status"]);
    assert!(status.out.contains("Expected until 09:30: from:@plumber.example."), "{}", status.out);
    assert_eq!(home.json(CLOSED, &["status"])[0]["expected"][0]["query"], "from:@plumber.example");
    let check = home.run(CLOSED, &["check"]);
    assert!(check.out.contains("1, the last until 09:30") && !check.out.contains("plumber"), "{}", check.out);

    for number in 2..=4 {
        home.deliver("Maildir", &format!("{number}.w"), &letter(number, "Pia <pia@plumber.example>", "Now", "Now."));
    }
    sync(&home, "2026-11-23T08:40:00+01:00");
    let stages = home.sqlite("SELECT stage, count(*) FROM message GROUP BY stage ORDER BY stage");
    assert_eq!(stages, "held|3\nlet through|1\n", "one hit closes it, and what was held stays held");
    let came = home.json("2026-11-23T08:41:00+01:00", &["queue", "--exceptions"]);
    assert_eq!(came[0]["exception"], "expected: from:@plumber.example");
    assert_eq!(home.run("2026-11-23T08:41:00+01:00", &["expect"]).out, "Nothing is expected.\n");
    let list = home.run("2026-11-23T08:41:00+01:00", &["expect", "--list"]);
    assert_eq!(list.out, "  1  Came 08:40: from:@plumber.example.\n");
}

#[test]
fn what_is_expected_ends_at_its_hour_or_is_taken_back() {
    let home = home();
    sync(&home, CLOSED);
    for query in ["from:@plumber.example", "subject:parcel"] {
        assert_eq!(home.run(CLOSED, &["expect", query, "--until", "09:00"]).code, 0);
    }
    let revoked = home.run("2026-11-23T08:35:00+01:00", &["expect", "--revoke", "2"]);
    assert_eq!(revoked.out, "  2  Taken back 08:35: subject:parcel.\n", "{}", revoked.err);
    assert_eq!(home.run("2026-11-23T08:36:00+01:00", &["expect", "--revoke", "2"]).code, 1);
    home.deliver("Maildir", "1.w", &letter(1, "Post <post@post.example>", "Your parcel", "Here."));
    sync(&home, "2026-11-23T08:40:00+01:00");
    home.deliver("Maildir", "2.w", &letter(2, "Pia <pia@plumber.example>", "Late", "Late."));
    sync(&home, "2026-11-23T09:00:00+01:00");
    assert_eq!(home.sqlite("SELECT count(*) FROM message WHERE stage <> 'held'").trim(), "0");
    let list = home.run("2026-11-23T09:01:00+01:00", &["expect", "--list"]);
    assert!(list.out.contains("  1  Did not come by 09:00: from:@plumber.example.\n"), "{}", list.out);
    for (wrong, said) in [
        (["expect", "*", "--until", "18:00"], "whatever it is"),
        (["expect", "fro:ann", "--until", "18:00"], "from"),
        (["expect", "from:ann", "--until", "soon"], "soon"),
        (["expect", "from:ann", "--until", "2027-11-23"], "31 days"),
        (["expect", "is:done", "--until", "18:00"], "the state of a message is not known yet when it comes"),
        (["expect", "from:ann -is:muted", "--until", "18:00"], "the state of a message is not known yet"),
        (["expect", "lane:news", "--until", "18:00"], "the lane of a message is not known yet"),
        (["expect", "thread:1790000000", "--until", "18:00"], "the conversation of a message is not known yet"),
        (["expect", "view:none", "--until", "18:00"], "there is no view `none`"),
    ] {
        let ran = home.run(CLOSED, &wrong);
        assert!(ran.code != 0 && ran.err.contains(said) && ran.out.is_empty(), "{wrong:?}: {} {}", ran.code, ran.err);
    }
}

#[test]
fn what_is_expected_may_be_a_view_and_means_what_the_settings_say_of_it_when_a_message_comes() {
    let home = home();
    let config = std::fs::read_to_string(home.path("config.toml")).unwrap();
    let view = |query: &str| format!("{config}\n[[view]]\nname = \"trades\"\nquery = \"{query}\"\n");
    home.write("config.toml", view("from:@plumber.example"));
    sync(&home, CLOSED);
    let made = home.run(CLOSED, &["expect", "view:trades is:unread", "--until", "09:30"]);
    assert_eq!(made.out, "  1  Expected until 09:30: view:trades is:unread.\n", "{}", made.err);
    home.write("config.toml", &config);
    let check = home.run(CLOSED, &["check"]);
    assert!(check.out.contains("expectation 1: its query means nothing any more"), "{}{}", check.out, check.err);
    home.write("config.toml", view("from:@glazier.example"));
    for (number, who) in [(1, "plumber"), (2, "glazier")] {
        let from = format!("Pia <pia@office.{who}.example>");
        home.deliver("Maildir", &format!("{number}.w"), &letter(number, &from, who, "x"));
    }
    sync(&home, "2026-11-23T08:40:00+01:00");
    let stages = home.sqlite("SELECT subject, stage FROM message ORDER BY subject");
    assert_eq!(stages, "glazier|let through\nplumber|held\n");
}

#[test]
fn the_domain_of_an_exception_has_its_subdomains() {
    let home = home();
    let config = std::fs::read_to_string(home.path("config.toml")).unwrap();
    let rule = "\n[[exception]]\nname = \"school\"\nmatch = \"from:@school.example\"\n";
    home.write("config.toml", format!("{config}{rule}"));
    for (number, from) in [(1, "a@school.example"), (2, "b@mail.school.example"), (3, "c@preschool.example")] {
        home.deliver("Maildir", &format!("{number}.w"), &letter(number, &format!("Office <{from}>"), from, "x"));
    }
    sync(&home, CLOSED);
    assert_eq!(
        home.sqlite("SELECT subject, stage FROM message ORDER BY subject"),
        "a@school.example|let through\nb@mail.school.example|let through\nc@preschool.example|held\n"
    );
}

#[test]
fn an_exception_ends_after_its_last_day() {
    let home = home();
    let config = std::fs::read_to_string(home.path("config.toml")).unwrap();
    let rule = "\n[[exception]]\nname = \"ann\"\nmatch = \"from:ann\"\nuntil = 2026-11-23\n";
    home.write("config.toml", format!("{config}{rule}"));
    home.deliver("Maildir", "1.w", &letter(1, "Ann <ann@example.org>", "On the last day", "x"));
    sync(&home, "2026-11-23T23:59:00+01:00");
    home.deliver("Maildir", "2.w", &letter(2, "Ann <ann@example.org>", "Afterwards", "x"));
    sync(&home, "2026-11-24T00:00:00+01:00");
    assert_eq!(home.sqlite("SELECT stage FROM message ORDER BY admitted"), "let through\nheld\n");
    let check = home.run("2026-11-24T00:01:00+01:00", &["check"]);
    assert!(check.out.contains("exception ann: it is over"), "{}{}", check.out, check.err);
    home.write("config.toml", format!("{config}{}", rule.replace("2026-11-23", "\"18:00\"")));
    let check = home.run("2026-11-24T00:01:00+01:00", &["check"]);
    assert!(check.err.contains("is no day on which an exception can end"), "{}", check.err);
}

#[test]
fn why_tells_the_rules_the_nearest_exception_and_when_a_message_came_out() {
    let home = home();
    let config = std::fs::read_to_string(home.path("config.toml")).unwrap();
    let rules = "\n[[exception]]\nname = \"family\"\nmatch = \"from:mum\"\n\n\
                 [[exception]]\nname = \"urgent\"\nmatch = \"from:ann subject:urgent\"\n\n\
                 [[lane]]\nname = \"people\"\n\n[[lane]]\nname = \"reports\"\nmatch = \"subject:report -from:bob\"\n";
    home.write("config.toml", format!("{config}{rules}"));
    home.deliver("Maildir", "1.w", &letter(1, "Ann <ann@example.org>", "Tea", "x"));
    home.deliver("Maildir", "2.w", &letter(2, "Mum <mum@example.org>", "A report", "x"));
    sync(&home, CLOSED);
    let id =
        |subject: &str| home.sqlite(&format!("SELECT id FROM message WHERE subject = '{subject}'")).trim().to_owned();
    let held = home.run(CLOSED, &["why", &id("Tea")]);
    assert_eq!((held.code, held.out.as_str()), (3, ""), "a held message is not explained");
    let through = home.run(CLOSED, &["why", &id("A report")]);
    let told: Vec<&str> = through.out.lines().collect();
    assert_eq!(
        told,
        [
            "lane      reports: chose it",
            "hold      the exception \"family\" let it through",
            "nearest   urgent: no, since it is not so that from:ann and subject:urgent",
        ]
    );
    assert_eq!(home.run("2026-11-23T10:05:00+01:00", &["begin"]).code, 0);
    let why = home.run("2026-11-23T10:06:00+01:00", &["why", &id("Tea")]);
    let told: Vec<&str> = why.out.lines().collect();
    assert_eq!(
        told,
        [
            "lane      reports: no, since it is not so that subject:report",
            "          people: what no other lane chooses",
            "hold      it was held: no exception let it through",
            "nearest   urgent: no, since it is not so that subject:urgent",
            "came out  the morning check-in, today 10:05",
        ]
    );
    assert_eq!(home.run("2026-11-23T10:07:00+01:00", &["commit"]).code, 0);
    let json = home.json("2026-11-23T10:08:00+01:00", &["why", &id("Tea")]);
    assert_eq!(json[0]["comes"]["checkin"], "afternoon");
    assert_eq!(
        json[0]["nearest"],
        serde_json::json!({ "name": "urgent", "chooses": false, "failing": ["subject:urgent"] })
    );
    // Settings that have changed since are told.
    home.write("config.toml", format!("{config}{}", rules.replace("subject:report -from:bob", "tea")));
    let why = home.run("2026-11-23T10:09:00+01:00", &["why", &id("Tea")]);
    assert!(
        why.out.contains("it was put into people; the settings have changed since, and would choose reports"),
        "{}",
        why.out
    );
}

#[test]
fn a_rule_from_a_message_counts_what_is_visible_and_is_in_force_for_what_comes() {
    let home = home();
    for number in 1..=4 {
        home.deliver(
            "Maildir",
            &format!("{number}.w"),
            &letter(number, "Ann <ann@example.org>", &format!("Tea {number}"), "x"),
        );
    }
    sync(&home, CLOSED);
    assert_eq!(home.run("2026-11-23T10:05:00+01:00", &["begin"]).code, 0);
    home.deliver("Maildir", "5.w", &letter(5, "Ann <ann@example.org>", "Secretmark", "x"));
    let now = "2026-11-23T10:06:00+01:00";
    sync(&home, now);
    let id =
        |subject: &str| home.sqlite(&format!("SELECT id FROM message WHERE subject = '{subject}'")).trim().to_owned();
    let held = home.run(now, &["rule", &id("Secretmark")]);
    assert_eq!((held.code, held.out.as_str()), (3, ""));
    let shown = home.run(now, &["rule", &id("Tea 1")]);
    assert!(shown.out.contains("exception  from:ann@example.org  (let it through at once)"), "{}", shown.out);
    assert!(shown.out.contains("4 in 30 days: Tea ") && !shown.out.contains("Secretmark"), "{}", shown.out);
    let before = std::fs::read_to_string(home.path("config.toml")).unwrap();
    let written = home.run(now, &["rule", &id("Tea 1"), "--add", "mute"]);
    assert!(written.out.contains("Written into the settings as Ann;"), "{}{}", written.out, written.err);
    let after = std::fs::read_to_string(home.path("config.toml")).unwrap();
    assert_eq!(after, format!("{before}\n[[mute]]\nname = \"Ann\"\nmatch = \"from:ann@example.org\"\n"));
    home.deliver("Maildir", "6.w", &letter(6, "Ann <ann@example.org>", "Afterwards", "x"));
    sync(&home, now);
    let stages = home.sqlite("SELECT stage, count(*) FROM message GROUP BY stage ORDER BY stage");
    assert_eq!(
        stages, "held|1\nin batch|4\nmuted|1\n",
        "what is held stays so, the batch too, and what comes is muted"
    );
    let lane = home.json(now, &["rule", &id("Tea 1"), "--add", "lane"]);
    assert_eq!((&lane[0]["kind"], &lane[0]["written"]), (&"lane".into(), &"Ann".into()));
    let check = home.run(now, &["check"]);
    assert_eq!(check.code, 0, "{}{}", check.out, check.err);
}

#[test]
fn an_exception_with_more_false_alarms_than_useful_messages_is_named() {
    let home = home();
    let config = std::fs::read_to_string(home.path("config.toml")).unwrap();
    home.write("config.toml", format!("{config}\n[[exception]]\nname = \"ann\"\nmatch = \"from:ann\"\n"));
    for number in 1..=3 {
        home.deliver("Maildir", &format!("{number}.w"), &letter(number, "Ann <ann@example.org>", "Now", "x"));
    }
    home.deliver("Maildir", "4.w", &letter(4, "Bob <bob@example.org>", "Later", "x"));
    sync(&home, CLOSED);
    let ids = home.sqlite("SELECT id FROM message WHERE stage = 'let through' ORDER BY id");
    let ids: Vec<&str> = ids.lines().collect();
    assert_eq!(home.run(CLOSED, &["rate", "useful", ids[0]]).code, 0);
    let rated = home.json(CLOSED, &["rate", "false-alarm", ids[1]]);
    assert_eq!((&rated[0]["exception"], &rated[0]["rating"]), (&"ann".into(), &"false alarm".into()));
    assert!(!home.run(CLOSED, &["check"]).out.contains("false alarms"), "one of each");
    assert_eq!(home.run(CLOSED, &["rate", "false-alarm", ids[2]]).code, 0);
    let check = home.run(CLOSED, &["check"]);
    assert!(check.out.contains("exception ann: 2 false alarms and 1 useful"), "{}{}", check.out, check.err);
    let held = home.sqlite("SELECT id FROM message WHERE stage = 'held'");
    let refused = home.run(CLOSED, &["rate", "useful", held.trim()]);
    assert!(refused.code == 1 && !refused.err.contains("Later"), "{}", refused.err);
}
