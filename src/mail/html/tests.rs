//! What of a page is seen: as browsers show it.

use super::{Showing, TextCollector, text, walk};

fn words(html: &str) -> String {
    text(html).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn hidden(html: &str) -> usize {
    walk(html, Showing::Seen, &mut TextCollector::new(1_000_000))
}

#[test]
fn words_stay_apart_and_what_is_no_text_is_left_out() {
    let html = "<title>no</title><style>p{}</style><h1>Title</h1><p>One <b>tw</b>o<ul><li>a<li>b</ul>&amp; &#252;\
                <script>x</script><img alt='a cat' src=y><img alt='' src=z>c<wbr>d e<br>f<table><tr><td>g<td>h</table>";
    assert_eq!(words(html), "Title One two a b & ü[a cat]cd e f g h");
    assert_eq!(text("<p>One\n   two</p>three<div>four</div>"), "One two\nthree\nfour\n");
    assert_eq!(text("<pre>a\n  b</pre>"), "a\n  b\n");
}

/// Pages that browsers show, and whose words must be there.
#[test]
fn what_browsers_show_is_seen() {
    for html in [
        "<!-- x --->word",
        "<a href='x>y'>word</a>",
        "<select><option>word</select>",
        "<noscript>word</noscript>",
        "<head><p>word",
        "<textarea>word</textarea>",
        "<table><tfoot><tr><td>word</table>",
        "<table>word<tr><td></table>",
        "<table><caption>word</caption></table>",
        "<ol>word<li></ol>",
        "<dl>word</dl>",
        "<svg><text>word</text></svg>",
        "<details>word</details>",
        "<td>word",
        "<style>.b{display:none} .b{display:block}</style><p class=b>word",
        "<style>.b{display:none}</style><p class=b style='display:block'>word",
        "<style>.b{display:none} p.b{display:block} .b{display:none}</style><p class=b>word",
        "<style>.b{display:none} p.b{display:inline!important}</style><p class=b style='display:none'>word",
        "<style>@media print{.b{display:none}} .d:not(.d){display:none}</style><p class='b d'>word",
        "<style>@media (max-width:600px){.b{display:none}}</style><p class=b>word",
        "<style>.b:hover{display:none} .b::after{display:none} .c .b{display:none}</style><p class=b>word",
        "<!-- <style>p{display:none}</style> --><p>word",
        "<p style='display:none;display:block'>word",
        "<p style='font-size:0;font-size:12px'>word",
        "<p style='visibility:hidden;visibility:visible'>word",
        "<p style='opacity:0;opacity:1'>word",
        "<p title='style=font-size:0'>word",
        "<p data-style='font-size:0'>word",
        "<p style='--x:display:none'>word",
        "<p style='/*display:none*/color:red'>word",
        "<p style='background:#fff;color:#fff;color:#000'>word",
        "<p style='display:nonsense'>word",
        "<p style='mso-hide:all'>word",
        "<p hidden style='display:block'>word",
        "<div style='visibility:hidden'>no<p style='visibility:visible'>word</p></div>",
        "<div style='font-size:0'><p style='font-size:14px'>word</p></div>",
        "<p style='font-size:0.9em;opacity:0.5'>word",
        "<p style='color:#fff;background:#000'>word",
        "<table><tr><td bgcolor=#000><font color=white>word",
        "<table background=x.png><tr><td style='color:#fff'>word",
        "<table bgcolor=black><tr><td><a href=x style='color:#fff'>word</a></table>",
        "<div style='background:url(x.png) #fff'><p style='color:#fff'>word",
        "<p style='color:transparent;background:linear-gradient(red,blue);-webkit-background-clip:text'>word",
        "<p style='text-indent:-20px'>word",
        "<p style='left:-9999px'>word",
        "<p style='clip:rect(0,0,0,0)'>word",
        "<span style='max-height:0;overflow:hidden'>word</span>",
        "<p style='max-height:0'>word",
        "<p style='display:none'>no</p>word",
        "<p><b style='display:none'>no</b>word",
        "<p><span style='display:none'>no<div>word",
        "<div style='font-size:0'><table style='font-size:12px'><tr><td>word</table></div>",
        "<style>.a + .b{background:#000}</style><p class=a><p class=b style='color:#fff'>word",
        "<p style=\"font-family:'a;display:none'\">word",
        "<p STYLE=display:block>word",
    ] {
        assert_eq!(words(html).replace("no ", ""), "word", "{html}");
    }
}

#[test]
fn what_browsers_hide_is_left_out_and_counted() {
    for html in [
        "<p style='display:none'>secret",
        "<p hidden>secret",
        "<template>secret</template>",
        "<style>.b{display:block} .b{display:none}</style><p class=b>secret",
        "<style>#i{display:none} p.b{display:block}</style><p class=b id=i>secret",
        "<style>.b{display:none!important}</style><p class=b style='display:block'>secret",
        "<style>td > .b{display:none}</style><table><tr><td><p class=b>secret</table>",
        "<style>@media screen{.b{visibility:hidden}}</style><p class=b>secret",
        "<style>[data-x=y]{display:none}</style><p data-x=y>secret",
        "<style>.b{font-size:0}</style><p class=b>secret",
        "<style>.b{position:absolute;left:-9999px}</style><p class=b>secret",
        "<style>.b{position:absolute;clip:rect(0,0,0,0)}</style><p class=b>secret",
        "<style>.b{text-indent:-9999px}</style><p class=b>secret",
        "<style>.b{color:#fff}</style><p class=b>secret",
        "<p style='clip-path:inset(50%)'>secret",
        "<p style='font:0/0 a'>secret",
        "<p style='FONT-SIZE: 0px !important; x:y'>secret",
        "<p style='font-size:.0em'>secret",
        "<p style='font-size:1px'>secret",
        "<div style='font-size:0'><div><b>secret</b></div></div>",
        "<div style='font-size:1px'><p style='font-size:100%'>secret",
        "<p style='opacity:0'><b style='opacity:1'>secret</b>",
        "<p style='visibility : hidden'>secret",
        "<p style='color:#fff;background:#FFFFFF'>secret",
        "<p style='color: white; background-color: rgb(255, 255, 255)'>secret",
        "<p style='color:#fefefe'>secret",
        "<font color=white>secret</font>",
        "<font color=ffffff>secret</font>",
        "<body bgcolor=black text=black>secret",
        "<table bgcolor='#eee'><tr><td><table bgcolor='#123456'><tr><td><font color='#123456'>secret",
        "<p style='color:transparent'>secret",
        "<div style='max-height:0;overflow:hidden'>secret</div>",
        "<div style='height:1px;width:1px;overflow:hidden;position:absolute'>secret</div>",
        "<span style='display:inline-block;width:0;overflow:hidden'>secret</span>",
        "<p style='margin-left:-9999px'>secret",
        "<p style='transform:scale(0)'>secret",
        "<p style='display&#58;none'>secret",
        "<font style='display:none'><p>secret</p></font>",
        "<p><font style='display:none'>secret<p>secret",
        "<table style='display:none'><tr><td>secret</table>",
        "<span style='display:none'><div>secret</span>secret</div>secret",
    ] {
        assert_eq!(words(html), "", "{html}");
        assert!(hidden(html) > 0, "{html}");
        assert!(super::text_with_hidden(html).contains("secret"), "{html}");
    }
    assert_eq!(hidden("<p style='display:none'>two words, &nbsp; &zwnj; …</p>seen"), 2);
    assert_eq!(hidden("<style>p{x:y}</style><script>x</script><!-- x --><title>x</title>seen"), 0);
}

#[test]
fn any_page_takes_linear_time() {
    for piece in [
        "<",
        "<b>",
        "<p>",
        "</p>",
        "<table>",
        "<td>",
        "<a href=x>",
        "<b><p>",
        "<i></b>",
        "<span></i>",
        "<div style='font-size:0'>x",
        "<ul><li>",
        "<li>",
        "<dl><dd>",
        "<select><option>",
        "<p ",
        "&#",
        "<svg><title>",
        "<font><table>",
        "<p style='",
        "</table>",
        "<i><table><td><span>",
        "</i>",
    ] {
        walk(&piece.repeat(100_000), Showing::Seen, &mut TextCollector::new(1_000_000));
    }
    let deep = format!("<i><table><tr><td>{}{}", "<span>".repeat(490), "</i>".repeat(200_000));
    walk(&deep, Showing::Seen, &mut TextCollector::new(1_000_000));
    let classes =
        format!("<style>{}</style>{}", ".a .b .c{display:none}".repeat(2_000), "<p class='a c'>x".repeat(5_000));
    walk(&classes, Showing::Seen, &mut TextCollector::new(1_000_000));
}
