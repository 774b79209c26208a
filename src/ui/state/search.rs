//! Searching what is visible: the line that is typed, and what was found.

use super::field::Field;
use super::shelf::Shelf;
use crate::ui::event::Problem;

#[derive(Debug, Clone, Default)]
pub struct Search {
    pub field: Field,
    pub stage: Stage,
    pub shelf: Shelf,
    /// What the list was found for.
    pub query: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Stage {
    #[default]
    Typing,
    Looking,
    Found,
    Refused(Problem),
}
