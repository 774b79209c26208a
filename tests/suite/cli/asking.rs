//! Holds `src/cli/check.rs`, `src/source/imap/offers.rs`, `src/job/check.rs`: `tidebox check` over the network: what
//! accounts and feeds offer, and what is wrong, in plain words.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use crate::support::servers::{Account, Kind, PASSWORD};
use crate::support::{CONFIG, Home, Ran};

const AT: &str = "2026-11-23T10:05:00+01:00";

fn check(source: &str, arguments: &[&str]) -> Ran {
    let home = Home::new();
    home.write("config.toml", format!("{CONFIG}\n{source}"));
    let mut all = vec!["check"];
    all.extend(arguments);
    home.run(AT, &all)
}

fn problem(source: &str) -> String {
    let ran = check(source, &[]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    for secret in [PASSWORD, "S3CR3T"] {
        assert!(!format!("{}{}", ran.out, ran.err).contains(secret), "{}{}", ran.out, ran.err);
    }
    ran.err
}

#[test]
fn an_account_tells_what_it_offers() {
    for kind in [Kind::Dovecot, Kind::Cyrus] {
        let Some(account) = Account::on(kind, "asking") else { continue };
        let ran = check(&account.plain_source("work", account.server.port), &[]);
        assert_eq!(ran.code, 0, "{kind:?}: {}{}", ran.out, ran.err);
        for said in
            ["imap at 127.0.0.1 (can be read)", "source 1 reads", "INBOX", "done goes to ", "tells when mail comes"]
        {
            assert!(ran.out.contains(said), "{kind:?}: {said}: {}", ran.out);
        }
        assert!(!ran.out.contains(PASSWORD) && !ran.out.contains("work"), "{}", ran.out);
    }
}

#[test]
fn what_is_wrong_with_an_account_is_said_in_plain_words() {
    let Some(account) = Account::on(Kind::Dovecot, "wrong") else { return };
    let good = account.plain_source("work", account.server.port);
    let wrong = good.replace(&format!("\"{PASSWORD}\""), "\"S3CR3T-canary\"");
    let said = problem(&wrong);
    assert!(said.contains("127.0.0.1 refused the password") && said.contains("check `user` and `password`"), "{said}");
    let said = problem(&format!("{good}folders = [\"INBOX\", \"lists/tide\"]\n"));
    assert!(said.contains("there is no folder lists/tide"), "{said}");
    let said = problem(&format!("{good}archive = \"Nowhere\"\n"));
    assert!(said.contains("there is no folder Nowhere, which `archive` names"), "{said}");
    let untrusted = account.tls_source("work");
    let untrusted = untrusted.lines().filter(|line| !line.starts_with("ca =")).collect::<Vec<_>>().join("\n");
    assert!(problem(&untrusted).contains("the certificate of localhost is not trusted here"));
    let tls_at_the_plain_port = good.replace("security = \"none\"\n", "");
    assert!(problem(&tls_at_the_plain_port).contains("127.0.0.1 does not speak TLS on port"));
    for (secret, wanted) in [
        ("{ env = \"NOT_SET\" }", "the variable NOT_SET, where the password should be, is not set"),
        ("{ command = \"false\" }", "the password's command false failed"),
        ("{ command = \"/nowhere/pass\" }", "the password's command /nowhere/pass can't be started"),
    ] {
        let other = good.replace(&format!("{{ command = [\"echo\", \"{PASSWORD}\"] }}"), secret);
        assert!(problem(&other).contains(wanted), "{wanted}");
    }
}

/// Whatever is done with a password, right or wrong: it is in no output, and in no file but the one that gives it.
#[test]
fn a_password_is_nowhere() {
    let Some(account) = Account::on(Kind::Dovecot, "canary") else { return };
    account.client().append("INBOX", "", [crate::support::servers::letters::letter(1)]);
    let home = Home::new();
    home.write("given", "S3CR3T-canary\n");
    let source = account.plain_source("work", account.server.port);
    let source = source.replace(&format!("[\"echo\", \"{PASSWORD}\"]"), "\"cat given\"");
    home.write("config.toml", format!("{CONFIG}\n{source}"));
    let mut said = String::new();
    for commands in [&["check"][..], &["sync"], &["--json", "sync"], &["status"], &["journal"], &["release", "--all"]] {
        let ran = home.run(AT, commands);
        said.push_str(&ran.out);
        said.push_str(&ran.err);
    }
    assert!(said.contains("refused the password"), "{said}");
    home.write("given", format!("{PASSWORD}\nS3CR3T-canary\n"));
    let ran = home.run(AT, &["sync"]);
    assert_eq!(ran.code, 0, "only the first line counts: {}", ran.err);
    said.push_str(&ran.out);
    assert!(!said.contains("S3CR3T"), "{said}");
    let mut folders = vec![home.path("")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if !entry.ends_with("given") {
                let bytes = std::fs::read(&entry).unwrap();
                assert!(!bytes.windows(6).any(|window| window == b"S3CR3T"), "{}", entry.display());
            }
        }
    }
}

