//! The receipt on the screen: what a batch came to, and how it was closed.

use crate::domain::receipt::Receipt;

#[derive(Debug, Clone)]
pub struct Closing {
    pub receipt: Receipt,
    pub by: ClosedBy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosedBy {
    Person,
    /// The window's time was over.
    Time,
    /// A script, or another screen.
    Others,
}
