//! Holds `src/store/thread.rs`, `src/store/thread/kin.rs`: Conversations: who belongs together does, in whatever order
//! it comes, and strangers stay apart.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;
use tidebox::domain::ids::{Id, ThreadId};
use tidebox::domain::query::{IdTerm, Query, Term};
use tidebox::store::Admission;

use crate::support::letterbox::{Letter, Letterbox, at, letter};
use crate::support::{CONFIG, Home};

/// A post that takes in history, and tells which thread each letter came to.
fn threads(post: &mut Letterbox, all: &[Admission]) -> Vec<ThreadId> {
    let ids: Vec<Id> = post.admit(all, at(10_000_000)).into_iter().map(|one| one.id).collect();
    ids.into_iter().map(|id| post.store.message(id).expect("visible").thread).collect()
}

fn on(number: i64, subject: &str, references: &[&str]) -> Letter {
    letter(number).subject(subject).answers(references)
}

fn ready(letters: Vec<Letter>) -> Vec<Admission> {
    letters.into_iter().map(|one| one.history().ready()).collect()
}

#[test]
fn an_id_that_no_message_has_joins_only_what_is_about_the_same() {
    let mut post = Letterbox::new();
    let fixed = ["tickets@helpdesk.example"];
    let found = threads(
        &mut post,
        &ready(vec![
            on(1, "[#101] printer", &fixed),
            on(2, "[#102] contract", &fixed),
            on(3, "Re: [#101] printer", &fixed),
            on(4, "AW: [#102] contract", &fixed),
            on(5, "[#103] chair", &["own@helpdesk.example", "tickets@helpdesk.example"]),
            on(6, "another chair", &["own@helpdesk.example", "m5@example.org"]),
        ]),
    );
    assert_eq!((found[0], found[1], found[4]), (found[2], found[3], found[5]));
    assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 3);
    // In a store of before nothing was noted of who has an id; then the messages are asked.
    post.sqlite3("UPDATE thread_name SET bearers = NULL").expect("set");
    let later = ready(vec![
        on(7, "[#104] lamp", &fixed),
        on(8, "Re: [#102] contract", &fixed),
        on(9, "x", &["m1@example.org"]),
    ]);
    let later = threads(&mut post, &later);
    assert!(!found.contains(&later[0]));
    assert_eq!((later[1], later[2]), (found[1], found[0]));
    // A new subject within a mailing list does not part those who write there.
    let crew = |n: i64, subject: &str| {
        on(n, subject, &["lost@crew.example"]).change(|it| it.list = Some("crew.example".into()))
    };
    let crew = threads(&mut post, &ready(vec![crew(11, "boat"), crew(12, "tea")]));
    assert_eq!(crew[0], crew[1]);
}

#[test]
fn the_message_that_all_waited_for_makes_them_one() {
    let mut post = Letterbox::new();
    let answers: Vec<Letter> = (2..6)
        .map(|n| on(n, ["boat", "tea", "mast", "rope"][usize::try_from(n).unwrap() - 2], &["m1@example.org"]))
        .collect();
    let found = threads(&mut post, &ready(answers));
    assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 4);
    post.admit(&ready(vec![on(1, "harbour", &[])]), at(10_000_000));
    assert_eq!(post.sqlite3("SELECT count(DISTINCT thread) FROM message").expect("counted").trim(), "1");
}

#[test]
fn one_message_id_for_everything_joins_nothing() {
    let mut post = Letterbox::new();
    let same = |n: i64, subject: &str| letter(n).called(Some("fixed@tool.example")).subject(subject);
    let found = threads(
        &mut post,
        &ready(vec![
            same(1, "printer"),
            same(2, "contract"),
            same(3, "Re: contract"),
            // The same letter by way of a list has its date.
            same(4, "[crew] printer").dated(Some(at(1)), at(4)),
            on(5, "lamp", &["fixed@tool.example"]),
            on(6, "Re: contract", &["fixed@tool.example"]),
        ]),
    );
    assert_eq!((found[0], found[1], found[1]), (found[3], found[2], found[5]));
    assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 3);
    let query = Query::Term(Term::Id(IdTerm::MessageId("fixed@tool.example".into())));
    assert_eq!(post.store.search(&query, at(10_000_000), 100, None).expect("found").len(), 4, "each is found by it");
}

fn days(number: i64) -> DateTime<Utc> {
    at(0) + Duration::days(number)
}

