//! `tidebox rate`: whether what an exception let through was worth it.

use clap::{Args, ValueEnum};

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::output::print;
use crate::domain::exception::HitRating;
use crate::domain::ids::Id;
use crate::domain::printable::Printable;
use crate::domain::text_enum::TextEnum;

/// Say whether what an exception let through was useful, or a false alarm
#[derive(Debug, Args)]
#[command(after_help = "\
`tidebox check` names exceptions with more false alarms than useful messages. A later rating takes the place of an earlier one.

Examples:
  tidebox rate useful 1790000000
  tidebox rate false-alarm 1790000000")]
pub struct RateCommand {
    /// What it was worth
    #[arg(value_enum, value_name = "RATING")]
    pub rating: Rating,
    /// The ids of messages that an exception let through
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Rating {
    /// It could not wait
    Useful,
    /// It could have waited
    FalseAlarm,
}

pub fn run(global: &GlobalArguments, options: &RateCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut store = context.open_store()?;
    let rating = match options.rating {
        Rating::Useful => HitRating::Useful,
        Rating::FalseAlarm => HitRating::FalseAlarm,
    };
    for id in options.ids.iter().copied().map(Id) {
        let exception = store.rate_hit(id, rating)?.ok_or_else(|| {
            let hint = "`tidebox search is:let-through` lists what did";
            Failure::absent(format!("message {id} came through no exception"), hint)
        })?;
        print(&if context.json {
            format!(
                "{}\n",
                json::line(&serde_json::json!({ "id": id.0, "exception": exception, "rating": rating.name() }))
            )
        } else {
            format!("{id}: {rating}, by the exception {}.\n", Printable::from(&exception))
        })?;
    }
    Ok(())
}
