//! A mistake of this program in a thread behind the screen: caught, said, and the thread goes on.

pub use crate::watch::caught;

/// A mistake on purpose, for the test of the way out: only in builds for tests, and only where the environment asks.
pub fn rehearsed() {
    let asked = || std::env::var_os("TIDEBOX_FAILPOINT").is_some_and(|point| point == "paint");
    debug_assert!(!asked(), "a rehearsed mistake");
}
