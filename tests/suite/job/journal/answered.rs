//! Holds `src/job/sent_copy.rs`, `src/store/sent_copy.rs`, `src/store/answered.rs`, `src/domain/sent_copy.rs`,
//! `src/domain/answering/answered.rs`: what was sent lies among the sent mail exactly once, what it answers is marked once a server
//! has taken it, and what was answered elsewhere is finished with here.

use tidebox::config::{Identity, SentCopy};
use tidebox::domain::answering::{AnsweredBy, AnsweredHow};
use tidebox::domain::attempt::AttemptState;
use tidebox::domain::concern::ConcernKind;
use tidebox::domain::flags::Flags;
use tidebox::domain::ids::OutgoingId;
use tidebox::domain::message::Stage;
use tidebox::domain::outbox::{DepartureTime, OutgoingRelation, OutgoingState, RecipientState};
use tidebox::domain::sent_copy::KeptBy;
use tidebox::domain::triage::Decision;
use tidebox::job::sent_copy::plan_copies;
use tidebox::mail;
use tidebox::store::{StagedRevision, UnknownVerdict};

use super::machine::{Machine, at};
use super::server::{Lies, Server};

/// A machine of somebody with one identity, whose copies are kept in the way of the settings.
fn machine(server: &Server, copy: SentCopy) -> Machine {
    let mut here = Machine::new(server);
    let mut identity = Identity::new("Me", "me@example.org");
    identity.sent_copy = copy;
    here.config.identities = vec![identity];
    here
}

fn bytes(number: u32) -> Vec<u8> {
    format!(
        "Date: Mon, 23 Nov 2026 10:05:00 +0000\r\nFrom: Me <me@example.org>\r\nTo: Ann <ann@example.org>\r\n\
         Message-ID: <mine-{number}@example.org>\r\nIn-Reply-To: <letter-{number}@example.org>\r\nSubject: Re\r\n\r\nYes.\r\n"
    )
    .into_bytes()
}

/// Stages what answers a letter.
fn stage(here: &mut Machine, number: u32) -> OutgoingId {
    stage_as(here, number, OutgoingRelation::Reply)
}

fn stage_as(here: &mut Machine, number: u32, relation: OutgoingRelation) -> OutgoingId {
    let answers = here.id(number);
    let draft = "From: Me <me@example.org>\nTo: ann@example.org\nBcc: Boß <boss@example.org>\nSubject: Re\n\nYes.\n";
    let id = here.store.new_draft(answers.map(|message| (relation, message)), draft, at(3)).unwrap();
    let revision = StagedRevision {
        message_id: format!("mine-{number}@example.org"),
        sender: "me@example.org".to_owned(),
        recipients: vec!["Ann@example.org".to_owned(), "boss@example.org".to_owned()],
        bytes: bytes(number),
    };
    here.store.stage(id, &revision, DepartureTime::At(at(4)), None, at(4)).unwrap();
    id
}

/// What a server says of its two recipients.
fn leave(here: &mut Machine, id: OutgoingId, said: [RecipientState; 2], minute: i64) -> OutgoingState {
    let attempt = here.store.begin_attempt(id, at(minute), <[u8]>::to_vec).unwrap();
    let outcomes: Vec<_> = (0..).zip(said).map(|(place, state)| (place, state, String::new())).collect();
    here.store.end_attempt(&attempt, &outcomes, at(minute + 20), at(minute)).unwrap()
}

const BOTH: [RecipientState; 2] = [RecipientState::Accepted, RecipientState::Accepted];

/// A letter that was answered from here: done, archived, and the answer accepted.
fn answered(server: &Server, copy: SentCopy) -> (Machine, OutgoingId) {
    server.deliver(1, at(-1));
    let mut here = machine(server, copy);
    here.read(at(0));
    assert!(here.begin(at(0)));
    here.decide(Decision::Done, 1, at(1));
    here.commit(at(2));
    let id = stage(&mut here, 1);
    assert_eq!(leave(&mut here, id, BOTH, 5), OutgoingState::Sent);
    (here, id)
}

fn sent(server: &Server) -> Vec<Lies> {
    server.look().all["Sent"].values().cloned().collect()
}

