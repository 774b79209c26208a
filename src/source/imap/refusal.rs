//! What a NO means: a wrong user name or secret, or only that the server serves nobody now.
//!
//! A response code (RFC 5530) decides. Without one, the text is compared with the words of known servers (Gmail,
//! Outlook, Yahoo, Dovecot, Cyrus, Courier; docs/imap.md lists them). An unknown text counts as a refusal, because
//! repeated logins with a wrong secret lock accounts.
//! on with a wrong secret locks accounts.

use super::status::StatusResponse;

/// What a NO means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RefusalKind {
    /// The user name or the secret is wrong, or this is forbidden.
    Refused,
    /// The server serves nobody now; the user name and the secret may be right.
    NotNow,
    /// The person has to log in with a browser first.
    Browser,
}

/// Words by which a server says that it is busy, where it uses the code of a full mailbox for that too.
const BUSY: [&str; 8] =
    ["bandwidth", "exceeded command", "rate limit", "throttl", "too many", "try again", "temporar", "server busy"];
/// Words by which servers say that the user name or the secret is wrong.
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

/// Words by which servers say that they serve nobody now.
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

/// Decides by the response code (RFC 5530), or, if it has none that helps, by known words.
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

/// Whether the NO may go away by itself.
pub(super) fn is_transient(status: &StatusResponse) -> bool {
    classify(status) == RefusalKind::NotNow
}

impl StatusResponse {
    /// Whether the NO may go away by itself: the server is busy, or is asked too often. Some servers say that a mailbox
    /// is full when they mean too many commands.
    pub(super) fn is_transient(&self) -> bool {
        let text = String::from_utf8_lossy(&self.text).to_lowercase();
        match self.code.as_str() {
            "OVERQUOTA" => BUSY.iter().any(|words| text.contains(words)),
            "THROTTLED" => true,
            _ => is_transient(self),
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
