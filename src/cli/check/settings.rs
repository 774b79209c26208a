//! What the settings say, and what of the lanes and exceptions in them does not fit.

use super::report::CheckReport;
use super::shown;
use crate::cli::context::CommandContext;
use crate::cli::failure::Failure;
use crate::cli::listing::coming;
use crate::clock::SystemZones;
use crate::domain::lane::Lane;
use crate::domain::printable::Printable;
use crate::domain::query::parse_in;
use crate::domain::schedule::{Calendar, Zones, wall};
use crate::job::door::trial;
use crate::job::rating::doubtful;
use crate::store::Store;
use crate::ui::when;

impl CheckReport {
    pub(super) fn configuration(&mut self, context: &CommandContext, mistaken: Option<&Failure>) {
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
        let (now, zone) = (context.now(), context.zone());
        if let Some(trial) = trial(&context.config, now) {
            let today = wall::date_of(zone, now);
            let told = trial.sentence(today, &|date| when::date(date, today)).unwrap_or_default();
            self.fact("trial", told);
        }
        for lane in &context.config.lanes {
            self.warnings.extend(without_check_ins(lane, &context.config.calendar));
        }
    }

    /// Lanes of messages that wait, which the settings do not have any more.
    pub(super) fn lanes_of_before(&mut self, context: &CommandContext, store: &Store) -> Result<(), Failure> {
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

    /// What is expected, without saying what it is; and exceptions that are over.
    pub(super) fn exceptions(&mut self, context: &CommandContext, store: Option<&Store>) -> Result<(), Failure> {
        let (now, zone) = (context.now(), context.zone());
        for over in context.config.exceptions.iter().filter(|exception| exception.is_over(now)) {
            self.warnings.push(format!(
                "exception {}: it is over and lets nothing through any more; take it out of the settings, or give it another `until`",
                Printable::from(&over.name)
            ));
        }
        let Some(store) = store else { return Ok(()) };
        for rated in doubtful(store, &context.config)? {
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
