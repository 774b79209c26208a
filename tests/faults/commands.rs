//! What is swept: each command with the state before it, and what must hold of the state after it.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Home, letter, lines};

pub const EARLY: &str = "2026-11-23T09:00:00+01:00";
pub const OPEN: &str = "2026-11-23T10:05:00+01:00";
const UNREAD: u32 = 30;
const READ: u32 = 12;

pub struct Sweep {
    pub name: &'static str,
    pub at: &'static str,
    pub arguments: Vec<String>,
    /// The state before.
    before: Home,
    /// What the undisturbed command leads to.
    golden: Vec<String>,
    /// Every fact of the state that a person can ask for, whatever the command had done.
    facts: fn(&Home) -> Vec<String>,
    /// Whether what the command said is true of the state.
    kept: fn(&Home, &Value) -> bool,
    /// Running it again is refused where it had done its work already; the facts are compared all the same.
    once: bool,
}

impl Sweep {
    fn new(
        name: &'static str,
        at: &'static str,
        arguments: &[&str],
        before: Home,
        facts: fn(&Home) -> Vec<String>,
        kept: fn(&Home, &Value) -> bool,
        once: bool,
    ) -> Self {
        let mut sweep = Self {
            name,
            at,
            arguments: arguments.iter().map(|&word| word.to_owned()).collect(),
            before,
            golden: Vec::new(),
            facts,
            kept,
            once,
        };
        let home = sweep.home();
        let words = sweep.words();
        assert_eq!(home.run(at, &words).code, 0, "{name} undisturbed");
        sweep.golden = facts(&home);
        sweep
    }

    pub fn words(&self) -> Vec<&str> {
        self.arguments.iter().map(String::as_str).collect()
    }

    /// A copy of the state before.
    pub fn home(&self) -> Home {
        let home = Home::new();
        copy(&self.before.path(""), &home.path(""));
        home
    }

    /// The state after a disturbance: whole, true to what was said, and finished by the same command run again.
    #[track_caller]
    pub fn judge(&self, home: &Home, said: &str, point: &str) {
        let check = home.run(self.at, &["check", "--store-too"]);
        assert_eq!(check.code, 0, "{} {point}: {}{}", self.name, check.out, check.err);
        for answer in lines(said) {
            assert!((self.kept)(home, &answer), "{} {point} said {answer}", self.name);
        }
        let again = home.run(self.at, &self.words());
        assert!(again.code == 0 || self.once && again.code <= 3, "{} {point}: {}", self.name, again.err);
        let facts = (self.facts)(home);
        let wrong = facts.iter().zip(&self.golden).find(|(one, golden)| one != golden);
        assert!(wrong.is_none() && facts.len() == self.golden.len(), "{} {point}: {wrong:#?}", self.name);
        let check = home.run(self.at, &["check", "--store-too"]);
        assert_eq!(check.code, 0, "{} {point}: {}{}", self.name, check.out, check.err);
    }
}

/// Every sweep of a command.
pub fn all() -> Vec<Sweep> {
    let batch = |home: &Home| home.json(OPEN, &["begin"]).iter().map(|one| one["id"].to_string()).collect::<Vec<_>>();
    let mut sweeps =
        vec![Sweep::new("add", EARLY, &["--json", "add", "Maildir"], empty(), admitted, |_, _| true, false)];
    sweeps.push(Sweep::new("begin", OPEN, &["--json", "begin"], filled(), queue, begun, false));
    let home = filled();
    let ids = batch(&home);
    let decide = ["--json", "decide", "done", &ids[0], &ids[3], &ids[7]];
    sweeps.push(Sweep::new("decide", OPEN, &decide, home, queue, decided, false));
    let home = filled();
    let ids = batch(&home);
    home.json(OPEN, &["decide", "trash", &ids[1]]);
    home.json(OPEN, &["decide", "done", &ids[0], &ids[2]]);
    sweeps.push(Sweep::new("undo", OPEN, &["--json", "undo"], home, queue_undone, |_, _| true, true));
    let home = filled();
    let ids = batch(&home);
    for (verb, id) in ["done", "trash", "mute", "spam", "later"].iter().zip(&ids) {
        home.json(OPEN, &["decide", verb, id]);
    }
    sweeps.push(Sweep::new("commit", OPEN, &["--json", "commit"], home, admitted, |_, _| true, true));
    sweeps
}

/// A mailbox, and no store yet.
fn empty() -> Home {
    let home = Home::new();
    for number in 0..UNREAD + READ {
        let text = letter(number, "Ann <ann@example.org>", &format!("Matter {number}"), &"Some words. ".repeat(40));
        // Its name says when it arrived, so that a copy of the file arrived then too.
        let name = format!("17000{number:05}.f");
        home.deliver("Maildir", &name, &text);
        if number >= UNREAD {
            let from = home.path("Maildir/new").join(&name);
            fs::rename(from, home.path("Maildir/cur").join(format!("{name}:2,S"))).unwrap();
        }
    }
    home
}

fn filled() -> Home {
    let home = empty();
    home.json(EARLY, &["add", "Maildir"]);
    home
}

fn told(messages: &[Value]) -> Vec<String> {
    let fields = ["id", "message_id", "subject", "thread", "date", "lane", "state", "verdict", "carried"];
    messages.iter().map(|one| fields.map(|field| one[field].to_string()).join(" ")).collect()
}

/// All that is visible, and the batch of the window that is open.
fn admitted(home: &Home) -> Vec<String> {
    let history = told(&home.json(OPEN, &["search", ""]));
    let held = home.run(OPEN, &["--json", "begin"]);
    let again = home.json(EARLY, &["add", "Maildir"]);
    assert_eq!(again[0]["admitted"], 0, "nothing is new");
    let mut all = history;
    all.extend(told(&lines(&held.out)));
    all.push(home.run(OPEN, &["export"]).out);
    all
}

fn queue(home: &Home) -> Vec<String> {
    told(&home.json(OPEN, &["queue"]))
}

/// Undone once or twice, by the command and its repetition: undone to the end, the same stands.
fn queue_undone(home: &Home) -> Vec<String> {
    while home.run(OPEN, &["undo"]).code == 0 {}
    queue(home)
}

fn begun(home: &Home, answer: &Value) -> bool {
    home.json(OPEN, &["queue"]).iter().any(|one| one["id"] == answer["id"])
}

fn decided(home: &Home, answer: &Value) -> bool {
    let queue = home.json(OPEN, &["queue"]);
    let done = |id: &Value| queue.iter().any(|one| one["id"] == *id && one["verdict"] == "done");
    answer["changed"].as_array().is_some_and(|ids| ids.len() == 3 && ids.iter().all(done))
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
