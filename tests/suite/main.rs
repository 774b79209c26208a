//! Every test that needs the whole program, real files or the shared corpus, in one binary: one link, one run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that cannot go on has failed, and says where"
)]

mod support;

mod commands;
mod day;
mod floors;
mod held;
mod ics;
mod one_batch;
mod pictures;
mod schedule;
mod screens;