#[test]
fn what_left_is_kept_once_with_those_who_got_it_unseen_and_its_question_is_marked_where_it_lies_now() {
    for mark in ["RS"] {
        let server = Server::new();
        let (mut here, id) = answered(&server, SentCopy::Auto);
        for minute in [6, 7, 200] {
            here.sync(at(minute));
        }
        let copies = sent(&server);
        assert_eq!(copies.len(), 1);
        assert_eq!((copies[0].flags.to_string().as_str(), copies[0].received), ("S", at(5)));
        let text = String::from_utf8(copies[0].raw.clone()).unwrap();
        assert!(text.contains("\r\nBcc: =?utf-8?") && text.contains("boss@example.org>\r\n\r\nYes."), "{text}");
        assert_eq!(mail::fingerprint(&copies[0].raw), mail::fingerprint(&bytes(1)), "it is one message with what left");
        assert_eq!(server.place(1).unwrap(), ("Archive".to_owned(), Flags::read(mark)));
        let state = here.store.copy_state(id).unwrap().unwrap();
        assert_eq!((state.attempt.state, state.kept_by), (AttemptState::Made, Some(KeptBy::Tidebox)));
        assert_eq!(here.store.answered_elsewhere(at(-100)).unwrap(), [], "it was answered from here");
        here.sound();
    }
}

#[test]
fn what_was_forwarded_is_marked_as_that_and_is_not_answered() {
    let server = Server::new();
    server.deliver(1, at(-1));
    let mut here = machine(&server, SentCopy::Append);
    here.say(Decision::Done, 1, at(0));
    let id = stage_as(&mut here, 1, OutgoingRelation::Forward);
    leave(&mut here, id, BOTH, 5);
    here.sync(at(6));
    assert_eq!(server.place(1).unwrap(), ("Archive".to_owned(), Flags::read("PS")));
    assert_eq!(here.store.answered(here.id(1).unwrap()).unwrap(), None);
}

#[test]
fn killed_at_any_step_there_is_one_copy_and_one_mark() {
    let mut points = 0;
    loop {
        let server = Server::new();
        let (mut here, id) = answered(&server, SentCopy::Append);
        if !here.write_back_killed_after(points, at(6)) {
            break;
        }
        points += 1;
        for minute in [30, 90, 300] {
            here.sync(at(minute));
        }
        assert_eq!(sent(&server).len(), 1, "killed at step {points}");
        assert_eq!(server.place(1).unwrap(), ("Archive".to_owned(), Flags::read("RS")), "killed at step {points}");
        assert_eq!(here.store.copy_state(id).unwrap().unwrap().attempt.state, AttemptState::Made);
        assert_eq!(here.store.answered_elsewhere(at(-100)).unwrap(), [], "killed at step {points}");
        here.sound();
    }
    assert!(points > 8, "only {points} steps were met");
}

#[test]
fn a_server_that_keeps_copies_is_remembered_and_not_given_a_second_one() {
    let server = Server::new();
    let (mut here, id) = answered(&server, SentCopy::Auto);
    let file = |number| Lies { raw: bytes(number), flags: Flags::default(), received: at(5) };
    server.look().all.get_mut("Sent").unwrap().insert(900, file(1));
    here.sync(at(6));
    assert_eq!(sent(&server).len(), 1);
    assert_eq!(here.store.copy_state(id).unwrap().unwrap().kept_by, Some(KeptBy::Server));
    // The next time it takes a while, and is waited for.
    let next = stage(&mut here, 2);
    leave(&mut here, next, BOTH, 10);
    here.sync(at(10));
    assert_eq!(sent(&server).len(), 1, "it does so by itself");
    server.look().all.get_mut("Sent").unwrap().insert(901, file(2));
    here.sync(at(11));
    assert_eq!((sent(&server).len(), here.store.copy_state(next).unwrap().unwrap().kept_by), (2, Some(KeptBy::Server)));
    // Where it does not for once, the copy is kept here after some tries.
    let third = stage(&mut here, 3);
    leave(&mut here, third, BOTH, 20);
    for minute in 20..60 {
        here.sync(at(minute));
    }
    assert_eq!(
        (sent(&server).len(), here.store.copy_state(third).unwrap().unwrap().kept_by),
        (3, Some(KeptBy::Tidebox))
    );
}

#[test]
fn a_server_that_keeps_none_is_waited_for_once() {
    let server = Server::new();
    let (mut here, _) = answered(&server, SentCopy::Auto);
    here.sync(at(6));
    let waited = server.look().patience;
    assert!(!waited.is_zero());
    let next = stage(&mut here, 2);
    leave(&mut here, next, BOTH, 10);
    here.sync(at(10));
    assert_eq!((sent(&server).len(), server.look().patience), (2, waited));
}

