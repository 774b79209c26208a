//! Holds `src/store/hold.rs`, `src/job/hold.rs`, `src/source/imap/lost_hold_folder.rs`: a hard hold whose folder or
//! source is not as it was: what was hidden comes back by itself, or is named with the way back.

use crate::support::pty::Terminal;
use crate::support::servers::letters::{letter, message_id};
use crate::support::servers::{Account, Kind, readback};
use crate::support::{CONFIG, Home};

/// What its table says is what is said.
const DOCS: &str = include_str!("../../../docs/hold.md");

// A Monday long ago: mail that arrives in this test arrives at the moment of each command.
const BETWEEN: &str = "2024-01-08T11:00:00+01:00";
const LATER: &str = "2024-01-08T11:30:00+01:00";
const OPENING: &str = "2024-01-08T16:00:00+01:00";
const AFTER: &str = "2024-01-08T17:00:00+01:00";

fn configure(home: &Home, account: &Account, more: &str) {
    let source = account.plain_source("mail", account.server.port);
    home.write("config.toml", format!("{CONFIG}\n{source}{more}\n"));
}

/// An account of which three letters wait in the folder of a hard hold.
fn held(kind: Kind, user: &str) -> Option<(Account, Home)> {
    let account = Account::on(kind, user)?;
    let home = Home::new();
    configure(&home, &account, "hold = \"hard\"");
    account.client().append("INBOX", "", (0..3).map(letter));
    sync(&home, BETWEEN);
    assert_eq!(folders(&account, 0..3), ["Held"; 3]);
    Some((account, home))
}

fn folders(account: &Account, numbers: std::ops::Range<usize>) -> Vec<String> {
    let there = account.read_back();
    let place = |number| {
        let places = readback::places(&there, &message_id(number));
        assert!(places.len() < 2, "{number}: {there:?}");
        let Some((folder, message)) = places.first() else { return "nowhere".to_owned() };
        assert!(!message.has("\\Seen"), "{number}: it was not read");
        folder.trim_start_matches("INBOX.").trim_start_matches("INBOX/").to_owned()
    };
    numbers.map(place).collect()
}

