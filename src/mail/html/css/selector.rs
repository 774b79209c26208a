//! Selectors: which elements a rule is for. Those that look at elements before this one are not known.

use crate::mail::html::tokens::attributes;

/// An element as selectors see it.
#[derive(Debug, Clone, Copy)]
pub(in crate::mail::html) struct Element<'h> {
    /// Its tag, from `<` to `>`.
    pub(in crate::mail::html) tag: &'h str,
    pub(in crate::mail::html) name: &'h str,
    pub(in crate::mail::html) class: &'h str,
    pub(in crate::mail::html) id: &'h str,
    /// Whether it is the first one in what is around it.
    pub(in crate::mail::html) first: bool,
}

/// `td.note > a[href]`: what is said of the element itself stands first, of those around it behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Selector {
    own: Compound,
    around: Vec<(Combinator, Compound)>,
    /// How particular it is: ids, then classes and the like, then names.
    pub(super) weight: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Combinator {
    Within,
    Child,
}

/// Conditions that one element meets all of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Compound(Vec<Condition>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    Name(String),
    Class(String),
    Id(String),
    Attribute {
        name: String,
        test: Test,
        value: String,
    },
    First,
    Link,
    Not(Box<Condition>),
    /// Pseudo-classes that apply only while somebody points at an element or types into it.
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Present,
    Equal,
    Word,
    Begins,
    Ends,
    Holds,
    Language,
}

/// A longer selector is ignored; no person writes such.
const LONGEST: usize = 200;
/// Elements around the element that a selector may name.
const MOST_AROUND: usize = 6;

impl Selector {
    /// `None` where it uses something that is not supported here.
    pub(super) fn read(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let spaced = text.replace('>', " > ");
        let mut compounds: Vec<(Combinator, Compound)> = Vec::new();
        let mut combinator = Combinator::Within;
        for word in words(&spaced) {
            if word == ">" {
                combinator = Combinator::Child;
            } else {
                compounds.push((combinator, Compound::read(word)?));
                combinator = Combinator::Within;
            }
        }
        let weight = compounds.iter().flat_map(|(_, it)| &it.0).map(Condition::weight).sum();
        let (last, own) = compounds.pop()?;
        if compounds.len() > MOST_AROUND {
            return None;
        }
        // Each combinator is said of the compound to its left.
        let mut joined = last;
        let mut around = Vec::with_capacity(compounds.len());
        for (before, compound) in compounds.into_iter().rev() {
            around.push((joined, compound));
            joined = before;
        }
        Some(Self { own, around, weight })
    }

    /// What an element must have before the rest of the selector is tried.
    pub(super) fn key(&self) -> RuleKey<'_> {
        let find = |wanted: fn(&Condition) -> Option<RuleKey<'_>>| self.own.0.iter().find_map(wanted);
        find(|it| if let Condition::Id(id) = it { Some(RuleKey::Id(id)) } else { None })
            .or_else(|| find(|it| if let Condition::Class(class) = it { Some(RuleKey::Class(class)) } else { None }))
            .or_else(|| find(|it| if let Condition::Name(name) = it { Some(RuleKey::Name(name)) } else { None }))
            .unwrap_or(RuleKey::Any)
    }

    /// Whether it is for an element within others, the outermost first. `steps` are counted down.
    pub(super) fn matches(&self, element: &Element<'_>, around: &[Element<'_>], steps: &mut usize) -> bool {
        if !self.own.matches(element, steps) {
            return false;
        }
        let mut left = around;
        for (combinator, compound) in &self.around {
            match combinator {
                Combinator::Child => {
                    let Some((parent, rest)) = left.split_last() else { return false };
                    if !compound.matches(parent, steps) {
                        return false;
                    }
                    left = rest;
                }
                Combinator::Within => loop {
                    let Some((next, rest)) = left.split_last() else { return false };
                    left = rest;
                    if compound.matches(next, steps) {
                        break;
                    }
                },
            }
        }
        true
    }
}

pub(super) enum RuleKey<'s> {
    Id(&'s str),
    Class(&'s str),
    Name(&'s str),
    Any,
}

/// Words of a selector, with what stands in brackets kept together.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut open = 0usize;
    text.split(move |c: char| {
        match c {
            '(' | '[' => open += 1,
            ')' | ']' => open = open.saturating_sub(1),
            _ => {}
        }
        c.is_ascii_whitespace() && open == 0
    })
    .filter(|word| !word.is_empty())
}

impl Compound {
    fn read(text: &str) -> Option<Self> {
        let mut conditions = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let (condition, behind) = match first {
                '*' => (None, rest.get(1..)?),
                '[' => {
                    let (inner, behind) = rest.get(1..)?.split_once(']')?;
                    (Some(attribute(inner)?), behind)
                }
                ':' => {
                    let end = rest
                        .find('(')
                        .filter(|at| !rest.get(1..*at).unwrap_or_default().contains(['.', '#', '[', ':']));
                    if let Some(open) = end {
                        let (inner, behind) = rest.get(open + 1..)?.split_once(')')?;
                        let Self(inner) = Self::read(inner.trim())?;
                        let [inner] = <[Condition; 1]>::try_from(inner).ok()?;
                        if rest.get(1..open)? != "not" {
                            return None;
                        }
                        (Some(Condition::Not(Box::new(inner))), behind)
                    } else {
                        let (name, behind) = ident(rest.get(1..)?);
                        (Some(state(name)?), behind)
                    }
                }
                '.' | '#' => {
                    let (name, behind) = ident(rest.get(1..)?);
                    let name = Some(name.to_owned()).filter(|it| !it.is_empty())?;
                    (Some(if first == '.' { Condition::Class(name) } else { Condition::Id(name) }), behind)
                }
                _ => {
                    let (name, behind) = ident(rest);
                    (Some(Condition::Name(Some(name).filter(|it| !it.is_empty())?.to_ascii_lowercase())), behind)
                }
            };
            conditions.extend(condition);
            rest = behind;
        }
        Some(Self(conditions))
    }

    fn matches(&self, element: &Element<'_>, steps: &mut usize) -> bool {
        *steps = steps.saturating_sub(1);
        self.0.iter().all(|it| it.matches(element, steps))
    }
}

