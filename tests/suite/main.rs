//! Every test that needs the whole program, real files or the shared corpus, in one binary: one link, one run.

mod finding;
mod frozen;
mod incoming;
mod letterbox;
mod opening;
mod store;
