//! What holds of every query: it reads back as itself, and it chooses what a plain reading of the rules chooses.

use crate::domain::schedule::Zone;
use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;

use super::{
    AddressField, AddressPattern, HeldTerm, IdTerm, Indexed, Query, QueryContext, StateTerm, Subject, Term, TextField,
    Thing, When, parse, parse_in,
};
use crate::domain::address::Address;
use crate::domain::ids::{Id, ThreadId};
use crate::domain::message_kind::MessageKind;
use crate::domain::text_enum::TextEnum;
use crate::domain::words;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_764_000_000, 0).expect("an instant")
}

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "ab", "abc", "b", "plan", "or", "not", "週", "é2"]).prop_map(words::fold)
}

fn field() -> impl Strategy<Value = TextField> {
    prop::sample::select(TextField::ALL.to_vec())
}

fn term() -> impl Strategy<Value = Term> {
    let name = || ("[ab*\"\\\\ ]{1,3}", any::<bool>());
    let when = || {
        prop_oneof![
            (0..4_000_000_000_i64)
                .prop_map(|second| When::At(DateTime::from_timestamp(second, 0).expect("an instant"))),
            (0..100_000_000_i64).prop_map(|seconds| When::Ago(Duration::seconds(seconds))),
        ]
    };
    prop_oneof![
        4 => (prop::option::of(field()), prop::collection::vec(word(), 1..4), any::<bool>()).prop_map(|(field, words, prefix)| {
            let prefix = prefix && words.last().is_some_and(|word| word.is_ascii());
            Term::Words { field, words, prefix }
        }),
        1 => (
            prop::sample::select(vec![AddressField::From, AddressField::To, AddressField::Cc]),
            prop_oneof!["[ab(]{0,2}@[ab.)\\\\]{0,2}c", "[ab+]{1,3}@"],
        )
            .prop_map(|(field, text)| Term::Address { field, pattern: AddressPattern::read(&text).expect("a pattern") }),
        1 => field().prop_map(Term::Any),
        1 => name().prop_map(|(name, prefix)| Term::Source { name, prefix }),
        1 => name().prop_map(|(name, prefix)| Term::Lane { name, prefix }),
        1 => name().prop_map(|(name, prefix)| Term::Folder { name, prefix }),
        1 => prop::sample::select(Thing::ALL.to_vec()).prop_map(Term::Has),
        1 => (0..3_000_u64).prop_map(Term::Larger),
        1 => (0..3_000_u64).prop_map(|size| Term::Smaller(size * 1024)),
        1 => (0..4_i64).prop_map(|thread| Term::Thread(ThreadId(thread))),
        1 => prop::sample::select(StateTerm::ALL.to_vec()).prop_map(Term::Is),
        1 => prop::sample::select(MessageKind::ALL.to_vec()).prop_map(Term::Kind),
        1 => when().prop_map(Term::Before),
        1 => when().prop_map(Term::After),
        1 => (0..5_i64).prop_map(|id| Term::Id(IdTerm::Own(Id(id)))),
        1 => "<?[a0(\"\\\\]{1,3}>?".prop_map(|id| Term::Id(IdTerm::MessageId(id))),
    ]
}

/// Queries as `parse` builds them: no list within a list of its own kind, at least two parts in each.
fn query() -> impl Strategy<Value = Query> {
    let leaf = prop_oneof![9 => term().prop_map(Query::Term), 1 => Just(Query::All)];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let many = || prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            many().prop_map(|parts| {
                Query::And(
                    parts
                        .into_iter()
                        .flat_map(|part| if let Query::And(more) = part { more } else { vec![part] })
                        .collect(),
                )
            }),
            many().prop_map(|parts| {
                Query::Or(
                    parts
                        .into_iter()
                        .flat_map(|part| if let Query::Or(more) = part { more } else { vec![part] })
                        .collect(),
                )
            }),
            inner.prop_map(|part| Query::Not(Box::new(part))),
        ]
    })
}

