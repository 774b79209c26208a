//! Every test that needs the whole program, real files or the shared corpus, in one binary: one link, one run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that cannot go on has failed, and says where"
)]

mod config;
mod ics;
mod schedule;
