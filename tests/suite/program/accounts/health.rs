//! Holds `src/store/concern.rs`, `src/domain/concern.rs`, `src/job/health.rs`, `src/source/imap/failure.rs`: accounts
//! in trouble: each situation is said by `sync`, `status` in all its forms and `check`, with what to do; the table in
//! docs/watch.md has these very words. A person who asks is answered, whoever tends the network.

use super::{EARLY, bounded, home_with, stored};
use crate::support::Home;
use crate::support::pty::Terminal;
use crate::support::running::{Running, wait_until};
use crate::support::servers::certificates;
use crate::support::servers::letters::letter;
use crate::support::servers::pretender::{Bit, Mail, Manners, Pretender, Tls};
use crate::support::signal::Signal;

const PLAIN: &str = "security = \"none\"";
const DOCS: &str = include_str!("../../../../docs/watch.md");

fn no(text: &str) -> Vec<Bit> {
    vec![Bit::Say(format!("TAG NO {text}\r\n"))]
}

fn refusing(text: &str) -> Manners {
    manners().instead("AUTHENTICATE", no(text)).instead("LOGIN", no(text))
}

fn manners() -> Manners {
    Manners {
        mails: (1..=3_usize).map(|number| Mail::new(number as u64, letter(number))).collect(),
        ..Manners::default()
    }
}

