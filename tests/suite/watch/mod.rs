//! `tidebox watch`, and what it tells of.

mod command;
mod notify;
mod sending;
