//! Drafts, and the outbox: what the person has begun to write, and what leaves. Above the list, beneath it the row in hand
//! as far as there is room: who gets it with what became of it, and the person's own words.
//!
//! ```text
//!  outbox   2 messages
//!
//!  ▌ Ada Lovelace, Grace     Re: Notes on the engine      leaves at the next close
//!    Tom                     Lunch                   nobody can say whether it left
//!  ──────────────────────────────────────────────────────────────────────────────
//!    ada@example.org      waits
//!    grace@example.org    refused   550 5.1.1 No such user here
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::domain::ids::OutgoingId;
use crate::domain::outbox::{OutgoingState, RecipientState};
use crate::domain::outgoing_summary::OutgoingSummary;
use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::ui::action::{Action, Mode};
use crate::ui::geometry::{self, Arrangement, Focus, PaneLayout};
use crate::ui::request::{OutgoingRequest, Slot, StoreRequest};
use crate::ui::response::{Response, StoreResponse};
use crate::ui::state::State;
use crate::ui::state::message_list::follow;
use crate::ui::state::overlay::{Confirm, Confirmed, Overlay, Pick, PickChoice, Picked, Picker, Purpose};
use crate::ui::state::screen::{Handlers, Screen};
use crate::ui::update::writing;
use crate::ui::view::line_writer::LineWriter;
use crate::ui::view::{list, outgoing_words};
use crate::ui::when;

/// The columns before the name of the person, as in every list.
const PERSON: usize = 3;

/// One of the two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WrittenList {
    /// What the person has begun to write.
    Drafts,
    /// What leaves, and what has not left whole.
    Outbox,
}

#[derive(Debug)]
struct Written {
    which: WrittenList,
    rows: Vec<OutgoingSummary>,
    at: usize,
    top: usize,
    /// Whether the list has come yet.
    known: bool,
}

impl Written {
    fn of(which: WrittenList) -> Self {
        Self { which, rows: Vec::new(), at: 0, top: 0, known: false }
    }

    /// Takes a newer list. The cursor stays on its row, where that is still there.
    fn refill(&mut self, list: Vec<OutgoingSummary>) {
        let here = self.current().map(|one| one.id);
        let drafts = self.which == WrittenList::Drafts;
        self.rows = list.into_iter().filter(|one| (one.state == OutgoingState::Draft) == drafts).collect();
        // What waits for the person comes first.
        self.rows.sort_by_key(|one| (!outgoing_words::waits_for_the_person(one.state), one.id));
        self.at = self.rows.iter().position(|one| Some(one.id) == here).unwrap_or(self.at);
        self.known = true;
    }

    fn current(&self) -> Option<&OutgoingSummary> {
        self.rows.get(self.at)
    }
}

impl Screen for Written {
    fn mode(&self) -> Mode {
        match self.which {
            WrittenList::Drafts => Mode::Drafts,
            WrittenList::Outbox => Mode::Outbox,
        }
    }

    fn handlers(&self) -> Handlers {
        Handlers { click, settle, respond, failed, ..Handlers::of(act) }
    }

    fn rows_area(&self, size: (u16, u16)) -> Option<Rect> {
        parts(size).0
    }

    fn row_at(&self, _: &State, line: usize) -> Option<usize> {
        Some(self.top + line).filter(|row| *row < self.rows.len())
    }

    fn hints(&self, _: &State) -> Vec<(Action, &'static str)> {
        let other = match self.which {
            WrittenList::Drafts => (Action::Outbox, "outbox"),
            WrittenList::Outbox => (Action::Drafts, "drafts"),
        };
        let own = self.current().map(|one| match one.state {
            OutgoingState::Draft => vec![(Action::EditAnswer, "go on writing"), (Action::DiscardDraft, "throw away")],
            OutgoingState::Unknown => vec![(Action::Settle, "send again, or call it sent")],
            OutgoingState::PartlySent => vec![(Action::Settle, "send again")],
            OutgoingState::Refused | OutgoingState::Later => vec![
                (Action::Settle, "send again"),
                (Action::EditAnswer, "edit"),
                (Action::Undo, "take back"),
                (Action::DiscardDraft, "throw away"),
            ],
            state if state.can_be_recalled() => {
                vec![(Action::EditAnswer, "edit"), (Action::Undo, "take back"), (Action::DiscardDraft, "throw away")]
            }
            _ => Vec::new(),
        });
        let reminds = self.current().filter(|one| one.state != OutgoingState::Draft && one.answers.is_some());
        let own = own.map(|own| own.into_iter().chain(reminds.map(|_| (Action::Defer, "remind"))).collect::<Vec<_>>());
        own.unwrap_or_default().into_iter().chain([other]).collect()
    }

