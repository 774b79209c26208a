//! The door: one thing to know. No sender, no subject, no count unless it is asked for.
//!
//! ```text
//!      16:00
//!      afternoon, in 2 h 48 min
//!
//!      6        10:00              13:12          16:00               22
//!      ·────────━━━━━───────────────●─────────────╌╌╌╌╌────────────────·
//!               ✓ read             now
//!
//!      This morning: 41 letters in 18 minutes.
//!      29 done, 4 deferred, 8 carried over.
//!
//!      Nothing to do until then.
//!
//!  / search  D deferred  P peek                                ? help  q leave
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::peek::{GateChoice, Peeking};
use super::receipt::summary;
use super::search::Search;
use super::{account, deferred, muted};
use crate::domain::concern::WATCH_HINT;
use crate::domain::door::{OpenWindow, Overview};
use crate::domain::pause::PauseKind;
use crate::domain::printable::Printable;
use crate::ui::action::{Action, Mode};
use crate::ui::geometry;
use crate::ui::request::{ShellRequest, Slot, StoreRequest};
use crate::ui::state::field::Field;
use crate::ui::state::overlay::{Overlay, Prompt, PromptKind};
use crate::ui::state::screen::{Handlers, Screen};
use crate::ui::state::{DoorScreen, State};
use crate::ui::update::batch;
use crate::ui::view::line_writer::LineWriter;
use crate::ui::view::{dayline, write_back};
use crate::ui::when;

/// So many concerns are shown at the door; the others are counted.
const CONCERNS: usize = 3;
/// The line of the day is no longer than this, in columns.
const DAY: u16 = 74;

impl Screen for DoorScreen {
    fn mode(&self) -> Mode {
        Mode::Door
    }

    fn handlers(&self) -> Handlers {
        Handlers::of(act)
    }

    fn enter_is_final(&self) -> bool {
        true
    }

    fn quit_leaves(&self) -> bool {
        true
    }

    fn hints(&self, state: &State) -> Vec<(Action, &'static str)> {
        state.door.as_ref().map(hints).unwrap_or_default()
    }

    fn draw(&self, state: &State, buffer: &mut Buffer, size: (u16, u16)) {
        draw(state, buffer, size);
    }
}

fn hints(door: &Overview) -> Vec<(Action, &'static str)> {
    let mut hints = Vec::new();
    match &door.open {
        Some(open) if open.begun => hints.push((Action::Open, "go on")),
        Some(_) => hints.push((Action::Open, "begin")),
        None => {}
    }
    if door.let_through > 0 {
        hints.push((Action::Exceptions, "came through"));
    }
    hints.push((Action::Search, "search"));
    if door.deferred > 0 {
        hints.push((Action::Deferred, "deferred"));
    }
    if door.open.as_ref().is_none_or(|open| open.late) {
        hints.push((Action::Peek, "peek"));
    }
    if !door.pauses.is_empty() {
        hints.push((Action::EndPause, Action::EndPause.deed().hint));
    }
    hints
}

fn act(state: &mut State, action: Action) {
    match action {
        Action::Open => begin(state),
        Action::Exceptions => batch::exceptions(state),
        Action::Deferred => deferred::open(state),
        Action::Muted => muted::open(state),
        Action::Search => state.show(Search::default()),
        Action::Peek => {
            if state.door.as_ref().and_then(|door| door.open.as_ref()).is_some_and(|open| !open.late) {
                let key = state.keymap.shown(Action::Open).unwrap_or_default();
                state.say(format!("The window is open: {key} begins it."));
            } else {
                state.show(Peeking::Gate { since: None, choice: GateChoice::default() });
            }
        }
        Action::Pause => {
            state.overlay =
                Some(Overlay::Prompt(Prompt { kind: PromptKind::Pause, field: Field::default(), problem: None }));
        }
        Action::SkipWindow => state.ask(StoreRequest::LeaveOut),
        Action::EndPause => state.ask(StoreRequest::EndPauses),
        Action::Gather => {
            state.say("Reading the sources.");
            state.reading_asked = true;
            state.ask(ShellRequest::Gather);
        }
        Action::AddAccount => account::open(state),
        Action::Quit => state.ask(ShellRequest::Quit),
        _ => {}
    }
}

fn begin(state: &mut State) {
    match &state.door {
        Some(door) if door.open.is_none() => {
            let text = batch::closed(state);
            state.say(text);
        }
        _ if state.requests.waits_for(Slot::Batch) => {}
        _ => state.ask(StoreRequest::Begin),
    }
}

