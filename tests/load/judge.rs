//! What must be so in the end.

use std::collections::BTreeMap;
use std::time::Duration;

use super::arrivals::Arrivals;
use super::process::{Watch, program};
use super::{ACCOUNTS, Run};

/// Stages in which a message comes out again by itself.
const OPEN: &str = "'held', 'let through', 'in batch', 'carried over', 'deferred'";

/// Lets everything come to rest: what is to be read and changed is, and what a hold keeps back goes home.
pub fn settle(run: &Run, watch: Watch) {
    drop(watch);
    for _ in 0..20 {
        let _ = program(run, &["sync"]).output().unwrap();
        let _ = program(run, &["release", "--all"]).output().unwrap();
        let left = run.home.sqlite("SELECT count(*) FROM journal WHERE closed IS NULL");
        if left.trim() == "0" {
            break;
        }
        std::thread::sleep(Duration::from_secs(5));
    }
    let last = program(run, &["sync"]).output().unwrap();
    println!("the last sync: {}{}", String::from_utf8_lossy(&last.stdout), String::from_utf8_lossy(&last.stderr));
}

pub fn judge(run: &Run, arrivals: &Arrivals) {
    let mut wrong = Vec::new();
    let open = run.home.sqlite("SELECT count(*) FROM journal WHERE closed IS NULL");
    if open.trim() != "0" {
        wrong.push(format!("{} changes of the journal are not made", open.trim()));
    }
    let stored: BTreeMap<String, (String, String)> = run
        .home
        .sqlite(
            "SELECT m.message_id, m.stage, coalesce((SELECT verb FROM decision AS d WHERE d.message = m.id
                                                      ORDER BY batch DESC LIMIT 1), '') FROM message AS m",
        )
        .lines()
        .map(|line| {
            let mut parts = line.split('|').map(str::to_owned);
            let id = parts.next().unwrap();
            (id, (parts.next().unwrap(), parts.next().unwrap()))
        })
        .collect();
    let twice = run.home.sqlite("SELECT count(*) FROM (SELECT 1 FROM message GROUP BY message_id HAVING count(*) > 1)");
    if twice.trim() != "0" {
        wrong.push(format!("{} messages are twice in the store", twice.trim()));
    }
    let mut places: Vec<BTreeMap<String, Vec<(String, bool)>>> = Vec::new();
    for account in &run.accounts {
        let mut of: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
        for (folder, messages) in account.client().all() {
            for message in messages {
                let read = message.flags.contains("\\Seen");
                of.entry(message.message_id).or_default().push((folder.clone(), read));
            }
        }
        places.push(of);
    }
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for (id, account) in arrivals.all() {
        let folders = places[account].get(&id).cloned().unwrap_or_default();
        let name = ACCOUNTS[account];
        let (stage, verb) = stored.get(&id).cloned().unwrap_or_default();
        match folders.as_slice() {
            [] => wrong.push(format!("{name} {id}: nowhere on the server ({stage}, {verb})")),
            [_, _, ..] => wrong.push(format!("{name} {id}: more than once: {folders:?}")),
            [(folder, read)] => {
                *counts.entry(format!("{folder}, {stage}")).or_default() += 1;
                let is_open = OPEN.contains(&format!("'{stage}'")) && !stage.is_empty();
                // What a person moves before it was ever read is that person's own.
                let moved = ["Archive", "Trash", "Junk"].contains(&folder.as_str());
                if stage.is_empty() {
                    if !moved {
                        wrong.push(format!("{name} {id}: not in the store, in {folder}"));
                    }
                } else if folder == "Held" {
                    wrong.push(format!("{name} {id}: left in Held ({stage})"));
                } else if folder == "INBOX" && !is_open && !read {
                    // What was done with here is marked read; taken back so, it does not come out again.
                    wrong.push(format!("{name} {id}: in INBOX, and {stage} in the store ({verb})"));
                } else if folder != "INBOX" && is_open {
                    wrong.push(format!("{name} {id}: in {folder}, and {stage} in the store ({verb})"));
                }
            }
        }
    }
    for (what, count) in counts {
        println!("  {count:>6}  {what}");
    }
    let checked = program(run, &["check", "--offline", "--store-too"]).output().unwrap();
    if !checked.status.success() {
        wrong.push(String::from_utf8_lossy(&checked.stderr).into_owned());
    }
    for one in wrong.iter().take(40) {
        println!("WRONG {one}");
        if let Some(id) = one.split([' ', ':']).nth(1).filter(|id| id.contains('@')) {
            println!("{}", history(run, id));
        }
    }
    assert!(wrong.is_empty(), "{} things are wrong", wrong.len());
    println!("each letter is there once, where it belongs");
}

/// What the store knows of a letter: its copies, what was to be changed of them, and what was decided.
fn history(run: &Run, message_id: &str) -> String {
    let of = format!("message = (SELECT id FROM message WHERE message_id = '{message_id}')");
    run.home.sqlite(&format!(
        "SELECT '  copy', f.name, c.key, c.flags, c.gone FROM copy AS c JOIN folder AS f ON f.id = c.folder WHERE {of};
         SELECT '  change', number, cause, target, state, tries, why, written, closed FROM journal WHERE {of} ORDER BY number;
         SELECT '  decision', batch, verb, made FROM decision WHERE {of};"
    ))
}
