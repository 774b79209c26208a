//! Holds `src/store/conversation.rs`, `src/domain/conversation.rs`: a conversation has what may be shown of its thread, in order of
//! time.

use proptest::prelude::*;
use tidebox::domain::conversation::{Conversation, ConversationKey, LISTED};
use tidebox::domain::positions::Position;

use crate::support::letterbox::{Letterbox, at, letter};

fn thread(number: i64) -> crate::support::letterbox::Letter {
    letter(number).answers(&["begins@example.org"]).subject("Re: One thing")
}

/// The numbers of the messages, by their minutes, and whether each is of the row.
fn told(conversation: &Conversation) -> Vec<(i64, bool)> {
    let minutes = |one: &tidebox::domain::conversation::ConversationMessage| (one.placed - at(0)).num_minutes();
    conversation.messages.iter().map(|one| (minutes(one), one.position.is_some())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is history, in the batch or held: held messages are never there, all others are, in order of time; those of the
    /// row have their positions.
    #[test]
    fn it_is_what_may_be_shown_in_order_of_time(kinds in prop::collection::vec(0u8..4, 1..20)) {
        let mut post = Letterbox::new();
        let numbered = || (1i64..).zip(kinds.iter().copied());
        let of = |kind: u8| numbered().filter(move |(_, is)| *is == kind).map(|(number, _)| number);
        let history: Vec<_> = of(0).map(|number| thread(number).history().ready()).collect();
        post.admit(&history, at(100));
        let others: Vec<_> = of(3).map(|number| letter(number).ready()).collect();
        let batched: Vec<_> = of(1).map(|number| thread(number).ready()).collect();
        post.admit(&[batched, others].concat(), at(100));
        let batch = post.begin("morning", at(110));
        let held: Vec<_> = of(2).map(|number| thread(number).ready()).collect();
        post.admit(&held, at(120));
        let Some(batch) = batch else { return Ok(()) };
        let Some(first) = post.store.items(batch.id(), &batch.positions()).unwrap().iter()
            .find(|(_, message)| message.subject.contains("One thing")).map(|(position, _)| *position) else { return Ok(()) };
        let last = post.store.groups(batch.id()).unwrap().at(first).map_or(first, |group| group.last);
        let row = ConversationKey { batch: batch.id(), first, last };
        let conversation = post.store.conversation(row).unwrap();
        let expected: Vec<_> = numbered().filter(|(_, kind)| *kind < 2).map(|(number, kind)| (number, kind == 1)).collect();
        prop_assert_eq!(told(&conversation), expected);
        let positions: Vec<_> = conversation.messages.iter().filter_map(|one| one.position).collect();
        prop_assert_eq!(positions, (first.0..=last.0).map(Position).collect::<Vec<_>>());
        prop_assert!(!conversation.is_cut);
        // A row of one message has the others of the batch beside it.
        let row = ConversationKey { batch: batch.id(), first, last: first };
        let alone = post.store.conversation(row).unwrap();
        prop_assert_eq!(alone.messages.len(), conversation.messages.len());
        prop_assert_eq!(alone.messages.iter().filter(|one| one.position.is_some()).count(), 1);
    }
}

#[test]
fn of_a_very_long_thread_the_newest_are_there_and_that_is_said() {
    let mut post = Letterbox::new();
    let count = i64::try_from(LISTED).unwrap() + 5;
    let all: Vec<_> = (1..=count).map(|number| thread(number).ready()).collect();
    post.admit(&all, at(count));
    let batch = post.begin("morning", at(count + 1)).expect("a batch");
    let group = post.store.groups(batch.id()).unwrap().at(Position(1)).expect("a group");
    let row = ConversationKey { batch: batch.id(), first: group.first, last: group.last };
    let conversation = post.store.conversation(row).unwrap();
    assert!(conversation.is_cut);
    assert_eq!(conversation.messages.len(), LISTED);
    let told = told(&conversation);
    assert_eq!((told.first(), told.last()), (Some(&(6, true)), Some(&(count, true))));
}
