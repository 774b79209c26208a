//! A page for a web server: one file, without scripts, pictures or anything that is loaded from elsewhere.

use std::fmt::Write as _;

use super::PublishedHours;

const HEAD: &str = "<!doctype html>
<!-- tidebox hours 1 -->
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>When mail is read here</title>
<style>
body { max-width: 34rem; margin: 3rem auto; padding: 0 1rem; font: 1.1rem/1.5 system-ui, sans-serif; color-scheme: light dark; }
td { padding: .15rem 1.5rem .15rem 0; font-variant-numeric: tabular-nums; }
small { opacity: .7; }
</style>
</head>
<body>
<h1>When mail is read here</h1>
";

/// The page: when mail is read next, and the times of the coming days.
#[must_use]
pub fn html(hours: &PublishedHours) -> String {
    let mut out = HEAD.to_owned();
    let stamp = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    match hours.next() {
        Some(next) => {
            let words = escaped(&hours.words(next.opens));
            let _ = writeln!(out, "<p>Next: <time datetime=\"{}\"><b>{words}</b></time>.</p>", stamp(next.opens));
        }
        None => out.push_str("<p>No time is known for the coming days.</p>\n"),
    }
    if !hours.times.is_empty() {
        out.push_str("<table>\n");
        for time in &hours.times {
            let (opens, closes) = (time.opens.with_timezone(&hours.zone), time.closes.with_timezone(&hours.zone));
            let _ = writeln!(
                out,
                "<tr><td>{}</td><td><time datetime=\"{}\">{}</time> to <time datetime=\"{}\">{}</time></td></tr>",
                opens.format("%a %-d %b"),
                stamp(time.opens),
                opens.format("%H:%M"),
                stamp(time.closes),
                closes.format("%H:%M"),
            );
        }
        out.push_str("</table>\n");
    }
    let (made, place) = (hours.made.with_timezone(&hours.zone), escaped(&hours.place(hours.made)));
    let _ = writeln!(
        out,
        "<p><small>Times of {place}. Written on {} for the days until {}.</small></p>\n</body>\n</html>",
        made.format("%-d %b %Y, %H:%M"),
        hours.until.with_timezone(&hours.zone).format("%-d %b %Y"),
    );
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration, Utc};

    use super::html;
    use crate::domain::hours::PublishedHours;
    use crate::domain::schedule::{Window, Zone};

    #[test]
    fn the_page_has_the_times_and_no_name() {
        let now: DateTime<Utc> = "2026-11-30T08:00:00Z".parse().unwrap();
        let opens = now + Duration::hours(1);
        let window =
            Window { checkin: "Therapy".to_owned(), opens, closes: opens + Duration::minutes(45), zone: Zone::UTC };
        let page = html(&PublishedHours::new(&[window], Zone::UTC, now, now + Duration::days(7)));
        assert!(
            page.contains("<time datetime=\"2026-11-30T09:00:00Z\"><b>Mon 30 Nov, 09:00 (UTC)</b></time>"),
            "{page}"
        );
        assert!(page.contains(">09:00</time> to <time datetime=\"2026-11-30T09:45:00Z\">09:45</time>"), "{page}");
        assert!(!page.contains("Therapy") && page.ends_with("</html>\n"));
        let nothing = html(&PublishedHours::new(&[], Zone::UTC, now, now + Duration::days(7)));
        assert!(nothing.contains("No time is known") && !nothing.contains("<table>"));
    }
}
