//! The configuration as people write it, get it wrong, and break it on purpose.

use std::path::{Path, PathBuf};

use chrono::DateTime;
use chrono_tz::Tz;
use proptest::prelude::*;
use tidebox::config::{
    BUILT_IN, Config, ConfigError, ConfigMistake, EXAMPLE, Ground, KeyConfig, Mistakes, Role, Surroundings, load, parse,
};

fn surroundings() -> Surroundings<'static> {
    Surroundings { now: DateTime::UNIX_EPOCH, zone: Tz::Europe__Berlin, home: Some(Path::new("/home/ann")) }
}

fn no_keys(_: &KeyConfig) -> Vec<ConfigMistake> {
    Vec::new()
}

fn read(text: &str) -> Result<Config, Mistakes> {
    parse(Path::new("/etc/tidebox/config.toml"), text, surroundings(), &mut no_keys)
}

/// The mistakes, a line each.
fn told(text: &str) -> String {
    let mistakes = read(text).expect_err("this text has mistakes");
    let line = |(place, mistake): (tidebox::config::Place, &ConfigMistake)| {
        let expected = mistake.expected.as_ref().map(|what| format!("; expected {what}")).unwrap_or_default();
        let hint = mistake.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
        format!("{}:{} {}{expected}{hint}", place.line, place.column, mistake.what)
    };
    mistakes.each().map(line).collect::<Vec<_>>().join("\n")
}

/// A file of these bytes, read.
fn load_bytes(bytes: &[u8]) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, bytes).unwrap();
    load(&path, DateTime::UNIX_EPOCH, Tz::UTC, &mut no_keys)
}

#[test]
fn the_example_says_what_the_defaults_are() {
    assert_eq!(read(EXAMPLE).unwrap(), Config::embedded(Tz::Europe__Berlin));
    assert_eq!(read("").unwrap(), Config::embedded(Tz::Europe__Berlin));
}

