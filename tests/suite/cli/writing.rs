//! Holds `src/cli/compose.rs`, `src/cli/staging.rs`, `src/cli/drafts.rs`, `src/config/compose.rs`, `src/job/text_fields.rs`: answering, forwarding and writing
//! from scripts, what is staged by it, and what stays a draft.

use std::path::PathBuf;

use serde_json::Value;

use crate::support::Home;
use crate::support::pty::Terminal;

/// A Monday, while the check-in is open.
const OPEN: &str = "2026-11-23T10:05:00+01:00";

const SETTINGS: &str = r#"
timezone = "Europe/Berlin"

[[checkin]]
name = "morning"
days = "daily"
at = "10:00"
for = "45m"

[[identity]]
address = "me@example.org"
name = "Me"
aliases = ["*@my.example"]
signature = "signature"
send = { command = "sendmail" }

[[identity]]
address = "work@work.example"
leaves = "next"
send = { command = "sendmail" }

[compose]
attribution = "{name}, {date}:"
templates = "templates"
"#;

const TEA: &str = "From: Ann Lee <ann@a.example>\nTo: shop@my.example\nCc: Ben <ben@b.example>\nSubject: Tea\n\
    Message-ID: <tea@a.example>\nDate: Sun, 22 Nov 2026 09:00:00 +0000\n\nShall we have tea?\n\n-- \nAnn\n";
const PLAN: &str = "From: Cy <cy@c.example>\nTo: work@work.example\nSubject: Plan\nMessage-ID: <plan@c.example>\n\
    Date: Sun, 22 Nov 2026 10:00:00 +0000\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n\
    Here it is.\n--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=plan.txt\n\nThe plan.\n--b--\n";

struct Desk {
    home: Home,
    tea: String,
    plan: String,
}

/// A batch with two messages is open.
fn desk() -> Desk {
    let home = Home::new();
    let config = format!(
        "{SETTINGS}\n[[source]]\nname = \"home\"\nkind = \"maildir\"\npath = \"{}\"\n",
        home.path("mail").display()
    );
    home.write("config.toml", config);
    home.write("signature", "-- \nMe, myself\n");
    home.deliver("mail", "1", TEA);
    home.deliver("mail", "2", PLAN);
    assert_eq!(home.run("2026-11-23T09:00:00+01:00", &["sync"]).code, 0);
    assert_eq!(home.run(OPEN, &["begin"]).code, 0);
    let batch = home.json(OPEN, &["queue"]);
    let id = |subject: &str| {
        let found = batch.iter().find(|it| it["subject"] == subject).unwrap();
        found["id"].as_i64().unwrap().to_string()
    };
    Desk { tea: id("Tea"), plan: id("Plan"), home }
}

impl Desk {
    fn written(&self, arguments: &[&str], text: &str) -> Value {
        let arguments = [&["--json"], arguments].concat();
        let ran = self.home.run_with(OPEN, &arguments, text.as_bytes());
        assert_eq!(ran.code, 0, "{}", ran.err);
        serde_json::from_str(&ran.out).unwrap()
    }

    fn bytes(&self, id: &Value) -> String {
        let bytes = self.home.sqlite(&format!("SELECT CAST(bytes AS TEXT) FROM outgoing WHERE id = {id}"));
        bytes.replace("\r\n", "\n").trim_end().to_owned()
    }

    fn undecided(&self) -> usize {
        self.home.json(OPEN, &["queue"]).iter().filter(|it| it["verdict"].is_null()).count()
    }
}

#[test]
fn an_answer_is_staged_decides_its_row_and_is_one_undo() {
    let desk = desk();
    assert_eq!(desk.undecided(), 2);
    let staged = desk.written(&["reply", &desk.tea, "--body", "-"], "Yes.\r\nAt four.\n");
    assert_eq!((&staged["from"], &staged["to"][0]), (&"shop@my.example".into(), &"ann@a.example".into()));
    assert_eq!((&staged["decided"], &staged["leaves"]), (&true.into(), &"2026-11-23T09:45:00Z".into()));
    let bytes = desk.bytes(&staged["id"]);
    assert!(bytes.contains("In-Reply-To: <tea@a.example>") && bytes.contains("Subject: Re: Tea"), "{bytes}");
    assert!(bytes.ends_with("\nYes.\nAt four.\n\n-- \nMe, myself"), "{bytes}");
    assert_eq!(desk.undecided(), 1);
    assert_eq!(desk.home.run(OPEN, &["undo"]).code, 0);
    assert_eq!(desk.undecided(), 2);
    assert_eq!(desk.home.json(OPEN, &["drafts"])[0]["id"], staged["id"]);
    assert_eq!(desk.home.run(OPEN, &["redo"]).code, 0);
    assert_eq!((desk.undecided(), desk.home.json(OPEN, &["drafts"]).len()), (1, 0));
}