    fn draw(&self, state: &State, buffer: &mut Buffer, size: (u16, u16)) {
        draw(state, self, buffer, size);
    }
}

/// Opens one of the lists, from wherever one can open it.
pub(super) fn open(state: &mut State, which: WrittenList) {
    state.show(Written::of(which));
    state.ask(StoreRequest::Outgoing(OutgoingRequest::List));
}

fn respond(state: &mut State, response: Response) {
    if let (Response::Store(StoreResponse::Outgoing { list, .. }), Some(written)) =
        (response, state.screen_as_mut::<Written>())
    {
        written.refill(list);
    }
}

fn failed(state: &mut State, slot: Slot, _: &Problem) -> bool {
    if let (Slot::Outgoing, Some(written)) = (slot, state.screen_as_mut::<Written>()) {
        written.known = true;
    }
    false
}

fn settle(state: &mut State) {
    let size = state.size;
    let Some(written) = state.screen_as_mut::<Written>() else { return };
    let rows = usize::from(parts(size).0.map_or(0, |area| area.height)).max(1);
    written.at = written.at.min(written.rows.len().saturating_sub(1));
    written.top = follow(written.top, written.at, written.rows.len(), rows);
}

/// The first click puts the cursor on the row, the second one edits it.
fn click(state: &mut State, row: usize) {
    let Some(written) = state.screen_as_mut::<Written>() else { return };
    if std::mem::replace(&mut written.at, row) == row {
        act(state, Action::EditAnswer);
    }
}

fn act(state: &mut State, action: Action) {
    let half = usize::from(parts(state.size).0.map_or(1, |area| area.height)).div_ceil(2);
    let Some(written) = state.screen_as_mut::<Written>() else { return };
    let last = written.rows.len().saturating_sub(1);
    match action {
        Action::Down => written.at += 1,
        Action::Up => written.at = written.at.saturating_sub(1),
        Action::HalfDown => written.at += half,
        Action::HalfUp => written.at = written.at.saturating_sub(half),
        Action::Top => written.at = 0,
        Action::Bottom => written.at = last,
        Action::Drafts if written.which == WrittenList::Drafts => state.say("These are the drafts."),
        Action::Outbox if written.which == WrittenList::Outbox => state.say("This is the outbox."),
        Action::Defer => remind(state),
        Action::Open | Action::EditAnswer | Action::Undo | Action::Settle | Action::DiscardDraft => {
            about_the_row(state, action);
        }
        Action::Back | Action::Quit => state.go_back(),
        _ => drop(writing::act(state, action)),
    }
}

/// What can be done to the message in hand depends on how far it has come.
fn about_the_row(state: &mut State, action: Action) {
    let Some(one) = state.screen_as::<Written>().and_then(Written::current) else {
        return state.say("There is no message here.");
    };
    let (id, its) = (one.id, one.state);
    let open = its == OutgoingState::Draft || its.can_be_recalled();
    let ask = |state: &mut State, request| state.ask(StoreRequest::Outgoing(request));
    match action {
        Action::Settle | Action::Open if its == OutgoingState::Unknown => unknown(state, id),
        Action::Settle => send_again(state, id, its),
        Action::Open | Action::EditAnswer if open => ask(state, OutgoingRequest::Edit(id)),
        Action::Undo if its.can_be_recalled() => ask(state, OutgoingRequest::Recall(id)),
        Action::DiscardDraft if open => {
            let question = match (one.subject.is_blank(), one.people.is_blank()) {
                (false, _) => format!("Throw away: {}?", one.subject),
                (true, false) => format!("Throw away what is for {}?", one.people),
                (true, true) => "Throw this draft away?".to_owned(),
            };
            let yes = Confirmed::Discard { draft: Some(id), left: None };
            state.overlay = Some(Overlay::Confirm(Confirm { question: question.into(), yes }));
        }
        _ => state.say(match its {
            OutgoingState::Leaving => "It leaves just now: nothing can be done about it.",
            OutgoingState::Unknown => "Somebody may have it already, so it can't be taken back.",
            _ => "Somebody has it already, so it can't be taken back.",
        }),
    }
}

