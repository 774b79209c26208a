//! All style sheets of a document: rules with their selectors, found by what an element has.

use std::collections::HashMap;

use super::declaration::{Declaration, Property, declarations};
use super::selector::{Element, RuleKey, Selector};
use super::without_comments;
use crate::domain::limits::HTML_STYLE_STEPS;

/// Blocks within blocks that are read: `@media` within `@supports`.
const DEPTH: usize = 4;
/// The width of a window that the letter is read in, in pixels: that of a desktop.
const WINDOW: f32 = 800.0;

#[derive(Debug)]
pub(in crate::mail::html) struct StyleSheet {
    rules: Vec<Rule>,
    ids: HashMap<String, Vec<usize>>,
    classes: HashMap<String, Vec<usize>>,
    names: HashMap<String, Vec<usize>>,
    any: Vec<usize>,
    /// How many more comparisons of rules with elements are allowed.
    steps: usize,
    /// Whether a rule that is not understood sets a background.
    pub(in crate::mail::html) painted_elsewhere: bool,
}

#[derive(Debug)]
struct Rule {
    selector: Selector,
    /// Where its declarations are.
    block: std::rc::Rc<[Declaration]>,
}

impl Default for StyleSheet {
    fn default() -> Self {
        Self {
            rules: Vec::new(),
            ids: HashMap::new(),
            classes: HashMap::new(),
            names: HashMap::new(),
            any: Vec::new(),
            steps: HTML_STYLE_STEPS,
            painted_elsewhere: false,
        }
    }
}

impl StyleSheet {
    /// Adds the rules of one `<style>`.
    pub(in crate::mail::html) fn add(&mut self, css: &str) {
        let css = css.replace("<!--", " ").replace("-->", " ");
        self.rules(&without_comments(&css), DEPTH);
    }

    pub(in crate::mail::html) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    fn rules(&mut self, css: &str, depth: usize) {
        let mut rest = css;
        while let Some((before, after)) = rest.split_once('{') {
            // What ends with a semicolon stands alone: `@import`, `@charset`.
            let head = before.rsplit(';').next().unwrap_or_default().trim();
            let (body, behind) = block(after);
            rest = behind;
            if let Some(rule) = head.strip_prefix('@') {
                if depth > 0 && applies(rule) {
                    self.rules(body, depth - 1);
                }
            } else {
                self.rule(head, body);
            }
        }
    }

    fn rule(&mut self, selectors: &str, body: &str) {
        let mut list = Vec::new();
        declarations(body, |it| list.push(it));
        if list.is_empty() {
            return;
        }
        let paints = list.iter().any(|it| it.property == Property::Background);
        let block: std::rc::Rc<[Declaration]> = list.into();
        for selector in selectors.split(',') {
            let Some(selector) = Selector::read(selector.trim()) else {
                self.painted_elsewhere |= paints;
                continue;
            };
            let place = self.rules.len();
            match selector.key() {
                RuleKey::Id(id) => self.ids.entry(id.to_owned()).or_default().push(place),
                RuleKey::Class(class) => self.classes.entry(class.to_owned()).or_default().push(place),
                RuleKey::Name(name) => self.names.entry(name.to_owned()).or_default().push(place),
                RuleKey::Any => self.any.push(place),
            }
            self.rules.push(Rule { selector, block: std::rc::Rc::clone(&block) });
        }
    }

