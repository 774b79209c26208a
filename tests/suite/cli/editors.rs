//! Holds `src/cli/staging.rs`, `src/job/compose.rs`, `src/process/foreground.rs`: which editor a command opens, whatever the environment says, and what is said where there is none.

use std::os::unix::fs::PermissionsExt as _;

use crate::support::Home;
use crate::support::pty::Terminal;

const OPEN: &str = "2026-11-23T10:05:00+01:00";

fn home() -> Home {
    let home = Home::new();
    home.write("config.toml", "[[identity]]\naddress = \"me@example.org\"\nsend = { command = \"true\" }\n");
    assert_eq!(home.run(OPEN, &["init"]).code, 0);
    for place in ["bin/vi", "my editors/pen"] {
        let path = home.write(place, format!("#!/bin/sh\nprintf 'By {place} %s.\\n' \"$#\" >> \"$1\"\n"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    home
}

/// What the screen of `compose` shows, from which on it waits for this text; it is ended with `k`.
fn composed(home: &Home, visual: &str, editor: &str, wait: &str) -> String {
    let path = format!("{}:{}", home.path("bin").display(), std::env::var("PATH").unwrap());
    let environment = [("VISUAL", visual), ("EDITOR", editor), ("PATH", &path)];
    let words = ["compose", "--to", "ann@example.org", "--subject", "Tea"];
    let mut terminal = Terminal::open_with(home, OPEN, &words, 100, 30, &environment);
    let text = terminal.wait(wait).replace('\n', " ");
    terminal.keys("k\r");
    terminal.ended();
    text
}

#[test]
fn empty_names_are_none_and_quotes_are_those_of_the_shell() {
    let home = home();
    let pen = format!("'{}'", home.path("my editors/pen").display());
    for (visual, editor, by) in
        [("", "", "bin/vi"), ("  ", " \t", "bin/vi"), ("", &pen, "my editors/pen"), (&pen, "none", "my editors/pen")]
    {
        composed(&home, visual, editor, "y stages it");
        let draft = home.sqlite("SELECT draft FROM outgoing ORDER BY id DESC LIMIT 1");
        assert!(draft.contains(&format!("By {by} 1.")), "{visual:?} {editor:?}: {draft}");
    }
    assert_eq!(home.sqlite("SELECT count(*) FROM outgoing WHERE state = 'draft'").trim(), "4");
}

#[test]
fn an_editor_that_is_not_there_is_named_and_nothing_is_kept() {
    let home = home();
    let said = composed(&home, "", "no-such-editor -w", "$EDITOR");
    assert!(said.contains("the editor `no-such-editor -w` was not found, so nothing is staged"), "{said}");
    let said = composed(&home, "'open", "", "nothing was saved");
    assert!(said.contains("the editor ended with a failure"), "{said}");
    assert_eq!(home.sqlite("SELECT count(*) FROM outgoing").trim(), "0");
}
