//! `[[view]]`: queries with a name. One may ask for another by `view:name`, in whatever order they stand in the file.

use super::inside;
use super::keys::{self, ViewBinding};
use super::matching::QueryReader;
use super::mistake::{ConfigMistake, quoted};
use super::names::Names;
use super::table::{FoundMistakes, Text, TomlTable};
use crate::domain::query::{QueryContext, QueryMistake, SavedView, parse_in};

/// The keys of a view.
pub(super) const KEYS: [&str; 3] = ["name", "query", "key"];
const QUERY: &str = "a query, such as `\"is:open from:@example.org\"`";

/// A view that is not read yet, and why not.
struct Unread<'a> {
    name: String,
    query: Text<'a>,
    mistake: Option<QueryMistake>,
}

/// The views, and the keys that open them.
pub(super) fn read(
    root: &TomlTable<'_>,
    reader: QueryReader<'_>,
    found: &mut FoundMistakes,
) -> (Vec<SavedView>, Vec<ViewBinding>) {
    let mut names = Names::default();
    let (mut left, mut bindings) = (Vec::new(), Vec::new());
    for (table, span) in root.tables("view", found).unwrap_or_default() {
        let section = TomlTable::open("[[view]]", table, span, &KEYS, found);
        let name = names.take(&section, found);
        let query = section.needed("query", QUERY, found);
        let keys = section.texts("key", keys::EXPECTED, found).unwrap_or_default();
        if let (Some(name), Some(query)) = (name, query) {
            let keys = keys.into_iter().map(|text| (text.text.into_owned(), text.span)).collect();
            bindings.push(ViewBinding {
                name: name.text.clone().into_owned(),
                query: query.text.clone().into_owned(),
                keys,
            });
            left.push(Unread { name: name.text.into_owned(), query, mistake: None });
        }
    }
    let order: Vec<String> = left.iter().map(|view| view.name.clone()).collect();
    let mut views = Vec::with_capacity(left.len());
    while take_readable(&mut left, &mut views, reader) {}
    for view in &left {
        found.extend(mistake(view, &left, reader));
    }
    views.sort_by_key(|view: &SavedView| order.iter().position(|name| *name == view.name));
    (views, bindings)
}

/// Reads those that wait for no other one; false where there are none.
fn take_readable(left: &mut Vec<Unread<'_>>, views: &mut Vec<SavedView>, reader: QueryReader<'_>) -> bool {
    let unread: Vec<String> = left.iter().map(|view| view.name.clone()).collect();
    let known = views.len();
    left.retain_mut(|view| {
        let context =
            QueryContext { unread_views: &unread, ..QueryContext::new(reader.zone, reader.now).with_views(views) };
        match parse_in(&view.query.text, &context) {
            Ok(query) => {
                views.push(SavedView { name: view.name.clone(), query });
                false
            }
            Err(mistake) => {
                view.mistake = Some(mistake);
                true
            }
        }
    });
    views.len() > known && !left.is_empty()
}

