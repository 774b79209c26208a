//! A session in memory: it grants the screen's requests at once, from about twenty letters.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::Color;
use tidebox::config::Config;
use tidebox::domain::answer_pace::AnswerPace;
use tidebox::domain::batch::{BatchSection, Heading};
use tidebox::domain::concern::{Concern, ConcernKind};
use tidebox::domain::conversation::{Conversation, ConversationKey, ConversationMessage};
use tidebox::domain::defer_choices::{DeferChoices, DeferTarget};
use tidebox::domain::door::{OpenWindow, Overview, WindowState};
use tidebox::domain::exception::{ExceptionHits, HitRating, RatedException};
use tidebox::domain::expectation::{Expectation, ExpectationEnd};
use tidebox::domain::group::{BatchItem, Groups};
use tidebox::domain::ids::{BatchId, Id};
use tidebox::domain::line_note::LineNote;
use tidebox::domain::mailbox_change::FolderRole;
use tidebox::domain::matter::{MatterAnswer, MatterQuestions};
use tidebox::domain::message::{Deferred, MessageSummary, SearchHit};
use tidebox::domain::muted::{MutedEntry, Unmuted};
use tidebox::domain::pause::{Pause, PauseKind};
use tidebox::domain::peek::{Peek, PeekKind};
use tidebox::domain::positions::Position;
use tidebox::domain::printable::Printable;
use tidebox::domain::problem::Problem;
use tidebox::domain::query::{
    Highlights, Query, QueryContext, QueryMistake, SavedView, WiderQuery, WiderSearch, parse_in, parse_unfinished,
};
use tidebox::domain::reasons::Explanation;
use tidebox::domain::receipt::{ClosedBy, Receipt};
use tidebox::domain::reopening::{CopiesBack, Reopened, Reopening};
use tidebox::domain::rule_draft::{RuleDraft, RuleKind};
use tidebox::domain::schedule::TrialDeed;
use tidebox::domain::source_type::SourceType;
use tidebox::domain::triage::{Decision, Triage};
use tidebox::domain::unsubscribe::{ListKey, NotVouched, OneClickUrl, UnsubscribeMethod, UnsubscribeOffer, Vouching};
use tidebox::domain::watch_event::WatchEvent;
use tidebox::domain::window_end::{AtEnd, WindowEnd};
use tidebox::ui::event::{BackgroundEvent, Event};
use tidebox::ui::keymap::{KeyedView, Keymap};
use tidebox::ui::request::{
    DoorRequest, EditRequest, Effect, FiguresRequest, LetterKey, LetterRequest, OutgoingRequest, Request,
    RequestNumber, RuleProposal, SearchRequest, SetupRequest, StoreRequest, ViewKey,
};
use tidebox::ui::response::{
    EditResponse, FiguresResponse, FoundRows, LetterResponse, Response, SearchResponse, SetupResponse, StoreResponse,
};
use tidebox::ui::state::{Settings, Start, State};
use tidebox::ui::theme::Look;
use tidebox::ui::update::update;
use tidebox::ui::view::draw;

use super::facts::{self, at, problem, until, window, zone};
use super::form::Form;
use super::keys::key;
use super::letters;
use super::month;
use super::outbox::Outbox;
use super::whatif;

pub struct Desk {
    pub state: State,
    pub entries: Vec<MessageSummary>,
    sections: Vec<BatchSection>,
    groups: Groups,
    pub facts: Overview,
    pub letters_asked: Vec<i64>,
    /// Every act is refused, as by a full disk.
    pub refuse_acts: bool,
    /// Nothing came through an exception.
    pub no_exceptions: bool,
    /// How long an answer takes.
    pub pace: Option<AnswerPace>,
    /// The settings say `commit = "ask"`.
    pub asks: bool,
    /// No program here opens links.
    pub no_opener: bool,
    /// The batch that closes by itself on `news:closed`.
    pub closing: BatchId,
    /// Requests are kept and not granted.
    pub mute: bool,
    store: Option<Triage>,
    /// The batches that were committed.
    closed: HashMap<BatchId, Triage>,
    /// The batch of what exceptions let through: the last letter.
    through: Option<Triage>,
    pub deferred: Vec<Deferred>,
    /// What was finished with before.
    pub past: Vec<MessageSummary>,
    /// Threads have older messages than are listed.
    pub cut: bool,
    /// The muted threads.
    pub muted: Vec<MutedEntry>,
    /// What exceptions let through before the batch.
    pub hits: ExceptionHits,
    /// What is asked of what waited for it.
    pub asked: MatterQuestions,
    /// What is said of this month at the receipt.
    pub line: Option<LineNote>,
    /// A batch was left, and is gone on with.
    pub in_batch: bool,
    /// Since when facts are kept, where that is not long ago.
    pub facts_since: Option<DateTime<Utc>>,
    /// Peeks, questions, and looks for a code before it.
    pub looks: [u32; 3],
    account: Form,
    requests: Vec<String>,
    waiting: Vec<Effect>,
    /// What a deferral is offered.
    pub choices: DeferChoices,
    pub outbox: Outbox,
    /// Editors that were asked for and have not ended.
    editors: Vec<(RequestNumber, EditRequest)>,
}

