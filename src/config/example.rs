//! The commented example.

/// Every key with a sentence, at its default. A test holds it to the defaults.
pub const EXAMPLE: &str = include_str!("../../config.example.toml");
