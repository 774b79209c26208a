//! Holds `src/config/mistake.rs`, `src/config/report.rs`, `src/config/names.rs`: every mistake is told at once, at its
//! place, with the right name.

use super::{read, told};

/// The first batch is no check-in, and nothing else is called so.
#[test]
fn the_name_of_the_first_batch_is_taken() {
    let text = "[[checkin]]\nname = \"First batch\"\ndays = \"daily\"\nat = \"10:00\"\nfor = \"1h\"\n";
    let said = told(text);
    assert!(said.contains("`First batch` is a name that tidebox uses itself"), "{said}");
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
    24:8 `kind` cannot be `maildr`; expected one of `maildir`, `mbox`, `jsonl`, `exec`, `imap`, `feed`; did you mean `maildir`?
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
        let goes_on =
            ran.out.contains("(15 mistakes; nothing starts with it, and what follows is about the built-in one)");
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
    9:9 a rule cannot ask for the lane of a message; that is not known yet; ask for what the message is like
    10:1 [[lane]] has no `name`; add `name =` with a name in quotes
    12:1 [[exception]] has no `match`; add `match =` with a query, such as `"from:@example.org"`
    13:8 ` e ` is not fit for a name; expected characters, without spaces around them or control characters
    17:1 a source of this kind has no `path`; that is for `maildir`, `mbox`, `jsonl`
    18:11 a quote within this command is never closed; write it as a list of words instead
    19:11 `backlog` cannot be `soon`; expected a number of days such as `"14d"`, `"all"` or `"none"`
    20:1 [[source]] has no `path`; add `path =` with the path of a folder or a file, in quotes
    24:9 `width` is out of its range; expected a number from 20 to 200
    26:9 `delay` cannot be `0s`; expected a length from `"3s"` to `"10m"`
    "#);
}

#[test]
fn mistakes_of_accounts_and_feeds_are_told_at_once() {
    insta::assert_snapshot!(told(r#"
[[source]]
name = "a"
kind = "imap"
hots = "x"
user = ""
auth = "xoath2"
[[source]]
name = "b"
kind = "imap"
host = "imaps://imap.example.org:993"
port = 0
security = "non"
user = "ann"
token = { env = "T" }
folders = []
poll = "10s"
largest = "3 TB"
write_back = "no"
done = "delete"
hold = "strong"
[[source]]
name = "c"
kind = "imap"
host = "imap.example.org"
security = "none"
user = "ann"
password = { comand = "pass", keyring = "work", env = "W" }
folders = ["-Spam"]
write_back = false
hold = "hard"
archive = "A*"
held_folder = "inbox"
fail_open_after = "1m"
[[source]]
name = "d"
kind = "maildir"
path = "~/Maildir"
hold = "hard"
host = "x"
archive = "Archive"
[[source]]
name = "e"
kind = "feed"
url = "example.org/feed"
every = "1s"
trash = "T"
[[source]]
name = "f"
kind = "feed"
path = "~/feed"
[[source]]
name = "g"
kind = "imap"
host = "localhost"
security = "none"
user = "ann"
auth = "oauthbearer"
password = {}
"#), @r#"
    2:1 [[source]] has no `host`; add `host =` with the name of a server, such as `"imap.example.org"`
    2:1 this account has no `password`; say where it comes from: `password = { command = "pass show work" }`
    5:1 there is no key `hots` in [[source]]; did you mean `host`?
    6:8 nobody is called that; expected the name that you log in with, such as `"me@example.org"`
    7:8 `auth` cannot be `xoath2`; expected one of `password`, `login`, `plain`, `scram-sha-256`, `xoauth2`, `oauthbearer`; did you mean `xoauth2`?
    11:8 `imaps://imap.example.org:993` is no name of a server; expected the name of a server, such as `"imap.example.org"`; the name alone; a port stands under `port`, encryption under `security`
    12:8 `port` is out of its range; expected a number from 1 to 65535
    13:12 `security` cannot be `non`; expected one of `tls`, `starttls`, `none`; did you mean `none`?
    15:1 logging in with `auth = "password"` takes a password, no token; write `password = { command = "pass show work" }`, or `auth = "xoauth2"` for a token
    16:11 no folder is left that could be read; expected the name of a folder or a pattern such as `"lists/*"`, or a list of them; name one without a `-` before it, such as `"INBOX"` or `"*"`
    17:8 `poll` cannot be `10s`; expected a length from `"1m"` to `"1d"`
    18:11 `largest` cannot be `3 TB`; expected a size from `"1 MB"` to `"50 MB"`
    19:14 `write_back` in [[source]] is a text; expected `true` or `false`
    20:8 `done` cannot be `delete`; expected one of `archive`, `read`
    21:8 `hold` cannot be `strong`; expected one of `soft`, `hard`
    26:12 `imap.example.org` is not this machine; expected `"tls"` or `"starttls"`; without encryption others could read the password; this is only allowed for `localhost`
    28:14 there is no key `comand` in `password`; expected one of `command`, `env`, `keyring`; did you mean `command`?
    28:31 the password comes from `env` already; leave one of them out
    29:11 no folder is left that could be read; expected the name of a folder or a pattern such as `"lists/*"`, or a list of them; name one without a `-` before it, such as `"INBOX"` or `"*"`
    31:8 a hard hold moves messages, and `write_back = false` forbids that; expected `"soft"`, or `write_back = true`
    32:11 a pattern names no one folder; expected the name of a folder, such as `"Archive"`
    33:15 `inbox` is not a folder for held messages alone; expected a folder that nothing else is kept in
    34:19 `fail_open_after` cannot be `1m`; expected a length from `"1h"` to `"30d"`
    39:1 a source of this kind has no `hold`; that is for `imap`
    40:1 a source of this kind has no `host`; that is for `imap`
    45:7 `example.org/feed` is no address on the web; expected the address of a feed, such as `"https://example.org/feed.xml"`
    46:9 `every` cannot be `1s`; expected a length from `"5m"` to `"7d"`
    47:1 a source of this kind has no `trash`; that is for `maildir`, `imap`
    48:1 [[source]] has no `url`; add `url =` with the address of a feed, such as `"https://example.org/feed.xml"`
    51:1 a source of this kind has no `path`; it has a `url`; `path` is for `maildir`, `mbox`, `jsonl`
    59:1 logging in with `auth = "oauthbearer"` takes a token, no password; write `token = { command = "…" }`, or leave `auth` out
    "#);
}

#[test]
fn a_key_that_two_kinds_have_is_named_once_and_a_tokens_hint_shows_a_token() {
    let said = told("[[source]]\nname = \"a\"\nkind = \"imap\"\nhost = \"h.example\"\nuser = \"me\"\nzzzzzz = 1\n");
    let listed = said.lines().find(|line| line.contains("zzzzzz")).unwrap();
    for key in ["name", "kind", "host", "user", "write_back", "folders"] {
        assert_eq!(listed.matches(&format!("`{key}`")).count(), 1, "{key}: {listed}");
    }
    let said =
        told("[[source]]\nname = \"a\"\nkind = \"imap\"\nhost = \"h.example\"\nuser = \"me\"\nauth = \"xoauth2\"\n");
    assert!(said.contains("`token = { command = \"oama access me@example.org\" }`"), "{said}");
}
