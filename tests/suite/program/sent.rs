//! Holds `src/store/sent.rs`, `src/store/correspondents.rs`, `src/job/address_book.rs`, `src/cli/addresses.rs`, `src/source/imap/folders.rs`, `src/source/maildir/roles.rs`, `src/config/mailbox.rs`: what the person
//! has sent is read as history, from accounts and Maildirs: it is found and is part of conversations, and is never held, never in
//! a batch and never changed. What was sent to oneself is one message, and is held when it arrives.

use super::accounts::{EARLY, OPEN, home_with};
use crate::support::Home;
use crate::support::servers::{Account, Kind, readback};

/// A letter by its name, which is its Message-ID: from whom, to whom, and what it answers.
pub(super) fn letter(name: &str, from: &str, to: &str, answers: &str) -> String {
    let answers = if answers.is_empty() { String::new() } else { format!("In-Reply-To: <{answers}@x.example>\r\n") };
    format!(
        "From: {from}\r\nTo: {to}\r\nSubject: About {name}\r\nDate: Fri, 20 Nov 2026 09:00:00 +0100\r\n\
         Message-ID: <{name}@x.example>\r\n{answers}\r\nText of {name}.\r\n"
    )
}

pub(super) const ME: &str = "Me <me@example.org>";
pub(super) const ANN: &str = "Ann <Ann@Example.org>";

pub(super) fn stage(home: &Home, name: &str) -> String {
    home.sqlite(&format!("SELECT stage FROM message WHERE message_id = '{name}@x.example'")).trim().to_owned()
}

pub(super) fn maildir(home: &Home, more: &str) {
    let text = std::fs::read_to_string(home.path("config.toml")).unwrap();
    let path = home.path("Mail");
    let source = format!("\n[[source]]\nname = \"home\"\nkind = \"maildir\"\npath = \"{}\"\n{more}\n", path.display());
    home.write("config.toml", text + &source);
}

pub(super) fn put(home: &Home, folder: &str, name: &str, mail: &str) {
    for side in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(home.path(&format!("Mail/{folder}/{side}"))).unwrap();
    }
    home.write(&format!("Mail/{folder}/cur/{name}:2,"), mail);
}

/// The names of what is found by a query.
fn found(home: &Home, query: &str) -> Vec<String> {
    let mut subjects: Vec<String> = home
        .json(OPEN, &["search", query])
        .iter()
        .map(|one| one["subject"].as_str().unwrap().trim_start_matches("About ").to_owned())
        .collect();
    subjects.sort();
    subjects
}

#[test]
fn sent_mail_of_an_account_is_history_and_stays_as_it_is() {
    for kind in [Kind::Dovecot, Kind::Cyrus] {
        let Some(account) = Account::on(kind, "sentmail") else { continue };
        let mut client = account.client();
        // The server does not mark it as read: it is not held for that.
        client.append("Sent", "", [letter("asked", ME, ANN, ""), letter("tomyself", ME, ME, "")]);
        client.append("INBOX", "", [letter("answer", ANN, ME, "asked"), letter("tomyself", ME, ME, "")]);
        let home = home_with(&account.plain_source("work", account.server.port));
        home.json(EARLY, &["sync"]);
        let stages = |names: &[&str]| names.iter().map(|name| stage(&home, name)).collect::<Vec<_>>();
        assert_eq!(stages(&["asked", "answer", "tomyself"]), ["history", "held", "held"], "{kind:?}");
        assert_eq!(found(&home, "about"), ["asked"], "{kind:?}: held means held");
        let threads =
            "SELECT count(DISTINCT thread) FROM message WHERE message_id IN ('asked@x.example', 'answer@x.example')";
        assert_eq!(home.sqlite(threads).trim(), "1", "{kind:?}");
        // What is sent later is history too.
        client.append("Sent", "\\Seen", [letter("later", ME, ANN, "answer")]);
        home.json(EARLY, &["sync"]);
        assert_eq!(stage(&home, "later"), "history", "{kind:?}");
        // Its batch has what arrived, and a commit changes that alone.
        let begun = home.json(OPEN, &["begin"]);
        assert_eq!(begun.len(), 2, "{kind:?}: {begun:?}");
        for one in begun {
            home.json(OPEN, &["decide", "done", &one["id"].to_string()]);
        }
        home.json(OPEN, &["commit"]);
        let mailbox = readback::read(account.server.port, &account.user);
        let places = |name: &str| {
            let places = readback::places(&mailbox, &format!("{name}@x.example"));
            let mut places: Vec<_> = places.into_iter().map(|(folder, one)| (folder, one.has("\\Seen"))).collect();
            places.sort_unstable();
            places
        };
        assert_eq!(places("asked"), [("Sent", false)], "{kind:?}");
        assert_eq!(places("tomyself"), [("Archive", true), ("Sent", false)], "{kind:?}");
        assert_eq!(places("answer"), [("Archive", true)], "{kind:?}");
        assert_eq!(found(&home, "about"), ["answer", "asked", "later", "tomyself"], "{kind:?}");
        home.assert_whole();
    }
}

