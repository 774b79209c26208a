//! What a person waits for who reads: a long letter, and a long conversation from its row to the painted screen.

use std::fmt::Write as _;
use std::sync::Arc;

use divan::Bencher;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tidebox::config::Config;
use tidebox::domain::batch::Batch;
use tidebox::domain::group::{BatchGroup, BatchItem};
use tidebox::domain::ids::Id;
use tidebox::domain::letter::Body;
use tidebox::domain::message::MessageSummary;
use tidebox::domain::positions::Positions;
use tidebox::domain::schedule::Zone;
use tidebox::domain::triage::Triage;
use tidebox::job::read::{self, Reader};
use tidebox::mail;
use tidebox::store::Store;
use tidebox::ui::event::Event;
use tidebox::ui::keymap::Keymap;
use tidebox::ui::request::{LetterRequest, Request, StoreRequest};
use tidebox::ui::response::{LetterResponse, Response, StoreResponse};
use tidebox::ui::state::{Settings, Start, State};
use tidebox::ui::theme::Look;
use tidebox::ui::update::update;
use tidebox::ui::view::draw;

use super::mailbox::{self, Mailbox, end};

/// A newsletter of 100 kB: tables for its layout, a style sheet, links, and a table of data.
#[divan::bench]
fn letter_of_100_kb(bencher: Bencher<'_, '_>) {
    let raw = newsletter(100_000);
    bencher.bench(|| mail::letter(Id(1), std::hint::black_box(&raw), 80, Some(Body::Html)));
}

fn newsletter(size: usize) -> Vec<u8> {
    let mut mail = String::from(
        "Subject: news\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<!doctype html><style>.h{display:none}.t{color:#333}</style><table role=presentation><tr><td>",
    );
    let text = String::from_utf8(mailbox::one_with("text/plain")).unwrap();
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut at = 0;
    while mail.len() < size {
        let said: Vec<&str> = words.iter().copied().cycle().skip(at % words.len()).take(60).collect();
        let _ = write!(
            mail,
            "<table role=presentation width=600><tr><td class=t style='padding:4px'><h2>Part {at}</h2><p>{}</p>\
             <a href='https://news.example/{at}?u=1'>Read on</a></td><td><img alt='picture' src='https://news.example/{at}.png'>\
             </td></tr></table><span class=h>preview {at}</span><table><tr><th>Name</th><th>Sum</th></tr><tr><td>{}</td><td>1.50</td>\
             </tr><tr><td>{}</td><td>17.25</td></tr></table>",
            said.join(" "),
            said[0],
            said[1]
        );
        at += 7;
    }
    mail.push_str("</table>\r\n");
    mail.into_bytes()
}

/// A conversation of so many messages: from the batch that has come to the painted screen. All that is asked for on the way is
/// answered: the rows, the messages of the conversation, the letter in hand, the first words of those in sight.
#[divan::bench(args = [10, 1_000, 20_000], sample_count = 20, sample_size = 1)]
fn conversation_opened(bencher: Bencher<'_, '_>, count: u64) {
    let path = super::fresh_file();
    let mut store = Store::open(&path).unwrap();
    super::take_in(&mut store, &mut thread(count), &super::config());
    let batch = super::batch(&mut store);
    let group = store.groups(batch.id()).unwrap().iter().next().unwrap();
    assert_eq!(u64::from(group.last.0 - group.first.0 + 1), count, "it is one conversation");
    bencher.with_inputs(|| arrived(&store, &batch)).bench_local_values(|(mut state, responses)| {
        granted(&mut state, &store, &batch, group, responses);
        let mut terminal = Terminal::new(TestBackend::new(120, 36)).unwrap();
        terminal.draw(|frame| draw(&state, frame.buffer_mut())).unwrap();
        assert!(state.letter().is_some());
        (state, terminal)
    });
}

fn thread(count: u64) -> Mailbox {
    let answer = |number: u64| {
        format!(
            "From: Ann {number} <ann{number}@example.net>\r\nTo: me@example.org\r\nSubject: Re: One thing\r\nMessage-ID: <{number}@bench>\r\n\
             References: <0@bench>\r\nDate: {}\r\n\r\nSaid {number} times, and then some more words.\r\n",
            (end() - chrono::TimeDelta::seconds(i64::try_from(count - number).unwrap())).to_rfc2822()
        )
        .into_bytes()
    };
    Mailbox((0..count).map(answer).collect())
}

/// A screen that has asked for its batch, and the answer.
fn arrived(store: &Store, batch: &Batch) -> (State, Vec<Event>) {
    let settings = Settings::of(&Config::embedded(Zone::UTC), Look::default());
    let mut state = State::new(settings, Keymap::default(), end(), (120, 36));
    let asked = state.start(Start::Batch);
    let number = asked.iter().find(|effect| effect.request == StoreRequest::Begin.into()).unwrap().number;
    let come = StoreResponse::Batch {
        triage: Box::new(Triage::new(batch.clone())),
        sections: store.sections(batch.id()).unwrap(),
        groups: store.groups(batch.id()).unwrap(),
        rows: Vec::new(),
        pace: None,
    };
    (state, vec![Event::Response(number, Ok(come.into()))])
}

fn granted(state: &mut State, store: &Store, batch: &Batch, group: BatchGroup, mut events: Vec<Event>) {
    while let Some(event) = events.pop() {
        for effect in update(state, event) {
            if let Some(response) = response(store, batch, group, effect.request) {
                events.insert(0, Event::Response(effect.number, Ok(response)));
            }
        }
    }
}

fn response(store: &Store, batch: &Batch, group: BatchGroup, request: Request) -> Option<Response> {
    Some(match request {
        Request::Store(StoreRequest::Rows { at, .. }) => rows(store, batch, group, &at).into(),
        Request::Letter(LetterRequest::Conversation(key)) => {
            LetterResponse::Conversation(Arc::new(store.conversation(key).unwrap())).into()
        }
        Request::Letter(LetterRequest::Layout(key)) => {
            let reader = Reader { now: end(), zone: Zone::UTC, width: key.width };
            LetterResponse::Layout(Box::new(read::letter(store, key.id, key.body, reader).unwrap())).into()
        }
        Request::Letter(LetterRequest::FirstWords(id)) => {
            LetterResponse::FirstWords(read::first_words(store, id).unwrap()).into()
        }
        _ => return None,
    })
}

fn rows(store: &Store, batch: &Batch, group: BatchGroup, at: &Positions) -> StoreResponse {
    let summary =
        store.rows(batch.id(), &group.first.into()).unwrap().groups.pop().map(|(_, summary)| Arc::new(summary));
    let items = store.items(batch.id(), at).unwrap().into_iter();
    let row = |(position, message)| BatchItem {
        position,
        entry: MessageSummary::of(&message),
        group: summary.clone(),
        settled: None,
    };
    StoreResponse::Rows { batch: batch.id(), rows: items.map(row).collect() }
}
