//! Holds `src/cli/context.rs`, `src/config/location.rs`, `src/store/open.rs`: where the settings and the store are, and
//! what happens where they are not.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::letterbox::sqlite3;
use crate::support::{CONFIG, Home, Ran, letter, program, ran};

const EARLY: &str = "2026-11-23T09:00:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";

/// As somebody has it who never set anything up: a home folder alone.
fn fresh(home: &Home, arguments: &[&str]) -> Ran {
    let mut command = Command::new(program());
    command.env_clear().env("HOME", home.path("home")).env("TZ", "Europe/Berlin").args(arguments);
    command.current_dir(home.path(""));
    ran(&command.stdin(Stdio::null()).output().unwrap())
}

fn delivered() -> Home {
    let home = Home::new();
    home.deliver("Maildir", "1.p", &letter(1, "Ann <ann@example.org>", "Matter 1", "Text."));
    fs::create_dir(home.path("home")).unwrap();
    home
}

/// A configuration that is there and cannot be reached is not "not there yet": with the built-in one the store would be
/// another and no exception would hold.
#[test]
#[cfg(unix)]
fn a_configuration_that_cannot_be_reached_is_told() {
    use std::os::unix::fs::symlink;
    type Case = (&'static str, fn(&Path));
    let cases: [Case; 6] = [
        ("is a link to", |place| {
            fs::create_dir_all(place.join("tidebox")).unwrap();
            symlink("/nowhere/config.toml", place.join("tidebox/config.toml")).unwrap();
        }),
        ("is a link to", |place| symlink("/nowhere/tidebox", place.join("tidebox")).unwrap()),
        ("is a link to", |place| {
            fs::remove_dir(place).unwrap();
            symlink("elsewhere", place).unwrap();
        }),
        ("cannot read the configuration", |place| {
            symlink("tidebox", place.join("tidebox")).unwrap();
        }),
        ("cannot read the configuration", |place| fs::write(place.join("tidebox"), "").unwrap()),
        ("cannot read the configuration", |place| fs::create_dir_all(place.join("tidebox/config.toml")).unwrap()),
    ];
    for (number, (words, make)) in cases.iter().enumerate() {
        let home = delivered();
        fs::create_dir(home.path("home/.config")).unwrap();
        make(&home.path("home/.config"));
        for arguments in [&["status"][..], &["checkins"], &["add", "Maildir"], &["init"]] {
            let ran = fresh(&home, arguments);
            assert!(ran.code == 1 && ran.out.is_empty(), "{number} {arguments:?}: {} {}", ran.out, ran.err);
            assert!(*arguments == ["init"] || ran.err.contains(words), "{number}: {}", ran.err);
        }
        let check = fresh(&home, &["check"]);
        assert!(check.code == 1 && !check.out.contains("not there yet; the"), "{number}: {}", check.out);
        assert!(!home.path("home/.local/share").exists(), "{number}: a store was made");
    }
    let home = delivered();
    assert_eq!(fresh(&home, &["status"]).code, 0, "nothing at all is no mistake");
}

#[test]
fn paths_are_meant_from_the_file_and_know_the_home_folder() {
    let home = delivered();
    home.write("settings/config.toml", format!("store = \"mail/x.db\"\n{CONFIG}"));
    let there = home.path("settings/mail/x.db");
    for from in ["", "settings", "Maildir/cur"] {
        let mut command = home.command(EARLY, &["--json", "init"]);
        let config = if from == "settings" { "config.toml".into() } else { home.path("settings/config.toml") };
        command.env_remove("TIDEBOX_STORE").env("TIDEBOX_CONFIG", config).current_dir(home.path(from));
        let made: serde_json::Value = serde_json::from_str(&ran(&mut_output(&mut command)).out).unwrap();
        assert_eq!(made["store"]["path"].as_str(), there.to_str(), "from {from:?}");
        assert_eq!(made["store"]["made"], from.is_empty(), "made once");
    }
    for written in ["~/x.db", "$HOME/x.db", "${HOME}/x.db"] {
        home.write("config.toml", format!("store = \"{written}\"\n{CONFIG}"));
        let mut command = home.command(EARLY, &["--json", "init"]);
        let made: serde_json::Value =
            serde_json::from_str(&ran(&mut_output(command.env_remove("TIDEBOX_STORE"))).out).unwrap();
        assert_eq!(made["store"]["path"].as_str(), home.path("x.db").to_str(), "{written}");
    }
    for written in ["$DATA/x.db", "${XDG_DATA_HOME}/x.db", "~ann/x.db"] {
        home.write("config.toml", format!("store = \"{written}\"\n{CONFIG}"));
        let refused = home.run(EARLY, &["status"]);
        assert!(refused.code == 1 && refused.err.contains("write the whole path"), "{written}: {}", refused.err);
    }
    let program = home.write(
        "bin/mails",
        "#!/bin/sh\necho '{\"sender\":\"a@example.org\",\"subject\":\"From a program\",\"body\":\"b\"}'\n",
    );
    assert!(Command::new("chmod").arg("+x").arg(program).status().unwrap().success());
    home.write(
        "config.toml",
        format!("{CONFIG}\n[[source]]\nname = \"m\"\nkind = \"exec\"\ncommand = \"$HOME/bin/mails\"\n"),
    );
    assert_eq!(home.json(EARLY, &["sync"])[0]["admitted"], 1);
}

fn mut_output(command: &mut Command) -> std::process::Output {
    command.stdin(Stdio::null()).output().unwrap()
}

/// A store that was typed wrongly is not made by who only reads; one that is not there yet at its place is said to be so.
#[test]
fn only_some_commands_make_a_store() {
    let home = delivered();
    for arguments in [
        &["queue"][..],
        &["show", "1"],
        &["search", "x"],
        &["begin"],
        &["commit"],
        &["undo"],
        &["redo"],
        &["decide", "done", "1"],
        &["journal"],
        &["release", "--all"],
        &["peek", "--log"],
        &["export", "--format", "jsonl"],
        &["backup", "copy.db"],
    ] {
        let typed = home.run(OPEN, &[&["--store", "typo/x.db"], arguments].concat());
        assert!(typed.code == 1 && typed.err.contains("there is no store at"), "{arguments:?}: {}", typed.err);
        assert!(!home.path("typo").exists(), "{arguments:?} made a folder");
        let usual = home.run(OPEN, arguments);
        assert!(usual.err.contains("`tidebox init` makes one"), "{arguments:?}: {}", usual.err);
        assert!(!home.store().exists(), "{arguments:?} made a store");
    }
    let uri = home.run(OPEN, &["--store", "file:x?mode=ro", "add", "Maildir"]);
    assert!(uri.code == 2 && uri.err.contains("no URI"), "{}", uri.err);
    assert_eq!(home.run(EARLY, &["--store", "made/x.db", "add", "Maildir"]).code, 0);
    assert!(home.path("made/x.db").exists());
}

/// `sqlite3` makes a file of no length for who asks it before there is a store. That is an empty database, and no stranger.
#[test]
fn an_empty_file_becomes_a_store() {
    for arguments in [&["init"][..], &["add", "Maildir"], &["sync"]] {
        let home = delivered();
        assert!(sqlite3(&home.store(), "INSERT INTO incoming (source) VALUES ('ci')").is_err());
        fs::write(home.store(), "").unwrap();
        let reads = home.run(OPEN, &["queue"]);
        assert_eq!(fs::metadata(home.store()).unwrap().len(), 0, "who reads makes nothing: {}", reads.err);
        let checked = home.run(OPEN, &["check", "--offline"]);
        assert_eq!(checked.code, 0, "{}", checked.err);
        let made = home.run(EARLY, arguments);
        assert_eq!(made.code, 0, "{arguments:?}: {}", made.err);
        assert!(made.err.contains("is an empty file; it becomes a new store"), "{}", made.err);
        assert_eq!(sqlite3(&home.store(), "SELECT count(*) FROM released").unwrap().trim(), "0");
        #[cfg(unix)]
        assert_eq!(
            std::os::unix::fs::PermissionsExt::mode(&fs::metadata(home.store()).unwrap().permissions()) & 0o777,
            0o600
        );
    }
    for beside in ["-wal", "-journal"] {
        let home = delivered();
        fs::write(home.store(), "").unwrap();
        home.write(&format!("tidebox.db{beside}"), "something");
        let refused = home.run(EARLY, &["add", "Maildir"]);
        assert!(refused.code == 1 && refused.err.contains("it is empty, and"), "{}", refused.err);
        assert_eq!(fs::metadata(home.store()).unwrap().len(), 0);
    }
    // One letter is not nothing.
    let home = delivered();
    fs::write(home.store(), "\n").unwrap();
    assert_eq!(home.run(EARLY, &["add", "Maildir"]).code, 1);
}

#[test]
fn init_makes_both_and_changes_nothing() {
    let home = delivered();
    let places = |ran: &Ran| -> Vec<String> { ran.out.lines().map(|line| line.trim_end().to_owned()).collect() };
    let first = fresh(&home, &["init"]);
    assert_eq!(first.code, 0, "{}", first.err);
    let (config, store) =
        (home.path("home/.config/tidebox/config.toml"), home.path("home/.local/share/tidebox/tidebox.db"));
    assert_eq!(
        places(&first),
        [format!("configuration  {} (made)", config.display()), format!("store          {} (made)", store.display())]
    );
    sqlite3(&store, "INSERT INTO incoming (source, sender, subject, body) VALUES ('ci', 'a@b.example', 'red', 'two')")
        .unwrap();
    fs::write(&config, CONFIG).unwrap();
    let again = fresh(&home, &["--json", "init"]);
    let told: serde_json::Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!((&told["configuration"]["made"], &told["store"]["made"]), (&false.into(), &false.into()));
    assert_eq!(fs::read_to_string(&config).unwrap(), CONFIG);
    assert_eq!(sqlite3(&store, "SELECT count(*) FROM tray").unwrap().trim(), "1");
    let named = fresh(&home, &["--config", "c/my.toml", "--store", "s/my.db", "init"]);
    assert!(named.code == 0 && home.path("c/my.toml").exists() && home.path("s/my.db").exists(), "{}", named.err);
}

/// Until when a missed window can be begun is not a matter of when one asks.
#[test]
fn a_missed_window_is_told_with_its_end() {
    let home = delivered();
    home.json("2026-11-23T09:00:00+01:00", &["add", "--all", "Maildir"]);
    for now in ["2026-11-23T10:50:00+01:00", "2026-11-23T12:00:00+01:00", "2026-11-23T15:55:00+01:00"] {
        let said = home.run(now, &["status"]).out;
        assert!(
            said.starts_with("The morning check-in was missed at 10:00: it can be done until 16:00."),
            "{now}: {said}"
        );
        assert_eq!(home.json(now, &["status"])[0]["open"]["closes"], "2026-11-23T15:00:00Z", "{now}");
        assert_eq!(home.run(now, &["status", "--format", "tmux"]).out, "morning until 16:00\n", "{now}");
    }
    let friday = home.run("2026-11-27T20:00:00+01:00", &["status"]).out;
    assert!(
        friday.starts_with("The afternoon check-in was missed at 16:00: it can be done until Mon 30 Nov 10:00."),
        "{friday}"
    );
}

/// A deferral names a check-in as well as a day.
#[test]
fn a_deferral_can_name_its_check_in() {
    let home = delivered();
    home.json(EARLY, &["add", "--all", "Maildir"]);
    let id = home.json(OPEN, &["begin"])[0]["id"].to_string();
    for (to, when) in [("afternoon", "today 16:00"), ("morning", "tomorrow 10:00"), ("wed", "Wed 25 Nov 10:00")] {
        let said = home.run(OPEN, &["decide", "defer", "--to", to, &id]);
        assert!(said.code == 0 && said.out.contains(when), "{to}: {} {}", said.out, said.err);
    }
    let said = home.run(OPEN, &["decide", "defer", "--until-reply", "wed", &id]);
    assert!(said.code == 0 && said.out.contains("Wed 25 Nov 10:00, or when they reply"), "{} {}", said.out, said.err);
    home.json(OPEN, &["commit"]);
    let until = &home.json(OPEN, &["deferred"])[0]["until"];
    assert_eq!((&until["checkin"], &until["or_reply"]), (&"morning".into(), &true.into()));
    assert!(home.run(OPEN, &["deferred"]).out.contains("or when they reply"));
    let wrong = home.run(OPEN, &["decide", "done", "--until-reply", "wed", &id]);
    assert!(wrong.code == 2 && wrong.err.contains("--until-reply goes with defer"), "{}", wrong.err);
    let slip = home.run(OPEN, &["decide", "defer", "--until-reply", "afternon", &id]);
    assert!(slip.code == 2 && slip.err.contains("--until-reply afternon:"), "{}", slip.err);
    let slip = home.run(OPEN, &["decide", "defer", "--to", "afternon", &id]);
    assert!(slip.code == 2 && slip.err.contains("did you mean `afternoon`?"), "{}", slip.err);
}

#[test]
fn days_are_days_of_the_calendar() {
    let home = Home::new();
    home.write("config.toml", CONFIG.replace("10:00", "23:30").replace("16:00", "00:15").replace("mon-fri", "daily"));
    let now = "2026-01-01T00:00:00Z";
    for (from, days) in
        [("2026-10-25", "1"), ("2026-10-20", "7"), ("2026-03-29", "1"), ("2026-03-27", "3"), ("2026-11-03", "7")]
    {
        let count = home.json(now, &["checkins", "--from", from, "--days", days]).len();
        assert_eq!(count, days.parse::<usize>().unwrap() * 2, "{days} from {from}");
        let events =
            home.run(now, &["checkins", "--ics", "--from", from, "--days", days]).out.matches("BEGIN:VEVENT").count();
        assert_eq!(events, count);
    }
}