#[test]
fn check_says_which_folder_is_read_as_sent_mail() {
    let Some(account) = Account::on(Kind::Dovecot, "sentcheck") else { return };
    let source = account.plain_source("work", account.server.port);
    for (more, said) in [
        ("", "Sent, read as history"),
        ("sent = false\n", "is not read, as `sent = false` says"),
        ("sent = \"Drafts\"\n", "Drafts, read as history"),
        ("sent = \"Nowhere\"\n", "there is no folder Nowhere"),
        ("folders = [\"INBOX\", \"-Sent\"]\n", "no folder for it was found"),
    ] {
        let home = home_with(&format!("{source}\n{more}"));
        let told = home.run(EARLY, &["check"]);
        assert!(told.out.contains(said) || told.err.contains(said), "{more}: {} {}", told.out, told.err);
    }
}

#[test]
fn sent_mail_of_a_maildir_is_read_by_its_name_by_the_settings_or_not_at_all() {
    for (more, folder, stage_of_sent) in [
        ("", ".Sent", "history"),
        ("", ".Gesendet", "history"),
        ("folders = [\"INBOX\"]", ".Sent", "history"),
        ("folders = [\"INBOX\"]\nsent = \"Ausgang\"", ".Ausgang", "history"),
        ("sent = false", ".Sent", ""),
        ("folders = [\"INBOX\", \"-Sent\"]", ".Sent", ""),
        ("folders = [\"INBOX\", \"Sent\"]\nsent = false", ".Sent", "history"),
    ] {
        let home = home_with("");
        put(&home, "", "1", &letter("arrived", ANN, ME, ""));
        put(&home, folder, "2", &letter("asked", ME, ANN, ""));
        maildir(&home, more);
        home.json(EARLY, &["sync"]);
        assert_eq!(stage(&home, "asked"), stage_of_sent, "{more} {folder}");
        put(&home, folder, "3", &letter("later", ME, ANN, ""));
        home.json(EARLY, &["sync"]);
        assert_eq!(stage(&home, "later"), stage_of_sent, "{more} {folder}");
        let knows = home.sqlite("SELECT address FROM correspondent").trim().to_owned();
        let is_sent = stage_of_sent == "history" && !more.contains("sent = false");
        assert_eq!(knows, if is_sent { "ann@example.org" } else { "" }, "{more} {folder}");
        home.assert_whole();
    }
}

