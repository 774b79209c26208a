//! tidebox-keys(7): every key, from the table of actions.

use roff::{Inline, bold, italic, roman};

use super::page::ManualPage;
use crate::ui::action::{ACTIONS, ActionInfo, HelpSection};
use crate::ui::keymap::{Keymap, PRESETS};

pub fn write(page: &mut ManualPage) {
    page.heading("Description");
    page.paragraph(
        "On the screen of tidebox `?` lists every key, and `:` finds an action by a part of its name or of its sentence. \
         Behind each sentence stands the name of the action, by which the settings give it other keys.",
    );
    let own = Keymap::default();
    page.heading("Keys");
    for part in HelpSection::ALL {
        page.subheading(part.title());
        for info in ACTIONS.iter().filter(|info| info.part == part) {
            let text = vec![roman(info.sentence), roman(" ("), italic(info.name), roman(")")];
            page.tagged(shown(&own.all_shown(info.action)), text);
        }
    }
    presets(page, &own);
    page.part(include_str!("made/keys.man"));
    page.see_also(&["tidebox-config(5)", "tidebox(1)"]);
}

/// What each preset changes of the keys above.
fn presets(page: &mut ManualPage, own: &Keymap) {
    page.heading("Presets");
    page.paragraph("For people who are used to other programs. A preset changes these keys alone:");
    for preset in PRESETS {
        let Ok(keys) = Keymap::build(preset.name, &[]) else { continue };
        let changed = |info: &&ActionInfo| keys.all_shown(info.action) != own.all_shown(info.action);
        let mut changes = ACTIONS.iter().filter(changed).peekable();
        if changes.peek().is_none() {
            continue;
        }
        page.subheading(preset.name);
        for info in changes {
            page.tagged(shown(&keys.all_shown(info.action)), vec![roman(info.sentence)]);
        }
    }
}

fn shown(keys: &[String]) -> Vec<Inline> {
    if keys.is_empty() {
        return vec![roman("(by "), bold(":"), roman(")")];
    }
    let mut words = Vec::new();
    for key in keys {
        if !words.is_empty() {
            words.push(roman(", "));
        }
        words.push(bold(key.as_str()));
    }
    words
}
