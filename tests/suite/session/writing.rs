//! Holds `src/session/editor.rs`, `src/session/composer.rs`, `src/job/handover.rs`, `src/ui/update/handing_over.rs`, `src/job/draft_file.rs`, `src/job/written.rs`, `src/process/foreground.rs`: the terminal is given to an
//! editor and comes back, and nothing that was saved in it is lost.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use crate::support::Home;
use crate::support::pty::Terminal;

const EARLY: &str = "2026-11-23T09:00:00+01:00";
pub const OPEN: &str = "2026-11-23T10:05:00+01:00";
const DRAFT: &str = "To: Ann <ann@example.org>\nSubject: Tea\n\nAt four.\n";

/// A home with a draft, and a script as the editor.
pub struct Desk {
    pub home: Home,
    pub editor: PathBuf,
}

impl Desk {
    fn new(script: &str) -> Self {
        let home = Home::new();
        home.write("draft.eml", DRAFT);
        home.deliver_matters(1);
        assert_eq!(home.run(EARLY, &["add", "Maildir"]).code, 0);
        home.sqlite(&format!(
            "INSERT INTO outgoing (state, draft, created, changed)
             VALUES ('draft', CAST(readfile('{}') AS TEXT), 1763888400, 1763888400)",
            home.path("draft.eml").display()
        ));
        let editor = home.write("my editor", format!("#!/bin/sh\n{script}\n"));
        std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o755)).unwrap();
        Self { home, editor }
    }

    /// The drafts on the screen.
    fn open(&self) -> Terminal {
        let editor = format!("'{}'", self.editor.display());
        let mut terminal = Terminal::open_with(&self.home, OPEN, &[], 100, 30, &[("VISUAL", &editor)]);
        terminal.wait("? help");
        terminal.keys("gd");
        terminal.wait("drafts   1 draft");
        terminal
    }

    pub fn draft(&self) -> String {
        self.home.sqlite("SELECT draft FROM outgoing")
    }

    /// The files that were left beside the store.
    pub fn left(&self) -> Vec<PathBuf> {
        let Ok(folders) = std::fs::read_dir(self.home.path("drafts")) else { return Vec::new() };
        let inside = folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
        inside.map(|entry| entry.unwrap().path()).collect()
    }
}

#[test]
fn an_editor_has_the_terminal_with_a_private_file_and_gives_it_back() {
    let desk = Desk::new(
        "stat -c '%a %n' \"$1\" \"$(dirname \"$1\")\" > modes\nstty -a > stty\necho 'In the editor'; read line\nprintf 'More, %s.\\n' \"$line\" >> \"$1\"",
    );
    let mut terminal = desk.open();
    terminal.keys("E");
    terminal.wait("In the editor");
    assert!(!terminal.is_taken(), "the terminal is the editor's");
    terminal.resize(80, 24);
    terminal.keys("typed\n");
    // There is no identity in the settings, and no From in the file.
    terminal.wait("can't be staged");
    assert!(terminal.is_taken());
    terminal.keys("d");
    terminal.wait("Kept as a draft");
    let screen = terminal.wait("More, typed.");
    assert!(screen.lines().all(|line| line.chars().count() <= 80), "{screen}");
    assert!(desk.draft().ends_with("At four.\nMore, typed.\n\n"), "{}", desk.draft());
    let modes = std::fs::read_to_string(desk.home.path("modes")).unwrap();
    let modes: Vec<&str> = modes.lines().collect();
    assert!(modes[0].starts_with("600 ") && modes[0].ends_with("/message-tea.eml"), "{modes:?}");
    assert!(modes[1].starts_with("700 "), "{modes:?}");
    let stty = std::fs::read_to_string(desk.home.path("stty")).unwrap();
    assert!(stty.contains("icanon") && !stty.contains("-icanon"), "{stty}");
    assert_eq!(desk.left(), Vec::<PathBuf>::new());
}

