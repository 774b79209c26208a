//! `tidebox backup`: a consistent copy of the store, taken while others may be writing.

use super::arguments::Backup;
use super::failure::Failure;
use super::output::print;
use super::place::Place;

pub fn run(place: &Place, options: &Backup) -> Result<(), Failure> {
    if options.file.exists() {
        return Err(Failure::usage(
            format!("{} is there already; nothing was written", options.file.display()),
            "name a file that does not exist yet",
        ));
    }
    let mut store = place.existing()?;
    // It lives here from now on at the latest, so that the copy is known for one.
    store.is_at_home()?;
    store.backup(&options.file)?;
    if place.json {
        return print(&format!("{}\n", super::json::line(&serde_json::json!({ "file": options.file }))));
    }
    print(&format!("The store was copied to {}.\n", options.file.display()))
}
