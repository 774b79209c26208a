//! Holds `src/mail/file_name.rs`, `src/job/save.rs`: saved attachments: inside the chosen folder, under a harmless
//! name, over nothing, and not to be run.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tidebox::mail;

use super::{cases, folder, raw};
use crate::support::pty::Terminal;
use crate::support::{Home, letter};

const OPEN: &str = "2026-11-23T10:05:00+01:00";

fn names(raw: &[u8]) -> Vec<String> {
    (0..mail::parse(raw).envelope.attachments.len()).map(|place| mail::attachment(raw, place).unwrap().0).collect()
}

fn named(name: &[u8]) -> Vec<u8> {
    let mut raw = b"From: m@evil.example\r\nContent-Type: a/b\r\nContent-Disposition: attachment; ".to_vec();
    raw.extend_from_slice(name);
    raw.extend_from_slice(b"\r\n\r\nfile\r\n");
    raw
}

#[track_caller]
fn harmless(name: &str) {
    assert!(!name.is_empty() && name.len() <= 160, "{name:?}");
    assert!(!name.starts_with(['-', '.', '~', ' ']) && !name.ends_with([' ', '.']), "{name:?}");
    let refused = ['/', '\\', '\0', '\n', '\r', '$', '`', '|', ';', '&', '<', '>', '*', '?', '"', '\'', ':', '%'];
    assert!(!name.contains(refused), "{name:?}");
    assert!(name.chars().all(|c| !c.is_control() && !('\u{202a}'..='\u{202e}').contains(&c)), "{name:?}");
    assert_eq!(Path::new(name).file_name().and_then(|it| it.to_str()), Some(name), "{name:?}");
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    assert!(!["con", "nul", "aux", "prn", "com1", "lpt1"].contains(&stem.as_str()), "{name:?}");
}

#[test]
fn every_hostile_name_is_made_harmless() {
    let mut seen = 0;
    for case in cases().iter().filter(|case| case.name.starts_with("A0") || case.name.starts_with("U02")) {
        for name in names(&raw(&case.name)) {
            harmless(&name);
            seen += 1;
        }
    }
    assert!(seen >= 24, "{seen}");
    assert_eq!(names(&raw("A05-same-name-twice")).len(), 3);
    assert!(folder().is_dir());
}

#[test]
fn the_same_in_other_words() {
    let long = format!("filename=\"{}.pdf\"", "ä".repeat(300));
    let device = |name: &str| format!("filename={name}");
    for (field, expected) in [
        ("filename=\"../../../home/u/.ssh/authorized_keys\"", "authorized_keys"),
        ("filename*=utf-8''..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("filename*=utf-8''%2e%2e%5c%2e%2e%5cboot.ini", "boot.ini"),
        ("filename*0=\"../\"; filename*1=\"../x\"", "x"),
        ("filename=\"=?utf-8?B?Li4vLi4vZXZpbC5zaA==?=\"", "evil.sh"),
        ("filename=\"=?utf-8?Q?=2E=2E=2Fevil=2Esh?=\"", "evil.sh"),
        ("filename=\"/etc/passwd\"", "passwd"),
        ("filename=\"\\\\\\\\server\\\\share\\\\x.dll\"", "x.dll"),
        ("filename=\"-rf\"", "rf"),
        ("filename=\"--\"", "attachment-1"),
        ("filename=\"..\"", "attachment-1"),
        ("filename=\"\"", "attachment-1"),
        ("filename=\".bashrc\"", "bashrc"),
        ("filename=\"~/.profile\"", "profile"),
        ("filename=\"~root\"", "root"),
        ("filename*=utf-8''a%00.txt", "a_.txt"),
        ("filename=\"a%00.txt\"", "a_00.txt"),
        ("filename*=utf-8''%EF%BC%8E%EF%BC%8E%EF%BC%8Fx", "x"),
        ("filename*=utf-8''a%E2%88%95b", "b"),
        ("filename=\"$(touch x).txt\"", "_(touch x).txt"),
        ("filename=\"`id`.txt\"", "_id_.txt"),
        ("filename=\"con\"", "_con"),
        ("filename=\"NUL.tar.gz\"", "_NUL.tar.gz"),
        ("filename=\"x.txt. . .\"", "x.txt"),
        ("filename=\"a.txt:stream\"", "a.txt_stream"),
        ("filename*=utf-8''a%0D%0Ab.txt", "a b.txt"),
        ("filename*=utf-8''cod%E2%80%AEgpj.exe", "cod_gpj.exe"),
    ] {
        assert_eq!(names(&named(field.as_bytes())), [expected], "{field}");
        harmless(expected);
    }
    let cut = &names(&named(long.as_bytes()))[0];
    assert!(cut.len() > 130 && cut.ends_with("ä.pdf"), "{cut}");
    for name in ["com1", "LPT9.txt", "aux.h", "prn", "conin$"] {
        for name in names(&named(device(name).as_bytes())) {
            harmless(&name);
        }
    }
}

/// Three files of one name, and one that is there already: saved by hand, on a real terminal.
#[test]
fn saving_overwrites_nothing_and_lets_nobody_else_read_or_run_it() {
    let home = Home::new();
    let mut mail = letter(1, "Ann <ann@example.org>", "Three of a kind", "");
    let head = mail.find("Content-Type:").unwrap();
    mail.truncate(head);
    mail.push_str("Content-Type: multipart/mixed; boundary=b\r\n\r\n");
    for text in ["one", "two", "three"] {
        mail.push_str(&format!("--b\r\nContent-Type: a/b; x-unix-mode=0777\r\nContent-Disposition: attachment; filename=\"../bin/run.sh\"\r\n\r\n{text}\r\n"));
    }
    mail.push_str("--b--\r\n");
    home.deliver("Maildir", "1.same", &mail);
    home.write("Downloads/run.sh", "mine");
    assert_eq!(home.run("2026-11-23T09:00:00+01:00", &["add", "Maildir"]).code, 0);
    let mut terminal = Terminal::open(&home, OPEN, &[], 100, 40);
    terminal.wait("begin");
    terminal.keys("\r");
    terminal.wait("attached");
    for (key, saved) in [("1", "run-1.sh"), ("2", "run-2.sh"), ("3", "run-3.sh")] {
        terminal.keys("S");
        terminal.wait("esc back");
        terminal.keys(key);
        terminal.wait(saved);
    }
    terminal.keys("\x03");
    assert_eq!(terminal.ended(), 0);
    let text = |name: &str| fs::read_to_string(home.path(&format!("Downloads/{name}"))).unwrap();
    assert_eq!(["run.sh", "run-1.sh", "run-2.sh", "run-3.sh"].map(text), ["mine", "one", "two", "three"]);
    for name in ["run-1.sh", "run-2.sh", "run-3.sh"] {
        let mode = fs::metadata(home.path(&format!("Downloads/{name}"))).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert!(!home.path("bin").exists());
}