#[test]
fn what_was_saved_is_in_the_store_while_the_editor_goes_on_and_after_a_sudden_end() {
    let desk = Desk::new("sed 's/four/five/' \"$1\" > \"$1.new\"; mv \"$1.new\" \"$1\"\nread line");
    let mut terminal = desk.open();
    terminal.keys("E");
    terminal.wait_until("the draft in the store", |_| desk.draft().contains("At five."));
    terminal.kill();
    desk.home.assert_whole();
    let mut terminal = desk.open();
    terminal.wait("At five.");
    drop(terminal);
}

#[test]
fn an_editor_that_fails_keeps_what_was_saved_and_says_so() {
    for (script, said, text) in [
        ("exit 1", "ended with status 1", "At four."),
        ("sed -i s/four/six/ \"$1\"; exit 2", "ended with status 2", "At six."),
        ("kill -SEGV $$", "ended by a signal", "At four."),
        ("rm \"$1\"", "has removed the file", "At four."),
        ("rm \"$1\"; ln -s /etc/passwd \"$1\"", "can't be read any more", "At four."),
        ("rm \"$1\"; mkfifo \"$1\"", "can't be read any more", "At four."),
    ] {
        let desk = Desk::new(script);
        let mut terminal = desk.open();
        terminal.keys("E");
        // A long notice takes more than one line.
        terminal.wait_until(said, |screen| screen.replace('\n', " ").contains(said));
        assert!(desk.draft().contains(text), "{script}: {}", desk.draft());
        assert_eq!(desk.left(), Vec::<PathBuf>::new(), "{script}");
    }
}

#[test]
fn what_is_no_text_stays_in_its_file() {
    for script in ["printf 'gr\\374n' >> \"$1\"", "printf 'a\\000b' >> \"$1\"", "truncate -s 200M \"$1\""] {
        let desk = Desk::new(script);
        let mut terminal = desk.open();
        terminal.keys("E");
        terminal.wait("1 mistake in the file");
        terminal.keys("d");
        terminal.wait("is no text that can be kept");
        assert_eq!(desk.draft().trim_end(), DRAFT.trim_end(), "{script}");
        assert_eq!(desk.left().len(), 1, "{script}");
    }
}

#[test]
fn an_editor_that_is_not_there_is_named() {
    let desk = Desk::new("");
    let mut terminal = Terminal::open_with(&desk.home, OPEN, &[], 100, 30, &[("EDITOR", "no-such-editor -w")]);
    terminal.wait("? help");
    terminal.keys("gd");
    terminal.wait("1 draft");
    terminal.keys("E");
    let said = |screen: &str| screen.replace('\n', " ").contains("`no-such-editor -w` could not be run (status 127)");
    terminal.wait_until("the editor's name", said);
}

/// A batch of three letters from Ann, an identity that sends with a script, and a script as the editor.
pub fn batch_home(editor: &str) -> Desk {
    let home = Home::new();
    let sender = home.write("sendmail", "#!/bin/sh\necho \"$@\" >> sent-to\ncat >> sent\n");
    std::fs::set_permissions(&sender, std::fs::Permissions::from_mode(0o755)).unwrap();
    home.write(
        "config.toml",
        format!(
            "{}\n[[source]]\nname = \"home\"\nkind = \"maildir\"\npath = \"{}\"\nbacklog = \"all\"\n\n\
             [[identity]]\naddress = \"me@example.org\"\nname = \"Me\"\nsend = {{ command = \"{}\" }}\nsent_copy = \"none\"\n",
            crate::support::CONFIG,
            home.path("Maildir").display(),
            sender.display()
        ),
    );
    home.deliver_matters(3);
    assert_eq!(home.run(EARLY, &["sync"]).code, 0);
    let editor_path = home.write("my editor", format!("#!/bin/sh\n{editor}\n"));
    std::fs::set_permissions(&editor_path, std::fs::Permissions::from_mode(0o755)).unwrap();
    Desk { home, editor: editor_path }
}

impl Desk {
    /// The batch on the screen, the first letter in hand.
    pub fn begin(&self) -> Terminal {
        let editor = format!("'{}'", self.editor.display());
        self.begin_with(&editor, 100, 30)
    }

