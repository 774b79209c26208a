//! Keys as the configuration says them: a mistake is reported at its place in the file.

use super::Keymap;
use crate::config::{ConfigMistake, KeyConfig};

impl Keymap {
    /// The configured preset with the configured changes.
    ///
    /// # Errors
    /// Every mistake, where it stands.
    pub fn from_config(keys: &KeyConfig) -> Result<Self, Vec<ConfigMistake>> {
        Self::build(keys.preset.get_ref(), &keys.changes()).map_err(|mistakes| {
            let told = mistakes.into_iter().map(|mistake| {
                let place = keys.place(&mistake.action, mistake.key.as_deref());
                ConfigMistake::at(place, mistake.what).hint(mistake.hint)
            });
            told.collect()
        })
    }
}
