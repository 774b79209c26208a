//! Holds `src/job/invitation.rs`, `src/cli/json/invitation.rs`, `src/ui/view/letter.rs`, `src/job/answer_invitation.rs`, `src/ui/update/invitation.rs`: the
//! card of an invitation, on standard output, as JSON and on the screen, with what the store knows of its event, and what is answered to
//! it; nothing of a held message is in it.

use serde_json::Value;

use crate::support::pty::Terminal;
use crate::support::{CONFIG, Home};

const CLOSED: &str = "2026-11-23T08:30:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
const AFTER: &str = "2026-11-23T10:06:00+01:00";

fn deliver(home: &Home, name: &str) {
    let raw = std::fs::read(format!("tests/fixtures/mail/invitations/{name}.eml")).unwrap();
    home.deliver("Maildir", &format!("{name}.new"), std::str::from_utf8(&raw).unwrap());
}

/// A store in which these came before the batch, and these after it, so that they are held.
fn home(seen: &[&str], held: &[&str]) -> Home {
    let home = Home::new();
    for name in seen {
        deliver(&home, name);
    }
    assert_eq!(home.run(CLOSED, &["add", "Maildir"]).code, 0);
    assert_eq!(home.run(OPEN, &["begin"]).code, 0);
    for name in held {
        deliver(&home, name);
    }
    let added = home.run(AFTER, &["add", "Maildir"]);
    assert_eq!(added.code, 0, "{}{}", added.out, added.err);
    home
}

fn id(home: &Home, message_id: &str) -> String {
    let id = home.sqlite(&format!("SELECT id FROM message WHERE message_id = '{message_id}'"));
    id.trim().to_owned()
}

