//! `tidebox check`: the facts that a bug report needs, and all problems of configuration, keys, sources and store.
//!
//! Its output can be shown to anybody: it has no message, no name of a source and no argument of a command, and the home
//! folder is written as `~`.

use clap::Args;

use std::path::Path;

use chrono::TimeDelta;

use super::arguments::GlobalArguments;
use super::check_report::CheckReport;
use super::context::CommandContext;
use super::failure::Failure;
use super::listing::coming;
use crate::clock::SystemZones;
use crate::config::{self, Background, Identity, SendConfig, SourceConfig, SourceKind};
use crate::domain::concern::WATCH_HINT;
use crate::domain::door::came_back;
use crate::domain::lane::Lane;
use crate::domain::printable::Printable;
use crate::domain::query::parse_in;
use crate::domain::schedule::{Calendar, Zones};
use crate::domain::text_enum::TextEnum as _;
use crate::job::check_sending::check_sending;
use crate::job::rating::doubtful;
use crate::job::verify::verify;
use crate::job::{JobError, check, health, hold, trouble};
use crate::log;
use crate::session;
use crate::store::{Store, StoreFacts};
use crate::ui::theme::{Look, background};
use crate::ui::when;
use crate::watch::is_down;

/// Check configuration, keys, sources and store, and report every problem
#[derive(Debug, Args)]
#[command(after_help = "\
Its output can be pasted into a bug report: it has no message, no address and no secret.

Examples:
  tidebox check
  tidebox check --offline          without asking servers
  tidebox check --store-too        check every page of the store and every message in it
  tidebox --json check | jq .facts")]
pub struct CheckCommand {
    /// Check every page of the store and every message in it; slow if the store is large
    #[arg(long)]
    pub store_too: bool,
    /// Ask no server: only check what is on this machine
    #[arg(long)]
    pub offline: bool,
}

/// In days: how far back problems in the log are counted.
const LATELY: i64 = 7;

pub fn run(global: &GlobalArguments, options: &CheckCommand) -> Result<(), Failure> {
    let (context, mistaken) = CommandContext::find_anyhow(global)?;
    let mut report = CheckReport::default();
    report.program();
    report.terminal(&context);
    report.configuration(&context, mistaken.as_ref());
    report.sources(&context, options.offline);
    report.identities(&context, options.offline);
    report.known(&context)?;
    report.lanes_of_before(&context)?;
    report.exceptions(&context)?;
    report.store(&context.store_path, options.store_too);
    report.held_mail(&context);
    report.log(global);
    report.print(context.json, mistaken.is_some())?;
    match mistaken {
        Some(failure) => Err(failure),
        None if report.problems.is_empty() => Ok(()),
        None => Err(Failure::problems(&report.problems)),
    }
}

impl CheckReport {
    fn program(&mut self) {
        self.fact("version", env!("CARGO_PKG_VERSION"));
        let build = if cfg!(debug_assertions) { "debug" } else { "release" };
        self.fact("build", format!("{build}, {} {}", std::env::consts::ARCH, std::env::consts::OS));
        if let Some(system) = check::system() {
            self.fact("system", system);
        }
        self.fact("sqlite", Store::sqlite_version());
        self.fact("zone data", SystemZones::find().rules_text());
    }

    fn terminal(&mut self, context: &CommandContext) {
        let said = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let look = Look::for_terminal(&said);
        let named: Vec<String> = ["TERM", "COLORTERM", "TERM_PROGRAM", "NO_COLOR", "COLORFGBG"]
            .into_iter()
            .filter_map(|name| Some(format!("{name}={}", said(name)?)))
            .collect();
        let named = if named.is_empty() { "no variable describes it".to_owned() } else { named.join(" ") };
        let found = session::examine(look.asks(&context.config.theme));
        let size = found.size.map_or_else(|| "no terminal".to_owned(), |(columns, rows)| format!("{columns}x{rows}"));
        self.fact("terminal", format!("{size}, {named}"));
        let (theme, words) =
            (&context.config.theme, |ground| if ground == Background::Dark { "dark" } else { "light" });
        let background = match (theme.background, found.background) {
            (Some(chosen), _) => format!("{} by the configuration", words(chosen)),
            (None, Some([r, g, b])) => {
                format!("{}, as the terminal says: #{r:02x}{g:02x}{b:02x}", words(background::of([r, g, b])))
            }
            (None, None) => format!("taken for {}; the terminal does not answer", words(look.ground)),
        };
        self.fact("colours", format!("{}, background {background}", look.depth.words()));
        let changed = if theme.is_changed() { ", with colours of its own" } else { "" };
        self.fact("theme", format!("{}{changed}", theme.name));
        for ground in [Background::Dark, Background::Light] {
            for faint in theme.palette(ground).low_contrast(ground) {
                self.warnings.push(format!(
                    "theme, on a {} background: {} has a contrast of {:.1} on {}; it is hard to read below {}",
                    words(ground),
                    faint.role.name(),
                    faint.contrast,
                    faint.on.name(),
                    config::LEAST,
                ));
            }
        }
    }

