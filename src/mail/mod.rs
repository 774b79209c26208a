//! Bytes to message and back: everything that knows how mail is written.
//!
//! `parse` makes an arrival of original bytes and never refuses; `letter` lays a message out for reading; `attachment`
//! takes one out; `script` writes a message for what came without original bytes. Outside libraries are used for
//! what they are good at (address syntax, parameters, character sets, HTML), behind our own pass over header and
//! parts, which keeps the limits. Nothing here touches a file, the network or the clock.

mod attached;
mod body;
mod charset;
mod date;
mod encoding;
mod envelope;
mod header;
mod identity;
mod kind;
mod lookalike;
mod msgid;
mod parse;
mod part;
mod people;
mod word;

pub use identity::identity;
pub use parse::parse;