#[test]
fn every_example_that_is_commented_out_is_right() {
    let key = |line: &str| {
        line.split_once(" = ").is_some_and(|(key, _)| key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
    };
    let shown: Vec<&str> = EXAMPLE
        .lines()
        .filter(|line| *line != "away = []")
        .map(|line| line.strip_prefix("# ").filter(|line| line.starts_with("[[") || key(line)).unwrap_or(line))
        .collect();
    let config = read(&shown.join("\n")).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_eq!(config.sources.len(), 2);
    assert_eq!(config.exceptions.len(), 1);
    assert_eq!(config.store, Some(PathBuf::from("/home/ann/mail/tidebox.db")));
    assert_eq!(config.keys.changes().len(), 2);
}

#[test]
fn the_configuration_of_the_readme_is_right() {
    let readme = include_str!("../../README.md");
    let (_, block) = readme.split_once("```toml\n").unwrap();
    let (text, _) = block.split_once("```").unwrap();
    read(text).unwrap_or_else(|mistakes| panic!("{mistakes}"));
}

#[test]
fn the_configurations_of_the_themes_page_are_right() {
    let page = include_str!("../../docs/themes.md");
    let blocks: Vec<&str> =
        page.split("```toml\n").skip(1).map(|block| block.split("```").next().unwrap_or_default()).collect();
    assert_eq!(blocks.len(), 2);
    for block in blocks {
        read(block).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    }
    for role in Role::ALL {
        assert!(page.contains(&format!("| `{}` |", role.name())), "{}", role.name());
    }
    for name in BUILT_IN {
        assert!(page.contains(&format!("| `{name}` |")), "{name}");
    }
}

#[test]
fn a_theme_is_read_with_colours_of_its_own() {
    let theme = read("[theme]\nname = \"paper\"\nbackground = \"light\"\naccent = \"#f00\"\nwarm = 31\n[theme.light]\naccent = \"bright-blue\"\ntext = \"default\"\n")
        .unwrap()
        .theme;
    assert_eq!((theme.name, theme.background, theme.is_changed()), ("paper", Some(Ground::Light), true));
    let colours =
        |ground| [Role::Accent, Role::Warm, Role::Text].map(|role| theme.palette(ground).of(role).to_string());
    assert_eq!(colours(Ground::Light), ["bright-blue", "31", "default"]);
    assert_eq!(colours(Ground::Dark), ["#ff0000", "31", "#dccfb8"]);
}

#[test]
fn mistakes_of_a_theme_are_told_with_the_right_name() {
    insta::assert_snapshot!(told("[theme]\nname = \"tyde\"\nbackground = \"drak\"\nacent = \"red\"\nwarm = \"bright-rde\"\ndim = 256\nquote = \"#12\"\nrule = true\n[theme.light]\nname = 1\ntext = \"#gggggg\"\n"), @r##"
    2:8 `name` cannot be `tyde`; expected one of `tide`, `paper`, `contrast`, `ink`; did you mean `tide`?
    3:14 `background` cannot be `drak`; expected one of `auto`, `dark`, `light`; did you mean `dark`?
    4:1 there is no key `acent` in [theme]; did you mean `accent`?
    5:8 `warm`: `bright-rde` is no colour; expected a colour such as `"#66b8dd"`, a name such as `"bright-blue"`, a number from 0 to 255, or `"default"`; did you mean `bright-red`?
    6:7 `dim`: there is no colour `256`; expected a colour such as `"#66b8dd"`, a name such as `"bright-blue"`, a number from 0 to 255, or `"default"`
    7:9 `quote`: `#12` is no colour; expected a colour such as `"#66b8dd"`, a name such as `"bright-blue"`, a number from 0 to 255, or `"default"`
    8:8 `rule`: this is `true` or `false`, no colour; expected a colour such as `"#66b8dd"`, a name such as `"bright-blue"`, a number from 0 to 255, or `"default"`
    10:1 there is no key `name` in [theme.light]; expected one of `text`, `dim`, `writer`, `accent`, `warm`, `selection`, `quote`, `rule`, `ground`
    11:8 `text`: `#gggggg` is no colour; expected a colour such as `"#66b8dd"`, a name such as `"bright-blue"`, a number from 0 to 255, or `"default"`
    "##);
}

const TEN_MISTAKES: &str = r#"timezone = "Europe/Berln"
comit = "ask"
after_decision = "nxt"
show_held = "no"

[[checkin]]
name = "morning"
days = "mon-fry"
at = ["10:00", "9am"]
for = "25h"

[[lane]]
name = "news"
match = "has:unsubscribe or sbject:\"weekly digest\""
checkins = ["mornig"]

[[exception]]
name = "family"
match = "from:(mum or dad"
limit = "3 per dya"

[[source]]
name = "work"
kind = "maildr"
"#;

#[test]
fn every_mistake_is_told_at_once_with_its_place_and_the_right_name() {
    insta::assert_snapshot!(told(TEN_MISTAKES), @r#"
    1:12 `Europe/Berln` is not a zone; expected the name of a zone in the IANA database, such as `Europe/Berlin`; did you mean `Europe/Berlin`?
    2:1 there is no key `comit`; did you mean `commit`?
    3:18 `after_decision` cannot be `nxt`; expected one of `next`, `previous`, `list`; did you mean `next`?
    4:13 `show_held` is a text; expected `true` or `false`
    8:8 `fry` is not a weekday; expected days, such as `mon-fri`, `sat,sun`, `daily`, `1st mon`, `last fri`, `15th` or `last day`; did you mean `fri`?
    9:16 `9am` is not a time of day; expected a time of 24 hours, such as `9:30` or `16:00`; did you mean `09:00`?
    10:7 `25h` is longer than a day; expected a length from 1 minute to 24 hours, such as `45m`, `1h` or `1h30m`
    14:29 there is no field `sbject:`; did you mean `subject:`? Otherwise put it in quotes to search for it as text
    15:13 there is no check-in `mornig`; expected `morning`; did you mean `morning`?
    19:15 this ( is never closed
    20:9 `3 per dya` names no hour, day or week; expected a limit such as `"3 per day"`; did you mean `per day`?
    24:8 `kind` cannot be `maildr`; expected one of `maildir`, `mbox`, `jsonl`, `exec`; did you mean `maildir`?
    "#);
}

/// The same through the program, with mistakes in the keys and a name given twice: one run tells them all.
#[test]
fn one_run_of_the_program_tells_every_mistake() {
    let home = crate::support::Home::new();
    let text = format!(
        "{TEN_MISTAKES}\n[[source]]\nname = \"work\"\nkind = \"mbox\"\npath = \"~/mbox\"\n[keys]\npreset = \"tied\"\ndnoe = [\"a\"]\n"
    );
    home.write("config.toml", &text);
    for arguments in [&["check"][..], &["status"], &["queue"]] {
        let ran = home.run("2026-11-23T10:05:00+01:00", arguments);
        assert_eq!(ran.code, 1, "{arguments:?}");
        // A check goes on with the settings that are built in, and says so.
        let goes_on = ran.out.contains("(15 mistakes; the built-in one is used)");
        assert!(ran.out.is_empty() || (arguments == ["check"] && goes_on), "{arguments:?}: {}", ran.out);
        let places = ran.err.lines().filter(|line| line.trim_start().starts_with("--> ")).count();
        assert_eq!(places, 15, "{}", ran.err);
        for name in [
            "`Europe/Berlin`",
            "`commit`",
            "`next`",
            "`fri`",
            "`09:00`",
            "`subject:`",
            "`morning`",
            "`maildir`",
            "\"tide\"",
            "\"done\"",
        ] {
            assert!(ran.err.contains(&format!("did you mean {name}")), "{name}: {}", ran.err);
        }
    }
    let ran = home.run("2026-11-23T10:05:00+01:00", &["--json", "check"]);
    let error: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
    let mistakes = error["error"]["mistakes"].as_array().unwrap();
    assert_eq!(mistakes.len(), 15);
    assert!(mistakes.iter().all(|one| one["line"].as_u64() > Some(0) && one["column"].as_u64() > Some(0)));
}

#[test]
fn the_report_shows_the_line_and_marks_the_place() {
    let mistakes =
        read("[[lane]]\nname = \"news\"\nmatch = \"has:unsubscribe or sbject:\\\"digest\\\"\"\n\n[peek]\ndelay = 5\n")
            .unwrap_err();
    insta::assert_snapshot!(mistakes.render(false), @r#"
    error: there is no field `sbject:`
     --> /etc/tidebox/config.toml:3:29
      |
    3 | match = "has:unsubscribe or sbject:\"digest\""
      |                             ^^^^^^
      |
      = help: did you mean `subject:`? Otherwise put it in quotes to search for it as text

    error: `delay` in [peek] is a number
     --> /etc/tidebox/config.toml:6:9
      |
    6 | delay = 5
      |         ^ expected a length from `"3s"` to `"10m"`
    "#);
    assert_eq!(mistakes.to_string(), mistakes.render(false));
    assert!(mistakes.render(true).contains("\u{1b}["));
}

#[test]
fn mistakes_of_notation_are_told_together_and_without_their_echoes() {
    insta::assert_snapshot!(told("commit = ask\nshow_held = \ncomit = \"ask\"\ncommit = \"close\"\n[peek]\ndelay = \"5s\"\n[peek]\n"), @r#"
    1:10 `ask` is no value; expected a text in quotes, a number, `true` or `false`; texts stand in quotes
    2:13 there is no value here; expected a value after the `=`
    3:1 there is no key `comit`; did you mean `commit`?
    4:1 `commit` stands here a second time; put what belongs together into one place
    7:2 `peek` stands here a second time; put what belongs together into one place
    "#);
    // Under a broken header everything is in the wrong table: only the header is told.
    insta::assert_snapshot!(told("[[checkin]\nname = \"a\"\n"), @"1:11 unclosed array table; expected `]`");
}

#[test]
fn names_doors_that_never_open_and_rules_without_sense_are_refused() {
    insta::assert_snapshot!(told(r#"
checkin = []
[[lane]]
name = "a"
match = ""
checkins = []
[[lane]]
name = "A"
match = "lane:b"
[[lane]]
match = "x"
[[exception]]
name = " e "
[[source]]
name = "s"
kind = "exec"
path = "~bob/mail"
command = "run 'it"
backlog = "soon"
[[source]]
name = "t"
kind = "mbox"
[reader]
width = 7
[peek]
delay = "0s"
"#), @r#"
    2:11 without any check-in the door never opens; leave `checkin` out for the two of the default
    5:9 this matches nothing in particular; expected a query, such as `"from:@example.org"`
    6:12 a lane without a check-in never comes out; expected the name of a check-in, or a list of them; leave `checkins` out to let it come out at every one
    8:8 the name `A` is given a second time; give each its own name
    9:9 a rule cannot ask for the lane of a message; the lane is not known yet; ask for what the message is like
    10:1 [[lane]] has no `name`; add `name =` with a name in quotes
    12:1 [[exception]] has no `match`; add `match =` with a query, such as `"from:@example.org"`
    13:8 ` e ` is not fit for a name; expected letters, without spaces around them or control characters
    17:8 a source of this kind has no `path`; it has a `command`
    18:11 a quote within this command is never closed; write it as a list of words instead
    19:11 `backlog` cannot be `soon`; expected a number of days such as `"14d"`, `"all"` or `"none"`
    20:1 [[source]] has no `path`; add `path =` with the path of a folder or a file, in quotes
    24:9 `width` is out of its range; expected a number from 20 to 500
    26:9 `delay` cannot be `0s`; expected a length from `"3s"` to `"10m"`
    "#);
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
    let missing = load(Path::new("/nowhere/config.toml"), DateTime::UNIX_EPOCH, Tz::UTC, &mut no_keys).unwrap_err();
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
        "((\\[\\[?(checkin|lane|source|exception|keys|peek)\\]?\\]?|(name|match|at|for|days|kind|path|command|away|comit) ?= ?(\"[^\n]{0,9}\"?|'x'|[0-9:-]{1,6}|\\[\\]|true|\\{\\})?)\r?\n){0,12}",
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
