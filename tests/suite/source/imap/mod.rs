//! Accounts on IMAP servers, read and changed by the program's own source, and compared with what another client sees.

mod changes;
mod folders;
mod lying;
mod making;
mod mirror;
mod reading;
mod real_servers;
mod waiting;
