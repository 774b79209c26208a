//! `tidebox trial`: the schedule that is tried, kept or ended.

use chrono::NaiveDate;
use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::output::print;
use crate::config;
use crate::domain::schedule::{Trial, TrialStanding, TrialState, TypedSchedule, shown_schedule, wall};

/// Show, keep or end the schedule that you try
#[derive(Debug, Args)]
#[command(after_help = "\
`tidebox whatif 9:00 13:00 17:00 --try` begins a trial of two weeks. Your own check-ins stay in the settings and open again after its
last day, unless you keep it.

Examples:
  tidebox trial
  tidebox trial --keep
  tidebox trial --end")]
pub struct TrialCommand {
    /// Make its check-ins your own; those of before stay in the settings as comments
    #[arg(long, conflicts_with = "end")]
    pub keep: bool,
    /// Go back to your own check-ins now
    #[arg(long)]
    pub end: bool,
}

pub fn run(global: &GlobalArguments, options: &TrialCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let Some(trial) = &context.config.trial else {
        if options.keep || options.end {
            let hint = "`tidebox whatif 9:00 13:00 17:00 --try` begins a trial";
            return Err(Failure::absent("no schedule is tried", hint));
        }
        return print(&if context.json {
            format!("{}\n", json::line(&serde_json::json!({ "state": "none" })))
        } else {
            "No schedule is tried. `tidebox whatif` replays some.\n".to_owned()
        });
    };
    let today = today(context);
    if options.keep {
        config::keep_trial(&context.config_path, today)?;
        return told(context, trial, "kept", &format!("Kept: your check-ins are {} now.", trial.schedule.whole()));
    }
    if options.end {
        config::end_trial(&context.config_path)?;
        return told(context, trial, "ended", &format!("Ended: your own check-ins are back: {}.", own(context)));
    }
    let (word, sentence) = match trial.state(today) {
        TrialState::Ahead => ("ahead", format!("It begins on {}, and ends on {}.", trial.since, trial.until)),
        TrialState::Running => ("running", format!("It ends on {}; then {} open again.", trial.until, own(context))),
        TrialState::Asked | TrialState::Over if today > trial.until => (
            "over",
            format!(
                "It ended on {}, and {} open again. --keep makes it your own, --end removes it.",
                trial.until,
                own(context)
            ),
        ),
        TrialState::Asked | TrialState::Over => {
            ("running", format!("It ends today. --keep makes it your own; else {} open again tomorrow.", own(context)))
        }
    };
    told(context, trial, word, &format!("Tried: {}. {sentence}", trial.schedule.whole()))
}

/// Begins a trial of two weeks on the day after today, so that no check-in of today is missed by it.
pub fn begin(context: &CommandContext, schedule: &TypedSchedule) -> Result<(), Failure> {
    let today = today(context);
    if let Some(running) = context.config.trial.as_ref().filter(|trial| trial.lasts(today)) {
        let what = format!("{} is tried until {}", running.schedule.whole(), running.until);
        return Err(Failure::usage(what, "end it first with `tidebox trial --end`, or keep it with --keep"));
    }
    let trial = Trial::from_tomorrow(schedule.clone(), today)
        .ok_or_else(|| Failure::usage("that day lies too far away", "set the clock right"))?;
    let (since, until) = (trial.since, trial.until);
    config::begin_trial(&context.config_path, &trial)?;
    let sentence = format!(
        "Tried from {since} to {until}: {}. Every lane comes out at each of these check-ins. Then your own open again ({}), unless \
         you keep it: tidebox asks once.",
        schedule.whole(),
        own(context)
    );
    told(context, &trial, "ahead", &sentence)
}

fn today(context: &CommandContext) -> NaiveDate {
    wall::date_of(context.zone(), context.now())
}

fn own(context: &CommandContext) -> String {
    shown_schedule(&context.config.calendar.clone().without_trial())
}

/// A trial as JSON, for `status`.
pub fn object(trial: &TrialStanding, context: &CommandContext) -> serde_json::Value {
    serde_json::json!({
        "state": trial.word(today(context)), "schedule": trial.schedule, "since": trial.since.to_string(),
        "until": trial.until.to_string(), "own": trial.own,
    })
}

fn told(context: &CommandContext, trial: &Trial, state: &str, sentence: &str) -> Result<(), Failure> {
    print(&if context.json {
        let value = serde_json::json!({
            "state": state, "schedule": trial.schedule.whole(), "since": trial.since.to_string(),
            "until": trial.until.to_string(), "own": own(context),
        });
        format!("{}\n", json::line(&value))
    } else {
        format!("{sentence}\n")
    })
}
