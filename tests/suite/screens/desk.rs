//! A session in memory: it grants the screen's wishes at once, from about twenty letters.

#[path = "letters.rs"]
mod letters;

use std::collections::HashMap;
use std::path::PathBuf;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tidebox::domain::door::{Door, OpenWindow, Reading};
use tidebox::domain::ids::{BatchId, Id};
use tidebox::domain::message::{Deferred, Entry};
use tidebox::domain::peek::Peek;
use tidebox::domain::receipt::Receipt;
use tidebox::domain::schedule::Window;
use tidebox::domain::triage::{Triage, Until, Verb};
use tidebox::ui::effect::{Effect, Wish};
use tidebox::ui::event::{Answer, Event, Mailbox, News, Places, Problem};
use tidebox::ui::keymap::Keymap;
use tidebox::ui::state::{AfterDecision, Settings, Start, State};
use tidebox::ui::theme::Theme;
use tidebox::ui::update::update;
use tidebox::ui::view::draw;

/// What a careless hand may press.
pub const KEYS: [&str; 72] = [
    "j",
    "k",
    "g g",
    "G",
    "ctrl-d",
    "ctrl-u",
    "enter",
    "esc",
    "space",
    "b",
    "x",
    "V",
    "%",
    "a",
    "e",
    "d",
    "#",
    "l",
    "s",
    "u",
    "z",
    "ctrl-r",
    "&",
    "!",
    ".",
    "o",
    "y",
    "S",
    "/",
    "n",
    "N",
    "\\",
    "tab",
    "shift-tab",
    "A",
    "C",
    "P",
    "D",
    "X",
    "?",
    "q",
    "J",
    "K",
    "Q",
    "H",
    "w",
    "t",
    "1",
    "2",
    "9",
    "i",
    "backspace",
    "left",
    "right",
    "home",
    "end",
    "delete",
    "ctrl-w",
    "ctrl-a",
    "ctrl-k",
    "up",
    "down",
    "pageup",
    "pagedown",
    "ctrl-g",
    "ctrl-z",
    "来",
    "é",
    "f5",
    "type:rust",
    "type:1_dec",
    "news:closed",
];