#[test]
fn a_server_that_can_little_is_said_so() {
    let Some(account) = Account::on(Kind::Pymap, "") else { return };
    let said = problem(&account.plain_source("work", account.server.port));
    assert!(said.contains("there is no folder for the archive"), "{said}");
}

#[test]
fn the_keyring_is_asked_through_the_systems_own_tool() {
    if cfg!(target_os = "macos") {
        return;
    }
    let Some(account) = Account::on(Kind::Dovecot, "keyring") else { return };
    let source = account.plain_source("work", account.server.port);
    let source = source.replace(&format!("{{ command = [\"echo\", \"{PASSWORD}\"] }}"), "{ keyring = \"mine\" }");
    let home = Home::new();
    home.write("config.toml", format!("{CONFIG}\n{source}"));
    let tool = home.write("bin/secret-tool", format!("#!/bin/sh\necho \"$@\" > \"$HOME/asked\"\nprintf {PASSWORD}\n"));
    std::fs::set_permissions(&tool, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let path = |folder: &str| format!("{}:{}", home.path(folder).display(), std::env::var("PATH").unwrap_or_default());
    let mut command = home.command(AT, &["check"]);
    let ran = crate::support::ran(&command.env("PATH", path("bin")).output().unwrap());
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(std::fs::read_to_string(home.path("asked")).unwrap(), "lookup service tidebox account mine\n");
    let empty = home.write("empty/secret-tool", "#!/bin/sh\nexit 1\n");
    std::fs::set_permissions(&empty, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let ran = crate::support::ran(&home.command(AT, &["check"]).env("PATH", path("empty")).output().unwrap());
    assert!(ran.err.contains("the keyring has no entry mine, or is locked"), "{}", ran.err);
}

#[test]
fn feeds_are_asked_and_nothing_is_asked_offline() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let body =
            "<rss version=\"2.0\"><channel><item><guid>1</guid></item><item><guid>2</guid></item></channel></rss>";
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
        stream.write_all(answer.as_bytes()).unwrap();
    });
    let feed = format!("[[source]]\nname = \"weekly\"\nkind = \"feed\"\nurl = \"http://127.0.0.1:{port}/S3CR3T\"\n");
    let account = "[[source]]\nname = \"work\"\nkind = \"imap\"\nhost = \"mail.invalid\"\nuser = \"me\"\npassword = { env = \"NONE\" }\n";
    let ran = check(&format!("{feed}{account}"), &["--offline"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(
        ran.out.contains("imap at mail.invalid (not asked)") && ran.out.contains("feed (not asked)"),
        "{}",
        ran.out
    );
    let ran = check(&feed, &[]);
    asked.join().unwrap();
    assert!(ran.out.contains("source 1 offers") && ran.out.contains("2 entries"), "{}", ran.out);
    assert!(problem(&feed).contains("can't reach 127.0.0.1 on port"));
    assert!(!ran.out.contains("S3CR3T") && !ran.out.contains("weekly"), "{}", ran.out);
}
