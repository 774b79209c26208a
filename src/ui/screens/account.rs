//! Setting up an account on a mail server: what is known so far, and the next question.
//!
//! ```text
//!    An account on a mail server
//!
//!    address  me@gmail.com
//!    server   imap.gmail.com, port 993, tls (Gmail, not tried here)
//!
//!    Gmail takes a password made for one program, not the one of the account: https://…
//!
//!    Where shall tidebox get the secret from? It never stands in the settings.
//!    k  the system's keyring holds it
//!    c  a command prints it (pass, gpg, a password manager)
//! ```
//!
//! What is asked, and what an answer means, is decided behind the screen (`job::account`): an answer is a request, and the page
//! that comes back is shown.

use crossterm::event::KeyCode;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::domain::printable::Printable;
use crate::domain::problem::Problem;
use crate::domain::question::Question;
use crate::ui::action::{Action, Mode};
use crate::ui::geometry;
use crate::ui::keymap::Key;
use crate::ui::request::{AccountRequest, ShellRequest, Slot, StoreRequest};
use crate::ui::response::{AccountPage, AccountStage, Response};
use crate::ui::state::State;
use crate::ui::state::field::Field;
use crate::ui::state::notice::Notice;
use crate::ui::state::screen::{Handlers, Screen};
use crate::ui::view::field::typed;
use crate::ui::view::line_writer::LineWriter;

/// The widest that its text gets, in columns.
const WIDEST: u16 = 96;
/// The columns for the names of what is known.
const NAMES: usize = 9;

#[derive(Debug, Default)]
pub struct AccountForm {
    /// `None` until the first one has come.
    page: Option<Box<AccountPage>>,
    /// The answer that is typed.
    field: Field,
}

/// Opens the form.
pub(super) fn open(state: &mut State) {
    state.show(AccountForm::default());
    state.ask(AccountRequest::Begin);
}

impl AccountForm {
    fn question(&self) -> Option<&Question> {
        match self.page.as_deref().map(|page| &page.stage) {
            Some(AccountStage::Asks { question, .. }) => Some(question),
            _ => None,
        }
    }
}

impl Screen for AccountForm {
    fn mode(&self) -> Mode {
        Mode::Account
    }

    fn handlers(&self) -> Handlers {
        Handlers { key, respond, failed, ..Handlers::of(act) }
    }

    fn field(&self) -> Option<&Field> {
        self.question().filter(|question| question.choices.is_empty()).map(|_| &self.field)
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        self.field()?;
        Some(&mut self.field)
    }

    fn field_hints(&self) -> &'static [(&'static str, &'static str)] {
        &[("enter", "answer"), ("esc", "back")]
    }

    /// A text can be gone back to; a choice may write, or make a folder.
    fn enter_is_final(&self) -> bool {
        self.field().is_none()
    }

    fn hints(&self, _: &State) -> Vec<(Action, &'static str)> {
        match self.page.as_deref().map(|page| &page.stage) {
            Some(AccountStage::Asks { question, .. }) if !question.choices.is_empty() => {
                vec![(Action::Open, "the first answer"), (Action::Back, "back")]
            }
            _ => vec![(Action::Back, "back")],
        }
    }

    fn draw(&self, state: &State, buffer: &mut Buffer, size: (u16, u16)) {
        draw(state, self, buffer, size);
    }
}

fn act(state: &mut State, action: Action) {
    match action {
        Action::Open => answer(state, String::new()),
        Action::Back => back(state),
        Action::Quit => leave(state),
        _ => {}
    }
}

/// A line that is typed takes the keys; else the key of a choice answers at once.
fn key(state: &mut State, key: Key) -> bool {
    let waits = state.requests.waits_for(Slot::Account);
    let Some(form) = state.screen_as_mut::<AccountForm>() else { return false };
    let Some(question) = form.question() else { return false };
    if question.choices.is_empty() {
        if waits || form.field.key(key) {
            return true;
        }
        match key.code() {
            KeyCode::Enter => {
                let text = form.field.text();
                answer(state, text);
            }
            KeyCode::Esc => back(state),
            _ => {}
        }
        return true;
    }
    let chosen = key.character().filter(|typed| question.choices.iter().any(|choice| choice.key == *typed));
    let Some(chosen) = chosen else { return false };
    answer(state, chosen.to_string());
    true
}

fn answer(state: &mut State, text: String) {
    let asks = state.screen_as::<AccountForm>().is_some_and(|form| form.question().is_some());
    if asks && !state.requests.waits_for(Slot::Account) {
        state.notice = None;
        state.ask(AccountRequest::Answer(text));
    }
}

/// To the question before; from the first one, and while something is done, out.
fn back(state: &mut State) {
    let stage = state.screen_as::<AccountForm>().and_then(|form| form.page.as_deref()).map(|page| &page.stage);
    match stage {
        Some(AccountStage::Asks { is_first: false, .. }) if !state.requests.waits_for(Slot::Account) => {
            state.ask(AccountRequest::Back);
        }
        _ => leave(state),
    }
}