#[test]
fn everybody_is_answered_with_a_quote_where_that_is_asked_for() {
    let desk = desk();
    let staged = desk.written(&["reply", &desk.tea, "--all", "--quote", "--body", "-"], "Yes.");
    assert_eq!((&staged["to"][0], &staged["cc"][0]), (&"ann@a.example".into(), &"ben@b.example".into()));
    let text = "\nYes.\n\nAnn Lee, 22 Nov 2026:\n> Shall we have tea?\n\n-- \nMe, myself";
    assert!(desk.bytes(&staged["id"]).ends_with(text), "{}", desk.bytes(&staged["id"]));
    let none = desk.home.run_with(OPEN, &["reply", &desk.tea, "--list", "--body", "-"], b"x");
    assert_eq!(none.code, 1);
    assert!(none.err.contains("it came from no list"), "{}", none.err);
}

#[test]
fn a_message_goes_on_with_its_files_or_whole() {
    let desk = desk();
    let to = ["--to", "Di <di@d.example>", "--body", "-"];
    let inline = desk.written(&[&["forward", desk.plan.as_str()], &to[..]].concat(), "See below.");
    assert_eq!((&inline["from"], &inline["files"][0]), (&"work@work.example".into(), &"plan.txt".into()));
    assert_eq!(inline["decided"], false);
    let bytes = desk.bytes(&inline["id"]);
    assert!(bytes.contains("Subject: Fwd: Plan") && bytes.contains("From: Cy <cy@c.example>\n"), "{bytes}");
    assert!(bytes.contains("Here it is.") && !bytes.contains("In-Reply-To"), "{bytes}");
    let whole = desk.written(&[&["forward", desk.plan.as_str(), "--attached"], &to[..]].concat(), "See there.");
    let bytes = desk.bytes(&whole["id"]);
    assert!(
        bytes.contains("Content-Type: message/rfc822") && bytes.contains("Message-ID: <plan@c.example>"),
        "{bytes}"
    );
}

#[test]
fn what_is_not_ready_stays_a_draft_and_says_why() {
    let desk = desk();
    let warned = desk.home.run_with(OPEN, &["reply", &desk.tea, "--body", "-"], b"The plan is attached.");
    assert_eq!(warned.code, 1);
    assert!(warned.err.contains("attached") && warned.err.contains("--anyway"), "{}", warned.err);
    let drafts = desk.home.json(OPEN, &["drafts"]);
    let number = drafts[0]["id"].to_string();
    assert_eq!(desk.home.run(OPEN, &["drafts", "stage", &number, "--anyway"]).code, 0);
    assert_eq!(desk.home.json(OPEN, &["drafts"]).len(), 0);
    let attach = ["--attach", "/nowhere/*.pdf", "--leaves", "whenever", "--body", "-"];
    let mistaken = desk.home.run_with(
        OPEN,
        &[&["compose", "--to", "ann@a.example", "--subject", "x"], &attach[..]].concat(),
        b"y",
    );
    assert_eq!(mistaken.code, 1);
    assert!(mistaken.err.contains("/nowhere/*.pdf") && mistaken.err.contains("`Leaves`"), "{}", mistaken.err);
    assert_eq!(desk.home.json(OPEN, &["drafts"])[0]["subject"], "x");
}

#[test]
fn an_answer_reminds_of_itself_where_its_file_or_an_option_says_so() {
    let desk = desk();
    let staged = desk.written(&["reply", &desk.tea, "--remind", "tomorrow", "--body", "-"], "When?");
    assert_eq!(staged["reminds"]["checkin"], "morning");
    assert_eq!(staged["reminds"]["opens"], "2026-11-24T09:00:00Z");
    assert_eq!(desk.home.json(OPEN, &["outbox"])[0]["reminds"], staged["reminds"]);
    // It is a line of the draft, which can be taken up again.
    assert!(desk.home.sqlite("SELECT draft FROM outgoing").contains("\nRemind: tomorrow\n"));
    for (arguments, says) in [
        (["reply", &desk.plan, "--remind", "whenever", "--body", "-"], "`Remind` is not understood"),
        (["compose", "--to=ann@a.example", "--subject=x", "--remind=fri", "--body", "-"], "this answers no message"),
    ] {
        let ran = desk.home.run_with(OPEN, &arguments, b"Text.");
        assert!(ran.code == 1 && ran.err.contains(says) && ran.err.contains("line "), "{}", ran.err);
    }
    assert_eq!(desk.home.json(OPEN, &["outbox"]).len(), 1);
    // Nobody has replied by then.
    desk.home.json(OPEN, &["commit"]);
    desk.home
        .sqlite("UPDATE outgoing SET state = 'sent', dated = changed WHERE answers IS NOT NULL AND bytes IS NOT NULL");
    let next = "2026-11-24T10:05:00+01:00";
    let back = desk.home.json(next, &["begin"]);
    assert!(back.iter().any(|one| one["id"] == desk.tea.parse::<i64>().unwrap()), "{back:?}");
}

