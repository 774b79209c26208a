//! Text that a page writes so that nobody sees it: letters of no size, or in the colour of what is behind them.
//!
//! Only text right behind the element that says so is left out. Around other elements the same styles are an honest
//! way to lay out a page.

use std::borrow::Cow;

/// The document without text that can't be seen. What hides whole elements is the layout's to know.
pub(super) fn left_out(html: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut done = 0;
    for (at, _) in html.match_indices('<') {
        let tag = html.get(at + 1..).unwrap_or_default();
        if at < done || !tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let Some(end) = tag.find('>').map(|end| at + 1 + end + 1) else { break };
        if !hides(html.get(at..end).unwrap_or_default()) {
            continue;
        }
        let text = html.get(end..).unwrap_or_default();
        let next = text.find('<').unwrap_or(text.len());
        if !text.get(..next).unwrap_or_default().trim().is_empty() {
            out.push_str(html.get(done..end).unwrap_or_default());
            done = end + next;
        }
    }
    if done == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(html.get(done..).unwrap_or_default());
    Cow::Owned(out)
}

/// Whether a tag's own style makes the text in it invisible.
fn hides(tag: &str) -> bool {
    let lower = tag.to_ascii_lowercase();
    let Some((_, style)) = lower.split_once("style") else { return false };
    let mut text = None;
    let mut behind = None;
    for declaration in style.split([';', '"', '\'']) {
        let Some((name, value)) = declaration.split_once(':') else { continue };
        let value: String = value.replace("!important", "").split_whitespace().collect();
        match name.trim_matches(|c: char| c.is_whitespace() || c == '=') {
            "font-size" | "opacity" if is_nothing(&value) => return true,
            "visibility" if matches!(value.as_str(), "hidden" | "collapse") => return true,
            "mso-hide" if value == "all" => return true,
            "color" if value == "transparent" => return true,
            "color" => text = Some(colour(&value)),
            "background" | "background-color" => behind = Some(colour(&value)),
            _ => {}
        }
    }
    text.is_some() && text == behind
}

/// `0`, `0px`, `0.0em`, `.0`.
fn is_nothing(value: &str) -> bool {
    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || matches!(c, '%' | '>'));
    !number.is_empty() && number.chars().all(|c| matches!(c, '0' | '.')) && number.contains('0')
}

/// The same colour written in the same way: `#fff` is `#ffffff`, `white` is both.
fn colour(value: &str) -> String {
    let value = value.trim_end_matches('>');
    match value.strip_prefix('#') {
        Some(short) if short.len() == 3 => short.chars().flat_map(|c| [c, c]).collect(),
        Some(long) => long.to_owned(),
        None if value == "white" => "ffffff".to_owned(),
        None if value == "black" => "000000".to_owned(),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::left_out;

    #[test]
    fn letters_without_size_or_contrast_are_left_out() {
        for style in [
            "font-size:0",
            "FONT-SIZE: 0px !important; x:y",
            "font-size:.0em",
            "opacity:0",
            "visibility : hidden",
            "color:#fff;background:#FFFFFF",
            "color: white; background-color: #fff",
            "color:transparent",
            "mso-hide:all",
        ] {
            assert_eq!(left_out(&format!("<p style='{style}'>secret</p>seen")), format!("<p style='{style}'></p>seen"));
        }
    }

    #[test]
    fn what_can_be_seen_stays() {
        for html in [
            "<td style='font-size:0px'> <div style='font-size:14px'>a</div></td>",
            "<p style='font-size:0.9em;opacity:0.5'>b</p>",
            "<p style='color:#fff;background:#000'>c</p>",
            "<p title='font-size:0'>d</p>",
            "1 < 2 <p style='font-size:0",
            "<p style>e</p>",
        ] {
            assert_eq!(left_out(html), html);
        }
        left_out(&"<p style='font-size:0'>x".repeat(100_000));
        left_out(&"<p ".repeat(100_000));
    }
}
