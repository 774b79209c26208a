//! A question that a person is asked, in words, whatever asks it: a terminal or a screen.

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub words: String,
    /// What is good to know before it is answered, a paragraph each.
    pub notes: Vec<String>,
    /// What can be chosen; empty where a text is asked for.
    pub choices: Vec<Choice>,
    /// What an empty answer means; empty where there has to be one.
    pub proposed: String,
}

/// One of the answers that can be chosen, by a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub key: char,
    pub words: String,
}

impl Question {
    /// A question that is answered by a text.
    #[must_use]
    pub fn text(words: impl Into<String>, proposed: impl Into<String>) -> Self {
        Self { words: words.into(), notes: Vec::new(), choices: Vec::new(), proposed: proposed.into() }
    }

    /// A question with these answers, of which the proposed one comes first.
    #[must_use]
    pub fn choice(words: impl Into<String>, choices: &[(char, &str)]) -> Self {
        let choices: Vec<Choice> =
            choices.iter().map(|(key, words)| Choice { key: *key, words: (*words).to_owned() }).collect();
        let proposed = choices.first().map_or_else(String::new, |choice| choice.key.to_string());
        Self { words: words.into(), notes: Vec::new(), choices, proposed }
    }

    /// With a paragraph that is read before it; nothing where it is empty.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        let note = note.into();
        if !note.is_empty() {
            self.notes.push(note);
        }
        self
    }

    /// The answer that was typed: the key of a choice, or the text, and what is proposed where nothing was typed. `None`
    /// where it is none.
    #[must_use]
    pub fn answer(&self, typed: &str) -> Option<String> {
        let typed = typed.trim();
        let typed = if typed.is_empty() { self.proposed.as_str() } else { typed };
        if self.choices.is_empty() {
            return (!typed.is_empty()).then(|| typed.to_owned());
        }
        let first = typed.chars().next()?.to_ascii_lowercase();
        self.choices.iter().find(|choice| choice.key == first).map(|choice| choice.key.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::Question;

    #[test]
    fn an_empty_answer_is_what_is_proposed_and_a_choice_is_known_by_its_key() {
        let text = Question::text("Which host?", "");
        assert_eq!((text.answer(" a "), text.answer("  ")), (Some("a".to_owned()), None));
        assert_eq!(Question::text("Which port?", "993").answer("").as_deref(), Some("993"));
        let choice = Question::choice("Look it up?", &[('n', "no"), ('y', "yes")]);
        let answers = ["", "Yes", "n", "maybe"].map(|typed| choice.answer(typed));
        assert_eq!(answers, [Some("n".to_owned()), Some("y".to_owned()), Some("n".to_owned()), None]);
    }
}
