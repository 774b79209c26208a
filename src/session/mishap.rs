//! A mistake of this program in a thread behind the screen: caught, said, and the thread goes on.

use crate::ui::event::Problem;
use crate::watch;

/// Does something that might panic; the problem to show where it did.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Problem> {
    watch::caught(work).map_err(super::told::problem)
}

/// A mistake on purpose, for the test of the way out: only in builds for tests, and only where the environment asks.
pub fn rehearsed() {
    let asked = || std::env::var_os("TIDEBOX_FAILPOINT").is_some_and(|point| point == "paint");
    debug_assert!(!asked(), "a rehearsed mistake");
}