#[test]
fn what_was_sent_to_oneself_is_held_whichever_copy_is_met_first() {
    for sent_first in [true, false] {
        let home = home_with("");
        let (mail, order) = (letter("note", ME, ME, ""), if sent_first { [".Sent", ""] } else { ["", ".Sent"] });
        put(&home, "", "0", &letter("first", ANN, ME, ""));
        put(&home, ".Sent", "00", &letter("other", ME, ANN, ""));
        put(&home, ".Archive", "000", &letter("old", ANN, ME, ""));
        maildir(&home, "");
        home.json(EARLY, &["sync"]);
        for (number, folder) in (1..).zip(order) {
            put(&home, folder, &number.to_string(), &mail);
            home.json(EARLY, &["sync"]);
            let seen_first = number == 1 && sent_first;
            assert_eq!(stage(&home, "note"), if seen_first { "history" } else { "held" }, "{order:?} {number}");
        }
        assert_eq!(home.sqlite("SELECT count(*) FROM message WHERE message_id = 'note@x.example'").trim(), "1");
        // It is held once: after it was decided about, its copy among the sent mail brings nothing back.
        let begun = home.json(OPEN, &["begin"]);
        assert!(begun.iter().any(|one| one["subject"] == "About note"), "{begun:?}");
        for one in begun {
            home.json(OPEN, &["decide", "done", &one["id"].to_string()]);
        }
        home.json(OPEN, &["commit"]);
        home.json(OPEN, &["sync"]);
        assert_eq!(stage(&home, "note"), "done");
        let sent = home
            .sqlite("SELECT count(*) FROM copy JOIN folder ON folder.id = folder WHERE name = 'Sent' AND gone IS NULL");
        assert_eq!(sent.trim(), "2", "the copies among the sent mail are where they were");
        home.assert_whole();
    }
}

#[test]
fn what_was_taken_in_before_its_folder_was_known_as_sent_mail_counts() {
    let home = home_with("");
    put(&home, "", "1", &letter("arrived", ANN, ME, ""));
    put(&home, ".Ausgang", "2", &letter("asked", ME, ANN, ""));
    maildir(&home, "");
    home.json(EARLY, &["sync"]);
    assert_eq!(home.sqlite("SELECT count(*) FROM correspondent").trim(), "0");
    let text = std::fs::read_to_string(home.path("config.toml")).unwrap();
    home.write("config.toml", text + "sent = \"Ausgang\"\n");
    home.json(EARLY, &["sync"]);
    assert_eq!(home.sqlite("SELECT address FROM correspondent").trim(), "ann@example.org");
    home.assert_whole();
}

#[test]
fn what_happens_to_a_copy_among_the_sent_mail_decides_nothing() {
    let Some(account) = Account::on(Kind::Dovecot, "sentmarks") else { return };
    let mut client = account.client();
    client.append("Sent", "\\Seen", [letter("note", ME, ME, ""), letter("asked", ME, ANN, "")]);
    client.append("INBOX", "", [letter("note", ME, ME, "")]);
    let home = home_with(&account.plain_source("work", account.server.port));
    home.json(EARLY, &["sync"]);
    // Another program marks the copy of the sender, and throws it away then.
    client.select("Sent");
    for name in ["note", "asked"] {
        let uid = client.uid(&format!("{name}@x.example")).unwrap();
        client.store(uid, "+FLAGS", "tidebox_done");
    }
    home.json(EARLY, &["sync"]);
    assert_eq!([stage(&home, "note"), stage(&home, "asked")], ["held", "history"]);
    let uids = ["note", "asked"].map(|name| client.uid(&format!("{name}@x.example")).unwrap());
    client.expunge(&uids);
    home.json(EARLY, &["sync"]);
    assert_eq!([stage(&home, "note"), stage(&home, "asked")], ["held", "history"]);
    home.assert_whole();
}

#[test]
fn what_was_sent_is_not_reopened() {
    let home = home_with("");
    put(&home, "", "1", &letter("arrived", ANN, ME, ""));
    put(&home, ".Sent", "2", &letter("asked", ME, ANN, ""));
    maildir(&home, "");
    home.json(EARLY, &["sync"]);
    let id = home.sqlite("SELECT id FROM message WHERE message_id = 'asked@x.example'").trim().to_owned();
    let told = home.run(OPEN, &["reopen", &id]);
    assert!(told.err.contains("is one that you sent; it is history"), "{} {}", told.out, told.err);
    assert_eq!(stage(&home, "asked"), "history");
    assert_eq!(home.sqlite("SELECT count(*) FROM journal").trim(), "0");
    home.assert_whole();
}

/// A letter to the person with more fields in its header.
fn with_fields(name: &str, from: &str, fields: &str) -> String {
    letter(name, from, ME, "").replacen("Subject:", &format!("{fields}\r\nSubject:"), 1)
}

