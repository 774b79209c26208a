//! What the door shows: one thing to know, the line of the day, and what stands beneath it.

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::domain::batch::{FIRST_MINUTES, called};
use crate::domain::concern::WATCH_HINT;
use crate::domain::door::{OpenWindow, Overview, held_sentence};
use crate::domain::pause::PauseKind;
use crate::domain::printable::Printable;
use crate::ui::action::Action;
use crate::ui::geometry;
use crate::ui::request::Slot;
use crate::ui::screens::receipt::summary;
use crate::ui::state::State;
use crate::ui::view::line_writer::LineWriter;
use crate::ui::view::{dayline, write_back};
use crate::ui::when::{self, sentence_case};

/// So many concerns are shown at the door; the others are counted.
const CONCERNS: usize = 3;
/// The line of the day is no longer than this, in columns.
const DAY: u16 = 74;

/// Everything begins at the same column, as the line of the day does.
pub(super) fn draw(state: &State, buffer: &mut Buffer, size: (u16, u16)) {
    let frame = geometry::frame(size);
    let body = Rect { y: 0, height: frame.body.bottom(), ..frame.body };
    let Some(door) = &state.door else { return };
    let width = body.width.saturating_sub(6).min(DAY);
    let middle = Rect { x: body.x + (body.width - width) / 2, width, ..body };
    let top = wrapped(says(state, door), width);
    let sentences = wrapped(beneath(state, door), width);
    let day = if door.today.is_empty() { 0 } else { 3 };
    let needed = top.len() + day + sentences.len();
    let height = usize::from(body.height);
    // What is left over becomes space: most of it above.
    let gap = (height.saturating_sub(needed) / 5).min(3);
    let mut row = height.saturating_sub(needed + 2 * gap) / 3;
    for (text, style) in top {
        if let Some(mut line_writer) = LineWriter::at(buffer, middle, row) {
            line_writer.text(&text, style);
        }
        row += 1;
    }
    row += gap;
    if day > 0 {
        let y = body.y + u16::try_from(row).unwrap_or(body.height);
        let area = Rect { y, height: 3, ..middle }.intersection(body);
        dayline::draw(&door.today, state.now, state.settings.zone, &state.settings.theme, buffer, area);
        row += day + gap;
    }
    for (text, style) in sentences {
        if let Some(mut line_writer) = LineWriter::at(buffer, middle, row) {
            line_writer.text(&text, style);
        }
        row += 1;
    }
}

/// Sentences as lines of this width.
fn wrapped(sentences: Vec<(String, Style)>, width: u16) -> Vec<(Printable, Style)> {
    let lines = |(text, style): (String, Style)| {
        let lines = Printable::from(text).wrap(usize::from(width));
        lines.into_iter().map(move |line| (line, style))
    };
    sentences.into_iter().flat_map(lines).collect()
}

