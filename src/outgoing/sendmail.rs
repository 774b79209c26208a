//! Sending by a command that takes the options of sendmail: msmtp, Postfix, Exim.
//!
//! What it says with its exit code (`sysexits.h`) is not what it seems: msmtp ends with 69 also when the server has refused the
//! message, or has taken it and the answer was lost. So only codes that tell for sure are believed.

use std::io::{self, Read as _};

use super::content::{needs, with_lf};
use super::envelope::{Envelopes, before_leaving};
use super::{Outcomes, RECIPIENTS, SendLimits, Submission};
use crate::domain::delivery::{DeliveryFailure, DeliveryOutcome, DeliveryStage};
use crate::domain::printable::Printable;
use crate::process::{ProgramEnd, RunningProgram};

/// How many bytes of what a command complains about are kept.
const COMPLAINT: u64 = 64 * 1024;
/// How many columns of it are shown.
const SHOWN: usize = 400;

/// Sends a message to those whose outcome is open, at most a hundred at a time.
pub(super) fn send(words: &[String], submission: &Submission<'_>, limits: &SendLimits, outcomes: &mut Outcomes<'_>) {
    if let Err(why) = needs(submission.message) {
        return outcomes.settle_open(&before_leaving(format!("no server takes this message: {why}")));
    }
    let envelopes = Envelopes::of(submission, outcomes);
    let open: Vec<usize> = (0..submission.recipients.len()).filter(|it| outcomes.is_open(*it)).collect();
    let message = with_lf(submission.message);
    for group in open.chunks(RECIPIENTS) {
        if let Err(error) = outcomes.journal.before_dot(group) {
            let text = format!("it could not be written down that it was about to leave: {error}");
            return outcomes.settle_open(&DeliveryOutcome::Deferred(DeliveryFailure::here(DeliveryStage::Data, text)));
        }
        let mut command = words.to_vec();
        command.extend(["-i", "-f", envelopes.from.as_str(), "--"].map(str::to_owned));
        command.extend(group.iter().map(|it| envelopes.address(*it).to_owned()));
        let outcome = hand_over(&command, message.clone(), limits);
        outcomes.settle_all(group, &outcome);
        // What was not tried is not known to fail, and one that has not answered is not asked again.
        if matches!(outcome, DeliveryOutcome::Deferred(_) | DeliveryOutcome::Unknown { .. }) {
            let text = "it was not tried, since the command did not take it for others".to_owned();
            return outcomes
                .settle_open(&DeliveryOutcome::Deferred(DeliveryFailure::here(DeliveryStage::Connect, text)));
        }
    }
}

/// Runs the command once.
fn hand_over(command: &[String], message: Vec<u8>, limits: &SendLimits) -> DeliveryOutcome {
    let program = Printable::from(command.first().map_or("", String::as_str)).cut(80).to_string();
    let mut running = match RunningProgram::start_fed(command, message, limits.command) {
        Ok(running) => running,
        Err(error) => {
            let text = format!("{program} can't be started: {error} (check `command` under `send`)");
            return DeliveryOutcome::Refused(DeliveryFailure::here(DeliveryStage::Connect, text));
        }
    };
    let (mut over, mut said) = (false, Vec::new());
    let mut complaint = running.output(usize::MAX, &mut over);
    // Its end counts, whether its words can be read or not. What is too much is read too, since it would wait for that.
    let _ = (&mut complaint).take(COMPLAINT).read_to_end(&mut said);
    let _ = io::copy(&mut complaint, &mut io::sink());
    drop(complaint);
    let (end, took_all) = running.end_fed();
    meaning(&program, &end, took_all, &shown(&said))
}

/// What the end of a command means. `took_all` is false if it has not read the whole message.
fn meaning(program: &str, end: &ProgramEnd, took_all: bool, said: &str) -> DeliveryOutcome {
    let code = end.status.as_ref().ok().and_then(std::process::ExitStatus::code);
    let words = if said.is_empty() { String::new() } else { format!(": {said}") };
    let ended = |code: i32| format!("{program} ended with code {code}{words}");
    match code {
        _ if end.timed_out => {
            DeliveryOutcome::Unknown { why: format!("{program} took too long and was stopped{words}") }
        }
        Some(0) if took_all => DeliveryOutcome::Accepted { reply: format!("handed over to {program}{words}") },
        Some(0) => DeliveryOutcome::Unknown { why: format!("{program} did not read the whole message{words}") },
        Some(code @ 75) => DeliveryOutcome::Deferred(DeliveryFailure::here(DeliveryStage::Data, ended(code))),
        Some(code @ (64..=68 | 77 | 78)) => {
            DeliveryOutcome::Refused(DeliveryFailure::here(DeliveryStage::Data, ended(code)))
        }
        Some(code) => DeliveryOutcome::Unknown { why: ended(code) },
        None => DeliveryOutcome::Unknown { why: format!("{program} was stopped by a signal{words}") },
    }
}

/// What a command complained about, in one line.
fn shown(said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    Printable::from(lines.join(" ")).cut(SHOWN).as_str().to_owned()
}