/// Asks by when somebody is to have replied.
fn remind(state: &mut State) {
    let Some(one) = state.screen_as::<Written>().and_then(Written::current) else {
        return state.say("There is no message here.");
    };
    match (one.state, one.answers) {
        (OutgoingState::Draft, _) => state.say("It is a draft: once it is staged, it can remind you."),
        (_, None) => state.say("It answers nothing that could come back."),
        (_, Some(answers)) => {
            let purpose = Purpose::Remind { id: one.id, answers, again: one.reminder.is_some() };
            state.overlay = Some(Overlay::Defer(Picker::of(purpose)));
        }
    }
}

/// A try that waits for its time is made now; who was refused is asked once more.
fn send_again(state: &mut State, id: OutgoingId, its: OutgoingState) {
    match its {
        OutgoingState::Later => state.ask(StoreRequest::Outgoing(OutgoingRequest::SendAgain(id))),
        OutgoingState::Refused | OutgoingState::PartlySent => {
            let question = "Send it again to those who were refused?".into();
            state.overlay = Some(Overlay::Confirm(Confirm { question, yes: Confirmed::SendAgain(id) }));
        }
        OutgoingState::Sent => state.say("Everybody has it."),
        _ => state.say("It has not left yet: there is nothing to send again."),
    }
}

/// Only the person can say what is to become of it.
fn unknown(state: &mut State, id: OutgoingId) {
    let choice = |label: &str, words: &str, shown: &str, what: OutgoingRequest| PickChoice {
        label: label.to_owned(),
        // The explanations stand below each other.
        words: format!("{words:<13}").into(),
        shown: shown.into(),
        caution: None,
        what: Picked::Outgoing(what),
    };
    let choices = vec![
        choice("c", "call it sent", "you found it among what was sent, or they have it", OutgoingRequest::CallSent(id)),
        choice("s", "send it again", "whoever has it already gets it twice", OutgoingRequest::SendAgain(id)),
    ];
    let title = "nobody can say whether it left: look among what was sent, then";
    state.overlay = Some(Overlay::Pick(Pick { title: title.into(), choices, typed: String::new(), top: 0 }));
}

/// The list, and beneath it the row in hand, where there is room for both.
fn parts(size: (u16, u16)) -> (Option<Rect>, Option<(Rect, Rect)>) {
    let body = geometry::frame(size).body;
    // One over the other, however wide the screen is.
    let panes = geometry::panes(
        (size.0.min(149), size.1),
        Focus::List,
        PaneLayout { arrangement: Arrangement::Together, steps: 0, column: 80 },
    );
    let wide = |area: Rect| Rect { width: body.width, ..area };
    (panes.list.map(wide), panes.rule.map(wide).zip(panes.letter.map(wide)))
}

fn draw(state: &State, written: &Written, buffer: &mut Buffer, size: (u16, u16)) {
    let (theme, frame) = (&state.settings.theme, geometry::frame(size));
    let (title, one, many, none) = match written.which {
        WrittenList::Drafts => ("drafts", "draft", "drafts", "No draft: what you have written is sent, or leaves."),
        WrittenList::Outbox => ("outbox", "message", "messages", "Nothing leaves, and everything has left."),
    };
    if let Some(mut line_writer) = LineWriter::at(buffer, frame.head, 0) {
        line_writer.skip(1).say(title, theme.accent);
        if written.known && !written.rows.is_empty() {
            line_writer.skip(3).say(&when::count(written.rows.len(), one, many), theme.text);
        }
    }
    if written.rows.is_empty() {
        if written.known {
            list::empty(none, theme, buffer, frame.body);
        }
        return;
    }
    let (area, detail) = parts(size);
    let Some(area) = area else { return };
    for (line, (place, one)) in
        written.rows.iter().enumerate().skip(written.top).take(usize::from(area.height)).enumerate()
    {
        if let Some(line_writer) = LineWriter::at(buffer, area, line) {
            row(state, one, place == written.at, line_writer);
        }
    }
    if let (Some((rule, place)), Some(one)) = (detail, written.current()) {
        if let Some(mut line_writer) = LineWriter::at(buffer, rule, 0) {
            line_writer.fill('─', usize::from(rule.width), theme.rule);
        }
        in_full(state, one, buffer, place);
    }
}

/// When it reminds of itself, if nobody has replied by then.
fn reminds(state: &State, one: &OutgoingSummary) -> Option<String> {
    one.reminder.as_ref().map(|until| when::moment(until.opens, state.now, state.settings.zone))
}

