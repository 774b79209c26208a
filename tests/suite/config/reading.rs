//! Holds `src/config`: the configuration as people write it, get it wrong, and break it on purpose.

use std::path::Path;
use std::time::Duration;

use chrono::DateTime;
use proptest::prelude::*;
use tidebox::config::{
    Auth, Background, ConfigError, ConfigMistake, DoneMeans, Hold, HoldMode, ImapConfig, KeyConfig, Role, Secret,
    Security, SourceConfig, SourceKind, WriteBack, load, parse,
};
use tidebox::domain::schedule::Zone;

use super::{load_bytes, no_keys, read, surroundings};

#[test]
fn a_theme_is_read_with_colours_of_its_own() {
    let theme = read("[theme]\nname = \"paper\"\nbackground = \"light\"\naccent = \"#f00\"\nwarm = 31\n[theme.light]\naccent = \"bright-blue\"\ntext = \"default\"\n")
        .unwrap()
        .theme;
    assert_eq!((theme.name, theme.background, theme.is_changed()), ("paper", Some(Background::Light), true));
    let colours =
        |ground| [Role::Accent, Role::Warm, Role::Text].map(|role| theme.palette(ground).of(role).to_string());
    assert_eq!(colours(Background::Light), ["bright-blue", "31", "default"]);
    assert_eq!(colours(Background::Dark), ["#ff0000", "31", "#dccfb8"]);
}

#[test]
fn an_account_says_what_it_needs_and_the_rest_is_the_default() {
    let config = read(concat!(
        "[[source]]\nname = \"work\"\nkind = \"imap\"\nhost = \"imap.example.org\"\nuser = \"ann\"\n",
        "password = { command = \"pass show 'my work'\" }\n",
        "[[source]]\nname = \"own\"\nkind = \"imap\"\nhost = \"127.0.0.1\"\nuser = \"bob\"\nsecurity = \"none\"\n",
        "auth = \"xoauth2\"\nfolders = [\"*\", \"-Spam\"]\npoll = \"1d\"\nlargest = \"1mb\"\nca = \"~/ca.pem\"\n",
        "done = \"read\"\ntrash = \"Bin\"\nhold = \"hard\"\nheld_folder = \"Später\"\nfail_open_after = \"12h\"\n",
        "[source.token]\nenv = \"TOKEN\"\n",
    ));
    let config = config.unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let work = ["pass", "show", "my work"].map(str::to_owned).to_vec();
    let work = ImapConfig::new("imap.example.org", "ann", Secret::Command(work));
    assert_eq!((work.port, work.security, work.folders.as_slice()), (993, Security::Tls, &["INBOX".to_owned()][..]));
    assert_eq!(config.sources[0], SourceConfig::new("work".to_owned(), SourceKind::Imap(Box::new(work))));
    let own = ImapConfig {
        port: 143,
        security: Security::None,
        ca: Some("/home/ann/ca.pem".into()),
        auth: Auth::XOAuth2,
        folders: vec!["*".to_owned(), "-Spam".to_owned()],
        poll: Duration::from_hours(24),
        largest: 1024 * 1024,
        ..ImapConfig::new("127.0.0.1", "bob", Secret::Variable("TOKEN".to_owned()))
    };
    let mut wanted = SourceConfig::new("own".to_owned(), SourceKind::Imap(Box::new(own)));
    wanted.write_back = WriteBack { done: DoneMeans::Read, trash: Some("Bin".to_owned()), ..WriteBack::default() };
    wanted.hold =
        Hold { mode: HoldMode::Hard, folder: "Später".to_owned(), fail_open_after: Duration::from_hours(12) };
    assert_eq!(config.sources[1], wanted);
}

