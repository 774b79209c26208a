//! The code or the link of a login in a letter: found by what stands around it, and never guessed.
//!
//! A letter may name the code in its last line in a form for programs (origin-bound one-time codes, WICG). Else a code is four
//! to nine letters and digits in one of the usual forms that stand near a word for such a code (at most 70 characters after it,
//! or 45 before it), and that nothing beside them makes into something else: an order, a year, an amount. The nearest
//! one counts. Where two are about as near, neither does. A link counts where there is no code, where it is said to let somebody in, and
//! where it has a secret in it.
//!
//! The text is what a person would see of the letter, without quotes and signature; HTML itself has digits that are colours.

mod candidate;
mod link;
mod mentions;
mod words;

pub use link::LoginLink;

use self::mentions::Mentions;

/// As much of a letter is looked at, in characters: letters with a code are short.
const LOOKED_AT: usize = 20_000;

/// What is looked at of a letter.
#[derive(Debug, Clone, Default)]
pub struct LoginLetter {
    pub subject: String,
    /// The lines that are seen, without what is quoted and without the signature.
    pub lines: Vec<String>,
    pub links: Vec<LoginLink>,
    /// The addresses in its header. Digits of them are no code.
    pub addresses: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginSecret {
    Code {
        /// As it is typed: digits without gaps.
        code: String,
        /// The host for which alone it is meant, where the letter says so in the form for programs.
        bound_to: Option<String>,
    },
    Link {
        target: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginFinding {
    Nothing,
    One(LoginSecret),
    /// There are two, and neither is surely the one.
    InDoubt,
}

/// The code of the letter, else its link.
#[must_use]
pub fn find(letter: &LoginLetter) -> LoginFinding {
    if let Some(secret) = bound(&letter.lines) {
        return LoginFinding::One(secret);
    }
    let mut text: Vec<char> = letter.subject.chars().take(LOOKED_AT).map(plain_digit).collect();
    for line in &letter.lines {
        text.extend(['\n', ' ']);
        text.extend(line.trim().chars().map(plain_digit));
        if text.len() > LOOKED_AT {
            text.truncate(LOOKED_AT);
            break;
        }
    }
    let mentions = Mentions::of(&text);
    match candidate::best(&text, &mentions, &letter.addresses) {
        LoginFinding::Nothing => link::best(&letter.links, &mentions),
        found => found,
    }
}

/// The digits of other scripts, and wide ones, as those of ASCII.
fn plain_digit(c: char) -> char {
    let zero = match c {
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6f0}'..='\u{6f9}' => 0x6f0,
        '\u{966}'..='\u{96f}' => 0x966,
        '\u{ff10}'..='\u{ff19}' => 0xff10,
        _ => return c,
    };
    char::from_digit(u32::from(c) - zero, 10).unwrap_or(c)
}

/// The last line, where it is `@example.com #123456`, perhaps with `@embedded.example` behind it
/// (WICG "Origin-bound one-time codes delivered via SMS").
fn bound(lines: &[String]) -> Option<LoginSecret> {
    let last = lines.iter().rev().map(|line| line.trim()).find(|line| !line.is_empty())?;
    let mut words = last.split(' ');
    let host = words.next()?.strip_prefix('@')?;
    let code = words.next()?.strip_prefix('#')?;
    let rest = words.next();
    let is_host = |text: &str| {
        text.contains('.')
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
            && text.len() < 254
    };
    let is_code = (4..=12).contains(&code.len()) && code.chars().all(|c| c.is_ascii_alphanumeric());
    let embedded = rest.is_none_or(|rest| rest.strip_prefix('@').is_some_and(is_host));
    (is_host(host) && is_code && embedded && words.next().is_none())
        .then(|| LoginSecret::Code { code: code.to_owned(), bound_to: Some(host.to_lowercase()) })
}

#[cfg(test)]
mod tests {
    use super::{LoginFinding, LoginLetter, LoginSecret, find};

    fn found(subject: &str, text: &str) -> LoginFinding {
        let lines = text.lines().map(str::to_owned).collect();
        find(&LoginLetter { subject: subject.to_owned(), lines, ..LoginLetter::default() })
    }

    fn code(subject: &str, text: &str) -> Option<String> {
        match found(subject, text) {
            LoginFinding::One(LoginSecret::Code { code, .. }) => Some(code),
            _ => None,
        }
    }

    #[test]
    fn the_form_for_programs_comes_first() {
        let text = "Your code is 111222.\n\n@login.example.com #482913 @example.net\n";
        let LoginFinding::One(LoginSecret::Code { code, bound_to }) = found("Hello", text) else { panic!("none") };
        assert_eq!((code.as_str(), bound_to.as_deref()), ("482913", Some("login.example.com")));
        assert_eq!(code_of("@ #482913"), None);
        assert_eq!(code_of("@ann please see #482913 in the tracker"), None);
    }

    fn code_of(text: &str) -> Option<String> {
        code("Hello", text)
    }

    #[test]
    fn each_form_of_a_code_is_known() {
        for (written, typed) in [
            ("4829", "4829"),
            ("482913", "482913"),
            ("48291377", "48291377"),
            ("482 913", "482913"),
            ("482-913", "482913"),
            ("48 29 13", "482913"),
            ("4829 1377", "48291377"),
            ("XKD-WPF", "XKD-WPF"),
            ("7KQ2MX", "7KQ2MX"),
            ("a7f3k2", "a7f3k2"),
            ("G-482913", "482913"),
            ("4 8 2 9 1 3", "482913"),
            ("４８２９１３", "482913"),
            ("4KRTM", "4KRTM"),
        ] {
            assert_eq!(code_of(&format!("Your login code is {written}.")).as_deref(), Some(typed), "{written}");
        }
        for none in [
            "482",
            "123456789012",
            "2026",
            "#482913",
            "v4.8291",
            "48.2913",
            "482913@example.org",
            "$4829",
            "4829 EUR",
            "24-11-26",
            "+1 555 482 9137",
        ] {
            assert_eq!(code_of(&format!("Your login code is {none}")), None, "{none}");
        }
    }

    #[test]
    fn two_that_are_as_near_are_none() {
        assert_eq!(found("Codes", "Your login code is 482913 or 771204."), LoginFinding::InDoubt);
        assert_eq!(code("482913 is your login code", "Your login code is 482913.").as_deref(), Some("482913"));
    }

    #[test]
    fn hostile_text_takes_linear_time_and_finds_nothing() {
        for piece in ["code ", "1 ", "12-", "codecode", "\u{301}", "A1"] {
            let line = piece.repeat(200_000 / piece.len());
            let _ = found(&line, &line);
        }
    }
}
