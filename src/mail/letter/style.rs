//! Style sheets of HTML, cut down to what decides whether something is seen: everything else costs time and changes
//! nothing here. Selectors that would be tried on every element and all that is around it are counted beforehand.

use std::borrow::Cow;

use crate::domain::limits::HTML_STYLE_STEPS;

/// A longer selector is made by a program that forgot to stop.
const SELECTOR_BYTES: usize = 200;
/// One step from element to element around it; with more of them the ways to try multiply.
const STEPS_OUT: usize = 1;

/// The document with its style sheets cut down. `elements` and `depth` say on how much each rule would be tried.
pub(super) fn cut_down(html: &str, elements: usize, depth: usize) -> Cow<'_, str> {
    let lower = html.to_ascii_lowercase();
    if !lower.contains("<style") {
        return Cow::Borrowed(html);
    }
    let mut steps = HTML_STYLE_STEPS;
    let mut out = String::with_capacity(html.len());
    let mut done = 0;
    while let Some(at) = lower.get(done..).and_then(|rest| rest.find("<style")).map(|at| done + at) {
        let from = lower.get(at..).and_then(|rest| rest.find('>')).map_or(html.len(), |end| at + end + 1);
        let to = lower.get(from..).and_then(|rest| rest.find("</style")).map_or(html.len(), |end| from + end);
        out.push_str(html.get(done..from).unwrap_or_default());
        rules(html.get(from..to).unwrap_or_default(), &mut steps, elements, depth, &mut out);
        done = to;
    }
    out.push_str(html.get(done..).unwrap_or_default());
    Cow::Owned(out)
}

/// The rules that hide something, or keep its line ends, as far as the steps reach.
fn rules(css: &str, steps: &mut usize, elements: usize, depth: usize, out: &mut String) {
    let css = without_comments(css);
    let mut rest = css.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        // What ends with a semicolon stands alone: `@import`, `@charset`.
        let selectors = before.rsplit(';').next().unwrap_or_default().trim();
        let (body, behind) = block(after);
        rest = behind;
        // Rules for printing, for small screens and the like are not for here.
        if selectors.starts_with('@') || !matters(body) {
            continue;
        }
        let kept: Vec<&str> = selectors
            .split(',')
            .map(str::trim)
            .filter(|selector| {
                let out = selector.split_whitespace().count().saturating_sub(1);
                let cost = elements.saturating_mul(1 + out * depth);
                let simple =
                    selector.len() <= SELECTOR_BYTES && out <= STEPS_OUT && !selector.contains(['(', '>', '+', '~']);
                let affordable = simple && cost <= *steps;
                if affordable {
                    *steps -= cost;
                }
                affordable
            })
            .collect();
        if !kept.is_empty() {
            out.push_str(&format!("{}{{{body}}}\n", kept.join(",")));
        }
    }
}

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

fn matters(body: &str) -> bool {
    let body = body.to_ascii_lowercase();
    body.len() <= SELECTOR_BYTES * 10
        && ["display", "overflow", "white-space"].iter().any(|property| body.contains(property))
        && !body.contains('{')
}

fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, behind)| behind);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::cut_down;

    #[test]
    fn what_hides_stays_and_the_rest_goes() {
        let html = "<style>@import 'x'; p { color: red } /* .a{display:none} */ .b, .c d { display:none }\
                    @media print { .e { display:none } } .f g h { display:none } .i{overflow:hidden;max-height:0}</style><p>x";
        let out = cut_down(html, 100, 10);
        assert_eq!(out, "<style>.b,.c d{ display:none }\n.i{overflow:hidden;max-height:0}\n</style><p>x");
        assert_eq!(cut_down("<p>plain", 1, 1), "<p>plain");
    }

    #[test]
    fn floods_of_rules_end_where_the_steps_do() {
        let rules: String = (0..100_000).map(|n| format!(".a{n}{{display:none}}")).collect();
        let out = cut_down(&format!("<STYLE>{rules}"), 20_000, 400).into_owned();
        assert_eq!(out.matches("display").count(), 500);
        assert!(cut_down(&format!("<style>{}{{display:none}}", "div ".repeat(1_000)), 10, 10).len() < 20);
        cut_down(&"<style>a{".repeat(100_000), 10, 10);
    }
}
