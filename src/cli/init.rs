//! `tidebox init`: makes the configuration and the store where they are not there yet, and says where they are.

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::output::print;
use crate::config::{self, ConfigError};
use crate::domain::printable::Printable;
use crate::store::Store;

/// Make the configuration and the store where they are not there yet, and say where they are
#[derive(Debug, Args)]
#[command(after_help = "\
Nothing that is there is changed, so it can be run again. The screen, `add`, `sync`, `watch` and `release` make a store, too;
every other command needs one that is there.

Examples:
  tidebox init
  tidebox --json init | jq -r .store.path
  tidebox --store ~/mail/tidebox.db init")]
pub struct InitCommand;

pub fn run(global: &GlobalArguments, _: &InitCommand) -> Result<(), Failure> {
    let configured = match config::write_example(&CommandContext::config_path(global)?) {
        Ok(()) => true,
        Err(ConfigError::Exists { .. }) => false,
        Err(error) => return Err(error.into()),
    };
    let context = CommandContext::find(global)?;
    let made = Store::open_existing(&context.store_path)?.is_none();
    drop(context.store()?);
    let (config, store) = (context.config_path.display().to_string(), context.store_path.display().to_string());
    if context.json {
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
