//! Holds `src/source/feed`, `src/net/http.rs`: feeds of every format, from a server of the test on a loopback port.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tidebox::domain::envelope::Envelope;
use tidebox::mail;
use tidebox::source::feed::Feed;
use tidebox::source::{FetchedMessage, SourceError};

use super::Taken;

const RSS: &[u8] = include_bytes!("../../fixtures/feeds/rss2.xml");
const ATOM: &[u8] = include_bytes!("../../fixtures/feeds/atom.xml");
const JSON: &[u8] = include_bytes!("../../fixtures/feeds/feed.json");

/// A server that answers each request with its next answer, and repeats the last one. It keeps the requests.
struct Web {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Web {
    fn of(answers: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/feed", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let Ok(stream) = stream else { return };
                noted.lock().unwrap().push(request(&stream));
                let answer = answers.get(number).or(answers.last()).unwrap();
                // The client may have closed the connection when it has read enough.
                let _ = (&stream).write_all(answer);
            }
        });
        Self { url, asked }
    }

    fn serving(body: &[u8]) -> Self {
        Self::of(vec![ok("", body)])
    }

    fn feed(&self) -> Feed {
        Feed::new("news", &self.url, Duration::from_hours(1))
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn request(stream: &TcpStream) -> String {
    let lines = BufReader::new(stream).lines();
    lines.map_while(Result::ok).take_while(|line| !line.is_empty()).map(|line| line + "\n").collect()
}

fn ok(fields: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{fields}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn status(line: &str) -> Vec<u8> {
    format!("HTTP/1.1 {line}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").into_bytes()
}

fn parsed(handed: &[FetchedMessage]) -> Vec<Envelope> {
    handed.iter().map(|it| mail::parse(&it.raw).envelope).collect()
}

fn taken(body: &[u8]) -> Vec<FetchedMessage> {
    let (handed, outcome) = Taken::default().read(&mut Web::serving(body).feed());
    outcome.unwrap();
    handed
}

fn failure(answer: Vec<u8>) -> SourceError {
    Taken::default().read(&mut Web::of(vec![answer]).feed()).1.unwrap_err()
}

fn shown(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw).replace("\r\n", "\n")
}

#[test]
fn an_rss_feed_is_read_with_its_content_and_what_belongs_to_it() {
    let handed = taken(RSS);
    let read = parsed(&handed);
    let subjects: Vec<&str> = read.iter().map(|it| it.subject.as_str()).collect();
    assert_eq!(subjects, ["Q&A: what the harbour master said", "An episode", "(no title)"]);
    assert_eq!(read[0].from.name, "Ann Example (Tide & Time)");
    assert_eq!(read[1].from.name, "Tide & Time");
    assert_eq!(read[0].list.as_deref(), Some("127.0.0.1"));
    assert_eq!(read[0].date, Some("2026-11-22T08:00:00Z".parse().unwrap()));
    assert_eq!((handed[0].copy.location.key.as_str(), handed[0].copy.flags.is_read()), ("tide-12", Some(false)));
    assert_eq!(handed[1].copy.location.key, "https://tide.example/2026/episode");
    let first = shown(&handed[0].raw);
    assert!(first.contains("text/html") && first.contains("<b>ten</b>"), "{first}");
    assert!(first.contains("<a href=\"https://tide.example/2026/harbour\">"), "{first}");
    assert!(!first.contains("A short summary"), "the whole is there");
    assert!(shown(&handed[1].raw).contains("href=\"https://tide.example/episode.mp3?a=1&amp;b=2\""));
    assert_eq!(handed[2].copy.received, super::now(), "without a date it came now");
}

#[test]
fn an_atom_feed_is_read_with_its_people_and_kinds_of_text() {
    let handed = taken(ATOM);
    let read = parsed(&handed);
    let lines: Vec<(&str, &str)> = read.iter().map(|it| (it.subject.as_str(), it.from.name.as_str())).collect();
    assert_eq!(lines, [("Plain words", "Bob Example (Rust & sea)"), ("Less: <", "Cy Example (Rust & sea)")]);
    let plain = shown(&handed[0].raw);
    assert!(plain.contains("text/plain") && plain.contains("Nothing <marked> here."), "{plain}");
    assert!(plain.contains("https://atom.example/blog/plain.html"), "links are whole: {plain}");
    assert!(shown(&handed[1].raw).contains("<strong>two</strong>"));
    assert_eq!(read[1].date, Some("2026-11-21T11:00:00Z".parse().unwrap()), "when it was published");
}

#[test]
fn a_json_feed_is_read() {
    let handed = taken(JSON);
    let read = parsed(&handed);
    let lines: Vec<(&str, &str)> = read.iter().map(|it| (it.subject.as_str(), it.from.name.as_str())).collect();
    assert_eq!(lines, [("Seven", "Dee Example (Lists in JSON)"), ("(no title)", "Eve Example (Lists in JSON)")]);
    let keys: Vec<&str> = handed.iter().map(|it| it.copy.location.key.as_str()).collect();
    assert_eq!(keys, ["7", "https://json.example/6"]);
    assert!(shown(&handed[0].raw).contains("<i>kinds</i>") && shown(&handed[0].raw).contains("7.ogg"));
    assert!(shown(&handed[1].raw).contains("Words < alone"));
}

#[test]
fn a_feed_is_asked_again_after_its_time_and_brings_only_what_is_new() {
    let with_tag = ok("ETag: \"v1\"\r\nLast-Modified: Sun, 22 Nov 2026 09:00:00 GMT\r\n", RSS);
    let news = String::from_utf8(RSS.to_vec()).unwrap().replace("tide-12", "tide-13");
    let web = Web::of(vec![with_tag, status("304 Not Modified"), ok("", news.as_bytes())]);
    let mut feed = web.feed();
    let begun = super::now();
    let mut taken = Taken::default();
    let mut at = |minutes: i64| {
        taken.now = Some(begun + TimeDelta::minutes(minutes));
        let (handed, outcome) = taken.read(&mut feed);
        (handed.len(), outcome.unwrap().skipped)
    };
    assert_eq!(at(0), (3, 0));
    assert_eq!(at(59), (0, 0));
    assert_eq!(web.asked().len(), 1, "it was asked an hour ago at the earliest");
    assert_eq!(at(60), (0, 0));
    let second = web.asked()[1].to_lowercase();
    assert!(second.contains("if-none-match: \"v1\"\n"), "{second}");
    assert!(second.contains("if-modified-since: sun, 22 nov 2026 09:00:00 gmt\n"), "{second}");
    // The ETag is kept when an answer brings nothing new.
    assert_eq!(at(120), (1, 2));
    assert!(web.asked()[2].to_lowercase().contains("if-none-match: \"v1\"\n"));
    assert_eq!(at(180), (0, 3));
    assert!(!web.asked()[3].to_lowercase().contains("if-none-match"));
}

#[test]
fn the_same_entry_is_the_same_message_whenever_it_is_read() {
    let (one, other) = (taken(ATOM), taken(ATOM));
    assert_eq!(super::fingerprints(&one), super::fingerprints(&other));
    assert_eq!(super::fingerprints(&one).len(), 2);
}

#[test]
fn what_a_server_says_is_said_in_words_and_never_the_address() {
    for (answer, wanted) in [
        (status("401 Unauthorized"), "127.0.0.1 answers: a login is required (401)"),
        (status("404 Not Found"), "127.0.0.1 answers: the page does not exist (404)"),
        (status("410 Gone"), "127.0.0.1 answers: the page was removed (410)"),
        (status("429 Too Many Requests"), "127.0.0.1 answers: too many requests (429)"),
        (status("503 Service Unavailable"), "127.0.0.1 answers: the server has a problem (503)"),
        (ok("", b"<html><body>Welcome</body></html>"), "what 127.0.0.1 sends is no feed"),
        (ok("", b"no feed at all"), "what 127.0.0.1 sends is no feed"),
        (ok("", b""), "what 127.0.0.1 sends is no feed"),
        (ok("", b"{\"version\": \"2\"}"), "what 127.0.0.1 sends is no feed"),
        (ok("", &RSS[..900]), "what 127.0.0.1 sends is a feed with mistakes in its notation (line 15, column 140)"),
        (ok("", &JSON[..300]), "what 127.0.0.1 sends is a feed with mistakes in its notation (line 7, column 103)"),
        (b"SSH-2.0-OpenSSH_10\r\n".to_vec(), "127.0.0.1 does not answer as a web server does"),
    ] {
        let error = failure(answer);
        assert_eq!(error.to_string(), wanted);
        assert!(error.hint().is_some(), "{wanted}");
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let mut nobody = Feed::new("news", &format!("http://127.0.0.1:{port}/S3CR3T"), Duration::from_hours(1));
    let error = Taken::default().read(&mut nobody).1.unwrap_err();
    assert!(error.to_string().starts_with("can't reach 127.0.0.1 on port"), "{error}");
    assert!(!format!("{error} {error:?}").contains("S3CR3T"));
}

#[test]
fn a_page_that_moved_is_found_and_one_that_moves_for_ever_is_left() {
    let moved = b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec();
    let web = Web::of(vec![moved.clone(), ok("", ATOM)]);
    assert_eq!(Taken::default().read(&mut web.feed()).0.len(), 2);
    assert!(web.asked()[1].starts_with("GET /there "));
    let error = failure(moved);
    assert_eq!(error.to_string(), "127.0.0.1 redirects too often");
}

#[test]
fn a_page_is_unpacked_and_has_an_end() {
    let packed = {
        use std::process::{Command, Stdio};
        let mut gzip = Command::new("gzip").arg("-c").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut input = gzip.stdin.take().unwrap();
        std::thread::spawn(move || input.write_all(&vec![b' '; 40_000_000]).unwrap());
        let mut bomb = Vec::new();
        gzip.stdout.take().unwrap().read_to_end(&mut bomb).unwrap();
        gzip.wait().unwrap();
        bomb
    };
    assert!(packed.len() < 100_000);
    let error = failure(ok("Content-Encoding: gzip\r\n", &packed));
    assert_eq!(error.to_string(), "127.0.0.1 sends more than 16777216 bytes");
    let error = failure(ok("", &vec![b' '; 17_000_000]));
    assert_eq!(error.to_string(), "127.0.0.1 sends more than 16777216 bytes");
}

/// Feeds that are made to cost memory, time or stack. Reading each of them ends soon, with an error or with the entries
/// that can be read.
#[test]
fn feeds_made_to_break_the_reader_only_get_words() {
    let rss = |inner: &str| {
        format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title>{inner}</channel></rss>")
    };
    let items = |count: usize| {
        (0..count)
            .map(|number| format!("<item><guid>{number}</guid><title>{number}</title></item>"))
            .collect::<String>()
    };
    let entities = "<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">\
                    <!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]>";
    let read_file = "<!DOCTYPE r [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>";
    let of_json =
        |items: &str| format!("{{\"version\": \"https://jsonfeed.org/version/1\", \"title\": \"t\", {items}}}");
    for (body, most) in [
        (rss(&items(5_000)), 1_000),
        (rss(&items(100_000)), 0),
        (rss(&"<item>".repeat(200_000)), 0),
        (rss(&format!("<item><title>{}</title><guid>1</guid></item>", "long ".repeat(2_000_000))), 1),
        (rss(&format!("<item><guid>{}</guid></item>", "x".repeat(1_000_000))), 1),
        (rss(&format!("<item><description>{}</description></item>", "&lt;div&gt;".repeat(1_000_000))), 1),
        (format!("<?xml version=\"1.0\"?>{entities}<rss version=\"2.0\"><channel><item><title>&c;</title></item></channel></rss>"), 1),
        (format!("<?xml version=\"1.0\"?>{read_file}<rss version=\"2.0\"><channel><item><title>&a;</title></item></channel></rss>"), 1),
        (rss(&format!("<item>{}</item>", "<category>x</category>".repeat(90_000))), 1),
        (rss(&format!("<item xml:base=\"https://e.example/{}\">{}</item>", "x".repeat(4_000_000), "<link/>".repeat(100_000))), 1),
        (rss(&format!("<item><author>{}</author></item>", "a@b ".repeat(1_000_000))), 1),
        (rss(&format!("<item><title>{}", "<![CDATA[".repeat(1_000_000))), 0),
        (rss(&format!("<item {}", "a=\"".repeat(1_000_000))), 0),
        (rss(&"&".repeat(3_000_000)), 0),
        (format!("<!DOCTYPE a {}", "[<!ENTITY b '".repeat(1_000_000)), 0),
        (of_json(&format!("\"items\": [{}{{}}]", "{},".repeat(1_000_000))), 1_000),
        (of_json(&format!("\"authors\": [{}{{}}], \"items\": [{{\"id\": \"1\"}}]", "{\"name\":\"x\"},".repeat(500_000))), 1),
        ("{\"a\":".repeat(1_000_000), 0),
        (of_json(&format!("\"items\": {}", "[".repeat(1_000_000))), 0),
        ("<rss version=\"2.0\"><channel><item><title>\u{1b}]0;x\u{7}\u{202e}</title><guid>\u{1b}</guid></item></channel></rss>".to_owned(), 1),
    ] {
        let beginning: String = body.chars().take(120).collect();
        let web = Web::serving(body.as_bytes());
        let handed = crate::support::on_a_small_stack(move || {
            let (handed, outcome) = Taken::default().read(&mut web.feed());
            if let Err(error) = outcome {
                assert!(error.to_string().len() < 100, "{error}");
            }
            handed
        });
        assert!(handed.len() <= most, "{beginning}: {}", handed.len());
        for it in &handed {
            let read = mail::parse(&it.raw).envelope;
            assert!(it.raw.len() < 4_000_000 && it.copy.location.key.len() <= 200, "{beginning}");
            assert!(!read.subject.contains("root:"), "{beginning}");
        }
    }
}

#[test]
fn a_feed_of_many_entries_says_what_it_left_out() {
    let items: String = (0..1_200).map(|number| format!("<item><guid>{number}</guid></item>")).collect();
    let web = Web::serving(format!("<rss version=\"2.0\"><channel>{items}</channel></rss>").as_bytes());
    let (handed, outcome) = Taken::default().read(&mut web.feed());
    assert_eq!(handed.len(), 1_000);
    assert_eq!(outcome.unwrap().problems.list[0].what, "200 entries beyond the first 1000 are left out");
}

#[test]
fn a_feed_that_does_not_say_its_letters_is_in_those_that_its_server_says() {
    let feed = |start: &str| {
        let rest = "<rss version=\"2.0\"><channel><title>t</title><item><guid>1</guid><title>Gr\u{FC}\u{DF}e</title></item></channel></rss>";
        let latin: Vec<u8> = format!("{start}{rest}").chars().map(|c| u8::try_from(c).unwrap()).collect();
        Web::of(vec![ok("Content-Type: text/xml; charset=iso-8859-7\r\n", &latin)])
    };
    let subject = |web: &Web| parsed(&Taken::default().read(&mut web.feed()).0)[0].subject.clone();
    assert_eq!(subject(&feed("")), "Grόίe");
    assert_eq!(subject(&feed("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>")), "Grüße");
}

#[test]
fn dates_after_today_are_of_today() {
    let body = "<rss version=\"2.0\"><channel><item><guid>1</guid><pubDate>Fri, 01 Jan 2185 00:00:00 GMT</pubDate></item></channel></rss>";
    let now: DateTime<Utc> = super::now();
    assert_eq!(taken(body.as_bytes())[0].copy.received, now);
}
