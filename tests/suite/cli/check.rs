//! Holds `src/cli/check.rs`, `src/cli/check`, `src/job/check.rs`, `src/job/check_sending.rs`, `src/store/meta.rs`: `tidebox check`: everything that a report of a
//! problem needs, and nothing that is nobody's business.

use crate::support::pty::Terminal;
use crate::support::servers::smtp_peer::{OFFERS, SmtpPeer};
use crate::support::{CONFIG, Home, letter, ran};

const OPEN: &str = "2026-11-23T10:05:00+01:00";
const EARLY: &str = "2026-11-23T09:00:00+01:00";

fn home() -> Home {
    let home = Home::new();
    home.deliver("Maildir", "1.w", &letter(1, "Ann Secret <secret@example.org>", "Secret matter", "Secret."));
    let config = format!(
        "{CONFIG}\n[[source]]\nname = \"secret@example.org\"\nkind = \"maildir\"\npath = \"~/Maildir\"\n\n\
         [[source]]\nname = \"feed\"\nkind = \"exec\"\ncommand = [\"true\", \"--token\", \"secret\"]\n"
    );
    home.write("config.toml", config);
    assert_eq!(home.run(EARLY, &["add", "--all", "Maildir"]).code, 0);
    home
}

#[test]
fn it_tells_what_a_report_needs_and_no_secret() {
    let home = home();
    let ran = home.run(OPEN, &["check"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    for said in [
        "version        ",
        "build          debug, ",
        "sqlite         3.",
        "terminal       no terminal, no variable describes it",
        "colours        no colours, background dark by the configuration",
        "theme          tide",
        "configuration  ~/config.toml (read)",
        "source 1       maildir ~/Maildir (can be read)",
        "source 2       exec true (can be read)",
        "store          ~/tidebox.db",
        "schema ",
        "messages       1",
        "store check    whole",
        "log            ~/.local/state/tidebox/tidebox.log (nothing noted)",
        "No problem found.",
    ] {
        assert!(ran.out.contains(said), "{said}:\n{}", ran.out);
    }
    let whole = format!("{}{}", ran.out, home.run(OPEN, &["--json", "check", "--store-too"]).out);
    assert!(!whole.to_lowercase().contains("secret"), "{whole}");
    assert!(!whole.contains(&home.path("").display().to_string()), "{whole}");
}

/// Whatever is wrong around it: a quote too many, another sign than `=`, another word for it, a name in an address.
#[test]
fn no_mistake_shows_a_password() {
    let home = Home::new();
    for line in [
        "password = \"it\"S3CR3T\"",
        "password: S3CR3T",
        "password S3CR3T",
        "S3CR3T",
        "\"S3CR3T\"",
        "pass = S3CR3T",
        "pw = 'S3CR3T'",
        "login = \"S3CR3T\"",
        "apikey = S3CR3T",
        "authorization = \"Bearer S3CR3T\"",
        "url = \"https://u:S3CR3T@host/x?token=S3CR3T\"",
        "password = { text = \"S3CR3T\"",
        "password = [\"S3CR3T\"]",
        "password = \"S3CR3T\"\npassword = \"S3CR3T\"",
        "password = { command = [\"echo\", \"S3CR3T\"], secret = \"S3CR3T\" }",
        "folders = [\"INBOX\"\npassword = \"S3CR3T\"",
    ] {
        let source = format!("[[source]]\nname = \"a\"\nkind = \"imap\"\nhost = \"h\"\nuser = \"u\"\n{line}\n");
        home.write("config.toml", source);
        for arguments in [&["check", "--offline"][..], &["--json", "check", "--offline"], &["status"]] {
            let ran = home.run(OPEN, arguments);
            assert_ne!(ran.code, 0, "{line}: {}", ran.out);
            assert!(!format!("{}{}", ran.out, ran.err).contains("S3CR3T"), "{line}: {}{}", ran.out, ran.err);
        }
    }
}

#[test]
fn it_tells_mistakes_and_problems_together() {
    let home = home();
    home.write("config.toml", "comit = 1\n[peek]\ndelay = 1\n");
    std::fs::write(home.store(), "no store").unwrap();
    let ran = home.run(OPEN, &["check"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.out
            .contains("~/config.toml (2 mistakes; nothing starts with it, and what follows is about the built-in one)"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("Problem: ~/tidebox.db is not a store of tidebox"), "{}", ran.out);
    assert!(!ran.out.contains("No problem found"), "{}", ran.out);
    assert!(ran.err.contains("comit") && ran.err.contains("delay"), "{}", ran.err);

    home.write("config.toml", format!("{CONFIG}\n[[source]]\nname = \"x\"\nkind = \"mbox\"\npath = \"~/gone\"\n"));
    let ran = home.run(OPEN, &["check"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("2 problems found") && ran.err.contains("source 1 (mbox ~/gone): ~/gone: "),
        "{}",
        ran.err
    );
    // The store's trouble was noted, three times by now with the one of the configuration.
    assert!(home.run(OPEN, &["check"]).out.contains("problems in the last 7 days"));
}

#[test]
fn a_theme_that_is_hard_to_read_is_told() {
    let home = Home::new();
    let config = CONFIG.replace("[theme]\n", "[theme]\ndim = \"#444444\"\n");
    home.write("config.toml", config);
    let ran = home.run(OPEN, &["check"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("theme          tide, with colours of its own"), "{}", ran.out);
    assert!(ran.out.contains("on a dark background: dim has a contrast of 1.4 on ground"), "{}", ran.out);
    assert!(!ran.out.contains("on a light background"), "{}", ran.out);
    let json = home.json(OPEN, &["check"]);
    assert_eq!(json[0]["warnings"].as_array().unwrap().len(), 2, "{json:?}");
}

#[test]
fn on_a_terminal_it_asks_for_the_background() {
    let home = Home::new();
    home.write("config.toml", CONFIG.replace("background = \"dark\"", ""));
    let mut terminal = Terminal::open(&home, OPEN, &["check"], 100, 40);
    let raw = terminal.shared_bytes();
    terminal.wait_until("the question", |_| raw.lock().unwrap().windows(6).any(|window| window == b"\x1b]11;?"));
    terminal.keys("\x1b]11;rgb:fdfd/f6f6/e3e3\x07");
    let said = terminal.wait("No problem found");
    assert!(said.contains("256 colours, background light, as the terminal says: #fdf6e3"), "{said}");
    assert!(said.contains("100x40, TERM=xterm-256color"), "{said}");
    assert_eq!(terminal.ended(), 0);
}

/// It connects and logs in as each identity would, and sends nothing; of a wrong password and a missing command it says so.
#[test]
fn it_tells_whether_each_identity_can_send_and_sends_nothing() {
    let home = Home::new();
    let peer = SmtpPeer::correct(OFFERS);
    let server = |password: &str| {
        format!(
            "send = {{ host = \"127.0.0.1\", port = {}, security = \"none\", user = \"hidden-user\", password = {{ command = [\"echo\", \"{password}\"] }} }}",
            peer.port
        )
    };
    let sends = [
        server("secret"),
        server("wr0ng"),
        "send = { command = \"true --token secret\" }".to_owned(),
        "send = { command = \"/nowhere/sendmail\" }\nsignature = \"~/no-signature\"".to_owned(),
        String::new(),
    ];
    let identities: String = (1..)
        .zip(&sends)
        .map(|(number, send)| format!("[[identity]]\naddress = \"hidden{number}@example.org\"\n{send}\n"))
        .collect();
    home.write("config.toml", format!("{CONFIG}\n{identities}"));
    let ran = home.run(OPEN, &["check"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    for said in [
        "identity 1     smtp at 127.0.0.1 (can send)",
        "identity 1 server logs in by PLAIN, at most 1 MB",
        "identity 2     smtp at 127.0.0.1 (cannot send)",
        "identity 3     command true (can send)",
        "identity 4     command /nowhere/sendmail (cannot send)",
        "Could be better: identity 4 (command /nowhere/sendmail): the signature ~/no-signature cannot be read",
        "identity 5     no way to send (cannot send)",
    ] {
        assert!(ran.out.contains(said), "{said} is not in\n{}", ran.out);
    }
    for said in [
        "127.0.0.1 refused the password: wrong",
        "the program `/nowhere/sendmail` is not found",
        "nothing says how it is sent",
    ] {
        assert!(ran.err.contains(said), "{said} is not in\n{}", ran.err);
    }
    for hidden in ["hidden", "secret", "wr0ng"] {
        assert!(!ran.out.contains(hidden) && !ran.err.contains(hidden), "{hidden}: {}{}", ran.out, ran.err);
    }
    assert!(peer.taken().is_empty() && !peer.lines().iter().any(|line| line.starts_with("MAIL")));
    let before = peer.lines().len();
    let ran = home.run(OPEN, &["check", "--offline"]);
    assert!(ran.out.contains("identity 1     smtp at 127.0.0.1 (not asked)"), "{}", ran.out);
    assert_eq!(peer.lines().len(), before);
}

/// What others read: whatever the settings and the store call what is a person's own, and whatever a server answers.
#[test]
fn a_report_for_others_has_nothing_of_ones_own() {
    let home = Home::new();
    let peer = SmtpPeer::correct(OFFERS);
    home.deliver("Markmail", "1.w", &letter(1, "Marksender <marksender@example.org>", "Marksubject", "Marktext."));
    let config = format!(
        "{CONFIG}\n[[checkin]]\nname = \"markcheckin\"\ndays = \"sun\"\nat = \"17:00\"\nfor = \"1h\"\n\
         [[lane]]\nname = \"marklane\"\nmatch = \"from:markmatch\"\ncheckins = [\"markgone\"]\n\
         [[exception]]\nname = \"markexception\"\nmatch = \"from:markmum\"\nuntil = 2020-01-01\n\
         [[source]]\nname = \"markhome\"\nkind = \"maildir\"\npath = \"Markmail\"\n\
         [[source]]\nname = \"markgone\"\nkind = \"maildir\"\npath = \"Markfolder/nowhere\"\n\
         [[source]]\nname = \"markwork\"\nkind = \"imap\"\nhost = \"markhost.invalid\"\nuser = \"markuser@example.org\"\n\
         password = {{ env = \"MARKSECRET\" }}\n\
         [[source]]\nname = \"markrun\"\nkind = \"exec\"\ncommand = [\"false\", \"--token\", \"marktoken\"]\n\
         [[identity]]\naddress = \"markaddress@example.org\"\nname = \"Markname\"\n\
         send = {{ host = \"127.0.0.1\", port = {}, security = \"none\", user = \"marklogin\", password = {{ env = \"MARKSECRET\" }} }}\n",
        peer.port
    );
    home.write("config.toml", &config);
    assert_eq!(home.run(EARLY, &["sync"]).code, 1, "two sources cannot be read");
    for options in
        [&["check", "--report"][..], &["check", "--report", "--store-too"], &["check", "--report", "--offline"]]
    {
        let mut command = home.command(OPEN, options);
        let ran = ran(&command.env("MARKSECRET", "markpassword").output().unwrap());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
        assert!(ran.out.starts_with("```text\nversion ") && ran.out.ends_with("```\n"), "{}", ran.out);
        assert!(ran.out.contains("problem: ") && ran.out.contains("PATH-2"), "{}", ran.out);
        assert!(!ran.out.to_lowercase().contains("mark"), "{}", ran.out);
        assert!(!ran.out.contains(&home.path("").display().to_string()), "{}", ran.out);
    }
    // Settings with mistakes are told by their lines alone.
    home.write("config.toml", format!("marktop = 1\n{config}\npassword = \"markplain\"\n"));
    let ran = home.run(OPEN, &["check", "--report"]);
    assert!(ran.out.contains("problem: configuration: mistakes in lines 1, "), "{}", ran.out);
    assert!(!format!("{}{}", ran.out, ran.err).to_lowercase().contains("mark"), "{}{}", ran.out, ran.err);
}
