//! What became of a message that leaves, for each of its recipients.

use super::text_enum::text_enum;

text_enum! {
    /// How far the sending of a message had come.
    pub enum DeliveryStage {
        Connect = "connect",
        Tls = "tls",
        Auth = "auth",
        Mail = "mail",
        Rcpt = "rcpt",
        Data = "data",
        /// The line with a dot alone, which ends the message: from then on it may have been taken.
        Dot = "dot",
    }
}

/// What became of it. It was not taken for this recipient if it was refused or deferred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// The server, or the command, has taken it, with these words.
    Accepted { reply: String },
    /// Trying again does not help: it goes back to the person.
    Refused(DeliveryFailure),
    /// A later try may succeed.
    Deferred(DeliveryFailure),
    /// It was sent to the end, and nobody can say whether it was taken. It must not be sent again by itself.
    Unknown { why: String },
}

/// Why a message was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryFailure {
    pub stage: DeliveryStage,
    /// The three digits of the server's reply (RFC 5321 §4.2); `None` if no server said it.
    pub code: Option<u16>,
    pub enhanced: Option<EnhancedStatus>,
    /// In words, fit to be shown.
    pub text: String,
}

impl DeliveryFailure {
    /// One that no server has told.
    #[must_use]
    pub fn here(stage: DeliveryStage, text: String) -> Self {
        Self { stage, code: None, enhanced: None, text }
    }
}

/// An enhanced status code (RFC 3463): `5.1.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnhancedStatus {
    /// 2, 4 or 5.
    pub class: u8,
    /// At most 999, like the detail.
    pub subject: u16,
    pub detail: u16,
}

impl EnhancedStatus {
    /// The code in the beginning of a text, and how many bytes it takes there.
    #[must_use]
    pub fn at_start(text: &[u8]) -> Option<(Self, usize)> {
        let word = text.split(u8::is_ascii_whitespace).next()?;
        let mut numbers = word.split(|byte| *byte == b'.');
        let mut number = |digits: usize| {
            let number = numbers.next().filter(|it| (1..=digits).contains(&it.len()))?;
            number.iter().try_fold(0_u16, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u16::from(byte - b'0')))
        };
        let (class, subject, detail) = (number(1)?, number(3)?, number(3)?);
        let class = u8::try_from(class).ok().filter(|class| matches!(class, 2 | 4 | 5))?;
        if numbers.next().is_some() {
            return None;
        }
        Some((Self { class, subject, detail }, word.len()))
    }
}

impl std::fmt::Display for EnhancedStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::EnhancedStatus;

    #[test]
    fn an_enhanced_code_is_three_numbers_and_nothing_else_is_one() {
        for (text, wanted) in [
            ("2.1.5 ok", Some("2.1.5")),
            ("5.7.999", Some("5.7.999")),
            ("4.4.0\tlost", Some("4.4.0")),
            ("1.1.1 ok", None),
            ("5.1 ok", None),
            ("5.1.1.1 ok", None),
            ("5.1.1000 ok", None),
            ("5..1 ok", None),
            ("5.1.1: ok", None),
            ("", None),
        ] {
            let found = EnhancedStatus::at_start(text.as_bytes()).map(|(code, _)| code.to_string());
            assert_eq!(found.as_deref(), wanted, "{text}");
        }
    }
}