    fn configuration(&mut self, context: &CommandContext, mistaken: Option<&Failure>) {
        let state = match mistaken {
            Some(failure) if context.configured => match failure.mistakes() {
                0 => "cannot be read; nothing starts with it, and what follows is about the built-in one".to_owned(),
                count => format!(
                    "{}; nothing starts with it, and what follows is about the built-in one",
                    when::count(count, "mistake", "mistakes")
                ),
            },
            None if context.configured => "read".to_owned(),
            _ => "not there yet; the built-in one is used".to_owned(),
        };
        self.fact("configuration", format!("{} ({state})", shown(&context.config_path)));
        let zones = SystemZones::find();
        let zone = match zones.own() {
            Err(_) if mistaken.is_some() => "not known".to_owned(),
            Ok(own) if own == context.zone() => match zones.configured_text() {
                Some(said) => format!("{own} (TZ is \"{said}\")"),
                None => own.to_string(),
            },
            _ => context.zone().to_string(),
        };
        self.fact("zone", zone);
        self.fact("check-ins", context.config.calendar.checkins.len().to_string());
        self.fact("lanes", context.config.lanes.len().to_string());
        self.fact("exceptions", context.config.exceptions.len().to_string());
        for lane in &context.config.lanes {
            self.warnings.extend(without_check_ins(lane, &context.config.calendar));
        }
    }

    /// Lanes of messages that wait, which the settings do not have any more.
    fn lanes_of_before(&mut self, context: &CommandContext) -> Result<(), Failure> {
        let Ok(Some(store)) = Store::open_existing(&context.store_path) else { return Ok(()) };
        for name in store.lanes_of_waiting()? {
            if !context.config.lanes.iter().any(|lane| lane.name == name) {
                self.warnings.push(format!(
                    "lane {}: it is not in the settings any more, and messages of it wait: they come out at the next check-in, \
                     whichever it is",
                    Printable::from(&name)
                ));
            }
        }
        Ok(())
    }

    fn sources(&mut self, context: &CommandContext, offline: bool) {
        let sources = &context.config.sources;
        self.fact("sources", sources.len().to_string());
        // At the same time, so that one that does not answer does not delay the others.
        let checked = std::thread::scope(|scope| {
            let asking: Vec<_> = sources
                .iter()
                .map(|source| {
                    (!(offline && source.kind.is_remote())).then(|| scope.spawn(move || check::check(source)))
                })
                .collect();
            asking.into_iter().map(|asking| asking.map(|it| it.join().unwrap_or_default())).collect::<Vec<_>>()
        });
        for (number, (source, checked)) in (1..).zip(sources.iter().zip(checked)) {
            let what = described(source);
            let Some(checked) = checked else {
                self.fact(format!("source {number}"), format!("{what} (not asked)"));
                continue;
            };
            let works = checked.problems.is_empty() || !checked.facts.is_empty();
            if works {
                self.read.push(source.name.clone());
            }
            let state = if works { "can be read" } else { "cannot be read" };
            self.fact(format!("source {number}"), format!("{what} ({state})"));
            for (name, value) in checked.facts {
                self.fact(format!("source {number} {name}"), Printable::from(value).to_string());
            }
            for problem in checked.problems {
                let problem = Printable::from(without_home(&problem));
                self.problems.push(format!("source {number} ({what}): {problem}"));
            }
            self.warnings.extend(checked.warnings.into_iter().map(|it| format!("source {number} ({what}): {it}")));
        }
    }