/// The one thing to know, in a line or two, and what Enter does.
fn says(state: &State, door: &Overview) -> Vec<(String, Style)> {
    let (theme, zone) = (&state.settings.theme, state.settings.zone);
    let big = theme.writer;
    let key = |action| state.keymap.shown(action).unwrap_or_default();
    let enter = key(Action::Open);
    if door.nothing_to_hold {
        let adds = format!("{}  adds one", key(Action::AddMailbox));
        return vec![("No mailbox yet".to_owned(), big), (String::new(), theme.text), (adds, theme.accent)];
    }
    if let Some(open) = &door.open {
        let mut lines = vec![(is_open(state, open), big)];
        if let Some(over) = door.uncommitted.as_ref().filter(|over| over.window != open.window) {
            lines.push((is_open(state, over), theme.warm));
        }
        let what = match (open.begun, open.left) {
            _ if state.requests.waits_for(Slot::Batch) => waiting(state),
            (true, Some(left)) => format!("{enter}  go on: {left} left"),
            (true, None) => format!("{enter}  go on"),
            (false, _) if door.uncommitted.is_some() => format!("{enter}  close the one before, then begin"),
            (false, _) => format!("{enter}  begin"),
        };
        lines.push((String::new(), theme.text));
        lines.push((what, theme.accent));
        return lines;
    }
    if let Some(pause) = door.pauses.iter().find(|pause| pause.shuts(state.now)) {
        let mut lines = vec![(format!("Paused until {}", when::coming(pause.until, state.now, zone)), big)];
        if let Some(next) = &door.next {
            lines.push((format!("then {}, {}", next.checkin, when::moment(next.opens, state.now, zone)), theme.dim));
        }
        if let Some(key) = state.keymap.shown(Action::Palette) {
            lines.push((format!("{key} finds \"{}\"", Action::EndPause.info().hint), theme.dim));
        }
        return lines;
    }
    if let Some(until) = door.away_until {
        let mut lines = vec![(format!("Away until {}", when::date(until, state.today())), big)];
        if let Some(next) = &door.next {
            lines.push((format!("then {}, {}", next.checkin, when::moment(next.opens, state.now, zone)), theme.dim));
        }
        return lines;
    }
    match &door.next {
        Some(next) => {
            let at = if when::day(next.opens, state.now, zone) == "today" {
                when::hour(next.opens, zone)
            } else {
                when::moment(next.opens, state.now, zone)
            };
            vec![(at, big), (format!("{}, in {}", next.checkin, when::stretch(next.opens - state.now)), theme.dim)]
        }
        None => vec![
            ("No check-in is set".to_owned(), big),
            ("`tidebox check` says where to set one".to_owned(), theme.dim),
        ],
    }
}

/// The sources are read before a window is begun, so that what has arrived is in its batch.
fn waiting(state: &State) -> String {
    match state.gathering {
        Some(read) if read > 0 => format!("reading the sources first … {read}"),
        _ => "one moment …".to_owned(),
    }
}

fn is_open(state: &State, open: &OpenWindow) -> String {
    let zone = state.settings.zone;
    let the = sentence_case(&called(&open.window.checkin));
    let opened = at(state, open.window.opens);
    match (open.late, open.until) {
        (_, Some(until)) if open.is_over(state.now) => {
            format!("{the} ended {} and is not closed yet", at(state, until))
        }
        (true, None) => format!("{the} was missed {opened}: it can still be done"),
        (true, Some(until)) => {
            format!("{the} was missed {opened}: it can be done until {}", when::coming(until, state.now, zone))
        }
        (false, _) => {
            let until = open.until.unwrap_or(open.window.closes);
            format!("{the} is open until {}", when::hour(until, zone))
        }
    }
}

/// `at 10:45`, `yesterday 10:45`.
fn at(state: &State, instant: DateTime<Utc>) -> String {
    let said = when::coming(instant, state.now, state.settings.zone);
    if said.starts_with(|c: char| c.is_ascii_digit()) { format!("at {said}") } else { said }
}

