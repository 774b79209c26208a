//! The domain over all that it may be given.

mod ics;
mod invitation_cards;
mod schedule;
mod statistics;
