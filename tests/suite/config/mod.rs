//! The configuration as it is read.

mod reading;