/// What stands beneath the line of the day.
fn beneath(state: &State, door: &Overview) -> Vec<(String, Style)> {
    let theme = &state.settings.theme;
    let mut lines = Vec::new();
    if let Some(last) = &door.last {
        let [took, became] = summary(last, state.now, state.settings.zone);
        lines.push((took, theme.text));
        lines.extend((!became.is_empty()).then_some((became, theme.dim)));
    }
    if door.let_through > 0 {
        let key = state.keymap.shown(Action::Exceptions).unwrap_or_default();
        let (came, it) = match door.let_through {
            1 => ("1 message".to_owned(), "it"),
            count => (format!("{count} messages"), "them"),
        };
        lines.push((format!("{came} came through by an exception: {key} reads {it}."), theme.accent));
    }
    for pause in door.pauses.iter().filter(|pause| !pause.shuts(state.now)) {
        if let PauseKind::Window { checkin, opens } = &pause.what {
            let opens = when::coming(*opens, state.now, state.settings.zone);
            lines.push((format!("{checkin}, {opens}, is left out."), theme.dim));
        }
    }
    lines.extend(trial(state, door));
    for one in &door.expected {
        let when = |at| when::coming(at, state.now, state.settings.zone);
        lines.push((one.sentence(state.now, &when), theme.dim));
    }
    if let Some(held) = door.held {
        lines.push((held_sentence(held), theme.dim));
    }
    lines.extend(write_back::lines(state, door));
    let (worries, told) = concerns(state, door);
    lines.extend(told);
    let idle = door.open.is_none() && door.let_through == 0 && door.refused.is_empty() && !worries;
    if idle && door.next.is_some() && !door.no_source && !door.first_batch {
        lines.push((String::new(), theme.text));
        lines.push(("Nothing to do until then.".to_owned(), theme.dim));
    }
    lines.extend(the_first_time(state, door).into_iter().map(|line| (line, theme.dim)));
    if let Some(read) = state.gathering {
        lines.push((
            if read == 0 { "Reading the sources …".to_owned() } else { format!("Reading the sources … {read}") },
            theme.dim,
        ));
    }
    lines
}

/// The schedule that is tried; at its end, as a question with its keys.
fn trial(state: &State, door: &Overview) -> Vec<(String, Style)> {
    let (theme, today) = (&state.settings.theme, state.today());
    let Some(trial) = &door.trial else { return Vec::new() };
    let Some(sentence) = trial.sentence(today, &|date| when::date(date, today)) else { return Vec::new() };
    if !trial.asks() {
        return vec![(sentence, theme.dim)];
    }
    let key = |action| state.keymap.shown(action).unwrap_or_default();
    let keys = format!("{}  keep it    {}  {}", key(Action::KeepTrial), key(Action::EndTrial), trial.own);
    vec![(String::new(), theme.text), (sentence, theme.text), (keys, theme.accent)]
}

/// Before the first check-in was closed: what this place is, and what can be done at once.
fn the_first_time(state: &State, door: &Overview) -> Vec<String> {
    let key = |action| state.keymap.shown(action).unwrap_or_default();
    let mut lines = Vec::new();
    if door.no_source && !door.nothing_to_hold {
        lines.push(format!("No mailbox is read: {} adds one.", key(Action::AddMailbox)));
    }
    if door.first_batch && !door.nothing_to_hold {
        let begins = format!("{} begins a first batch now", key(Action::BeginFirst));
        lines.push(format!("{begins}: {FIRST_MINUTES} minutes, whatever the hour."));
    }
    if door.last.is_none() && !door.nothing_to_hold {
        lines.push("The door: what comes in is held, out of sight, until a check-in opens.".to_owned());
    }
    if !lines.is_empty() {
        lines.insert(0, String::new());
    }
    lines
}

/// What is wrong with the sources, each with what to do: whole, however many lines that takes. Whether anything is.
fn concerns(state: &State, door: &Overview) -> (bool, Vec<(String, Style)>) {
    let theme = &state.settings.theme;
    let mut lines = Vec::new();
    for concern in door.concerns.iter().take(CONCERNS) {
        let when = |at| when::coming(at, state.now, state.settings.zone);
        let advice = concern.advice(&when);
        lines.push((concern.what(&when), theme.warm));
        lines.extend((!advice.is_empty()).then_some((advice, theme.dim)));
    }
    if door.concerns.len() > CONCERNS {
        let more = door.concerns.len() - CONCERNS;
        lines.push((format!("And {more} more: `tidebox status` says them all."), theme.warm));
    }
    if door.watch_is_down {
        lines.push(("The watch, which reads your mailboxes in the background, is not running.".to_owned(), theme.warm));
        lines.push((WATCH_HINT.to_owned(), theme.dim));
    }
    (!lines.is_empty(), lines)
}
