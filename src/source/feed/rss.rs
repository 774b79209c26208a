//! Entries of RSS (rssboard.org/rss-specification, and web.resource.org/rss/1.0 for RDF).

use chrono::{DateTime, Utc};

use super::address::joined;
use super::entry::Entry;
use super::links::{attach, inner_base, media};
use super::markup::XmlElement;
use super::namespace::Namespace;
use crate::mail;

/// Reads an `item`. `html` says whether its description is HTML (RSS 2.0) or plain text (RSS 1.0).
pub(super) fn entry(item: &XmlElement, base: &str, html: bool) -> Entry {
    let base = &inner_base(base, item);
    let mut entry = Entry::default();
    let (mut description, mut content) = (None, None);
    let (mut updated, mut elsewhere) = (None, None);
    for child in item.children() {
        let base = &inner_base(base, child);
        match (child.namespace, child.name.as_str()) {
            (Namespace::Rss, "title") => entry.title = child.text(),
            (Namespace::Rss, "link") => entry.link = entry.link.take().or_else(|| address(base, &child.text())),
            (Namespace::Rss, "guid") => {
                let id = child.text();
                // A guid is also the address of the entry, unless its attribute says that it is not.
                let is_address = child.attribute("isPermaLink").is_none_or(|it| it.trim().eq_ignore_ascii_case("true"));
                elsewhere = elsewhere.or_else(|| is_address.then(|| address("", &id))?);
                entry.id = Some(id).filter(|id| !id.is_empty());
            }
            (Namespace::Rss, "description") => description = text(child, html).or(description),
            (Namespace::DublinCore, "description") => description = description.or_else(|| text(child, false)),
            (Namespace::Content, "encoded") => content = text(child, true).or(content),
            (Namespace::Rss, "author") | (Namespace::DublinCore, "creator") if entry.author.is_empty() => {
                entry.author = person(&child.text()).unwrap_or_default();
            }
            (Namespace::Rss, "pubDate") | (Namespace::DublinCore, "date") => entry.date = date(child).or(entry.date),
            (Namespace::Rss | Namespace::Atom, "updated") => updated = date(child).or(updated),
            (Namespace::Rss, "enclosure") => {
                attach(&mut entry, child.attribute("url").and_then(|url| address(base, url)));
            }
            (Namespace::Atom, "link") => {
                let alternate = child.attribute("rel").is_none_or(|rel| rel == "alternate");
                let href = child.attribute("href").filter(|_| alternate);
                elsewhere = elsewhere.or_else(|| address(base, href?));
            }
            (Namespace::MediaRss, _) => media(child, base, &mut entry),
            _ => {}
        }
    }
    entry.link = entry.link.or(elsewhere);
    entry.date = entry.date.or(updated);
    (entry.body, entry.html) = content.or(description).unwrap_or_default();
    entry
}

fn address(base: &str, reference: &str) -> Option<String> {
    if reference.trim().is_empty() { None } else { joined(base, reference) }
}

/// A text, and whether it is HTML; `None` if it is empty. A text with elements in it is HTML that should have been escaped.
fn text(element: &XmlElement, html: bool) -> Option<(String, bool)> {
    let text = if element.has_children() { (element.inner_html(), true) } else { (element.text(), html) };
    (!text.0.is_empty()).then_some(text)
}

fn date(element: &XmlElement) -> Option<DateTime<Utc>> {
    mail::date(&element.text())
}

/// The name of a person, without the mail address that may stand beside it: `ann@example.org (Ann Example)`. `None` if there
/// is only an address.
pub(super) fn person(text: &str) -> Option<String> {
    let text = text.trim();
    let around = |c: char| c.is_whitespace() || "<>()[]\"".contains(c);
    let name = match text.split(around).find(|word| is_mail(word)) {
        Some(address) => {
            let (before, after) = text.split_once(address).unwrap_or_default();
            if before.len() > after.len() { before } else { after }.trim_matches(around)
        }
        None => text,
    };
    (!name.is_empty()).then(|| name.to_owned())
}

fn is_mail(word: &str) -> bool {
    let domain =
        word.split_once('@').filter(|(user, _)| !user.is_empty()).and_then(|(_, domain)| domain.split_once('.'));
    domain.is_some_and(|(host, rest)| !host.is_empty() && !rest.is_empty() && !rest.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::person;

    #[test]
    fn of_a_person_the_name_is_told_and_never_the_address() {
        for (text, wanted) in [
            ("ann@e.example (Ann Example)", Some("Ann Example")),
            ("Ann Example <ann@e.example>", Some("Ann Example")),
            ("Ann Example (mailto:ann@e.example)", Some("Ann Example")),
            (" Ann, Bob & Cy ", Some("Ann, Bob & Cy")),
            ("ann@home", Some("ann@home")),
            ("ann@e.example", None),
            ("<ann@e.example>", None),
            (" ", None),
        ] {
            assert_eq!(person(text).as_deref(), wanted, "{text}");
        }
    }
}