#[test]
fn what_a_machine_sends_after_a_quiet_quarter_begins_anew() {
    for references in [vec!["nightly@ci.example"], vec!["m1@example.org"]] {
        let mut post = Letterbox::new();
        let nightly = |n: i64, day: i64| {
            on(n, "nightly build", &references).dated(Some(days(day)), days(day)).change(|it| it.automatic = true)
        };
        post.admit(&ready(vec![letter(1).subject("nightly build").dated(Some(days(0)), days(0))]), days(2_000));
        let found: Vec<ThreadId> = [(2, 1), (3, 80), (4, 171), (5, 250), (6, 330), (7, 600), (8, 85)]
            .into_iter()
            .flat_map(|(n, day)| threads(&mut post, &ready(vec![nightly(n, day)])))
            .collect();
        assert_eq!(found[0], found[1], "within ninety days");
        assert_ne!(found[1], found[2], "after ninety-one");
        assert_eq!((found[2], found[3]), (found[3], found[4]));
        assert_ne!(found[4], found[5]);
        assert_eq!(found[6], found[0], "what comes late belongs to its time");
        // A person who answers after years is of the thread that is answered.
        let late = on(9, "Re: nightly build", &["m3@example.org"]).dated(Some(days(1_500)), days(1_500));
        assert_eq!(threads(&mut post, &ready(vec![late])), [found[1]]);
    }
}

/// Mail of a person's own making: some letters, each an answer to one before it or to none, each with a subject of its own
/// or that of what it answers.
fn conversation() -> impl Strategy<Value = Vec<(Option<usize>, bool)>> {
    prop::collection::vec((any::<prop::sample::Index>(), prop::bool::weighted(0.8), any::<bool>()), 2..9).prop_map(
        |all| {
            let one = |(place, (index, answers, own)): (usize, (prop::sample::Index, bool, bool))| {
                ((place > 0 && answers).then(|| index.index(place.max(1))), own)
            };
            all.into_iter().enumerate().map(one).collect()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn in_whatever_order_it_comes(letters in conversation(), order in any::<prop::sample::Index>(), turned in any::<bool>()) {
        let mut post = Letterbox::new();
        let mut roots: Vec<usize> = Vec::new();
        let mut chains: Vec<Vec<String>> = Vec::new();
        let mut all = Vec::new();
        for (place, (answered, own)) in letters.iter().enumerate() {
            roots.push(answered.map_or(place, |it| roots[it]));
            let chain = answered.map_or_else(Vec::new, |it| {
                let mut chain = chains[it].clone();
                chain.push(format!("m{it}@example.org"));
                chain
            });
            chains.push(chain.clone());
            let subject = if *own || answered.is_none() { format!("topic{place}") } else { format!("Re: topic{}", roots[place]) };
            let number = i64::try_from(place).unwrap();
            let references: Vec<&str> = chain.iter().map(String::as_str).collect();
            all.push(on(number, &subject, &references).called(Some(&format!("m{place}@example.org"))));
        }
        let number = all.len();
        all.rotate_left(order.index(number));
        if turned {
            all.reverse();
        }
        for one in all {
            post.admit(&ready(vec![one]), at(10_000_000));
        }
        let mut threads: BTreeMap<String, usize> = BTreeMap::new();
        for line in post.sqlite3("SELECT message_id, thread FROM message").expect("rows").lines() {
            let (id, thread) = line.split_once('|').unwrap();
            let place: usize = id.trim_start_matches('m').split('@').next().unwrap().parse().unwrap();
            let root = *threads.entry(thread.to_owned()).or_insert(roots[place]);
            prop_assert_eq!(root, roots[place], "strangers are joined");
        }
        let roots: BTreeSet<usize> = roots.into_iter().collect();
        prop_assert_eq!(threads.len(), roots.len(), "a conversation is in pieces");
    }
}

#[test]
fn muting_one_mutes_nobody_elses_letters() {
    const OPEN: &str = "2026-11-23T10:00:00+01:00";
    let letter = |n: u32, from: &str, subject: &str, field: &str| {
        format!(
            "From: {from}\nTo: me@example.org\nSubject: {subject}\nDate: Fri, 20 Nov 2026 08:0{n}:00 +0000\nMessage-ID: \
             <w{n}@x.example>\n{field}\n\nHello.\n"
        )
    };
    for field in [
        "In-Reply-To: Message from Ann <ann@example.org> of \"Mon, 23 Nov 2026 09:00:00 +0000.\"",
        "In-Reply-To: Message from ann@example.org of \"Mon, 23 Nov 2026\"",
        "In-Reply-To: <me@example.org>",
        "In-Reply-To: <@>",
        "References: <ticket-system@helpdesk.example>",
        "References: <ann@example.org>",
    ] {
        let home = Home::new();
        home.write("config.toml", CONFIG);
        let one = home.write("one.eml", letter(1, "Bob <bob@b.example>", "lunch?", field));
        let two = home.write("two.eml", letter(2, "Cat <cat@c.example>", "the contract", field));
        home.json(OPEN, &["add", one.to_str().unwrap()]);
        home.json(OPEN, &["begin"]);
        let id = home.sqlite("SELECT id FROM message").trim().to_owned();
        home.json(OPEN, &["decide", "mute", &id]);
        home.json(OPEN, &["commit"]);
        home.json(OPEN, &["add", two.to_str().unwrap()]);
        assert_eq!(home.sqlite("SELECT stage FROM message ORDER BY id").trim(), "muted\nheld", "{field}");
    }
}