    fn begin_with(&self, editor: &str, columns: u16, rows: u16) -> Terminal {
        let mut terminal = Terminal::open_with(&self.home, OPEN, &[], columns, rows, &[("VISUAL", editor)]);
        if !terminal
            .wait_until("the door or the batch", |screen| screen.contains("begin") || screen.contains("▌"))
            .contains("▌")
        {
            terminal.keys("\r");
        }
        terminal.wait("▌ Ann");
        terminal
    }

    pub fn states(&self) -> String {
        self.home.sqlite("SELECT group_concat(state) FROM (SELECT state FROM outgoing ORDER BY id)").trim().to_owned()
    }
}

#[test]
fn an_answer_is_written_shown_staged_and_taken_back_and_leaves_at_the_close() {
    let desk = batch_home("sed -i '1,/^$/b; 0,/^$/s//Yes, gladly./' \"$1\"; cat \"$1\" > seen");
    let mut terminal = desk.begin();
    terminal.keys("r");
    let screen = terminal.wait("this leaves");
    for text in
        ["From     Me <me@example.org>", "To       Ann <ann@example.org>", "Subject  Re: Matter", "at the close, 10:45"]
    {
        assert!(screen.contains(text), "{text}: {screen}");
    }
    let seen = std::fs::read_to_string(desk.home.path("seen")).unwrap();
    assert!(seen.contains("Ann wrote:\n> Text.\n"), "{seen}");
    assert_eq!(desk.states(), "draft", "nothing is staged before the person says so");
    terminal.keys("\r");
    terminal.wait("The answer to Ann is staged: leaves at the close, 10:45 · u takes it back");
    assert_eq!(desk.states(), "staged");
    terminal.wait("1 of 3");
    terminal.keys("u");
    terminal.wait("the answer is a draft again");
    assert_eq!(desk.states(), "draft");
    terminal.keys("\x12");
    terminal.wait("1 of 3");
    assert_eq!(desk.states(), "staged");
    terminal.keys("C");
    terminal.wait("1  answer leaves");
    terminal.keys("CC");
    terminal.wait("1 answered");
    let row = "SELECT due IS NOT NULL, CAST(bytes AS TEXT) FROM outgoing WHERE state <> 'draft'";
    let leaving = desk.home.sqlite(row);
    assert!(leaving.starts_with("1|") || desk.states() == "sent", "{leaving}");
    assert!(leaving.contains("In-Reply-To: <letter-") && leaving.contains("Yes, gladly."), "{leaving}");
    assert_eq!(desk.left(), Vec::<PathBuf>::new());
    drop(terminal);
    desk.home.assert_whole();
}

#[test]
fn an_editor_that_changes_nothing_leaves_no_draft() {
    for (script, said) in [
        ("read line", "Nothing was changed: there is no draft."),
        ("read line; exit 1", "ended with status 1"),
        ("true", "a graphical editor needs its option"),
    ] {
        let desk = batch_home(script);
        let mut terminal = desk.begin();
        terminal.keys("r");
        if script != "true" {
            terminal.wait_until("the editor", |_| !desk.left().is_empty());
            // Long enough that it counts as used.
            std::thread::sleep(std::time::Duration::from_millis(1_100));
            terminal.keys("\n");
        }
        terminal.wait_until(said, |screen| screen.replace('\n', " ").contains(said));
        assert_eq!(desk.states(), "", "{script}");
        assert_eq!(desk.left(), Vec::<PathBuf>::new(), "{script}");
    }
}

#[test]
fn mistakes_are_corrected_in_the_file_as_it_is() {
    let desk = batch_home(
        "if grep -q Wrong \"$1\"; then sed -i '/^Wrong/d; s/^Attach:.*/Attach: my editor/' \"$1\"; else sed -i '1i Wrong: field\\nAttach: nowhere.pdf' \"$1\"; fi",
    );
    let mut terminal = desk.begin();
    terminal.keys("r");
    let screen = terminal.wait("in the file: it can't be staged yet");
    assert!(screen.contains("line 1: `Wrong` is no field of a draft"), "{screen}");
    assert_eq!(desk.states(), "draft", "what was saved is kept all the same");
    terminal.keys("e");
    let screen = terminal.wait("this leaves");
    assert!(screen.contains("Files    my editor"), "{screen}");
    terminal.keys("d");
    terminal.wait("Kept as a draft");
    // It is gone on with from the row that it answers.
    terminal.keys("E");
    terminal.wait("in the file: it can't be staged yet");
    terminal.keys("xy");
    terminal.wait("Thrown away.");
    assert_eq!(desk.home.sqlite("SELECT count(*) FROM outgoing WHERE discarded IS NULL").trim(), "0");
}

