//! Holds `src/domain/answering`, `src/mail/answered.rs`: who gets an answer, and as whom it is written.

use proptest::prelude::*;
use tidebox::domain::address::Address;
use tidebox::domain::answering::{AnswerError, AnswerScope, OwnAddress, OwnAddresses, Recipients, recipients};
use tidebox::mail::answered_message;

use AnswerScope::{Author, Everybody, List};

fn own() -> OwnAddresses {
    let one = |name: &str, address: &str, aliases: &[&str]| OwnAddress {
        mailbox: Address::new(name, address),
        aliases: aliases.iter().map(ToString::to_string).collect(),
    };
    OwnAddresses(vec![
        one("Me", "me@home.example", &["*@my.example"]),
        one("M. E.", "me@work.example", &["info@work.example"]),
    ])
}

fn answer(header: &str, scope: AnswerScope) -> Result<Recipients, AnswerError> {
    recipients(&answered_message(header.as_bytes()), scope, &own())
}

fn addresses(people: &[Address]) -> Vec<&str> {
    people.iter().map(|it| it.address.as_str()).collect()
}

const LIST: &str = "List-Id: <users.tide.example>\nList-Post: <mailto:users@tide.example>\n";

/// What it is, the header, the scope, as whom it is written ("" where nothing tells), To and Cc.
type Case = (&'static str, &'static str, AnswerScope, &'static str, &'static [&'static str], &'static [&'static str]);

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("one to one", "From: Ann <ann@a.example>\nTo: me@home.example\n", Author, "me@home.example", &["ann@a.example"], &[]),
    ("one to one, to all", "From: ann@a.example\nTo: me@home.example\n", Everybody, "me@home.example", &["ann@a.example"], &[]),
    ("Reply-To", "From: ann@a.example\nReply-To: desk@a.example\nTo: me@home.example\n", Author, "me@home.example", &["desk@a.example"], &[]),
    ("Reply-To, to all, has the author too", "From: ann@a.example\nReply-To: desk@a.example\nTo: me@home.example, bob@b.example\n", Everybody, "me@home.example", &["desk@a.example", "bob@b.example"], &[]),
    ("several in Reply-To", "From: ann@a.example\nReply-To: desk@a.example, Bob <bob@b.example>\nTo: me@home.example\n", Author, "me@home.example", &["desk@a.example", "bob@b.example"], &[]),
    ("an empty Reply-To", "From: ann@a.example\nReply-To:\nTo: me@home.example\n", Author, "me@home.example", &["ann@a.example"], &[]),
    ("a Reply-To that is no address", "From: ann@a.example\nReply-To: Ann\nTo: me@home.example\n", Author, "me@home.example", &["ann@a.example"], &[]),
    ("a Reply-To that is one's own", "From: form@web.example\nReply-To: me@home.example\nTo: me@home.example\n", Author, "me@home.example", &["form@web.example"], &[]),
    ("a group to all", "From: ann@a.example\nTo: me@home.example, bob@b.example\nCc: cy@c.example\n", Everybody, "me@home.example", &["ann@a.example", "bob@b.example"], &["cy@c.example"]),
    ("a group to the author alone", "From: ann@a.example\nTo: me@home.example, bob@b.example\nCc: cy@c.example\n", Author, "me@home.example", &["ann@a.example"], &[]),
    ("one's own address in Cc", "From: ann@a.example\nTo: bob@b.example\nCc: Me <me@work.example>, cy@c.example\n", Everybody, "me@work.example", &["ann@a.example", "bob@b.example"], &["cy@c.example"]),
    ("both of one's own", "From: ann@a.example\nTo: me@work.example\nCc: me@home.example\n", Everybody, "me@work.example", &["ann@a.example"], &[]),
    ("somebody twice, in other letters", "From: Ann@A.example\nTo: me@home.example, ann@a.EXAMPLE\nCc: ANN@a.example, bob@b.example\n", Everybody, "me@home.example", &["Ann@A.example"], &["bob@b.example"]),
    ("somebody in To and Cc", "From: ann@a.example\nTo: me@home.example, bob@b.example\nCc: bob@b.example\n", Everybody, "me@home.example", &["ann@a.example", "bob@b.example"], &[]),
    ("an alias", "From: ann@a.example\nTo: info@work.example\n", Author, "info@work.example", &["ann@a.example"], &[]),
    ("an address of one's own domain", "From: shop@s.example\nTo: shop-2026@my.example\n", Author, "shop-2026@my.example", &["shop@s.example"], &[]),
    ("an address of one's own domain, to all", "From: shop@s.example\nTo: shop-2026@my.example, bob@b.example\n", Everybody, "shop-2026@my.example", &["shop@s.example", "bob@b.example"], &[]),
    ("a tag", "From: shop@s.example\nTo: me+shop@home.example\n", Author, "me+shop@home.example", &["shop@s.example"], &[]),
    ("a tag, to all", "From: shop@s.example\nTo: me+shop@home.example\nCc: me@home.example\n", Everybody, "me@home.example", &["shop@s.example"], &[]),
    ("to a list, by Delivered-To", "Delivered-To: me@work.example\nFrom: ann@a.example\nTo: users@tide.example\n", Author, "me@work.example", &["ann@a.example"], &[]),
    ("by X-Original-To", "X-Original-To: shop@my.example\nFrom: ann@a.example\nTo: undisclosed-recipients:;\n", Author, "shop@my.example", &["ann@a.example"], &[]),
    ("by Envelope-To", "Envelope-to: me@home.example\nFrom: ann@a.example\n", Author, "me@home.example", &["ann@a.example"], &[]),
    ("a header field wins over delivery", "Delivered-To: me@home.example\nFrom: ann@a.example\nTo: info@work.example\n", Author, "info@work.example", &["ann@a.example"], &[]),
    ("to nobody of one's own", "From: ann@a.example\nTo: users@tide.example\n", Author, "", &["ann@a.example"], &[]),
    ("undisclosed recipients, to all", "From: ann@a.example\nTo: undisclosed-recipients:;\nCc: \n", Everybody, "", &["ann@a.example"], &[]),
    ("a named group", "From: ann@a.example\nTo: team: bob@b.example, me@home.example;\n", Everybody, "me@home.example", &["ann@a.example", "bob@b.example"], &[]),
    ("a list to the author, Reply-To is the list", "LIST\nFrom: ann@a.example\nReply-To: users@tide.example\nTo: users@tide.example\n", Author, "", &["ann@a.example"], &[]),
    ("a list to all, Reply-To is the list", "LIST\nFrom: ann@a.example\nReply-To: users@tide.example\nTo: users@tide.example\n", Everybody, "", &["ann@a.example", "users@tide.example"], &[]),
    ("a list that put itself beside the author", "LIST\nFrom: \"Ann via users\" <users@tide.example>\nReply-To: users@tide.example, Ann <ann@a.example>\nTo: users@tide.example\n", Author, "", &["ann@a.example"], &[]),
    ("the same to all", "LIST\nFrom: \"Ann via users\" <users@tide.example>\nReply-To: users@tide.example, Ann <ann@a.example>\nTo: users@tide.example\n", Everybody, "", &["ann@a.example", "users@tide.example"], &[]),
    ("a list that hides the author", "LIST\nFrom: \"Ann via users\" <users@tide.example>\nTo: users@tide.example\n", Author, "", &["users@tide.example"], &[]),
    ("to the list", "LIST\nFrom: ann@a.example\nTo: users@tide.example, me@home.example\nCc: bob@b.example\n", List, "me@home.example", &["users@tide.example"], &[]),
    ("to the list, that is not in To", "LIST\nFrom: ann@a.example\nTo: me@home.example\n", List, "me@home.example", &["users@tide.example"], &[]),
    ("a list without List-Post", "List-Id: Tide <users.tide.example>\nFrom: ann@a.example\nTo: Users <users@tide.example>\n", List, "", &["users@tide.example"], &[]),
    ("a list's author who asks for another address", "LIST\nFrom: ann@a.example\nReply-To: desk@a.example\nTo: users@tide.example\n", Author, "", &["desk@a.example"], &[]),
    ("List-Post with more than one way", "List-Post: <https://l.example/post> (web), <mailto:users%40tide.example?subject=x>\nFrom: ann@a.example\nTo: x@y.example\n", List, "", &["users@tide.example"], &[]),
    ("Mail-Followup-To, to all", "LIST\nMail-Followup-To: users@tide.example\nFrom: ann@a.example\nTo: users@tide.example\nCc: bob@b.example\n", Everybody, "", &["users@tide.example"], &[]),
    ("Mail-Followup-To with several", "Mail-Followup-To: users@tide.example, Ann <ann@a.example>, me@home.example\nFrom: ann@a.example\nTo: users@tide.example\n", Everybody, "", &["users@tide.example", "ann@a.example"], &[]),
    ("Mail-Followup-To does not count for the author", "Mail-Followup-To: users@tide.example\nFrom: ann@a.example\nTo: users@tide.example\n", Author, "", &["ann@a.example"], &[]),
    ("an empty Mail-Followup-To", "Mail-Followup-To:\nFrom: ann@a.example\nTo: me@home.example\n", Everybody, "me@home.example", &["ann@a.example"], &[]),
    ("what one wrote oneself", "From: Me <me@home.example>\nTo: ann@a.example\nCc: bob@b.example\n", Author, "me@home.example", &["ann@a.example"], &[]),
    ("what one wrote oneself, to all", "From: Me <me@work.example>\nTo: ann@a.example\nCc: bob@b.example, me@home.example\n", Everybody, "me@work.example", &["ann@a.example"], &["bob@b.example"]),
    ("what one wrote to oneself", "From: me@home.example\nTo: me@home.example\n", Author, "me@home.example", &["me@home.example"], &[]),
    ("what one wrote as an alias", "From: shop@my.example\nTo: ann@a.example\n", Author, "shop@my.example", &["ann@a.example"], &[]),
    ("the author in Cc alone", "From: ann@a.example\nTo: me@home.example\nCc: ann@a.example\n", Everybody, "me@home.example", &["ann@a.example"], &[]),
    ("odd local parts", "From: a..b.@docomo.example\nTo: me@home.example, \"two words\"@q.example\n", Everybody, "me@home.example", &["a..b.@docomo.example", "\"two words\"@q.example"], &[]),
    ("names with commas and comments", "From: \"Lovelace, Ann\" <ann@a.example> (at work)\nTo: =?utf-8?Q?J=C3=B6rg=2C_B?= <j@x.example>, me@home.example\n", Everybody, "me@home.example", &["ann@a.example", "j@x.example"], &[]),
    ("an old route", "From: <@relay.example:ann@a.example>\nTo: me@home.example\n", Author, "me@home.example", &["ann@a.example"], &[]),
    ("an international domain", "From: ann@bücher.example\nTo: me@home.example\n", Author, "me@home.example", &["ann@bücher.example"], &[]),
    ("the first From counts", "From: ann@a.example\nFrom: eve@e.example\nTo: me@home.example\n", Author, "me@home.example", &["ann@a.example"], &[]),
    ("Bcc is nobody's", "From: ann@a.example\nTo: me@home.example\nBcc: bob@b.example\n", Everybody, "me@home.example", &["ann@a.example"], &[]),
    ("Sender is nobody's", "From: ann@a.example\nSender: desk@a.example\nTo: me@home.example\n", Everybody, "me@home.example", &["ann@a.example"], &[]),
    ("resent fields do not count", "Resent-To: x@y.example\nResent-From: z@y.example\nFrom: ann@a.example\nTo: me@home.example\n", Everybody, "me@home.example", &["ann@a.example"], &[]),
];

#[test]
fn every_case_of_the_table() {
    assert!(CASES.len() >= 50);
    for (what, header, scope, from, to, cc) in CASES {
        let header = header.replace("LIST\n", LIST);
        let answer = answer(&header, *scope).unwrap_or_else(|error| panic!("{what}: {error}"));
        let as_whom = answer.from.as_ref().map_or("", |it| it.address.as_str());
        assert_eq!(
            (as_whom, addresses(&answer.to), addresses(&answer.cc)),
            (*from, to.to_vec(), cc.to_vec()),
            "{what}"
        );
    }
}

#[test]
fn where_there_is_nobody_to_answer_that_is_said() {
    for (header, scope, error) in [
        ("Subject: x\nTo: me@home.example\n", Author, AnswerError::NoAuthor),
        ("From: Ann\nTo: me@home.example\n", Author, AnswerError::NoAuthor),
        ("From: ann@a.example\nTo: me@home.example\n", List, AnswerError::NoList),
        ("List-Id: <users.tide.example>\nFrom: ann@a.example\nTo: me@home.example\n", List, AnswerError::NoList),
        ("List-Post: NO (moderated)\nFrom: ann@a.example\n", List, AnswerError::ListClosed),
        ("List-Post: <https://l.example/>\nFrom: ann@a.example\n", List, AnswerError::NoList),
    ] {
        assert_eq!(answer(header, scope), Err(error), "{header}");
    }
}

#[test]
fn who_was_there_and_gets_nothing_is_told() {
    let header = "From: ann@a.example\nTo: me@home.example, bob@b.example\nCc: cy@c.example, Ann@a.example\n";
    assert_eq!(addresses(&answer(header, Author).unwrap().left_out), ["bob@b.example", "cy@c.example"]);
    assert_eq!(answer(header, Everybody).unwrap().left_out, []);
    let followup = format!("Mail-Followup-To: users@tide.example\n{LIST}{header}");
    let left_out = answer(&followup, Everybody).unwrap().left_out;
    assert_eq!(addresses(&left_out), ["ann@a.example", "bob@b.example", "cy@c.example"]);
    let hidden = format!("{LIST}From: users@tide.example\nTo: users@tide.example\n");
    assert!(answer(&hidden, Author).unwrap().author_unknown);
}

/// Addresses of a few people, so that the same one often comes twice; one's own among them.
fn someone() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "ann@a.example",
        "ANN@a.example",
        "Bob <bob@b.example>",
        "users@tide.example",
        "me@home.example",
        "Me <ME+tag@work.example>",
        "x@my.example",
        "nobody",
        "",
    ])
}

