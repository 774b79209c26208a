//! Holds `src/job/contact_hours.rs`, `src/net/document.rs`, `src/store/contact_hours.rs`, `src/config/contacts.rs`,
//! `src/domain/contact_reading.rs`: when correspondents read mail: read at most once a day, believed as far as it can be true, and
//! shown where one defers and answers.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tidebox::config::{Config, ContactConfig};
use tidebox::domain::address::Address;
use tidebox::domain::schedule::Zone;
use tidebox::domain::unsubscribe::OneClickUrl;
use tidebox::job::contact_hours::{contact_states, is_contact_due, read_contact_hours_by, reading_words, readings};
use tidebox::net::is_public;
use tidebox::net::one_click::OneClickNetwork;
use tidebox::store::Store;

use crate::support::pty::Terminal;
use crate::support::servers::web::{Answers, WebAnswer, WebServer, is_here, network, network_here};
use crate::support::{Home, letter};

const MONDAY: &str = "2026-11-23T08:30:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
const LONG: Duration = Duration::from_secs(20);

fn monday() -> DateTime<Utc> {
    MONDAY.parse().unwrap()
}

fn config(server: &WebServer) -> Config {
    let mut config = Config::embedded(Zone::built_in("Europe/Berlin").unwrap());
    let hours_url = OneClickUrl::parse(&server.url()).unwrap();
    config.contacts = vec![ContactConfig { address: "Ann@example.org".to_owned(), hours_url }];
    config
}

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store.db")).unwrap();
    (folder, store)
}

fn ann() -> [Address; 1] {
    [Address::new("Ann", "ann@example.org")]
}

fn read(store: &mut Store, config: &Config, network: &OneClickNetwork, now: DateTime<Utc>) {
    read_contact_hours_by(store, config, || Ok(network.clone()), now).unwrap();
}

/// What `check` says is wrong.
fn wrong(store: &Store, config: &Config, now: DateTime<Utc>) -> String {
    contact_states(store, config, now).unwrap().remove(0).wrong.unwrap_or_default()
}

#[test]
fn hours_are_read_once_a_day_and_told_by_the_persons_own_clock() {
    let server = WebServer::start(WebAnswer::Hours);
    let (_folder, mut store) = store();
    let (config, network, now) = (config(&server), network_here(LONG), monday());
    assert!(is_contact_due(&store, &config, now).unwrap());
    assert_eq!(contact_states(&store, &config, now).unwrap()[0].state, "not read yet");
    read(&mut store, &config, &network, now);
    read(&mut store, &config, &network, now + TimeDelta::hours(23));
    assert!(!is_contact_due(&store, &config, now + TimeDelta::hours(23)).unwrap());
    assert_eq!(server.asked().len(), 1);
    let asked = server.asked().remove(0);
    assert!(asked.starts_with("GET /leave?u=1 HTTP/1.0\r\nHost: localhost:"), "{asked}");
    assert!(!asked.contains("ann") && !asked.to_lowercase().contains("cookie"), "{asked}");
    let words = reading_words(&store, &config, &ann(), now, now).unwrap();
    assert_eq!(words, [("Ann".to_owned(), "Tue 24 Nov, 13:00".to_owned())]);
    assert_eq!(contact_states(&store, &config, now).unwrap()[0].state, "read on 23 Nov 2026");
    // After it nothing is known, and of nobody else.
    let later = "2026-11-24T12:00:01Z".parse().unwrap();
    assert!(readings(&store, &config, &ann(), later).unwrap().is_empty());
    assert!(readings(&store, &config, &[Address::new("Ben", "ben@example.org")], now).unwrap().is_empty());
    assert!(is_contact_due(&store, &config, now + TimeDelta::hours(24)).unwrap());
    assert!(is_contact_due(&store, &config, now - TimeDelta::days(9)).unwrap(), "the clock was set back");
    read(&mut store, &config, &network, now + TimeDelta::hours(24));
    assert_eq!(server.asked().len(), 2);
    // A week later it is old, and that is told.
    assert!(wrong(&store, &config, now + TimeDelta::days(8)).contains("it is old"));
    // Who is no contact any more is forgotten.
    let nobody = Config::embedded(Zone::UTC);
    assert!(is_contact_due(&store, &nobody, now).unwrap());
    read(&mut store, &nobody, &network, now);
    assert_eq!(store.contact_hours().unwrap(), []);
}

