//! Holds `src/job/hours_upload.rs`, `src/store/script_upload.rs`, `src/config/managesieve.rs`, `src/watch/hours.rs`: when the script of
//! hours is put on the server, by hand and by the watch, and what is told where that fails.

use chrono::{DateTime, TimeDelta, Utc};
use tidebox::config::{Auth, Config, ImapConfig, ManageSieveConfig, Secret, Security, SourceConfig, SourceKind};
use tidebox::domain::concern::ConcernKind;
use tidebox::domain::schedule::Zone;
use tidebox::job::hours_upload::{forget_script, is_upload_due, remove, tend_script, upload};
use tidebox::store::Store;

use crate::support::Home;
use crate::support::running::{Running, wait_until};
use crate::support::servers::PASSWORD;
use crate::support::servers::scripts::{ScriptServer, SieveAnswer, SievePeer};

const MONDAY: &str = "2026-11-23T08:30:00+01:00";

fn monday() -> DateTime<Utc> {
    MONDAY.parse().unwrap()
}

fn secret(text: &str) -> Secret {
    Secret::Command(vec!["echo".to_owned(), text.to_owned()])
}

fn config(port: u16, password: &str) -> Config {
    let mut config = Config::embedded(Zone::UTC);
    let account = ImapConfig::new("127.0.0.1", "me", secret(PASSWORD));
    config.sources.push(SourceConfig::new("work".to_owned(), SourceKind::Imap(Box::new(account))));
    config.hours.upload = Some(ManageSieveConfig {
        source: "work".to_owned(),
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::None,
        ca: None,
        user: "me".to_owned(),
        auth: Auth::Password,
        secret: secret(password),
    });
    config
}

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store.db")).unwrap();
    (folder, store)
}

#[test]
fn it_is_due_when_something_changed_and_every_week() {
    let peer = SievePeer::start(|_| None);
    let (_folder, mut store) = store();
    let mut config = config(peer.port, PASSWORD);
    let (now, day) = (monday(), TimeDelta::days(1));
    let due = |store: &Store, config: &Config, at| is_upload_due(store, config, at).unwrap();
    assert!(due(&store, &config, now));
    assert!(!due(&store, &Config::embedded(Zone::UTC), now), "no server is named");
    let done = upload(&mut store, &config, now).unwrap();
    assert_eq!((done.changed, done.standing), (true, "active"));
    assert!(!due(&store, &config, now) && !due(&store, &config, now + day * 6));
    assert!(due(&store, &config, now + day * 7));
    assert!(due(&store, &config, now - day * 2), "the clock was set back");
    // A pause, its end, another text, and other check-ins.
    store.pause(now, now + day).unwrap();
    assert!(due(&store, &config, now));
    assert_eq!(tend_script(&mut store, &config, now).unwrap(), None);
    assert!(!due(&store, &config, now));
    store.end_pauses(now).unwrap();
    assert!(due(&store, &config, now));
    upload(&mut store, &config, now).unwrap();
    config.hours.every_days = 9;
    assert!(due(&store, &config, now));
    upload(&mut store, &config, now).unwrap();
    config.calendar.checkins.clear();
    assert!(due(&store, &config, now));
    upload(&mut store, &config, now).unwrap();
    assert!(peer.scripts()["tidebox-hours"].contains(":days 9"));
    assert!(remove(&mut store, &config).unwrap() && peer.scripts().is_empty());
}

