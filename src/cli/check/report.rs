//! What `tidebox check` has found, and how it is printed: lines for people, an object for scripts.

use super::private_words::PrivateWords;
use crate::cli::failure::Failure;
use crate::cli::json;
use crate::cli::output::print;
use crate::domain::printable::Printable;

/// What was found, in the order in which it is printed.
#[derive(Default)]
pub(super) struct CheckReport {
    pub(super) facts: Vec<(String, String)>,
    pub(super) problems: Vec<String>,
    /// What works but could be better.
    pub(super) warnings: Vec<String>,
    /// The sources that can be read, by their names.
    pub(super) read: Vec<String>,
}

impl CheckReport {
    pub(super) fn fact(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.facts.push((name.into(), value.into()));
    }

    /// Prints it. Problems are printed here only if the configuration has mistakes; otherwise they are the failure of the command.
    pub(super) fn print(&self, json: bool, mistaken: bool) -> Result<(), Failure> {
        if json {
            let facts: serde_json::Map<String, serde_json::Value> =
                self.facts.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
            let object = serde_json::json!({ "facts": facts, "problems": self.problems, "warnings": self.warnings });
            return print(&format!("{}\n", json::line(&object)));
        }
        let mut out = String::new();
        for (name, value) in &self.facts {
            out.push_str(&format!("{name:<14} {}\n", Printable::from(value)));
        }
        for warning in &self.warnings {
            out.push_str(&format!("Could be better: {}\n", Printable::from(warning)));
        }
        for problem in self.problems.iter().filter(|_| mistaken) {
            out.push_str(&format!("Problem: {}\n", Printable::from(problem)));
        }
        if self.problems.is_empty() && !mistaken {
            out.push_str("No problem found.\n");
        }
        print(&out)
    }

    /// Prints it for others, as Markdown, with the problems. Words that are a person's own are replaced.
    pub(super) fn print_for_others(&self, private: &PrivateWords) -> Result<(), Failure> {
        let mut out = "```text\n".to_owned();
        for (name, value) in &self.facts {
            out.push_str(&format!("{name:<14} {}\n", Printable::from(private.hide(value))));
        }
        let warnings = self.warnings.iter().map(|text| ("could be better", text));
        let problems = self.problems.iter().map(|text| ("problem", text));
        for (kind, text) in warnings.chain(problems) {
            out.push_str(&format!("{kind}: {}\n", Printable::from(private.hide(text))));
        }
        out.push_str("```\n");
        print(&out)
    }
}
