//! tidebox holds incoming messages until the check-ins that a person has scheduled, then lays them out in the
//! terminal as one finite batch that is triaged with single keys and closed.
//!
//! Its modules stand on floors. A module imports only from the floors below it, never from its own
//! (`tests/suite/architecture/floors.rs` checks the whole table):
//!
//! | floor | rooms |
//! |---|---|
//! | 6 | [`cli`]: one command in each file; a failure becomes an exit code |
//! | 5 | [`session`]: the loop around the screen |
//! | 4 | [`watch`]: the loop that tends the sources |
//! | 3 | [`job`]: what tidebox does, one verb in each file · [`ui`]: the screen without any input or output of its own · [`clock`] |
//! | 2 | [`source`]: where messages come from |
//! | 1 | [`mail`]: bytes to message · [`store`]: all SQL · [`config`]: the TOML file, typed · [`log`]: problems, without a word of a message · [`net`]: TLS and time limits · [`process`]: programs that are started |
//! | 0 | [`domain`]: the rules of messages and time, without any input or output |
//!
//! `docs/design.md` follows a message, a change in a mailbox and a keystroke through them.

pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod job;
pub mod log;
pub mod mail;
pub mod net;
pub mod outgoing;
pub mod process;
pub mod session;
pub mod source;
pub mod store;
pub mod ui;
pub mod watch;
