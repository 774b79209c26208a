//! `tidebox hours`: when mail is read next, for others to see.

use clap::Args;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::output::print;
use crate::config::HoursFormat;
use crate::domain::text_enum::TextEnum as _;
use crate::job::hours::{hours, write_files, written};

/// Say when you read mail next, for others to see
#[derive(Debug, Args)]
#[command(after_help = "\
Only times are told: no name of a check-in and nothing of your mail. `[hours]` in the settings has the words, how many days are told,
and the files that a running watch keeps up to date.

  text    a line for a signature
  html    a page for a web server
  json    a document for programs
  ics     an iCalendar file (RFC 5545) with the times as events and as free time
  sieve   a script for a mail server (RFC 5230): it tells who writes when you read mail next, each at most once in some days,
          and never answers lists or automatic mail

Examples:
  tidebox hours
  tidebox hours --format html > ~/public_html/hours.html
  tidebox hours --format sieve > hours.sieve
  tidebox hours --write")]
pub struct HoursCommand {
    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = formats(), conflicts_with = "write")]
    pub format: HoursFormat,
    /// Write the files that the settings name, now
    #[arg(long)]
    pub write: bool,
}

fn formats() -> impl clap::builder::TypedValueParser<Value = HoursFormat> {
    PossibleValuesParser::new(HoursFormat::ALL.iter().map(|it| it.name()))
        .map(|word| HoursFormat::from_name(&word).unwrap_or(HoursFormat::Text))
}

pub fn run(global: &GlobalArguments, options: &HoursCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let store = context.existing()?;
    let (config, now) = (&context.config, context.now());
    if !options.write {
        let format = if context.json { HoursFormat::Json } else { options.format };
        return print(&written(&hours(&store, config, format, now)?, config, format)?);
    }
    if config.hours.files.is_empty() {
        return Err(Failure::usage("the settings name no file", "add `files = [\"~/hours.html\"]` under `[hours]`"));
    }
    let failures = write_files(&store, config, now);
    for failure in &failures {
        context.note("hours", &failure.to_string(), &failure.hint());
    }
    if failures.is_empty() {
        return Ok(());
    }
    Err(Failure::problems(&failures.iter().map(ToString::to_string).collect::<Vec<_>>()))
}