#[test]
fn nothing_is_kept_or_marked_before_somebody_has_it() {
    use RecipientState::{Accepted, Deferred, Refused, Unknown};
    for (said, state) in [
        ([Refused, Refused], OutgoingState::Refused),
        ([Accepted, Deferred], OutgoingState::Later),
        ([Accepted, Unknown], OutgoingState::Unknown),
    ] {
        let server = Server::new();
        server.deliver(1, at(-1));
        let mut here = machine(&server, SentCopy::Append);
        here.say(Decision::Done, 1, at(0));
        let id = stage(&mut here, 1);
        assert_eq!(leave(&mut here, id, said, 5), state);
        here.sync(at(6));
        assert_eq!((sent(&server).len(), server.place(1).unwrap().1), (0, Flags::read("S")), "{state}");
        // What is settled later is treated like what was accepted at once.
        let later = match state {
            OutgoingState::Later => {
                let attempt = here.store.begin_attempt(id, at(40), <[u8]>::to_vec).unwrap();
                here.store.end_attempt(&attempt, &[(1, Refused, String::new())], at(60), at(40)).unwrap()
            }
            OutgoingState::Unknown => here.store.settle_unknown(id, UnknownVerdict::Sent, at(40)).unwrap(),
            _ => continue,
        };
        assert!(matches!(later, OutgoingState::PartlySent | OutgoingState::Sent), "{later}");
        here.sync(at(41));
        assert_eq!((sent(&server).len(), server.place(1).unwrap().1), (1, Flags::read("RS")), "{state}");
    }
}

#[test]
fn where_the_settings_want_no_copy_none_is_kept_and_the_question_is_marked_all_the_same() {
    for copy in [SentCopy::None, SentCopy::Server] {
        let server = Server::new();
        let (mut here, id) = answered(&server, copy);
        here.sync(at(6));
        assert_eq!((sent(&server).len(), server.place(1).unwrap().1), (0, Flags::read("RS")));
        assert_eq!(here.store.copy_state(id).unwrap().unwrap().attempt.state, AttemptState::Overtaken);
    }
    // A mailbox in which nothing is changed is not changed for this either.
    let server = Server::new();
    let (mut here, id) = answered(&server, SentCopy::Append);
    here.config.sources[0].write_back.on = false;
    here.config.identities[0].sent.source = Some("mail".to_owned());
    plan_copies(&mut here.store, &here.config, at(6)).unwrap();
    here.sync(at(6));
    assert_eq!((sent(&server).len(), server.place(1).unwrap().0), (0, "INBOX".to_owned()));
    assert_eq!(here.store.copy_state(id).unwrap().unwrap().attempt.why, "nothing is changed in the source mail");
}

#[test]
fn whom_one_wrote_to_and_which_thread_one_began_is_known_at_once_and_the_copy_is_no_second_message() {
    let server = Server::new();
    let (mut here, _) = answered(&server, SentCopy::Append);
    let answer =
        "From: Ann <ann@example.org>\r\nMessage-ID: <x@example.org>\r\nIn-Reply-To: <mine-1@example.org>\r\n\r\n";
    let known = here.store.correspondence(&mail::parse(answer.as_bytes()).envelope).unwrap();
    assert!(known.wrote_to_author && known.answers_own && known.in_own_thread, "{known:?}");
    server.look().sent_is_read = true;
    for minute in [6, 7] {
        here.sync(at(minute));
    }
    assert_eq!(sent(&server).len(), 1);
    let query =
        tidebox::domain::query::parse("id:<mine-1@example.org>", tidebox::domain::schedule::Zone::UTC, at(0)).unwrap();
    let found = here.store.search(&query, at(7), 9, None).unwrap();
    assert_eq!(found.iter().map(|it| it.stage).collect::<Vec<_>>(), [Stage::History]);
    assert_eq!(here.store.answered_elsewhere(at(-100)).unwrap(), [], "that is from here");
    let said = here.store.answered(here.id(1).unwrap()).unwrap().unwrap();
    assert_eq!((said.by, said.at), (AnsweredBy::Here(OutgoingState::Sent), Some(at(5))));
}

#[test]
fn what_nobody_can_tell_of_is_looked_for_among_the_sent_mail_and_the_person_decides() {
    let server = Server::new();
    server.deliver(1, at(-1));
    let mut here = machine(&server, SentCopy::Server);
    here.say(Decision::Done, 1, at(0));
    let id = stage(&mut here, 1);
    assert_eq!(leave(&mut here, id, [RecipientState::Accepted, RecipientState::Unknown], 5), OutgoingState::Unknown);
    let words =
        |here: &Machine| here.store.outgoing(id).unwrap().recipients.into_iter().map(|it| it.words).collect::<Vec<_>>();
    here.sync(at(6));
    assert_eq!(words(&here), ["", ""]);
    let kept = Lies { raw: bytes(1), flags: Flags::read("S"), received: at(5) };
    server.look().all.get_mut("Sent").unwrap().insert(900, kept);
    here.sync(at(7));
    assert_eq!(words(&here), ["", "a copy lies among the sent mail, so the server has taken it"]);
    assert_eq!((here.store.outgoing(id).unwrap().state, sent(&server).len()), (OutgoingState::Unknown, 1));
    assert_eq!(server.place(1).unwrap().1, Flags::read("S"), "nothing is marked before the person has said so");
}

