//! Holds `src/mail/returned.rs`, `src/mail/message_kind.rs`, `src/mail/automatic.rs`, `src/store/admit.rs`, `src/store/thread.rs`: what tells
//! that a message of the person's did not arrive is among people, in its conversation, also in one that is muted, and is no reply.

use super::accounts::{EARLY, OPEN, home_with};
use super::sent::{ANN, ME, letter, maildir, put, stage};
use crate::support::Home;

/// What a server says that could not deliver it. It names the message in what it returns, and nowhere else.
fn report(name: &str, of: &str, fields: &str) -> String {
    format!(
        "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example>\r\nTo: {ME}\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nDate: Fri, 20 Nov 2026 09:10:00 +0100\r\n\
         Message-ID: <{name}@x.example>\r\nMIME-Version: 1.0\r\n{fields}\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered to ann@example.org.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
         Final-Recipient: rfc822; ann@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\n{}--b--\r\n",
        letter(of, ME, ANN, "question")
    )
}

fn thread(home: &Home, name: &str) -> String {
    home.sqlite(&format!("SELECT thread FROM message WHERE message_id = '{name}@x.example'")).trim().to_owned()
}

/// Ann asked, and the person has answered with another program.
fn answered() -> Home {
    let home = home_with("");
    put(&home, ".Archive", "1", &letter("question", ANN, ME, ""));
    put(&home, ".Sent", "2", &letter("mine", ME, ANN, "question"));
    maildir(&home, "");
    home.json(EARLY, &["sync"]);
    home
}

#[test]
fn a_bounce_is_among_people_in_the_conversation_of_what_it_is_about() {
    // Whatever else its header says: here what a list and a sender of newsletters write.
    let list = "List-Id: <users.lists.example>\r\nList-Post: <mailto:users@lists.example>\r\nPrecedence: bulk\r\n\
                List-Unsubscribe: <https://lists.example/u>\r\nAuto-Submitted: auto-replied\r\n";
    for fields in ["", list] {
        let home = answered();
        put(&home, "", "3", &report("returned", "mine", fields));
        home.json(EARLY, &["sync"]);
        assert_eq!(stage(&home, "returned"), "held", "{fields}");
        assert_eq!(thread(&home, "returned"), thread(&home, "mine"), "{fields}");
        let begun = home.json(OPEN, &["begin"]);
        let [one] = &begun[..] else { panic!("{begun:?}") };
        assert_eq!(one["lane"], "people", "{fields}: {one}");
        let why = home.run(OPEN, &["why", &one["id"].to_string()]).out;
        for reason in ["it reports what became of a message", "it answers a message that you sent"] {
            assert!(why.contains(reason), "{fields}: {why}");
        }
    }
}

/// Without anything of the message in it, or of a message of somebody else: then it stands by itself.
#[test]
fn a_bounce_that_names_no_message_of_the_store_is_among_people_too() {
    let home = answered();
    put(&home, "", "3", &report("foreign", "unknown", ""));
    let bare = report("bare", "mine", "").replace("message/rfc822", "application/octet-stream");
    put(&home, "", "4", &bare);
    home.json(EARLY, &["sync"]);
    let begun = home.json(OPEN, &["begin"]);
    assert!(begun.len() == 2 && begun.iter().all(|one| one["lane"] == "people"), "{begun:?}");
    assert_ne!(thread(&home, "bare"), thread(&home, "mine"));
}

#[test]
fn a_muted_conversation_does_not_hide_that_an_answer_did_not_arrive() {
    let home = answered();
    put(&home, "", "3", &letter("more", ANN, ME, "mine"));
    home.json(EARLY, &["sync"]);
    let begun = home.json(OPEN, &["begin"]);
    home.json(OPEN, &["decide", "mute", &begun[0]["id"].to_string()]);
    // One while the batch is open, one after it.
    put(&home, "", "4", &report("early", "mine", ""));
    put(&home, "", "5", &letter("again", ANN, ME, "more"));
    home.json(OPEN, &["sync"]);
    home.json(OPEN, &["commit"]);
    put(&home, "", "6", &report("late", "mine", ""));
    put(&home, "", "7", &letter("last", ANN, ME, "more"));
    home.json(OPEN, &["sync"]);
    let stages = ["early", "late", "again", "last"].map(|name| stage(&home, name));
    assert_eq!(stages, ["held", "held", "muted", "muted"]);
    assert_eq!(thread(&home, "late"), thread(&home, "mine"));
    home.assert_whole();
}
