//! Holds `src/job/departure.rs`, `src/store/waiting_for_close.rs`, `src/job/close.rs`: what leaves at a close or at the next check-in leaves then and
//! not before, over lanes with check-ins of their own, and also where there is no batch that is committed.

use crate::support::Home;
use crate::support::servers::smtp_peer::{OFFERS, SmtpPeer};

const SETTINGS: &str = r#"
timezone = "Europe/Berlin"

[[checkin]]
name = "office"
days = "daily"
at = "10:00"
for = "45m"

[[checkin]]
name = "home"
days = "daily"
at = "18:00"
for = "45m"

[[lane]]
name = "people"
checkins = ["home"]

[[lane]]
name = "work"
match = "from:@work.example"
checkins = ["office"]
"#;

struct Desk {
    home: Home,
    peer: SmtpPeer,
    letters: u32,
}

/// At an hour of a day of November 2026.
fn on(day: u32, clock: &str) -> String {
    format!("2026-11-{day}T{clock}:00+01:00")
}

impl Desk {
    fn new() -> Self {
        let (home, peer) = (Home::new(), SmtpPeer::correct(OFFERS));
        for part in ["cur", "new", "tmp"] {
            std::fs::create_dir_all(home.path("Maildir").join(part)).unwrap();
        }
        home.write(
            "config.toml",
            format!(
                "{SETTINGS}\n[[source]]\nname = \"mail\"\nkind = \"maildir\"\npath = \"Maildir\"\nbacklog = \"all\"\n\n\
                 [[identity]]\naddress = \"me@home.example\"\nsent_copy = \"none\"\n\
                 send = {{ host = \"127.0.0.1\", port = {}, security = \"none\" }}\n",
                peer.port
            ),
        );
        Self { home, peer, letters: 0 }
    }

    /// A letter arrives and is taken in.
    fn receive(&mut self, from: &str, at: &str) {
        self.letters += 1;
        let letter = crate::support::letter(self.letters, from, &format!("Letter {}", self.letters), "Text.");
        self.home.deliver("Maildir", &format!("{}.d", self.letters), &letter);
        assert_eq!(self.home.run(at, &["sync"]).code, 0);
    }

    /// Begins the batch and returns its only message.
    fn begin(&self, at: &str) -> String {
        let batch = self.home.json(at, &["begin"]);
        assert_eq!(batch.len(), 1, "{batch:?}");
        batch[0]["id"].to_string()
    }

    /// Stages, and returns when it is said to leave.
    fn write(&self, at: &str, arguments: &[&str]) -> String {
        let ran = self.home.run_with(at, &[&["--json"], arguments, &["--body", "-"]].concat(), b"Yes.\n");
        assert_eq!(ran.code, 0, "{ran:?}");
        let told = &crate::support::lines(&ran.out)[0]["leaves"];
        told.as_str().unwrap_or_else(|| panic!("{}", ran.out)).to_owned()
    }

    fn compose(&self, at: &str, to: &str, leaves: &str) -> String {
        let to = format!("{to}@x.example");
        self.write(at, &["compose", "--to", &to, "--subject", "s", "--leaves", leaves])
    }

    fn run(&self, at: &str, command: &str) {
        let ran = self.home.run(at, &[command]);
        assert_eq!(ran.code, 0, "{ran:?}");
    }

    /// Who has got something, in order.
    fn got(&self) -> Vec<String> {
        let mut all: Vec<String> = self.peer.taken().into_iter().flat_map(|it| it.recipients).collect();
        all.sort();
        all
    }
}