#[test]
fn that_no_copy_is_kept_is_told_until_it_is() {
    let server = Server::new();
    let (mut here, id) = answered(&server, SentCopy::Append);
    server.look().full = true;
    let written = here.sync(at(6));
    assert_eq!((written.refused, written.troubles.len()), (1, 1));
    let told = here.store.concerns().unwrap();
    assert_eq!(told.iter().map(|it| it.kind).collect::<Vec<_>>(), [ConcernKind::NoCopy]);
    assert!(told[0].what(&|at| at.format("%H:%M").to_string()).contains("no copy is kept of what was sent"));
    assert_eq!(here.store.outgoing(id).unwrap().state, OutgoingState::Sent, "it has left all the same");
    server.look().full = false;
    here.store.retry_changes(at(7)).unwrap();
    here.sync(at(7));
    assert_eq!((here.store.concerns().unwrap().len(), sent(&server).len()), (0, 1));
}

/// A letter that is to be answered, and one that waits for a later window.
fn open_ones(server: &Server) -> Machine {
    (1..=2).for_each(|number| server.deliver(number, at(-1)));
    let mut here = machine(server, SentCopy::Append);
    here.read(at(0));
    assert!(here.begin(at(0)));
    here.decide(Decision::Later, 1, at(1));
    here.decide(Decision::Defer(here.window(2)), 2, at(1));
    here.commit(at(2));
    here.sync(at(3));
    assert_eq!((here.stage(1), here.stage(2)), (Some(Stage::CarriedOver), Some(Stage::Deferred)));
    here
}

#[test]
fn what_a_phone_has_answered_leaves_the_pile_and_comes_back_when_the_person_wants_it() {
    let server = Server::new();
    let mut here = open_ones(&server);
    for number in [1, 2] {
        let flags = Flags { answered: true, seen: true, ..server.place(number).unwrap().1 };
        server.flag(number, &flags);
    }
    let before = here.server.look().all.clone();
    here.sync(at(10));
    assert_eq!((here.stage(1), here.stage(2)), (Some(Stage::Done), Some(Stage::Done)));
    assert_eq!(here.server.look().all, before, "nothing is changed there");
    let told = here.store.answered_elsewhere(at(5)).unwrap();
    assert_eq!(
        told.iter().map(|it| (it.how, it.at, it.finished)).collect::<Vec<_>>(),
        [(AnsweredHow::Marked, at(10), true); 2]
    );
    let said = here.store.answered(here.id(1).unwrap()).unwrap().unwrap();
    assert_eq!((said.by, said.at), (AnsweredBy::Elsewhere(AnsweredHow::Marked), Some(at(10))));
    assert!(here.store.deferred().unwrap().is_empty());
    let id = here.id(1).unwrap();
    here.store.reopen(&[id], &tidebox::job::close::plan(&here.config), at(11)).unwrap();
    here.sync(at(12));
    here.sync(at(60));
    assert_eq!(here.stage(1), Some(Stage::CarriedOver), "it stays open now");
    here.sound();
}

#[test]
fn an_answer_among_the_sent_mail_takes_its_question_from_the_pile_whichever_comes_first() {
    let server = Server::new();
    server.look().sent_is_read = true;
    let mut here = open_ones(&server);
    let phone = |number| Lies { raw: bytes(number), flags: Flags::read("S"), received: at(7) };
    server.look().all.get_mut("Sent").unwrap().insert(900, phone(1));
    server.look().all.get_mut("Sent").unwrap().insert(901, phone(3));
    here.sync(at(10));
    assert_eq!((here.stage(1), here.stage(2)), (Some(Stage::Done), Some(Stage::Deferred)));
    let said = here.store.answered(here.id(1).unwrap()).unwrap().unwrap();
    assert_eq!((said.by, said.at), (AnsweredBy::Elsewhere(AnsweredHow::Sent), Some(at(5))));
    // The question comes after its answer.
    server.deliver(3, at(11));
    here.say(Decision::Later, 3, at(12));
    let said = here.store.answered(here.id(3).unwrap()).unwrap().unwrap();
    assert_eq!(said.by, AnsweredBy::Elsewhere(AnsweredHow::Sent));
    assert_eq!(here.store.answered(here.id(2).unwrap()).unwrap(), None);
}