/// The invitation of a message, as `show --json` tells it.
fn shown(home: &Home, message_id: &str) -> Value {
    let ran = home.run(AFTER, &["show", "--json", &id(home, message_id)]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let message: Value = serde_json::from_str(&ran.out).unwrap();
    message["invitation"].clone()
}

fn card(invitation: &Value) -> String {
    let lines = invitation["card"].as_array().unwrap();
    lines.iter().map(|line| line.as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_change_says_what_was_and_the_first_invitation_that_it_is_replaced() {
    let home = home(&["google-request", "google-update"], &["google-cancel"]);
    let update = shown(&home, "g2@calendar.example");
    let told = card(&update);
    assert!(
        told.starts_with("Changed invitation: Tide gauge review\nWhen       Tue 1 Dec 2026, 14:30–15:30\n"),
        "{told}"
    );
    assert!(told.contains("Changed    the time; it was Tue 1 Dec 2026, 10:00–11:00\n"), "{told}");
    assert!(told.contains("           the place; it was Harbour office, room 2"), "{told}");
    assert_eq!(update["start"]["at"], "2026-12-01T13:30:00Z");
    assert_eq!(update["own_address"], "mara@home.example");
    assert_eq!(update["cancelled_by"], Value::Null, "what cancels it is held");
    let first = shown(&home, "g1@calendar.example");
    assert_eq!(first["replaced_by"].to_string(), id(&home, "g2@calendar.example"));
    assert!(card(&first).contains("Note       a later message has replaced this: Tue 1 Dec 2026, 14:30–15:30"));

    // At the next check-in the cancellation comes out.
    assert_eq!(home.run("2026-11-23T10:50:00+01:00", &["commit"]).code, 0);
    assert_eq!(home.run("2026-11-23T16:05:00+01:00", &["begin"]).code, 0);
    let update = shown(&home, "g2@calendar.example");
    assert_eq!(update["cancelled_by"].to_string(), id(&home, "g3@calendar.example"));
    let cancel = shown(&home, "g3@calendar.example");
    assert!(card(&cancel).starts_with("Cancelled: Tide gauge review\nWhen       Tue 1 Dec 2026, 14:30–15:30"));
}

/// An event at the same time as the first one, for the same reader.
fn clashing(uid: &str, times: &str, more: &str) -> String {
    format!(
        "From: Clash <clash@c.example>\r\nTo: mara@home.example\r\nSubject: {uid}\r\nMessage-ID: <{uid}>\r\nDate: Fri, 20 Nov 2026 \
         10:00:00 +0100\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
         SUMMARY:Event {uid}\r\n{times}{more}ATTENDEE:mailto:mara@home.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

#[test]
fn events_at_the_same_time_are_named_unless_they_are_held_declined_or_moved() {
    let home = Home::new();
    deliver(&home, "google-request");
    let half_past_nine = "DTSTART:20261201T093000Z\r\nDURATION:PT1H\r\n";
    let weekly = "DTSTART:20261103T083000Z\r\nDURATION:PT45M\r\nRRULE:FREQ=WEEKLY\r\n";
    for (name, times, more) in [
        ("once", half_past_nine, ""),
        ("weekly", weekly, ""),
        ("weekly-but-not-then", weekly, "EXDATE:20261201T083000Z\r\n"),
        ("declined", half_past_nine, "ATTENDEE;PARTSTAT=DECLINED:mailto:mara@home.example\r\n"),
        ("free", half_past_nine, "TRANSP:TRANSPARENT\r\n"),
        ("after", "DTSTART:20261201T100000Z\r\nDURATION:PT1H\r\n", ""),
    ] {
        let mail = clashing(name, times, more);
        // Who has declined is in the invitation once.
        let mail = if name == "declined" { mail.replace("ATTENDEE:mailto:mara@home.example\r\n", "") } else { mail };
        home.deliver("Maildir", &format!("{name}.new"), &mail);
    }
    assert_eq!(home.run(CLOSED, &["add", "Maildir"]).code, 0);
    assert_eq!(home.run(OPEN, &["begin"]).code, 0);
    home.deliver("Maildir", "held.new", &clashing("sendermark", half_past_nine, ""));
    assert_eq!(home.run(AFTER, &["add", "Maildir"]).code, 0);
    let told = shown(&home, "g1@calendar.example");
    let named: Vec<&str> =
        told["conflicts"].as_array().unwrap().iter().map(|one| one["summary"].as_str().unwrap()).collect();
    assert_eq!(named, ["Event weekly", "Event once"], "{}", card(&told));
    assert!(card(&told).contains(
        "Clash      Event weekly, Tue 1 Dec 2026, 09:30–10:15\n           Event once, Tue 1 Dec 2026, 10:30–11:30"
    ));
    let over = home.run("2027-01-05T10:00:00+01:00", &["show", &id(&home, "g1@calendar.example")]);
    assert!(!over.out.contains("Clash"), "what is over clashes with nothing: {}", over.out);
}

#[test]
fn an_answer_and_a_proposal_are_told_of_the_event_that_they_are_about() {
    let home = home(&["own-request", "google-reply", "outlook-counter"], &[]);
    let reply = card(&shown(&home, "g4@calendar.example"));
    assert!(
        reply.starts_with("Philippa Oake accepts: Reading group\nWhen       Thu 3 Dec 2026, 19:00–21:00\n"),
        "{reply}"
    );
    let counter = card(&shown(&home, "o6@works.example"));
    assert!(
        counter.starts_with("Ole Brandt proposes another time: Reading group\nWhen       Fri 4 Dec 2026, 19:00"),
        "{counter}"
    );
    assert!(counter.contains("Instead    of Thu 3 Dec 2026, 19:00–21:00"), "{counter}");
}

#[test]
fn one_date_of_a_series_says_when_it_would_have_been() {
    let home = home(&["outlook-weekly", "outlook-date-moved"], &[]);
    let series = card(&shown(&home, "o1@works.example"));
    assert!(series.contains("Next       Tue 15 Dec, 09:00; Tue 22 Dec, 09:00; Tue 5 Jan 2027, 09:00\n"), "{series}");
    assert!(series.contains("\n           another message changes 1 date\n"), "{series}");
    let moved = card(&shown(&home, "o5@works.example"));
    assert!(moved.contains("When       Wed 9 Dec 2026, 14:00–14:30\n"), "{moved}");
    assert!(moved.contains("Changed    the time; it was Tue 8 Dec 2026, 09:00–09:30"), "{moved}");
}

#[test]
fn a_message_that_is_nothing_but_an_invitation_shows_its_card_and_description() {
    let home = Home::new();
    let more = "DESCRIPTION:Bring\\nboots\r\nDTSTART:20261201T093000Z\r\n";
    home.deliver("Maildir", "only.new", &clashing("only", more, ""));
    assert_eq!(home.run(CLOSED, &["add", "Maildir"]).code, 0);
    assert_eq!(home.run(OPEN, &["begin"]).code, 0);
    let shown = home.run(AFTER, &["show", &id(&home, "only")]).out;
    assert!(shown.contains("\n│ Invitation: Event only\n│ When       Tue 1 Dec 2026, 10:30\n"), "{shown}");
    assert!(
        shown.ends_with("\n\nBring\nboots\n+ attachment-1.ics  text/calendar  193 bytes\n")
            || shown.contains("\n\nBring\nboots\n"),
        "{shown}"
    );
    assert_eq!(shown.matches("Event only").count(), 1, "the card tells it, and the text does not again: {shown}");
}

#[test]
fn the_screen_shows_the_card_above_the_text() {
    let home = home(&["google-request"], &["google-update"]);
    assert_eq!(home.run(AFTER, &["decide", "done", &id(&home, "g1@calendar.example")]).code, 0);
    assert_eq!(home.run("2026-11-23T10:50:00+01:00", &["commit"]).code, 0);
    assert_eq!(home.run("2026-11-23T16:05:00+01:00", &["begin"]).code, 0);
    deliver(&home, "google-cancel");
    assert_eq!(home.run("2026-11-23T16:06:00+01:00", &["add", "Maildir"]).code, 0);
    let mut terminal = Terminal::open(&home, "2026-11-23T16:07:00+01:00", &[], 120, 36);
    terminal.wait("Updated invitation");
    terminal.keys("\r");
    terminal.wait("│ Changed invitation: Tide gauge review");
    terminal.wait("│ When       Tue 1 Dec 2026, 14:30–15:30");
    terminal.wait("│ Changed    the time; it was Tue 1 Dec 2026, 10:00–11:00");
    terminal.keys("q");
    Terminal::pause();
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    let bytes = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    assert!(!bytes.contains("Cancelled"), "the cancellation is held");
}

/// The identity that these invitations are for.
const IDENTITY: &str = "\n[[identity]]\naddress = \"mara@home.example\"\nname = \"Mara\"\nsend = { command = \"false\" }\nsent_copy = \"none\"\n";

#[test]
fn an_invitation_is_answered_once_as_it_was_meant_last() {
    let home = home(&["google-request", "google-update", "apple-all-day"], &["google-cancel"]);
    let all_day =
        home.sqlite("SELECT message FROM invitation WHERE uid = '9C1D-allday@choir.example'").trim().to_owned();
    let refused = home.run(AFTER, &["answer-invitation", &all_day, "accept"]);
    assert!(refused.code != 0 && refused.err.contains("no identity has this address"), "{}", refused.err);
    home.write("config.toml", format!("{CONFIG}{IDENTITY}"));
    let changed = home.run(AFTER, &["answer-invitation", &id(&home, "g1@calendar.example"), "accept"]);
    let later = id(&home, "g2@calendar.example");
    assert!(changed.code != 0 && changed.err.contains(&format!("answer that one: {later}")), "{}", changed.err);
    let first = home.run(AFTER, &["--json", "answer-invitation", &all_day, "accept", "--comment", "Gern, Ö"]);
    assert_eq!(first.code, 0, "{}", first.err);
    let first: Value = serde_json::from_str(&first.out).unwrap();
    assert_eq!((&first["to"], &first["from"]), (&"tom@choir.example".into(), &"mara@home.example".into()));
    assert_eq!((&first["leaves"], &first["replaced"]), (&"close".into(), &serde_json::json!([])));
    let second = home.run(AFTER, &["answer-invitation", &all_day, "decline"]);
    assert!(second.out.starts_with("Declined: "), "{}{}", second.out, second.err);
    assert!(second.out.contains("What you had answered before has not left, and does not."), "{}", second.out);
    let rows = home.sqlite(
        "SELECT state, leaves, discarded IS NULL, instr(bytes, 'PARTSTAT=DECLINED') > 0 FROM outgoing ORDER BY id",
    );
    assert_eq!(rows.trim(), "draft||0|\nstaged|close|1|1");
    assert_eq!(home.sqlite("SELECT DISTINCT address FROM outgoing_recipient").trim(), "tom@choir.example");
    let reply = home.sqlite("SELECT message_id FROM outgoing WHERE state = 'staged'");
    assert!(reply.trim().ends_with("@home.example"), "{reply}");
    // What is held is not answered, and nothing is said of it.
    let held = home.sqlite("SELECT id FROM message WHERE stage = 'held'").trim().to_owned();
    let refused = home.run(AFTER, &["answer-invitation", &held, "accept"]);
    assert!(refused.code == 3 && !refused.err.contains("gauge"), "{} {}", refused.code, refused.err);
}

/// A person writes, and the program that sends takes it.
const SENDS: &str = "\n[[identity]]\naddress = \"mara@home.example\"\nname = \"Mara\"\nsend = { command = \"sh -c 'cat > /dev/null'\" }\nsent_copy = \"none\"\n";

/// A batch with one invitation, one message that is none, and an event that asks for no answer.
fn desk(size: (u16, u16)) -> (Home, Terminal) {
    let home = Home::new();
    home.write("config.toml", format!("{CONFIG}{SENDS}"));
    deliver(&home, "apple-all-day");
    home.deliver("Maildir", "plain.new", &crate::support::letter(7, "Ann <ann@a.example>", "Plain words", "Hello."));
    let event = clashing("told", "DTSTART:20261201T093000Z\r\n", "").replace("method=REQUEST", "method=PUBLISH");
    home.deliver("Maildir", "told.new", &event);
    assert_eq!(home.run(CLOSED, &["add", "Maildir"]).code, 0);
    assert_eq!(home.run(OPEN, &["begin"]).code, 0);
    let mut terminal = Terminal::open(&home, AFTER, &[], size.0, size.1);
    terminal.wait("Plain words");
    (home, terminal)
}

/// Moves to the row that shows this text and opens it.
fn open(terminal: &mut Terminal, row: &str, shown: &str) {
    terminal.keys("gg");
    Terminal::pause();
    for _ in 0..3 {
        if terminal.text().lines().any(|line| line.contains('▌') && line.contains(row)) {
            break;
        }
        terminal.keys("j");
        Terminal::pause();
    }
    terminal.keys("\r");
    terminal.wait(shown);
}

#[test]
fn an_invitation_is_answered_by_keys_with_a_word_and_undo_takes_both_back() {
    let (home, mut terminal) = desk((120, 36));
    open(&mut terminal, "Island", "Invitation: Island, with everybody");
    terminal.wait("I answer invitation");
    terminal.keys("Iw");
    terminal.wait("which the organizer reads with your answer");
    terminal.keys("Gern, Ö\r");
    let asked = terminal.wait("with the word: Gern, Ö");
    assert!(
        asked.contains("leaves at the close, 10:45, to tom@choir.example alone, from mara@home.example"),
        "{asked}"
    );
    terminal.keys("t");
    terminal.wait("Tentative: leaves at the close, 10:45, to tom@choir.example alone · u takes it back");
    let staged =
        "SELECT state, instr(draft, 'X-Invitation-Answer: tentative') > 0, instr(draft, 'Gern, Ö') > 0 FROM outgoing";
    assert_eq!(home.sqlite(staged).trim(), "staged|1|1");
    terminal.wait_gone("Island");
    terminal.keys("u");
    terminal.wait("Taken back, the answer is a draft again: Island");
    assert_eq!(home.sqlite("SELECT state FROM outgoing").trim(), "draft");
    // Another answer, without a word; the choice can be left.
    terminal.keys("I");
    terminal.wait("accept: you come");
    terminal.keys("\x1b");
    terminal.wait_gone("accept: you come");
    terminal.keys("Ia");
    terminal.wait("Accepted: leaves at the close");
    assert_eq!(home.sqlite("SELECT count(*) FROM outgoing WHERE state = 'staged' AND instr(bytes, 'PARTSTAT=ACCEPTED') > 0 AND instr(bytes, 'COMMENT:') = 0").trim(), "1");
    // The card says so, wherever the message is read.
    terminal.keys("/island\r");
    terminal.wait("1 found");
    terminal.keys("\r");
    terminal.wait("│ Answer     you accepted; it leaves at the close");
    terminal.keys("Id");
    terminal.wait("Declined: leaves at the close");
    terminal.wait("│ Answer     you declined; it leaves at the close");
    assert_eq!(home.sqlite("SELECT count(*) FROM outgoing WHERE state = 'staged'").trim(), "1");
    terminal.kill();
    let shown = |at: &str| {
        home.run(at, &["show", home.sqlite("SELECT message FROM invitation WHERE uid LIKE '9C1D%'").trim()]).out
    };
    assert!(shown(AFTER).contains("Answer     you declined; it leaves at the close"), "{}", shown(AFTER));
    let committed = home.run("2026-11-23T10:40:00+01:00", &["commit"]);
    assert_eq!(committed.code, 0, "{}", committed.err);
    assert_eq!(home.sqlite("SELECT count(*) FROM outgoing WHERE state = 'sent'").trim(), "1");
    let later = shown("2027-01-04T10:40:00+01:00");
    assert!(later.contains("Answer     you declined on Mon 23 Nov 2026"), "{later}");
}

#[test]
fn what_asks_for_no_answer_says_so_on_the_screen_in_the_words_of_the_command() {
    let (home, mut terminal) = desk((80, 24));
    let find = |terminal: &mut Terminal, words: &str, shown: &str| {
        terminal.keys(&format!("/\x15{words}\r"));
        terminal.wait("1 found");
        terminal.keys("\r");
        terminal.wait(shown);
        assert!(!terminal.text().contains("answer invitation"), "{}", terminal.text());
        terminal.keys("I");
    };
    find(&mut terminal, "plain", "Hello.");
    terminal.wait_until("the reason", |screen| screen.contains("has no invitation"));
    terminal.keys("qq");
    find(&mut terminal, "subject:told", "Event: Event told");
    // A long notice takes two lines.
    terminal.wait_until("the reason", |screen| screen.replace('\n', " ").contains("it asks for no answer"));
    assert_eq!(home.sqlite("SELECT count(*) FROM outgoing").trim(), "0");
    let id = id(&home, "told");
    let command = home.run(AFTER, &["answer-invitation", &id, "accept"]);
    assert!(command.err.contains(&format!("the invitation of message {id} is not answered: it asks for no answer")));
}
