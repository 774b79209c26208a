//! Where the configuration and the store lie, by the convention of the platform: `$XDG_CONFIG_HOME` or `~/.config`, and
//! `$XDG_DATA_HOME` or `~/.local/share`; on Windows `%APPDATA%`. No other file of this module
//! reads the environment.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

const NO_HOME: &str = "no home folder is known";

/// The path of the configuration, if `--config` names no other.
///
/// # Errors
/// If no home folder is known: a sentence that says so.
pub fn default_path() -> Result<PathBuf, &'static str> {
    let base = etcetera::choose_base_strategy().map_err(|_| NO_HOME)?;
    Ok(base.config_dir().join("tidebox").join("config.toml"))
}

/// The path of the store, if neither `--store` nor the configuration names another.
///
/// # Errors
/// If no home folder is known: a sentence that says so.
pub fn default_store() -> Result<PathBuf, &'static str> {
    let base = etcetera::choose_base_strategy().map_err(|_| NO_HOME)?;
    Ok(base.data_dir().join("tidebox").join("tidebox.db"))
}

/// The path of the log, if `--log-file` names no other: `$XDG_STATE_HOME` or `~/.local/state`; on Windows beside the store.
///
/// # Errors
/// If no home folder is known: a sentence that says so.
pub fn default_log() -> Result<PathBuf, &'static str> {
    let base = etcetera::choose_base_strategy().map_err(|_| NO_HOME)?;
    Ok(base.state_dir().unwrap_or_else(|| base.data_dir()).join("tidebox").join("tidebox.log"))
}

/// The folder in which programs keep their settings: `$XDG_CONFIG_HOME` or `~/.config`.
#[must_use]
pub fn base() -> Option<PathBuf> {
    etcetera::choose_base_strategy().ok().map(|base| base.config_dir())
}

/// A path as a person writes it: `~` for the home folder.
#[must_use]
pub fn with_tilde(path: &Path) -> String {
    match home().as_deref().and_then(|home| path.strip_prefix(home).ok()) {
        Some(rest) if !rest.as_os_str().is_empty() => format!("~/{}", rest.display()),
        _ => path.display().to_string(),
    }
}

/// The home folder, for which `~` stands.
#[must_use]
pub fn home() -> Option<PathBuf> {
    etcetera::home_dir().ok()
}