#[test]
fn a_password_in_the_file_is_refused_and_never_shown() {
    let account = "[[source]]\nname = \"work\"\nkind = \"imap\"\nhost = \"imap.example.org\"\nuser = \"ann\"\n";
    let mistakes = read(&format!("{account}password = \"S3CR3T-canary\"\n")).unwrap_err();
    let report = mistakes.render(false).lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(report, @r#"
    error: a password never stands in this file
     --> /etc/tidebox/config.toml:6:1
      |
    6 | password = ********
      | ^^^^^^^^
      |
      = help: say where it comes from: `password = { command = "pass show work" }`
    "#);
    for line in [
        "password = \"S3CR3T-canary\"",
        "password = S3CR3T-canary",
        "password = \"S3CR3T-canary",
        "pasword = \"S3CR3T-canary\"",
        "passwort = 'S3CR3T-canary'",
        "token = \"S3CR3T-canary\"",
        "password = [\"S3CR3T-canary\"]",
        "password = { value = \"S3CR3T-canary\" }",
        "password.value = \"S3CR3T-canary\"",
        "[source.password]\nliteral = \"S3CR3T-canary\"",
        "password = \"\"\"\nS3CR3T-canary\"\"\"\nhots = 1",
        "password = \"S3CR3T-canary\"\npassword = \"S3CR3T-canary\"",
        "password = \"S3CR3T-canary\" \0",
        "url = \"https://ann:S3CR3T-canary@example.org\"",
    ] {
        let mistakes = read(&format!("{account}{line}\n")).expect_err(line);
        for shown in [mistakes.render(true), mistakes.render(false), format!("{mistakes:?}")] {
            assert!(!shown.contains("S3CR3T"), "{line}: {shown}");
        }
    }
}

#[test]
fn times_and_dates_may_stand_without_quotes() {
    let config = read("away = [2026-12-24, \"2026-12-30..2027-01-02\"]\n[[checkin]]\nname = \"a\"\ndays = \"daily\"\nat = [16:00, 09:30]\nfor = \"1h\"\n").unwrap();
    assert_eq!(config.calendar.away.len(), 2);
    let hours: Vec<String> = config.calendar.checkins[0].at.iter().map(ToString::to_string).collect();
    assert_eq!(hours, ["09:30:00", "16:00:00"]);
}

#[test]
fn the_lane_of_the_rest_leads_unless_it_is_placed() {
    let order = |text: &str| read(text).unwrap().lanes.into_iter().map(|lane| lane.name).collect::<Vec<_>>();
    let news = "[[lane]]\nname = \"news\"\nmatch = \"list:*\"\n";
    assert_eq!(order(news), ["people", "news"]);
    assert_eq!(order(&format!("{news}[[lane]]\nname = \"people\"\n")), ["news", "people"]);
}

#[test]
fn the_screen_adds_what_it_thinks_of_the_keys() {
    let text = "[keys]\npreset = \"tide\"\ndnoe = [\"a\", \"e\"]\n";
    let mut check = |keys: &KeyConfig| {
        assert_eq!(keys.changes(), [("dnoe".to_owned(), vec!["a".to_owned(), "e".to_owned()])]);
        vec![
            ConfigMistake::at(keys.place("dnoe", None), "there is no action `dnoe`"),
            ConfigMistake::at(keys.place("dnoe", Some("e")), "a key"),
        ]
    };
    let mistakes = parse(Path::new("c"), text, surroundings(), &mut check).unwrap_err();
    let places: Vec<_> = mistakes.each().map(|(place, _)| (place.line, place.column)).collect();
    assert_eq!(places, [(3, 1), (3, 14)]);
}

#[test]
fn a_mark_at_the_beginning_and_windows_line_ends_are_accepted() {
    let text = "\u{feff}commit = \"ask\"\r\n[peek]\r\ndelay = \"5s\"\r\n";
    assert_eq!(load_bytes(text.as_bytes()).unwrap().peek.delay.num_seconds(), 5);
    let wrong = "\u{feff}comit = \"ask\"\r\n\r\n[peek]\r\ndelya = \"5s\"\r\n";
    let Err(ConfigError::Mistaken(mistakes)) = load_bytes(wrong.as_bytes()) else { panic!("two mistakes") };
    let places: Vec<_> = mistakes.each().map(|(place, _)| (place.line, place.column)).collect();
    assert_eq!(places, [(1, 1), (4, 1)]);
    assert!(!mistakes.to_string().contains('\r'));
}

#[test]
fn what_is_no_text_is_refused_with_its_place() {
    let place = |bytes: &[u8]| {
        let Err(ConfigError::Mistaken(mistakes)) = load_bytes(bytes) else { panic!("one mistake") };
        assert!(!mistakes.to_string().contains('\0'));
        mistakes.each().map(|(place, mistake)| (place.line, place.column, mistake.what.clone())).collect::<Vec<_>>()
    };
    assert_eq!(place(b"a = 1\nb = \0"), [(2, 5, "a NUL character is no text".to_owned())]);
    assert_eq!(place(b"a = \"\xE9\"\n"), [(1, 6, "a byte here is no text".to_owned())]);
    assert_eq!(place(b"\xFF\xFEa\0"), [(1, 1, "a byte here is no text".to_owned())]);
}

#[test]
fn what_is_too_large_or_not_there_is_an_error_with_a_hint() {
    let large = load_bytes(&b"# comment\n".repeat(1024 * 1024)).unwrap_err();
    assert!(matches!(large, ConfigError::TooLarge { .. }), "{large}");
    let missing = load(Path::new("/nowhere/config.toml"), DateTime::UNIX_EPOCH, &Zone::UTC, &mut no_keys).unwrap_err();
    assert!(matches!(missing, ConfigError::Read { .. }), "{missing}");
    assert!(large.hint().is_some() && missing.hint().is_some());
}

#[test]
fn text_made_to_break_the_reader_only_gets_words() {
    let hostile = [
        format!("a = {}", "[".repeat(500_000)),
        format!("{}a = 1", "a.".repeat(400_000)),
        "a = {".repeat(200_000),
        "= \n".repeat(300_000),
        "commit = \"ask\"\n".repeat(60_000),
        format!("a = \"{}\"", "\\q".repeat(300_000)),
        format!("commit = \"{}\"", "x".repeat(900_000)),
        format!("{}comit = 1", "a = 1, ".repeat(100_000)),
        "[[checkin]]\n".repeat(80_000),
        format!("[[exception]]\nname = \"a\"\nmatch = \"{}\"", "(".repeat(900_000)),
        format!("[[exception]]\nname = \"a\"\nmatch = \"{}\"", "é".repeat(8_000)),
        "\"\u{1b}]0;x\u{7}\" = 1\n\"\u{202e}\" = 2".to_owned(),
    ];
    for text in &hostile {
        if let Err(mistakes) = read(text) {
            let report = mistakes.render(false);
            assert!(!report.chars().any(|c| c == '\u{1b}' || c == '\u{202e}'), "{report}");
            assert!(mistakes.each().count() <= 100);
        }
    }
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in prop_oneof![
        ".{0,200}",
        "((\\[\\[?(checkin|lane|source|exception|keys|peek)\\]?\\]?|(name|match|at|for|days|kind|path|command|away|comit|host|port|password|token|user|url|folders|hold) ?= ?(\"[^\n]{0,9}\"?|'x'|\"imap\"|\"feed\"|[0-9:-]{1,6}|\\[\\]|true|\\{\\})?)\r?\n){0,12}",
    ]) {
        if let Err(mistakes) = read(&text) {
            prop_assert!(mistakes.count() > 0);
            prop_assert!(mistakes.render(true).contains("error"));
            let lines = text.lines().count().max(1);
            prop_assert!(mistakes.each().all(|(place, _)| place.line <= lines + 1 && place.column > 0));
        }
    }

    #[test]
    fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        match load_bytes(&bytes) {
            Ok(_) | Err(ConfigError::Mistaken(_)) => {}
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}
