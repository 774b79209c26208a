//! The network: TLS with the platform's roots, and time limits on everything. What is said over a connection is the
//! concern of the sources.
