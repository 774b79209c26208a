//! What the commands are for, and so which pages stand beside each other.

use clap::Command;

/// The commands by what they are for, in the order of a day. What is in none of these parts is listed at the end.
pub const PARTS: [(&str, &[&str]); 8] = [
    ("Beginning", &["init", "demo", "add", "account", "check"]),
    ("Reading mail in", &["sync", "watch", "service", "release"]),
    ("Check-ins", &["status", "checkins", "whatif", "trial", "begin", "queue", "show", "why", "search", "commit"]),
    (
        "Deciding",
        &["decide", "undo", "redo", "deferred", "wake", "reschedule", "unsubscribe", "rule", "rate", "matter"],
    ),
    ("Answering", &["outbox", "addresses"]),
    ("Afterwards", &["month", "reopen", "muted", "unmute", "journal"]),
    ("Between check-ins", &["pause", "peek", "ask", "code", "expect"]),
    ("Keeping and scripting", &["backup", "forget", "export", "completions", "manual", "json-schema"]),
];

/// The pages beside that of a command: those of its part, those below it, and those of what it speaks.
pub fn beside(program: &Command, names: &[&str]) -> Vec<String> {
    let name = names.first().copied().unwrap_or_default();
    let part = PARTS.iter().find(|(_, part)| part.contains(&name)).map_or(&[][..], |(_, part)| *part);
    let there = |other: &&&str| (names.len() > 1 || **other != name) && program.find_subcommand(other).is_some();
    let mut pages: Vec<String> = part.iter().filter(there).map(|other| format!("tidebox-{other}(1)")).collect();
    if ["search", "ask", "expect", "rule", "why", "begin", "queue"].contains(&name) {
        pages.push("tidebox-query(7)".to_owned());
    }
    if ["init", "check", "account", "rule", "checkins", "trial", "pause", "service"].contains(&name) {
        pages.push("tidebox-config(5)".to_owned());
    }
    pages.push("tidebox(1)".to_owned());
    pages
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::PARTS;
    use crate::cli::arguments::Arguments;

    #[test]
    fn every_command_that_is_named_is_there() {
        let program = Arguments::command();
        for name in PARTS.iter().flat_map(|(_, names)| *names) {
            assert!(program.find_subcommand(name).is_some(), "{name}");
        }
    }
}
