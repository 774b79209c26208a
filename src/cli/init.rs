//! `tidebox init`: makes the configuration and the store where they are not there yet, and says where they are.

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::Place;
use super::failure::Failure;
use super::json;
use super::output::print;
use crate::config::{self, ConfigError};
use crate::domain::printable::Printable;
use crate::store::Store;

/// Make the configuration and the store where they are not there yet, and say where they are
#[derive(Debug, Args)]
#[command(after_help = "\
Nothing that is there is changed: doing it twice is doing it once. The screen, `add`, `sync` and `watch` make a store, too;
every other command wants one that is there.

Examples:
  tidebox init
  tidebox --json init | jq -r .store.path
  tidebox --store ~/mail/tidebox.db init")]
pub struct InitCommand;

pub fn run(global: &GlobalArguments, _: &InitCommand) -> Result<(), Failure> {
    let configured = match config::write_example(&Place::config_path(global)?) {
        Ok(()) => true,
        Err(ConfigError::Exists { .. }) => false,
        Err(error) => return Err(error.into()),
    };
    let place = Place::find(global)?;
    let made = Store::open_existing(&place.store_path)?.is_none();
    drop(place.store()?);
    let (config, store) = (place.config_path.display().to_string(), place.store_path.display().to_string());
    if place.json {
        let object = serde_json::json!({
            "configuration": { "path": config, "made": configured }, "store": { "path": store, "made": made },
        });
        return print(&format!("{}\n", json::line(&object)));
    }
    let line = |name: &str, path: String, made| {
        format!("{name:<14} {} ({})\n", Printable::from(path), if made { "made" } else { "was there" })
    };
    print(&(line("configuration", config, configured) + &line("store", store, made)))
}
