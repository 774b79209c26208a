//! Keys as the configuration says them: a mistake is reported at its place in the file.

use super::{KeyMistake, Keymap};
use crate::config::{ConfigMistake, KeyConfig};

impl Keymap {
    /// The configured preset with the configured changes, and the keys of views.
    ///
    /// # Errors
    /// Every mistake, where it stands.
    pub fn from_config(keys: &KeyConfig) -> Result<Self, Vec<ConfigMistake>> {
        let (mut whole, mistakes) = Self::assemble(keys.preset.get_ref(), &keys.changes());
        let placed = |mistake: KeyMistake| {
            let place = keys.place(&mistake.action, mistake.key.as_deref());
            ConfigMistake::at(place, mistake.what).hint(mistake.hint)
        };
        let mut told: Vec<ConfigMistake> = mistakes.into_iter().map(placed).collect();
        told.extend(whole.add_views(&keys.views));
        if told.is_empty() { Ok(whole) } else { Err(told) }
    }
}