/// The line stands in the file that the editor gets. Who deletes it does not want to be reminded any more.
#[test]
fn a_reminder_is_taken_back_by_deleting_its_line() {
    let desk = desk();
    let staged = desk.written(&["reply", &desk.tea, "--remind", "tomorrow", "--body", "-"], "When?");
    let number = staged["id"].to_string();
    assert_eq!(desk.home.run(OPEN, &["outbox", "recall", &number]).code, 0);
    let open = "SELECT count(*) FROM reminder WHERE ended IS NULL";
    for (editor, left) in [("sed -i s/When/Until.when/", "1"), ("sed -i /^Remind/d", "0")] {
        let environment = [("VISUAL", ""), ("EDITOR", editor)];
        let words = ["drafts", "edit", &number];
        let mut terminal = Terminal::open_with(&desk.home, OPEN, &words, 100, 30, &environment);
        terminal.wait("y stages it");
        terminal.keys("k\r");
        terminal.ended();
        assert_eq!(desk.home.sqlite(open).trim(), left, "{editor}");
    }
    assert_eq!(desk.home.sqlite("SELECT ended FROM reminder").trim(), "taken back");
}

#[test]
fn a_message_is_begun_from_a_link_or_a_template() {
    let desk = desk();
    let link =
        "mailto:ann@a.example?cc=ben@b.example&subject=Tea%0D%0ABcc:%20x@y&body=Hello%0D%0Athere&attach=/etc/passwd";
    let staged = desk.written(&["compose", link, "--body", "-", "--leaves", "next"], "First.");
    assert_eq!((&staged["subject"], &staged["cc"][0]), (&"Tea Bcc: x@y".into(), &"ben@b.example".into()));
    assert_eq!((&staged["bcc"], &staged["files"]), (&Value::Array(vec![]), &Value::Array(vec![])));
    assert_eq!(staged["leaves"], "2026-11-24T09:45:00Z");
    std::fs::create_dir(desk.home.path("templates")).unwrap();
    desk.home.write("templates/hello", "To: di@d.example\nSubject: Hello of {date}\n\nDear Di,\n{name}\n");
    let staged = desk.written(&["compose", "--template", "hello", "--body", "-", "--leaves", "tomorrow"], "Text.");
    assert_eq!((&staged["to"][0], &staged["subject"]), (&"di@d.example".into(), &"Hello of 23 Nov 2026".into()));
    assert_eq!(staged["leaves"], "2026-11-24T09:00:00Z");
    for (name, says) in [("../signature", "no name of a template"), ("other", "templates are text files")] {
        let ran = desk.home.run_with(OPEN, &["compose", "--template", name, "--body", "-"], b"x");
        assert!(ran.code == 1 && ran.err.contains(says), "{}", ran.err);
    }
}

