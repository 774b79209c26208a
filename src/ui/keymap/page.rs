//! The key table as Markdown, for the page of keys.

use std::fmt::Write;

use super::Keymap;
use crate::ui::action::{ACTIONS, HelpSection};

/// One table with a row for each action: its keys, its name in TOML, its sentence.
#[must_use]
pub fn key_table_markdown(map: &Keymap) -> String {
    let mut out = String::from("| key | does | name |\n|---|---|---|\n");
    for part in HelpSection::ALL {
        let _ = writeln!(out, "| **{}** | | |", part.title());
        for info in ACTIONS.iter().filter(|info| info.part == part) {
            let keys: Vec<String> =
                map.all_shown(info.action).iter().map(|key| format!("`{}`", key.replace('|', "\\|"))).collect();
            let keys = if keys.is_empty() { "(by `:`)".to_owned() } else { keys.join(" ") };
            let _ = writeln!(out, "| {keys} | {} | `{}` |", info.sentence, info.name);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::key_table_markdown;
    use crate::ui::keymap::Keymap;

    #[test]
    fn every_row_has_three_cells() {
        let table = key_table_markdown(&Keymap::default());
        assert!(table.lines().all(|line| line.replace("\\|", "").matches('|').count() == 4), "{table}");
        assert!(table.contains("| `a` `e` | done, and on to the next | `done` |"), "{table}");
    }
}
