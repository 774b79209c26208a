//! What a report for others leaves out: the words by which the settings and the store name what is a person's own.

use crate::cli::context::CommandContext;
use crate::config::{Config, Identity, SendConfig, SourceConfig, SourceKind};
use crate::domain::lane;
use crate::domain::schedule::Zone;
use crate::store::Store;

/// Words, each with what stands in its place.
#[derive(Debug, Default)]
pub struct PrivateWords {
    /// The longest first, so that an address is found before the name within it.
    words: Vec<(String, String)>,
}

impl PrivateWords {
    /// Those of the settings, and the names of sources that the store knows from settings of before.
    pub fn of(context: &CommandContext, store: Option<&Store>) -> Self {
        let mut found = Self::default();
        let config = &context.config;
        for (number, source) in (1..).zip(&config.sources) {
            found.source(number, source);
        }
        for (number, identity) in (1..).zip(&config.identities) {
            found.identity(number, identity);
        }
        for (number, contact) in (1..).zip(&config.contacts) {
            found.add(&contact.address, format!("CONTACT-{number}"));
            found.add(&contact.hours_url.host(), format!("CONTACT-HOST-{number}"));
        }
        if let Some(server) = &config.hours.upload {
            found.add(&server.host, "SCRIPT-HOST".to_owned());
            found.add(&server.user, "SCRIPT-USER".to_owned());
        }
        let built_in = lane::standard();
        for (number, lane) in (1..).zip(&config.lanes) {
            if !built_in.iter().any(|known| known.name == lane.name) {
                found.add(&lane.name, format!("LANE-{number}"));
            }
        }
        for (number, exception) in (1..).zip(&config.exceptions) {
            found.add(&exception.name, format!("EXCEPTION-{number}"));
        }
        let standard = Config::embedded(Zone::UTC).calendar;
        for (number, checkin) in (1..).zip(&config.calendar.checkins) {
            if !standard.checkins.iter().any(|known| known.name == checkin.name) {
                found.add(&checkin.name, format!("CHECK-IN-{number}"));
            }
        }
        for row in store.and_then(|store| store.sources().ok()).into_iter().flatten() {
            found.add(&row.name, "SOURCE-OF-BEFORE".to_owned());
        }
        found.words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        found
    }

    fn source(&mut self, number: usize, source: &SourceConfig) {
        self.add(&source.name, format!("SOURCE-{number}"));
        match &source.kind {
            SourceKind::Imap(account) => {
                self.add(&account.host, format!("HOST-{number}"));
                self.add(&account.user, format!("USER-{number}"));
            }
            SourceKind::Maildir { path, .. } | SourceKind::Mbox { path } | SourceKind::Jsonl { path } => {
                self.add(&super::shown(path), format!("PATH-{number}"));
            }
            SourceKind::Exec { command } => {
                for word in command.iter().skip(1) {
                    self.add(word, format!("ARGUMENT-{number}"));
                }
            }
            SourceKind::Feed { .. } => {}
        }
    }

    fn identity(&mut self, number: usize, identity: &Identity) {
        self.add(&identity.mailbox.address, format!("ADDRESS-{number}"));
        self.add(&identity.mailbox.name, format!("NAME-{number}"));
        if let Some(SendConfig::Smtp(server)) = &identity.send {
            self.add(&server.host, format!("SMTP-HOST-{number}"));
            if let Some(login) = &server.login {
                self.add(&login.user, format!("SMTP-USER-{number}"));
            }
        }
    }

    /// The first name of a word counts.
    fn add(&mut self, word: &str, instead: String) {
        if !word.is_empty() && !self.words.iter().any(|(known, _)| known == word) {
            self.words.push((word.to_owned(), instead));
        }
    }

    /// The text without them. A word within a longer one stays: of a source that is called `a` not every `a` is replaced.
    pub fn hide(&self, text: &str) -> String {
        self.words.iter().fold(text.to_owned(), |text, (word, instead)| replaced(&text, word, instead))
    }
}

fn replaced(text: &str, word: &str, instead: &str) -> String {
    let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find(word) {
        let (before, behind) = (&rest[..at], &rest[at + word.len()..]);
        out.push_str(before);
        let within =
            is_part(before.chars().next_back().or_else(|| out.chars().next_back())) || is_part(behind.chars().next());
        out.push_str(if within { word } else { instead });
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{PrivateWords, replaced};

    #[test]
    fn whole_words_are_replaced_and_the_longest_first() {
        assert_eq!(replaced("ann, anna and ann@x", "ann", "N"), "N, anna and N@x");
        assert_eq!(replaced("annann ann", "ann", "N"), "annann N");
        let mut words = PrivateWords::default();
        words.add("ann@example.org", "ADDRESS-1".to_owned());
        words.add("ann", "SOURCE-1".to_owned());
        assert_eq!(words.hide("ann: no login for ann@example.org"), "SOURCE-1: no login for ADDRESS-1");
    }
}
