//! Holds `src/domain/hours/sieve.rs`: the script is run by Pigeonhole over messages of every kind: who gets an answer, and who never
//! does.

use std::fmt::Write as _;

use chrono::SecondsFormat;
use tidebox::clock::Clock;

use crate::support::Home;
use crate::support::servers::pigeonhole::Pigeonhole;

const SETTINGS: &str = r#"
timezone = "Europe/Berlin"

[[checkin]]
name = "Therapy"
days = "daily"
at = "10:00"
for = "45m"

[[identity]]
address = "me@example.org"
aliases = ["*@my.example"]

[[hours.answer]]
language = "de"
subject = "Angekommen"
text = "Wieder am {next}, \"${other}\"."

[[hours.answer]]
subject = "It is here"
text = "Next on {next}."
"#;

/// Sender, recipient, other fields, and whether there is an answer: in which words.
const MESSAGES: [(&str, &str, &str, Option<&str>); 20] = [
    ("ann@a.example", "me@example.org", "", Some("It is here")),
    ("Ann <ann@a.example>", "Me <ME@Example.org>", "", Some("It is here")),
    ("ann@a.example", "me@example.org", "Auto-Submitted: no\n", Some("It is here")),
    ("ann@a.example", "me@example.org", "Content-Language: de\n", Some("Angekommen")),
    ("ann@a.example", "me@example.org", "Accept-Language: de-AT, en\n", Some("Angekommen")),
    ("ann@a.example", "me@example.org", "Content-Language: den\n", Some("It is here")),
    ("ann@a.example", "ben@b.example\nCc: me@example.org", "", Some("It is here")),
    ("ann@a.example", "other@example.org", "", None),
    ("ann@a.example", "me@example.org", "List-Id: <l.example>\n", None),
    ("ann@a.example", "me@example.org", "List-Unsubscribe: <https://l.example/>\n", None),
    ("ann@a.example", "me@example.org", "Precedence: bulk\n", None),
    ("ann@a.example", "me@example.org", "Precedence: auto_reply\n", None),
    ("ann@a.example", "me@example.org", "Auto-Submitted: auto-replied\n", None),
    ("ann@a.example", "me@example.org", "Auto-Submitted: auto-generated\n", None),
    ("ann@a.example", "me@example.org", "X-Auto-Response-Suppress: All\n", None),
    ("ann@a.example", "me@example.org", "Feedback-ID: 1:x\n", None),
    ("no-reply@a.example", "me@example.org", "", None),
    ("mailer-daemon@a.example", "me@example.org", "", None),
    ("users-request@l.example", "me@example.org", "", None),
    ("shop@my.example", "me@example.org", "", None),
];

#[test]
fn a_server_answers_people_once_and_nobody_else() {
    let home = Home::new();
    home.write("config.toml", SETTINGS);
    let now = Clock::real().now().to_rfc3339_opts(SecondsFormat::Secs, true);
    assert_eq!(home.run(&now, &["init"]).code, 0);
    let script = home.run(&now, &["hours", "--format", "sieve"]).out;
    let Some(server) = Pigeonhole::with(&script) else { return };
    for (number, (from, to, fields, wanted)) in MESSAGES.iter().enumerate() {
        let mut mail = String::new();
        let _ = write!(mail, "From: {from}\nTo: {to}\nSubject: Hi\nMessage-ID: <{number}@x>\n{fields}\ntext\n");
        let sender = from.rsplit('<').next().unwrap_or(from).trim_end_matches('>');
        let said = server.says(sender, "me@example.org", &mail);
        let answered = said.contains("sent vacation response");
        assert_eq!(answered, wanted.is_some(), "{from} {to} {fields}: {said}");
        if let Some(words) = wanted {
            assert!(said.contains(&format!("Subject: {words}")), "{fields}: {said}");
            assert!(said.contains("(Europe/Berlin)") && !said.contains("Therapy"), "{said}");
        }
        if *wanted == Some("Angekommen") {
            assert!(said.contains("\"${other}\""), "{said}");
        }
    }
}