impl Desk {
    /// A Monday in November, 13:12 in Berlin; the morning was read.
    pub fn new(size: (u16, u16)) -> Self {
        let settings = Settings::of(&Config::embedded(zone()), Look::default());
        let (entries, sections) = letters::entries();
        let (facts, deferred) = (facts::door(), facts::deferred());
        Self {
            state: State::new(settings, Keymap::default(), at("2026-11-23T12:12:00Z"), size),
            entries,
            sections,
            groups: Groups::default(),
            facts,
            letters_asked: Vec::new(),
            refuse_acts: false,
            no_exceptions: false,
            pace: None,
            asks: false,
            no_opener: false,
            closing: BatchId(1),
            mute: false,
            store: None,
            closed: HashMap::new(),
            through: None,
            deferred,
            past: Vec::new(),
            cut: false,
            muted: letters::muted(),
            hits: ExceptionHits::default(),
            asked: MatterQuestions::default(),
            line: None,
            in_batch: false,
            facts_since: None,
            looks: [0; 3],
            account: Form::default(),
            requests: Vec::new(),
            waiting: Vec::new(),
            choices: facts::defer_choices(),
            outbox: Outbox::default(),
            editors: Vec::new(),
        }
    }

    pub fn open(size: (u16, u16), start: Start) -> Self {
        let mut desk = Self::new(size);
        desk.start(start);
        desk
    }

    pub fn start(&mut self, start: Start) {
        let effects = self.state.start(start);
        self.waiting.extend(effects);
        self.settle();
        self.requests.clear();
    }

    pub fn open_window(&mut self, late: bool, left: Option<u32>) {
        let mut window = window("midday", "2026-11-23T12:00:00Z");
        if late {
            window.opens -= Duration::hours(2);
            window.closes = window.opens + Duration::minutes(45);
        }
        self.facts.today.insert(1, (window.clone(), if late { WindowState::Missed } else { WindowState::Open }));
        let until = late.then(|| at("2026-11-23T15:00:00Z"));
        self.facts.open = Some(OpenWindow {
            window,
            until,
            begun: left.is_some(),
            late,
            left,
            decided: left.map(|_| 8),
            later: None,
        });
    }

    /// The batch as it is laid out: each lane with what was carried over in front. What was carried over three times asks for a
    /// decision.
    pub fn in_lanes(&mut self) {
        (self.entries, self.sections) = letters::in_lanes();
        let triage = letters::triage(&self.entries);
        self.store = Some(Triage::new(triage.batch().clone().with_carry_limit(Some(3))));
    }

    /// The batch with its threads as groups.
    pub fn in_threads(&mut self) {
        (self.entries, self.sections, self.groups) = letters::in_threads();
    }

    /// Two messages of the thread about the engine were finished with before.
    pub fn with_past(&mut self) {
        let engine = self.entries.iter().find(|entry| entry.subject.as_str() == "Notes on the engine").cloned();
        let before = |(id, hours): (i64, i64)| {
            let engine = engine.clone().expect("the thread");
            let placed = engine.placed - Duration::hours(hours);
            MessageSummary { id: Id(id), sender: "Charles Babbage".into(), placed, ..engine }
        };
        self.past = [(801, 50), (802, 40)].map(before).to_vec();
    }

    /// A batch whose time is over stands before the window that is open.
    pub fn uncommitted(&mut self) {
        let window = window("morning", "2026-11-23T09:00:00Z");
        let until = Some(window.closes);
        let over = OpenWindow { window, until, begun: true, late: false, left: Some(3), decided: Some(8), later: None };
        self.facts.uncommitted = Some(over);
    }

    /// The batch was begun before this screen was opened.
    pub fn begin_elsewhere(&mut self) {
        self.store = Some(letters::triage(&self.entries));
    }

    pub fn go_away(&mut self) {
        self.facts.today.clear();
        self.facts.away_until = NaiveDate::from_ymd_opt(2026, 11, 29);
        self.facts.next = Some(window("morning", "2026-11-30T09:00:00Z"));
    }

    /// An account whose password is refused, one that is incomplete, and no watch.
    pub fn in_trouble(&mut self) {
        let concern = |source: &str, kind, what: &str, hint: &str, next| Concern {
            source: source.to_owned(),
            kind,
            what: what.to_owned(),
            hint: hint.to_owned(),
            count: 0,
            tries: 1,
            since: at("2026-11-23T09:02:00Z"),
            next,
            secret: None,
        };
        let hint = "check `user` and `password`; many providers want a password made for one program";
        self.facts.concerns = vec![
            concern(
                "work",
                ConcernKind::Refused,
                "imap.example.org refused the password: Invalid credentials (Failure)",
                hint,
                Some(at("2026-11-23T12:38:00Z")),
            ),
            concern(
                "lists",
                ConcernKind::Owed,
                "the server does not give out 3 of its messages: Bandwidth used up",
                "",
                None,
            ),
        ];
        self.facts.watch_is_down = true;
    }

    pub fn weekend(&mut self) {
        self.facts.today.clear();
        self.facts.next = Some(window("morning", "2026-11-25T09:00:00Z"));
        self.facts.last = None;
    }

