//! `tidebox checkins`: the coming windows, for people, for scripts, or for a calendar program.

use clap::Args;

use chrono::SecondsFormat;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::output::print;
use crate::domain::printable::Printable;
use crate::domain::schedule::wall::days_after;
use crate::domain::schedule::{Window, Zone, ics, parse_moment};

/// List the check-ins that are coming
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tidebox checkins
  tidebox checkins --from 2026-12-24 --days 10
  tidebox checkins --days 90 --ics > checkins.ics")]
pub struct CheckinsCommand {
    /// Begin at this day or time; otherwise now
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// How many days of the calendar: 1 to 3660
    #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u16).range(1..=3660))]
    pub days: u16,
    /// Print an iCalendar file (RFC 5545)
    #[arg(long, conflicts_with = "json")]
    pub ics: bool,
}

pub fn run(global: &GlobalArguments, options: &CheckinsCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let from = match &options.from {
        None => context.now(),
        Some(text) => parse_moment(text, context.zone(), context.now())
            .map_err(|mistake| Failure::usage(format!("--from {text}: {mistake}"), "for example --from 2026-12-01"))?,
    };
    let to = days_after(context.zone(), from, i32::from(options.days))
        .ok_or_else(|| Failure::usage("--from lies too far away", "name a nearer day"))?;
    let windows = context.config.calendar.windows(from, to);
    if options.ics {
        return print(&ics::ics(&windows, context.now()));
    }
    let mut out = String::new();
    for window in &windows {
        if context.json {
            out.push_str(&json::line(&object(window)));
            out.push('\n');
        } else {
            out.push_str(&line(window, context.zone()));
        }
    }
    if windows.is_empty() && !context.json {
        out.push_str(&format!("No check-in opens in these {} days.\n", options.days));
    }
    print(&out)
}

fn object(window: &Window) -> serde_json::Value {
    let local =
        |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&window.zone).to_rfc3339_opts(SecondsFormat::Secs, false);
    serde_json::json!({ "checkin": window.checkin, "opens": local(window.opens), "closes": local(window.closes) })
}

/// `Mon 23 Nov 2026  10:00 to 10:45 Europe/Berlin  morning`, in the zone of the configuration.
fn line(window: &Window, zone: Zone) -> String {
    let (opens, closes) = (window.opens.with_timezone(&zone), window.closes.with_timezone(&zone));
    let day = opens.format("%a %e %b %Y");
    let name = Printable::from(&window.checkin);
    // A rule that `TZ` has in place of a name says little; its offset does.
    let place = Zone::built_in(zone.name()).map_or_else(|| opens.format("%:z").to_string(), |it| it.name().to_owned());
    format!("{day}  {} to {} {place}  {name}\n", opens.format("%H:%M"), closes.format("%H:%M"))
}
