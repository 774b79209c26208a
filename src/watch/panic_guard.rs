//! A mistake of this program in a thread behind: caught, said, and the thread goes on.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::domain::printable::Printable;
use crate::domain::problem::Problem;

/// Does something that might panic. A transaction that was open is rolled back with its connection's guard.
///
/// What the panic says is not repeated: it may quote the message that it stumbled over, and that may be held (rule 1).
///
/// # Errors
/// Where it panicked: a sentence that says so.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Problem> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Problem {
        what: Printable::from("this is a mistake of tidebox, and what it was doing was stopped"),
        hint: Some(Printable::from("what was decided before is kept; please report it")),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_panic_says_nothing_of_a_message() {
        let subject = String::from("é secret");
        let problem = super::caught(|| subject[1..].len()).unwrap_err();
        assert!(!problem.what.as_str().contains("secret"), "{}", problem.what);
    }
}
