//! A Sieve script (RFC 5228) by which a mail server tells a sender when mail is read next, while this computer sleeps: one answer
//! to a sender in some days (RFC 5230), never to lists, to automatic mail, or to what was not addressed to the person.
//!
//! The server knows no calendar. So the script has the coming times in it, and chooses by the server's clock (RFC 5260). When
//! they are over it says nothing, since what it would say would be wrong.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::{NEXT, PublishedHours};
use crate::domain::answering::OwnAddresses;

/// What a script is called on a server.
pub const SCRIPT_NAME: &str = "tidebox-hours";
/// The extensions that it needs (RFC 5260, RFC 5228, RFC 5231, RFC 5230, RFC 5229).
pub const NEEDED_EXTENSIONS: [&str; 5] = ["date", "envelope", "relational", "vacation", "variables"];
/// How the first line of each script begins. Another script is never overwritten.
pub const SIEVE_MARK: &str = "# tidebox hours 1";
/// No more times than this stand in a script: servers limit its size.
const MOST_TIMES: usize = 120;
/// Header fields that only automatic mail and lists have (RFC 2369, RFC 2919, and what programs write).
const AUTOMATIC_FIELDS: [&str; 13] = [
    "List-Id",
    "List-Help",
    "List-Post",
    "List-Subscribe",
    "List-Unsubscribe",
    "List-Owner",
    "List-Archive",
    "Feedback-ID",
    "X-Auto-Response-Suppress",
    "X-Autoreply",
    "X-Autorespond",
    "X-Loop",
    "X-Mailing-List",
];
/// Beginnings and ends of addresses that nobody reads.
const NOBODY: [&str; 17] = [
    "*noreply*",
    "*no-reply*",
    "*no_reply*",
    "*no.reply*",
    "*donotreply*",
    "*do-not-reply*",
    "*do_not_reply*",
    "mailer-daemon",
    "postmaster",
    "bounce*",
    "*-bounces*",
    "owner-*",
    "*-owner",
    "*-request",
    "notification*",
    "alert*",
    "listserv",
];

/// What senders are told, in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SieveAnswer {
    /// A language such as `de` (RFC 5646); `None` for everybody else.
    pub language: Option<String>,
    pub subject: String,
    /// With `{next}` where the next time is to stand.
    pub text: String,
}

/// What a script needs besides the times.
#[derive(Debug, Clone, Copy)]
pub struct SieveScript<'s> {
    /// The one without a language is for everybody else; without it nobody else gets an answer.
    pub answers: &'s [SieveAnswer],
    /// A sender gets at most one answer in so many days: 1 to 30.
    pub every_days: u16,
    /// To whom a message must be addressed to be answered; where there is none the server decides by what it knows.
    pub own: &'s OwnAddresses,
}

/// The script, with LF line ends.
#[must_use]
pub fn sieve(hours: &PublishedHours, script: SieveScript<'_>) -> String {
    let mut out = format!(
        "# Tells who writes when mail is read next. Written on {}; it says nothing after {}.\n\
         require {};\n\n",
        hours.made.format("%Y-%m-%d %H:%M UTC"),
        hours
            .times
            .iter()
            .take(MOST_TIMES)
            .next_back()
            .map_or(hours.made, |last| last.opens)
            .format("%Y-%m-%d %H:%M UTC"),
        list(&NEEDED_EXTENSIONS),
    );
    times(&mut out, hours);
    texts(&mut out, script.answers);
    let nobody = list(&NOBODY);
    let automatic: Vec<String> = AUTOMATIC_FIELDS.iter().map(|field| format!("exists {}", quoted(field))).collect();
    let mut tests = vec![
        "not string :is \"${next}\" \"\"".to_owned(),
        "not string :is \"${text}\" \"\"".to_owned(),
        format!("not anyof ({})", automatic.join(", ")),
        "not header :contains \"Precedence\" [\"bulk\", \"list\", \"junk\", \"auto_reply\"]".to_owned(),
        "not allof (exists \"Auto-Submitted\", not header :matches \"Auto-Submitted\" [\"no\", \"no *\", \"no;*\"])"
            .to_owned(),
        "not envelope :is \"from\" \"\"".to_owned(),
        format!("not address :localpart :matches \"From\" {nobody}"),
        format!("not envelope :localpart :matches \"from\" {nobody}"),
    ];
    let own = patterns(script.own);
    let mut addresses = String::new();
    if !own.is_empty() {
        let plain: Vec<&str> = script.own.0.iter().map(|own| own.mailbox.address.as_str()).collect();
        addresses = format!("\n        :addresses {}", list(&plain));
        let own = list(&own);
        tests.push(format!("address :matches [\"To\", \"Cc\"] {own}"));
        tests.push(format!("not address :matches \"From\" {own}"));
    }
    let _ = writeln!(
        out,
        "if allof (\n    {}\n) {{\n    vacation :days {} :handle \"tidebox-hours\"{addresses}\n        \
         :subject \"${{subject}}\"\n        \"${{text}}\";\n}}",
        tests.join(",\n    "),
        script.every_days,
    );
    format!("{SIEVE_MARK} sha256:{}\n{out}", digest(&out))
}

