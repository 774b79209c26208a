//! The domain over all that it may be given.

mod ics;
mod invitation_cards;
mod replay;
mod schedule;
mod statistics;
