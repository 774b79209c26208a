//! What a server offers: its reply to EHLO (RFC 5321 §4.1.1.1).

use super::reply::SmtpReply;
use crate::net::sasl::SaslMechanism;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Extensions {
    /// The words of each line, in upper case.
    lines: Vec<Vec<String>>,
}

impl Extensions {
    pub(super) fn of(reply: &SmtpReply) -> Self {
        // The first line is a greeting. Some old servers write `AUTH=LOGIN`.
        let words = |line: &[u8]| {
            let text = String::from_utf8_lossy(line).to_ascii_uppercase().replace("AUTH=", "AUTH ");
            text.split_ascii_whitespace().map(str::to_owned).collect::<Vec<_>>()
        };
        Self { lines: reply.lines().skip(1).map(words).collect() }
    }

    fn find(&self, keyword: &str) -> impl Iterator<Item = &[String]> {
        self.lines
            .iter()
            .filter_map(move |line| line.split_first().filter(|(first, _)| *first == keyword))
            .map(|(_, rest)| rest)
    }

    /// Whether it has an extension; its keyword in upper case.
    pub(super) fn has(&self, keyword: &str) -> bool {
        self.find(keyword).next().is_some()
    }

    /// The largest message that it takes, in bytes (RFC 1870); `None` if it does not say.
    pub(super) fn largest(&self) -> Option<u64> {
        let told = self.find("SIZE").find_map(|words| words.first()?.parse().ok());
        told.filter(|largest| *largest > 0)
    }

    pub(super) fn has_mechanism(&self, mechanism: SaslMechanism) -> bool {
        self.find("AUTH").flatten().any(|word| word == mechanism.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Extensions;
    use crate::net::sasl::SaslMechanism;
    use crate::outgoing::reply::SmtpReply;

    #[test]
    fn extensions_are_read_in_any_case_and_the_greeting_is_none() {
        let text =
            b"PIPELINING says hello\nsize 1000\nAuth plain\nAUTH=LOGIN xoauth2\nSTARTTLS\n\n\xff\nSIZE 0".to_vec();
        let found = Extensions::of(&SmtpReply { code: 250, enhanced: None, text });
        assert!(found.has("STARTTLS") && !found.has("PIPELINING"));
        assert_eq!(found.largest(), Some(1000));
        for mechanism in [SaslMechanism::Plain, SaslMechanism::Login, SaslMechanism::XOAuth2] {
            assert!(found.has_mechanism(mechanism), "{mechanism:?}");
        }
        assert!(!found.has_mechanism(SaslMechanism::ScramSha256));
        assert_eq!(Extensions::default().largest(), None);
    }
}