/// Who has written a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScriptAuthor {
    /// It is as it was written here, or says nothing.
    Ours,
    /// It was written here, and somebody has changed it.
    Edited,
    Foreign,
}

/// Who has written a script on a server: the first line has the hash of what follows. Line ends do not count, since servers change them.
#[must_use]
pub fn script_author(script: &str) -> ScriptAuthor {
    let script = script.trim_start_matches('\u{FEFF}').replace("\r\n", "\n");
    let (first, rest) = script.split_once('\n').unwrap_or((&script, ""));
    match first.strip_prefix(SIEVE_MARK) {
        _ if script.trim().is_empty() => ScriptAuthor::Ours,
        Some(told) if told.trim() == format!("sha256:{}", digest(rest)) => ScriptAuthor::Ours,
        Some(_) => ScriptAuthor::Edited,
        None => ScriptAuthor::Foreign,
    }
}

/// The SHA-256 of a text without the blank at its end, in hexadecimal.
fn digest(text: &str) -> String {
    Sha256::digest(text.replace("\r\n", "\n").trim_end().as_bytes()).iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Whether a script on a server may be overwritten: it was written here, or says nothing.
#[must_use]
pub fn is_own_script(script: &str) -> bool {
    script.trim().is_empty() || script.trim_start_matches('\u{FEFF}').starts_with(SIEVE_MARK)
}

/// Which time is the next one, by the server's clock.
fn times(out: &mut String, hours: &PublishedHours) {
    out.push_str("set \"dollar\" \"$\";\nset \"next\" \"\";\n");
    let mut word = "if";
    for time in hours.times.iter().take(MOST_TIMES) {
        // The beginning of what the server has, `2026-11-30T08:59:59Z` or with an offset, decides.
        let _ = writeln!(
            out,
            "{word} currentdate :zone \"+0000\" :value \"lt\" \"iso8601\" \"{}\" {{\n    set \"next\" {};\n}}",
            time.opens.format("%Y-%m-%dT%H:%M:%S"),
            quoted(&hours.words(time.opens)),
        );
        word = "elsif";
    }
    out.push('\n');
}

/// In which language the sender is told.
fn texts(out: &mut String, answers: &[SieveAnswer]) {
    out.push_str("set \"subject\" \"\";\nset \"text\" \"\";\n");
    let set = |answer: &SieveAnswer| {
        format!("    set \"subject\" {};\n    set \"text\" {};\n", template(&answer.subject), template(&answer.text))
    };
    let mut word = "if";
    for answer in answers {
        let Some(language) = &answer.language else { continue };
        let one = [language.clone(), format!("{language}-*"), format!("{language},*"), format!("{language};*")];
        let fields = "[\"Content-Language\", \"Accept-Language\"]";
        let _ = writeln!(out, "{word} header :matches {fields} {} {{\n{}}}", list(&one), set(answer));
        word = "elsif";
    }
    if let Some(answer) = answers.iter().find(|answer| answer.language.is_none()) {
        let others = set(answer);
        let _ = if word == "if" {
            write!(out, "{}", others.replace("    set", "set"))
        } else {
            writeln!(out, "else {{\n{others}}}")
        };
    }
    out.push('\n');
}

/// The addresses of the person as patterns of `:matches` (RFC 5228 §2.7.1).
fn patterns(own: &OwnAddresses) -> Vec<String> {
    let plain = |text: &str, wildcards: &[char]| {
        text.chars().fold(String::new(), |mut out, c| {
            if wildcards.contains(&c) {
                out.push('\\');
            }
            out.push(c);
            out
        })
    };
    let mut out = Vec::new();
    for one in &own.0 {
        let address = plain(&one.mailbox.address, &['*', '?', '\\']);
        // With a tag, too (RFC 5233).
        out.extend(address.rsplit_once('@').map(|(local, domain)| format!("{local}+*@{domain}")));
        out.push(address);
        // In an alias a star stands for any letters.
        out.extend(one.aliases.iter().map(|alias| plain(alias.trim(), &['?', '\\'])));
    }
    out
}

fn list<T: AsRef<str>>(texts: &[T]) -> String {
    let all: Vec<String> = texts.iter().map(|text| quoted(text.as_ref())).collect();
    format!("[{}]", all.join(", "))
}

/// A string (RFC 5228 §2.4.2) in which the server puts nothing in (RFC 5229 §3).
fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

fn escaped(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    plain.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "${dollar}{").replace('\n', "\r\n")
}