/// A message, owned.
#[derive(Debug, Clone)]
struct Letter {
    from: Address,
    to: Vec<Address>,
    words: Indexed,
    id: i64,
    things: Vec<Thing>,
    states: Vec<StateTerm>,
    kinds: Vec<MessageKind>,
    size: u64,
    placed: DateTime<Utc>,
}

impl Letter {
    fn subject(&self) -> Subject<'_> {
        Subject {
            id: Some(Id(self.id)),
            message_id: Some("a"),
            to: &self.to,
            cc: self.to.get(1..).unwrap_or_default(),
            source: "Ab",
            lane: "b",
            folders: &["A", "ab*"],
            things: &self.things,
            states: &self.states,
            kinds: &self.kinds,
            threads: &[ThreadId(2), ThreadId(3)],
            size: self.size,
            ..Subject::new(&self.from, &self.words, self.placed, now())
        }
    }
}

fn letter() -> impl Strategy<Value = Letter> {
    let text = || prop::collection::vec(word(), 0..6).prop_map(|words| words.join(" "));
    let mailbox = || "[aB+]{0,2}@([ab]\\.)?[ab]{0,1}c".prop_map(|address| Address::new("Plan", address));
    let texts = prop::collection::vec(text(), 7);
    let some = |all: &[Thing]| prop::sample::subsequence(all.to_vec(), 0..all.len());
    let states = prop::sample::subsequence(StateTerm::ALL.to_vec(), 0..4);
    let kinds = prop::sample::subsequence(MessageKind::ALL.to_vec(), 0..4);
    let facts = (0..5_i64, some(Thing::ALL), states, kinds, 0..5_000_u64);
    (texts, mailbox(), prop::collection::vec(mailbox(), 0..3), facts, 0..100_000_000_i64).prop_map(
        |(texts, from, to, (id, things, states, kinds, size), back)| {
            let mut texts = texts.into_iter();
            let mut text = || texts.next().unwrap_or_default();
            let (from_words, to_words, subject, list) = (text(), text(), text(), text());
            let words =
                Indexed { from: from_words, to: to_words, subject, list, body: text(), cc: text(), files: text() };
            Letter { from, to, words, id, things, states, kinds, size, placed: now() - Duration::seconds(back) }
        },
    )
}

/// The rules, read as plainly as possible.
fn plainly(query: &Query, letter: &Letter) -> bool {
    let term = match query {
        Query::All => return true,
        Query::And(parts) => return parts.iter().filter(|part| !plainly(part, letter)).count() == 0,
        Query::Or(parts) => return parts.iter().filter(|part| plainly(part, letter)).count() > 0,
        Query::Not(part) => return !plainly(part, letter),
        Query::Term(term) => term,
    };
    let texts = |field: Option<TextField>| {
        let Indexed { from, to, subject, body, list, cc: _, files: _ } = &letter.words;
        field.map_or(vec![from.as_str(), to, subject, body, list], |field| vec![letter.words.field(field)])
    };
    let same = |name: &str, prefix: bool, own: &str| if prefix { own.starts_with(name) } else { own == name };
    match term {
        Term::Words { field, words, prefix } => texts(*field).into_iter().any(|text| {
            let there: Vec<&str> = text.split_whitespace().collect();
            there.windows(words.len()).any(|row| {
                (0..words.len()).all(|place| same(&words[place], *prefix && place + 1 == words.len(), row[place]))
            })
        }),
        Term::Address { field, pattern } => {
            let all = match field {
                AddressField::From => vec![letter.from.clone()],
                AddressField::To => letter.to.clone(),
                AddressField::Cc => letter.to.iter().skip(1).cloned().collect(),
            };
            let wanted = pattern.to_string();
            all.iter().map(|one| one.address.to_lowercase()).any(|own| {
                let (local, domain) = own.rsplit_once('@').expect("an address");
                match pattern {
                    AddressPattern::Whole(_) => own == wanted,
                    AddressPattern::Domain(name) => domain == name || domain.ends_with(&format!(".{name}")),
                    AddressPattern::Local(_) => format!("{local}@") == wanted,
                    AddressPattern::Tag(_) => format!("{local}@").ends_with(&wanted),
                }
            })
        }
        Term::Any(field) => letter.words.field(*field).split_whitespace().count() > 0,
        Term::Source { name, prefix } => same(name, *prefix, "ab"),
        Term::Lane { name, prefix } => same(name, *prefix, "b"),
        Term::Folder { name, prefix } => same(name, *prefix, "a") || same(name, *prefix, "ab*"),
        Term::Has(Thing::List) => !letter.words.list.is_empty(),
        Term::Has(thing) => letter.things.contains(thing),
        Term::Is(state) => letter.states.contains(state),
        Term::Kind(kind) => letter.kinds.contains(kind),
        Term::Larger(size) => letter.size > *size,
        Term::Smaller(size) => letter.size < *size,
        Term::Thread(thread) => thread.0 == 2 || thread.0 == 3,
        Term::Before(When::At(instant)) => letter.placed < *instant,
        Term::Before(When::Ago(length)) => letter.placed < now() - *length,
        Term::After(When::At(instant)) => letter.placed >= *instant,
        Term::After(When::Ago(length)) => letter.placed >= now() - *length,
        Term::Id(IdTerm::Own(id)) => id.0 == letter.id,
        Term::Id(IdTerm::MessageId(id)) => id == "a",
    }
}

