//! The screen on a real terminal.

mod background;
mod groups;
mod kept;
mod odd_terminals;
mod parts;
mod reopening;
mod settings;
mod terminal;
mod while_open;
mod window_end;
mod writing;
mod writing_days;
