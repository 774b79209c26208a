//! Every test that needs the whole program, real files or the shared corpus, in one binary: one link, one run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    reason = "a test that cannot go on has failed, and says where"
)]

mod support;

mod architecture;
mod cli;
mod config;
mod domain;
mod job;
mod log;
mod mail;
mod net;
mod outgoing;
mod program;
mod session;
mod source;
mod store;
mod ui;
mod watch;