    /// How each identity sends. Its address is not told.
    fn identities(&mut self, context: &CommandContext, offline: bool) {
        let identities = &context.config.identities;
        let is_remote = |identity: &Identity| matches!(identity.send, Some(SendConfig::Smtp(_)));
        let checked = std::thread::scope(|scope| {
            let asking: Vec<_> = identities
                .iter()
                .map(|it| (!(offline && is_remote(it))).then(|| scope.spawn(move || check_sending(it))))
                .collect();
            asking.into_iter().map(|asking| asking.map(|it| it.join().unwrap_or_default())).collect::<Vec<_>>()
        });
        for (number, (identity, checked)) in (1..).zip(identities.iter().zip(checked)) {
            let what = match &identity.send {
                None => "no way to send".to_owned(),
                Some(SendConfig::Smtp(config)) => format!("smtp at {}", Printable::from(&config.host)),
                Some(SendConfig::Command(words)) => {
                    format!("command {}", words.first().map_or_else(String::new, |program| shown(Path::new(program))))
                }
            };
            let state = match &checked {
                None => "not asked",
                Some(checked) if checked.problems.is_empty() => "can send",
                Some(_) => "cannot send",
            };
            self.fact(format!("identity {number}"), format!("{what} ({state})"));
            let checked = checked.unwrap_or_default();
            for (name, value) in checked.facts {
                self.fact(format!("identity {number} {name}"), Printable::from(value).to_string());
            }
            let told = |it: &String| format!("identity {number} ({what}): {}", Printable::from(without_home(it)));
            self.problems.extend(checked.problems.iter().map(told));
            self.warnings.extend(checked.warnings.iter().map(told));
        }
    }

    /// What the store knows about the sources from earlier readings. If a password that was refused before is accepted now,
    /// that is noted, so that the process that reads the accounts tries again at once.
    fn known(&mut self, context: &CommandContext) -> Result<(), Failure> {
        let Ok(Some(mut store)) = Store::open_existing(&context.store_path) else { return Ok(()) };
        let concerns = health::concerns(&store, &context.config)?;
        for (number, source) in (1..).zip(&context.config.sources) {
            let what = described(source);
            for concern in concerns.iter().filter(|it| it.source == source.name && !it.kind.stops_reading()) {
                let hint = if concern.hint.is_empty() { String::new() } else { format!(" ({})", concern.hint) };
                let problem = Printable::from(without_home(&format!("{}{hint}", concern.what)));
                self.problems.push(format!("source {number} ({what}): {problem}"));
            }
            let shut = concerns.iter().any(|it| it.source == source.name && it.kind.is_about_secret());
            if shut && self.read.contains(&source.name) && !store.is_read_only() {
                health::opens(&mut store, &source.name)?;
            }
        }
        if is_down(&store) {
            self.warnings.push(format!("the watch is not running. {WATCH_HINT}"));
        }
        Ok(())
    }

    /// What is expected, without saying what it is; and exceptions that are over.
    fn exceptions(&mut self, context: &CommandContext) -> Result<(), Failure> {
        let (now, zone) = (context.now(), context.zone());
        for over in context.config.exceptions.iter().filter(|exception| exception.is_over(now)) {
            self.warnings.push(format!(
                "exception {}: it is over and lets nothing through any more; take it out of the settings, or give it another `until`",
                Printable::from(&over.name)
            ));
        }
        let Ok(Some(store)) = Store::open_existing(&context.store_path) else { return Ok(()) };
        for rated in doubtful(&store, &context.config)? {
            self.warnings.push(format!(
                "exception {}: {} false alarms and {} useful; take it out of the settings, or ask for less",
                Printable::from(&rated.name),
                rated.false_alarms,
                rated.useful
            ));
        }
        let expected = store.expected(now)?;
        if let Some(last) = expected.last() {
            let until = coming(last.until, now, zone);
            self.fact("expected", format!("{}, the last until {until}", expected.len()));
        }
        let meaning = context.config.query_context(now);
        for one in expected.iter().filter(|one| parse_in(&one.query, &meaning).is_err()) {
            self.warnings.push(format!(
                "expectation {}: its query means nothing any more, since the settings have changed; `tidebox expect --revoke {}` takes it back",
                one.number, one.number
            ));
        }
        Ok(())
    }