    /// Hands over each declaration that is for an element within others, with its weight beside others of the same
    /// property: how particular the rule is, and its place.
    pub(in crate::mail::html) fn each(
        &mut self,
        element: &Element<'_>,
        around: &[Element<'_>],
        mut each: impl FnMut(u64, Declaration),
    ) {
        let mut steps = self.steps;
        let mut try_all = |places: Option<&Vec<usize>>| {
            for place in places.into_iter().flatten() {
                if steps == 0 {
                    return;
                }
                let Some(rule) = self.rules.get(*place) else { continue };
                if rule.selector.matches(element, around, &mut steps) {
                    let weight =
                        u64::from(rule.selector.weight) << 32 | u64::try_from(*place).unwrap_or(u64::MAX) & 0xFFFF_FFFF;
                    rule.block.iter().for_each(|it| each(weight, *it));
                    steps = steps.saturating_sub(rule.block.len());
                }
            }
        };
        if !element.id.is_empty() {
            try_all(self.ids.get(element.id));
        }
        for class in element.class.split_ascii_whitespace().take(CLASSES) {
            try_all(self.classes.get(class));
        }
        if !self.names.is_empty() {
            if element.name.bytes().any(|byte| byte.is_ascii_uppercase()) {
                try_all(self.names.get(&element.name.to_ascii_lowercase()));
            } else {
                try_all(self.names.get(element.name));
            }
        }
        try_all(Some(&self.any));
        self.steps = steps;
    }
}

/// Classes of one element that are looked at.
const CLASSES: usize = 64;

/// What stands between an opening brace and its own closing one, and what follows.
fn block(text: &str) -> (&str, &str) {
    let mut open = 1usize;
    for (at, brace) in text.match_indices(['{', '}']) {
        open = if brace == "{" { open + 1 } else { open - 1 };
        if open == 0 {
            return (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
        }
    }
    (text, "")
}

/// Whether a block of rules is in force for a letter that is read on a screen of a desktop.
fn applies(rule: &str) -> bool {
    let rule = rule.to_ascii_lowercase();
    let (name, condition) =
        rule.split_at(rule.find(|c: char| !c.is_ascii_alphabetic() && c != '-').unwrap_or(rule.len()));
    match name {
        "media" => condition.split(',').any(media),
        "supports" => !condition.trim_start().starts_with("not"),
        "layer" => true,
        _ => false,
    }
}

fn media(query: &str) -> bool {
    let query = query.trim();
    if let Some(other) = query.strip_prefix("not ") {
        return !media(other);
    }
    query.split(" and ").all(|part| {
        let part = part.trim().trim_start_matches("only ").trim_matches(['(', ')', ' ']);
        match part.split_once(':') {
            None => matches!(part, "" | "all" | "screen"),
            Some((feature, value)) => {
                let width = match super::value::length(value.trim()) {
                    Some(super::Value::Px(width)) => width,
                    Some(super::Value::Em(width)) => width * 16.0,
                    _ => return feature.trim() == "prefers-color-scheme" && value.trim() == "light",
                };
                match feature.trim() {
                    "min-width" | "min-device-width" => width <= WINDOW,
                    "max-width" | "max-device-width" => width >= WINDOW,
                    _ => false,
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Element, StyleSheet};

    fn rules(css: &str) -> usize {
        let mut sheet = StyleSheet::default();
        sheet.add(css);
        sheet.rules.len()
    }

    #[test]
    fn rules_for_other_media_are_not_in_force() {
        assert_eq!(rules("@import 'x'; p { color: red } /* .a{display:none} */ .b, .c d { display:none }"), 3);
        for (css, count) in [
            ("@media print{a{display:none}}", 0),
            ("@media screen, print {a{display:none}}", 1),
            ("@media only screen and (max-width: 480px){a{display:none}}", 0),
            ("@media (min-width:600px){a{display:none}} b{opacity:0}", 2),
            ("@media (prefers-color-scheme: dark){a{color:#fff}}", 0),
            ("@supports (display:grid){@media screen{a{display:none}}}", 1),
            ("@font-face{display:none} @keyframes x{a{opacity:0}}", 0),
            ("<!-- a{display:none} -->", 1),
            ("a{font-family:x}", 0),
        ] {
            assert_eq!(rules(css), count, "{css}");
        }
    }

    #[test]
    fn floods_of_rules_end_where_the_steps_do() {
        let mut sheet = StyleSheet::default();
        sheet.add(&"a{display:none}".repeat(100_000));
        let element = Element { tag: "<a>", name: "a", class: "", id: "", first: true };
        let mut found = 0usize;
        for _ in 0..1_000 {
            sheet.each(&element, &[], |_, _| found += 1);
        }
        assert!(found > 1_000_000 && sheet.steps == 0, "{found}");
        StyleSheet::default().add(&"a{".repeat(100_000));
        StyleSheet::default().add(&"@media{".repeat(100_000));
    }
}
