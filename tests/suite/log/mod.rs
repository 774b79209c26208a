//! The log of problems.

mod problems;
