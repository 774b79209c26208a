//! Every test that needs the whole program, real files or the shared corpus, in one binary: one link, one run.

mod corpus;
mod sources;