/// A name at the beginning of a text, and what is behind it.
fn ident(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'));
    text.split_at(end.unwrap_or(text.len()))
}

/// `href`, `class~=x`, `style*="x"`.
fn attribute(inner: &str) -> Option<Condition> {
    let Some((left, value)) = inner.split_once('=') else {
        let name = inner.trim().to_ascii_lowercase();
        return Some(Condition::Attribute { name, test: Test::Present, value: String::new() });
    };
    let (name, test) = match left.trim().as_bytes().last()? {
        b'~' => (left.trim().strip_suffix('~')?, Test::Word),
        b'^' => (left.trim().strip_suffix('^')?, Test::Begins),
        b'$' => (left.trim().strip_suffix('$')?, Test::Ends),
        b'*' => (left.trim().strip_suffix('*')?, Test::Holds),
        b'|' => (left.trim().strip_suffix('|')?, Test::Language),
        _ => (left, Test::Equal),
    };
    let value = value.trim().trim_matches(['"', '\'']).to_owned();
    Some(Condition::Attribute { name: name.trim().to_ascii_lowercase(), test, value })
}

fn state(name: &str) -> Option<Condition> {
    match name {
        "link" | "any-link" => Some(Condition::Link),
        "first-child" => Some(Condition::First),
        "hover" | "active" | "focus" | "visited" | "target" | "checked" | "disabled" | "focus-within"
        | "focus-visible" => Some(Condition::Never),
        _ => None,
    }
}

impl Condition {
    fn weight(&self) -> u32 {
        match self {
            Self::Id(_) => 1 << 16,
            Self::Name(_) => 1,
            Self::Not(inner) => inner.weight(),
            _ => 1 << 8,
        }
    }

    fn matches(&self, element: &Element<'_>, steps: &mut usize) -> bool {
        match self {
            Self::Name(name) => element.name.eq_ignore_ascii_case(name),
            Self::Class(class) => {
                *steps = steps.saturating_sub(element.class.len() / 16);
                element.class.split_ascii_whitespace().any(|it| it == class)
            }
            Self::Id(id) => element.id == id,
            Self::First => element.first,
            Self::Link => element.name.eq_ignore_ascii_case("a") && element.tag.contains("href"),
            Self::Never => false,
            Self::Not(inner) => !inner.matches(element, steps),
            Self::Attribute { name, test, value } => {
                *steps = steps.saturating_sub(element.tag.len() / 8);
                let found = attributes(element.tag).find(|(it, _)| it.eq_ignore_ascii_case(name));
                found.is_some_and(|(_, has)| test.passes(has, value))
            }
        }
    }
}

impl Test {
    fn passes(self, has: &str, value: &str) -> bool {
        match self {
            Self::Present => true,
            Self::Equal => has == value,
            Self::Word => has.split_ascii_whitespace().any(|it| it == value),
            Self::Begins => !value.is_empty() && has.starts_with(value),
            Self::Ends => !value.is_empty() && has.ends_with(value),
            Self::Holds => !value.is_empty() && has.contains(value),
            Self::Language => has == value || has.strip_prefix(value).is_some_and(|rest| rest.starts_with('-')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Element, Selector};

    fn element(tag: &'static str, class: &'static str, id: &'static str, first: bool) -> Element<'static> {
        Element { tag, name: crate::mail::html::tokens::name(tag), class, id, first }
    }

    #[test]
    fn selectors_say_which_elements_they_are_for() {
        let around = [
            element("<body>", "", "", true),
            element("<table class=t>", "t", "", true),
            element("<td>", "", "c", false),
        ];
        let own = element("<a href='https://x.example' class='b c'>", "b c", "i", true);
        let matches = |text: &str| Selector::read(text).map(|it| it.matches(&own, &around, &mut 1_000));
        for text in [
            "a",
            "A.b",
            ".c.b",
            "#i",
            "*",
            "td a",
            "table .b",
            "td > a",
            ".t>td>a",
            "body .t #c a",
            "a[href]",
            "a[href^=https]",
            "[class~=c]",
            "a:not(.d)",
            ":link",
            "a:first-child",
            "[href*='x.ex']",
        ] {
            assert_eq!(matches(text), Some(true), "{text}");
        }
        for text in ["p", ".d", "a.b.d", "table > a", "body > td a", "a:hover", "a:not(.b)", "a[href='x']", "div a"] {
            assert_eq!(matches(text), Some(false), "{text}");
        }
        for text in ["a + b", "a ~ b", "a:nth-child(2)", "a::before", "a:is(.b)", ""] {
            assert_eq!(matches(text), None, "{text}");
        }
    }

    #[test]
    fn the_more_particular_weighs_more() {
        let weight = |text: &str| Selector::read(text).unwrap().weight;
        assert!(
            weight("#a") > weight(".a.b.c") && weight(".a") > weight("table tr td a") && weight("p.a") > weight(".a")
        );
    }
}
