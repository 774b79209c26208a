//! tidebox-config(5): the settings, from the commented example. Whatever key the example explains is on the page.

use roff::{bold, roman};

use super::page::{ManualPage, inlines};
use crate::config::{EXAMPLE, ExampleLine, example_parts};

pub fn write(page: &mut ManualPage) {
    page.part(include_str!("made/config.man"));
    page.heading("Settings");
    page.paragraph(
        "What follows is the file that `tidebox init` writes. A line with `#` in front shows a setting that has no default, or \
         another value than the default.",
    );
    let mut table = None;
    page.subheading("Outside of any table");
    for part in example_parts(EXAMPLE) {
        if part.table != table {
            table = part.table;
            if let Some(name) = table {
                page.subheading(name);
            }
        }
        let mut code = Vec::new();
        for line in &part.lines {
            if !matches!(line, ExampleLine::Setting(_)) {
                settings(page, &mut code);
            }
            match line {
                ExampleLine::Prose(text) => page.paragraph(text),
                ExampleLine::Key { name, text } => page.tagged(vec![bold(name.as_str())], inlines(text)),
                ExampleLine::Setting(setting) => code.push(*setting),
            }
        }
        settings(page, &mut code);
    }
    page.heading("Files");
    page.tagged(
        vec![bold("~/.config/tidebox/config.toml")],
        vec![roman("the settings, where $XDG_CONFIG_HOME, --config and TIDEBOX_CONFIG name no other place.")],
    );
    page.see_also(&["tidebox-query(7)", "tidebox-keys(7)", "tidebox-check(1)", "tidebox-init(1)", "tidebox(1)"]);
}

fn settings(page: &mut ManualPage, code: &mut Vec<&str>) {
    if !code.is_empty() {
        page.example(std::mem::take(code));
    }
}
