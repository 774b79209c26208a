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

mod agreement;
mod background;
mod check;
mod commands;
mod config;
mod corpus;
mod day;
mod finding;
mod first_run;
mod floors;
mod frozen;
mod held;
mod hostile;
mod ics;
mod incoming;
mod kills;
mod letterbox;
mod log;
mod one_batch;
mod opening;
mod pictures;
mod schedule;
mod screens;
mod settings;
mod sources;
mod store;
mod terminal;
mod while_open;
mod written;
