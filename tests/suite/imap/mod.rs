//! Accounts on IMAP servers, read by the program's own source and held against what another client sees there.

mod mirror;
mod reading;
mod waiting;
