//! `[batch]` and `[settled]`: how a batch is laid out.

use super::table::{FoundMistakes, TomlTable};
use crate::domain::batch::{BatchLayout, BatchOrder};
use crate::domain::settled::SettledRules;

pub(super) const KEYS: [&str; 3] = ["order", "threads", "bundles"];
pub(super) const SETTLED_KEYS: [&str; 3] = ["ci", "issues", "invitations"];
const ORDER: [(&str, BatchOrder); 2] = [("oldest", BatchOrder::OldestFirst), ("newest", BatchOrder::NewestFirst)];

pub(super) fn read(root: &TomlTable<'_>, found: &mut FoundMistakes) -> BatchLayout {
    let usual = BatchLayout { settled: settled(root, found), ..BatchLayout::default() };
    let Some((table, span)) = root.table("batch", found) else { return usual };
    let section = TomlTable::open("[batch]", table, span, &KEYS, found);
    BatchLayout {
        order: section.word("order", &ORDER, found).unwrap_or(usual.order),
        threads: section.flag("threads", found).unwrap_or(usual.threads),
        bundles: section.flag("bundles", found).unwrap_or(usual.bundles),
        ..usual
    }
}

fn settled(root: &TomlTable<'_>, found: &mut FoundMistakes) -> SettledRules {
    let usual = SettledRules::default();
    let Some((table, span)) = root.table("settled", found) else { return usual };
    let section = TomlTable::open("[settled]", table, span, &SETTLED_KEYS, found);
    SettledRules {
        ci: section.flag("ci", found).unwrap_or(usual.ci),
        issues: section.flag("issues", found).unwrap_or(usual.issues),
        invitations: section.flag("invitations", found).unwrap_or(usual.invitations),
    }
}