    fn store(&mut self, path: &Path, every_page: bool) {
        match looked_at(path, every_page) {
            Ok(None) => self.fact("store", format!("{} (not there yet)", shown(path))),
            Ok(Some((facts, wrong, read_only))) => {
                self.fact("store", shown(path));
                self.fact("store size", format!("{}, schema {}", when::size(facts.bytes), facts.version));
                self.fact("messages", facts.messages.to_string());
                self.fact("batches", format!("{}, with {} decisions", facts.batches, facts.decisions));
                let state = if wrong.is_empty() { "whole" } else { "damaged" };
                let how = if every_page {
                    "every page, rule and original"
                } else {
                    "a quick look; --store-too looks at every original"
                };
                self.fact("store check", format!("{state} ({how})"));
                if facts.returned > 0 {
                    self.warnings.push(format!("store: {}", came_back(facts.returned)));
                }
                self.problems.extend(wrong.into_iter().map(|what| format!("store: {what}")));
                if read_only {
                    self.problems.push(
                        "store: it cannot be written to, so nothing can be taken in or decided (check that the file, its \
                         folder and the file system they lie on can be written to by you)"
                            .to_owned(),
                    );
                }
            }
            Err(error) => {
                self.fact("store", format!("{} (cannot be used)", shown(path)));
                self.problems.push(in_words(&error));
            }
        }
    }

    /// Mail that a hard hold moved, of sources that are not in the configuration any more.
    fn held_mail(&mut self, context: &CommandContext) {
        let Ok(Some(store)) = Store::open_existing(&context.store_path) else { return };
        let configured = |name: &str| context.config.sources.iter().any(|source| source.name == name);
        for concern in hold::astray(&store, &context.config).unwrap_or_default() {
            if !configured(&concern.source) {
                let (what, hint) = (Printable::from(&concern.what), Printable::from(&concern.hint));
                self.problems.push(format!("a source that was removed: {what} ({hint})"));
            }
        }
    }

    fn log(&mut self, global: &GlobalArguments) {
        let Some(path) = global.log().or_else(|| config::default_log().ok()) else { return };
        let since = crate::clock::Clock::real().now() - TimeDelta::days(LATELY);
        let state = match log::count_since(&path, since) {
            None => "nothing noted".to_owned(),
            Some(count) => format!("{} in the last {LATELY} days", when::count(count, "problem", "problems")),
        };
        self.fact("log", format!("{} ({state})", shown(&path)));
    }
}

/// Of a lane whose check-ins are not all in the settings: when it comes out all the same.
fn without_check_ins(lane: &Lane, calendar: &Calendar) -> Option<String> {
    let missing: Vec<String> = lane.missing(calendar).map(|name| format!("\"{name}\"")).collect();
    let they = match missing[..] {
        [] => return None,
        [_] => "is not in the settings",
        _ => "are not in the settings",
    };
    let then = if missing.len() == lane.checkins.len() {
        "at the next check-in, whichever it is"
    } else {
        "at its other check-ins"
    };
    let names = missing.join(" and ");
    Some(Printable::from(format!("lane {}: {names} {they}: it comes out {then}", lane.name)).to_string())
}

/// A source without its name: its kind, and where it is. Of a command only the program, as its arguments may be secret.
fn described(source: &SourceConfig) -> String {
    let kind = source.kind.source_type().name();
    match &source.kind {
        SourceKind::Maildir { path, .. } | SourceKind::Mbox { path } | SourceKind::Jsonl { path } => {
            format!("{kind} {}", shown(path))
        }
        SourceKind::Exec { command } => {
            format!("{kind} {}", command.first().map_or_else(String::new, |program| shown(Path::new(program))))
        }
        SourceKind::Imap(account) => format!("{kind} at {}", Printable::from(&account.host)),
        SourceKind::Feed { .. } => kind.to_owned(),
    }
}

type Looked = Option<(StoreFacts, Vec<String>, bool)>;

/// The counters of the store, what is wrong with it, and whether it is read-only; `None` if there is no store yet.
fn looked_at(path: &Path, every_original: bool) -> Result<Looked, JobError> {
    let Some(store) = Store::open_existing(path)? else { return Ok(None) };
    let wrong = if every_original { verify(&store)? } else { store.glance()? };
    Ok(Some((store.counters()?, wrong, store.is_read_only())))
}

fn in_words(error: &JobError) -> String {
    trouble::log_error(error);
    let hint = error.hint().map_or_else(String::new, |hint| format!(" ({hint})"));
    format!("{}{hint}", without_home(&error.to_string()))
}

fn shown(path: &Path) -> String {
    log::short(path, config::home().as_deref())
}

/// A text with paths in it, with `~` for the home folder.
fn without_home(words: &str) -> String {
    match config::home().filter(|home| home.parent().is_some()) {
        Some(home) => words.replace(&format!("{}/", home.display()), "~/"),
        None => words.to_owned(),
    }
}
