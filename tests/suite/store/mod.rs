//! The store as a file: what it keeps, refuses and survives.

mod alike;
mod answers;
mod bundles;
mod conversations;
mod cut_short;
mod damaged;
mod facts;
mod finding;
mod follow_ups;
mod frozen;
mod groups;
mod in_and_out;
mod incoming;
mod invitation_answers;
mod invitations;
mod opening;
mod outbox;
mod reminders;
mod threads;
mod two_programs;
mod unknown_words;
