//! Holds `src/store/begin`, `src/store/service_notice.rs`, `src/domain/bundle.rs`, `src/domain/settled.rs`: bundles and what settled
//! itself are runs of positions of their batch.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tidebox::domain::address::Address;
use tidebox::domain::batch::{Batch, BatchLayout, BatchOrder};
use tidebox::domain::bundle::BundleField;
use tidebox::domain::group::GroupKind;
use tidebox::domain::ids::Id;
use tidebox::domain::message::Message;
use tidebox::domain::numberless;
use tidebox::domain::positions::Position;
use tidebox::domain::service_notice::{NoticeState, ServiceNotice};
use tidebox::domain::settled::{SettledReason, SettledRules};
use tidebox::store::{Beginning, LaneTurn};

use crate::support::letterbox::{Letter, Letterbox, at, letter, members, no_calendar, window};

const SETTLED: &str = "settled while you waited";

fn turns() -> [LaneTurn; 3] {
    let turn =
        |name: &str, bundle: &[BundleField]| LaneTurn { name: name.into(), comes_out: true, bundle: bundle.to_vec() };
    [
        turn("people", &[]),
        turn("news", &[BundleField::List]),
        turn("notices", &[BundleField::Sender, BundleField::Subject]),
    ]
}

fn begin(post: &mut Letterbox, layout: BatchLayout) -> Batch {
    let lanes = turns();
    let beginning = Beginning {
        occasion: window("evening", at(500)),
        lanes: &lanes,
        calendar: &no_calendar(),
        carry_limit: None,
        layout,
        now: at(500),
    };
    post.store.begin(&beginning).expect("begun").expect("something is due")
}

/// The heading of each position.
fn headings(post: &Letterbox, batch: &Batch) -> Vec<String> {
    let sections = post.store.sections(batch.id()).expect("sections");
    let under = |at| sections.iter().find(|it| it.first <= at && at <= it.last).expect("a heading");
    batch.positions().iter().map(|at| under(at).heading.title().to_owned()).collect()
}

/// The groups of a batch: what they are, what their rows say, and how many messages they have.
fn told(post: &Letterbox, batch: &Batch) -> Vec<String> {
    let groups = post.store.rows(batch.id(), &batch.positions()).expect("rows").groups;
    let title = |title: &Option<tidebox::domain::printable::Printable>| title.as_ref().map(|it| it.as_str().to_owned());
    let told = groups.iter().map(|(group, summary)| {
        format!("{} {}: {}", group.kind, group.positions().len(), title(&summary.title).unwrap_or_default())
    });
    told.collect()
}

fn service(letter: Letter, repository: Option<&str>, personal: bool, state: Option<NoticeState>) -> Letter {
    letter.change(|envelope| {
        envelope.service = Some(ServiceNotice { repository: repository.map(str::to_owned), personal, state });
    })
}

fn job(number: i64, name: &str, state: NoticeState) -> Letter {
    let said = if state == NoticeState::Failing { "failed" } else { "passed" };
    let job = letter(number).lane("notices").subject(&format!("Build {name} {said} #{number}"));
    service(job.change(|envelope| envelope.from = Address::new("CI", "builds@ci.example")), None, false, Some(state))
}

fn issue(number: i64, thread: &str, personal: bool, state: Option<NoticeState>) -> Letter {
    let notice = letter(number).lane("notices").answers(&[thread]).subject("Re: [tide/harbour] It fails (#12)");
    service(notice, Some("tide/harbour"), personal, state)
}

#[test]
fn lanes_are_bundled_by_what_they_name() {
    let news = |number, list: &str| {
        let list = list.to_owned();
        letter(number).lane("news").change(|envelope| envelope.list = Some(list))
    };
    let mut post = Letterbox::new();
    let letters = [
        letter(1),
        news(2, "tide.example"),
        letter(3),
        news(4, "moon.example"),
        news(5, "tide.example"),
        job(6, "docs", NoticeState::Failing),
        issue(7, "one@github.example", false, None),
        job(8, "docs", NoticeState::Failing),
        issue(9, "two@github.example", false, None),
        issue(10, "me@github.example", true, None),
        issue(11, "me@github.example", false, None),
    ];
    post.admit(&letters.map(Letter::ready), at(30));
    let batch = begin(&mut post, BatchLayout::default());
    assert_eq!(
        told(&post, &batch),
        [
            "list 2: Subject 5 · Subject 2",
            "subject 2: Build docs failed #…",
            "repository 2: tide/harbour: It fails (#12)",
            "conversation 2: "
        ],
    );
    let sections = headings(&post, &batch);
    assert_eq!(sections.iter().filter(|title| *title == "news").count(), 3);
}

