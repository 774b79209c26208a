//! Holds `src/store/schema`, `src/store/read.rs`, `src/cli`, `src/ui`: Rule 1: held means held. Messages with marker
//! words are admitted, every command and every screen is walked outside a window, and no marker is found. The same walk
//! finds them once they are released, so that it is known to look.

use std::fmt::Write as _;

use crate::support::pty::Terminal;
use crate::support::{Home, letter};

const CLOSED: &str = "2026-11-23T08:30:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
const MARKS: [&str; 5] = ["sendermark", "addressmark", "subjectmark", "bodymark", "filemark"];

fn home() -> Home {
    let home = Home::new();
    let mut mail = letter(1, "Sendermark Smith <addressmark@example.org>", "Subjectmark report", "Bodymark text.");
    mail = mail.replace(
        "Content-Type: text/plain; charset=utf-8\r\n\r\nBodymark text.\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nBodymark text.\r\n\
         --b\r\nContent-Type: application/pdf; name=filemark.pdf\r\nContent-Disposition: attachment; filename=filemark.pdf\r\n\r\nx\r\n--b--\r\n",
    );
    home.deliver("Maildir", "1.held", &mail);
    let added = home.run(CLOSED, &["add", "Maildir"]);
    assert_eq!(added.code, 0, "{}", added.err);
    assert!(added.out.contains("1 new"), "{}", added.out);
    home
}

fn found(text: &str) -> Vec<&'static str> {
    let text = text.to_lowercase();
    MARKS.into_iter().filter(|mark| text.contains(mark)).collect()
}

/// A line each, as one would type it.
const COMMANDS: &str = "\
status
status --format json
status --format tmux
status --format waybar
status --format starship
status --counts
checkins
checkins --ics
hours
hours --format html
hours --format ics
hours --format sieve
hours --upload sieve
hours --upload sieve --remove
trial
whatif
whatif 9:00 or 11:00 --cases
whatif 9:00 --within 1h --cases
month
month 2026-10 --explain
month --svg month.svg --force
queue
queue --exceptions
deferred
wake {id}
reschedule {id} --to next
show '<letter-1@example.org>'
search --all -nothing
commit --exceptions
complete -- decide done ''
complete -- wake ''
complete -- reschedule ''
complete -- reopen ''
complete -- unmute ''
complete -- show ''
complete -- show {id}
complete -- peek --show ''
complete -- search id:
complete -- search from:
show {id}
show {id} --raw
search subjectmark
search *
search has:attachment
search id:{id}
decide done {id}
outbox
addresses
addresses sendermark
complete -- compose --to ''
complete -- compose --cc a
complete -- forward {id} --to=s
complete -- reply ''
outbox recall 1
outbox resend 1
outbox settle 1 sent
reopen {id}
reopen --batch last
muted
unmute {id}
unsubscribe {id}
answer-invitation {id} accept
complete -- answer-invitation ''
complete -- unsubscribe ''
search is:muted
search -is:muted
undo
redo
commit
check
check --store-too
export
export --format jsonl
peek
peek --log
rule {id}
rule {id} --add exception
rule {id} --add lane
rate useful {id}
rate false-alarm {id}
search view:all
search 'view:all -view:none'
search subjectmar
search 'is:open or is:unread'
complete -- rule ''
complete -- rate useful ''
complete -- why ''
complete -- search view:
rule {id} --add mute
why {id}
why '<letter-1@example.org>'
ask subjectmark
ask -nothing
ask id:{id}
code
code --from example.org --link
expect from:somebody --until 09:30
expect --list
expect --revoke 1
add Maildir
account folders
account providers
account add me@gmail.com --password-env NONE --print
sync
begin
matter
matter yes {id}
forget --facts
forget --facts --yes
";

/// Every command that prints something, with every form it prints in.
fn commands(id: &str) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for line in COMMANDS.lines() {
        let arguments = shlex::split(&line.replace("{id}", id)).unwrap();
        let alone = arguments.iter().any(|argument| ["--ics", "--raw"].contains(&argument.as_str()));
        let json = (!alone).then(|| [vec!["--json".to_owned()], arguments.clone()].concat());
        all.push(arguments);
        all.extend(json);
    }
    all
}

fn id_of(home: &Home) -> String {
    home.sqlite("SELECT id FROM message").trim().to_owned()
}

#[test]
fn no_command_shows_what_is_held() {
    let home = home();
    let id = id_of(&home);
    for arguments in commands(&id) {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ran = home.run(CLOSED, &arguments);
        let said = format!("{}{}", ran.out, ran.err);
        assert_eq!(found(&said), Vec::<&str>::new(), "{arguments:?} said:\n{said}");
    }
    for arguments in [vec!["queue"], vec!["begin"], vec!["show", &id], vec!["decide", "done", &id], vec!["reopen", &id]]
    {
        assert_eq!(home.run(CLOSED, &arguments).code, 3, "{arguments:?} says that it is held");
    }
    let view = home.sqlite("SELECT * FROM released");
    assert_eq!(found(&view), Vec::<&str>::new(), "{view}");
}

#[test]
fn the_same_walk_finds_it_once_it_is_released() {
    let home = home();
    let id = id_of(&home);
    assert_eq!(home.run(OPEN, &["begin"]).code, 0);
    let mut said = String::new();
    for arguments in [vec!["queue"], vec!["show", &id], vec!["show", &id, "--raw"], vec!["search", "subjectmark"]] {
        let ran = home.run(OPEN, &arguments);
        let _ = write!(said, "{}{}", ran.out, ran.err);
    }
    assert_eq!(found(&said), MARKS);
    assert!(!home.sqlite("SELECT subject FROM released").is_empty());
}