#[test]
fn what_may_pass_by_itself_is_tried_with_growing_pauses_and_told_after_a_day() {
    let peer = SievePeer::start(|it| (it == "PUTSCRIPT").then_some(SieveAnswer::Cuts("")));
    let (_folder, mut store) = store();
    let cut_off = config(peer.port, PASSWORD);
    let mut at = monday();
    let mut pauses = Vec::new();
    while at < monday() + TimeDelta::hours(26) {
        assert!(is_upload_due(&store, &cut_off, at).unwrap());
        assert_eq!(tend_script(&mut store, &cut_off, at).unwrap(), None, "nobody is bothered");
        let next = store.script_upload().unwrap().failing.unwrap().next;
        assert!(!is_upload_due(&store, &cut_off, next - TimeDelta::seconds(1)).unwrap());
        let concerns = store.concerns().unwrap();
        let told = concerns.iter().any(|it| it.kind == ConcernKind::Script);
        assert_eq!(told, at - monday() >= TimeDelta::days(1), "{at}: {concerns:?}");
        pauses.push(next - at);
        at = next;
    }
    assert!(pauses.windows(2).all(|pair| pair[0] <= pair[1]) && pauses.len() < 60, "{pauses:?}");
    assert!(*pauses.last().unwrap() <= TimeDelta::minutes(75), "{pauses:?}");
    // Other settings are tried at once, and nothing is told any more when they work.
    let works = SievePeer::start(|_| None);
    let right = config(works.port, PASSWORD);
    assert!(is_upload_due(&store, &right, at - TimeDelta::minutes(30)).unwrap());
    tend_script(&mut store, &right, at).unwrap();
    assert_eq!((store.concerns().unwrap(), store.script_upload().unwrap().failing), (vec![], None));
}

#[test]
fn what_needs_the_person_is_told_at_once_and_a_wrong_password_is_not_tried_often() {
    let peer = SievePeer::start(|_| None);
    let (_folder, mut store) = store();
    let wrong = config(peer.port, "wr0ng");
    let told = tend_script(&mut store, &wrong, monday()).unwrap().unwrap();
    assert!(told.what.as_str().contains("refused the password"), "{told:?}");
    let concern = store.concerns().unwrap().remove(0);
    assert_eq!((concern.source.as_str(), concern.kind), ("work", ConcernKind::Script));
    let mut at = monday();
    for minutes in [1, 5, 30, 360] {
        let next = store.script_upload().unwrap().failing.unwrap().next;
        assert_eq!((next - at).num_minutes(), minutes);
        at = next;
        tend_script(&mut store, &wrong, at).unwrap();
    }
    // Where nothing is uploaded any more, it is no concern.
    forget_script(&mut store, &Config::embedded(Zone::UTC)).unwrap();
    assert_eq!(store.concerns().unwrap(), []);
}

fn settings(server: &ScriptServer, checkin: &str) -> String {
    format!(
        "timezone = \"Europe/Berlin\"\n\n[[checkin]]\nname = \"Therapy\"\ndays = \"daily\"\nat = \"{checkin}\"\nfor = \"45m\"\n\n\
         [[identity]]\naddress = \"me@example.org\"\n\n[[source]]\nname = \"work\"\nkind = \"imap\"\nhost = \"127.0.0.1\"\n\
         port = {}\nsecurity = \"none\"\nuser = \"ann\"\npassword = {{ command = [\"echo\", \"{PASSWORD}\"] }}\n\n\
         [hours]\nupload = {{ source = \"work\", host = \"localhost\", port = {}, ca = \"{}\" }}\n",
        server.imap_port,
        server.port,
        server.authority().display()
    )
}

