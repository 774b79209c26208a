//! `tidebox manual`: the pages for `man`. Each is made from what the program itself goes by: the arguments, the table of keys,
//! the example of the settings, the description of the query language. So none of them can be out of date.

mod command;
mod config;
mod keys;
#[cfg(test)]
mod markdown;
mod page;
mod parts;
mod program;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory as _};

use self::page::ManualPage;
use super::arguments::{Arguments, GlobalArguments};
use super::failure::Failure;
use super::output;

/// Print the manual page of tidebox, of one of its commands or of a topic; or write every page to a folder
#[derive(Debug, Args)]
#[command(after_help = "\
Besides the commands there are three topics: `config`, the settings; `query`, the language of searches and rules; `keys`, every
key. With `--all` each page goes to the folder of its section, man1, man5 or man7, below the folder that is named.

Examples:
  tidebox manual | man -l -
  tidebox manual query | man -l -
  tidebox manual service install | man -l -
  tidebox manual --all ~/.local/share/man")]
pub struct ManualCommand {
    /// The command, with the command below it where there is one, or a topic; otherwise the page is about tidebox as a whole
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
    /// Write every page to this folder, which is made if it is not there
    #[arg(long, value_name = "FOLDER", conflicts_with = "command")]
    pub all: Option<PathBuf>,
}

/// A page that is about no command: its name, its section, what it is about, and how it is made.
type Topic = (&'static str, u8, &'static str, fn(&mut ManualPage));

const TOPICS: [Topic; 3] = [
    ("config", 5, "the settings of tidebox: check-ins, lanes, exceptions, sources, keys", config::write),
    ("query", 7, "the language of searches, lanes, exceptions and views in tidebox", query),
    ("keys", 7, "the keys of tidebox, and how to change them", keys::write),
];

/// The names of the topics, each with its sentence.
pub fn topics() -> impl Iterator<Item = (&'static str, &'static str)> {
    TOPICS.iter().map(|(name, _, about, _)| (*name, *about))
}

/// Prints one page, or writes all of them.
pub fn run(_: &GlobalArguments, options: &ManualCommand) -> Result<(), Failure> {
    let mut program = Arguments::command();
    program.build();
    if let Some(folder) = &options.all {
        return all(&program).iter().try_for_each(|page| write(folder, page));
    }
    let page = match options.command.as_slice() {
        [] => program::page(&program),
        [topic] if TOPICS.iter().any(|(name, ..)| name == topic) => topic_page(topic),
        names => of_command(&program, names)?,
    };
    output::print(&page.text())
}

fn of_command(program: &Command, names: &[String]) -> Result<ManualPage, Failure> {
    let mut found = program;
    for name in names {
        found = found.find_subcommand(name).ok_or_else(|| {
            let topics = TOPICS.map(|(name, ..)| name).join(", ");
            let hint = format!(
                "`tidebox --help` lists the commands, `tidebox COMMAND --help` those below a command; the topics are {topics}"
            );
            Failure::usage(format!("there is no command {}", names.join(" ")), hint)
        })?;
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Ok(command::page(program, &names, found))
}

fn topic_page(topic: &str) -> ManualPage {
    let (name, section, about, write) = TOPICS.iter().find(|(name, ..)| *name == topic).unwrap_or(&TOPICS[0]);
    let mut page = ManualPage::new(&format!("tidebox-{name}"), *section, about);
    write(&mut page);
    page
}

/// Every page: the program, the topics, each command and each command below one.
fn all(program: &Command) -> Vec<ManualPage> {
    let mut pages = vec![program::page(program)];
    pages.extend(TOPICS.iter().map(|(name, ..)| topic_page(name)));
    below(program, program, &[], &mut pages);
    pages
}

fn below<'c>(program: &Command, command: &'c Command, names: &[&'c str], pages: &mut Vec<ManualPage>) {
    for each in shown(command) {
        let names = [names, &[each.get_name()]].concat();
        pages.push(command::page(program, &names, each));
        below(program, each, &names, pages);
    }
}

/// The commands below one that the help lists.
fn shown(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|it| !it.is_hide_set() && it.get_name() != "help")
}

fn write(folder: &Path, page: &ManualPage) -> Result<(), Failure> {
    let place = folder.join(format!("man{}", page.section()));
    fs::create_dir_all(&place).map_err(|error| Failure::io("make the folder", &place, &error))?;
    let file = place.join(page.file_name());
    fs::write(&file, page.text()).map_err(|error| Failure::io("write", &file, &error))
}

fn query(page: &mut ManualPage) {
    page.part(include_str!("made/query.man"));
    page.see_also(&["tidebox-search(1)", "tidebox-config(5)", "tidebox-rule(1)", "tidebox-expect(1)", "tidebox(1)"]);
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use clap::CommandFactory as _;

    use super::page::ManualPage;
    use super::{all, markdown};
    use crate::cli::arguments::Arguments;

    /// `TIDEBOX_WRITE=1 cargo test --lib manual` makes the parts anew, after a text in Markdown was changed.
    #[test]
    fn parts_are_made_of_their_texts() {
        const QUERY: &str = include_str!("../../../docs/query.md");
        // Of the query language what the page for everybody has, without what only compares it with others and with earlier versions.
        let query = QUERY.split_once("## Beside notmuch").unwrap().0.replacen("\n\n", "\n\n## Description\n\n", 1);
        let (begun, rest) = include_str!("tidebox.md").split_once("<!-- commands -->").unwrap();
        for (name, text) in [
            ("query", query.as_str()),
            ("config", include_str!("config.md")),
            ("keys", include_str!("keys.md")),
            ("tidebox", begun),
            ("tidebox_rest", rest),
        ] {
            let mut page = ManualPage::new("x", 1, "x");
            let before = page.text();
            markdown::write(&mut page, text);
            let made = page.text().split_off(before.len());
            let path = Path::new("src/cli/manual/made").join(format!("{name}.man"));
            if std::env::var_os("TIDEBOX_WRITE").is_some() {
                fs::write(&path, &made).unwrap();
            }
            assert_eq!(fs::read_to_string(&path).unwrap(), made, "{}", path.display());
        }
    }

    #[test]
    fn pages_refer_to_pages_that_are_there() {
        let mut program = Arguments::command();
        program.build();
        let pages = all(&program);
        let there: Vec<String> = pages.iter().map(super::ManualPage::reference).collect();
        let mut found = 0;
        for page in &pages {
            let text = page.text().replace("\\fB", "").replace("\\fR", "").replace('\\', "");
            let words = text.split(|c: char| !c.is_alphanumeric() && !"-()".contains(c));
            for word in words.filter(|word| word.starts_with("tidebox") && word.contains('(')) {
                assert!(there.iter().any(|it| it == word), "{}: {word}", page.reference());
                found += 1;
            }
        }
        assert!(found > there.len(), "only {found} references");
    }
}
