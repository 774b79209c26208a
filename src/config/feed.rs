//! A source of kind `feed`: RSS, Atom or JSON Feed on the web.

use std::time::Duration;

use super::length;
use super::mistake::{ConfigMistake, quoted};
use super::source_kind::{FEED_INTERVAL, SourceKind};
use super::table::{FoundMistakes, TomlTable};
use crate::domain::url::{UrlAuthority, UrlSyntax};

/// The keys that only such a source has.
pub(super) const KEYS: [&str; 2] = ["url", "every"];

const URL: &str = "the address of a feed, such as `\"https://example.org/feed.xml\"`";
const EVERY: &str = "a length from `\"5m\"` to `\"7d\"`";

pub(super) fn read(section: &TomlTable<'_>, found: &mut FoundMistakes) -> Option<SourceKind> {
    let every = length::seconds(section, "every", 300..=7 * 86_400, EVERY, found);
    let url = section.needed("url", URL, found)?;
    let text = url.text.as_ref();
    let web = ["https://", "http://"]
        .iter()
        .any(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    let authority = UrlAuthority::of(text, UrlSyntax::Strict);
    if authority.is_some_and(UrlAuthority::names_user) {
        // The text is not quoted, because it has a password in it.
        let mistake = ConfigMistake::at(url.span.start..url.span.start, "an address with a name or password in it");
        found.push(
            mistake.expected(URL).hint("a feed that asks for a password is read by a command, `kind = \"exec\"`"),
        );
        return None;
    }
    if !web
        || authority.is_none_or(|it| it.as_str().is_empty())
        || text.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        found.push(ConfigMistake::at(url.span, format!("{} is no address on the web", quoted(text))).expected(URL));
        return None;
    }
    Some(SourceKind::Feed { url: url.text.into_owned(), every: every.map_or(FEED_INTERVAL, Duration::from_secs) })
}
