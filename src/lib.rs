pub mod domain;
pub mod mail;
pub mod source;
pub mod ui;