#[test]
fn a_bundle_of_one_conversation_is_none() {
    let mut post = Letterbox::new();
    let thread = |number| issue(number, "one@github.example", false, None).ready();
    post.admit(&[thread(1), thread(2), thread(3)], at(30));
    let batch = begin(&mut post, BatchLayout::default());
    assert_eq!(told(&post, &batch), ["conversation 3: "]);
}

#[test]
fn layouts_switch_bundles_and_rules_off() {
    let begun = |layout| {
        let mut post = Letterbox::new();
        let letters = [
            job(1, "docs", NoticeState::Failing),
            job(2, "docs", NoticeState::Passing),
            job(3, "main", NoticeState::Failing),
            job(4, "main", NoticeState::Failing),
        ];
        post.admit(&letters.map(Letter::ready), at(30));
        let batch = begin(&mut post, layout);
        (told(&post, &batch), headings(&post, &batch).last().cloned().unwrap_or_default())
    };
    let usual = BatchLayout::default();
    let settled = "settled 2: Build docs passed #2, green again".to_owned();
    let main = "subject 2: Build main failed #…".to_owned();
    assert_eq!(begun(usual), (vec![main.clone(), settled.clone()], SETTLED.to_owned()));
    assert_eq!(begun(BatchLayout { bundles: false, ..usual }), (vec![settled], SETTLED.to_owned()));
    assert_eq!(begun(BatchLayout { settled: SettledRules::NONE, ..usual }), (vec![main], "notices".to_owned()));
    assert_eq!(begun(BatchLayout { threads: false, ..usual }), (Vec::new(), SETTLED.to_owned()), "the flat list");
}

#[test]
fn what_is_settled_says_why_and_by_what_and_is_frozen() {
    let mut post = Letterbox::new();
    let letters = [
        job(1, "docs", NoticeState::Failing),
        issue(2, "one@github.example", false, None),
        job(3, "docs", NoticeState::Passing),
        issue(4, "one@github.example", false, Some(NoticeState::Closed)),
        letter(5),
    ];
    let ids: Vec<Id> = post.admit(&letters.map(Letter::ready), at(30)).iter().map(|one| one.id).collect();
    let batch = begin(&mut post, BatchLayout::default());
    assert_eq!(members(&post.store, &batch), [ids[4], ids[0], ids[2], ids[1], ids[3]]);
    let settled = post.store.settled(batch.id(), &batch.positions()).expect("settled");
    let told: Vec<_> = settled.iter().map(|(position, it)| (position.0, it.reason, it.by)).collect();
    let (green, closed) = (SettledReason::GreenAgain, SettledReason::Closed);
    assert_eq!(told, [(2, green, ids[2]), (3, green, ids[2]), (4, closed, ids[3]), (5, closed, ids[3])]);
    for attempt in [
        "INSERT INTO settled VALUES (1, 1, 'closed', 1)",
        "UPDATE settled SET reason = 'merged'",
        "DELETE FROM settled",
    ] {
        let refused = post.sqlite3(attempt).expect_err("refused");
        assert!(refused.contains("frozen"), "{attempt}: {refused}");
    }
}

#[test]
fn what_the_person_asked_for_is_never_settled() {
    let mut post = Letterbox::new();
    post.admit(&[job(1, "docs", NoticeState::Failing).ready()], at(5));
    let first = begin(&mut post, BatchLayout::default());
    post.store.commit(first.id(), &tidebox::domain::write_back::WriteBackPlan::default(), at(501)).expect("committed");
    post.admit(&[job(2, "docs", NoticeState::Passing).ready()], at(502));
    let lanes = turns();
    let second = |carry_limit, post: &mut Letterbox| {
        let beginning = Beginning {
            occasion: window("next", at(600)),
            lanes: &lanes,
            calendar: &no_calendar(),
            carry_limit,
            layout: BatchLayout::default(),
            now: at(600),
        };
        let batch = post.store.begin(&beginning).expect("begun").expect("a batch");
        post.store.settled(batch.id(), &batch.positions()).expect("settled").len()
    };
    // Carried over once: at the limit the batch asks for a decision, so it stays where it leads.
    assert_eq!(second(Some(1), &mut post), 0);
}

/// A message of a made-up day.
#[derive(Debug, Clone)]
enum Made {
    Person(usize),
    News(usize, usize),
    Job(bool, bool),
    Issue(usize, bool, bool),
}

fn made() -> impl Strategy<Value = Made> {
    prop_oneof![
        (0usize..4).prop_map(Made::Person),
        (0usize..3, 0usize..3).prop_map(|(list, thread)| Made::News(list, thread)),
        (any::<bool>(), any::<bool>()).prop_map(|(docs, failing)| Made::Job(docs, failing)),
        (0usize..3, any::<bool>(), prop::bool::weighted(0.1))
            .prop_map(|(thread, closed, me)| Made::Issue(thread, closed, me)),
    ]
}