#[test]
fn whom_one_has_written_to_and_who_answers_is_among_people_from_the_first_reading_on() {
    let fill = |put: &mut dyn FnMut(&str, &str, String)| {
        put("Sent", "asked", letter("asked", ME, "Shop <Orders@Shop.example>, users@lists.example", ""));
        put("INBOX", "known", letter("known", "orders@shop.example", ME, ""));
        put("INBOX", "unknown", letter("unknown", "orders@other.example", ME, ""));
        put("INBOX", "hotel", letter("hotel", "reservations@hotel.example", ME, ""));
        let list = "List-Id: <users.lists.example>\r\nList-Post: <mailto:users@lists.example>";
        put("INBOX", "post", with_fields("post", "bo@b.example", list));
        let answer = format!("In-Reply-To: <asked@x.example>\r\n{list}");
        put("INBOX", "answer", with_fields("answer", "cy@c.example", &answer));
        put("INBOX", "came_back", with_fields("came_back", "mailer-daemon@x.example", "Return-Path: <>"));
        put("INBOX", "issue", with_fields("issue", "notifications@github.com", "X-GitHub-Reason: subscribed"));
        put("INBOX", "mention", with_fields("mention", "notifications@github.com", "X-GitHub-Reason: mention"));
        put("INBOX", "weekly", with_fields("weekly", "w@w.example", "List-Unsubscribe: <https://w.example/u>"));
    };
    let lanes = [
        ("known", "people"),
        ("unknown", "notices"),
        ("hotel", "notices"),
        ("post", "lists"),
        ("answer", "people"),
        ("came_back", "people"),
        ("issue", "notices"),
        ("mention", "people"),
        ("weekly", "news"),
    ];
    let lane_of = |home: &Home, name: &str| {
        let lane = "SELECT lane.name FROM message JOIN lane ON lane.id = message.lane WHERE message_id = ";
        home.sqlite(&format!("{lane}'{name}@x.example'")).trim().to_owned()
    };
    let home = home_with("");
    fill(&mut |folder, name, mail| put(&home, if folder == "Sent" { ".Sent" } else { "" }, name, &mail));
    maildir(&home, "");
    home.json(EARLY, &["sync"]);
    for (name, lane) in lanes {
        assert_eq!(lane_of(&home, name), lane, "{name}");
    }
    home.json(OPEN, &["begin"]);
    let why = |name: &str| {
        let id =
            home.sqlite(&format!("SELECT id FROM message WHERE message_id = '{name}@x.example'")).trim().to_owned();
        home.run(OPEN, &["why", &id]).out
    };
    assert!(why("known").contains("correspondent: you have written to its sender"), "{}", why("known"));
    assert!(why("known").contains("notices: no, since it is not so that -is:correspondent"), "{}", why("known"));
    assert!(why("hotel").contains("notice: its address is for orders"), "{}", why("hotel"));
    assert_eq!(found(&home, "is:correspondent"), ["known"]);
    assert_eq!(found(&home, "is:answer -is:notice"), ["answer"]);
    let Some(account) = Account::on(Kind::Dovecot, "sentlanes") else { return };
    let mut client = account.client();
    fill(&mut |folder, _, mail| client.append(folder, "", [mail]));
    let home = home_with(&account.plain_source("work", account.server.port));
    home.json(EARLY, &["sync"]);
    for (name, lane) in lanes {
        assert_eq!(lane_of(&home, name), lane, "{name}, of an account");
    }
}