#[test]
fn what_is_no_document_of_hours_is_told_in_check_and_shown_nowhere() {
    for (answer, says) in [
        (WebAnswer::Says("HTTP/1.1 200 OK\r\n\r\n<!doctype html><title>Hours</title>"), "it is a web page"),
        (WebAnswer::Says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"), "no document of hours"),
        (WebAnswer::Says("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"), "did not send it whole"),
        (WebAnswer::Says("HTTP/1.1 404 Not Found\r\n\r\n"), "the status 404"),
        (WebAnswer::Says("HTTP/1.1 302 Found\r\nLocation: https://b.example/h.json\r\n\r\n"), "leads to b.example"),
        (WebAnswer::Says("HTTP/1.1 302 Found\r\nLocation: http://localhost/h.json\r\n\r\n"), "leads to"),
        (WebAnswer::Says("HTTP/1.1 302 Found\r\nLocation: /again\r\n\r\n"), "from one address to the next"),
        (WebAnswer::Endless("HTTP/1.1 200 OK\r\n\r\n"), "sends more than 65536 bytes"),
        (WebAnswer::Says("220 mail.example ESMTP\r\n\r\n"), "does not answer as a web server does"),
        (WebAnswer::Silent, "did not answer"),
        (WebAnswer::OtherHost, "certificate"),
    ] {
        let server = WebServer::start(answer);
        let (_folder, mut store) = store();
        let config = config(&server);
        let within = if matches!(answer, WebAnswer::Silent) { Duration::from_millis(1500) } else { LONG };
        read(&mut store, &config, &network_here(within), monday());
        assert!(wrong(&store, &config, monday()).contains(says), "{says}: {}", wrong(&store, &config, monday()));
        assert!(readings(&store, &config, &ann(), monday()).unwrap().is_empty());
        assert!(!is_contact_due(&store, &config, monday()).unwrap(), "nobody is asked twice a day");
    }
}

#[test]
fn nothing_near_is_asked_and_what_was_read_stays_when_that_fails() {
    let server = WebServer::start(WebAnswer::Hours);
    let (_folder, mut store) = store();
    let config = config(&server);
    let near = network(Answers::new(&[&["127.0.0.1"]]), is_public, LONG);
    read(&mut store, &config, &near, monday());
    assert!(wrong(&store, &config, monday()).contains("not on the public network"));
    assert_eq!(server.connections(), 0);
    let day = TimeDelta::days(1);
    read(&mut store, &config, &network_here(LONG), monday() + day);
    assert_eq!(wrong(&store, &config, monday() + day), "");
    let offline = network(Answers::new(&[]), is_here, LONG);
    // It is read on Tuesday at half past eight; the day after, an hour before its only time is over for long.
    read(&mut store, &config, &offline, monday() + day * 2);
    assert!(wrong(&store, &config, monday() + day * 2).contains("no host"), "it is told");
    assert!(store.contact_hours().unwrap()[0].document.is_some(), "what was read stays");
    // Another address begins anew.
    let elsewhere = WebServer::start(WebAnswer::Says("HTTP/1.1 404 No\r\n\r\n"));
    let other = self::config(&elsewhere);
    assert!(is_contact_due(&store, &other, monday() + day * 2).unwrap());
    assert!(readings(&store, &other, &ann(), monday()).unwrap().is_empty());
    read(&mut store, &other, &network_here(LONG), monday() + day * 2);
    assert_eq!(store.contact_hours().unwrap()[0].document, None);
}

#[test]
fn it_stands_above_what_is_written_and_mistakes_in_the_settings_are_told() {
    let server = WebServer::start(WebAnswer::Hours);
    let home = Home::new();
    let settings = format!(
        "timezone = \"Europe/Berlin\"\n[[checkin]]\nname = \"morning\"\ndays = \"daily\"\nat = \"10:00\"\nfor = \"45m\"\n\
         [[identity]]\naddress = \"me@example.org\"\nsend = {{ command = \"true\" }}\n\
         [[contact]]\naddress = \"ann@example.org\"\nhours_url = \"{}\"\n",
        server.url()
    );
    home.write("config.toml", &settings);
    let mail = letter(1, "Ann <ann@example.org>", "Tea", "Shall we?");
    home.deliver("Maildir", "1.w", &mail);
    assert_eq!(home.run(MONDAY, &["add", "Maildir"]).code, 0);
    let mut store = Store::open(&home.store()).unwrap();
    read(&mut store, &config(&server), &network_here(LONG), monday());
    drop(store);
    let checked = home.run(MONDAY, &["check", "--offline"]);
    assert!(checked.out.contains("hours at localhost (read on 23 Nov 2026)"), "{}{}", checked.out, checked.err);
    assert!(!checked.out.contains("ann@") && !checked.out.contains("leave?u"), "{}", checked.out);
    assert_eq!(home.run(OPEN, &["begin"]).code, 0);
    let id = home.json(OPEN, &["queue"])[0]["id"].to_string();
    let kept = home.run_with(OPEN, &["reply", &id, "--body", "-", "--leaves", "whenever"], b"Yes.");
    assert_ne!(kept.code, 0, "it stays a draft");
    let draft = home.sqlite("SELECT draft FROM outgoing");
    assert!(draft.contains("# Ann reads mail next on Tue 24 Nov, 13:00."), "{draft}");
    // In a shell it is told before it is staged and behind it, and in JSON; what leaves after that time has no time.
    home.write("editor.sh", "#!/bin/sh\nprintf 'Yes.\\n' >> \"$1\"\n");
    let editor = format!("{settings}\n[compose]\neditor = \"sh {}\"\n", home.path("editor.sh").display());
    home.write("config.toml", &editor);
    let mut terminal = Terminal::open(&home, OPEN, &["reply", &id], 100, 30);
    terminal.wait("Read     Tue 24 Nov, 13:00 by Ann");
    terminal.keys("k\r");
    terminal.wait("It is draft ");
    assert_eq!(terminal.ended(), 0);
    let text = b"Yes.";
    let ran = home.run_with(OPEN, &["compose", "--to", "ann@example.org", "--subject", "Tea", "--body", "-"], text);
    assert!(ran.out.ends_with("\nRead on Tue 24 Nov, 13:00 by ann@example.org\n"), "{}{}", ran.out, ran.err);
    let forward = ["--json", "forward", &id, "--to", "Ann <ann@example.org>", "--body", "-"];
    let said: serde_json::Value = serde_json::from_str(&home.run_with(OPEN, &forward, text).out).unwrap();
    assert_eq!(said["reads"], serde_json::json!([{ "name": "Ann", "at": "2026-11-24T12:00:00Z" }]));
    let late = ["--json", "reply", &id, "--body", "-", "--leaves", "wed", "--anyway"];
    let said: serde_json::Value = serde_json::from_str(&home.run_with(OPEN, &late, text).out).unwrap();
    assert_eq!(said["reads"], serde_json::json!([]), "{said}");
    home.write("config.toml", &settings);
    for (contact, says) in [
        ("address = \"ann\"\nhours_url = \"https://a.example/\"", "is no address"),
        ("address = \"ann@a.example\"\nhours_url = \"http://a.example/\"", "hours cannot be read from this"),
        ("address = \"ann@a.example\"\nhours_url = \"https://u:secret@a.example/\"", "hours cannot be read from this"),
        ("address = \"ann@a.example\"", "has no `hours_url`"),
        ("address = \"ANN@example.org\"\nhours_url = \"https://a.example/\"", "already"),
    ] {
        home.write("config.toml", format!("{settings}\n[[contact]]\n{contact}\n"));
        let ran = home.run(OPEN, &["hours"]);
        assert!(ran.code == 1 && ran.err.contains(says), "{contact}: {}", ran.err);
    }
}
