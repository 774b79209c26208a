//! The tree of a page that `Tidy` has written, for html2text.
//!
//! html5ever builds the tree as a browser does (HTML Standard, §13.2.6). The page is cut into tags and text here: `Tidy` writes few
//! forms of them, and the reader of html5ever brings a table of all named characters, 230 kB of pointers that every start of the
//! program would set.

use html2text::RcDom;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink as _};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink as _};
use html5ever::{Attribute, LocalName, QualName, ns};

pub(super) fn tree(page: &str) -> RcDom {
    let options = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let builder = TreeBuilder::new(RcDom::default(), options);
    // Each answer says how to read on, which matters for scripts and the like; there are none.
    let take = |token| _ = builder.process_token(token, 1);
    let mut rest = page.strip_prefix('\u{FEFF}').unwrap_or(page);
    while !rest.is_empty() {
        if let Some((inside, after)) = rest.strip_prefix('<').and_then(|it| it.split_once('>')) {
            take(Token::TagToken(tag(inside)));
            rest = after;
        } else {
            let end = rest.find('<').filter(|at| *at > 0).unwrap_or(rest.len());
            let (text, after) = rest.split_at(end);
            take(Token::CharacterTokens(unescaped(text)));
            rest = after;
        }
    }
    take(Token::EOFToken);
    builder.end();
    builder.sink.finish()
}

/// A tag of what stands between its brackets: `p`, `/p`, `a href="https://a.example/"`.
fn tag(inside: &str) -> Tag {
    let (kind, inside) = match inside.strip_prefix('/') {
        Some(name) => (TagKind::EndTag, name),
        None => (TagKind::StartTag, inside),
    };
    let (name, mut rest) = inside.split_once(' ').unwrap_or((inside, ""));
    let mut attrs = Vec::new();
    while let Some((name, after)) = rest.split_once("=\"") {
        let (value, after) = after.split_once('"').unwrap_or((after, ""));
        let name = QualName::new(None, ns!(), LocalName::from(name.trim_start()));
        attrs.push(Attribute { name, value: unescaped(value) });
        rest = after;
    }
    Tag { kind, name: LocalName::from(name), self_closing: false, attrs, had_duplicate_attributes: false }
}

fn unescaped(text: &str) -> StrTendril {
    if !text.contains(['&', '\r']) {
        return StrTendril::from(text);
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    StrTendril::from(text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use html2text::config;
    use proptest::prelude::*;

    use super::super::sanitize::Tidy;
    use super::super::tables;
    use super::tree;
    use crate::mail::html::{self, Showing};

    /// Pieces of pages, among them what elements may not hold and what is closed in the wrong place.
    const PIECES: &[&str] = &[
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "<code>",
        "</code>",
        "<h1>",
        "</h1>",
        "<h2>",
        "</h2>",
        "<ul>",
        "</ul>",
        "<ol start=3>",
        "</ol>",
        "<li>",
        "</li>",
        "<pre>",
        "</pre>",
        "<table>",
        "</table>",
        "<tr>",
        "</tr>",
        "<td>",
        "</td>",
        "<td colspan=3>",
        "<th>",
        "</th>",
        "<tbody>",
        "</tbody>",
        "<blockquote type=cite>",
        "<blockquote>",
        "</blockquote>",
        "<a href='https://a.example/?x=1&amp;copy=2&quot;&gt;'>",
        "</a>",
        "<br>",
        "<wbr>",
        "<dl>",
        "<dt>",
        "<dd>",
        "</dl>",
        "<span style='white-space:pre'>",
        "</span>",
        "<center>",
        "</center>",
        "<s>",
        "</s>",
        "<sup>",
        "</sup>",
        "\n",
        " ",
        "\r\n",
        "\t",
        "&lt;p&gt;",
        "&amp;amp;",
        "&copy;",
        "&",
        "<",
        "\u{200B}",
        "\u{FEFF}",
        "one",
        "two words",
        "3",
        "日本語",
    ];

    fn tidied(page: &str) -> String {
        let (plans, _) = tables::plans(page, Showing::Seen, 60);
        let mut tidy = Tidy::new(plans);
        html::walk(page, Showing::Seen, &mut tidy);
        tidy.finish().0
    }

    /// The tree as html5ever reads the page, with both written out.
    fn both(page: &str) -> (String, String) {
        let page = tidied(page);
        let written = |dom: html2text::RcDom| {
            let mut out = Vec::new();
            dom.serialize(&mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        (written(tree(&page)), written(config::plain().parse_html(page.as_bytes()).unwrap()))
    }

    proptest! {
        #[test]
        fn the_tree_is_the_one_that_html5ever_reads(pieces in prop::collection::vec(0..PIECES.len(), 0..40)) {
            let page: String = pieces.iter().filter_map(|at| PIECES.get(*at).copied()).collect();
            let (ours, theirs) = both(&page);
            prop_assert_eq!(ours, theirs, "{:?}", page);
        }
    }
}
