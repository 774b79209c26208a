//! What a server's no means: a wrong name or secret, or nothing but that it does nothing for anybody now.
//!
//! A code (RFC 5530) counts. What has none that tells is judged by words that servers are known to use (Gmail, Outlook,
//! Yahoo, Dovecot, Cyrus, Courier); docs/imap.md lists them. What is not known is taken for a refusal, because trying on and
//! on with a wrong secret locks accounts.

use super::status::StatusResponse;

/// What a no means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RefusalKind {
    /// It is meant: the name or the secret is wrong, or this may not be done.
    Refused,
    /// It says nothing of them: nobody is let in now.
    NotNow,
    /// It wants the person to log in with a browser.
    Browser,
}

/// By what a server that wants to be asked later is told from a mailbox that is full, where it has one code for both.
const BUSY: [&str; 8] =
    ["bandwidth", "exceeded command", "rate limit", "throttl", "too many", "try again", "temporar", "server busy"];
/// Words by which servers say that the name or the secret is wrong.
const WRONG: [&str; 9] = [
    "password is incorrect",
    "incorrect password",
    "wrong password",
    "bad password",
    "invalid credentials",
    "invalid login",
    "application-specific password required",
    "authentication failed: invalid",
    "username and password",
];

/// Words by which servers say that nobody is let in now.
const NOT_NOW: [&str; 21] = [
    "too many",
    "simultaneous connection",
    "maximum number of connections",
    "connection limit",
    "rate limit",
    "limit exceeded",
    "exceeded command or bandwidth",
    "throttl",
    "temporar",
    "try again",
    "try later",
    "unavailable",
    "not available",
    "system error",
    "server error",
    "internal error",
    "server busy",
    "server is busy",
    "overload",
    "maintenance",
    "not connected",
];

const BROWSER: [&str; 2] = ["web login required", "log in via your web browser"];

/// Judges by the code (RFC 5530), which counts; where there is none that tells, by known words.
pub(super) fn classify(status: &StatusResponse) -> RefusalKind {
    match status.code.as_str() {
        "AUTHENTICATIONFAILED" | "AUTHORIZATIONFAILED" | "EXPIRED" => return RefusalKind::Refused,
        "UNAVAILABLE" | "LIMIT" | "THROTTLED" | "INUSE" | "SERVERBUG" | "OVERQUOTA" => return RefusalKind::NotNow,
        "WEBALERT" => return RefusalKind::Browser,
        _ => {}
    }
    let text = String::from_utf8_lossy(&status.text).to_lowercase();
    let says = |words: &[&str]| words.iter().any(|words| text.contains(words));
    if says(&BROWSER) {
        RefusalKind::Browser
    } else if says(&NOT_NOW) && !says(&WRONG) {
        RefusalKind::NotNow
    } else {
        RefusalKind::Refused
    }
}

/// Whether it passes by itself.
pub(super) fn passes(status: &StatusResponse) -> bool {
    classify(status) == RefusalKind::NotNow
}

impl StatusResponse {
    /// Whether a refusal goes away by itself: the server is busy, or wants to be asked less often. Some say that a mailbox is
    /// full where they mean too many commands.
    pub(super) fn passes(&self) -> bool {
        let text = String::from_utf8_lossy(&self.text).to_lowercase();
        match self.code.as_str() {
            "OVERQUOTA" => BUSY.iter().any(|words| text.contains(words)),
            "THROTTLED" => true,
            _ => passes(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{RefusalKind, classify};
    use crate::source::imap::status::{StatusCondition, StatusResponse};

    #[test]
    fn a_code_counts_and_without_one_known_words_do() {
        for (text, expected) in [
            ("[AUTHENTICATIONFAILED] Invalid credentials (Failure)", RefusalKind::Refused),
            ("[AUTHENTICATIONFAILED] Too many failed attempts, try again later", RefusalKind::Refused),
            ("[UNAVAILABLE] Temporary authentication failure.", RefusalKind::NotNow),
            ("[LIMIT] LOGIN Rate limit hit.", RefusalKind::NotNow),
            ("[INUSE] Mailbox in use", RefusalKind::NotNow),
            ("[ALERT] Too many simultaneous connections. (Failure)", RefusalKind::NotNow),
            ("Too many simultaneous connections", RefusalKind::NotNow),
            ("[ALERT] Account exceeded command or bandwidth limits. (Failure)", RefusalKind::NotNow),
            ("[ALERT] Web login required (Failure)", RefusalKind::Browser),
            ("[WEBALERT https://accounts.example.org/x] Web login required.", RefusalKind::Browser),
            ("[ALERT] Please log in via your web browser: https://example.org (Failure)", RefusalKind::Browser),
            ("[ALERT] Application-specific password required: https://example.org (Failure)", RefusalKind::Refused),
            ("Server Unavailable. 15", RefusalKind::NotNow),
            ("User is authenticated but not connected.", RefusalKind::NotNow),
            ("Login fail. Password is incorrect, login frequency limited, or system is busy", RefusalKind::Refused),
            ("AUTHENTICATE failed.", RefusalKind::Refused),
            ("LOGIN failed.", RefusalKind::Refused),
            ("", RefusalKind::Refused),
        ] {
            assert_eq!(classify(&StatusResponse::of(StatusCondition::No, text.as_bytes())), expected, "{text}");
        }
    }
}
