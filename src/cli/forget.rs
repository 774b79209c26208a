//! `tidebox forget`: removes what is kept for figures alone.

use std::io::{self, BufRead, IsTerminal, Write};

use clap::Args;

use super::arguments::GlobalArguments;
use super::context::CommandContext;
use super::failure::Failure;
use super::json;
use super::output::print;
use crate::store::ForgottenFacts;

/// Remove the facts that the figures about your mail are counted from
#[derive(Debug, Args)]
#[command(after_help = "\
They are: when messages arrived and came out, for how long batches were open, when sources could not be read, and what you said of
whether waiting mattered. They never leave this machine. From then on they are kept anew. Messages, decisions, receipts, peeks and what
exceptions let through stay, with their ratings. A backup that you made before still has the facts.

Examples:
  tidebox forget --facts
  tidebox forget --facts --yes    without being asked")]
pub struct ForgetCommand {
    /// Remove the facts; nothing else can be removed
    #[arg(long, required = true)]
    pub facts: bool,
    /// Do it without asking
    #[arg(long)]
    pub yes: bool,
}

pub fn run(global: &GlobalArguments, options: &ForgetCommand) -> Result<(), Failure> {
    let context = &CommandContext::find(global)?;
    let mut store = context.existing()?;
    if !options.yes && !agreed()? {
        return Err(Failure::unready(
            "nothing was removed",
            "`tidebox forget --facts --yes` removes the facts without asking",
        ));
    }
    let forgotten = store.forget_facts(context.now())?;
    if context.json {
        return print(&format!("{}\n", json::line(&object(&forgotten))));
    }
    print(&sentence(&forgotten))
}

/// Asks at a terminal; where there is none, nobody agreed.
fn agreed() -> Result<bool, Failure> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Ok(false);
    }
    let mut out = io::stderr().lock();
    write!(out, "Remove the facts about your mail? They cannot be brought back. [y/N] ")?;
    out.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim().eq_ignore_ascii_case("y"))
}

fn object(forgotten: &ForgottenFacts) -> serde_json::Value {
    serde_json::json!({
        "arrivals": forgotten.arrivals, "openings": forgotten.openings, "outages": forgotten.outages,
        "questions": forgotten.questions, "answers": forgotten.answers, "line_notes": forgotten.line_notes,
    })
}

fn sentence(forgotten: &ForgottenFacts) -> String {
    let kinds = [
        (forgotten.arrivals, "arrival", "arrivals"),
        (forgotten.openings, "opening of a batch", "openings of batches"),
        (forgotten.outages, "outage", "outages"),
        (forgotten.questions, "question about waiting", "questions about waiting"),
        (forgotten.line_notes, "sentence about a month", "sentences about months"),
    ];
    let removed: Vec<String> = kinds
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, more)| format!("{count} {}", if count == 1 { one } else { more }))
        .collect();
    if removed.is_empty() {
        return "There were no facts. They are kept from now on.\n".to_owned();
    }
    format!("Removed: {}. Facts are kept anew from now on.\n", removed.join(", "))
}