/// The names of the documentation in the place of those of the test, and no line ends.
fn normal(text: &str) -> String {
    let text = text.replace("localhost", "imap.example.org").replace("odd:", "work:").replace("odd ", "work ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is said of an account in this state: whole in `sync`, `status` and the tooltip, in a word in a status line.
#[track_caller]
fn said(home: &Home, kind: &str, word: &str, what: &str, advice: &str) {
    let sync = bounded(home, EARLY, &["sync"]);
    assert_eq!(sync.code, 1, "{what}: {sync:?}");
    // The failure itself; how it is said of an account is a matter of the status.
    assert!(normal(&sync.err).contains(what), "{what}: {}", sync.err);
    let status = home.run(EARLY, &["status"]);
    let (status, expected) = (normal(&status.out), format!("work: {what} (since 09:00). {advice}"));
    assert!(status.contains(&expected), "{expected}\n{status}");
    let json = &home.json(EARLY, &["status"])[0]["troubles"][0];
    assert_eq!((&json["kind"], &json["source"]), (&kind.into(), &"odd".into()), "{json}");
    for format in ["tmux", "starship"] {
        let line = home.run(EARLY, &["status", "--format", format]).out;
        assert_eq!(normal(&line), format!("10:00 · {word}"), "{format}");
    }
    let waybar: serde_json::Value =
        serde_json::from_str(&home.run(EARLY, &["status", "--format", "waybar"]).out).unwrap();
    assert_eq!((&waybar["class"][1], &waybar["alt"]), (&"trouble".into(), &"trouble".into()));
    assert!(normal(waybar["tooltip"].as_str().unwrap()).contains(what), "{waybar}");
    let check = bounded(home, EARLY, &["check"]);
    assert!(check.code == 1 && normal(&check.err).contains(what), "{what}: {}", check.err);
    let docs = normal(DOCS);
    assert!(docs.contains(what) && docs.contains(word) && docs.contains(advice), "docs/watch.md: {what} {advice}");
}

#[test]
fn each_trouble_is_said_with_what_to_do_and_goes_when_it_is_over() {
    let wrong_password = "Check `user` and `password`; many providers want a password made for one program. Another one \
                          is tried as soon as you ask, the same one again at 09:01.";
    let passes = "What was taken in is kept; it is tried again.";
    for (text, kind, word, what, advice) in [
        (
            "[AUTHENTICATIONFAILED] Invalid credentials",
            "refused",
            "work refused",
            "imap.example.org refused the password: Invalid credentials",
            wrong_password,
        ),
        (
            "Too many simultaneous connections",
            "away",
            "work not read",
            "imap.example.org accepts no logins now: Too many simultaneous connections",
            passes,
        ),
        (
            "[ALERT] Web login required",
            "away",
            "work not read",
            "imap.example.org wants you to log in with a browser first: Web login required",
            "Log in once on the provider's page; it is tried again by itself.",
        ),
    ] {
        let server = Pretender::start(refusing(text));
        let home = home_with(&server.source(PLAIN));
        said(&home, kind, word, what, advice);
        // The right password, or a server in a better mood.
        server.change(|manners| manners.instead.clear());
        if kind == "refused" {
            let source = server.source(PLAIN).replace("[\"echo\", ", "[\"printf\", \"%s\", ");
            home.write("config.toml", format!("{}\n{source}", crate::support::CONFIG));
            // It is the same one, so it waits for its time.
            assert_eq!(bounded(&home, EARLY, &["sync"]).code, 1);
            assert_eq!(bounded(&home, "2026-11-23T09:01:01+01:00", &["sync"]).code, 0);
        } else {
            assert_eq!(bounded(&home, EARLY, &["sync"]).code, 0);
        }
        assert_eq!(stored(&home).len(), 3);
        assert_eq!(home.json(EARLY, &["status"])[0]["troubles"], serde_json::json!([]));
    }
}

#[test]
fn a_command_that_gives_no_password_and_a_port_that_speaks_tls_at_once_are_said() {
    let server = Pretender::start(manners());
    let source = server.source(PLAIN).replace("[\"echo\", \"secret\"]", "\"false\"");
    assert!(source.contains("false"), "{source}");
    said(
        &home_with(&source),
        "no secret",
        "work no password",
        "the password's command false failed (exit status: 1)",
        "Run the command by hand; the first line that it prints is taken. It is asked for again when you ask, and before \
         each check-in.",
    );
    let identity = certificates::shared();
    let secured = Manners { tls: Tls::FirstByte, identity: Some(&identity.good), ..manners() };
    let server = Pretender::start(secured);
    let port = server.port;
    let home = home_with(&server.source(PLAIN));
    let sync = bounded(&home, EARLY, &["sync"]);
    let what = format!("localhost speaks TLS from the first byte on port {port}");
    assert!(sync.err.contains(&what) && sync.err.contains("set `security = \"tls\"`"), "{}", sync.err);
}

#[test]
fn letters_that_are_not_given_out_are_counted_and_asked_for_again() {
    let throttled = || no("[THROTTLED] Bandwidth used up");
    let mut manners = manners();
    for command in
        ["FETCH 1:3 (UID BODY", "FETCH 1,2,3 (UID BODY", "FETCH 3 (UID BODY", "FETCH 2 (UID BODY", "FETCH 1 (UID BODY"]
    {
        manners = manners.instead(command, throttled());
    }
    let server = Pretender::start(manners);
    let home = home_with(&server.source(PLAIN));
    for _ in 0..2 {
        let sync = bounded(&home, EARLY, &["sync"]);
        let what = "the server does not give out 3 of its messages: Bandwidth used up";
        assert!(sync.code == 1 && sync.err.contains(what), "{sync:?}");
        let status = home.run(EARLY, &["status"]).out;
        assert!(status.contains(&format!("odd: {what} (since 09:00).")), "{status}");
        assert!(status.contains("They are asked for at each reading."), "{status}");
        assert_eq!(home.json(EARLY, &["status"])[0]["troubles"][0]["count"], 3);
    }
    server.change(|manners| manners.instead.clear());
    assert_eq!(bounded(&home, EARLY, &["sync"]).code, 0);
    assert_eq!(stored(&home).len(), 3);
    assert!(!home.run(EARLY, &["status"]).out.contains("does not give out"));
}

/// One that never answers keeps nobody waiting for the others.
#[test]
fn accounts_are_read_side_by_side() {
    let silent = Pretender::start(Manners { greeting: vec![Bit::Silence], ..Manners::default() });
    let server = Pretender::start(manners());
    let tls = silent.source("security = \"none\"").replace("\"odd\"", "\"silent\"");
    let home = home_with(&format!("{tls}\n{}", server.source(PLAIN)));
    let _sync = Running::start(&mut home.command(EARLY, &["sync"]));
    wait_until("the other one is read", || home.store().exists() && stored(&home).len() == 3);
}

/// After a no to SCRAM the password itself is sent where TLS has proved the server, and nowhere else.
#[test]
fn a_no_to_scram_is_followed_by_plain_over_tls_alone() {
    let capabilities = "IMAP4rev1 AUTH=SCRAM-SHA-256 AUTH=PLAIN IDLE MOVE UIDPLUS";
    let crypted =
        || Manners { capabilities, ..manners() }.instead("AUTHENTICATE SCRAM", no("[AUTHENTICATIONFAILED] no"));
    let identity = certificates::shared();
    let secured = Manners { tls: Tls::FirstByte, identity: Some(&identity.good), ..crypted() };
    let server = Pretender::start(secured);
    let ca = format!("security = \"tls\"\nca = \"{}\"", identity.authority.display());
    let home = home_with(&server.source(&ca));
    let sync = bounded(&home, EARLY, &["sync"]);
    assert_eq!((sync.code, stored(&home).len()), (0, 3), "{}", sync.err);
    assert!(server.was_told("AUTHENTICATE PLAIN"), "{:?}", server.said());
    let server = Pretender::start(crypted());
    let home = home_with(&server.source(PLAIN));
    let sync = bounded(&home, EARLY, &["sync"]);
    assert!(sync.code == 1 && sync.err.contains("refused the password"), "{sync:?}");
    assert!(!server.was_told("AUTHENTICATE PLAIN") && !server.was_told("LOGIN"), "{:?}", server.said());
}

/// A refused account under a watch: asking again sends no secret twice, and another one at once.
#[test]
fn a_watch_is_asked_to_read_and_tries_another_password_at_once() {
    let server = Pretender::start(refusing("[AUTHENTICATIONFAILED] Invalid credentials"));
    let home = Home::new();
    let password = home.write("password", "wrong\n").display().to_string();
    let source = server.source(PLAIN).replace("[\"echo\", \"secret\"]", &format!("[\"cat\", \"{password}\"]"));
    home.write("config.toml", format!("{}\n{source}", crate::support::CONFIG));
    let mut watch = Running::watch(&home, EARLY);
    let logins = || server.said().iter().filter(|said| said.starts_with("AUTHENTICATE")).count();
    let troubles = || {
        let status = home.json(EARLY, &["status"]);
        status[0]["troubles"].as_array().map_or(0, Vec::len)
    };
    wait_until("the refusal is noted", || home.store().exists() && troubles() == 1);
    assert_eq!(logins(), 1);
    // Who opens a screen reads all of it at its door, on a narrow one too.
    let mut screen = Terminal::open(&home, EARLY, &[], 80, 30);
    screen.wait("odd: localhost refused the password: Invalid credentials");
    screen.wait("09:01.");
    screen.keys("\x07");
    screen.wait_until("the asking is answered", |text| {
        text.contains("made for one program · ") || !text.contains("Reading the sources")
    });
    let sync = bounded(&home, EARLY, &["sync"]);
    assert!(
        sync.code == 1 && sync.err.contains("refused the password") && sync.err.contains("running watch"),
        "{sync:?}"
    );
    // Before that, the key may not have been taken yet.
    screen.wait_until("the reading is over", |text| !text.contains("Reading the sources"));
    assert_eq!(logins(), 1, "the same one is not sent again");
    // It is right now.
    server.change(|manners| manners.instead.clear());
    std::fs::write(home.path("password"), "secret\n").unwrap();
    screen.keys("\x07");
    wait_until("the watch has read", || stored(&home).len() == 3);
    screen.wait("The sources were read.");
    screen.wait_gone("refused the password");
    screen.keys("\x03");
    assert_eq!(screen.ended(), 0);
    // One that dies is missed; who ends it by hand does not miss it.
    watch.signal(Signal::KILL);
    watch.ended();
    let line = |format: &str| home.run(EARLY, &["status", "--format", format]).out;
    assert_eq!((line("tmux").trim(), line("starship").trim()), ("10:00 · no watch", "10:00 · no watch"));
    assert!(line("waybar").contains("\"watch-down\"") && line("plain").contains("Start it with `tidebox watch`"));
    assert!(bounded(&home, EARLY, &["sync"]).err.contains("the watch is not running"));
    let mut watch = Running::watch(&home, EARLY);
    wait_until("it runs again", || line("tmux").trim() == "10:00");
    watch.signal(Signal::INT);
    assert_eq!(watch.ended().0, Some(0));
    assert_eq!(line("tmux").trim(), "10:00");
}

/// A command that failed is asked again before the window opens, and what has arrived is there by then.
#[test]
fn a_command_that_failed_is_asked_again_before_the_window() {
    let server = Pretender::start(manners());
    let home = Home::new();
    let password = home.path("password").display().to_string();
    let source = server.source(PLAIN).replace("[\"echo\", \"secret\"]", &format!("[\"cat\", \"{password}\"]"));
    home.write("config.toml", format!("{}\n{source}", crate::support::CONFIG));
    // Before the 40 seconds before the window.
    let _watch = Running::watch(&home, "2026-11-23T09:59:10+01:00");
    let kind = || home.json(EARLY, &["status"])[0]["troubles"][0]["kind"].clone();
    wait_until("the failure is noted", || home.store().exists() && kind() == "no secret");
    assert!(server.said().iter().all(|said| !said.starts_with("AUTHENTICATE")), "{:?}", server.said());
    home.write("password", "secret\n");
    wait_until("it is read before the window", || stored(&home).len() == 3);
}

/// The same password that was refused is tried by `check`, and where it is taken the account is read again.
#[test]
fn a_check_that_is_let_in_opens_the_account_again() {
    let server = Pretender::start(refusing("[AUTHENTICATIONFAILED] Invalid credentials"));
    let home = home_with(&server.source(PLAIN));
    assert_eq!(bounded(&home, EARLY, &["sync"]).code, 1);
    server.change(|manners| manners.instead.clear());
    assert!(bounded(&home, EARLY, &["sync"]).err.contains("refused this password before"));
    assert_eq!(bounded(&home, EARLY, &["check"]).code, 0);
    assert_eq!((bounded(&home, EARLY, &["sync"]).code, stored(&home).len()), (0, 3));
}

/// A folder that is in use for now is nothing to leave out of the settings.
#[test]
fn a_folder_that_does_not_open_for_now_is_not_to_be_left_out() {
    for (text, advised) in
        [("[INUSE] Mailbox in use", "that may pass by itself"), ("[NOPERM] Not for you", "leave it out")]
    {
        let folders = "security = \"none\"\nfolders = [\"INBOX\", \"Archive\"]";
        let manners = manners().instead("EXAMINE \"ARCHIVE\"", no(text)).instead("EXAMINE ARCHIVE", no(text));
        let server = Pretender::start(manners);
        let home = home_with(&server.source(folders));
        let check = bounded(&home, EARLY, &["check"]);
        assert!(check.err.contains("does not open the folder Archive") && check.err.contains(advised), "{}", check.err);
    }
}