pub struct Desk {
    pub state: State,
    pub entries: Vec<Entry>,
    pub facts: Door,
    pub letters_asked: Vec<i64>,
    /// Every act is refused, as by a full disk.
    pub refuse_acts: bool,
    /// Wishes are kept and not granted.
    pub mute: bool,
    store: Option<Triage>,
    deferred: Vec<Deferred>,
    wishes: Vec<String>,
    waiting: Vec<Effect>,
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

const ZONE: chrono_tz::Tz = chrono_tz::Europe::Berlin;

fn window(checkin: &str, opens: &str) -> Window {
    let opens = at(opens);
    Window { checkin: checkin.to_owned(), opens, closes: opens + Duration::minutes(45), zone: ZONE }
}

fn until(checkin: &str, opens: &str) -> Until {
    Until { checkin: checkin.to_owned(), opens: at(opens) }
}

impl Desk {
    /// A Monday in November, 13:12 in Berlin; the morning was read.
    pub fn new(size: (u16, u16)) -> Self {
        let settings = Settings {
            zone: ZONE,
            after_decision: AfterDecision::Next,
            peek_delay: Duration::seconds(10),
            theme: Theme::default(),
        };
        let facts = Door {
            next: Some(window("afternoon", "2026-11-23T15:00:00Z")),
            today: vec![
                (window("morning", "2026-11-23T09:00:00Z"), Reading::Read),
                (window("afternoon", "2026-11-23T15:00:00Z"), Reading::Ahead),
            ],
            last: Some(Receipt {
                checkin: "morning".to_owned(),
                begun: at("2026-11-23T09:02:00Z"),
                committed: at("2026-11-23T09:20:00Z"),
                done: 29,
                trash: 6,
                deferred: 4,
                carried_over: 2,
                ..Receipt::default()
            }),
            deferred: 2,
            ..Door::default()
        };
        let entries = letters::entries();
        let deferred = vec![
            Deferred {
                entry: letters::outside(41, "宮本 茂", "来週の打ち合わせ"),
                until: until("morning", "2026-11-30T09:00:00Z"),
            },
            Deferred {
                entry: letters::outside(40, "Grace Hopper", "Budget, second try"),
                until: until("afternoon", "2026-11-23T15:00:00Z"),
            },
        ];
        Self {
            state: State::new(settings, Keymap::default(), at("2026-11-23T12:12:00Z"), size),
            entries,
            facts,
            letters_asked: Vec::new(),
            refuse_acts: false,
            mute: false,
            store: None,
            deferred,
            wishes: Vec::new(),
            waiting: Vec::new(),
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
        self.wishes.clear();
    }

    pub fn open_window(&mut self, late: bool, left: Option<u32>) {
        let mut window = window("midday", "2026-11-23T12:00:00Z");
        if late {
            window.opens -= Duration::hours(2);
            window.closes = window.opens + Duration::minutes(45);
        }
        self.facts.today.insert(1, (window.clone(), if late { Reading::Missed } else { Reading::Open }));
        let until = late.then(|| at("2026-11-23T15:00:00Z"));
        self.facts.open =
            Some(OpenWindow { window, until, begun: left.is_some(), late, left, decided: left.map(|_| 8) });
    }

    pub fn go_away(&mut self) {
        self.facts.today.clear();
        self.facts.away_until = NaiveDate::from_ymd_opt(2026, 11, 29);
        self.facts.next = Some(window("morning", "2026-11-30T09:00:00Z"));
    }

    pub fn weekend(&mut self) {
        self.facts.today.clear();
        self.facts.next = Some(window("morning", "2026-11-25T09:00:00Z"));
        self.facts.last = None;
    }

    /// Plays steps split at spaces: keys, `type:some_text`, `tick:10s`, `tick:5m`, `resize:80x24`, `news:arrived`.
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
                Some(("resize", size)) => {
                    let (columns, rows) = size.split_once('x').expect("a size");
                    let (columns, rows) = (columns.parse().expect("columns"), rows.parse().expect("rows"));
                    self.event(Event::Resize(columns, rows));
                }
                Some(("news", "arrived")) => self.event(Event::News(News::Arrived { waiting: 2, let_through: 0 })),
                Some(("news", "gathering")) => self.event(Event::News(News::Gathering { read: 1204 })),
                Some(("news", "closed")) => {
                    let receipt = self.receipt();
                    self.event(Event::News(News::ClosedByItself(Box::new(receipt))));
                }
                _ => self.event(Event::Key(key(step))),
            }
        }
    }

    fn event(&mut self, event: Event) {
        let effects = update(&mut self.state, event);
        self.waiting.extend(effects);
        self.settle();
    }

    /// Grants what is wished for until nothing is.
    pub fn settle(&mut self) {
        while !self.mute && !self.waiting.is_empty() {
            for effect in std::mem::take(&mut self.waiting) {
                self.note(&effect.wish);
                if let Some(answer) = self.grant(effect.wish) {
                    let effects = update(&mut self.state, Event::Answer(effect.number, answer));
                    self.waiting.extend(effects);
                }
            }
        }
    }

    fn note(&mut self, wish: &Wish) {
        let said = match wish {
            Wish::Letter { id, .. } => return self.letters_asked.push(id.0),
            Wish::Door | Wish::Places => return,
            Wish::Record { act, .. } => {
                let ids: Vec<i64> = act.messages.iter().map(|id| id.0).collect();
                format!("record #{} {} {ids:?}", act.number, act.verb.name())
            }
            Wish::Undo { act, .. } => format!("undo #{act}"),
            Wish::Redo { act, .. } => format!("redo #{act}"),
            wish => format!("{wish:?}"),
        };
        self.wishes.push(said);
    }

    fn grant(&mut self, wish: Wish) -> Option<Answer> {
        Some(match wish {
            Wish::Door => Answer::Door(Box::new(self.facts.clone())),
            Wish::Begin | Wish::BeginExceptions | Wish::Reload(_) => {
                if self.entries.is_empty() {
                    return Some(Answer::NothingHeld);
                }
                let triage = self.store.get_or_insert_with(|| letters::triage(&self.entries)).clone();
                Answer::Batch { triage: Box::new(triage), entries: self.entries.clone() }
            }
            Wish::Letter { id, width, body } => Answer::Letter(Box::new(letters::letter(self.find(id)?, width, body))),
            Wish::Record { act, .. } => {
                let store = self.store.as_mut()?;
                if self.refuse_acts {
                    let problem = problem(
                        "The disk is full: this was not kept.",
                        Some("Nothing is lost; make room and decide again."),
                    );
                    return Some(Answer::NotKept {
                        problem,
                        triage: Box::new(store.clone()),
                        entries: self.entries.clone(),
                    });
                }
                assert_eq!(store.decide(act.verb.clone(), &act.messages), Some(act), "the store sees the same act");
                Answer::Settled
            }
            Wish::Undo { act, .. } => {
                assert_eq!(self.store.as_mut()?.undo().map(|undone| undone.number), Some(act));
                Answer::Settled
            }
            Wish::Redo { act, .. } => {
                assert_eq!(self.store.as_mut()?.redo().map(|redone| redone.number), Some(act));
                Answer::Settled
            }
            Wish::Places => Answer::Places(Box::new(places())),
            Wish::PlaceOf(text) if text == "1 dec" || text == "fri" => Answer::Places(Box::new(Places {
                next: Some(until("morning", "2026-12-01T09:00:00Z")),
                ..Places::default()
            })),
            Wish::PlaceOf(_) => Answer::Failed(problem("This is not a date.", Some("Write 2026-12-01, 1 dec or fri."))),
            Wish::Commit(_) => {
                let receipt = self.receipt();
                self.store = None;
                Answer::Committed(Box::new(receipt))
            }
            Wish::Search { query, .. } | Wish::Select { query, .. } if query.contains('(') => {
                Answer::Failed(problem("A parenthesis is opened and not closed.", Some("Add a ) or take the ( away.")))
            }
            Wish::Search { query, .. } => {
                let fits =
                    |entry: &&Entry| format!("{} {}", entry.sender, entry.subject).to_lowercase().contains(&query);
                let mut entries: Vec<Entry> = self.entries.iter().filter(fits).cloned().collect();
                entries.reverse();
                Answer::Found { query, entries }
            }
            Wish::Select { query, .. } => {
                let wanted = query.trim_start_matches("from:").to_lowercase();
                let fits = |entry: &&Entry| wanted == "all" || entry.sender.as_str().to_lowercase().contains(&wanted);
                Answer::Selected(self.entries.iter().filter(fits).map(|entry| entry.id).collect())
            }
            Wish::Deferred => Answer::Deferred(self.deferred.clone()),
            Wish::Wake(ids) => {
                self.deferred.retain(|one| !ids.contains(&one.entry.id));
                Answer::Woken(ids.len())
            }
            Wish::Reschedule { ids, until } => {
                for one in self.deferred.iter_mut().filter(|one| ids.contains(&one.entry.id)) {
                    one.until = until.clone();
                }
                Answer::Deferred(self.deferred.clone())
            }
            Wish::Peek { reason } => {
                let now = self.state.now;
                let peek = Peek { number: 1, reason, since: now, until: now + Duration::minutes(5) };
                Answer::Peek { peek, entries: self.entries.iter().skip(3).take(3).cloned().collect() }
            }
            Wish::EndPeek => Answer::PeekEnded,
            Wish::Mailboxes => Answer::Mailboxes(vec![
                Mailbox {
                    kind: "maildir",
                    path: PathBuf::from("/home/ann/Mail"),
                    shown: "~/Mail".into(),
                    messages: Some(1204),
                },
                Mailbox {
                    kind: "mbox",
                    path: PathBuf::from("/var/mail/ann"),
                    shown: "/var/mail/ann".into(),
                    messages: None,
                },
            ]),
            Wish::WriteConfig => Answer::Wrote(PathBuf::from("/home/ann/.config/tidebox/config.toml")),
            Wish::AddSource { .. } => Answer::SourceAdded {
                name: "ann".into(),
                config: PathBuf::from("/home/ann/.config/tidebox/config.toml"),
            },
            Wish::SaveAttachment { .. } => Answer::Wrote(PathBuf::from("/home/ann/Downloads/engine-notes.pdf")),
            Wish::Copy(_) => Answer::Copied,
            Wish::Open(_) | Wish::Gather => Answer::Settled,
            Wish::Demo | Wish::Suspend | Wish::Quit => return None,
        })
    }

    fn find(&self, id: Id) -> Option<&Entry> {
        self.entries.iter().chain(self.deferred.iter().map(|one| &one.entry)).find(|entry| entry.id == id)
    }

    fn receipt(&self) -> Receipt {
        let mut counts: HashMap<&str, u32> = HashMap::new();
        let verdicts =
            self.store.iter().flat_map(|store| self.entries.iter().filter_map(|entry| store.verdict(entry.id)));
        for verb in verdicts {
            *counts.entry(verb.name()).or_default() += 1;
        }
        let count = |verb: &Verb| counts.get(verb.name()).copied().unwrap_or(0);
        Receipt {
            batch: BatchId(1),
            checkin: "midday".to_owned(),
            begun: at("2026-11-23T12:00:00Z"),
            committed: self.state.now,
            done: count(&Verb::Done),
            trash: count(&Verb::Trash),
            deferred: counts.get("defer").copied().unwrap_or(0),
            muted: count(&Verb::Mute),
            spam: count(&Verb::Spam),
            carried_over: 15,
            longest_wait: Some(Duration::days(9)),
            exceptions: 1,
            peeks: 0,
        }
    }

    /// The screen as rows of cells, without those that a wide character covers.
    pub fn rows(&self) -> Vec<Vec<String>> {
        // A terminal of its own each time: the one in memory keeps what a wide character covers.
        let (columns, rows) = self.state.size;
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a terminal in memory");
        terminal.draw(|frame| draw(&self.state, frame)).expect("drawing in memory");
        let buffer = terminal.backend().buffer();
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

    /// The screen, and under it the wishes since the start.
    pub fn picture(&self) -> String {
        let screen: Vec<String> = self.rows().iter().map(|row| row.concat().trim_end().to_owned()).collect();
        let rule = "=".repeat(usize::from(self.state.size.0));
        format!("{rule}\n{}\n{rule}\n{}", screen.join("\n"), self.wishes.join("\n"))
    }
}