#[test]
fn a_frozen_batch_gets_a_note_and_what_is_undecided_is_done_at_its_commit() {
    let server = Server::new();
    (1..=4).for_each(|number| server.deliver(number, at(-1)));
    let mut here = machine(&server, SentCopy::Append);
    here.read(at(0));
    assert!(here.begin(at(0)));
    here.decide(Decision::Later, 2, at(1));
    here.decide(Decision::Trash, 3, at(1));
    for number in [1, 2, 3] {
        server.flag(number, &Flags::read("RS"));
    }
    here.sync(at(5));
    assert_eq!((1..=4).map(|number| here.stage(number)).collect::<Vec<_>>(), [Some(Stage::Batched); 4]);
    assert!(here.store.answered_elsewhere(at(0)).unwrap().iter().all(|it| !it.finished));
    here.commit(at(6));
    here.sync(at(7));
    let stages = (1..=4).map(|number| here.stage(number).unwrap()).collect::<Vec<_>>();
    assert_eq!(here.store.tally().unwrap().to_answer, 0, "none of it is to be answered any more");
    assert_eq!(stages, [Stage::Done, Stage::Done, Stage::Trash, Stage::CarriedOver]);
    assert_eq!(
        server.place(1).unwrap(),
        ("INBOX".to_owned(), Flags::read("RS")),
        "nobody has said anything of it here"
    );
    assert_eq!(server.place(2).unwrap(), ("INBOX".to_owned(), Flags::read("RS")));
    assert_eq!(server.place(3).unwrap().0, "Trash");
    here.sound();
}

#[test]
fn a_second_machine_is_told_what_the_first_one_has_answered() {
    let server = Server::new();
    (1..=3).for_each(|number| server.deliver(number, at(-1)));
    let (mut here, mut there) = (machine(&server, SentCopy::Append), machine(&server, SentCopy::Append));
    for machine in [&mut here, &mut there] {
        machine.read(at(0));
        assert!(machine.begin(at(0)));
        (1..=3).for_each(|number| machine.decide(Decision::Later, number, at(1)));
        machine.commit(at(2));
        machine.sync(at(3));
    }
    for number in [1, 2, 3] {
        let id = stage(&mut here, number);
        assert_eq!(there.store.answered(there.id(number).unwrap()).unwrap(), None);
        let staged = here.store.answered(here.id(number).unwrap()).unwrap().unwrap();
        assert_eq!(staged.by, AnsweredBy::Here(OutgoingState::Staged));
        leave(&mut here, id, BOTH, 5);
    }
    here.sync(at(6));
    there.sync(at(7));
    for number in [1, 2, 3] {
        let told = there.store.answered(there.id(number).unwrap()).unwrap().unwrap();
        assert_eq!((told.by, told.at), (AnsweredBy::Elsewhere(AnsweredHow::Marked), Some(at(7))));
        assert_eq!(there.stage(number), Some(Stage::Done), "it is not answered a second time");
    }
    assert_eq!(sent(&server).len(), 3);
}

#[test]
fn whoever_has_staged_an_answer_too_is_told_before_it_leaves() {
    let server = Server::new();
    server.deliver(1, at(-1));
    let mut there = machine(&server, SentCopy::Append);
    there.say(Decision::Done, 1, at(0));
    let second = stage(&mut there, 1);
    server.carry(1, "Archive");
    there.write_back(at(4)).unwrap();
    // The first machine has answered, and its copy of the answer is read here.
    server.look().sent_is_read = true;
    let first = String::from_utf8(bytes(1)).unwrap().replace("mine-1", "first-1").into_bytes();
    server
        .look()
        .all
        .get_mut("Sent")
        .unwrap()
        .insert(900, Lies { raw: first, flags: Flags::read("S"), received: at(5) });
    let told = there.read(at(6));
    assert!(told.iter().any(|it| it.contains("1 answer of yours waits to leave")), "{told:?}");
    assert!(there.read(at(7)).is_empty(), "it is told once");
    let said = there.store.answered(there.id(1).unwrap()).unwrap().unwrap();
    assert_eq!(said.by, AnsweredBy::Elsewhere(AnsweredHow::Sent), "that one is the news");
    assert_eq!(there.store.outgoing(second).unwrap().state, OutgoingState::Staged);
}
