//! Holds `src/job/unsubscribe.rs`, `src/job/leave_lists.rs`, `src/store/unsubscription.rs`, `src/cli/unsubscribe.rs`, `src/cli/journal/lists.rs`, `src/store/leaving_message.rs`: a list
//! is left after the commit, once, and what came of it is told.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tidebox::config::Config;
use tidebox::domain::batch::BatchKind;
use tidebox::domain::receipt::Receipt;
use tidebox::domain::schedule::Zone;
use tidebox::job::close;
use tidebox::job::leave_lists::{ListsLeft, leave_lists};
use tidebox::net::one_click::OneClickNetwork;
use tidebox::store::Store;

use crate::support::servers::web::{Answers, WebAnswer, WebServer, is_here, network, network_here};
use crate::support::{CONFIG, Home, letter};

const CLOSED: &str = "2026-11-23T08:30:00+01:00";
const OPEN: &str = "2026-11-23T10:05:00+01:00";
const LEFT: &str = "2026-11-23T09:10:00Z";
const OK: WebAnswer = WebAnswer::Says("HTTP/1.1 200 OK\r\n\r\n");
const LONG: Duration = Duration::from_mins(1);

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A message of a list that is left by a request to this address.
fn mail(number: u32, list: &str, url: &str) -> String {
    let offer = format!(
        "List-Id: <{list}>\r\nList-Unsubscribe: <{url}>, <mailto:leave@example.org>\r\n\
         List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nFrom: "
    );
    letter(number, "Deals <deals@shop.example.com>", &format!("Offer {number}"), "Text.").replacen("From: ", &offer, 1)
}

/// A home with these messages in a batch that is begun; the ids in the order of the messages.
fn begun(mails: &[String]) -> (Home, Vec<String>) {
    let home = Home::new();
    for (number, mail) in mails.iter().enumerate() {
        home.deliver("Maildir", &format!("{number}.w"), mail);
    }
    assert_eq!(home.run(CLOSED, &["add", "Maildir"]).code, 0);
    assert_eq!(home.run(OPEN, &["begin"]).code, 0);
    let ids = home.sqlite("SELECT id FROM message ORDER BY subject");
    (home, ids.lines().map(str::to_owned).collect())
}

