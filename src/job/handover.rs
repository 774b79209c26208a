//! Messages that are written in another mail program: begun here, with everything that an answer needs, and handed to it. Nothing
//! of them is kept; that one was answered is seen where its answer lies among the sent mail (`store::answered`).

use std::path::Path;

use chrono::{DateTime, Utc};

use super::compose::{BegunDraft, begin};
use super::{JobError, attach};
use crate::config::{Config, Identity};
use crate::domain::answering::{ComposeIntent, Draft, references};
use crate::domain::ids::Id;
use crate::domain::outbox::OutgoingRelation;
use crate::mail::{AnsweredIds, answered_message, draft_message, mailto_url};
use crate::store::Store;

/// What another program gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// The file of the draft.
    pub draft: Vec<u8>,
    pub mailto: String,
}

/// Begins a message as `begin_draft` does, but for what the other program adds itself: the signature, and the sender where the settings
/// name none.
///
/// # Errors
/// As `begin_draft`.
pub fn begin_elsewhere(
    store: &Store,
    config: &Config,
    intent: &ComposeIntent,
    passage: Option<&str>,
    identity: Option<&str>,
    now: DateTime<Utc>,
) -> Result<BegunDraft, JobError> {
    let chosen = (passage, identity);
    if config.identities.is_empty() && identity.is_none() {
        let nobody = Config { identities: vec![Identity::new("", "")], ..config.clone() };
        return begin(store, &nobody, intent, chosen, false, now);
    }
    begin(store, config, intent, chosen, false, now)
}

/// What the other program gets of a draft. `about` is what it answers or forwards.
///
/// # Errors
/// `Wrong` where a file that goes with it can't be read; `Held` or `Unknown` for a message that is not shown.
pub fn hand_over(store: &Store, draft: &Draft, about: Option<(OutgoingRelation, Id)>) -> Result<Handover, JobError> {
    let answers = match about {
        Some((OutgoingRelation::Reply, message)) => {
            let answered = answered_message(&store.original(message)?);
            AnsweredIds { in_reply_to: answered.message_id.clone(), references: references(&answered) }
        }
        _ => AnsweredIds::default(),
    };
    let named: Vec<(usize, String)> = (1..).zip(draft.files.iter().cloned()).collect();
    let files = attach::read_files(store, &named).map_err(|mistakes| JobError::Wrong {
        what: mistakes.first().map(|mistake| mistake.what.clone()).unwrap_or_default(),
        hint: mistakes.first().map(|mistake| mistake.help.clone()).unwrap_or_default(),
    })?;
    Ok(Handover { draft: draft_message(draft, &answers, &files), mailto: mailto_url(draft, &answers) })
}

/// The words of a command with the file of a draft and a URL in the places of `{draft}` and `{mailto}`.
#[must_use]
pub fn filled(words: &[String], draft: &Path, mailto: &str) -> Vec<String> {
    let draft = draft.to_string_lossy();
    let fill = |word: &String| {
        let mut out = String::new();
        let mut rest = word.as_str();
        // From left to right, so that nothing in a path or a URL counts as a field.
        while let Some(at) = rest.find('{') {
            let (before, field) = rest.split_at(at);
            out.push_str(before);
            rest = if let Some(behind) = field.strip_prefix("{draft}") {
                out.push_str(&draft);
                behind
            } else if let Some(behind) = field.strip_prefix("{mailto}") {
                out.push_str(mailto);
                behind
            } else {
                out.push('{');
                field.strip_prefix('{').unwrap_or_default()
            };
        }
        out + rest
    };
    words.iter().map(fill).collect()
}

/// What the program of a command is called, for words about it: `neomutt`.
#[must_use]
pub fn program(words: &[String]) -> String {
    let path = Path::new(words.first().map_or("", String::as_str));
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{filled, program};

    #[test]
    fn the_fields_of_a_command_are_filled_once() {
        let words: Vec<String> =
            ["/usr/bin/neomutt", "-H", "{draft}", "a{mailto}b", "${x} {", "{other}"].map(str::to_owned).to_vec();
        let path = Path::new("/tmp/a {mailto} b.eml");
        assert_eq!(
            filled(&words, path, "mailto:{draft}"),
            ["/usr/bin/neomutt", "-H", "/tmp/a {mailto} b.eml", "amailto:{draft}b", "${x} {", "{other}"]
        );
        assert_eq!(program(&words), "neomutt");
    }
}
