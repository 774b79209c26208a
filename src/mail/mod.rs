//! Bytes to message and back: everything that knows how mail is written.
//!
//! `parse` makes an arrival of original bytes and never refuses; `letter` lays a message out for reading; `attachment`
//! takes one out; `compose` writes a message for what came without original bytes. Outside libraries are used for
//! what they are good at (address syntax, parameters, character sets, HTML), behind our own pass over header and
//! parts, which keeps the limits. Nothing here touches a file, the network or the clock.

mod attached;
mod bare;
mod body;
mod charset;
mod date;
mod encoding;
mod envelope;
mod file_name;
mod header;
mod identity;
mod kind;
mod letter;
mod lookalike;
mod msgid;
mod parse;
mod part;
mod people;
mod script;
mod word;

pub use identity::identity;
pub use letter::{attachment, letter};
pub use parse::parse;
pub use script::{Script, compose};
