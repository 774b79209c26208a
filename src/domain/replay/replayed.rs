//! A replay as a screen shows it.

use chrono::Duration;

use super::{TooFewDays, WhatIf};
use crate::domain::message::MessageSummary;
use crate::domain::schedule::{Days, TypedSchedule};

/// A replay, with the schedules that were replayed beside the person's own.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplayedSchedules {
    /// In the order of `WhatIf::schedules`, of which the first is the person's own and is not here.
    pub typed: Vec<TypedSchedule>,
    pub found: Result<WhatIf, TooFewDays>,
    /// What is to be seen of what mattered, in the order of `WhatIf::mattered`; `None` for what is held again, or gone.
    pub cases: Vec<Option<MessageSummary>>,
    /// The times of the person's own check-ins: `10:00 16:00`.
    pub own: String,
    /// The days and the length of a schedule that names none.
    pub days: Days,
    pub length: Duration,
}