#[test]
fn by_hand_and_by_check_it_is_told_in_words_and_in_json() {
    let Some(server) = ScriptServer::start() else { return };
    let home = Home::new();
    home.write("config.toml", settings(&server, "10:00"));
    assert_eq!(home.run(MONDAY, &["init"]).code, 0);
    home.deliver_matters(1);
    assert_eq!(home.run(MONDAY, &["add", "Maildir"]).code, 0);
    let checked = home.run(MONDAY, &["check"]);
    assert!(
        checked.out.contains("hours          script at localhost (can be uploaded)"),
        "{}{}",
        checked.out,
        checked.err
    );
    assert!(checked.out.contains("tidebox-hours is not there yet; no script is active"), "{}", checked.out);
    let ran = home.run(MONDAY, &["hours", "--upload", "sieve"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "The script tidebox-hours is on the server; it is the active script.\n"),
        "{}",
        ran.err
    );
    let there = server.scripts("ann").scripts["tidebox-hours"].clone();
    assert!(there.contains("10:00 (Europe/Berlin)"), "{there}");
    for hidden in ["Therapy", "Matter", "Ann", "ann@"] {
        assert!(!there.contains(hidden), "{hidden} is told: {there}");
    }
    server.put("ann", "main", "keep;\r\n");
    server.activate("ann", "main");
    let told = &home.json(MONDAY, &["hours", "--upload", "sieve"])[0];
    assert_eq!(
        (&told["standing"], &told["active"], &told["host"]),
        (&"other".into(), &"main".into(), &"localhost".into())
    );
    let ran = home.run(MONDAY, &["hours", "--upload", "sieve"]);
    assert!(ran.out.contains("the active script is main, which is left alone"), "{}", ran.out);
    assert!(ran.err.contains("include :personal \"tidebox-hours\";"), "{}", ran.err);
    assert_eq!(home.json(MONDAY, &["hours", "--upload", "sieve", "--remove"])[0]["state"], "removed");
    let gone = home.run(MONDAY, &["hours", "--upload", "sieve", "--remove"]);
    assert_eq!(gone.out, "The script tidebox-hours was not on the server.\n");
    server.put("ann", "tidebox-hours", "keep;\r\n");
    let refused = home.run(MONDAY, &["hours", "--upload", "sieve"]);
    assert!(refused.code != 0 && refused.err.contains("not written by tidebox"), "{}", refused.err);
    let status = &home.json(MONDAY, &["status"])[0]["troubles"][0];
    assert_eq!((&status["source"], &status["kind"]), (&"work".into(), &"hours".into()));
}

#[test]
fn a_watch_puts_it_there_and_follows_the_schedule() {
    let Some(server) = ScriptServer::start() else { return };
    let home = Home::new();
    home.write("config.toml", settings(&server, "10:00"));
    assert_eq!(home.run(MONDAY, &["init"]).code, 0);
    let watch = Running::watch(&home, MONDAY);
    let has = |text: &str| server.scripts("ann").scripts.get("tidebox-hours").is_some_and(|it| it.contains(text));
    wait_until("the script is there", || has("10:00 (Europe/Berlin)"));
    home.write("config.toml", settings(&server, "14:00"));
    wait_until("the new hour is there", || has("14:00 (Europe/Berlin)"));
    drop(watch);
}

#[test]
fn what_is_wrong_under_upload_is_told_at_its_place() {
    let home = Home::new();
    let account = "[[source]]\nname = \"work\"\nkind = \"imap\"\nhost = \"imap.example.org\"\nuser = \"me\"\npassword = { env = \"P\" }\n";
    for (upload, says) in [
        ("\"work\"", "`upload` is a text"),
        ("{}", "has no `source`"),
        ("{ source = \"wrok\" }", "there is no account `wrok` among the sources"),
        ("{ source = \"work\", port = 0 }", "`port` is out of its range"),
        ("{ source = \"work\", security = \"none\" }", "is not this machine"),
        ("{ source = \"work\", host = \"a b\" }", "is no name of a server"),
        ("{ source = \"work\", auth = \"xoauth2\" }", "this account has no `token`"),
        ("{ source = \"work\", script = \"x\" }", "there is no key"),
    ] {
        home.write("config.toml", format!("{account}\n[hours]\nupload = {upload}\n"));
        let ran = home.run(MONDAY, &["hours"]);
        assert!(ran.code == 1 && ran.err.contains(says), "{upload}: {}", ran.err);
    }
    home.write("config.toml", account);
    assert_eq!(home.run(MONDAY, &["init"]).code, 0);
    let ran = home.run(MONDAY, &["hours", "--upload", "sieve"]);
    assert!(ran.code == 1 && ran.err.contains("the settings name no server for the script"), "{}", ran.err);
}
