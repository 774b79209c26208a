//! What the threads of a watch tell each other: the supervisor, the one that reads what lies on this machine, and one for
//! each source on the network.

use std::io;

use super::lock::Lock;
use crate::domain::problem::Problem;

/// What is read by one thread, and so answers as one where a person asked for a reading.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceGroup {
    /// Every source that lies on this machine.
    Local,
    /// The source on the network that has this name.
    Remote(String),
    /// Every source on the network, where another process tends them.
    OtherProcess,
}

/// Messages to the supervisor.
#[derive(Debug)]
pub enum SupervisorMessage {
    /// The configuration is to be followed as it is now, and everything read.
    Begin,
    /// A person asks to read now.
    Read,
    /// The lock came free, and is ours.
    LockTaken(Lock),
    /// The lock can't be had at all.
    LockFailed(io::Error),
    /// The journal has something to do in the sources of these names.
    JournalDue(Vec<String>),
    /// These sources were read, or could not be.
    RoundEnded {
        group: SourceGroup,
        failed: Option<Problem>,
        /// Whether somebody had asked for it.
        requested: bool,
    },
    /// Another process asks to read now; it waits for this number.
    RequestedByOtherProcess(i64),
    /// The process that was asked to read has read, with these problems.
    OtherProcessRead(Vec<Problem>),
    Stop,
}

/// Messages to the thread of a source on the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemoteMessage {
    /// Read now.
    Read,
    /// The journal has something to do there.
    JournalDue,
    /// A person asks to read now: what failed is tried again, and a failure is reported again.
    ReadRequested,
    /// The machine has slept, or its clock was set: a connection that seems open may be none any more.
    ClockJumped,
    /// A check-in opens in some seconds: what has arrived is to be there by then.
    WindowSoon,
    Stop,
}

/// Messages to the thread that reads the sources on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalMessage {
    /// A source has changed, or it is time.
    Read,
    /// A person asks to read now: a failure that lasts is reported again.
    ReadRequested,
    /// The store was written to, perhaps by another process or through `incoming`.
    StoreChanged,
    /// Half a minute is over, or a window has opened.
    Tick,
    /// The process that tends the network is to be asked to read now.
    AskOtherProcess,
    /// The reading that another process asked for with this number is over; that process hears of it.
    AnswerOtherProcess(i64),
    /// The lock is ours.
    LockTaken,
    Stop,
}