fn sync(home: &Home, at: &str) -> String {
    let ran = home.run(at, &["sync"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    format!("{}{}", ran.out, ran.err)
}

fn states(home: &Home) -> String {
    home.sqlite("SELECT group_concat(DISTINCT stage) FROM message")
}

#[test]
fn a_folder_that_was_renamed_gives_everything_back() {
    for kind in [Kind::Dovecot, Kind::Cyrus] {
        let Some((account, home)) = held(kind, "renamed") else { continue };
        let mut phone = account.client();
        let name = phone.folders().into_iter().find(|name| name.ends_with("Held")).unwrap();
        phone.ok(&format!("RENAME \"{name}\" \"{}\"", name.replace("Held", "Parked")));
        sync(&home, LATER);
        assert_eq!(folders(&account, 0..3), ["Parked"; 3], "its check-in has not come");
        assert_eq!(states(&home).trim(), "held");
        sync(&home, OPENING);
        assert_eq!(folders(&account, 0..3), ["INBOX"; 3], "{kind:?}");
        let batch = home.json(OPENING, &["begin"]);
        assert!(!batch.is_empty());
        assert_eq!(states(&home).trim(), "in batch");
    }
}

/// As Thunderbird does with a folder that is deleted there.
#[test]
fn a_folder_that_was_moved_into_the_trash_gives_everything_back() {
    let Some((account, home)) = held(Kind::Dovecot, "trashed-folder") else { return };
    account.client().ok("RENAME Held Trash/Held");
    sync(&home, LATER);
    sync(&home, OPENING);
    assert_eq!(folders(&account, 0..3), ["INBOX"; 3]);
    assert_eq!(states(&home).trim(), "held");
}

#[test]
fn what_is_in_a_renamed_folder_and_what_came_since_both_come_back() {
    let Some((account, home)) = held(Kind::Dovecot, "renamed-on") else { return };
    let mut phone = account.client();
    phone.ok("RENAME Held Parked");
    phone.append("INBOX", "", [letter(3)]);
    sync(&home, LATER);
    assert_eq!(folders(&account, 0..4), ["Parked", "Parked", "Parked", "Held"]);
    sync(&home, "2024-01-08T11:40:00+01:00");
    sync(&home, "2024-01-08T11:50:00+01:00");
    assert_eq!(states(&home).trim(), "held", "nothing of it was thrown away");
    let ran = home.run(LATER, &["release", "--all"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "4 messages went back.\n"), "{}", ran.err);
    assert_eq!(folders(&account, 0..4), ["INBOX"; 4]);
}

#[test]
fn another_name_in_the_settings_hides_nothing_for_ever() {
    for more in ["hold = \"hard\"\nheld_folder = \"Waiting\"", "hold = \"soft\"\nheld_folder = \"Waiting\""] {
        let user = if more.contains("hard") { "setting" } else { "setting-soft" };
        let Some((account, home)) = held(Kind::Dovecot, user) else { return };
        configure(&home, &account, more);
        account.client().append("INBOX", "", [letter(3)]);
        sync(&home, LATER);
        if more.contains("hard") {
            assert_eq!(folders(&account, 0..4), ["Held", "Held", "Held", "Waiting"]);
        }
        sync(&home, OPENING);
        assert_eq!(folders(&account, 0..4), ["INBOX"; 4], "{more}");
    }
    let Some((account, home)) = held(Kind::Dovecot, "setting-all") else { return };
    configure(&home, &account, "hold = \"hard\"\nheld_folder = \"Waiting\"");
    let ran = home.run(LATER, &["release", "--all"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "3 messages went back.\n"), "{}", ran.err);
    assert_eq!(folders(&account, 0..3), ["INBOX"; 3]);
}

#[test]
fn a_source_that_was_taken_out_is_named_with_the_way_back() {
    let Some((account, home)) = held(Kind::Dovecot, "taken-out") else { return };
    home.write("config.toml", CONFIG);
    let what =
        "mail: 3 messages held in the folder Held did not come back: this source is not in the settings any more";
    let ran = home.run(LATER, &["release", "--all"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, "Nothing went back: 3 messages cannot go back now.\n"));
    assert!(ran.err.contains(what), "{}", ran.err);
    assert!(ran.err.contains("put the source back into the settings and run `tidebox release --all`"), "{}", ran.err);
    let status = home.run(LATER, &["status"]);
    assert!(status.out.contains(what) && status.out.contains("Put the source back"), "{}", status.out);
    assert!(home.run(LATER, &["status", "--format", "tmux"]).out.contains("mail astray"));
    assert_eq!(home.json(LATER, &["status"])[0]["troubles"][0]["kind"], "astray");
    assert!(DOCS.contains(what), "the table says the same");
    let mut screen = Terminal::open(&home, LATER, &[], 140, 40);
    screen.wait("mail: 3 messages held in the folder Held did not come back:");
    screen.wait("Put the source back into");
    drop(screen);
    let check = home.run(LATER, &["check"]);
    assert_eq!(check.code, 1, "{}", check.out);
    assert!(check.err.contains("a source that was removed: 3 messages held in the folder Held"), "{}", check.err);
    configure(&home, &account, "hold = \"hard\"");
    assert_eq!(home.run(LATER, &["release", "--all"]).out, "3 messages went back.\n");
    assert_eq!(folders(&account, 0..3), ["INBOX"; 3]);
}

/// Nothing may be changed there any more, so nothing can be brought back; it is named until it may.
#[test]
fn a_source_that_may_not_write_any_more_is_named_with_the_way_back() {
    let Some((account, home)) = held(Kind::Dovecot, "may-not-write") else { return };
    configure(&home, &account, "write_back = false");
    home.run(LATER, &["sync"]);
    let ran = home.run(OPENING, &["release", "--all"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("3 messages held in the folder Held did not come back"), "{}", ran.err);
    assert!(home.run(OPENING, &["status"]).out.contains("held in the folder Held did not come back"));
    assert_eq!(home.run(OPENING, &["check"]).code, 1);
    assert_eq!(folders(&account, 0..3), ["Held"; 3]);
    assert!(!home.sqlite("SELECT DISTINCT stage FROM message").contains("trash"));
    configure(&home, &account, "hold = \"hard\"");
    assert_eq!(home.run(OPENING, &["release", "--all"]).code, 0);
    assert_eq!(folders(&account, 0..3), ["INBOX"; 3]);
}

#[test]
fn a_source_under_another_name_gives_everything_back() {
    let Some((account, home)) = held(Kind::Dovecot, "other-name") else { return };
    let source = account.plain_source("post", account.server.port);
    home.write("config.toml", format!("{CONFIG}\n{source}hold = \"hard\"\n"));
    sync(&home, LATER);
    sync(&home, OPENING);
    assert_eq!(folders(&account, 0..3), ["INBOX"; 3]);
    assert_eq!(home.run(OPENING, &["release", "--all"]).code, 0);
}

#[test]
fn what_was_deleted_with_its_folder_is_in_its_check_in_and_named() {
    let Some((account, home)) = held(Kind::Dovecot, "deleted") else { return };
    account.client().ok("DELETE Held");
    home.run(LATER, &["sync"]);
    home.run(OPENING, &["sync"]);
    assert_eq!(states(&home).trim(), "held");
    let ran = home.run(OPENING, &["release", "--all"]);
    assert_eq!(ran.code, 1);
    let what = "the folder Held, in which it waited, is gone, and it is in no other one";
    assert!(ran.err.contains(what) && DOCS.contains(what), "{}", ran.err);
    assert!(home.run(OPENING, &["status"]).out.contains(what));
    // The door breaks its lines.
    let mut screen = Terminal::open(&home, OPENING, &[], 140, 40);
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    screen.wait_until(what, |text| words(text).contains(what));
    drop(screen);
    let check = home.run(OPENING, &["check", "--offline"]);
    assert!(check.code == 1 && check.err.contains(what), "{}", check.err);
    assert!(!home.sqlite("SELECT stage FROM message").contains("trash"));
    assert!(ran.err.contains("`tidebox export`"), "{}", ran.err);
    home.run(OPENING, &["begin"]);
    assert_eq!(states(&home).trim(), "in batch");
}

/// Cyrus takes a hundred keywords in a folder, and no more for anybody.
#[test]
fn a_table_of_keywords_that_is_full_keeps_nothing_waiting() {
    let Some(account) = Account::on(Kind::Cyrus, "full-table") else { return };
    let home = Home::new();
    configure(&home, &account, "");
    let mut phone = account.client();
    phone.append("INBOX", "", (0..2).map(letter));
    phone.select("INBOX");
    let refused =
        (0..140).any(|number| !phone.command(&format!("UID STORE 1 +FLAGS ($Old{number})")).1.starts_with("OK"));
    assert!(refused, "the table is full");
    sync(&home, "2024-01-08T09:00:00+01:00");
    let at = "2024-01-08T10:01:00+01:00";
    assert_eq!(home.run(at, &["begin"]).code, 0);
    let queue = home.json(at, &["queue"]);
    for (row, verb) in queue.iter().zip(["defer", "done"]) {
        let ran = home.run(at, &["decide", verb, row["id"].to_string().trim_matches('"')]);
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    }
    let said = home.run(at, &["commit"]);
    assert!(!said.out.contains("still to be changed"), "{}{}", said.out, said.err);
    assert!(said.out.contains("1 known to this machine alone"), "{}{}", said.out, said.err);
    assert_eq!(home.json(at, &["status"])[0]["deferred"], 1);
}

#[test]
fn a_check_in_that_is_begun_late_is_everywhere() {
    let Some(account) = Account::on(Kind::Dovecot, "begun-late") else { return };
    let home = Home::new();
    configure(&home, &account, "hold = \"hard\"");
    sync(&home, "2024-01-08T09:00:00+01:00");
    account.client().append("INBOX", "", [letter(0)]);
    sync(&home, "2024-01-08T09:30:00+01:00");
    // The machine slept over the check-in; what came meanwhile is put aside as it wakes.
    account.client().append("INBOX", "", [letter(1), letter(2)]);
    sync(&home, "2024-01-08T12:00:00+01:00");
    assert_eq!(folders(&account, 0..3), ["INBOX", "Held", "Held"]);
    assert_eq!(home.run("2024-01-08T12:01:00+01:00", &["begin"]).code, 0);
    home.run("2024-01-08T12:01:00+01:00", &["journal", "--retry"]);
    assert_eq!(folders(&account, 0..3), ["INBOX"; 3], "what is in the batch is there for everybody");
    sync(&home, AFTER);
    assert_eq!(folders(&account, 0..3), ["INBOX"; 3]);
}
