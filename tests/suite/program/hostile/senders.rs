//! Holds `src/mail/sender.rs`, `src/mail/lookalike.rs`, `src/job/disposition.rs`: senders that pass for somebody else
//! get nothing by it: no way through the hold, no lane, and a word of caution.

use crate::support::{CONFIG, Home};

/// Before the first check-in of a Monday.
const BEFORE: &str = "2026-11-23T08:00:00+01:00";

const RULES: &str = r#"
[[lane]]
name = "family"
match = "from:@mum.example or from:mum"

[[lane]]
name = "people"

[[exception]]
name = "by-address"
match = "from:mum@mum.example"

[[exception]]
name = "by-domain"
match = "from:@mum.example"

[[exception]]
name = "by-name"
match = "from:mum or from:\"mum mum example\""

[[exception]]
name = "by-anything"
match = "mum"
"#;

fn mail(number: usize, header: &str) -> String {
    format!(
        "{header}\nTo: me@example.org\nSubject: hello\nDate: Fri, 20 Nov 2026 08:{number:02}:00 +0000\nMessage-ID: \
         <s{number}@x.example>\n\nHello.\n"
    )
}

/// Stage and lane of a message with such a sender, and what is said of it.
fn taken(header: &str) -> (String, String, String) {
    let home = Home::new();
    home.write("config.toml", format!("{CONFIG}{RULES}"));
    let path = home.write("one.eml", mail(1, header));
    home.json(BEFORE, &["add", path.to_str().unwrap()]);
    let row = home.sqlite("SELECT stage, lane, defects FROM facts");
    let mut columns = row.trim().splitn(3, '|').map(str::to_owned);
    let mut column = || columns.next().unwrap();
    (column(), column(), column())
}

#[test]
fn who_only_looks_like_somebody_is_held_with_a_word_of_caution() {
    for header in [
        "From: \"Mum\" <\"mum@mum.example\">",
        "From: \"mum@mum.example\"",
        "From: =?utf-8?Q?mum=40mum.example?=",
        "From: =?utf-8?B?bXVtQG11bS5leGFtcGxl?= <x@evil.example>",
        "From: Mum <=?utf-8?Q?mum=40mum.example?=>",
        "From: Mum <mum@mum.example>, Mallory <m@evil.example>",
        "From: Mallory <m@evil.example>, Mum <mum@mum.example>",
        "From: Mum <mum@mum.example>\nFrom: Mallory <m@evil.example>",
        "From: <mum@mum.example> <m@evil.example>",
        "From: mum@mum.example <m@evil.example>",
        "From: \"mum\u{FF20}mum.example\" <m@evil.example>",
        "From: Mum <mum@m\u{585}m.example>",
        "From: Mum <mum@mu\u{FE0F}m.example>",
        "From: Mum <mum@m\u{131}m.example>",
    ] {
        let (stage, lane, defects) = taken(header);
        assert_eq!((stage.as_str(), lane.as_str()), ("held", "people"), "{header}");
        assert!(defects.contains("careful: "), "{header}: {defects}");
    }
}

#[test]
fn the_one_who_is_meant_comes_through() {
    for header in [
        "From: Mum <mum@mum.example>",
        "From: Parker, Mum <mum@mum.example>",
        "From: Parker; Mum, PhD <MUM@mum.example>",
        "From: mum@mum.example (Mum)",
        "From: =?utf-8?Q?M=C3=BCm?= <mum@mum.example>",
        "From: Mum <mum@mum.example>, mum@MUM.example",
    ] {
        let (stage, lane, defects) = taken(header);
        assert_eq!((stage.as_str(), lane.as_str(), defects.as_str()), ("let through", "family", "[]"), "{header}");
    }
}

#[test]
fn an_address_is_shown_as_what_it_is() {
    let home = Home::new();
    for (header, name, address) in [
        ("From: Mum <\"mum@mum.example\">", "Mum", "\"mum@mum.example\""),
        ("From: Mum <=?utf-8?Q?mum=40mum.example?=>", "Mum", "=?utf-8?Q?mum=40mum=2Eexample?="),
        ("From: Kapit\u{E4}n, Ann <ann@example.org>", "Kapit\u{E4}n, Ann", "ann@example.org"),
        ("From: root", "", "root"),
        ("From: =?utf-8?Q?Tides?=", "Tides", ""),
    ] {
        let path = home.write("one.eml", mail(1, header));
        let home = Home::new();
        home.json(BEFORE, &["add", "--history", path.to_str().unwrap()]);
        let id = home.sqlite("SELECT id FROM message").trim().to_owned();
        let shown = home.json(BEFORE, &["show", &id]);
        let from = &shown[0]["from"];
        assert_eq!((from["name"].as_str(), from["address"].as_str()), (Some(name), Some(address)), "{header}");
    }
}