/// Everything begins at the same column, as the line of the day does.
fn draw(state: &State, buffer: &mut Buffer, size: (u16, u16)) {
    let frame = geometry::frame(size);
    let body = Rect { y: 0, height: frame.body.bottom(), ..frame.body };
    let Some(door) = &state.door else { return };
    let width = body.width.saturating_sub(6).min(DAY);
    let middle = Rect { x: body.x + (body.width - width) / 2, width, ..body };
    let top = says(state, door);
    let below = beneath(state, door);
    let sentences: Vec<(Printable, Style)> = below
        .into_iter()
        .flat_map(|(text, style)| {
            Printable::from(text).wrap(usize::from(width)).into_iter().map(move |line| (line, style))
        })
        .collect();
    let day = if door.today.is_empty() { 0 } else { 3 };
    let needed = top.len() + day + sentences.len();
    let height = usize::from(body.height);
    // What is left over becomes space: most of it above.
    let gap = (height.saturating_sub(needed) / 5).min(3);
    let mut row = height.saturating_sub(needed + 2 * gap) / 3;
    for (text, style) in top {
        if let Some(mut line_writer) = LineWriter::at(buffer, middle, row) {
            line_writer.text(&Printable::from(text), style);
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

/// The one thing to know, in a line or two, and what Enter does.
fn says(state: &State, door: &Overview) -> Vec<(String, Style)> {
    let (theme, zone) = (&state.settings.theme, state.settings.zone);
    let big = theme.writer;
    let enter = state.keymap.shown(Action::Open).unwrap_or_default();
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
        let mut lines = vec![(format!("paused until {}", when::coming(pause.until, state.now, zone)), big)];
        if let Some(next) = &door.next {
            lines.push((format!("then {}, {}", next.checkin, when::moment(next.opens, state.now, zone)), theme.dim));
        }
        if let Some(key) = state.keymap.shown(Action::Palette) {
            lines.push((format!("{key} finds \"{}\"", Action::EndPause.deed().hint), theme.dim));
        }
        return lines;
    }
    if let Some(until) = door.away_until {
        let mut lines = vec![(format!("away until {}", when::date(until, state.today())), big)];
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
            ("no check-in is set".to_owned(), big),
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
    let name = &open.window.checkin;
    match (open.late, open.until) {
        (_, Some(until)) if open.is_over(state.now) => {
            format!("{name} ended at {} and is not closed yet", when::coming(until, state.now, zone))
        }
        (true, None) => {
            format!("{name} was at {} and can still be read", when::coming(open.window.opens, state.now, zone))
        }
        (true, Some(until)) => format!(
            "{name} was at {} and can be read until {}",
            when::coming(open.window.opens, state.now, zone),
            when::coming(until, state.now, zone)
        ),
        (false, _) => {
            let until = open.until.unwrap_or(open.window.closes);
            format!("{name} is open until {}", when::hour(until, zone))
        }
    }
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
        let it = if door.let_through == 1 { "it" } else { "them" };
        lines.push((format!("{} came through an exception: {key} reads {it}.", door.let_through), theme.accent));
    }
    for pause in door.pauses.iter().filter(|pause| !pause.shuts(state.now)) {
        if let PauseKind::Window { checkin, opens } = &pause.what {
            let opens = when::coming(*opens, state.now, state.settings.zone);
            lines.push((format!("{checkin}, {opens}, is left out."), theme.dim));
        }
    }
    if let Some(held) = door.held {
        lines.push((format!("{held} held."), theme.dim));
    }
    lines.extend(write_back::lines(door.outside).into_iter().map(|line| (line, theme.dim)));
    let (worries, told) = concerns(state, door);
    lines.extend(told);
    if door.open.is_none() && door.let_through == 0 && door.next.is_some() && !worries {
        lines.push((String::new(), theme.text));
        lines.push(("Nothing to do until then.".to_owned(), theme.dim));
    }
    if let Some(read) = state.gathering {
        lines.push((
            if read == 0 { "Reading the sources …".to_owned() } else { format!("Reading the sources … {read}") },
            theme.dim,
        ));
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
        lines.push(("The watch is not running. While this screen is open, it does its work.".to_owned(), theme.warm));
        lines.push((WATCH_HINT.to_owned(), theme.dim));
    }
    (!lines.is_empty(), lines)
}