    /// Plays steps split at spaces: keys, `type:some_text`, `tick:10s`, `tick:5m`, `resize:80x24`, `news:arrived`,
    /// and the mouse on a text that stands on the screen: `click:Ada_Lovelace`, `wheel-down:people`.
    pub fn play(&mut self, steps: &str) {
        for step in steps.split(' ').filter(|step| !step.is_empty()) {
            match step.split_once(':') {
                Some(("type", text)) => text
                    .replace('_', " ")
                    .chars()
                    .for_each(|c| self.event(Event::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)))),
                Some(("tick", by)) => {
                    let number: i64 = by[..by.len() - 1].parse().expect("a number");
                    let by = if by.ends_with('m') { Duration::minutes(number) } else { Duration::seconds(number) };
                    let now = self.state.now + by;
                    self.event(Event::Tick(now));
                }
                Some(("click", text)) => self.point(MouseEventKind::Down(MouseButton::Left), text),
                Some(("wheel-up", text)) => self.point(MouseEventKind::ScrollUp, text),
                Some(("wheel-down", text)) => self.point(MouseEventKind::ScrollDown, text),
                Some(("resize", size)) => {
                    let (columns, rows) = size.split_once('x').expect("a size");
                    let (columns, rows) = (columns.parse().expect("columns"), rows.parse().expect("rows"));
                    self.event(Event::Resize(columns, rows));
                }
                Some(("news", "arrived")) => {
                    self.event(Event::Watch(WatchEvent::Arrived { waiting: 2, let_through: 0 }));
                }
                Some(("news", "through")) => {
                    self.event(Event::Watch(WatchEvent::Arrived { waiting: 2, let_through: 1 }));
                }
                Some(("news", "gathering")) => self.event(Event::Watch(WatchEvent::Gathering { read: 1204 })),
                Some(("news", "closed")) => {
                    let receipt = Box::new(self.receipt());
                    self.event(Event::News(BackgroundEvent::Closed { receipt, by: ClosedBy::Time }));
                }
                Some(("news", "next_opened")) => {
                    let (receipt, by) = (Box::new(self.receipt()), ClosedBy::NextWindow("afternoon".to_owned()));
                    self.event(Event::News(BackgroundEvent::Closed { receipt, by }));
                }
                _ => self.event(Event::Key(key(step))),
            }
        }
    }

    /// The mouse on the first place of the screen where the text stands; where the last one is meant, it begins with `$`.
    fn point(&mut self, kind: MouseEventKind, text: &str) {
        let text = text.replace('_', " ");
        let (last, text) = text.strip_prefix('$').map_or((false, text.as_str()), |text| (true, text));
        let mut found = self.rows().into_iter().enumerate().filter_map(|(row, cells)| {
            let line = cells.concat();
            let at = if last { line.rfind(text) } else { line.find(text) }?;
            Some((unicode_width::UnicodeWidthStr::width(&line[..at]), row))
        });
        let found = if last { found.next_back() } else { found.next() };
        let (column, row) = found.unwrap_or_else(|| panic!("{text:?} is not on the screen:\n{}", self.picture()));
        let (column, row) = (u16::try_from(column).expect("a column"), u16::try_from(row).expect("a row"));
        self.event(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
    }

    pub fn event(&mut self, event: Event) {
        let effects = update(&mut self.state, event);
        self.waiting.extend(effects);
        self.settle();
    }

    /// Grants what is asked for until nothing is.
    pub fn settle(&mut self) {
        while !self.mute && !self.waiting.is_empty() {
            for effect in std::mem::take(&mut self.waiting) {
                self.note(&effect.request);
                if let Request::Editor(request) = &effect.request {
                    self.editors.push((effect.number, request.clone()));
                }
                if let Some(response) = self.grant(effect.request) {
                    let effects = update(&mut self.state, Event::Response(effect.number, response));
                    self.waiting.extend(effects);
                }
            }
        }
    }

    /// What was asked for and is not granted, where requests are kept.
    pub fn waiting(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.waiting)
    }

    /// The editors that were asked for and have not ended.
    pub fn editors(&mut self) -> Vec<EditRequest> {
        self.editors.iter().map(|(_, request)| request.clone()).collect()
    }

    /// The editor that was asked for last ends.
    pub fn end_editor(&mut self, response: EditResponse) {
        let (number, _) = self.editors.pop().expect("an editor has the terminal");
        self.event(Event::Response(number, Ok(Response::Editor(response))));
    }

    fn note(&mut self, request: &Request) {
        let said = match request {
            Request::Letter(LetterRequest::Layout(key)) => return self.letters_asked.push(key.id.0),
            Request::Letter(
                LetterRequest::Conversation(_)
                | LetterRequest::FirstWords(_)
                | LetterRequest::Filter { .. }
                | LetterRequest::Select { .. }
                | LetterRequest::Alike { .. },
            )
            | Request::Store(
                StoreRequest::Arrive { .. }
                | StoreRequest::Overview
                | StoreRequest::DeferChoices(_)
                | StoreRequest::Rows { .. }
                | StoreRequest::CommitPreview(_)
                | StoreRequest::Hits(_)
                | StoreRequest::Matter(_)
                | StoreRequest::Threads { .. }
                | StoreRequest::Outgoing(OutgoingRequest::Check { .. }),
            )
            | Request::Figures(FiguresRequest::Line(_)) => return,
            Request::Store(StoreRequest::DeferTarget { text, .. }) => format!("DeferTarget({text:?})"),
            Request::Store(StoreRequest::Record { act, .. }) => {
                let on: Vec<u32> = act.on.iter().map(|position| position.0).collect();
                format!("record #{} {} {on:?}", act.number, act.decision.name())
            }
            Request::Store(StoreRequest::Undo { act, .. }) => format!("undo #{act}"),
            Request::Store(StoreRequest::Redo { act, .. }) => format!("redo #{act}"),
            Request::Store(StoreRequest::Outgoing(OutgoingRequest::Stage { draft, decides })) => {
                let on = decides.as_ref().map(|(_, act)| act.on.iter().map(|at| at.0).collect::<Vec<_>>());
                format!("stage {draft} {on:?}")
            }
            Request::Store(request) => format!("{request:?}"),
            Request::Setup(request) => format!("{request:?}"),
            Request::Letter(request) => format!("{request:?}"),
            Request::Search(request) => format!("{request:?}"),
            Request::Figures(FiguresRequest::Month(month)) => format!("Month({month})"),
            Request::Figures(FiguresRequest::WhatIf(typed)) => {
                format!("WhatIf({} typed)", typed.as_ref().map_or(0, Vec::len))
            }
            Request::Account(request) => format!("{request:?}"),
            Request::Editor(request) => format!("edit {:?} as {}", request.draft, request.name),
            Request::Composer(request) => format!("hand over to {} as {}", request.program, request.name),
            Request::Shell(request) => format!("{request:?}"),
        };
        self.requests.push(said);
    }

    fn grant(&mut self, request: Request) -> Option<Result<Response, Problem>> {
        Some(match request {
            Request::Store(request) => self.store_response(request)?.map(Into::into),
            Request::Setup(request) => Ok(self.about_the_trial(&request).unwrap_or_else(|| set_up(&request)).into()),
            Request::Letter(request) => self.letter_response(request)?.map(Into::into),
            Request::Search(request) => Ok(self.search(request).into()),
            Request::Figures(FiguresRequest::Month(month)) => {
                Ok(FiguresResponse::Month(Box::new(month::pair(month, self.state.now))).into())
            }
            Request::Figures(FiguresRequest::WhatIf(typed)) => {
                let replayed = whatif::replayed(typed, &self.entries, self.facts_since, self.state.now);
                Ok(FiguresResponse::WhatIf(Box::new(replayed)).into())
            }
            Request::Figures(FiguresRequest::Line(_)) => Ok(FiguresResponse::Line(self.line.clone()).into()),
            Request::Account(request) => Ok(self.account.page(request).into()),
            Request::Editor(_) | Request::Composer(_) | Request::Shell(_) => return None,
        })
    }

    /// What is done about a trial; `None` for what is about something else.
    fn about_the_trial(&mut self, request: &SetupRequest) -> Option<SetupResponse> {
        let deed = match request {
            SetupRequest::BeginTrial(_) => TrialDeed::Begun,
            SetupRequest::KeepTrial => TrialDeed::Kept,
            SetupRequest::EndTrial => TrialDeed::Ended,
            _ => return None,
        };
        let trial = self.facts.trial.take()?;
        Some(SetupResponse::Trial { trial, deed })
    }

    #[allow(clippy::too_many_lines, reason = "one arm a request")]
    fn store_response(&mut self, request: StoreRequest) -> Option<Result<StoreResponse, Problem>> {
        Some(Ok(match request {
            StoreRequest::Overview => StoreResponse::Overview(Box::new(self.facts.clone())),
            StoreRequest::BeginExceptions if self.no_exceptions => StoreResponse::NothingHeld,
            StoreRequest::BeginExceptions | StoreRequest::Reload(BatchId(9)) => {
                let entries: Vec<MessageSummary> = self.entries.last().cloned().into_iter().collect();
                let triage = self.through.get_or_insert_with(|| letters::let_through(&entries)).clone();
                let (first, last) = (Position(1), Position(1));
                let sections = vec![BatchSection { heading: Heading::Lane(2, "notices".to_owned()), first, last }];
                let (triage, groups, rows) = (Box::new(triage), Groups::default(), letters::items(&entries));
                StoreResponse::Batch { triage, sections, groups, rows, pace: self.pace }
            }
            StoreRequest::Arrive { .. } if !self.in_batch => StoreResponse::Overview(Box::new(self.facts.clone())),
            StoreRequest::Arrive { .. } | StoreRequest::Begin | StoreRequest::BeginFirst | StoreRequest::Reload(_) => {
                if self.entries.is_empty() {
                    return Some(Ok(StoreResponse::NothingHeld));
                }
                let triage = self.store.get_or_insert_with(|| letters::triage(&self.entries)).clone();
                // Only a few: the screen has to ask for the others.
                let rows = letters::in_groups(&self.entries, &self.groups).into_iter().take(3).collect();
                let (triage, sections, groups) = (Box::new(triage), self.sections.clone(), self.groups.clone());
                StoreResponse::Batch { triage, sections, groups, rows, pace: self.pace }
            }
            StoreRequest::Rows { batch, at } => {
                let items = letters::in_groups(if batch == BatchId(9) { &[] } else { &self.entries }, &self.groups);
                let rows = items.into_iter().filter(|item| at.contains(item.position)).collect();
                StoreResponse::Rows { batch, rows }
            }
            StoreRequest::Threads { of, .. } => {
                let thread = |item: &BatchItem| item.entry.thread;
                let items = letters::items(&self.entries);
                let threads: Vec<_> = items.iter().filter(|item| of.contains(item.position)).map(thread).collect();
                let all =
                    items.iter().filter(|item| threads.contains(&thread(item))).map(|item| item.position).collect();
                StoreResponse::Threads { of, threads: all }
            }
            StoreRequest::Record { act, batch } => {
                let refused = self.refuse_acts;
                let store = self.kept(batch)?;
                if refused {
                    let problem = problem(
                        "The disk is full: this was not kept.",
                        Some("Nothing is lost; make room and decide again."),
                    );
                    let triage = Box::new(store.clone());
                    return Some(Ok(StoreResponse::NotKept { problem, triage }));
                }
                let skips = act.decision == Decision::Skip;
                assert_eq!(store.decide(act.decision.clone(), &act.on), Some(act), "the store sees the same act");
                StoreResponse::Kept { comes_again: self.facts.next.clone().filter(|_| skips) }
            }
            StoreRequest::Undo { batch, act } => {
                assert_eq!(self.kept(batch)?.undo().map(|undone| undone.number), Some(act));
                StoreResponse::Kept { comes_again: None }
            }
            StoreRequest::Redo { batch, act } => {
                assert_eq!(self.kept(batch)?.redo().map(|redone| redone.number), Some(act));
                StoreResponse::Kept { comes_again: None }
            }
            StoreRequest::Door(DoorRequest::Pause(text)) if text != "3h" => {
                return Some(Err(problem("`soon` is not a time.", Some("Write 3h or 14:00."))));
            }
            StoreRequest::Door(DoorRequest::Pause(_)) => self.paused(PauseKind::Door, "2026-11-23T14:12:00Z"),
            StoreRequest::Door(DoorRequest::LeaveOut) => {
                let what = PauseKind::Window { checkin: "afternoon".to_owned(), opens: at("2026-11-23T15:00:00Z") };
                self.paused(what, "2026-11-23T15:45:00Z")
            }
            StoreRequest::Door(DoorRequest::EndPauses) => {
                self.facts.pauses.clear();
                StoreResponse::Paused { pause: None, door: Box::new(self.facts.clone()) }
            }
            StoreRequest::Door(DoorRequest::Expect(line)) if !line.contains(" until ") => {
                return Some(Err(problem("This names no hour at which it ends.", None)));
            }
            StoreRequest::Door(DoorRequest::Expect(line)) => {
                let (query, _) = line.split_once(" until ").unwrap_or_default();
                let (since, until) = (self.state.now, at("2026-11-23T17:00:00Z"));
                let made = Expectation { number: 1, query: query.to_owned(), since, until, end: ExpectationEnd::None };
                self.facts.expected = vec![made.clone()];
                StoreResponse::Expected { made: Some(made), door: Box::new(self.facts.clone()) }
            }
            StoreRequest::Door(DoorRequest::EndExpected) => {
                self.facts.expected.clear();
                StoreResponse::Expected { made: None, door: Box::new(self.facts.clone()) }
            }
            StoreRequest::DeferChoices(_) => StoreResponse::DeferChoices(Box::new(self.choices.clone())),
            StoreRequest::DeferTarget { text, .. } if text == "sat" => {
                let (until, strange_to) = (until("weekend", "2026-11-28T10:00:00Z"), vec!["work".to_owned()]);
                StoreResponse::DeferTarget(DeferTarget { until, strange_to })
            }
            StoreRequest::DeferTarget { text, .. } if text == "1 dec" || text == "fri" => {
                let until = until("morning", "2026-12-01T09:00:00Z");
                StoreResponse::DeferTarget(DeferTarget { until, strange_to: Vec::new() })
            }
            StoreRequest::DeferTarget { .. } => {
                return Some(Err(problem("This is not a date.", Some("Write 2026-12-01, 1 dec or fri."))));
            }
            StoreRequest::WindowEnd(batch) => StoreResponse::WindowEnd(Box::new(self.window_end(batch)?)),
            StoreRequest::MoreTime(BatchId(9)) => {
                return Some(Err(problem("What came through has no window.", None)));
            }
            StoreRequest::MoreTime(batch) => {
                let until = self.kept(batch)?.batch().closes()? + Duration::minutes(10);
                self.kept(batch)?.give_more_time(until);
                StoreResponse::MoreTime(Box::new(self.window_end(batch)?))
            }
            StoreRequest::CommitPreview(batch) => {
                let open = if batch == BatchId(9) { self.through.as_ref() } else { self.store.as_ref() };
                let preview = facts::preview(open.or(self.closed.get(&batch))?);
                StoreResponse::CommitPreview(Box::new(preview))
            }
            StoreRequest::Commit(BatchId(9)) => {
                self.closed.extend(self.through.take().map(|triage| (BatchId(9), triage)));
                let receipt =
                    Receipt { batch: BatchId(9), checkin: "exceptions".to_owned(), done: 1, ..Receipt::default() };
                StoreResponse::Committed(Box::new(receipt))
            }
            StoreRequest::Commit(_) => {
                let receipt = self.receipt();
                self.closed.extend(self.store.take().map(|triage| (receipt.batch, triage)));
                StoreResponse::Committed(Box::new(receipt))
            }
            StoreRequest::Deferred => StoreResponse::Deferred(self.deferred.clone()),
            StoreRequest::Wake(ids) => {
                self.deferred.retain(|one| !ids.contains(&one.entry.id));
                StoreResponse::Woken(ids.len())
            }
            StoreRequest::Reopen(ids) => {
                let leads = |id: &Id| (*id, Reopening::Leads(CopiesBack::OnTheWay));
                self.past.retain(|one| !ids.contains(&one.id));
                let awake = |id: &Id| self.deferred.iter().any(|one| one.entry.id == *id);
                let each = ids.iter().map(|id| if awake(id) { (*id, Reopening::Awake) } else { leads(id) }).collect();
                self.deferred.retain(|one| !ids.contains(&one.entry.id));
                StoreResponse::Reopened(Reopened { each, muted_threads: 0 })
            }
            StoreRequest::Hits(_) => StoreResponse::Hits(self.hits.clone()),
            StoreRequest::RateHit { id, rating, .. } => {
                let hit = self.hits.hits.iter_mut().find(|hit| hit.id == id)?;
                hit.rating = Some(rating);
                if rating == HitRating::FalseAlarm {
                    let name = hit.exception.clone();
                    self.hits.doubtful = vec![RatedException { name, useful: 0, false_alarms: 1 }];
                }
                StoreResponse::Hits(self.hits.clone())
            }
            StoreRequest::Matter(_) => StoreResponse::Matter(self.asked.clone()),
            StoreRequest::AnswerMatter { id, answer, .. } => {
                let question = self.asked.questions.iter_mut().find(|question| question.id == id)?;
                question.answer = Some(answer);
                match answer {
                    MatterAnswer::Yes => self.asked.yes += 1,
                    MatterAnswer::No => self.asked.no += 1,
                    MatterAnswer::Skipped => {}
                }
                StoreResponse::Matter(self.asked.clone())
            }
            StoreRequest::Finished(_) => StoreResponse::Finished(self.past.clone()),
            StoreRequest::Rules(id) => {
                let entry = self.find(id).expect("it is about a row that is shown");
                let of = |kind, query: &str| RuleProposal {
                    draft: RuleDraft {
                        kind,
                        name: entry.sender.to_string(),
                        query: query.to_owned(),
                        caught: 12,
                        subjects: vec![entry.subject.clone()],
                    },
                    lane: "people".to_owned(),
                };
                StoreResponse::Rules(vec![
                    of(RuleKind::Exception, "from:ann@example.org"),
                    of(RuleKind::Mute, "from:ann@example.org"),
                ])
            }
            StoreRequest::UnsubscribeOffers { at, .. } => {
                let at = at.first().expect("it is about a row that is shown");
                let url = OneClickUrl::parse("https://leave.example.org/?u=1").unwrap();
                // Every third row is of somebody whom nobody vouches for.
                let vouching = match at.0 % 3 {
                    0 => Vouching::Nobody(NotVouched::NotSigned),
                    _ => Vouching::Signed("example.org".to_owned()),
                };
                let list = ListKey("deals.example.org".to_owned());
                let offer = UnsubscribeOffer { list, method: UnsubscribeMethod::OneClick(url), vouching };
                StoreResponse::UnsubscribeOffers { ways: vec![(at, offer)], without: 0 }
            }
            StoreRequest::Why(id) => {
                assert!(self.find(id).is_some(), "it is about a row that is shown");
                let line = |about, text: &str| (about, Printable::from(text));
                StoreResponse::Why(Explanation {
                    lines: vec![
                        line("lane", "lists: no, since it is not so that list:*"),
                        line("", "people: what no other lane chooses"),
                        line("hold", "it was held: no exception let it through"),
                        line("came out", "the morning check-in, today 10:05"),
                    ],
                })
            }
            StoreRequest::Muted => StoreResponse::Muted(self.muted.clone()),
            StoreRequest::Unmute(id) => {
                let gone = self.muted.extract_if(.., |one| one.latest.id == id);
                let unmuted = gone.map(|one| Unmuted { thread: one.latest.thread, filed: vec![Id(1), Id(2), Id(3)] });
                StoreResponse::Unmuted(unmuted.collect())
            }
            StoreRequest::Reschedule { ids, until } => {
                for one in self.deferred.iter_mut().filter(|one| ids.contains(&one.entry.id)) {
                    one.until = until.clone();
                }
                StoreResponse::Rescheduled(self.deferred.clone())
            }
            StoreRequest::Peek { reason } => {
                let now = self.state.now;
                let peek =
                    Peek { number: 1, kind: PeekKind::Look, reason, since: now, until: now + Duration::minutes(5) };
                StoreResponse::Peek { peek, entries: self.entries.iter().skip(3).take(3).cloned().collect() }
            }
            StoreRequest::EndPeek => StoreResponse::PeekEnded,
            StoreRequest::Outgoing(OutgoingRequest::Stage { decides: Some((batch, act)), .. }) => {
                let refused = self.refuse_acts;
                let store = self.kept(batch)?;
                if refused {
                    let problem = problem("The disk is full: this was not kept.", None);
                    return Some(Ok(StoreResponse::NotKept { problem, triage: Box::new(store.clone()) }));
                }
                assert_eq!(store.decide(act.decision.clone(), &act.on), Some(act), "the store sees the same act");
                StoreResponse::Kept { comes_again: None }
            }
            StoreRequest::Outgoing(request) => match self.outbox.grant(&request) {
                Ok(response) => response,
                Err(problem) => return Some(Err(problem)),
            },
        }))
    }

    fn letter_response(&mut self, request: LetterRequest) -> Option<Result<LetterResponse, Problem>> {
        Some(Ok(match request {
            LetterRequest::Layout(LetterKey { id, width, body }) => {
                LetterResponse::Layout(Box::new(letters::letter(self.find(id)?, width, body)))
            }
            LetterRequest::Conversation(row) => LetterResponse::Conversation(Arc::new(self.conversation(row))),
            LetterRequest::FirstWords(id) => {
                LetterResponse::FirstWords(Printable::from(format!("About {}", self.find(id)?.subject)))
            }
            LetterRequest::Filter { query, .. } => LetterResponse::Filtered(self.select(&query)),
            LetterRequest::Select { query, .. } => LetterResponse::Selected(self.select(&query)),
            LetterRequest::SaveAttachment { .. } => {
                LetterResponse::Saved(PathBuf::from("/home/ann/Downloads/engine-notes.pdf"))
            }
            LetterRequest::Alike { of, .. } => LetterResponse::Alike(letters::alike(&self.entries, of)),
            LetterRequest::OpenLink(_) if self.no_opener => LetterResponse::NoOpener,
            LetterRequest::OpenLink(_) => LetterResponse::Opened,
            LetterRequest::View(ViewKey { part, size, .. }) => {
                LetterResponse::Viewed(Box::new(letters::view(part, size)))
            }
            LetterRequest::OpenAttachment { .. } | LetterRequest::OpenHtml(_) if self.no_opener => {
                LetterResponse::NoOpenerFor(PathBuf::from("/run/user/1000/tidebox-view-1/1/engine-notes.pdf"))
            }
            LetterRequest::OpenAttachment { .. } => {
                LetterResponse::OpenedCopy(PathBuf::from("/run/user/1000/tidebox-view-1/1/engine-notes.pdf"))
            }
            LetterRequest::OpenHtml(_) => {
                LetterResponse::OpenedCopy(PathBuf::from("/run/user/1000/tidebox-view-1/1/message.html"))
            }
            LetterRequest::Original { command, .. } => {
                LetterResponse::Original { command, message: b"Subject: Notes on the engine\n\nText\n".to_vec() }
            }
        }))
    }

    /// What is in the batch of the thread that a row belongs to, and what was finished with before.
    fn conversation(&self, row: ConversationKey) -> Conversation {
        let items = letters::items(if row.batch == BatchId(9) { &[] } else { &self.entries });
        let thread = items.iter().find(|item| item.position == row.first).map(|item| item.entry.thread);
        let message = |entry: &MessageSummary, position| ConversationMessage {
            id: entry.id,
            sender: entry.sender.clone(),
            placed: entry.placed,
            position,
        };
        let own = |at: Position| Some(at).filter(|at| row.first <= *at && *at <= row.last);
        let in_batch = items.iter().map(|item| (&item.entry, own(item.position)));
        let all = in_batch.chain(self.past.iter().map(|entry| (entry, None)));
        let mut messages: Vec<_> = all
            .filter(|(entry, _)| Some(entry.thread) == thread)
            .map(|(entry, position)| message(entry, position))
            .collect();
        messages.sort_by_key(|one| one.placed);
        Conversation { messages, is_cut: self.cut }
    }

    fn search(&self, SearchRequest { query, .. }: SearchRequest) -> SearchResponse {
        if let Some(mistake) = self.mistake(&query) {
            return SearchResponse::Mistaken(mistake);
        }
        let fits =
            |entry: &&MessageSummary| format!("{} {}", entry.sender, entry.subject).to_lowercase().contains(&query);
        let place = |at: usize| {
            let position = Position(u32::try_from(at + 1).unwrap_or(u32::MAX));
            self.store.as_ref().map(|triage| (triage.batch().id(), position))
        };
        let batched = self.entries.iter().enumerate().filter(|(_, entry)| fits(entry));
        let mut hits: Vec<SearchHit> =
            batched.map(|(at, entry)| SearchHit { entry: entry.clone(), place: place(at) }).collect();
        let past = self.past.iter().filter(fits).map(|entry| SearchHit { entry: entry.clone(), place: None });
        hits.extend(past);
        hits.reverse();
        let parsed = parse_unfinished(&query, &QueryContext::new(self.state.settings.zone, self.state.now), 1);
        // As in the store: with few hits, what the beginning of the last word would find.
        let wider = WiderQuery::of(&query, &QueryContext::new(self.state.settings.zone, self.state.now));
        let wider = wider.filter(|_| hits.len() < 10).and_then(|wider| {
            let finds = |entry: &MessageSummary| letters::fits(entry, &wider.query);
            let more = self.entries.iter().chain(&self.past).filter(|entry| finds(entry)).count();
            let more = more.checked_sub(hits.len()).filter(|more| *more > 0)?;
            Some(WiderSearch { line: wider.line, written: wider.written, more: Some(more) })
        });
        SearchResponse::Found { hits, highlights: parsed.as_ref().map(Highlights::of).unwrap_or_default(), wider }
    }

    fn mistake(&self, query: &str) -> Option<QueryMistake> {
        let views: Vec<SavedView> = self.state.keymap.views().iter().map(saved).collect();
        let context = QueryContext::new(self.state.settings.zone, self.state.now).with_views(&views);
        parse_in(query, &context).err()
    }

    /// What a query that is being typed chooses: of sender and subject, with `all` for everything.
    fn select(&self, query: &str) -> Result<FoundRows, QueryMistake> {
        let query = if query == "all" { "*" } else { query };
        let parsed = parse_unfinished(query, &QueryContext::new(self.state.settings.zone, self.state.now), 1)?;
        let items = letters::items(&self.entries);
        let found = items.iter().filter(|item| letters::fits(&item.entry, &parsed));
        Ok(FoundRows { positions: found.map(|item| item.position).collect(), highlights: Highlights::of(&parsed) })
    }

    fn window_end(&mut self, batch: BatchId) -> Option<WindowEnd> {
        let ends = self.kept(batch)?.batch().closes()?;
        let next = window("afternoon", "2026-11-23T15:00:00Z");
        let then = if self.asks { AtEnd::Asks } else { AtEnd::Closes { next: Some(next.clone()) } };
        Some(WindowEnd { batch, ends, then, again: Some(next) })
    }

    fn kept(&mut self, batch: BatchId) -> Option<&mut Triage> {
        if batch == BatchId(9) { self.through.as_mut() } else { self.store.as_mut() }
    }

    fn find(&self, id: Id) -> Option<&MessageSummary> {
        let elsewhere = self.deferred.iter().map(|one| &one.entry).chain(&self.past);
        let muted = self.muted.iter().map(|one| &one.latest);
        self.entries.iter().chain(elsewhere).chain(muted).find(|entry| entry.id == id)
    }

    fn paused(&mut self, what: PauseKind, until: &str) -> StoreResponse {
        let pause = Pause { since: self.state.now, until: at(until), what };
        self.facts.pauses = vec![pause.clone()];
        StoreResponse::Paused { pause: Some(pause), door: Box::new(self.facts.clone()) }
    }

    fn receipt(&self) -> Receipt {
        let mut counts: HashMap<&str, u32> = HashMap::new();
        let verdicts = self
            .store
            .iter()
            .flat_map(|store| store.batch().positions().iter().filter_map(|at| store.verdict(at)).collect::<Vec<_>>());
        for verb in verdicts {
            *counts.entry(verb.name()).or_default() += 1;
        }
        let count = |verb: &Decision| counts.get(verb.name()).copied().unwrap_or(0);
        Receipt {
            batch: self.closing,
            checkin: "midday".to_owned(),
            begun: at("2026-11-23T12:00:00Z"),
            committed: self.state.now,
            answered: 0,
            done: count(&Decision::Done),
            trash: count(&Decision::Trash),
            deferred: counts.get("defer").copied().unwrap_or(0),
            muted: count(&Decision::Mute),
            spam: count(&Decision::Spam),
            carried_over: 15,
            to_answer: count(&Decision::Later),
            past_limit: 0,
            settled: 0,
            unsubscribed: self.store.as_ref().map_or(0, |store| u32::try_from(store.unsubscribed().len()).unwrap()),
            longest_wait: Some(Duration::days(9)),
            exceptions: 1,
            peeks: self.looks.iter().sum(),
            questions: self.looks[1],
            codes: self.looks[2],
        }
    }

    /// The colours on the screen other than the terminal's own.
    pub fn colours(&self) -> Vec<Color> {
        let cells = self.buffer().content;
        cells.iter().flat_map(|cell| [cell.fg, cell.bg]).filter(|colour| *colour != Color::Reset).collect()
    }

    /// One frame, on a terminal of its own: the one in memory keeps what a wide character covers.
    pub fn buffer(&self) -> Buffer {
        let (columns, rows) = self.state.size;
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a terminal in memory");
        terminal.draw(|frame| draw(&self.state, frame.buffer_mut())).expect("drawing in memory");
        terminal.backend().buffer().clone()
    }

    /// The screen as rows of cells, without those that a wide character covers.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let buffer = self.buffer();
        let mut rows = Vec::new();
        for y in 0..buffer.area.height {
            let mut row = Vec::new();
            let mut covered = 0;
            for x in 0..buffer.area.width {
                if covered > 0 {
                    covered -= 1;
                    continue;
                }
                let symbol = buffer[(x, y)].symbol().to_owned();
                covered = unicode_width::UnicodeWidthStr::width(symbol.as_str()).saturating_sub(1);
                row.push(symbol);
            }
            rows.push(row);
        }
        rows
    }

    /// The screen, and under it the requests since the start.
    pub fn picture(&self) -> String {
        let screen: Vec<String> = self.rows().iter().map(|row| row.concat().trim_end().to_owned()).collect();
        let rule = "=".repeat(usize::from(self.state.size.0));
        format!("{rule}\n{}\n{rule}\n{}", screen.join("\n"), self.requests.join("\n"))
    }
}

