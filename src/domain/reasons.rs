//! Why a rule chose a message, or which of its terms were not so.

use super::printable::Printable;
use super::query::{Query, Subject};

/// What is told of a message, a part a line: what it is about, and a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub lines: Vec<(&'static str, Printable)>,
}

/// One rule, held against a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleCheck {
    pub name: String,
    /// The terms that would have to be so and are not; none where the rule chooses the message.
    pub failing: Vec<String>,
    /// How many terms are so, on the way that needs the fewest more.
    pub holding: usize,
}

impl RuleCheck {
    #[must_use]
    pub fn of(name: &str, query: &Query, subject: &Subject<'_>) -> Self {
        let mut check = Self { name: name.to_owned(), failing: Vec::new(), holding: 0 };
        check.walk(query, subject);
        check
    }

    #[must_use]
    pub fn chooses(&self) -> bool {
        self.failing.is_empty()
    }

    fn walk(&mut self, query: &Query, subject: &Subject<'_>) {
        match query {
            Query::And(parts) => parts.iter().for_each(|part| self.walk(part, subject)),
            // Of several ways the one is told that needs the fewest more terms.
            Query::Or(parts) if !query.holds(subject) => {
                let ways = parts.iter().map(|part| Self::of("", part, subject));
                if let Some(nearest) = ways.min_by_key(|way| (way.failing.len(), usize::MAX - way.holding)) {
                    self.failing.extend(nearest.failing);
                    self.holding += nearest.holding;
                }
            }
            one if one.holds(subject) => self.holding += 1,
            one => self.failing.push(one.to_string()),
        }
    }
}

/// Of rules that do not choose a message, the one that came nearest: of which some terms are so and the fewest are not.
#[must_use]
pub fn nearest(checks: Vec<RuleCheck>) -> Option<RuleCheck> {
    let close = checks.into_iter().filter(|check| !check.chooses());
    close.min_by_key(|check| (check.holding == 0, check.failing.len(), usize::MAX - check.holding))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::{RuleCheck, nearest};
    use crate::domain::address::Address;
    use crate::domain::query::{Indexed, Subject, parse};
    use crate::domain::schedule::Zone;

    #[test]
    fn the_nearest_rule_says_which_of_its_terms_are_not_so() {
        let from = Address::new("Ann", "ann@example.org");
        let words = Indexed { from: "ann ann example org".into(), subject: "tea at five".into(), ..Indexed::default() };
        let at = DateTime::UNIX_EPOCH;
        let subject = Subject::new(&from, &words, at, at);
        let check = |name: &str, query: &str| RuleCheck::of(name, &parse(query, Zone::UTC, at).unwrap(), &subject);
        assert!(check("all", "from:ann tea").chooses());
        let failing = |query: &str| check("x", query).failing;
        assert_eq!(failing("from:ann subject:urgent"), ["subject:urgent"]);
        assert_eq!(failing("(from:bob to:cy) or (from:ann to:cy)"), ["to:cy"]);
        assert_eq!(failing("from:ann -tea"), ["-tea"]);
        let checks =
            vec![check("bob", "from:bob"), check("urgent", "from:ann subject:urgent"), check("far", "a b from:ann")];
        assert_eq!(nearest(checks).map(|near| near.name).as_deref(), Some("urgent"));
    }
}
