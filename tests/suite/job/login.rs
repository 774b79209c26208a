//! Holds `src/domain/login`, `src/job/login.rs`: codes and links of logins, by a set of letters of the project's own, in many languages, half of them traps.

use serde::Deserialize;
use tidebox::domain::login::{LoginFinding, LoginSecret, find};
use tidebox::domain::url::{UrlAuthority, UrlSyntax};
use tidebox::job::login::login_letter;

#[derive(Deserialize)]
struct Example {
    name: String,
    language: String,
    sender: String,
    to: Option<String>,
    subject: String,
    text: Option<String>,
    html: Option<String>,
    /// What it has: a code, or a link to this host.
    code: Option<String>,
    link: Option<String>,
    #[serde(default)]
    doubt: bool,
}

impl Example {
    fn raw(&self) -> Vec<u8> {
        let (kind, body) = match (&self.text, &self.html) {
            (Some(text), _) => ("text/plain", text),
            (None, Some(html)) => ("text/html", html),
            (None, None) => panic!("{}: no body", self.name),
        };
        let to = self.to.as_deref().unwrap_or("ann@example.org");
        let (sender, subject) = (&self.sender, &self.subject);
        format!(
            "From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
             Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}"
        )
        .into_bytes()
    }

    fn wanted(&self) -> String {
        match (&self.code, &self.link) {
            (Some(code), _) => format!("code {code}"),
            (None, Some(host)) => format!("link to {host}"),
            (None, None) if self.doubt => "in doubt".to_owned(),
            (None, None) => "nothing".to_owned(),
        }
    }
}

fn said(found: &LoginFinding) -> String {
    match found {
        LoginFinding::Nothing => "nothing".to_owned(),
        LoginFinding::InDoubt => "in doubt".to_owned(),
        LoginFinding::One(LoginSecret::Code { code, .. }) => format!("code {code}"),
        LoginFinding::One(LoginSecret::Link { target }) => {
            format!("link to {}", UrlAuthority::of(target, UrlSyntax::Browser).map_or("", UrlAuthority::host))
        }
    }
}

#[test]
fn every_letter_of_the_set_is_read_as_a_person_reads_it() {
    let text = include_str!("../../fixtures/login-letters.jsonl");
    let examples: Vec<Example> = text.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let traps = examples.iter().filter(|one| one.code.is_none() && one.link.is_none()).count();
    let languages: std::collections::BTreeSet<&str> = examples.iter().map(|one| one.language.as_str()).collect();
    assert!(examples.len() >= 60 && traps >= 25 && languages.len() >= 10, "{} {traps} {languages:?}", examples.len());
    let wrong: Vec<String> = examples
        .iter()
        .map(|one| (one, said(&find(&login_letter(&one.raw())))))
        .filter(|(one, said)| *said != one.wanted())
        .map(|(one, said)| format!("{}: {said} and not {}", one.name, one.wanted()))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