fn row(state: &State, one: &OutgoingSummary, here: bool, mut line_writer: LineWriter<'_>) {
    let theme = &state.settings.theme;
    let whole = line_writer.room();
    let words = outgoing_words::state(one, state.now, state.settings.zone);
    let mark = match reminds(state, one) {
        None => Printable::from(words),
        // Where there is no room for both, the row in full says when.
        Some(moment) => {
            let long = Printable::from(format!("{words} · reminds {moment}"));
            if long.width() <= whole / 2 { long } else { Printable::from(format!("{words} · reminds")) }
        }
    };
    let person = (whole / 4).clamp(8, 28);
    let mark = mark.cut(whole.saturating_sub(PERSON + person + 12));
    let (writer, text) = if here {
        let text = theme.here.add_modifier(Modifier::BOLD);
        (theme.writer.patch(text), text)
    } else {
        (theme.writer.remove_modifier(Modifier::BOLD), theme.text)
    };
    let told = if outgoing_words::waits_for_the_person(one.state) { theme.warm } else { theme.dim };
    let subject = whole.saturating_sub(PERSON + person + 2 + mark.width() + 3);
    line_writer.under(here, theme).skip(1).say(if here { "▌" } else { " " }, theme.accent).to(PERSON);
    or(&one.people, "to nobody yet", person, (writer, theme.dim), &mut line_writer);
    line_writer.to(PERSON + person + 2);
    or(&one.subject, "no subject", subject, (text, theme.dim), &mut line_writer);
    line_writer.to(whole.saturating_sub(mark.width() + 1)).text(&mark, told);
}

/// A text, or in its place that there is none.
fn or(text: &Printable, none: &str, columns: usize, looks: (Style, Style), line_writer: &mut LineWriter<'_>) {
    if text.is_blank() {
        line_writer.text(&Printable::from(none).cut(columns), looks.1);
    } else {
        line_writer.text(&text.cut(columns), looks.0);
    }
}

/// The message in hand: who gets it, those first about whom something is to be told, and the person's own words.
fn in_full(state: &State, one: &OutgoingSummary, buffer: &mut Buffer, area: Rect) {
    let theme = &state.settings.theme;
    let (height, width) = (usize::from(area.height), usize::from(area.width).saturating_sub(PERSON + 1));
    let mut lines: Vec<Vec<(Printable, Style)>> = Vec::new();
    let mut recipients: Vec<_> = one.recipients.iter().collect();
    recipients.sort_by_key(|one| matches!(one.state, RecipientState::Waiting | RecipientState::Accepted));
    let widest = recipients.iter().map(|one| one.address.width()).max().unwrap_or(0).min(width / 2);
    let shown = if recipients.len() > height { height.saturating_sub(1) } else { recipients.len() };
    for one in recipients.iter().take(shown) {
        let bad = matches!(one.state, RecipientState::Refused | RecipientState::Unknown);
        let address = one.address.cut(widest);
        let gap = " ".repeat(widest - address.width() + 3);
        let told = outgoing_words::recipient(one.state);
        let first = widest + 3 + 10;
        let mut words = one.words.wrap(width.saturating_sub(first).max(20)).into_iter();
        let mut line = vec![(address, theme.text), (gap.into(), theme.text)];
        line.push((told.into(), if bad { theme.warm } else { theme.dim }));
        line.push((" ".repeat(10_usize.saturating_sub(told.len())).into(), theme.text));
        line.extend(words.next().map(|words| (words, theme.dim)));
        lines.push(line);
        lines.extend(words.map(|words| vec![(" ".repeat(first).into(), theme.dim), (words, theme.dim)]));
    }
    if shown < recipients.len() {
        lines.push(vec![(format!("and {} more", recipients.len() - shown).into(), theme.dim)]);
    }
    if let Some(moment) = reminds(state, one) {
        let words = Printable::from(format!("reminds you {moment}, if nobody has replied"));
        lines.extend(words.wrap(width).into_iter().map(|line| vec![(line, theme.dim)]));
    }
    if !lines.is_empty() && !one.text.is_empty() {
        lines.push(Vec::new());
    }
    for paragraph in &one.text {
        let wrapped = paragraph.wrap(width.min(usize::from(state.settings.reader_width)));
        lines.extend(
            if wrapped.is_empty() { vec![Printable::default()] } else { wrapped }
                .into_iter()
                .map(|line| vec![(line, theme.text)]),
        );
    }
    for (place, line) in lines.iter().take(height).enumerate() {
        if let Some(mut line_writer) = LineWriter::at(buffer, area, place) {
            line_writer.skip(PERSON);
            for (text, style) in line {
                line_writer.text(text, *style);
            }
        }
    }
}
