//! Where the configuration and the store live, by the platform's convention: `$XDG_CONFIG_HOME` or `~/.config`, and
//! `$XDG_DATA_HOME` or `~/.local/share`; on Windows `%APPDATA%`. The environment is asked here and nowhere else in this room.

use std::path::PathBuf;

use etcetera::BaseStrategy;

const NO_HOME: &str = "no home folder is known";

/// The configuration's path, where `--config` names no other.
///
/// # Errors
/// Where no home folder is known: a sentence that says so.
pub fn default_path() -> Result<PathBuf, &'static str> {
    let base = etcetera::choose_base_strategy().map_err(|_| NO_HOME)?;
    Ok(base.config_dir().join("tidebox").join("config.toml"))
}

/// The store's path, where neither `--store` nor the configuration names another.
///
/// # Errors
/// Where no home folder is known: a sentence that says so.
pub fn default_store() -> Result<PathBuf, &'static str> {
    let base = etcetera::choose_base_strategy().map_err(|_| NO_HOME)?;
    Ok(base.data_dir().join("tidebox").join("tidebox.db"))
}

/// The log's path, where `--log-file` names no other: `$XDG_STATE_HOME` or `~/.local/state`; on Windows beside the store.
///
/// # Errors
/// Where no home folder is known: a sentence that says so.
pub fn default_log() -> Result<PathBuf, &'static str> {
    let base = etcetera::choose_base_strategy().map_err(|_| NO_HOME)?;
    Ok(base.state_dir().unwrap_or_else(|| base.data_dir()).join("tidebox").join("tidebox.log"))
}

/// The folder in which programs keep their settings: `$XDG_CONFIG_HOME` or `~/.config`.
#[must_use]
pub fn base() -> Option<PathBuf> {
    etcetera::choose_base_strategy().ok().map(|base| base.config_dir())
}

/// What `~` stands for.
#[must_use]
pub fn home() -> Option<PathBuf> {
    etcetera::home_dir().ok()
}
