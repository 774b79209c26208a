//! Where the configuration and the store live, by the platform's convention.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

/// The folders that matter here. Everything else about them is a pure function of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    pub home: PathBuf,
    /// For configurations: `$XDG_CONFIG_HOME` or `~/.config` on Unix, `%APPDATA%` on Windows.
    pub config: PathBuf,
    /// For data: `$XDG_DATA_HOME` or `~/.local/share` on Unix, `%APPDATA%` on Windows.
    pub data: PathBuf,
}

impl Location {
    /// The folders of this system and this person; `None` where no home folder is known.
    #[must_use]
    pub fn of_system() -> Option<Self> {
        let base = etcetera::choose_base_strategy().ok()?;
        Some(Self { home: base.home_dir().to_owned(), config: base.config_dir(), data: base.data_dir() })
    }

    /// The configuration's path, unless `--config` or `TIDEBOX_CONFIG` names another.
    #[must_use]
    pub fn config_file(&self) -> PathBuf {
        self.config.join("tidebox").join("config.toml")
    }

    /// The store's path: as given by `--store` or `TIDEBOX_STORE`, else as configured, else the usual one.
    #[must_use]
    pub fn store_file(&self, given: Option<&Path>, configured: Option<&Path>) -> PathBuf {
        match given.or(configured) {
            Some(path) => path.to_owned(),
            None => self.data.join("tidebox").join("tidebox.db"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::Location;

    #[test]
    fn what_is_given_wins_over_what_is_configured_and_that_over_the_usual_place() {
        let location = Location { home: "/home/ann".into(), config: "/c".into(), data: "/d".into() };
        assert_eq!(location.config_file(), PathBuf::from("/c/tidebox/config.toml"));
        let (given, configured) = (Some(Path::new("/given.db")), Some(Path::new("/configured.db")));
        assert_eq!(location.store_file(given, configured), PathBuf::from("/given.db"));
        assert_eq!(location.store_file(None, configured), PathBuf::from("/configured.db"));
        assert_eq!(location.store_file(None, None), PathBuf::from("/d/tidebox/tidebox.db"));
    }
}
