//! About twenty letters for the screen tests: threads, several scripts, hostile text.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use tidebox::domain::address::Address;
use tidebox::domain::alike::{Alike, Likeness};
use tidebox::domain::batch::{Batch, BatchOccasion, BatchSection, Heading};
use tidebox::domain::group::{BatchGroup, BatchItem, GroupKind, GroupSummary, Groups};
use tidebox::domain::ids::{BatchId, Id, ThreadId};
use tidebox::domain::letter::{Attached, Body, Letter, LetterLine, LetterLink, LineKind, Span, TextStyle};
use tidebox::domain::list_tag::list_tag;
use tidebox::domain::message::{MessageSummary, Stage};
use tidebox::domain::muted::MutedEntry;
use tidebox::domain::numberless;
use tidebox::domain::positions::Position;
use tidebox::domain::printable::Printable;
use tidebox::domain::query::{Indexed, Query, Subject, Thing};
use tidebox::domain::triage::Triage;
use tidebox::domain::viewed::{PartContent, PartView, Picture, ViewedPart};
use tidebox::domain::words::fold;

fn now() -> DateTime<Utc> {
    super::facts::at("2026-11-23T12:12:00Z")
}

/// Sender, address, subject, hours of age, thread.
type Sketch = (&'static str, &'static str, &'static str, i64, i64);

const CARRIED: &[Sketch] = &[
    ("Grace Hopper", "grace@example.org", "Budget, third try", 9 * 24, 1),
    ("Katherine Johnson", "kj@example.org", "Trajectories", 4 * 24, 2),
];
const DEFERRED: &[Sketch] = &[("Margaret Hamilton", "mh@example.org", "Re: priorities of the display", 6 * 24, 3)];
const PEOPLE: &[Sketch] = &[
    ("Ada Lovelace", "ada@example.org", "Notes on the engine", 26, 4),
    ("Alan Turing", "alan@example.org", "Lunch on Friday", 5, 5),
    ("Alan Turing", "alan@example.org", "Re: Lunch on Friday", 4, 5),
    (
        "宮本 茂",
        "miyamoto@example.jp",
        "来週の打ち合わせについてのお知らせと、当日までに用意していただきたいもの",
        2,
        6,
    ),
    ("Zoë Müller", "zoe@example.de", "Grüße aus Köln 👩‍👩‍👧 und ein Foto 🎉", 2, 7),
    ("نور", "noor@example.org", "موعد يوم الاثنين", 1, 8),
    (
        "Christopher Featherstonehaugh-Cholmondeley",
        "cfc@example.org",
        "A name that is too long for its column, and a subject that is too",
        1,
        9,
    ),
];
const LISTS: &[Sketch] = &[
    ("rust-users", "users@lists.example.org", "[rust-users] Announcing a smaller rustc", 30, 10),
    (
        "Mallory\u{1b}]52;c;aGk=\u{7} <root@bank.example>",
        "mallory@evil.example",
        "\u{1b}[2J\u{1b}[31mYour invoice\u{202e}fdp.exe\nTo: root",
        20,
        11,
    ),
    ("rust-users", "users@lists.example.org", "Re: [rust-users] Announcing a smaller rustc", 12, 10),
];
const NOTICES: &[Sketch] = &[
    ("ci", "ci@build.example", "main is red", 9, 12),
    ("ci", "ci@build.example", "main is green", 8, 12),
    ("Backup", "backup@host.example", "", 7, 13),
];

/// The letters of the batch, and the headings that they stand under.
pub fn entries() -> (Vec<MessageSummary>, Vec<BatchSection>) {
    let headings = [
        (Heading::CarriedOver, CARRIED),
        (Heading::Deferred, DEFERRED),
        (Heading::Lane(0, "people".to_owned()), PEOPLE),
        (Heading::Lane(1, "lists".to_owned()), LISTS),
        (Heading::Lane(2, "notices".to_owned()), NOTICES),
    ];
    let (mut entries, mut sections) = (Vec::new(), Vec::new());
    for (heading, sketches) in headings {
        let number = |entries: &Vec<MessageSummary>| u32::try_from(entries.len()).expect("few letters");
        let first = Position(number(&entries) + 1);
        let carried = if heading == Heading::CarriedOver { 2 } else { 0 };
        for sketch in sketches {
            entries.push(entry(i64::from(number(&entries)) + 1, sketch, carried));
        }
        sections.push(BatchSection { heading, first, last: Position(number(&entries)) });
    }
    (entries, sections)
}

/// The same letters as a batch lays them out: what was carried over leads its lane, what asks for a decision first.
pub fn in_lanes() -> (Vec<MessageSummary>, Vec<BatchSection>) {
    let people: Vec<(&Sketch, u32)> =
        CARRIED.iter().zip([3, 1]).chain(PEOPLE.iter().map(|sketch| (sketch, 0))).collect();
    let plain = |sketches: &'static [Sketch]| sketches.iter().map(|sketch| (sketch, 0)).collect();
    let headings: [(Heading, Vec<(&Sketch, u32)>); 4] = [
        (Heading::Deferred, plain(DEFERRED)),
        (Heading::Lane(0, "people".to_owned()), people),
        (Heading::Lane(1, "lists".to_owned()), LISTS.iter().zip([2, 0, 0]).collect()),
        (Heading::Lane(2, "notices".to_owned()), plain(NOTICES)),
    ];
    let (mut entries, mut sections) = (Vec::new(), Vec::new());
    for (heading, sketches) in headings {
        let first = Position(size(&entries) + 1);
        for (sketch, carried) in sketches {
            entries.push(entry(i64::from(size(&entries)) + 1, sketch, carried));
        }
        sections.push(BatchSection { heading, first, last: Position(size(&entries)) });
    }
    (entries, sections)
}

/// A batch whose threads stand together: four of its seven rows under the first two headings are groups.
pub fn in_threads() -> (Vec<MessageSummary>, Vec<BatchSection>, Groups) {
    const ENGINE: &[Sketch] = &[
        ("Jory Pellam", "jory@example.org", "A reference, if you would", 90, 20),
        ("Ada Lovelace", "ada@example.org", "Notes on the engine", 26, 4),
        ("Grace Hopper", "grace@example.org", "Re: Notes on the engine", 9, 4),
        ("Ada Lovelace", "ada@example.org", "AW: Re: Notes on the engine", 2, 4),
        ("Alan Turing", "alan@example.org", "Lunch on Friday", 5, 5),
        ("Alan Turing", "alan@example.org", "Re: Lunch on Friday", 4, 5),
        ("宮本 茂", "miyamoto@example.jp", "来週の打ち合わせについてのお知らせ", 2, 6),
    ];
    const LISTS: &[Sketch] = &[
        ("Tom Larkin", "tom@example.org", "[rust-users] async drop, again", 30, 10),
        ("Ines Ruiz", "ines@example.org", "Re: [rust-users] async drop, again", 20, 10),
        ("Mo", "mo@example.org", "Re: [rust-users] async drop, again", 15, 10),
        ("Kim Dahl", "kim@example.org", "[rust-users] Re: async drop, again", 7, 10),
        ("Mallory", "mallory@evil.example", "Your invoice", 20, 11),
        ("Kim Dahl", "kim@example.org", "Release postponed", 8, 14),
        ("Tom Larkin", "tom@example.org", "Re: Release postponed", 7, 14),
    ];
    let (mut entries, mut sections) = (Vec::new(), Vec::new());
    for (place, (lane, sketches)) in
        [("people", ENGINE), ("lists", LISTS), ("notices", NOTICES)].into_iter().enumerate()
    {
        let first = Position(size(&entries) + 1);
        for sketch in sketches {
            entries.push(entry(i64::from(size(&entries)) + 1, sketch, 0));
        }
        let heading = Heading::Lane(place, lane.to_owned());
        sections.push(BatchSection { heading, first, last: Position(size(&entries)) });
    }
    let mut groups = Vec::new();
    let mut first = 1;
    for thread in entries.chunk_by(|one, other| one.thread == other.thread) {
        let next = first + size(thread);
        groups.push(BatchGroup { kind: GroupKind::Conversation, first: Position(first), last: Position(next - 1) });
        first = next;
    }
    (entries, sections, Groups::of(groups))
}

/// Entries as the batch has them that they are all of.
pub fn items(entries: &[MessageSummary]) -> Vec<BatchItem> {
    in_groups(entries, &Groups::default())
}

/// The same with what is said of their groups; of the first one more is elsewhere than here.
pub fn in_groups(entries: &[MessageSummary], groups: &Groups) -> Vec<BatchItem> {
    let summary = |group: BatchGroup| {
        let at = |position: Position| usize::try_from(position.0).expect("a small number");
        let members = entries.get(at(group.first) - 1..at(group.last))?;
        let elsewhere = if members[0].thread == ThreadId(4) { 6 } else { 0 };
        GroupSummary::of(group.kind, "", members, size(members) + elsewhere).map(Arc::new)
    };
    let item = |(at, entry): (u32, &MessageSummary)| {
        let position = Position(at);
        BatchItem { position, entry: entry.clone(), group: groups.at(position).and_then(summary), settled: None }
    };
    (1..).zip(entries).map(item).collect()
}

/// What is like one of them.
pub fn alike(entries: &[MessageSummary], of: Position) -> Alike {
    let this = &entries[usize::try_from(of.0).expect("a small number") - 1];
    let those = |like: &dyn Fn(&MessageSummary) -> bool| {
        (1..).zip(entries).filter(|(_, entry)| like(entry)).map(|(at, _)| Position(at)).collect()
    };
    let subject = |entry: &MessageSummary| numberless::key(entry.subject.as_str());
    let by = vec![
        (Likeness::Conversation, those(&|entry| entry.thread == this.thread)),
        (Likeness::Sender(this.address.clone()), those(&|entry| entry.address == this.address)),
        (Likeness::Subject(this.subject.clone()), those(&|entry| subject(entry) == subject(this))),
    ];
    Alike { of, by }
}

fn entry(id: i64, (sender, address, subject, hours, thread): &Sketch, carried: u32) -> MessageSummary {
    MessageSummary {
        id: Id(id),
        thread: ThreadId(*thread),
        sender: (*sender).into(),
        address: (*address).into(),
        subject: if subject.is_empty() { "(no visible subject)".into() } else { (*subject).into() },
        list_tag: list_tag(subject, "rust-users.lists.example.org"),
        source: "work".into(),
        placed: now() - Duration::hours(*hours),
        attachments: u32::from(*sender == "Ada Lovelace"),
        invitation: false,
        carried,
        returned: 0,
        follow_up: None,
        reopened: false,
        stage: Stage::Batched,
        exception: None,
    }
}

/// A message that is in no batch.
pub fn outside(id: i64, sender: &'static str, subject: &'static str) -> MessageSummary {
    MessageSummary { stage: Stage::Deferred, ..entry(id, &(sender, "someone@example.org", subject, 50, id), 0) }
}

/// What batches before this one have finished: in four ways.
pub fn past() -> Vec<MessageSummary> {
    let sketches: [(Sketch, Stage); 4] = [
        (("Hedy Lamarr", "hedy@example.org", "The engine of the torpedo", 50, 21), Stage::Done),
        (("Shop", "shop@example.com", "Your engine oil is on its way", 52, 22), Stage::Trash),
        (("Lottery", "win@example.com", "A new engine for you", 54, 23), Stage::Spam),
        (("engines", "engines@lists.example.org", "Re: which engine is best", 56, 24), Stage::Muted),
    ];
    let number = |at: usize| i64::try_from(at).expect("few") + 201;
    let of = |(at, (sketch, stage)): (usize, &(Sketch, Stage))| MessageSummary {
        stage: *stage,
        ..entry(number(at), sketch, 0)
    };
    sketches.iter().enumerate().map(of).collect()
}

pub fn muted() -> Vec<MutedEntry> {
    let thread = |id, sender, subject, messages, days| MutedEntry {
        since: now() - Duration::days(days),
        messages,
        latest: MessageSummary { stage: Stage::Muted, ..entry(id, &(sender, "a@example.org", subject, 26, id), 0) },
    };
    vec![
        thread(301, "engines", "Re: which engine is best", 4, 0),
        thread(302, "宮本 茂", "来週の打ち合わせについてのお知らせ", 1, 12),
    ]
}

pub fn triage(entries: &[MessageSummary]) -> Triage {
    let opens = super::facts::at("2026-11-23T12:00:00Z");
    let occasion = BatchOccasion::Window { checkin: "midday".to_owned(), opens, closes: opens + Duration::minutes(42) };
    Triage::new(Batch::freeze(BatchId(1), occasion, opens, size(entries)))
}

/// A batch of its own, of what exceptions let through.
pub fn let_through(entries: &[MessageSummary]) -> Triage {
    let begun = super::facts::at("2026-11-23T12:10:00Z");
    Triage::new(Batch::freeze(BatchId(9), BatchOccasion::Exceptions, begun, size(entries)))
}

fn size(entries: &[MessageSummary]) -> u32 {
    u32::try_from(entries.len()).expect("few letters")
}

const TEXT: &str = "I have read your sketch twice and I think that the second table can go. What matters is the order of operations; the rest follows from it.";
const QUOTE: &str = "> the mill takes the variables in the order of the cards, and the store gives them back";

pub fn letter(entry: &MessageSummary, width: u16, body: Option<Body>) -> Letter {
    let columns = usize::from(width);
    let mut lines = Vec::new();
    let mut put = |text: &str, kind: LineKind| {
        let wrapped = Printable::from(text).wrap(columns);
        lines.extend(
            wrapped.into_iter().map(|text| LetterLine { kind, spans: vec![Span { text, look: TextStyle::Plain }] }),
        );
    };
    put(&format!("Dear reader of \"{}\",", entry.subject), LineKind::Text);
    put("", LineKind::Text);
    put(TEXT, LineKind::Text);
    put("", LineKind::Text);
    (0..9).for_each(|_| put(QUOTE, LineKind::Quote(1)));
    put("", LineKind::Text);
    put("━━━ Password: ▌ a q back", LineKind::Text);
    put(
        "来週の火曜日の午後三時から、いつもの会議室で打ち合わせをします。資料は前日までにお送りします。",
        LineKind::Text,
    );
    put("", LineKind::Text);
    put("-- ", LineKind::Signature);
    put(entry.sender.as_str(), LineKind::Signature);
    let attached = Attached { name: "engine-notes.pdf".into(), kind: "application/pdf".into(), size: 213_500 };
    let link = |target: &str, shown: &str, caution: Option<&str>| LetterLink {
        words: Printable::from(if caution.is_none() { "The programme" } else { "" }),
        target: target.to_owned(),
        shown: shown.into(),
        followed: caution.is_none(),
        caution: caution.map(Into::into),
    };
    Letter {
        id: entry.id,
        width,
        from_name: entry.sender.clone(),
        from_address: entry.address.clone(),
        headers: vec![("To", "you and 3 others".into())],
        subject: entry.subject.clone(),
        lines,
        links: vec![
            link("https://example.org/engine", "example.org", None),
            link("file:///etc/passwd", "file:///etc/passwd", Some("file links are not followed")),
        ],
        attachments: if entry.attachments > 0 { vec![attached] } else { Vec::new() },
        notes: Vec::new(),
        body: body
            .map_or(Body::TextOfBoth, |body| if body == Body::Html { Body::HtmlOfBoth } else { Body::TextOfBoth }),
        hidden: 0,
        invitation: None,
    }
}

/// A part of the one letter that the parts are of.
pub fn view(part: ViewedPart, (columns, _): (u16, u16)) -> PartView {
    let lines = |count: usize| (1..=count).map(|line| Printable::from(format!("line {line}"))).collect();
    let (title, content) = match part {
        ViewedPart::Headers => ("header fields", PartContent::Text(lines(4))),
        ViewedPart::Source => ("source", PartContent::Text(lines(300))),
        ViewedPart::Attachment(_) => {
            let columns = usize::from(columns).min(24);
            let square = |at: usize| {
                if (at % columns / 6 + at / columns / 3).is_multiple_of(2) { [200, 40, 40] } else { [40, 40, 200] }
            };
            let picture = Picture::new(columns, (0..columns * 15).map(square).collect()).expect("whole rows");
            ("engine-notes.pdf", PartContent::Picture(picture))
        }
    };
    PartView { title: title.into(), content, note: None }
}

/// Whether a query chooses a letter, as far as its row shows it.
pub fn fits(entry: &MessageSummary, query: &Query) -> bool {
    let from = Address::new(entry.sender.as_str(), entry.address.as_str());
    let words = Indexed {
        from: fold(&format!("{} {}", entry.sender, entry.address)),
        subject: fold(entry.subject.as_str()),
        ..Indexed::default()
    };
    let things: &[Thing] = if entry.attachments > 0 { &[Thing::Attachment] } else { &[] };
    query.holds(&Subject {
        id: Some(entry.id),
        source: entry.source.as_str(),
        things,
        ..Subject::new(&from, &words, entry.placed, now())
    })
}
