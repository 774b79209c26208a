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

mod accounts;
mod adding;
mod agreement;
#[cfg(unix)]
mod asking;
mod astray;
mod background;
mod check;
mod clocks;
mod commands;
mod config;
mod corpus;
mod cut_short;
mod cycles;
mod damaged;
mod day;
mod finding;
mod first_run;
mod floors;
mod frozen;
mod full_disk;
#[cfg(unix)]
mod hard_hold;
mod held;
mod hostile;
mod ics;
mod identities;
mod label_server;

mod imap;
mod incoming;
mod journal;
mod kept;
mod kills;
mod letterbox;
mod log;
mod names;
mod notify;
mod odd_terminals;
mod one_batch;
mod opening;
mod pictures;
mod places;
mod planted;
mod read_only;
mod real_servers;
mod schedule;
mod screens;
mod servers;
mod service;
mod settings;
mod several_folders;
mod shown_and_found;
mod sources;
mod sources_of_the_crate;
mod status;
mod store;
mod synced;
mod terminal;
mod threads;
mod two_programs;
mod watch;
mod while_open;
mod written;