proptest! {
    #[test]
    fn an_answer_never_goes_to_oneself_alone_nor_to_anybody_twice(
        from in someone(),
        fields in prop::collection::btree_map(prop::sample::select(vec!["Reply-To", "To", "Cc", "Bcc", "Mail-Followup-To"]), prop::collection::vec(someone(), 0..4), 0..5),
        list in any::<bool>(),
        scope in prop::sample::select(vec![Author, Everybody, List]),
    ) {
        let mut header = format!("From: {from}\nMessage-ID: <own@x>\nReferences: <a@x> <b@x>\n");
        for (name, people) in &fields {
            header += &format!("{name}: {}\n", people.join(", "));
        }
        if list {
            header += LIST;
        }
        let Ok(answer) = answer(&header, scope) else { return Ok(()) };
        let all: Vec<String> = answer.to.iter().chain(&answer.cc).map(|it| it.address.to_lowercase()).collect();
        let mut once = all.clone();
        once.sort();
        once.dedup();
        prop_assert_eq!(once.len(), all.len(), "somebody gets it twice");
        prop_assert!(!answer.to.is_empty() && all.iter().all(|it| it.contains('@')));
        let own = own();
        let to_own = all.iter().filter(|it| own.owns(it)).count();
        let others = header.lines().filter(|line| !line.starts_with("Bcc") && !line.starts_with("Message-ID") && !line.starts_with("Ref"));
        let somebody_else = others.clone().any(|line| line.to_lowercase().contains("ann@") || line.to_lowercase().contains("bob@"));
        if to_own > 0 && scope != List {
            prop_assert_eq!(to_own, all.len(), "one's own address beside others");
            prop_assert!(scope == Author || !somebody_else || header.contains("Mail-Followup-To"), "{}", header);
        }
        // Nobody gets it who stands in Bcc alone.
        for name in ["ann@", "bob@"] {
            if all.iter().any(|it| it.starts_with(name)) {
                prop_assert!(others.clone().any(|line| line.to_lowercase().contains(name)), "{}", header);
            }
        }
    }
}
