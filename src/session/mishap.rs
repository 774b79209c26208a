//! A mistake of this program in a thread behind the screen: caught, said, and the thread goes on.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::domain::printable::Printable;
use crate::ui::event::Problem;

/// Does something that might panic. A transaction that was open is rolled back with its connection's guard.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Problem> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|cause| {
        let what = cause
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| cause.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "no reason was given".to_owned());
        Problem {
            what: Printable::from(format!("this is a mistake of tidebox: {what}")),
            hint: Some(Printable::from("what was decided before is kept; please report it")),
        }
    })
}

/// A mistake on purpose, for the test of the way out: only in builds for tests, and only where the environment asks.
pub fn rehearsed() {
    let asked = || std::env::var_os("TIDEBOX_FAILPOINT").is_some_and(|point| point == "paint");
    debug_assert!(!asked(), "a rehearsed mistake");
}