/// What is under way comes to its end behind the screen, and its answer finds nobody.
fn leave(state: &mut State) {
    state.requests.forget(|slot| slot == Slot::Account);
    if state.door.as_ref().is_some_and(|door| door.nothing_to_hold) {
        return state.welcome();
    }
    state.go_back();
    state.ask(StoreRequest::Overview);
}

fn respond(state: &mut State, response: Response) {
    let Response::Account(page) = response else { return };
    match &page.stage {
        AccountStage::Asks { question, complaint, .. } => {
            let proposed = if question.choices.is_empty() { question.proposed.clone() } else { String::new() };
            let Some(form) = state.screen_as_mut::<AccountForm>() else { return };
            // What was typed stays where it was no answer.
            if complaint.is_none() {
                form.field = Field::of(&proposed);
            }
            form.page = Some(page);
        }
        AccountStage::Works(_) => {
            if let Some(form) = state.screen_as_mut::<AccountForm>() {
                form.page = Some(page);
                state.ask(AccountRequest::GoOn);
            }
        }
        AccountStage::GivenUp => {
            leave(state);
            state.say("Nothing was written.");
        }
        AccountStage::Impossible(problem) => {
            let problem = problem.clone();
            leave(state);
            state.warn(&problem);
        }
        AccountStage::Written { name, .. } => {
            let added = format!("Added as \"{name}\", and read now. Nothing moves there until you close a batch.");
            leave(state);
            state.notice = Some(Notice::done(added, None));
            state.ask(ShellRequest::Gather);
        }
    }
}

fn failed(state: &mut State, slot: Slot, problem: &Problem) -> bool {
    if slot == Slot::Account {
        leave(state);
        state.warn(problem);
    }
    slot == Slot::Account
}

/// A line of the form.
enum FormLine {
    Text(Printable, Style),
    Known(&'static str, Printable),
    Choice(char, Printable),
    Field,
}

fn draw(state: &State, form: &AccountForm, buffer: &mut Buffer, size: (u16, u16)) {
    let theme = &state.settings.theme;
    let frame = geometry::frame(size);
    let whole = Rect { y: 0, height: frame.body.bottom(), ..frame.body };
    let width = whole.width.saturating_sub(4).min(WIDEST);
    let top = u16::from(whole.height >= 18);
    let area = Rect { x: whole.x + (whole.width - width) / 2, y: top, width, height: whole.height - top };
    let lines = lines(state, form, usize::from(width));
    // Where not everything fits, the question is what stays in sight.
    let hidden = lines.len().saturating_sub(usize::from(area.height));
    for (row, line) in lines.iter().skip(hidden).enumerate() {
        let Some(mut writer) = LineWriter::at(buffer, area, row) else { return };
        match line {
            FormLine::Text(text, style) => drop(writer.text(text, *style)),
            FormLine::Known(name, what) => drop(writer.say(name, theme.dim).to(NAMES).text(what, theme.text)),
            FormLine::Choice(key, words) => {
                writer.say(&key.to_string(), theme.accent).skip(2).text(words, theme.text);
            }
            FormLine::Field => typed(&form.field, true, state, writer.say("> ", theme.accent), 0),
        }
    }
}

fn lines(state: &State, form: &AccountForm, width: usize) -> Vec<FormLine> {
    let theme = &state.settings.theme;
    let mut lines = vec![FormLine::Text(Printable::from("An account on a mail server"), theme.writer)];
    let blank = || FormLine::Text(Printable::default(), theme.text);
    let Some(page) = form.page.as_deref() else { return lines };
    let wrapped = |text: &str, style: Style| {
        let wrap = |line: &str| Printable::from(line).wrap(width).into_iter().map(move |it| FormLine::Text(it, style));
        text.lines().flat_map(wrap).collect::<Vec<_>>()
    };
    if !page.known.is_empty() {
        lines.push(blank());
        lines.extend(page.known.iter().map(|(name, what)| FormLine::Known(name, what.clone())));
    }
    if !page.said.is_empty() {
        lines.push(blank());
        lines.extend(page.said.iter().flat_map(|said| wrapped(said.as_str(), theme.text)));
    }
    lines.push(blank());
    match &page.stage {
        AccountStage::Asks { question, complaint, .. } => {
            for note in &question.notes {
                lines.extend(wrapped(note, theme.dim));
                lines.push(blank());
            }
            lines.extend(wrapped(&question.words, theme.writer));
            lines.extend(question.choices.iter().map(|it| FormLine::Choice(it.key, Printable::from(&it.words))));
            if question.choices.is_empty() {
                lines.push(FormLine::Field);
            }
            if let Some(complaint) = complaint {
                lines.extend(wrapped(complaint, theme.warm));
            }
        }
        AccountStage::Works(words) => lines.extend(wrapped(words, theme.accent)),
        AccountStage::GivenUp | AccountStage::Impossible(_) | AccountStage::Written { .. } => {}
    }
    lines
}