/// Says of these that their lists are left.
fn unsubscribe(home: &Home, ids: &[String]) {
    let mut arguments = vec!["unsubscribe", "--unvouched"];
    arguments.extend(ids.iter().map(String::as_str));
    let ran = home.run(OPEN, &arguments);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

/// Commits the batch without the network.
fn commit(home: &Home) -> (Store, Receipt) {
    let mut store = Store::open(&home.store()).unwrap();
    let (batch, _) = store.open_batch(BatchKind::Window).unwrap().unwrap();
    let receipt = close::commit(&mut store, &Config::embedded(Zone::UTC), batch.id(), at(LEFT)).unwrap();
    (store, receipt)
}

fn leave(store: &mut Store, network: &OneClickNetwork, now: DateTime<Utc>) -> ListsLeft {
    leave_lists(store, &Config::embedded(Zone::UTC), || Ok(network.clone()), now).unwrap()
}

fn journal(home: &Home) -> Vec<serde_json::Value> {
    home.json("2026-11-23T12:00:00+01:00", &["journal"])
        .into_iter()
        .filter(|row| row["verb"] == "unsubscribe")
        .collect()
}

#[test]
fn each_answer_has_its_outcome_and_no_request_is_sent_twice_by_itself() {
    let redirect = "HTTP/1.1 302 Found\r\nLocation: https://www.example.org/sure\r\n\r\n";
    for (answers, state, status, why) in [
        (OK, "made", Some(200), ""),
        (WebAnswer::Says("HTTP/1.1 202 Accepted\r\n\r\n"), "made", Some(202), ""),
        (WebAnswer::Endless("HTTP/1.1 200 OK\r\n\r\n"), "made", Some(200), ""),
        (WebAnswer::Says(redirect), "refused", Some(302), "wants you to open a page at www.example.org"),
        (WebAnswer::Says("HTTP/1.1 404 Gone\r\n\r\n"), "refused", Some(404), "status 404"),
        (WebAnswer::Says("HTTP/1.1 503 Busy\r\n\r\n"), "refused", Some(503), "status 503"),
        (WebAnswer::ReadsAndCloses, "tried", None, "no answer came"),
        (WebAnswer::Silent, "tried", None, "no answer came"),
        (WebAnswer::OtherHost, "open", None, "certificate"),
    ] {
        let server = WebServer::start(answers);
        let (home, ids) = begun(&[mail(1, "deals.shop.example.com", &server.url())]);
        unsubscribe(&home, &ids);
        let (mut store, receipt) = commit(&home);
        assert_eq!((receipt.unsubscribed, server.connections()), (1, 0), "nothing leaves in the commit itself");
        let within = if matches!(answers, WebAnswer::Silent) { Duration::from_millis(1500) } else { LONG };
        let network = network_here(within);
        let came = leave(&mut store, &network, at(LEFT));
        assert_eq!((came.left, came.waiting), (u32::from(state == "made"), u32::from(state == "open")), "{answers:?}");
        let rows = journal(&home);
        assert_eq!(rows.len(), 1);
        assert_eq!((&rows[0]["state"], &rows[0]["answer"]), (&state.into(), &status.into()), "{answers:?}");
        assert!(rows[0]["why"].as_str().unwrap().contains(why), "{}", rows[0]);
        // Much later, nothing is sent again but where nothing was sent.
        let sent = usize::from(state != "open");
        leave(&mut store, &network, at(LEFT) + TimeDelta::days(3));
        assert_eq!(server.asked().len(), sent, "{answers:?}");
    }
}

#[test]
fn what_is_not_sent_waits_with_its_reason_and_is_sent_when_that_works() {
    let server = WebServer::start(OK);
    let (home, ids) = begun(&[mail(1, "deals.shop.example.com", &server.url())]);
    unsubscribe(&home, &ids);
    let (mut store, _) = commit(&home);
    let offline = network(Answers::new(&[]), is_here, LONG);
    assert_eq!(leave(&mut store, &offline, at(LEFT)).waiting, 1);
    let told = home.run("2026-11-23T12:00:00+01:00", &["journal"]).out;
    assert!(told.contains("leave    deals.shop.example.com through localhost\n"), "{told}");
    assert!(told.contains("waits: no host called localhost is known; again at"), "{told}");
    let next = store.next_unsubscription(at(LEFT)).unwrap().unwrap();
    assert_eq!(leave(&mut store, &offline, at(LEFT)), ListsLeft::default(), "it is not its time");
    assert_eq!(leave(&mut store, &network_here(LONG), next).left, 1);
    assert_eq!(store.next_unsubscription(next).unwrap(), None);
    // Where there is nobody for two weeks, a person is asked.
    let (home, ids) = begun(&[mail(1, "deals.shop.example.com", &server.url())]);
    unsubscribe(&home, &ids);
    let (mut store, _) = commit(&home);
    assert_eq!(leave(&mut store, &offline, at(LEFT) + TimeDelta::days(15)).troubles.len(), 1);
    assert_eq!(journal(&home)[0]["state"], "refused");
}

#[test]
fn a_program_that_ends_between_sending_and_the_answer_leaves_it_unknown() {
    let server = WebServer::start(OK);
    let (home, ids) = begun(&[mail(1, "deals.shop.example.com", &server.url())]);
    unsubscribe(&home, &ids);
    let (mut store, _) = commit(&home);
    let number = store.due_unsubscriptions(at(LEFT)).unwrap()[0].number;
    assert!(store.begin_unsubscription(number, at(LEFT)).unwrap());
    drop(store);
    let mut store = Store::open(&home.store()).unwrap();
    assert!(!store.begin_unsubscription(number, at(LEFT)).unwrap(), "another process does not send it either");
    assert_eq!(leave(&mut store, &network_here(LONG), at(LEFT) + TimeDelta::days(3)), ListsLeft::default());
    assert_eq!(server.asked().len(), 0);
    let told = home.run("2026-11-23T12:00:00+01:00", &["journal"]).out;
    assert!(told.contains("not known: it was sent, and no answer was noted"), "{told}");
    // The person asks for it.
    assert_eq!(store.retry_unsubscriptions(at(LEFT)).unwrap(), 1);
    assert_eq!(leave(&mut store, &network_here(LONG), at(LEFT)).left, 1);
    assert_eq!(server.asked().len(), 1);
    assert_eq!(store.retry_unsubscriptions(at(LEFT)).unwrap(), 0, "what is over is not sent again");
}

#[test]
fn a_redirect_is_not_asked_for_again() {
    let server = WebServer::start(WebAnswer::Says("HTTP/1.1 303 See Other\r\nLocation: /sure\r\n\r\n"));
    let (home, ids) = begun(&[mail(1, "deals.shop.example.com", &server.url())]);
    unsubscribe(&home, &ids);
    let (mut store, _) = commit(&home);
    leave(&mut store, &network_here(LONG), at(LEFT));
    assert_eq!(store.retry_unsubscriptions(at(LEFT)).unwrap(), 0);
    let told = home.run("2026-11-23T12:00:00+01:00", &["journal"]).out;
    assert!(
        told.contains("needs you: localhost wants you to open a page at localhost; the link is in the message"),
        "{told}"
    );
}

#[test]
fn until_the_commit_it_is_taken_back_and_a_list_is_left_once() {
    let server = WebServer::start(OK);
    let of = |number, list: &str| mail(number, list, &server.url().replace("u=1", &format!("u={number}")));
    let (home, ids) =
        begun(&[of(1, "a.example"), of(2, "a.example"), of(3, "b.example"), of(4, "c.example"), of(5, "d.example")]);
    unsubscribe(&home, &ids[..3]);
    unsubscribe(&home, &ids[3..4]);
    assert_eq!(home.run(OPEN, &["undo"]).code, 0);
    unsubscribe(&home, &ids[4..]);
    let stays = home.run(OPEN, &["unsubscribe", "--stay", &ids[4]]);
    assert!(stays.out.starts_with("You stay"), "{}{}", stays.out, stays.err);
    // What is decided about the message itself changes nothing of it.
    assert_eq!(home.run(OPEN, &["decide", "trash", &ids[0]]).code, 0);
    let (mut store, receipt) = commit(&home);
    assert_eq!((receipt.unsubscribed, receipt.trash, receipt.carried_over), (2, 1, 4));
    assert_eq!(leave(&mut store, &network_here(LONG), at(LEFT)).left, 2);
    let mut asked: Vec<String> =
        server.asked().iter().filter_map(|one| one.split(' ').nth(1).map(str::to_owned)).collect();
    asked.sort();
    assert_eq!(asked, ["/leave?u=2", "/leave?u=3"], "of one list the newest message's address counts");
}

#[test]
fn what_a_list_sends_long_after_it_was_left_is_told() {
    let server = WebServer::start(OK);
    let (home, ids) = begun(&[mail(1, "deals.shop.example.com", &server.url())]);
    unsubscribe(&home, &ids);
    let (mut store, _) = commit(&home);
    leave(&mut store, &network_here(LONG), at(LEFT));
    for number in 2..=3 {
        home.deliver("Maildir", &format!("{number}.w"), &mail(number, "Deals.Shop.Example.com", &server.url()));
    }
    let later = "2026-12-07T10:05:00+01:00";
    assert_eq!(home.run("2026-12-07T08:00:00+01:00", &["add", "Maildir"]).code, 0);
    assert_eq!(home.run(later, &["begin"]).code, 0);
    // The files of the test are new; so many days after that the messages came.
    for (number, days) in [(2, 9), (3, 11)] {
        let came = (at(LEFT) + TimeDelta::days(days)).timestamp();
        home.sqlite(&format!("UPDATE message SET received = {came} WHERE subject = 'Offer {number}'"));
    }
    let id = |number: u32| {
        home.sqlite(&format!("SELECT id FROM message WHERE subject = 'Offer {number}'")).trim().to_owned()
    };
    let told = |number: u32| {
        let (show, why) = (home.run(later, &["show", &id(number)]).out, home.run(later, &["why", &id(number)]).out);
        (show.contains("note: you left this list on 23 November 2026"), why.contains("you left this list:"))
    };
    assert_eq!((told(1), told(2), told(3)), ((false, false), (false, false), (true, true)));
}

#[test]
fn only_what_is_vouched_for_goes_without_a_question() {
    let url = "https://leave.shop.example.com/?u=1";
    let signed = "Authentication-Results: mx.example.org; dkim=pass header.d=example.com\r\n\
                  DKIM-Signature: v=1; d=example.com; s=k; h=from:list-unsubscribe:list-unsubscribe-post; b=AA\r\n";
    let one = mail(1, "a.example", url);
    let by_mail = mail(3, "c.example", url).replace("List-Unsubscribe-Post", "X-Other");
    let (home, ids) = begun(&[
        one.clone(),
        format!("{signed}{}", mail(2, "b.shop.example.com", url)),
        by_mail,
        letter(4, "Ann <ann@example.org>", "Offer 4", "Text."),
        mail(5, "e.example", "https://ann:pw@shop.example.com/").replace(", <mailto:leave@example.org>", ""),
    ]);
    let run = |id: &str| {
        let ran = home.run(OPEN, &["unsubscribe", id]);
        (ran.code, format!("{}{}", ran.out, ran.err))
    };
    for (id, code, words) in [
        (&ids[0], 2, "nobody has vouched for the sender"),
        (&ids[1], 2, "`authserv_id`"),
        (&ids[2], 2, "a message to leave@example.org may only tell a stranger"),
        (&ids[3], 1, "offers no way to unsubscribe"),
        (&ids[4], 1, "a user name or a password"),
    ] {
        let (came, said) = run(id);
        assert!(said.contains(words), "{said}");
        assert_eq!(came, code, "{said}");
    }
    assert_eq!(home.sqlite("SELECT count(*) FROM act").trim(), "0", "nothing was changed");
    let config = std::fs::read_to_string(home.path("config.toml")).unwrap_or_default();
    home.write("config.toml", format!("authserv_id = \"mx.example.org\"\n{config}"));
    let (code, said) = run(&ids[1]);
    let wanted =
        "b.shop.example.com: left at the commit, by a request to leave.shop.example.com; example.com vouches for it\n";
    assert_eq!((code, said.as_str()), (0, wanted));
    let (code, said) = run(&ids[0]);
    assert!(code == 2 && said.contains("has not checked this message"), "{said}");
}

/// A message of a list that is left by a message, delivered to an address with a tag.
fn by_mail(number: u32, list: &str, link: &str) -> String {
    let offer = format!("List-Id: <{list}>\r\nList-Unsubscribe: <{link}>\r\nFrom: ");
    let mail = letter(number, "Deals <deals@shop.example.com>", &format!("Offer {number}"), "Text.");
    mail.replacen("From: ", &offer, 1).replace("To: me@example.org", "To: me+deals@example.org")
}

/// The person writes, and a program that ends like this keeps what it gets.
fn writes(home: &Home, ends: i32) {
    let script = home.write("send", format!("#!/bin/sh\necho \"$@\" >> sent.args\ncat >> sent.mail\nexit {ends}\n"));
    std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let identity = format!(
        "\n[[identity]]\naddress = \"me@example.org\"\nname = \"Me\"\nsend = {{ command = \"{}\" }}\nsent_copy = \"none\"\n",
        script.display()
    );
    home.write("config.toml", format!("{CONFIG}{identity}"));
}

const COMMITS: &str = "2026-11-23T10:10:00+01:00";
const LINK: &str =
    "mailto:leave@lists.example?subject=leave%20u1&body=Please%0D%0Anow&cc=eve@e.example&attach=/etc/passwd";

#[test]
fn a_list_without_another_way_is_left_by_a_message_from_the_address_that_it_writes_to() {
    let (home, ids) = begun(&[by_mail(1, "a.example", LINK), by_mail(2, "b.example", "mailto:bye@lists.example")]);
    let refused = home.run(OPEN, &["unsubscribe", "--unvouched", &ids[0]]);
    assert!(refused.code != 0 && refused.err.contains("identity"), "{}{}", refused.out, refused.err);
    writes(&home, 0);
    let said = home.run(OPEN, &["unsubscribe", "--unvouched", &ids[0], &ids[1]]);
    assert!(
        said.out
            .contains("a.example: left at the commit, by a message to leave@lists.example; nobody vouches for it\n"),
        "{}{}",
        said.out,
        said.err
    );
    let stays = home.run(OPEN, &["unsubscribe", "--stay", &ids[1]]);
    assert_eq!(stays.code, 0, "{}", stays.err);
    assert_eq!(home.sqlite("SELECT count(*) FROM outgoing").trim(), "0", "nothing before the commit");
    let committed = home.json(COMMITS, &["commit"]);
    assert_eq!((&committed[0]["lists"]["by_message"], &committed[0]["sending"]["sent"]), (&1.into(), &1.into()));
    let sent = std::fs::read_to_string(home.path("sent.mail")).unwrap();
    let (header, text) =
        sent.replace("\r\n", "\n").split_once("\n\n").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let lower = header.to_lowercase();
    assert!(
        header.contains("From: \"Me\" <me+deals@example.org>") || header.contains("From: Me <me+deals@example.org>"),
        "{header}"
    );
    assert!(header.contains("leave@lists.example") && header.contains("Subject: leave u1"), "{header}");
    for never in ["\ncc:", "\nbcc:", "auto-submitted", "precedence", "eve@", "passwd", "in-reply-to", "references"] {
        assert!(!lower.contains(never), "{never}: {header}");
    }
    assert_eq!(text.trim_end(), "Please\nnow");
    let arguments = std::fs::read_to_string(home.path("sent.args")).unwrap();
    assert!(arguments.trim_end().ends_with("-- leave@lists.example") && arguments.lines().count() == 1, "{arguments}");
    let rows = journal(&home);
    assert_eq!((rows.len(), &rows[0]["state"], &rows[0]["list"]), (1, &"made".into(), &"a.example".into()));
    let told = home.run("2026-11-23T12:00:00+01:00", &["journal"]).out;
    assert!(told.contains("leave    a.example by a message to leave@lists.example\n"), "{told}");
}

#[test]
fn what_became_of_the_message_is_the_outcome_and_it_is_never_sent_twice_by_itself() {
    for (ends, state, outgoing, why) in [
        (0, "made", "sent", ""),
        (75, "tried", "later", "its message was not taken yet"),
        (77, "refused", "refused", "its message was refused"),
        (69, "tried", "unknown", "nobody can say whether its message left"),
    ] {
        let (home, ids) = begun(&[by_mail(1, "a.example", LINK)]);
        writes(&home, ends);
        unsubscribe(&home, &ids);
        home.json(COMMITS, &["commit"]);
        assert_eq!(home.sqlite("SELECT state FROM outgoing").trim(), outgoing, "{ends}");
        let rows = journal(&home);
        assert_eq!((rows.len(), &rows[0]["state"]), (1, &state.into()), "{ends}: {}", rows[0]);
        assert!(rows[0]["why"].as_str().unwrap().contains(why), "{ends}: {}", rows[0]);
        // The person asks for another try of what waits: a message is sent again from the outbox alone.
        home.json("2026-11-23T10:11:00+01:00", &["journal", "--retry"]);
        assert_eq!(home.sqlite("SELECT count(*) FROM outgoing").trim(), "1", "{ends}");
        if ends == 77 {
            writes(&home, 0);
            home.json(
                "2026-11-23T10:12:00+01:00",
                &["outbox", "resend", home.sqlite("SELECT id FROM outgoing").trim()],
            );
            home.json("2026-11-23T10:13:00+01:00", &["sync"]);
            assert_eq!(journal(&home)[0]["state"], "made");
        }
    }
}

/// Whatever cuts it short, there is no message without its mark, and no mark without its message.
#[test]
fn the_message_and_its_mark_are_one_change() {
    for event in ["BEFORE UPDATE ON unsubscription", "BEFORE INSERT ON outgoing_recipient"] {
        let (home, ids) = begun(&[by_mail(1, "a.example", LINK)]);
        writes(&home, 0);
        unsubscribe(&home, &ids);
        home.sqlite("CREATE TABLE cut (x)");
        home.sqlite(&format!(
            "CREATE TRIGGER cutting {event} WHEN (SELECT 1 FROM cut) BEGIN SELECT RAISE(ABORT, 'cut'); END"
        ));
        home.sqlite("INSERT INTO cut VALUES (1)");
        home.run(COMMITS, &["commit"]);
        let states = home.sqlite("SELECT state, outgoing FROM unsubscription");
        assert_eq!((home.sqlite("SELECT count(*) FROM outgoing").trim(), states.trim()), ("0", "open|"), "{event}");
        home.sqlite("DROP TRIGGER cutting; DROP TABLE cut");
        home.json("2026-11-23T10:12:00+01:00", &["sync"]);
        assert_eq!(journal(&home)[0]["state"], "made", "{event}");
        assert_eq!(std::fs::read_to_string(home.path("sent.args")).unwrap().lines().count(), 1);
    }
}
