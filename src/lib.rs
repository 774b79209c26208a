//! tidebox holds incoming messages until the check-ins that a person has scheduled, then lays them out in the
//! terminal as one finite batch that is triaged with single keys and closed.
//!
//! The house has floors; imports go down only, and rooms on one floor never name each other
//! (`tests/suite/architecture/floors.rs` holds the whole table):
//!
//! | floor | rooms |
//! |---|---|
//! | 6 | [`cli`]: one command a file; a failure becomes an exit code |
//! | 5 | [`session`]: the loop around the screen |
//! | 4 | [`watch`]: the loop that tends the sources |
//! | 3 | [`job`]: what tidebox does, a verb a file · [`ui`]: the screen as a pure machine · [`clock`] |
//! | 2 | [`source`]: where messages come from |
//! | 1 | [`mail`]: bytes to message · [`store`]: all SQL · [`config`]: the TOML file, typed · [`log`]: problems, without a word of a message · [`net`]: TLS and time limits · [`process`]: programs that are started |
//! | 0 | [`domain`]: true of messages and time, without any input or output |
//!
//! `docs/design.md` draws the two journeys that matter: the way of a message, and the way of a keystroke.

pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod job;
pub mod log;
pub mod mail;
pub mod net;
pub mod process;
pub mod session;
pub mod source;
pub mod store;
pub mod ui;
pub mod watch;
