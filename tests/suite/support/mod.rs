//! What several tests need: a home to run the program in, and a terminal to run it on.

pub mod json_schema;
pub mod letterbox;
pub mod lived_year;
pub mod pty;
pub mod running;
pub mod servers;
pub mod signal;
pub mod year;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{fs, io::Write};

/// An empty home folder, with a store and a configuration, for one test.
pub struct Home {
    folder: tempfile::TempDir,
}

/// The output of a command.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Two check-ins on weekdays, in a zone with daylight saving time. The terminal of the tests does not answer a question
/// about its background, so the configuration says that it is dark.
pub const CONFIG: &str = r#"
timezone = "Europe/Berlin"

[[checkin]]
name = "morning"
days = "mon-fri"
at = "10:00"
for = "45m"

[[checkin]]
name = "afternoon"
days = "mon-fri"
at = "16:00"
for = "45m"

[peek]
delay = "3s"

[theme]
background = "dark"
"#;

impl Home {
    pub fn new() -> Self {
        let home = Self { folder: tempfile::tempdir().unwrap() };
        home.write("config.toml", CONFIG);
        home
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Delivers an unread message to a Maildir of this home.
    pub fn deliver(&self, maildir: &str, name: &str, mail: &str) {
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(self.path(maildir).join(part)).unwrap();
        }
        let written = self.path(maildir).join("tmp").join(name);
        fs::write(&written, mail).unwrap();
        fs::rename(&written, self.path(maildir).join("new").join(name)).unwrap();
    }

    pub fn store(&self) -> PathBuf {
        self.path("tidebox.db")
    }

    /// The program at an instant, with no environment but what the test sets.
    pub fn command(&self, at: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.env_clear().args(arguments).current_dir(self.folder.path());
        for (name, value) in self.environment(at) {
            command.env(name, value);
        }
        command
    }

    pub fn environment(&self, at: &str) -> Vec<(&'static str, String)> {
        vec![
            ("HOME", self.folder.path().display().to_string()),
            ("PATH", std::env::var("PATH").unwrap_or_default()),
            ("LANG", "C.UTF-8".to_owned()),
            ("TZ", "Europe/Berlin".to_owned()),
            ("TIDEBOX_CONFIG", self.path("config.toml").display().to_string()),
            ("TIDEBOX_STORE", self.store().display().to_string()),
            ("TIDEBOX_AT", at.to_owned()),
        ]
    }

    pub fn run(&self, at: &str, arguments: &[&str]) -> Ran {
        ran(&self.command(at, arguments).stdin(Stdio::null()).output().unwrap())
    }

    pub fn run_with(&self, at: &str, arguments: &[&str], input: &[u8]) -> Ran {
        let mut child = self
            .command(at, arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input).unwrap();
        drop(stdin);
        ran(&child.wait_with_output().unwrap())
    }

    /// Runs a command that must succeed, and parses its JSON lines.
    pub fn json(&self, at: &str, arguments: &[&str]) -> Vec<serde_json::Value> {
        let mut all = vec!["--json"];
        all.extend(arguments);
        let ran = self.run(at, &all);
        assert_eq!(ran.code, 0, "{arguments:?}: {}{}", ran.out, ran.err);
        lines(&ran.out)
    }

    /// Delivers short letters from Ann to the Maildir of this home: "Matter 1" and so on.
    pub fn deliver_matters(&self, count: u32) {
        for number in 1..=count {
            let mail = letter(number, "Ann <ann@example.org>", &format!("Matter {number}"), "Text.");
            self.deliver("Maildir", &format!("{number}.w"), &mail);
        }
    }

    /// Checks that the store is intact.
    #[track_caller]
    pub fn assert_whole(&self) {
        let check = self.run("2026-11-23T09:00:00+01:00", &["check", "--store-too"]);
        assert_eq!(check.code, 0, "{}{}", check.out, check.err);
    }

    /// Runs a statement with the real sqlite3 program.
    pub fn sqlite(&self, sql: &str) -> String {
        // The program under test may be writing.
        let patient = ["-cmd", ".timeout 10000"];
        let done = Command::new("sqlite3").args(patient).arg(self.store()).arg(sql).output();
        let done = done.expect("sqlite3 is installed");
        assert!(done.status.success(), "{sql}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }
}

/// The program under test: the one that was built with the tests, or another one, such as a release build.
pub fn program() -> PathBuf {
    std::env::var_os("TIDEBOX_PROGRAM").map_or_else(|| env!("CARGO_BIN_EXE_tidebox").into(), PathBuf::from)
}

pub fn lines(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

pub fn ran(output: &Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A short message.
pub fn letter(number: u32, from: &str, subject: &str, body: &str) -> String {
    format!(
        "From: {from}\r\nTo: me@example.org\r\nSubject: {subject}\r\nDate: Fri, 20 Nov 2026 {:02}:{:02}:00 +0100\r\n\
         Message-ID: <letter-{number}@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n",
        8 + number / 60 % 12,
        number % 60,
    )
}

/// The corpus beside the project, if it exists: `TIDEBOX_CORPUS`, or `../shared/corpus/dev`.
pub fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/dev");
    let named = std::env::var_os("TIDEBOX_CORPUS").map(PathBuf::from);
    named.into_iter().chain([beside]).find(|folder| folder.join("oracle.jsonl").is_file())
}

/// Runs `work` on a stack as small as that of the threads that read mail.
pub fn on_a_small_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(work).unwrap().join().unwrap()
}