/// What is wrong with a view that could not be read. Where it waits for one with a mistake of its own, that one is told alone.
fn mistake(view: &Unread<'_>, left: &[Unread<'_>], reader: QueryReader<'_>) -> Option<ConfigMistake> {
    let mistake = view.mistake.as_ref()?;
    let place = inside::place(reader.file, &view.query.span, &view.query.text, &mistake.span);
    if mistake.waits_for.is_none() {
        let placed = ConfigMistake::at(place, mistake.what.clone());
        return Some(match &mistake.hint {
            Some(hint) => placed.hint(hint.clone()),
            None => placed,
        });
    }
    let next = |view: &Unread<'_>| {
        let name = view.mistake.as_ref()?.waits_for.clone()?;
        left.iter().find(|other| other.name == name)
    };
    let mut at = next(view)?;
    for _ in 0..left.len() {
        if at.name == view.name {
            let what = format!("the view {} asks for itself", quoted(&view.name));
            return Some(
                ConfigMistake::at(place, what).hint("write what it means, without a view that leads back to it"),
            );
        }
        at = next(at)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use chrono::DateTime;

    use crate::config::{ParseContext, parse};
    use crate::domain::schedule::Zone;

    fn read(text: &str) -> Result<Vec<String>, Vec<String>> {
        let context = ParseContext { now: DateTime::UNIX_EPOCH, zones: &Zone::UTC, home: None };
        parse(Path::new("/config.toml"), text, context, &mut |_| Vec::new())
            .map(|config| config.views.iter().map(|view| format!("{}: {}", view.name, view.query)).collect())
            .map_err(|mistakes| {
                let told =
                    mistakes.each().map(|(place, mistake)| format!("{}:{} {}", place.line, place.column, mistake.what));
                told.collect()
            })
    }

    fn views(all: &[(&str, &str)]) -> String {
        all.iter().map(|(name, query)| format!("[[view]]\nname = \"{name}\"\nquery = \"{query}\"\n")).collect()
    }

    #[test]
    fn a_view_may_ask_for_one_that_stands_behind_it() {
        let text = views(&[("both", "view:Boss or view:build"), ("boss", "from:ada"), ("build", "list:ci view:boss")]);
        let means = ["both: from:ada or list:ci from:ada", "boss: from:ada", "build: list:ci from:ada"];
        assert_eq!(read(&text), Ok(means.map(str::to_owned).to_vec()));
    }

    #[test]
    fn a_rule_may_ask_for_a_view() {
        let text = views(&[("boss", "from:ada")]) + "[[lane]]\nname = \"work\"\nmatch = \"view:boss\"\n";
        assert!(read(&text).is_ok());
        assert!(read(&views(&[("mine", "lane:news")])).is_ok(), "a view that no rule asks for may");
        let text = views(&[("mine", "lane:news")]) + "[[lane]]\nname = \"work\"\nmatch = \"view:mine\"\n";
        assert_eq!(read(&text), Err(vec!["6:9 a rule cannot ask for the lane of a message".to_owned()]));
    }

    #[test]
    fn a_view_that_leads_back_to_itself_is_a_mistake() {
        assert_eq!(read(&views(&[("a", "x view:a")])), Err(vec!["3:17 the view `a` asks for itself".to_owned()]));
        let round = read(&views(&[("a", "view:b"), ("b", "view:c"), ("c", "view:a"), ("d", "view:a")]));
        let told = ["3:15 the view `a`", "6:15 the view `b`", "9:15 the view `c`"];
        assert_eq!(round, Err(told.map(|what| format!("{what} asks for itself")).to_vec()));
    }

    #[test]
    fn keys_of_views_keep_their_places() {
        let text = "[[view]]\nname = \"a\"\nquery = \"x\"\nkey = [\"g 1\", \"é\"]\n[[view]]\nname = \"b\"\nquery = \"y\"\nkey = 1\n";
        let context = ParseContext { now: DateTime::UNIX_EPOCH, zones: &Zone::UTC, home: None };
        let mut seen = Vec::new();
        let mistakes = parse(Path::new("/config.toml"), text, context, &mut |keys| {
            let views = keys.views.iter().map(|view| (view.name.clone(), view.keys.clone()));
            seen.extend(views);
            Vec::new()
        });
        let keys = seen.iter().flat_map(|(_, keys)| keys).map(|(key, span)| (key.as_str(), &text[span.clone()]));
        assert_eq!(keys.collect::<Vec<_>>(), [("g 1", "\"g 1\""), ("é", "\"é\"")]);
        let told: Vec<String> = mistakes.unwrap_err().each().map(|(place, _)| place.line.to_string()).collect();
        assert_eq!(told, ["8"], "a number is no key");
    }

    #[test]
    fn what_is_wrong_in_a_view_is_told_once() {
        let told = read(&views(&[("a", "view:b"), ("b", "sbject:x"), ("c", "view:none")]));
        assert_eq!(
            told,
            Err(vec!["6:10 there is no field `sbject:`".to_owned(), "9:15 there is no view `none`".to_owned()])
        );
    }
}
