//! Holds `src/config`, `src/cli`: the pages of the site. Each is in the table of contents, each link within the project leads to
//! a file and a heading that are there, and each block of settings on them can be read. Links to the outside are not opened;
//! `scripts/site` lists them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use chrono::{TimeZone as _, Utc};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use tidebox::config::{ParseContext, parse};
use tidebox::domain::schedule::Zone;

use super::documented_commands::{fences, pages};

/// Blocks of TOML that are not settings of tidebox, by their page and first line.
const OF_OTHERS: [(&str, &str); 1] = [("docs/status.md", "[custom.tidebox]")];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn events(text: &str) -> impl Iterator<Item = Event<'_>> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

/// What a page refers to: links and pictures.
fn links(text: &str) -> Vec<String> {
    let link = |event| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url.into_string()),
        _ => None,
    };
    events(text).filter_map(link).collect()
}

/// The anchors of a page's headings, as mdBook and forges make them.
fn anchors(text: &str) -> HashSet<String> {
    let (mut found, mut heading) = (HashSet::new(), None::<String>);
    for event in events(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                let title = heading.take().unwrap_or_default().to_lowercase();
                let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
                found.insert(kept.map(|c| if c == ' ' { '-' } else { c }).collect());
            }
            Event::Text(text) | Event::Code(text) => heading.iter_mut().for_each(|title| title.push_str(&text)),
            _ => {}
        }
    }
    found
}

/// A path without `..` in it.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            out.pop();
        } else {
            out.push(part);
        }
    }
    out
}

/// What is wrong with a link of a page.
fn mistake(pages: &BTreeMap<String, String>, page: &str, link: &str) -> Option<String> {
    if link.starts_with("https://") || (link.contains('@') && !link.contains('/')) {
        return None;
    }
    if link.contains("://") {
        return Some("it leads outside, and not by https".to_owned());
    }
    let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
    let target = if file.is_empty() {
        PathBuf::from(page)
    } else {
        plain(&Path::new(page).parent().unwrap_or(Path::new("")).join(file))
    };
    if page.starts_with("docs/") && !target.starts_with("docs") {
        return Some("it leads out of the site".to_owned());
    }
    if !root().join(&target).exists() {
        return Some("there is no such file".to_owned());
    }
    let anchor = anchor?;
    let text = pages.get(&target.display().to_string())?;
    (!anchors(text).contains(anchor)).then(|| "there is no such heading".to_owned())
}

#[test]
fn every_link_within_the_project_leads_somewhere() {
    let pages = pages();
    let (mut wrong, mut found) = (Vec::new(), 0);
    for (page, text) in &pages {
        for link in links(text) {
            found += 1;
            if let Some(what) = mistake(&pages, page, &link) {
                wrong.push(format!("{page}: {link}: {what}"));
            }
        }
    }
    assert!(found > 150, "only {found} links");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_page_is_in_the_table_of_contents_once() {
    let pages = pages();
    let listed: Vec<String> = links(&pages["docs/SUMMARY.md"]).iter().map(|link| format!("docs/{link}")).collect();
    let there = pages.keys().filter(|page| page.starts_with("docs/") && *page != "docs/SUMMARY.md");
    assert_eq!(listed.iter().collect::<BTreeSet<_>>(), there.collect::<BTreeSet<_>>());
    assert_eq!(listed.len(), listed.iter().collect::<BTreeSet<_>>().len(), "a page is listed twice");
}

/// What is wrong with a text as the settings; `None` where nothing is.
fn wrong_settings(text: &str) -> Option<String> {
    let now = Utc.with_ymd_and_hms(2026, 11, 23, 9, 0, 0).unwrap();
    let context = ParseContext { now, zones: &Zone::UTC, home: Some(Path::new("/home/ann")) };
    let read = parse(Path::new("/config.toml"), text, context, &mut |_| Vec::new());
    read.err().map(|mistakes| mistakes.to_string())
}

/// Whether these are lines of an account: all together, or each a choice of its own.
fn is_of_an_account(text: &str) -> bool {
    const ACCOUNT: &str = "[[source]]\nname = \"x\"\nkind = \"imap\"\nhost = \"imap.example.org\"\nuser = \"x\"\n";
    let fits = |lines: &str| {
        let secrets = ["", "password = { env = \"X\" }\n"];
        secrets.iter().any(|secret| wrong_settings(&format!("{ACCOUNT}{secret}{lines}")).is_none())
    };
    fits(text) || text.lines().all(fits)
}

#[test]
fn every_block_of_settings_can_be_read() {
    let (mut read, mut parts, mut wrong) = (0, 0, Vec::new());
    for (page, text) in pages() {
        for fence in fences(&text).iter().filter(|fence| fence.language == "toml") {
            let first = fence.text.lines().next().unwrap_or_default();
            if OF_OTHERS.contains(&(page.as_str(), first)) {
                continue;
            }
            read += 1;
            match wrong_settings(&fence.text) {
                Some(_) if !first.starts_with('[') && is_of_an_account(&fence.text) => parts += 1,
                Some(mistakes) => wrong.push(format!("{page}: {first}\n{mistakes}")),
                None => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(read > 80 && parts < 10, "{read} blocks, {parts} of them only lines of an account");
}

/// The check bites: it is tried on what it is to find.
#[test]
fn a_dead_link_is_found() {
    let page = "# Some Title, here\n\n[a](docs/none.md) [b](#some-title-here) [c](#none) [d](http://x.example) [e](README.md)\n";
    let pages = BTreeMap::from([("README.md".to_owned(), page.to_owned())]);
    let found: Vec<bool> = links(page).iter().map(|link| mistake(&pages, "README.md", link).is_some()).collect();
    assert_eq!(found, [true, false, true, true, false]);
    assert_eq!(plain(Path::new("docs/recipes/../query.md")), Path::new("docs/query.md"));
}

#[test]
fn pages_show_pictures_that_are_there() {
    for name in ["docs/pictures/queue.svg", "docs/pictures/door.svg", "docs/pictures/first-batch.svg"] {
        let picture = fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(picture.starts_with("<svg ") && picture.trim_end().ends_with("</svg>"), "{name}");
    }
}