fn set_up(request: &SetupRequest) -> SetupResponse {
    let config = Printable::from("~/.config/tidebox/config.toml");
    match request {
        SetupRequest::Mailboxes => SetupResponse::Mailboxes { found: facts::mailboxes(), sources: Vec::new() },
        SetupRequest::WriteConfig => SetupResponse::Wrote(config),
        SetupRequest::AddSource { kind, .. } => {
            let maildir = *kind == SourceType::Maildir;
            let missing = if maildir { vec![FolderRole::Archive, FolderRole::Trash] } else { Vec::new() };
            SetupResponse::SourceAdded { name: "ann".into(), config, missing }
        }
        SetupRequest::MakeFolders { .. } => {
            SetupResponse::FoldersMade { made: vec!["Archive".into(), "Trash".into()], missing: Vec::new() }
        }
        SetupRequest::BeginTrial(_) | SetupRequest::KeepTrial | SetupRequest::EndTrial => unreachable!("{request:?}"),
        SetupRequest::KeepInPlace { .. } => SetupResponse::KeptInPlace,
        SetupRequest::RemoveException { name } => SetupResponse::ExceptionRemoved(Printable::from(name)),
        SetupRequest::WriteRule(rule) => {
            SetupResponse::RuleWritten { kind: rule.draft.kind, name: Printable::from(&rule.draft.name) }
        }
    }
}

/// A view of the settings; what it finds does not matter here.
fn saved(view: &KeyedView) -> SavedView {
    SavedView { name: view.name.clone(), query: Query::All }
}
