//! tidebox(1): what it is, a first day, and where everything else is written.

use clap::Command;
use roff::{bold, roman};

use super::page::{ManualPage, inlines};
use super::parts::PARTS;
use super::{command, shown, topics};

pub fn page(program: &Command) -> ManualPage {
    let about = program.get_about().map(ToString::to_string).unwrap_or_default();
    let mut page = ManualPage::new("tidebox", 1, about.trim_end_matches('.'));
    page.heading("Synopsis");
    page.inlines(vec![bold("tidebox"), roman(" "), roman(command::synopsis(program))]);
    // The commands and options stand between what one reads at first and what one looks up.
    page.part(include_str!("made/tidebox.man"));
    commands(&mut page, program);
    command::options(&mut page, program, |_| true);
    page.part(include_str!("made/tidebox_rest.man"));
    let topics = topics()
        .map(|(name, _)| if name == "config" { format!("tidebox-{name}(5)") } else { format!("tidebox-{name}(7)") });
    let topics: Vec<String> = topics.collect();
    page.see_also(&topics.iter().map(String::as_str).collect::<Vec<_>>());
    page
}

fn commands(page: &mut ManualPage, program: &Command) {
    page.heading("Commands");
    let is_placed = |command: &Command| PARTS.iter().any(|(_, names)| names.contains(&command.get_name()));
    for (title, names) in PARTS {
        page.subheading(title);
        names.iter().filter_map(|name| program.find_subcommand(name)).for_each(|command| row(page, command));
    }
    let mut others = shown(program).filter(|command| !is_placed(command)).peekable();
    if others.peek().is_some() {
        page.subheading("And");
        others.for_each(|command| row(page, command));
    }
}

fn row(page: &mut ManualPage, command: &Command) {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    page.tagged(vec![bold(format!("tidebox-{}", command.get_name())), roman("(1)")], inlines(&format!("{about}.")));
}
