//! What stands around the letters of a conversation: its title, folded messages, and a mark beside the one in hand.
//!
//! ```text
//!   Notes on the engine                                  3 messages
//!   ╌ 5 more messages of this thread · <
//!
//!   Grace Hopper  done  The mill takes the variables in…  Tue 18:20
//! ▌ Ada Lovelace  <ada@example.org>                 yesterday 18:20
//! ```

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::line_writer::LineWriter;
use crate::domain::conversation::{ConversationMessage, LISTED};
use crate::ui::action::Action;
use crate::ui::geometry::Focus;
use crate::ui::state::State;
use crate::ui::state::conversation::ConversationView;
use crate::ui::state::sheet::SheetPart;
use crate::ui::when;

/// The columns that the name of who writes a folded message gets.
const SENDER: usize = 18;
/// The columns of most dates: `Mon 30 Nov, 10:00`, `yesterday 07:49`.
const SENT: usize = 17;

/// Draws a part that is one line.
pub fn draw(state: &State, part: &SheetPart<'_>, mut line_writer: LineWriter<'_>) {
    let theme = &state.settings.theme;
    match part {
        SheetPart::Blank | SheetPart::Letter(_) => {}
        SheetPart::Title(subject, count) => {
            let count = when::count(*count, "message", "messages");
            let room = line_writer.room().saturating_sub(count.len() + 2);
            let style = theme.text.add_modifier(Modifier::UNDERLINED);
            line_writer.text(&subject.cut(room), style).right(&count, theme.dim);
        }
        SheetPart::WholeThread => {
            if let Some(view) = state.read_conversation() {
                whole_thread(state, view, line_writer);
            }
        }
        SheetPart::Head(number) => {
            if let Some(message) = state.read_conversation().and_then(|view| view.message(*number)) {
                head(state, message, line_writer);
            }
        }
        SheetPart::Problem(line) => drop(line_writer.text(line, theme.warm)),
    }
}

fn whole_thread(state: &State, view: &ConversationView, mut line_writer: LineWriter<'_>) {
    let theme = &state.settings.theme;
    let key = state.keymap.shown(Action::WholeThread).map_or_else(String::new, |key| format!(" · {key}"));
    let said = match (view.others(), view.lists_others()) {
        (0, _) => String::new(),
        (1, false) => format!("1 more message of this thread{key}"),
        (count, false) => format!("{count} more messages of this thread{key}"),
        (1, true) => format!("with the other message of this thread{key}"),
        (count, true) => format!("with the other {count} messages of this thread{key}"),
    };
    let cut = if view.is_cut() { format!("only the newest {LISTED} messages are here") } else { String::new() };
    let gap = if said.is_empty() || cut.is_empty() { "" } else { "; " };
    line_writer.say("╌ ", theme.dim).say(&format!("{said}{gap}{cut}"), theme.dim);
}

/// A folded message in one line: who, what was decided about it, how it begins, when. What is not of the row is quieter.
fn head(state: &State, message: &ConversationMessage, mut line_writer: LineWriter<'_>) {
    let theme = &state.settings.theme;
    let own = message.position.is_some();
    let sent = when::moment(message.placed, state.now, state.settings.zone);
    let room = line_writer.room().saturating_sub(sent.len() + 2).min(SENDER);
    let verdict = message.position.zip(state.work.as_ref()).and_then(|(at, work)| work.triage.verdict(at));
    let writer = if own { theme.writer.remove_modifier(Modifier::BOLD) } else { theme.dim };
    line_writer.text_in(&message.sender, room, writer).skip(2);
    if let Some(decision) = verdict {
        line_writer.say(decision.name(), theme.dim).skip(2);
    }
    // The same for all of them, so that they end beneath each other.
    let room = line_writer.room().saturating_sub(sent.len().max(SENT) + 2);
    if let Some(Ok(words)) = state.first_words.get(message.id).filter(|_| room > 0) {
        line_writer.text(&words.cut(room), theme.dim);
    }
    line_writer.right(&sent, theme.dim);
}

/// The mark beside the message in hand, where several are listed: on its first row that is in sight.
pub fn mark(state: &State, in_hand: Range<usize>, top: usize, buffer: &mut Buffer, area: Rect) {
    let several = state.read_conversation().is_some_and(|view| view.place().1 > 1);
    let line = in_hand.start.max(top) - top;
    let in_letter = state.listed().is_some_and(|listed| listed.reading().focus == Focus::Letter);
    let theme = &state.settings.theme;
    let (bar, style) = if in_letter { ("▌", theme.accent) } else { ("▏", theme.dim) };
    if let Some(mut line_writer) = LineWriter::at(buffer, area, line).filter(|_| several && top < in_hand.end) {
        line_writer.say(bar, style);
    }
}