fn written((number, made): (i64, &Made)) -> Letter {
    match made {
        Made::Person(thread) => letter(number).answers(&[&format!("p{thread}@example.org")]).subject("Re: One thing"),
        Made::News(list, thread) => letter(number)
            .lane("news")
            .answers(&[&format!("n{thread}@example.org")])
            .subject("Re: One thing")
            .change(|envelope| envelope.list = Some(format!("l{list}.example"))),
        Made::Job(docs, failing) => {
            let state = if *failing { NoticeState::Failing } else { NoticeState::Passing };
            job(number, if *docs { "docs" } else { "main" }, state)
        }
        Made::Issue(thread, closed, me) => {
            issue(number, &format!("i{thread}@github.example"), *me, closed.then_some(NoticeState::Closed))
        }
    }
}

/// What a message is bundled by, said anew.
fn bundle(kind: GroupKind, message: &Message) -> String {
    match kind {
        GroupKind::Conversation => message.thread.to_string(),
        GroupKind::List => message.list.clone().unwrap_or_default(),
        GroupKind::Subject => format!("{} {}", message.from.address, numberless::key(&message.subject)),
        GroupKind::Sender => message.from.address.clone(),
        GroupKind::Repository | GroupKind::Settled => String::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Groups keep to their lane, whatever they are; lanes stay in their order; what is settled is the end of the batch, in one group;
    /// nothing gets lost, and nothing is settled whose later state is bad again.
    #[test]
    fn groups_are_runs_within_their_lanes_and_what_is_settled_is_last(day in prop::collection::vec(made(), 1..28), newest: bool) {
        let order = if newest { BatchOrder::NewestFirst } else { BatchOrder::OldestFirst };
        let mut post = Letterbox::new();
        let letters: Vec<_> = (1_i64..).zip(&day).map(|one| written(one).ready()).collect();
        let ids: Vec<Id> = post.admit(&letters, at(100)).iter().map(|one| one.id).collect();
        let batch = begin(&mut post, BatchLayout { order, ..BatchLayout::default() });
        let items = post.store.items(batch.id(), &batch.positions()).unwrap();
        let found: BTreeSet<Id> = items.iter().map(|(_, message)| message.id).collect();
        prop_assert_eq!(&found, &ids.iter().copied().collect());
        let titles = headings(&post, &batch);
        let place = |title: &str| ["people", "news", "notices", SETTLED].iter().position(|known| *known == title);
        prop_assert!(titles.iter().map(|title| place(title)).is_sorted());
        let groups = post.store.groups(batch.id()).unwrap();
        let mut seen = BTreeSet::new();
        for group in groups.iter() {
            let of_it: Vec<&Message> = items.iter().filter(|(at, _)| group.contains(*at)).map(|(_, message)| message).collect();
            let title = &titles[group.first.0 as usize - 1];
            prop_assert!(group.positions().iter().all(|at| titles[at.0 as usize - 1] == *title), "within one heading");
            prop_assert_eq!(group.kind == GroupKind::Settled, title == SETTLED);
            let same: BTreeSet<String> = of_it.iter().map(|message| bundle(group.kind, message)).collect();
            prop_assert_eq!(same.len(), 1, "{:?}", group);
            let one = same.into_iter().next().unwrap_or_default();
            prop_assert!(seen.insert((group.kind.to_string(), title.clone(), one)), "one group of each in a lane");
            let threads: BTreeSet<_> = of_it.iter().map(|message| message.thread).collect();
            prop_assert_eq!(group.kind == GroupKind::Conversation, threads.len() == 1 && group.kind != GroupKind::Settled);
        }
        let settled: BTreeMap<Position, _> = post.store.settled(batch.id(), &batch.positions()).unwrap().into_iter().collect();
        let number = |id: Id| ids.iter().position(|known| *known == id).unwrap();
        for (at, message) in &items {
            prop_assert_eq!(settled.contains_key(at), titles[at.0 as usize - 1] == SETTLED);
            let Some(by) = settled.get(at).map(|settled| settled.by) else { continue };
            let (made, settler) = (&day[number(message.id)], number(by));
            let bad_after = |later: &Made| match (made, later) {
                (Made::Job(docs, _), Made::Job(other, failing)) => docs == other && *failing,
                (Made::Issue(thread, ..), Made::Issue(other, closed, _)) => thread == other && !closed,
                _ => false,
            };
            prop_assert!(!day[settler..].iter().any(bad_after), "it was bad again");
            let personal = |one: &Made| matches!((made, one), (Made::Issue(thread, ..), Made::Issue(other, _, true)) if thread == other);
            prop_assert!(!matches!(made, Made::Person(_) | Made::News(..)) && !day.iter().any(personal));
        }
    }
}
