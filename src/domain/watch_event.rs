//! What the watch over the sources tells: to the screen, and to `tidebox watch`.

use super::door::Overview;
use super::printable::Printable;
use super::problem::Problem;
use super::sending_summary::SendingSummary;
use super::write_back_summary::WriteBackSummary;

/// What is told of the sources and the door.
#[derive(Debug)]
pub enum WatchEvent {
    /// Sources are being read: so many messages so far.
    Gathering {
        read: u64,
    },
    /// Sources were read. A failure that lasts is told once.
    Gathered {
        admitted: u64,
        failed: Vec<Problem>,
    },
    /// Something else did not work, or a reading as a whole. What lasts is told once; then there are none here.
    Failed(Vec<Problem>),
    /// Changes were made in mailboxes, or somebody else was first, or a person has to do something about them.
    Written(WriteBackSummary),
    /// Messages were sent, or could not be.
    Sent(SendingSummary),
    /// Every source was read once, or could not be.
    AllRead,
    /// What came of the reading that a person asked for.
    Answered {
        failed: Vec<Problem>,
    },
    /// A source on the network of which a failure was told can be read again.
    Recovered {
        source: Printable,
    },
    /// How many have arrived since the batch was frozen, and how many of them came through an exception.
    Arrived {
        waiting: u32,
        let_through: u32,
    },
    Door(Box<Overview>),
}
