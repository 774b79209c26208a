//! Holds `src/cli/account`, `src/job/roles.rs`: accounts and the folders of mailboxes, set up, shown and made from the command
//! line.

use std::process::Stdio;

use crate::support::pty::Terminal;
use crate::support::running::wait_until;
use crate::support::servers::{Account, Kind};
use crate::support::{CONFIG, Home, ran};

const AT: &str = "2026-11-23T10:05:00+01:00";

#[test]
fn folders_that_are_missing_are_shown_and_made_with_a_yes_only() {
    let home = Home::new();
    let source = "\n[[source]]\nname = \"home\"\nkind = \"maildir\"\npath = \"Maildir\"\n";
    home.write("config.toml", format!("{CONFIG}{source}"));
    home.deliver("Maildir", "1.a", "Subject: a\r\n\r\nb\r\n");
    home.deliver("Maildir/.Trash", "2.a", "Subject: b\r\n\r\nb\r\n");
    let added = home.run(AT, &["add", "Maildir"]).err;
    assert!(added.contains("home: There is no archive folder") && !added.contains("no trash folder"), "{added}");
    let shown = home.run(AT, &["account", "folders"]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    for line in ["archive  missing: done waits until it is there", "trash    Trash", "junk     missing: spam waits"] {
        assert!(shown.out.contains(line), "{line}: {}", shown.out);
    }
    let mut command = home.command(AT, &["account", "folders", "--make"]);
    let refused = ran(&command.stdin(Stdio::null()).output().unwrap());
    assert!(refused.code == 2 && refused.err.contains("--yes"), "nobody is there to ask: {}", refused.err);
    assert!(!home.path("Maildir/.Archive").exists());
    let made = home.json(AT, &["account", "folders", "--make", "--yes"]);
    assert_eq!(made[0]["made"], serde_json::json!(["Archive", "Junk"]));
    assert!(home.path("Maildir/.Archive/cur").is_dir() && home.path("Maildir/.Junk/new").is_dir());
    let again = home.json(AT, &["account", "folders", "--make", "--yes", "home"]);
    assert_eq!((&again[0]["made"], &again[0]["folders"]["archive"]), (&serde_json::json!([]), &"Archive".into()));
    assert_eq!(home.run(AT, &["account", "folders", "elsewhere"]).code, 2);
}

#[test]
fn one_account_that_does_not_answer_keeps_no_other_from_being_shown() {
    let Some(account) = Account::on(Kind::Dovecot, "rolefolders") else { return };
    let home = Home::new();
    let gone = account.plain_source("gone", 1);
    let good = account.plain_source("good", account.server.port);
    home.write("config.toml", format!("{CONFIG}\n{gone}\n{good}archive = \"Akten\"\n"));
    let shown = home.run(AT, &["account", "folders"]);
    assert!(shown.code == 1 && shown.err.contains("source gone: can't reach"), "{}", shown.err);
    assert!(shown.out.contains("archive  missing") && shown.out.contains("trash    Trash"), "{}", shown.out);
    home.run(AT, &["account", "folders", "good", "--make", "--yes"]);
    assert!(account.client().folders().contains(&"Akten".to_owned()));
}

/// The options for an account of a server of this machine.
fn options(account: &Account) -> Vec<String> {
    let server = &account.server;
    let all = [
        ("--host", "localhost".to_owned()),
        ("--port", server.tls_port.to_string()),
        ("--ca", server.authority().display().to_string()),
        ("--user", account.user.clone()),
        ("--password-command", "echo secret".to_owned()),
    ];
    let mut words = vec!["account".to_owned(), "add".to_owned(), "ann@example.org".to_owned()];
    words.extend(all.into_iter().flat_map(|(option, value)| [option.to_owned(), value]));
    words
}

fn add(home: &Home, account: &Account, more: &[&str]) -> crate::support::Ran {
    let mut words = options(account);
    words.extend(more.iter().map(|word| (*word).to_owned()));
    let mut command = home.command(AT, &words.iter().map(String::as_str).collect::<Vec<_>>());
    ran(&command.stdin(Stdio::null()).output().unwrap())
}

#[test]
fn an_account_is_added_by_options_and_read_from_then_on() {
    for kind in [Kind::Dovecot, Kind::Cyrus] {
        let Some(account) = Account::on(kind, "cliadd") else { continue };
        account.client().append("INBOX", "", [crate::support::servers::letters::letter(1)]);
        let home = Home::new();
        home.write("config.toml", format!("# mine\n{CONFIG}# the end"));
        let before = std::fs::read_to_string(home.path("config.toml")).unwrap();
        let dry = add(&home, &account, &["--dry-run"]);
        assert_eq!(dry.code, 0, "{kind:?} {}", dry.err);
        assert!(dry.err.contains("Logged in. Folders: INBOX") && dry.err.contains("archive: Archive"), "{}", dry.err);
        assert_eq!(std::fs::read_to_string(home.path("config.toml")).unwrap(), before, "a dry run writes nothing");
        let unsure = add(&home, &account, &[]);
        assert!(unsure.code == 2 && unsure.err.contains("--yes"), "{}", unsure.err);
        let added = add(&home, &account, &["--yes", "--name", "work"]);
        assert_eq!(added.code, 0, "{kind:?} {}", added.err);
        let text = std::fs::read_to_string(home.path("config.toml")).unwrap();
        assert!(text.starts_with(&before) && text.ends_with(&added.out), "{text}");
        assert!(
            added.out.starts_with("[[source]]\nname = \"work\"\nkind = \"imap\"\nhost = \"localhost\"\n"),
            "{}",
            added.out
        );
        let again = add(&home, &account, &["--yes", "--name", "other"]);
        assert!(again.code == 1 && again.err.contains("is a source already: work"), "{}", again.err);
        assert_eq!(home.json(AT, &["sync"])[0]["admitted"], 1);
    }
}

#[test]
fn where_the_login_fails_nothing_is_written_unless_that_is_wanted() {
    let Some(account) = Account::on(Kind::Dovecot, "clirefused") else { return };
    let home = Home::new();
    let wrong = ["--yes", "--password-command", "echo S3CR3T"];
    let mut words = options(&account);
    words.truncate(words.len() - 2);
    words.extend(wrong.map(str::to_owned));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let failed = home.run(AT, &words);
    assert_eq!(failed.code, 1, "{}", failed.out);
    assert!(
        failed.err.contains("localhost refused the password") && failed.err.contains("--write-anyway"),
        "{}",
        failed.err
    );
    assert!(
        !home.path("config.toml").exists()
            || !std::fs::read_to_string(home.path("config.toml")).unwrap().contains("imap")
    );
    let untested = home.json(AT, &[&words[..], &["--write-anyway"]].concat());
    assert_eq!((&untested[0]["written"], &untested[0]["name"]), (&true.into(), &"ann@example.org".into()));
    assert!(!format!("{}{}", failed.err, untested[0]).contains("refused the password: S3CR3T"));
}

#[test]
fn providers_are_known_by_their_domains() {
    let home = Home::new();
    let print = |address: &str, more: &[&str]| {
        let words = [&["account", "add", address, "--print", "--password-keyring", "mail"], more].concat();
        home.run(AT, &words)
    };
    let gmx = print("ann@gmx.de", &[]);
    assert_eq!(gmx.code, 0, "{}", gmx.err);
    let wanted = "[[source]]\nname = \"ann@gmx.de\"\nkind = \"imap\"\nhost = \"imap.gmx.net\"\nuser = \"ann@gmx.de\"\n\
                  password = { keyring = \"mail\" }\n";
    assert_eq!(gmx.out, wanted);
    let own = print("ann@example.org", &["--provider", "ionos germany"]);
    assert!(own.out.contains("host = \"imap.ionos.de\""), "{}{}", own.out, own.err);
    let tuta = print("ann@tuta.com", &[]);
    assert!(tuta.code == 1 && tuta.err.contains("Tuta has no IMAP"), "{}", tuta.err);
    let unknown = print("ann@example.org", &[]);
    assert!(
        unknown.code == 2 && unknown.err.contains("--autoconfig") && unknown.err.contains("--host"),
        "{}",
        unknown.err
    );
    assert_eq!(print("ann@example.org", &["--provider", "nobody"]).code, 2);
    assert_eq!(print("no address", &[]).code, 2);
    let listed = home.json(AT, &["account", "providers"]);
    assert!(listed.iter().any(|one| one["name"] == "Gmail" && one["host"] == "imap.gmail.com"));
    assert!(home.run(AT, &["account", "providers"]).out.contains("https://support.google.com/"));
}

#[test]
fn what_no_option_says_is_asked_at_the_terminal() {
    let Some(account) = Account::on(Kind::Dovecot, "cliasked") else { return };
    let home = Home::new();
    let mut words = options(&account);
    words.truncate(words.len() - 4);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut terminal = Terminal::open(&home, AT, &words, 100, 60);
    terminal.wait("Which name do you log in with?");
    terminal.keys(&format!("{}\n", account.user));
    terminal.wait("Where shall tidebox get the secret from?");
    terminal.keys("x\n");
    terminal.wait("Please choose one of these.");
    terminal.keys("c\n");
    terminal.wait("Which command prints the password?");
    terminal.keys("echo secret\n");
    terminal.wait("What shall this source be called?");
    terminal.keys("\n");
    terminal.wait("Write this into the settings?");
    terminal.keys("y\n");
    terminal.wait("written to");
    assert_eq!(terminal.ended(), 0);
    let text = std::fs::read_to_string(home.path("config.toml")).unwrap();
    assert!(text.contains("name = \"ann@example.org\"\nkind = \"imap\""), "{text}");
}

/// The first run, in an empty home: the form from the welcome, and the account is read.
#[test]
fn the_form_of_the_screen_adds_an_account_and_it_is_read_at_once() {
    let Some(account) = Account::on(Kind::Dovecot, "formadd") else { return };
    account.client().append("INBOX", "", [crate::support::servers::letters::letter(1)]);
    let home = Home::new();
    let nowhere = [("TIDEBOX_CONFIG", ""), ("TIDEBOX_STORE", "")];
    let mut terminal = Terminal::open_with(&home, AT, &[], 100, 40, &nowhere);
    terminal.wait("Your mailboxes");
    terminal.keys("m");
    for (question, keys) in [
        ("Which mail address?", "ann@example.org\r".to_owned()),
        ("Look it up?", "n".to_owned()),
        ("Which server for IMAP?", "\u{15}127.0.0.1\r".to_owned()),
        ("How is the connection encrypted?", "n".to_owned()),
        ("Which port?", format!("\u{15}{}\r", account.server.port)),
        ("Which name do you log in with?", format!("\u{15}{}\r", account.user)),
        ("Where shall tidebox get the secret from?", "c".to_owned()),
        ("Which command prints the password?", "\u{15}echo wrong\r".to_owned()),
        ("What shall this source be called?", "\r".to_owned()),
        ("127.0.0.1 refused the password", "s".to_owned()),
        ("Where shall tidebox get the secret from?", "c".to_owned()),
        ("Which command prints the password?", "\u{15}echo secret\r".to_owned()),
        ("Write this into the settings?", "y".to_owned()),
    ] {
        terminal.wait(question);
        terminal.keys(&keys);
    }
    terminal.wait("Added as \"ann@example.org\"");
    let is_read = || {
        let mut command = home.command(AT, &["--json", "check", "--offline"]);
        ran(&command.envs(nowhere).output().unwrap()).out.contains("\"messages\":\"1\"")
    };
    wait_until("the account is read", is_read);
    let text = std::fs::read_to_string(home.path(".config/tidebox/config.toml")).unwrap();
    assert!(text.contains("# ") && text.ends_with("password = { command = [\"echo\", \"secret\"] }\n"), "{text}");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
}
