//! `tidebox hours`: when mail is read next, for others to see.

use clap::Args;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::output::print;
use crate::config::HoursFormat;
use crate::domain::hours::SCRIPT_NAME;
use crate::domain::text_enum::TextEnum as _;
use crate::job::JobError;
use crate::job::hours::{hours, write_files, written};
use crate::job::hours_upload::{self, ScriptError};

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
  tidebox hours --write
  tidebox hours --upload sieve           put the script on your mail server (ManageSieve)
  tidebox hours --upload sieve --remove")]
pub struct HoursCommand {
    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = formats(), conflicts_with = "write")]
    pub format: HoursFormat,
    /// Write the files that the settings name, now
    #[arg(long)]
    pub write: bool,
    /// Put the script on the mail server that the settings name under `upload`
    #[arg(long, value_name = "WHAT", value_parser = ["sieve"], conflicts_with_all = ["write", "format"])]
    pub upload: Option<String>,
    /// Take the script away from the server
    #[arg(long, requires = "upload")]
    pub remove: bool,
}

fn formats() -> impl clap::builder::TypedValueParser<Value = HoursFormat> {
    PossibleValuesParser::new(HoursFormat::ALL.iter().map(|it| it.name()))
        .map(|word| HoursFormat::from_name(&word).unwrap_or(HoursFormat::Text))
}

pub fn run(global: &GlobalArguments, options: &HoursCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    if options.upload.is_some() {
        return if options.remove { remove_script(context) } else { upload_script(context) };
    }
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

fn upload_script(context: &CommandContext) -> Result<(), Failure> {
    let mut store = context.open_store()?;
    let done = hours_upload::upload(&mut store, &context.config, context.now()).map_err(failure)?;
    if context.json {
        let state = if done.changed { "uploaded" } else { "unchanged" };
        return print_state(context, state, Some(done.standing), done.active.as_deref());
    }
    let how = if done.changed { "is on the server" } else { "was on the server already" };
    print(&format!("The script {SCRIPT_NAME} {how}; {}.\n", done.words))?;
    if let Some(advice) = done.advice {
        context.note("hours", &advice, "it tells nobody anything before that");
    }
    Ok(())
}

fn remove_script(context: &CommandContext) -> Result<(), Failure> {
    let was_there = hours_upload::remove(&mut context.open_store()?, &context.config).map_err(failure)?;
    if context.json {
        return print_state(context, if was_there { "removed" } else { "absent" }, None, None);
    }
    let more = if was_there { "A watch puts it back unless you take `upload` out of the settings." } else { "" };
    let what = if was_there { "is gone from the server" } else { "was not on the server" };
    print(&format!("{}\n", format!("The script {SCRIPT_NAME} {what}. {more}").trim_end()))
}

fn print_state(
    context: &CommandContext,
    state: &str,
    standing: Option<&str>,
    active: Option<&str>,
) -> Result<(), Failure> {
    let host = context.config.hours.upload.as_ref().map(|it| it.host.as_str());
    let object = serde_json::json!({
        "script": SCRIPT_NAME, "host": host, "state": state, "standing": standing, "active": active,
    });
    print(&format!("{}\n", json::line(&object)))
}

fn failure(error: ScriptError) -> Failure {
    match error {
        ScriptError::Job(error) => error.into(),
        other => JobError::Wrong { what: other.to_string(), hint: other.hint() }.into(),
    }
}
