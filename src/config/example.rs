//! The commented example.

/// Every key with its default and a sentence about it. A test compares it with the defaults.
pub const EXAMPLE: &str = include_str!("../../config.example.toml");
