//! `tidebox status`: whether the door is open, and when it opens next. The number of held messages is only shown on request.

mod sentences;

use clap::{Args, ValueEnum};

use std::path::Path;

use chrono::{DateTime, Utc};

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::expect;
use super::failure::Failure;
use super::json::{self, instant};
use super::listing::{clock_time, coming, day_and_time};
use super::output::print;
use crate::config::Config;
use crate::domain::concern::{WATCH_HINT, shortest};
use crate::domain::door::{OpenWindow, Overview};
use crate::domain::printable::Printable;
use crate::domain::text_enum::TextEnum;
use crate::job::door::{door, trial};
use crate::job::health;
use crate::store::Store;
use crate::watch::{Who, holder_of, is_down, runs};
use sentences::{plain, watched};

/// Say whether the door is open, and when the next check-in is
#[derive(Debug, Args)]
#[command(after_help = "\
It says nothing about held messages. --counts, or `show_held = true` in the configuration, adds how many there are.

Examples:
  tidebox status
  tidebox status --format tmux       for status-right in tmux.conf
  tidebox status --format waybar     for a custom module of waybar
  tidebox status --format starship   for a module of starship's prompt")]
pub struct StatusCommand {
    /// Which program shows it
    #[arg(long, value_enum, default_value = "plain")]
    pub format: StatusFormat,
    /// Also say how many messages are held
    #[arg(long)]
    pub counts: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StatusFormat {
    Plain,
    Json,
    /// A few words for the status line of tmux
    Tmux,
    /// An object for a custom module of waybar
    Waybar,
    /// A few words for the prompt of starship; nothing if no check-in is coming
    Starship,
}

/// In columns: how much of a status line a problem may take.
const SHORT: usize = 40;

pub fn run(global: &GlobalArguments, options: &StatusCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let config = Config { show_held: context.config.show_held || options.counts, ..context.config.clone() };
    // A status line asks every few seconds, perhaps before anything was taken in. So this command makes no store.
    let facts = match Store::open_existing(&context.store_path)? {
        Some(mut store) => {
            // Sending takes as long as a server likes, and a status line does not wait: a batch with which something leaves is closed by
            // what sends it, the watch, a screen or the next other command.
            if !store.leaves_at_a_commit()? {
                crate::job::close::close_due(&mut store, &config, context.now())?;
            }
            let mut door = door(&store, &config, context.now())?;
            door.watch_is_down = is_down(&store);
            door
        }
        None => Overview {
            next: config.calendar.next_after(context.now()),
            away_until: config.calendar.away_until(context.now()),
            nothing_to_hold: config.sources.is_empty(),
            trial: trial(&config, context.now()),
            ..Overview::default()
        },
    };
    let format = if context.json { StatusFormat::Json } else { options.format };
    match in_format(context, &facts, format) {
        Some(text) => print(&format!("{text}\n")),
        None => Ok(()),
    }
}

/// The text to print; `None` if there is nothing to print.
fn in_format(context: &CommandContext, door: &Overview, format: StatusFormat) -> Option<String> {
    let text = match format {
        StatusFormat::Plain => {
            format!("{} {}{}", plain(context, door), watched(context, door), troubles(context, door))
        }
        StatusFormat::Json => json::line(&object(context, door)),
        // tmux takes `#[…]` for a style.
        StatusFormat::Tmux => words(context, door).replace('#', "##"),
        StatusFormat::Waybar => json::line(&waybar(context, door)),
        StatusFormat::Starship if door.open.is_none() && door.next.is_none() && trouble(door).is_none() => return None,
        StatusFormat::Starship => words(context, door),
    };
    Some(text)
}

fn waybar(context: &CommandContext, door: &Overview) -> serde_json::Value {
    let mut classes = vec![if door.open.is_some() { "open" } else { "closed" }];
    classes.extend((!door.concerns.is_empty()).then_some("trouble"));
    classes.extend(door.watch_is_down.then_some("watch-down"));
    let alt = classes.last().copied().unwrap_or_default();
    // One class is a string, as it always was; several are a list, which waybar takes too.
    let class = if classes.len() == 1 { serde_json::json!(alt) } else { serde_json::json!(classes) };
    let tooltip = format!("{}{}", plain(context, door), troubles(context, door));
    serde_json::json!({
        "text": without_markup(&words(context, door)), "tooltip": without_markup(&tooltip), "class": class, "alt": alt,
    })
}

/// Waybar reads its text as markup of Pango.
fn without_markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Whether a watch runs for a store, as JSON.
pub fn watch(store: &Path) -> serde_json::Value {
    let holder = holder_of(store).filter(|holder| holder.who == Who::Watch);
    let running = holder.is_some() || runs(store);
    serde_json::json!({ "running": running, "process": holder.and_then(|holder| holder.process) })
}

/// Problems and what to do about them, on separate lines.
fn troubles(context: &CommandContext, door: &Overview) -> String {
    let mut text = String::new();
    if door.watch_is_down {
        text.push_str(&format!("\n{WATCH_HINT}"));
    }
    for concern in &door.concerns {
        let (what, advice) = health::sentences(concern, context.now(), context.zone());
        text.push_str(&format!("\n{}", Printable::from(what)));
        if !advice.is_empty() {
            text.push_str(&format!("\n  {}", Printable::from(advice)));
        }
    }
    text
}

/// The problems in a few words.
fn trouble(door: &Overview) -> Option<String> {
    let watch = door.watch_is_down.then(|| "no watch".to_owned());
    let all: Vec<String> = watch.into_iter().chain(shortest(&door.concerns)).collect();
    (!all.is_empty()).then(|| Printable::from(all.join(", ")).cut(SHORT).to_string())
}

fn object(context: &CommandContext, door: &Overview) -> serde_json::Value {
    let shown = |open: &OpenWindow| {
        serde_json::json!({
            "checkin": open.window.checkin, "opens": instant(open.window.opens),
            "closes": closes(open).map(instant), "begun": open.begun, "late": open.late,
            "left": open.left, "decided": open.decided, "to_answer": open.later,
        })
    };
    let (open, uncommitted) = (door.open.as_ref().map(shown), door.uncommitted.as_ref().map(shown));
    let next =
        door.next.as_ref().map(|next| serde_json::json!({ "checkin": next.checkin, "opens": instant(next.opens) }));
    let concerns: Vec<serde_json::Value> = door
        .concerns
        .iter()
        .map(|concern| {
            let (what, advice) = health::sentences(concern, context.now(), context.zone());
            serde_json::json!({
                "source": concern.source, "kind": concern.kind.name(), "what": what, "hint": advice,
                "since": instant(concern.since), "next": concern.next.map(instant), "count": concern.count,
            })
        })
        .collect();
    let mut value = serde_json::json!({
        "now": instant(context.now()), "open": open, "uncommitted": uncommitted, "next": next,
        "pauses": door.pauses.iter().map(super::pause::object).collect::<Vec<_>>(), "exceptions": door.let_through, "outbox": json::outbox_tally(&door.outbox),
        "deferred": door.deferred, "to_answer": door.to_answer, "expected": door.expected.iter().map(|one| expect::object(one, context.now())).collect::<Vec<_>>(),
        "returned_waiting": door.outside.returned,
        "answer_minutes": door.pace.map(|pace| pace.minutes(1)),
        "trial": door.trial.as_ref().map(|trial| super::trial::object(trial, context)),
        "away_until": door.away_until.map(|day| day.to_string()), "watch": watch(&context.store_path), "troubles": concerns,
    });
    value["watch"]["expected"] = (door.watch_is_down || value["watch"]["running"] == true).into();
    if let Some(held) = door.held {
        value["held"] = held.into();
    }
    value
}

/// The end of the time in which it is open, or can be begun; `None` if there is no end.
fn closes(open: &OpenWindow) -> Option<DateTime<Utc>> {
    open.until.or_else(|| (!open.late).then_some(open.window.closes))
}

fn words(context: &CommandContext, door: &Overview) -> String {
    let zone = context.zone();
    let paused = door.pauses.iter().find(|pause| pause.shuts(context.now()));
    let mut text = match (&door.open, &door.next) {
        (None, _) if paused.is_some() => {
            let until = paused.map(|pause| coming(pause.until, context.now(), zone));
            format!("paused until {}", until.unwrap_or_default())
        }
        (Some(open), _) => {
            let name = Printable::from(&open.window.checkin);
            match closes(open) {
                Some(_) if open.is_over(context.now()) => format!("{name} not committed"),
                Some(closes) if open.late => format!("{name} until {}", coming(closes, context.now(), zone)),
                Some(closes) => format!("{name} until {}", clock_time(closes, zone)),
                None => name.to_string(),
            }
        }
        (None, Some(next)) => day_and_time(next.opens, context.now(), zone).trim_start_matches("today ").to_owned(),
        (None, None) => "no check-in".to_owned(),
    };
    if let Some(held) = door.held {
        text.push_str(&format!(" ({held})"));
    }
    if door.let_through > 0 {
        text.push_str(" !");
    }
    if let Some(trouble) = trouble(door) {
        text.push_str(&format!(" · {trouble}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use chrono::{DateTime, Utc};
    use serde_json::json;

    use super::{StatusFormat, in_format, object, words};
    use crate::cli::context::CommandContext;
    use crate::cli::status::sentences::opened;
    use crate::clock::Clock;
    use crate::config::Config;
    use crate::domain::answer_pace::AnswerPace;
    use crate::domain::batch::FIRST_BATCH;
    use crate::domain::concern::{Concern, ConcernKind};
    use crate::domain::door::{OpenWindow, Overview, WriteBackState};
    use crate::domain::schedule::{Window, Zone};

    /// A Monday. Half a minute is far from where the minute changes, since the clock runs on.
    const NOW: &str = "2026-11-23T10:30:30Z";

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// Without a store, so that no watch runs for it.
    fn context() -> CommandContext {
        CommandContext {
            config: Config::embedded(Zone::UTC),
            config_path: PathBuf::from("/nowhere/config.toml"),
            configured: false,
            store_path: PathBuf::from("/nowhere/store.db"),
            store_typed: false,
            keymap: None,
            clock: Clock::starting_at(at(NOW)),
            json: false,
        }
    }

    fn window(opens: &str, closes: &str) -> Window {
        Window { checkin: "morning".into(), opens: at(opens), closes: at(closes), zone: Zone::UTC }
    }

    /// Opened half an hour ago, until 11 o'clock.
    fn open() -> OpenWindow {
        let window = window("2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z");
        OpenWindow { window, until: None, begun: false, late: false, left: None, decided: None, later: None }
    }

    fn next() -> Window {
        window("2026-11-23T16:00:00Z", "2026-11-23T17:00:00Z")
    }

    fn concern(source: &str) -> Concern {
        Concern {
            source: source.into(),
            kind: ConcernKind::Refused,
            what: "a.example <refused> the password".into(),
            hint: "check `password`".into(),
            count: 0,
            tries: 1,
            since: at("2026-11-23T09:00:00Z"),
            next: Some(at("2026-11-23T11:00:00Z")),
            secret: None,
        }
    }

    #[test]
    fn each_state_of_a_window_has_its_words() {
        let (now, late) = (at(NOW), OpenWindow { late: true, ..open() });
        let tomorrow = Some(at("2026-11-24T10:00:00Z"));
        let counted = |open: OpenWindow| OpenWindow { left: Some(28), decided: Some(12), begun: true, ..open };
        for (state, long, short) in [
            (open(), "The morning check-in is open until 11:00.", "morning until 11:00"),
            (counted(open()), "The morning check-in is open until 11:00: 12 of 40 decided.", "morning until 11:00"),
            (
                OpenWindow { until: Some(at("2026-11-23T10:20:00Z")), ..counted(open()) },
                "The morning check-in ended at 10:20 and is not committed yet: 12 of 40 decided. `tidebox commit` commits it.",
                "morning not committed",
            ),
            (
                OpenWindow { until: Some(at("2026-11-22T10:20:00Z")), begun: true, ..open() },
                "The morning check-in ended Sun 22 Nov 10:20 and is not committed yet. `tidebox commit` commits it.",
                "morning not committed",
            ),
            (late.clone(), "The morning check-in was missed at 10:00: it can still be done.", "morning"),
            (
                OpenWindow { until: tomorrow, ..late.clone() },
                "The morning check-in was missed at 10:00: it can be done until tomorrow 10:00.",
                "morning until tomorrow 10:00",
            ),
            (
                OpenWindow { until: tomorrow, ..counted(late) },
                "The morning check-in is open until tomorrow 10:00: 12 of 40 decided.",
                "morning until tomorrow 10:00",
            ),
        ] {
            assert_eq!(opened(&state, None, now, Zone::UTC), long);
            assert_eq!(words(&context(), &Overview { open: Some(state), ..Overview::default() }), short);
        }
        let left = OpenWindow { left: Some(9), decided: Some(31), later: Some(9), begun: true, ..open() };
        assert_eq!(
            opened(&left, AnswerPace::of(vec![213; 10]), now, Zone::UTC),
            "The morning check-in is open until 11:00: 31 of 40 decided, 9 to answer, about 32 minutes by your median."
        );
        let first = Window { checkin: FIRST_BATCH.into(), ..open().window };
        let said = opened(&OpenWindow { window: first, ..open() }, None, now, Zone::UTC);
        assert_eq!(said, "The first batch is open until 11:00.");
    }

    #[test]
    fn the_plain_text_says_all_of_it_in_sentences() {
        let plain = |door: &Overview| in_format(&context(), door, StatusFormat::Plain).unwrap();
        assert_eq!(
            plain(&Overview::default()),
            "The door is closed. No check-in is coming. The watch is not running: nothing is read until you open tidebox \
             or run `tidebox sync`."
        );
        let door = Overview {
            next: Some(next()),
            let_through: 1,
            held: Some(12),
            concerns: vec![concern("work")],
            watch_is_down: true,
            outside: WriteBackState { returned: 1, ..WriteBackState::default() },
            ..Overview::default()
        };
        assert_eq!(
            plain(&door),
            "The door is closed until today 16:00: the morning check-in. 1 message came through by an exception. \
             12 messages are held. \
             1 message came back to where incoming messages lie, too many at once to be held again without asking: \
             `tidebox journal --hold-returned` holds them, `tidebox journal --leave-returned` leaves them as they are. \
             The watch is not running: nothing is read until you open tidebox or run `tidebox sync`.\n\
             Start it with `tidebox watch`, or see `tidebox service status`.\n\
             work: a.example <refused> the password (since 09:00).\n  \
             Check `password`. Another one is tried as soon as you ask, the same one again at 11:00."
        );
        let several = Overview { let_through: 2, ..Overview::default() };
        assert!(plain(&several).contains("2 messages came through by exceptions."), "{}", plain(&several));
        let empty = Overview { nothing_to_hold: true, ..Overview::default() };
        assert_eq!(
            plain(&empty),
            "The door is closed. No check-in is coming. No mailbox is read yet: open tidebox to add one, or run \
             `tidebox account add ADDRESS`."
        );
        let one =
            Overview { open: Some(open()), next: Some(next()), held: Some(0), deferred: 1, ..Overview::default() };
        assert!(
            plain(&one).starts_with(
                "The morning check-in is open until 11:00. The next one is morning, today 16:00. Nothing is held. \
                 1 message is deferred to a later check-in. "
            ),
            "{}",
            plain(&one)
        );
    }

    #[test]
    fn what_is_wrong_is_short_in_a_status_line() {
        let short = |door: Overview| in_format(&context(), &door, StatusFormat::Tmux).unwrap();
        let closed = || Overview { next: Some(next()), ..Overview::default() };
        assert_eq!(short(closed()), "16:00");
        assert_eq!(short(Overview::default()), "no check-in");
        assert_eq!(short(Overview { let_through: 3, held: Some(4), ..closed() }), "16:00 (4) !");
        assert_eq!(short(Overview { watch_is_down: true, ..closed() }), "16:00 · no watch");
        assert_eq!(short(Overview { concerns: vec![concern("#1")], ..closed() }), "16:00 · ##1 refused");
        let both = Overview { concerns: vec![concern("a"), concern("b")], watch_is_down: true, ..closed() };
        assert_eq!(short(both), "16:00 · no watch, 2 troubles");
        let long = short(Overview { concerns: vec![concern(&"long ".repeat(20))], ..closed() });
        assert_eq!(long.chars().count(), "16:00 · ".chars().count() + super::SHORT, "{long}");
    }

    #[test]
    fn starship_shows_nothing_where_there_is_nothing_to_say() {
        let shown = |door: &Overview| in_format(&context(), door, StatusFormat::Starship);
        assert_eq!(shown(&Overview::default()), None);
        assert_eq!(shown(&Overview { next: Some(next()), ..Overview::default() }).unwrap(), "16:00");
        assert_eq!(shown(&Overview { watch_is_down: true, ..Overview::default() }).unwrap(), "no check-in · no watch");
    }

    #[test]
    fn waybar_gets_classes_and_no_markup() {
        let object = |door: &Overview| -> serde_json::Value {
            serde_json::from_str(&in_format(&context(), door, StatusFormat::Waybar).unwrap()).unwrap()
        };
        assert_eq!(
            object(&Overview { open: Some(open()), ..Overview::default() }),
            json!({
                "text": "morning until 11:00", "tooltip": "The morning check-in is open until 11:00. No check-in is coming after it.",
                "class": "open", "alt": "open",
            })
        );
        let down = Overview { watch_is_down: true, concerns: vec![concern("R&D")], ..Overview::default() };
        let shown = object(&down);
        assert_eq!(shown["class"], json!(["closed", "trouble", "watch-down"]));
        assert_eq!(
            (&shown["alt"], &shown["text"]),
            (&json!("watch-down"), &json!("no check-in · no watch, R&amp;D refused"))
        );
        assert!(
            shown["tooltip"].as_str().unwrap().contains("R&amp;D: a.example &lt;refused&gt; the password"),
            "{shown}"
        );
    }

    #[test]
    fn json_has_a_count_of_what_is_held_only_where_it_is_asked_for() {
        let door = Overview { open: Some(OpenWindow { left: Some(3), begun: true, ..open() }), ..Overview::default() };
        let value = object(&context(), &door);
        assert_eq!(
            value["open"],
            json!({
                "checkin": "morning", "opens": "2026-11-23T10:00:00Z", "closes": "2026-11-23T11:00:00Z",
                "begun": true, "late": false, "left": 3, "decided": null, "to_answer": null,
            })
        );
        assert_eq!((value.get("held"), &value["next"]), (None, &json!(null)));
        assert_eq!(value["watch"], json!({ "running": false, "process": null, "expected": false }));
        let door =
            Overview { held: Some(0), watch_is_down: true, concerns: vec![concern("work")], ..Overview::default() };
        let value = object(&context(), &door);
        assert_eq!((&value["held"], &value["watch"]["expected"]), (&json!(0), &json!(true)));
        assert_eq!(value["troubles"][0]["kind"], "refused");
        assert_eq!(value["troubles"][0]["next"], "2026-11-23T11:00:00Z");
    }
}
