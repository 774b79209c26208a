//! The network: TLS with the platform's roots, and time limits on everything. What is said over a connection is the
//! concern of the sources.

mod connect;
mod failure;
pub mod http;
mod pinned;
pub mod sasl;
mod stream;
mod tls;

pub use connect::{connect, speaks_tls};
pub use failure::{Distrust, NetError};
pub use stream::Stream;
pub use tls::{RootCertificates, random};

use std::time::Duration;

/// How long a connection may take to come about, looking up its name included.
pub const CONNECT: Duration = Duration::from_secs(20);
/// How long the other side may say nothing while it has something to say, or take nothing while we do.
pub const ANSWER: Duration = Duration::from_mins(1);