/// The same, with the next time put in.
fn template(text: &str) -> String {
    let parts: Vec<String> = text.split(NEXT).map(escaped).collect();
    format!("\"{}\"", parts.join("${next}"))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration, Utc};

    use super::{SIEVE_MARK, ScriptAuthor, SieveAnswer, SieveScript, is_own_script, script_author, sieve};
    use crate::domain::address::Address;
    use crate::domain::answering::{OwnAddress, OwnAddresses};
    use crate::domain::hours::PublishedHours;
    use crate::domain::schedule::{Window, Zone};

    fn script(answers: &[SieveAnswer], own: &OwnAddresses) -> String {
        let now: DateTime<Utc> = "2026-11-30T08:00:00Z".parse().unwrap();
        let window = |hours: i64| {
            let opens = now + Duration::hours(hours);
            Window { checkin: "Therapy".to_owned(), opens, closes: opens + Duration::minutes(45), zone: Zone::UTC }
        };
        let hours = PublishedHours::new(&[window(1), window(7)], Zone::UTC, now, now + Duration::days(7));
        sieve(&hours, SieveScript { answers, every_days: 3, own })
    }

    fn answer(language: Option<&str>, subject: &str, text: &str) -> SieveAnswer {
        SieveAnswer { language: language.map(ToOwned::to_owned), subject: subject.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn who_has_written_a_script_is_known_by_its_hash() {
        let answers = [answer(None, "It is here", "Line 1\nNext on {next}.")];
        let ours = script(&answers, &OwnAddresses::default());
        let crlf = ours.replace("\r\n", "\n").replace('\n', "\r\n");
        for own in [ours.clone(), crlf, format!("{ours}\n\n"), ours.trim_end().to_owned(), " \n".to_owned()] {
            assert_eq!(script_author(&own), ScriptAuthor::Ours, "{own}");
        }
        let added = format!("{ours}keep;\n");
        let unsigned = ours.replacen(" sha256:", "", 1);
        for edited in [ours.replace(":days 3", ":days 1"), added, unsigned, SIEVE_MARK.to_owned()] {
            assert_eq!(script_author(&edited), ScriptAuthor::Edited, "{edited}");
        }
        for foreign in ["keep;", "# tidebox", "require \"vacation\";\n# tidebox hours 1\n"] {
            assert_eq!(script_author(foreign), ScriptAuthor::Foreign);
        }
    }

    #[test]
    fn the_times_are_chosen_by_the_servers_clock_and_no_name_is_told() {
        let script = script(&[answer(None, "Later", "Next {next}.")], &OwnAddresses::default());
        assert!(script.contains("if currentdate :zone \"+0000\" :value \"lt\" \"iso8601\" \"2026-11-30T09:00:00\" {\n    set \"next\" \"Mon 30 Nov, 09:00 (UTC)\";\n}\nelsif"));
        assert!(script.contains("set \"text\" \"Next ${next}.\";") && script.contains(":days 3 "));
        assert!(!script.contains("Therapy") && !script.contains(":addresses"));
        assert!(is_own_script(&script) && is_own_script(" \n") && is_own_script(&format!("{SIEVE_MARK}\n")));
        assert!(!is_own_script("require \"fileinto\";\n# tidebox hours 1\n"));
    }

    #[test]
    fn nothing_in_a_text_ends_it_or_is_put_in_by_the_server() {
        let odd = "a\"; stop; \"\\ ${other} {next}\n\u{1b}end\"";
        let script = script(&[answer(Some("de"), odd, odd), answer(None, "x", "y")], &OwnAddresses::default());
        assert!(script.contains("\"a\\\"; stop; \\\"\\\\ ${dollar}{other} ${next}\r\nend\\\"\""), "{script}");
        assert!(
            script.contains("[\"de\", \"de-*\", \"de,*\", \"de;*\"] {")
                && script.contains("else {\n    set \"subject\" \"x\"")
        );
    }

    #[test]
    fn only_what_was_addressed_to_the_person_is_answered() {
        let own = OwnAddresses(vec![OwnAddress {
            mailbox: Address::new("Me", "m?e@a.example"),
            aliases: vec!["*@my.example".to_owned()],
        }]);
        let script = script(&[answer(None, "x", "y")], &own);
        assert!(
            script
                .contains(r#"address :matches ["To", "Cc"] ["m\\?e+*@a.example", "m\\?e@a.example", "*@my.example"]"#),
            "{script}"
        );
        assert!(script.contains(r#":addresses ["m?e@a.example"]"#));
    }
}
