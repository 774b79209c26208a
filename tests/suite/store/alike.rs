//! Holds `src/store/alike.rs`, `src/domain/alike.rs`: what in a batch is like one of its messages.

use tidebox::domain::alike::Likeness;
use tidebox::domain::positions::Position;

use crate::support::letterbox::{Letterbox, at, letter};

#[test]
fn by_thread_by_list_or_sender_and_by_the_subject_without_numbers() {
    let mut post = Letterbox::new();
    let from = |number: i64, address: &str, subject: &str, list: Option<&str>| {
        letter(number).subject(subject).change(|envelope| {
            envelope.from.address = address.into();
            envelope.list = list.map(Into::into);
        })
    };
    let rust = Some("rust-users.lists.example.org");
    post.admit(
        &[
            from(1, "ci@example.org", "Build main failed #803", None).ready(),
            from(2, "CI@Example.org", "Your plan", None).ready(),
            from(3, "other@example.org", "build main FAILED #9", None).ready(),
            from(4, "ann@example.org", "async drop", rust).ready(),
            from(5, "ann@example.org", "Tea", None).ready(),
            from(6, "bob@example.org", "release", Some("Rust-Users.lists.example.org")).ready(),
            from(7, "cem@example.org", "Re: async drop", None).answers(&["letter-4@example.org"]).ready(),
        ],
        at(5),
    );
    let batch = post.begin("morning", at(10)).expect("a batch");
    let members = post.store.members(batch.id(), &batch.positions()).expect("members");
    let subjects: Vec<String> = members.iter().map(|id| post.store.message(*id).expect("a message").subject).collect();
    let position = |subject: &str| {
        let place = subjects.iter().position(|known| known == subject).expect("it is there");
        Position(u32::try_from(place + 1).expect("few"))
    };
    let like = |subject: &str| {
        let alike = post.store.alike(batch.id(), position(subject)).expect("the store").expect("in the batch");
        alike
            .by
            .into_iter()
            .map(|(likeness, like)| {
                let mut found: Vec<_> = like.iter().map(|at| subjects[at.0 as usize - 1].clone()).collect();
                found.sort();
                (likeness, found)
            })
            .collect::<Vec<_>>()
    };
    let build = like("Build main failed #803");
    assert_eq!(build[0], (Likeness::Conversation, vec!["Build main failed #803".to_owned()]));
    assert_eq!(
        build[1],
        (Likeness::Sender("ci@example.org".into()), vec!["Build main failed #803".into(), "Your plan".into()])
    );
    assert_eq!(build[2].1, ["Build main failed #803", "build main FAILED #9"]);
    let list = like("async drop");
    assert_eq!(list[1], (Likeness::List("rust-users".into()), vec!["async drop".into(), "release".into()]));
    assert_eq!(post.store.alike(batch.id(), Position(99)).expect("the store"), None);
}
