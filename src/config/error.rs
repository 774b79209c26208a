//! Why there is no configuration.

use std::io;
use std::path::{Path, PathBuf};

use super::mistake::Mistakes;
use crate::domain::limits::CONFIG_BYTES;

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the configuration {path}: {source}", path = path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot read the configuration {}: {} is a link to {}, and nothing is there", path.display(), link.display(), to.display())]
    LeadsNowhere { path: PathBuf, link: PathBuf, to: PathBuf },
    #[error("the configuration {path} is larger than {CONFIG_BYTES} bytes", path = path.display())]
    TooLarge { path: PathBuf },
    #[error(transparent)]
    Mistaken(#[from] Mistakes),
    #[error("there is a configuration at {path} already", path = path.display())]
    Exists { path: PathBuf },
    #[error("cannot write the configuration {path}: {source}", path = path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("in the configuration {path} the exception {name} is no table of its own", path = path.display())]
    NotAlone { path: PathBuf, name: String },
    #[error("in the configuration {path} the check-ins or the trial are written in a way that tidebox does not change", path = path.display())]
    NoTableOfItsOwn { path: PathBuf },
    #[error("the path {path} cannot be written into the configuration: it is not UTF-8", path = path.display())]
    NotText { path: PathBuf },
}

impl ConfigError {
    /// The file that the error is about.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Mistaken(mistakes) => mistakes.path(),
            Self::Read { path, .. }
            | Self::LeadsNowhere { path, .. }
            | Self::TooLarge { path }
            | Self::Exists { path }
            | Self::Write { path, .. }
            | Self::NotAlone { path, .. }
            | Self::NoTableOfItsOwn { path }
            | Self::NotText { path } => path,
        }
    }

    /// What to do next, if that is not obvious.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Read { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Some("name an existing file, or leave --config out for the usual place".to_owned())
            }
            Self::LeadsNowhere { .. } => Some(
                "bring back what it leads to (a disk, a folder), or mend or remove the link; nothing was done"
                    .to_owned(),
            ),
            Self::Read { .. } => Some("check that it is a file and that you may read it".to_owned()),
            Self::TooLarge { .. } => Some("a configuration has some kilobytes; is this the right file?".to_owned()),
            Self::Mistaken(mistakes) => Some(match mistakes.count() {
                1 => "`tidebox check` tells when it is mended".to_owned(),
                count => format!("{count} mistakes; `tidebox check` tells when all are gone"),
            }),
            Self::NotAlone { .. } => Some("take it out by hand; nothing was changed".to_owned()),
            Self::NoTableOfItsOwn { .. } => {
                Some("change them by hand as tables `[trial]` and `[[checkin]]`; nothing was changed".to_owned())
            }
            Self::Exists { .. } => Some("it was left as it is".to_owned()),
            Self::Write { .. } => Some("check that you may write there and that the disk is not full".to_owned()),
            Self::NotText { .. } => Some("rename the folder, or reach it through a link with a plain name".to_owned()),
        }
    }
}