#[test]
fn when_one_reads_next_stands_in_signatures_and_templates() {
    let desk = desk();
    std::fs::create_dir(desk.home.path("templates")).unwrap();
    desk.home.write("templates/soon", "To: di@d.example\nSubject: Soon\n\nAgain {next}, {name}.\nfn f() {}\n");
    desk.home.write("templates/odd", "To: di@d.example\nSubject: Soon\n\nAgain {nxt}.\n");
    desk.home.write("signature", "-- \nMe\nI read mail next on {next}.\n");
    // The check-in of now is open, so the next one is tomorrow's.
    let staged = desk.written(&["compose", "--template", "soon", "--leaves", "tomorrow", "--body", "-"], "Text.");
    let said = desk.bytes(&staged["id"]);
    assert!(said.contains("Again Tue 24 Nov, 10:00 (Europe/Berlin), Me."), "{said}");
    assert!(said.contains("fn f() {}") && said.contains("I read mail next on Tue 24 Nov, 10:00"), "{said}");
    let odd = desk.home.run_with(OPEN, &["compose", "--template", "odd", "--body", "-"], b"x");
    assert_eq!(odd.code, 1);
    assert!(odd.err.contains("line 4: there is no field {nxt}") && odd.err.contains("{next}"), "{}", odd.err);
    let settings = std::fs::read_to_string(desk.home.path("config.toml")).unwrap();
    desk.home.write("config.toml", settings.replace("timezone", "away = \"2026-11-23..2027-03-01\"\ntimezone"));
    let begin = ["compose", "--to", "di@d.example", "--subject", "x", "--leaves", "now"];
    let staged = desk.written(&[&begin[..], &["--body", "-"]].concat(), "Text.");
    assert!(desk.bytes(&staged["id"]).ends_with("\n-- \nMe"), "{}", desk.bytes(&staged["id"]));
    let none = desk.home.run_with(OPEN, &["compose", "--template", "soon", "--body", "-"], b"x");
    assert!(none.code == 1 && none.err.contains("no check-in is coming"), "{}", none.err);
    desk.home.write("signature", "Me {nxt}\n");
    let odd = desk.home.run_with(OPEN, &[&begin[..], &["--body", "-"]].concat(), b"Text.");
    assert!(odd.code == 1 && odd.err.contains("signature, line 1: there is no field {nxt}"), "{}", odd.err);
    assert!(desk.home.run(OPEN, &["check", "--offline"]).err.contains("there is no field {nxt}"));
}

#[test]
fn nothing_empty_leaves_and_nothing_held_is_answered() {
    let desk = desk();
    for (text, says) in [(&b""[..], "the text is empty"), (b"\n \n", "the text is empty"), (b"\xff\xfe", "not UTF-8")] {
        let ran = desk.home.run_with(OPEN, &["reply", &desk.tea, "--body", "-"], text);
        assert!(ran.code == 2 && ran.err.contains(says), "{}", ran.err);
    }
    let ran = desk.home.run(OPEN, &["reply", &desk.tea]);
    assert!(ran.code == 2 && ran.err.contains("without a terminal"), "{}", ran.err);
    let ran = desk.home.run_with(OPEN, &["compose", "--to", "nobody", "--body", "-"], b"x");
    assert!(ran.code == 2 && ran.err.contains("nobody is no address"), "{}", ran.err);
    desk.home.deliver("mail", "3", &TEA.replace("tea@", "held@").replace("Tea", "Secret").replace("22 Nov", "23 Nov"));
    assert_eq!(desk.home.run(OPEN, &["sync"]).code, 0);
    let held = desk.home.sqlite("SELECT max(id) FROM message");
    let ran = desk.home.run_with(OPEN, &["reply", held.trim(), "--body", "-"], b"x");
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(!ran.err.contains("Secret") && desk.home.json(OPEN, &["drafts"]).is_empty());
}

#[test]
fn what_is_wrong_in_the_settings_of_writing_is_told() {
    let home = Home::new();
    let path: PathBuf =
        home.write("config.toml", "[compose]\nattribution = \"{nam} wrote\"\neditor = \"vim 'x\"\nquote = \"up\"\n");
    let ran = home.run(OPEN, &["status"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    for says in ["{nam}", "`name`", "has no end", "quote", &path.file_name().unwrap().to_string_lossy()] {
        assert!(ran.err.replace("no field \"nam\"", "no field {nam}").contains(says), "{says}: {}", ran.err);
    }
}

#[test]
fn a_command_that_does_not_get_the_message_is_no_composer() {
    let home = Home::new();
    for (command, says) in [
        ("\"\"", "names no program"),
        ("[]", "names no program"),
        ("\"neomutt -H\"", "does not get the message"),
        ("\"neomutt -H {file}\"", "`draft`"),
        ("\"neomutt -H {drafts}\"", "`draft`"),
        ("\"neomutt '\"", "never closed"),
        ("3", "command"),
    ] {
        home.write("config.toml", format!("[compose]\ncommand = {command}\n"));
        let ran = home.run(OPEN, &["status"]);
        assert!(ran.code == 1 && ran.err.contains(says), "{command}: {}", ran.err);
    }
    home.write(
        "config.toml",
        "[compose]\ncommand = \"no-such-composer {mailto} ${X}\"\n[[identity]]\naddress = \"me@example.org\"\n",
    );
    assert_eq!(home.run(OPEN, &["status"]).code, 0);
    let checked = home.run(OPEN, &["check", "--offline"]);
    let said = format!("{}{}", checked.out, checked.err);
    assert!(said.contains("the program `no-such-composer` is not found"), "{said}");
    assert!(said.contains("sent by the composer") && !said.contains("nothing says how it is sent"), "{said}");
}