fn not(query: &Query) -> Query {
    Query::Not(Box::new(query.clone()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_query_reads_back_as_itself(query in query()) {
        let text = query.to_string();
        let context = QueryContext { held: HeldTerm::Allowed, ..QueryContext::new(Zone::UTC, now()) };
        prop_assert_eq!(parse_in(&text, &context), Ok(query), "{}", text);
    }

    #[test]
    fn any_text_is_a_query_that_reads_back_or_a_mistake_within_it(text in prop_oneof![
        ".{0,60}",
        "[abé週:@*\"()\\\\<>0-9 .-]{0,40}",
        "((from|cc|id|has|older|source|or|not|and|x)[: ]?[ab@*\"()-]{0,3} ?){0,8}",
        "((date|on|is|larger|thread|folder|filename|view):[\".a-z0-9 @+-]{0,9} ?){0,4}",
    ]) {
        match parse(&text, "Europe/Berlin", now()) {
            Ok(query) => {
                let shown = query.to_string();
                prop_assert_eq!(parse(&shown, "Asia/Tokyo", now()), Ok(query), "{}", shown);
            }
            Err(mistake) => prop_assert!(text.get(mistake.span.clone()).is_some(), "{:?}", mistake),
        }
    }

    #[test]
    fn a_query_chooses_what_the_rules_plainly_say(query in query(), letter in letter()) {
        prop_assert_eq!(query.holds(&letter.subject()), plainly(&query, &letter));
        let filter = letter.words.filter();
        let filtered = Subject { filter: Some(&filter), ..letter.subject() };
        prop_assert_eq!(query.holds(&filtered), plainly(&query, &letter), "with the words gathered before");
    }

    #[test]
    fn turning_a_group_round_turns_its_parts(a in query(), b in query(), letter in letter()) {
        let subject = letter.subject();
        let neither = Query::And(vec![not(&a), not(&b)]);
        prop_assert_eq!(not(&Query::Or(vec![a.clone(), b.clone()])).holds(&subject), neither.holds(&subject));
        let not_both = Query::Or(vec![not(&a), not(&b)]);
        prop_assert_eq!(not(&Query::And(vec![a.clone(), b])).holds(&subject), not_both.holds(&subject));
        prop_assert_eq!(not(&not(&a)).holds(&subject), a.holds(&subject));
    }
}
