//! The network: TLS with the platform's root certificates, and time limits on everything. What is sent over a
//! connection is the concern of the sources.

mod connect;
pub mod dns;
pub mod document;
mod failure;
pub mod http;
pub mod one_click;
mod pinned;
mod public_address;
pub mod sasl;
mod stream;
mod tls;

pub use connect::{connect, speaks_tls};
pub use failure::{Distrust, NetError};
pub use public_address::is_public;
pub use stream::Stream;
pub use tls::{RootCertificates, random};

use std::time::Duration;

/// The largest time for opening a connection, with the lookup of its name.
pub const CONNECT: Duration = Duration::from_secs(20);
/// The largest time that the other side may be silent when it has to send something, or may accept nothing while we
/// send.
pub const ANSWER: Duration = Duration::from_mins(1);
