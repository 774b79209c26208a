//! Every test that needs the whole program, real files or the shared corpus, in one binary: one link, one run.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod finding;
mod frozen;
mod incoming;
mod letterbox;
mod opening;
mod store;
