//! What is decided here is done where the messages lie, once, and whoever said something there first is right.

mod answered;
mod away;
mod commands;
mod hold;
mod kills;
mod machine;
mod maildir;
mod maildir_kept;
mod one;
mod reopen;
mod server;
mod two;