fn places() -> Places {
    Places {
        next: Some(until("afternoon", "2026-11-23T15:00:00Z")),
        tomorrow: Some(until("morning", "2026-11-24T09:00:00Z")),
        next_week: Some(until("morning", "2026-11-30T09:00:00Z")),
        ahead: vec![
            until("afternoon", "2026-11-23T15:00:00Z"),
            until("morning", "2026-11-24T09:00:00Z"),
            until("afternoon", "2026-11-24T15:00:00Z"),
            until("morning", "2026-11-25T09:00:00Z"),
        ],
    }
}

fn problem(what: &str, hint: Option<&str>) -> Problem {
    Problem { what: what.into(), hint: hint.map(Into::into) }
}

fn key(text: &str) -> KeyEvent {
    let (modifiers, rest) =
        text.strip_prefix("ctrl-").map_or((KeyModifiers::NONE, text), |rest| (KeyModifiers::CONTROL, rest));
    let code = match rest {
        "space" => KeyCode::Char(' '),
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "shift-tab" => KeyCode::BackTab,
        "backspace" => KeyCode::Backspace,
        "delete" => KeyCode::Delete,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pageup" => KeyCode::PageUp,
        "pagedown" => KeyCode::PageDown,
        "f5" => KeyCode::F(5),
        text => KeyCode::Char(text.chars().next().expect("a character")),
    };
    KeyEvent::new(code, modifiers)
}