#[test]
fn a_draft_survives_a_sudden_end_and_the_window() {
    let desk = batch_home("echo 'Half a thought' >> \"$1\"; read line");
    let mut terminal = desk.begin();
    terminal.keys("r");
    terminal.wait_until("the draft in the store", |_| desk.states() == "draft");
    terminal.kill();
    desk.home.assert_whole();
    assert_eq!(desk.home.run("2026-11-23T11:00:00+01:00", &["commit"]).code, 0);
    assert_eq!(desk.states(), "draft", "it does not leave");
    let mut terminal =
        Terminal::open_with(&desk.home, "2026-11-23T11:05:00+01:00", &[], 100, 30, &[("VISUAL", "true")]);
    terminal.wait("? help");
    terminal.keys("gd");
    terminal.wait("Half a thought");
    terminal.keys("E");
    let screen = terminal.wait("this leaves");
    assert!(screen.contains("at the close of afternoon, 16:45"), "{screen}");
}

/// Whether a program can be run here.
fn is_there(program: &str) -> bool {
    std::process::Command::new(program).arg("--version").output().is_ok()
}

#[test]
fn vim_and_nano_write_an_answer() {
    // Both are asked for where they are; the scripted editor above stands for every other one.
    let editors = [
        ("vim", "vim -u NONE -N", "/^$\roGreetings from vim\x1b:wq\r"),
        ("nano", "nano --ignorercfiles", "\x1b/Greetings from nano\r\x13\x18"),
    ];
    let required = std::env::var_os("TIDEBOX_EDITORS").is_some_and(|word| word == "required");
    for (program, command, keys) in editors {
        if !is_there(program) {
            assert!(!required, "there is no {program} here");
            eprintln!("there is no {program} here, so nothing is shown of it");
            continue;
        }
        let desk = batch_home("");
        let mut terminal = desk.begin_with(command, 120, 36);
        terminal.keys("r");
        terminal.wait("Subject: Re: Matter");
        Terminal::pause();
        terminal.keys(keys);
        terminal.wait("this leaves");
        terminal.keys("\r");
        terminal.wait("is staged");
        assert_eq!(desk.states(), "staged", "{program}");
        let draft = desk.home.sqlite("SELECT draft FROM outgoing");
        assert!(draft.contains(&format!("Greetings from {program}")), "{draft}");
        // A second one is given up.
        if program == "vim" {
            terminal.keys("r");
            terminal.wait("Subject: Re: Matter");
            Terminal::pause();
            terminal.keys(":cq\r");
            terminal.wait("Nothing was saved, so there is no draft");
            assert_eq!(desk.states(), "staged");
        }
    }
}