/// An answer leaves at the close of the next check-in of its own lane, a new message at that of any; never at the one in hand.
#[test]
fn next_is_the_next_check_in_of_the_lane_that_is_answered() {
    let mut desk = Desk::new();
    desk.receive("Boss <boss@work.example>", &on(23, "09:00"));
    desk.receive("Ann <ann@a.example>", &on(23, "09:01"));
    let boss = desk.begin(&on(23, "10:05"));
    let reply = |desk: &Desk, at: &str, id: &str| desk.write(at, &["reply", id, "--leaves", "next"]);
    assert_eq!(reply(&desk, &on(23, "10:06"), &boss), "2026-11-24T09:45:00Z", "the office of tomorrow");
    assert_eq!(desk.compose(&on(23, "10:07"), "new", "next"), "2026-11-23T17:45:00Z", "this evening");
    desk.run(&on(23, "10:30"), "commit");
    desk.run(&on(23, "10:31"), "sync");
    assert_eq!(desk.got(), [""; 0], "not at the check-in in hand");

    let ann = desk.begin(&on(23, "18:05"));
    assert_eq!(reply(&desk, &on(23, "18:06"), &ann), "2026-11-24T17:45:00Z", "the evening of tomorrow");
    desk.run(&on(23, "18:30"), "commit");
    assert_eq!(desk.got(), ["new@x.example"], "what answers nobody leaves at any; the boss waits for the office");

    desk.receive("Boss <boss@work.example>", &on(24, "09:00"));
    desk.begin(&on(24, "10:05"));
    assert_eq!(desk.got().len(), 1, "it leaves at the close");
    desk.run(&on(24, "10:20"), "commit");
    assert_eq!(desk.got(), ["boss@work.example", "new@x.example"]);
    desk.receive("Ann <ann@a.example>", &on(24, "11:00"));
    desk.begin(&on(24, "18:05"));
    desk.run(&on(24, "18:10"), "commit");
    assert_eq!(desk.got(), ["ann@a.example", "boss@work.example", "new@x.example"]);
    // Nothing leaves a second time.
    for day in 25..28 {
        desk.run(&on(day, "19:00"), "sync");
    }
    assert_eq!(desk.got().len(), 3);
    desk.home.assert_whole();
}

/// Nothing has come, so there is no batch to be committed; or nobody was there. It leaves at the close that it was said to leave at.
#[test]
fn what_leaves_at_a_close_leaves_then_also_without_a_batch() {
    let mut desk = Desk::new();
    assert_eq!(desk.home.run(&on(23, "07:00"), &["sync"]).code, 0);
    assert_eq!(desk.compose(&on(23, "08:00"), "close", "close"), "2026-11-23T09:45:00Z");
    assert_eq!(desk.compose(&on(23, "08:01"), "next", "next"), "2026-11-23T09:45:00Z", "the check-in that comes next");
    desk.home.run(&on(23, "10:05"), &["begin"]);
    desk.run(&on(23, "10:44"), "sync");
    assert_eq!(desk.got(), [""; 0], "it can be taken back until then");
    desk.run(&on(23, "10:46"), "sync");
    assert_eq!(desk.got(), ["close@x.example", "next@x.example"]);

    // Something has come, and nobody begins the batch. What answers waits for a check-in of its lane.
    desk.receive("Boss <boss@work.example>", &on(24, "09:00"));
    let boss = desk.begin(&on(24, "10:05"));
    desk.write(&on(24, "10:06"), &["reply", &boss, "--leaves", "next"]);
    desk.compose(&on(24, "10:07"), "hand", "close");
    desk.run(&on(24, "10:08"), "commit");
    assert!(desk.got().contains(&"hand@x.example".to_owned()));
    desk.compose(&on(24, "12:00"), "evening", "close");
    desk.receive("Ann <ann@a.example>", &on(24, "12:01"));
    desk.run(&on(24, "18:40"), "sync");
    assert_eq!(desk.got().len(), 3);
    desk.run(&on(24, "18:46"), "sync");
    assert!(desk.got().contains(&"evening@x.example".to_owned()) && desk.got().len() == 4, "{:?}", desk.got());
    desk.run(&on(25, "10:44"), "sync");
    assert_eq!(desk.got().len(), 4);
    desk.run(&on(25, "10:46"), "sync");
    assert!(desk.got().contains(&"boss@work.example".to_owned()) && desk.got().len() == 5, "{:?}", desk.got());

    // While a batch is open its commit decides, however late that is.
    let ann = desk.home.json(&on(25, "18:05"), &["begin"])[0]["id"].to_string();
    desk.write(&on(25, "18:06"), &["reply", &ann, "--leaves", "close"]);
    desk.run(&on(25, "18:40"), "sync");
    assert_eq!(desk.got().len(), 5);
    desk.run(&on(25, "18:46"), "sync");
    desk.run(&on(25, "18:47"), "sync");
    assert!(desk.got().contains(&"ann@a.example".to_owned()) && desk.got().len() == 6, "{:?}", desk.got());
    desk.home.assert_whole();
}
