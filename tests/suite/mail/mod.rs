//! Mail as it is read and shown.

mod agreement;
mod answering;
mod built;
pub mod corpus;
mod drafts;
mod identities;
mod invitation_replies;
mod invitations;
mod queries;
mod shown_and_found;
mod tables;
mod unsubscribe;
mod written;