/// As `batch_home`, with another mail program, which is a script, and no way to send.
fn composer_home(script: &str) -> Desk {
    let desk = batch_home("");
    let settings = std::fs::read_to_string(desk.home.path("config.toml")).unwrap();
    let (before, _) = settings.split_once("[[identity]]").unwrap();
    let composer = desk.home.write("my composer", format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(&composer, std::fs::Permissions::from_mode(0o755)).unwrap();
    let command = format!("[compose]\ncommand = [\"{}\", \"{{draft}}\", \"{{mailto}}\"]\n", composer.display());
    desk.home
        .write("config.toml", format!("{before}[[identity]]\naddress = \"me@example.org\"\nname = \"Me\"\n{command}"));
    desk
}

/// Files what it gets among the sent mail, as another program does when it has sent it.
const FILES_IT: &str = "stat -c %a \"$1\" > mode; cp \"$1\" seen; printf %s \"$2\" > url\nmkdir -p Maildir/.Sent/cur Maildir/.Sent/new Maildir/.Sent/tmp\n\
    { echo 'Message-ID: <elsewhere@x.example>'; echo 'Date: Mon, 23 Nov 2026 10:06:00 +0100'; cat \"$1\"; } > Maildir/.Sent/cur/1.sent:2,S";

#[test]
fn another_mail_program_gets_an_answer_and_what_it_has_sent_is_found() {
    let desk = composer_home(FILES_IT);
    let mut terminal = desk.begin();
    terminal.keys("r");
    let screen = terminal.wait("Handed to my composer; the row stays until it is sent.");
    assert!(screen.contains("handed to my composer"), "{screen}");
    let seen = std::fs::read_to_string(desk.home.path("seen")).unwrap();
    for line in [
        "<me@example.org>",
        "<ann@example.org>",
        "Subject: Re: Matter",
        "In-Reply-To: <letter-",
        "References: <letter-",
        "\n> Text.\n",
    ] {
        assert!(seen.contains(line), "{line}: {seen}");
    }
    let url = std::fs::read_to_string(desk.home.path("url")).unwrap();
    assert!(
        url.starts_with("mailto:ann@example.org?subject=Re%3A%20Matter") && url.contains("&in-reply-to=%3Cletter-"),
        "{url}"
    );
    assert_eq!(std::fs::read_to_string(desk.home.path("mode")).unwrap(), "600\n");
    assert_eq!(desk.left(), Vec::<PathBuf>::new());
    assert_eq!(desk.states(), "", "nothing of it is kept here");
    terminal.keys("q");
    assert_eq!(terminal.ended(), 0);
    desk.home.json(OPEN, &["sync"]);
    let ids = desk.home.sqlite("SELECT id FROM message WHERE stage <> 'history'");
    let why = |id: &str| desk.home.json(OPEN, &["why", id])[0]["answered"].clone();
    let answered: Vec<_> = ids.split_whitespace().map(why).filter(|answered| !answered.is_null()).collect();
    assert_eq!(answered.len(), 1, "{answered:?}");
    assert_eq!((&answered[0]["where"], &answered[0]["how"]), (&"elsewhere".into(), &"sent".into()));
}

#[test]
fn another_mail_program_that_fails_leaves_everything_as_it_was() {
    let desk = composer_home("echo x >> ran; exit 3");
    let mut terminal = desk.begin();
    terminal.keys("R");
    let said = "`my composer` ended with status 3 · nothing was kept here, and the row is as it was";
    terminal.wait_until(said, |screen| screen.replace('\n', " ").contains(said));
    terminal.keys("c\r");
    let twice = || std::fs::read_to_string(desk.home.path("ran")).unwrap_or_default().lines().count() == 2;
    terminal.wait_until("the second time", |_| twice() && desk.left().is_empty());
    assert_eq!(desk.states(), "");
    drop(terminal);
    std::fs::remove_file(desk.home.path("my composer")).unwrap();
    let mut terminal = desk.begin();
    terminal.keys("r");
    terminal.wait_until("its name", |screen| screen.replace('\n', " ").contains("`my composer` could not be run"));
}

#[test]
fn a_command_hands_over_too() {
    let desk = composer_home("cp \"$1\" seen");
    desk.home.json(OPEN, &["begin"]);
    let id = desk.home.json(OPEN, &["queue"])[0]["id"].to_string();
    let program = crate::support::program().display().to_string();
    let mut terminal =
        Terminal::spawn(crate::support::pty::command(&desk.home, OPEN, [program.as_str(), "reply", &id]), 100, 30);
    terminal.wait("It was handed to my composer; what it answers stays open");
    assert_eq!(terminal.ended(), 0);
    assert!(std::fs::read_to_string(desk.home.path("seen")).unwrap().contains("In-Reply-To: <letter-"));
    assert_eq!(desk.states(), "");
    // With a text of its own it is staged here, and this identity has no way to send.
    let staged = desk.home.run_with(OPEN, &["reply", &id, "--body", "-"], b"Yes.");
    assert!(
        staged.code == 1 && staged.err.contains("nothing says how messages of me@example.org are sent"),
        "{}",
        staged.err
    );
}
