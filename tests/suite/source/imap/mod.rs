//! Accounts on IMAP servers, read and changed by the program's own source and held against what another client sees there.

mod changes;
mod folders;
mod lying;
mod making;
mod mirror;
mod reading;
mod real_servers;
mod waiting;
