//! HTML to bare text in linear time, for searching and for what is too tangled to be laid out.

use std::panic::catch_unwind;

use mail_parser::decoders::html::html_to_text;

/// Elements that stand apart from what is before them. The converter would join the words at their edges.
const APART: [&str; 28] = [
    "p",
    "div",
    "br",
    "hr",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "tr",
    "td",
    "th",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "section",
    "article",
    "header",
    "footer",
    "title",
    "img",
];

pub(super) fn text(html: &str) -> String {
    let mut spaced = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        spaced.push_str(before);
        let name = tag.strip_prefix("</").unwrap_or(tag.get(1..).unwrap_or_default());
        let end = name.bytes().take(12).take_while(u8::is_ascii_alphanumeric).count();
        let name = name.get(..end).unwrap_or_default();
        if APART.iter().any(|it| it.eq_ignore_ascii_case(name)) {
            spaced.push(' ');
        }
        spaced.push('<');
        rest = tag.get(1..).unwrap_or_default();
    }
    spaced.push_str(rest);
    catch_unwind(|| html_to_text(&spaced)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn words_stay_apart_and_what_is_no_text_is_left_out() {
        let html = "<style>p{}</style><h1>Title</h1><p>One <b>tw</b>o<ul><li>a<li>b</ul>&amp; &#252;<script>x</script>";
        assert_eq!(text(&"<".repeat(200_000)).trim(), "", "and that in linear time");
        assert_eq!(text(html).split_whitespace().collect::<Vec<_>>(), ["Title", "One", "two", "a", "b", "&", "ü"]);
    }
}
