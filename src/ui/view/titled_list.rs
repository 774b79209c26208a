//! A screen that is a list of messages with a title: how many there are, or a sentence where there are none.

use ratatui::buffer::Buffer;

use super::line_writer::LineWriter;
use super::{list, panes};
use crate::domain::message::MessageSummary;
use crate::ui::geometry;
use crate::ui::state::State;
use crate::ui::state::message_list::{CursorList, MessageList};

pub struct TitledList<'a> {
    pub title: &'a str,
    pub messages: &'a MessageList,
    /// Whether the list has come yet; before, nothing is said of it.
    pub known: bool,
    /// How many there are, in words.
    pub count: String,
    /// What is said where there are none.
    pub none: &'a str,
}

/// Draws the list, with the letter of the row in hand; `mark` is what stands at the end of a row.
pub fn draw(
    state: &State,
    listed: &TitledList<'_>,
    mark: impl Fn(usize, &MessageSummary) -> String,
    buffer: &mut Buffer,
    size: (u16, u16),
) {
    let (theme, frame, messages) = (&state.settings.theme, geometry::frame(size), listed.messages);
    if let Some(mut line_writer) = LineWriter::at(buffer, frame.head, 0) {
        line_writer.skip(1).say(listed.title, theme.accent);
        if listed.known && !messages.is_empty() {
            line_writer.skip(3).say(&listed.count, theme.text);
        }
    }
    if !messages.is_empty() {
        panes::draw(state, buffer, |buffer, area| list::messages(messages, mark, theme, buffer, area));
    } else if listed.known {
        list::empty(listed.none, theme, buffer, frame.body);
    }
}
