//! A mistake of this program in a thread behind the screen: caught, said, and the thread goes on.

pub use crate::watch::caught;

/// Panics on purpose, so that a test can see the terminal given back: only in debug builds, and only where the environment
/// asks for it.
pub fn rehearsed() {
    let asked = || std::env::var_os("TIDEBOX_FAILPOINT").is_some_and(|point| point == "paint");
    debug_assert!(!asked(), "a rehearsed mistake");
}
