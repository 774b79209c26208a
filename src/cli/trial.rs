//! `tidebox trial`: the schedule that is tried, kept or ended.

use chrono::NaiveDate;
use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::output::print;
use crate::config;
use crate::domain::schedule::{Trial, TrialState, shown_schedule, wall};

/// Show, keep or end the schedule that you try
#[derive(Debug, Args)]
#[command(after_help = "\
`[trial]` in the settings is a schedule that stands in for your own check-ins for some days. These stay in the settings and open
again after its last day, unless you keep it.

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
            let hint = "`[trial]` in the settings begins one; config.example.toml shows it";
            return Err(Failure::absent("no schedule is tried", hint));
        }
        return print(&if context.json {
            format!("{}\n", json::line(&serde_json::json!({ "state": "none" })))
        } else {
            "No schedule is tried.\n".to_owned()
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

fn today(context: &CommandContext) -> NaiveDate {
    wall::date_of(context.zone(), context.now())
}

fn own(context: &CommandContext) -> String {
    shown_schedule(&context.config.calendar.clone().without_trial())
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