#[test]
fn a_peek_needs_a_reason_and_is_written_down() {
    let home = home();
    assert_eq!(home.run(CLOSED, &["peek"]).code, 2, "no reason, no peek");
    let peeked = home.run(CLOSED, &["peek", "--reason", "the plumber confirms today"]);
    assert_eq!(peeked.code, 0, "{}", peeked.err);
    assert!(peeked.out.contains("Subjectmark"), "{}", peeked.out);
    let log = home.run(CLOSED, &["peek", "--log"]);
    assert!(log.out.contains("the plumber confirms today"), "{}", log.out);
    // It locks again by itself.
    assert_eq!(home.run("2026-11-23T08:50:00+01:00", &["peek"]).code, 2);
}

#[test]
fn no_screen_shows_what_is_held() {
    let home = home();
    let mut terminal = Terminal::open(&home, CLOSED, &[], 120, 36);
    terminal.wait("10:00");
    // Every key that a hand could fall on, each followed by a way back; q and ctrl-c would leave.
    let mut walked = 0;
    for key in ('!'..='~').chain(['\r', '\t', ' ']) {
        // `b` begins the first batch, which shows what is held because a person asks for it, once in the life of a store.
        if key == 'q' || key == 'b' {
            continue;
        }
        terminal.keys(&format!("{key}"));
        Terminal::pause();
        terminal.keys("\x1b");
        Terminal::pause();
        walked += 1;
    }
    terminal.keys("gc");
    terminal.wait("November 2026");
    terminal.keys("?");
    terminal.wait("How often a counter");
    terminal.keys("\x1b");
    Terminal::pause();
    terminal.keys("\x1b");
    terminal.wait("10:00");
    terminal.keys("w");
    terminal.wait("other schedules");
    for key in ["\r", "?", "\x1b", "a", "\x1b", "e", "\x1b", "t", "\x1b"] {
        terminal.keys(key);
        Terminal::pause();
    }
    terminal.wait("10:00");
    terminal.keys("gm");
    terminal.wait("No thread is muted.");
    terminal.keys("\x1b");
    Terminal::pause();
    terminal.keys("/subjectmark\r");
    terminal.wait("subjectmark");
    terminal.keys("\x1b");
    Terminal::pause();
    terminal.keys("\x1b");
    terminal.wait("10:00");
    assert!(walked > 80);
    Terminal::pause();
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    let bytes = String::from_utf8_lossy(&terminal.bytes()).to_lowercase();
    // What was typed into the search stands on the screen; nothing else does.
    for mark in ["sendermark", "addressmark", "bodymark", "filemark", "subjectmark report"] {
        assert!(!bytes.contains(mark), "{mark} reached the terminal");
    }
}

/// A message that was answered and came back is held again: the lists of what was written show nothing of it, until it comes out.
#[test]
fn what_is_written_about_a_message_that_is_held_again_shows_nothing_of_it() {
    let home = home();
    let message = home.sqlite("SELECT id FROM message");
    let message = message.trim();
    let draft = "From: me@example.org\nTo: Sendermark Smith <addressmark@example.org>\nSubject: Re: Subjectmark report\n\nYes.\n\n> Bodymark text.\n";
    for (state, more) in
        [("draft", "NULL, NULL"), ("staged", "'close', 'me@example.org'"), ("refused", "'close', 'me@example.org'")]
    {
        let bytes = if state == "draft" { "NULL" } else { "x'00'" };
        home.sqlite(&format!(
            "INSERT INTO outgoing (state, answers, relation, draft, created, changed, leaves, sender, bytes)
             VALUES ('{state}', {message}, 'reply', '{draft}', 1763888400, 1763888400, {more}, {bytes})"
        ));
    }
    home.sqlite(
        "INSERT INTO outgoing_recipient (outgoing, place, address, state, words)
         SELECT id, 0, 'addressmark@example.org', 'refused', '550 no addressmark here' FROM outgoing WHERE state = 'refused'",
    );
    let all = |at: &str| {
        let mut text = String::new();
        for arguments in [
            &["drafts"] as &[&str],
            &["--json", "drafts"],
            &["outbox"],
            &["--json", "outbox"],
            &["complete", "--", "outbox", "recall", ""],
            &["complete", "--", "drafts", "edit", ""],
        ] {
            let ran = home.run(at, arguments);
            text.push_str(&ran.out);
            text.push_str(&ran.err);
        }
        text
    };
    // No editor gets its quote, and the draft stays what it is.
    let edited = home.run(CLOSED, &["drafts", "edit", "1"]);
    assert!(edited.code != 0 && edited.err.contains("is held again, so it is not shown"), "{}", edited.err);
    assert_eq!(found(&(edited.out + &edited.err)), [""; 0]);
    let screens = |at: &str| {
        let mut terminal = Terminal::open(&home, at, &[], 140, 36);
        terminal.wait("? help");
        terminal.keys("gd");
        terminal.wait("1 draft");
        terminal.keys("gu");
        terminal.wait("2 messages");
        Terminal::pause();
        terminal.keys("j");
        Terminal::pause();
        let bytes = String::from_utf8_lossy(&terminal.bytes()).into_owned();
        terminal.kill();
        bytes
    };
    let said = all(CLOSED);
    assert_eq!(found(&said), Vec::<&str>::new(), "{said}");
    assert!(said.contains("about a message that is held"), "{said}");
    let shown = screens(CLOSED);
    assert_eq!(found(&shown), Vec::<&str>::new(), "{shown}");
    assert_eq!(home.run(OPEN, &["begin"]).code, 0);
    let said = all(OPEN);
    assert_eq!(found(&said), ["sendermark", "addressmark", "subjectmark"], "{said}");
}
