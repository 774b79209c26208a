//! A picture of a month to share, as SVG 1.1: nothing in it names a person, a message, a source, a rule, or a lane of the person's own.
//!
//! All text in it is made of words of this program, of numbers and of dates. It loads nothing and has no scripts.

use std::fmt::Write as _;

use super::words::{self, Naming};
use super::{LaneWaits, Month, WaitTimes};
use crate::domain::lane::standard;

const WIDTH: u32 = 760;
const LEFT: u32 = 40;
/// Where pictures begin, right of their labels.
const PICTURE: u32 = 130;
/// One hour of the week, in pixels.
const CELL: (u32, u32) = (24, 18);
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const INK: &str = "#1f2933";
const DIM: &str = "#5f6b76";
const ACCENT: &str = "#0b6e8f";

/// The picture.
#[must_use]
pub fn svg(month: &Month, before: Option<&Month>) -> String {
    let mut page = Page::default();
    page.text(LEFT, 26, 22, INK, &month.month.title());
    page.down(48);
    page.text(LEFT, 0, 13, DIM, &words::days(month));
    page.down(26);
    if month.is_empty() {
        page.text(LEFT, 0, 14, INK, "Nothing to tell yet.");
        page.down(20);
        return page.whole(&month.month.title());
    }
    let sentences = [words::came(month, before), words::occasions(month, before), words::interruptions(month, before)];
    for sentence in sentences {
        page.text(LEFT, 0, 14, INK, &sentence);
        page.down(21);
    }
    week(&mut page, month);
    waits(&mut page, month, before);
    let asked = format!("Would earlier have changed anything: {}", words::matter(&month.matter));
    let rest = [asked, words::time(month, before), words::closed(month, before)];
    for sentence in rest {
        page.text(LEFT, 0, 14, INK, &sentence_case(&sentence));
        page.down(21);
    }
    for gap in &month.gaps {
        page.text(LEFT, 0, 13, DIM, &sentence_case(&words::gap(gap, Naming::None)));
        page.down(20);
    }
    if let Some(since) = month.begins_late() {
        page.text(LEFT, 0, 13, DIM, &format!("Counted since {}.", words::moment(since, month.zone)));
        page.down(20);
    }
    page.whole(&month.month.title())
}

/// When messages came: a cell for each hour of each weekday, and a frame around the windows.
fn week(page: &mut Page, month: &Month) {
    page.down(10);
    page.text(LEFT, 0, 13, DIM, "When they came, by weekday and hour; framed: check-ins");
    page.down(10);
    let most = month.arriving.by_hour.iter().flatten().copied().max().unwrap_or(0).max(1);
    for (hour, x) in (0..24_u32).map(|hour| (hour, PICTURE + hour * CELL.0)) {
        if hour % 3 == 0 {
            page.text(x, 12, 11, DIM, &hour.to_string());
        }
    }
    page.down(18);
    for (day, hours) in DAYS.iter().zip(&month.arriving.by_hour) {
        page.text(LEFT, 13, 12, DIM, day);
        for (x, count) in (PICTURE..).step_by(CELL.0 as usize).zip(hours) {
            // An hour with one message has to be told from one with none.
            let shade = if *count == 0 { 4 } else { 14 + 86 * count / most };
            let _ = writeln!(
                page.out,
                "<rect x=\"{x}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{ACCENT}\" fill-opacity=\"{}.{:02}\"/>",
                page.y,
                CELL.0 - 2,
                CELL.1 - 2,
                shade / 100,
                shade % 100,
            );
        }
        page.down(CELL.1);
    }
    let top = page.y - 7 * CELL.1;
    for window in &month.windows {
        let at = |minutes: u32| PICTURE + minutes * CELL.0 / 60;
        let (from, to) = (at(window.from), at(window.to));
        let _ = writeln!(
            page.out,
            "<rect x=\"{from}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"{INK}\" stroke-width=\"1.5\"/>",
            top + window.weekday * CELL.1 - 1,
            (to - from).max(3),
            CELL.1,
        );
    }
    page.down(22);
}

/// How long messages waited, lane by lane, on one scale.
fn waits(page: &mut Page, month: &Month, before: Option<&Month>) {
    page.text(LEFT, 0, 14, INK, &format!("Waiting: {}", words::waiting(month, before)));
    page.down(20);
    if let Some(longest) = &month.waiting.longest {
        let told = sentence_case(&words::longest(longest, month.zone, Naming::None));
        page.text(LEFT, 0, 14, INK, &told);
        page.down(14);
    }
    let scale = month.lanes.iter().map(|lane| reach(&lane.waiting)).max().unwrap_or(0).max(1);
    let room = i64::from(24 * CELL.0 - 110);
    for (number, lane) in (1..).zip(&month.lanes) {
        let at = |seconds: i64| u32::try_from(seconds.clamp(0, scale) * room / scale).unwrap_or(0);
        page.text(LEFT, 13, 12, DIM, &lane_name(lane, number));
        let end = at(reach(&lane.waiting));
        let _ = writeln!(
            page.out,
            "<path d=\"M{PICTURE} {y}h{end}M{PICTURE} {top}v8M{} {top}v8\" fill=\"none\" stroke=\"{DIM}\" stroke-width=\"1.5\"/>",
            PICTURE + end,
            y = page.y + 9,
            top = page.y + 5,
        );
        if let Some(half) = lane.waiting.half {
            let x = PICTURE + at(half.num_seconds());
            let _ = writeln!(
                page.out,
                "<rect x=\"{}\" y=\"{}\" width=\"8\" height=\"8\" fill=\"{ACCENT}\"/>",
                x.saturating_sub(4),
                page.y + 5
            );
            page.text(PICTURE + end + 10, 13, 12, DIM, &format!("half within {}", words::length(half)));
        }
        page.down(20);
    }
    page.down(22);
}

/// How far the line of a lane goes, in seconds: to nine in ten, else to half.
fn reach(waiting: &WaitTimes) -> i64 {
    waiting.nine_in_ten.or(waiting.half).map_or(0, |time| time.num_seconds())
}

/// The built-in lanes by their names, others by their place.
fn lane_name(lane: &LaneWaits, number: u32) -> String {
    let built_in = standard().iter().any(|known| known.name == lane.lane);
    if built_in { lane.lane.clone() } else { format!("lane {number}") }
}

fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What was drawn, and how far down it goes.
#[derive(Default)]
struct Page {
    out: String,
    y: u32,
}

impl Page {
    fn down(&mut self, pixels: u32) {
        self.y += pixels;
    }

    /// A line of text whose base is so many pixels below the present height.
    fn text(&mut self, x: u32, below: u32, size: u32, colour: &str, text: &str) {
        let (y, text) = (self.y + below, escaped(text));
        let _ = writeln!(self.out, "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{colour}\">{text}</text>");
    }

    fn whole(self, title: &str) -> String {
        let (height, title) = (self.y + 16, escaped(title));
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"DejaVu Sans, Verdana, sans-serif\" role=\"img\">\n\
             <title>{title}</title>\n\
             <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n{}</svg>\n",
            self.out
        )
    }
}

/// Text of XML 1.0.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