#[test]
fn an_exception_for_own_conversations_lets_their_answers_through() {
    let exception = "[[exception]]\nname = \"my questions\"\nmine = true\n\
                     [[exception]]\nname = \"urgent ones\"\nmine = true\nmatch = 'subject:urgent'\n";
    for (both, expected) in [(true, ["let through", "let through", "held"]), (false, ["held", "held", "held"])] {
        let home = home_with(if both { exception } else { &exception[exception.rfind("[[").unwrap()..] });
        put(&home, ".Sent", "1", &letter("asked", ME, ANN, ""));
        put(&home, ".Sent", "2", &letter("joined", ME, ANN, "theirs"));
        put(&home, "", "3", &letter("answer", ANN, ME, "asked"));
        // Somebody else began this one, and the person only took part.
        let joined = letter("other", ANN, ME, "").replacen(
            "Subject:",
            "References: <theirs@x.example> <joined@x.example>\r\nSubject:",
            1,
        );
        put(&home, "", "5", &joined);
        maildir(&home, "");
        home.json(EARLY, &["sync"]);
        // It names the answer alone, which is not of the person.
        put(&home, "", "4", &letter("later", "bo@b.example", ME, "answer"));
        home.json(EARLY, &["sync"]);
        assert_eq!(["answer", "later", "other"].map(|name| stage(&home, name)), expected, "{both}");
        home.assert_whole();
    }
}

#[test]
fn a_rule_from_an_answer_lets_the_answers_of_own_conversations_through() {
    let home = home_with("");
    put(&home, ".Sent", "1", &letter("asked", ME, ANN, ""));
    put(&home, "", "2", &letter("answer", ANN, ME, "asked"));
    put(&home, "", "3", &letter("other", ANN, ME, ""));
    maildir(&home, "");
    home.json(EARLY, &["sync"]);
    home.sqlite("UPDATE message SET stage = 'done' WHERE stage = 'held'");
    let kinds = |name: &str| -> Vec<String> {
        let id = home.sqlite(&format!("SELECT id FROM message WHERE message_id = '{name}@x.example'"));
        let rules = home.json(EARLY, &["rule", id.trim()]);
        rules.iter().map(|rule| rule["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds("answer"), ["exception", "threads", "lane", "mute"]);
    assert_eq!(kinds("other"), ["exception", "lane", "mute"], "nobody of this house began that");
    let id = home.sqlite("SELECT id FROM message WHERE message_id = 'answer@x.example'");
    let written = home.run(EARLY, &["rule", id.trim(), "--add", "threads"]);
    assert!(written.out.contains("Written into the settings as my threads;"), "{}{}", written.out, written.err);
    put(&home, "", "4", &letter("more", "bo@b.example", ME, "asked"));
    put(&home, "", "5", &letter("else", "bo@b.example", ME, ""));
    home.json(EARLY, &["sync"]);
    assert_eq!(["more", "else"].map(|name| stage(&home, name)), ["let through", "held"]);
    home.assert_whole();
}

#[test]
fn those_who_were_written_to_are_listed_before_those_who_wrote_and_nobody_whose_mail_is_held() {
    let home = home_with("");
    maildir(&home, "");
    put(&home, ".Sent", "1", &letter("one", ME, "Ann Lee <Ann@Example.org>, ben@b.example", ""));
    put(&home, ".Sent", "2", &letter("two", ME, "\"Lee, Ann\" <ann@example.org>", ""));
    put(&home, "", "3", &letter("three", "Held <held@h.example>", ME, ""));
    put(&home, "", "4", &letter("four", "Shop <no-reply@shop.example>", ME, ""));
    home.json(EARLY, &["sync"]);
    let who = |at: &str, words: &[&str]| -> Vec<String> {
        let all = home.json(at, &[&["addresses"], words].concat());
        all.iter()
            .map(|one| {
                format!("{} {} {}", one["address"].as_str().unwrap().to_lowercase(), one["written"], one["received"])
            })
            .collect()
    };
    assert_eq!(who(EARLY, &[]), ["ann@example.org 2 0", "ben@b.example 1 0"]);
    assert_eq!(who(EARLY, &["held"]), [""; 0]);
    home.json(OPEN, &["begin"]);
    assert_eq!(who(OPEN, &[]), ["ann@example.org 2 0", "ben@b.example 1 0", "held@h.example 0 1"]);
    assert_eq!(who(OPEN, &["lee"]), ["ann@example.org 2 0"]);
    let plain = home.run(OPEN, &["addresses", "--limit", "1", "exam"]);
    assert!(plain.out.to_lowercase().starts_with("ann@example.org\t") && plain.out.contains("Lee"), "{}", plain.out);
    assert!(plain.err.contains("2 more are not shown; --limit says how many are"), "{}", plain.err);
}
