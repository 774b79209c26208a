//! Holds `src/domain/line.rs`, `src/store/line.rs`, `src/store/line_note.rs`, `src/job/line.rs`: with whom mail becomes a chat, over real stores whose truth is known; one sentence a month.

use chrono::{DateTime, Duration, Utc};
use tidebox::config::Config;
use tidebox::domain::address::Address;
use tidebox::domain::found_copy::CopyOrigin;
use tidebox::domain::ids::Id;
use tidebox::domain::line_note::LineNote;
use tidebox::domain::matter::MatterAnswer;
use tidebox::domain::month::CalendarMonth;
use tidebox::domain::schedule::Zone;
use tidebox::domain::write_back::WriteBackPlan;
use tidebox::job::line::{line_at_receipt, line_of};

use crate::support::letterbox::{Letter, Letterbox, letter};

const ANN: &str = "ann@example.org";
const BEN: &str = "ben@example.org";

fn now() -> DateTime<Utc> {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

/// A store, and the number of its next message.
struct Post {
    letters: Letterbox,
    next: i64,
    config: Config,
}

/// Who writes a message of a thread.
#[derive(Clone, Copy, PartialEq)]
enum By {
    Me,
    Them,
}

impl Post {
    fn new() -> Self {
        Self { letters: Letterbox::new(), next: 1, config: Config::embedded(Zone::UTC) }
    }

    /// One message of a thread; the number of it.
    fn write(
        &mut self,
        by: By,
        with: &str,
        parents: &[i64],
        at: DateTime<Utc>,
        change: impl FnOnce(Letter) -> Letter,
    ) -> Id {
        let number = self.next;
        self.next += 1;
        let parents: Vec<String> = parents.iter().map(|number| format!("m{number}@example.org")).collect();
        let parents: Vec<&str> = parents.iter().map(String::as_str).collect();
        let one = letter(number).dated(Some(at), at).answers(&parents);
        let mut ready = match by {
            By::Them => {
                change(one.change(|envelope| envelope.from = Address::new("Some Name", with))).history().ready()
            }
            By::Me => change(one.change(|envelope| {
                envelope.from = Address::new("", "me@example.net");
                envelope.to = vec![Address::new("", with)];
            }))
            .found("Sent", &format!("s{number}"))
            .history()
            .ready(),
        };
        if by == By::Me {
            ready.message.copy.origin = CopyOrigin::Sent;
        }
        self.letters.admit(&[ready], at)[0].id
    }

    /// A thread that goes back and forth, a message each so many minutes; it begins so many days ago. Returns its numbers.
    fn thread(&mut self, with: &str, days_ago: i64, messages: i64, minutes: i64) -> Vec<i64> {
        self.thread_with(with, days_ago, messages, minutes, |letter| letter)
    }

    fn thread_with(
        &mut self,
        with: &str,
        days_ago: i64,
        messages: i64,
        minutes: i64,
        change: impl Fn(Letter) -> Letter,
    ) -> Vec<i64> {
        let mut numbers = Vec::new();
        for place in 0..messages {
            let at = now() - Duration::days(days_ago) + Duration::minutes(minutes * place);
            numbers.push(self.next);
            let (by, parents) = (if place % 2 == 0 { By::Them } else { By::Me }, numbers[..numbers.len() - 1].to_vec());
            self.write(by, with, &parents, at, &change);
        }
        numbers
    }

    fn chats(&mut self, with: &str, count: i64) {
        for thread in 0..count {
            self.thread(with, 20 + thread, 6, 60);
        }
    }

    fn said_at(&mut self, month: &str, now: DateTime<Utc>) -> Option<LineNote> {
        line_of(&mut self.letters.store, &self.config, CalendarMonth::parse(month).unwrap(), now).unwrap()
    }

    fn said(&mut self) -> Option<String> {
        self.said_at("2026-11", now()).map(|note| note.words)
    }
}

#[test]
fn four_of_six_threads_are_told_with_the_turn() {
    let mut post = Post::new();
    for thread in 0..4 {
        // Slowly at first, and a chat from the third turn on.
        let numbers = post.thread(ANN, 60 + thread, 2, 3 * 24 * 60);
        let begins = now() - Duration::days(40 + thread);
        for place in 0..5 {
            let by = if place % 2 == 0 { By::Them } else { By::Me };
            post.write(by, ANN, &numbers, begins + Duration::hours(place), |letter| letter);
        }
    }
    post.thread(ANN, 100, 4, 2 * 24 * 60);
    post.thread(ANN, 110, 4, 2 * 24 * 60);
    let words = post.said().unwrap();
    assert!(
        words.starts_with(
            "With Some Name 4 of 6 threads became a chat at the 3rd turn, with up to 5 turns within a day. "
        ),
        "{words}"
    );
    // Nothing is counted twice, and nothing is said that was not remembered.
    assert_eq!(post.said().as_deref(), Some(&*words));
    assert_eq!(post.letters.store.line_note("2026-11").unwrap().unwrap().address, ANN);
}

#[test]
fn four_threads_are_too_few_and_a_held_message_is_never_counted() {
    let mut post = Post::new();
    post.chats(ANN, 4);
    assert_eq!(post.said(), None);
    // The fifth is a chat by messages that are held: the person has not seen them, and nothing tells of them.
    let mut numbers = Vec::new();
    for place in 0..6 {
        let at = now() - Duration::days(3) + Duration::hours(place);
        let parents = numbers.clone();
        numbers.push(post.next);
        if place % 2 == 1 {
            post.write(By::Me, ANN, &parents, at, |letter| letter);
            continue;
        }
        let (number, parents) = (post.next, parents.iter().map(|it| format!("m{it}@example.org")).collect::<Vec<_>>());
        post.next += 1;
        let parents: Vec<&str> = parents.iter().map(String::as_str).collect();
        post.letters.admit(&[letter(number).dated(Some(at), at).answers(&parents).ready()], at);
    }
    assert_eq!(post.said(), None);
    post.letters.begin("morning", now()).unwrap();
    assert!(post.said().unwrap().contains("5 of 5 threads"));
}

#[test]
fn lists_programs_spam_and_one_sided_threads_are_no_threads() {
    let mut post = Post::new();
    post.chats(ANN, 4);
    let list = |letter: Letter| letter.change(|envelope| envelope.list = Some("talk.example.org".to_owned()));
    let automatic = |letter: Letter| letter.change(|envelope| envelope.automatic = true);
    for thread in 0..6 {
        post.thread_with(ANN, 40 + thread, 6, 30, list);
        // Each of their answers is a note that somebody is away, then each of the person's.
        post.thread_with(ANN, 50 + thread, 6, 30, automatic);
        for place in 0..6 {
            let at = now() - Duration::days(60 + thread) + Duration::minutes(place);
            post.write(By::Them, ANN, &[1_000 + thread], at, |letter| letter);
            post.write(By::Me, ANN, &[2_000 + thread], at, |letter| letter);
        }
        let numbers = post.thread(ANN, 70 + thread, 6, 30);
        let ids: Vec<String> = numbers.iter().map(|number| format!("'m{number}@example.org'")).collect();
        let spam = format!("UPDATE message SET stage = 'spam' WHERE message_id IN ({})", ids.join(", "));
        post.letters.bare().execute_batch(&spam).unwrap();
    }
    assert_eq!(post.said(), None);
    // One message of a list makes a list's thread of it, whoever writes there.
    let numbers = post.thread(ANN, 80, 6, 30);
    post.write(By::Them, "list@example.org", &numbers, now() - Duration::days(70), list);
    assert_eq!(post.said(), None);
    post.thread(ANN, 81, 6, 30);
    assert!(post.said().unwrap().contains("5 of 5"));
}

/// References that lead in a circle, to oneself, and to what never came; the same Message-ID twice.
#[test]
fn threads_with_cycles_are_threads() {
    let mut post = Post::new();
    for thread in 0..5 {
        let first = post.next;
        for place in 0..6 {
            let at = now() - Duration::days(30 + thread) + Duration::hours(place);
            let around = [first + (place + 1) % 6, first + (place + 5) % 6, first + place, 5_000 + thread];
            let by = if place % 2 == 0 { By::Them } else { By::Me };
            post.write(by, ANN, &around, at, |letter| letter);
        }
    }
    assert!(post.said().unwrap().contains("5 of 5 threads became a chat at the 1st turn, with up to 6 turns"));
}

/// A sender's clock that is days or years wrong takes its thread out or makes fewer turns of it, never more.
#[test]
fn clocks_that_jump_make_no_chat() {
    let mut post = Post::new();
    for (thread, wrong) in [-4_000, -3, 3, 4_000, 0].into_iter().enumerate() {
        let begins = now() - Duration::days(30 + i64::try_from(thread).unwrap());
        let mut numbers = Vec::new();
        for place in 0..6 {
            let (at, parents) = (begins + Duration::days(place * 2), numbers.clone());
            numbers.push(post.next);
            let by = if place % 2 == 0 { By::Them } else { By::Me };
            let date = at + Duration::days(wrong);
            post.write(
                by,
                ANN,
                &parents,
                at,
                |letter| if by == By::Them { letter.dated(Some(date), at) } else { letter },
            );
        }
    }
    assert_eq!(post.said(), None, "each message came two days after the one before");
}

#[test]
fn what_was_said_is_remembered_for_its_month_and_nobody_is_named_again_soon() {
    let mut post = Post::new();
    post.chats(ANN, 7);
    post.chats(BEN, 6);
    let november = post.said_at("2026-11", now()).unwrap();
    assert_eq!((november.address.as_str(), november.month.as_str(), november.shown), (ANN, "2026-11", now()));
    assert_eq!(post.said_at("2026-10", now()), None, "nothing was said then, and nothing is found for it");
    let later = now() + Duration::days(30);
    assert_eq!(post.said_at("2026-12", later).unwrap().address, BEN);
    assert_eq!(post.said_at("2026-11", later), Some(november));
    assert_eq!(post.said_at("2027-01", later + Duration::days(30)), None, "both were named");
    // Whatever was said is forgotten with the facts, and found anew.
    let forgotten = post.letters.store.forget_facts(later).unwrap();
    assert_eq!(forgotten.line_notes, 2);
    assert_eq!(post.said_at("2026-11", later), None);
    assert_eq!(post.said_at("2026-12", later).unwrap().address, ANN);
}

#[test]
fn the_settings_can_leave_it_out() {
    let mut post = Post::new();
    post.chats(ANN, 7);
    post.config.proof.line = false;
    assert_eq!(post.said(), None);
    assert_eq!(post.letters.store.line_note("2026-11").unwrap(), None, "nothing is remembered either");
    post.config.proof.line = true;
    assert!(post.said().is_some());
    post.config.proof.line = false;
    assert_eq!(post.said(), None, "nor told from memory");
}

#[test]
fn one_receipt_a_month_says_it() {
    let mut post = Post::new();
    post.chats(ANN, 7);
    let close = |post: &mut Post, at: DateTime<Utc>| {
        let number = post.next;
        post.next += 1;
        post.letters.admit(&[letter(number).dated(Some(at), at).ready()], at);
        let batch = post.letters.begin("morning", at).unwrap().id();
        assert!(
            !post.letters.store.is_line_receipt(batch, &(at..at + Duration::days(1))).unwrap(),
            "before its commit"
        );
        post.letters.store.commit(batch, &WriteBackPlan::default(), at).unwrap();
        batch
    };
    let at_receipt =
        |post: &mut Post, batch, at| line_at_receipt(&mut post.letters.store, &post.config, batch, at).unwrap();
    let first = close(&mut post, now());
    let said = at_receipt(&mut post, first, now()).unwrap();
    assert_eq!(Some(said.words.clone()), post.said());
    let (second, day) = (close(&mut post, now() + Duration::days(1)), now() + Duration::days(1));
    assert_eq!(at_receipt(&mut post, second, day), None);
    assert_eq!(at_receipt(&mut post, first, day), Some(said), "the same receipt says the same");
    // Where the month was looked at first, a receipt says it nevertheless.
    post.chats(BEN, 6);
    let later = now() + Duration::days(30);
    let words = post.said_at("2026-12", later).unwrap().words;
    let third = close(&mut post, later);
    assert_eq!(at_receipt(&mut post, third, later).unwrap().words, words);
    let fourth = close(&mut post, later + Duration::days(1));
    assert_eq!(at_receipt(&mut post, fourth, later + Duration::days(1)), None);
    // A clock that was a year ahead once stands in the way of no later month.
    let ahead = later + Duration::days(365);
    let fifth = close(&mut post, ahead);
    at_receipt(&mut post, fifth, ahead);
    post.letters.store.forget_facts(later).unwrap();
    assert!(at_receipt(&mut post, fourth, later + Duration::days(2)).is_some());
}

#[test]
fn the_proposal_goes_by_what_the_person_said_and_by_their_rules() {
    let mut post = Post::new();
    post.letters.store.remember_position(post.letters.source, "1", now() - Duration::days(60)).unwrap();
    post.chats(ANN, 6);
    for number in [500, 501] {
        let at = now() - Duration::hours(600 - number);
        post.letters.admit(&[letter(number).dated(Some(at), at).let_through("ann").ready()], at);
    }
    let words = post.said().unwrap();
    assert!(words.contains("Rules of yours let 2 messages of theirs through"), "{words}");
    let mut post = Post::new();
    post.letters.store.remember_position(post.letters.source, "1", now() - Duration::days(60)).unwrap();
    post.chats(ANN, 6);
    for number in [500, 501, 502] {
        let at = now() - Duration::hours(20);
        post.letters.admit(&[letter(number).dated(Some(at), at).ready()], at);
    }
    let batch = post.letters.begin("morning", now()).unwrap().id();
    let plan = WriteBackPlan { sample: 10, ..WriteBackPlan::default() };
    post.letters.store.commit(batch, &plan, now() - Duration::minutes(1)).unwrap();
    for sample in post.letters.store.matter_sample(batch).unwrap() {
        post.letters.store.answer_matter(sample.message, MatterAnswer::Yes, now() - Duration::minutes(1)).unwrap();
    }
    let words = post.said().unwrap();
    assert!(words.contains("You said 3 times") && words.contains("an exception lets them through"), "{words}");
}
