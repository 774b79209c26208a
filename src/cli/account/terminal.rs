//! Asking a person at the terminal. Questions go to standard error, since standard output is for what was asked for.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::cli::failure::Failure;
use crate::domain::printable::Printable;
use crate::domain::question::Question;

/// Lines are not longer.
const COLUMNS: usize = 96;

/// Whether a person can be asked: input and output are terminals.
pub fn is_there() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Says something to who is asked.
pub fn tell(text: &str) {
    let mut errors = io::stderr().lock();
    for line in text.lines().flat_map(|line| Printable::from(line).wrap(COLUMNS)) {
        let _ = writeln!(errors, "{line}");
    }
}

/// Puts a question, with what is good to know before it and its answers.
pub fn put(question: &Question) {
    tell("\n");
    for note in &question.notes {
        tell(note);
    }
    tell(&question.words);
    for choice in &question.choices {
        tell(&format!("  {}  {}", choice.key, choice.words));
    }
}

/// What stands before the answer: what an empty one means.
pub fn prompt(question: &Question) -> String {
    if question.proposed.is_empty() { ">".to_owned() } else { format!("[{}] >", question.proposed) }
}

/// Asks for a line. `None` if the input has ended (Ctrl-D).
pub fn line(prompt: &str) -> Result<Option<String>, Failure> {
    let mut errors = io::stderr().lock();
    write!(errors, "{} ", Printable::from(prompt)).and_then(|()| errors.flush())?;
    drop(errors);
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line)?;
    Ok((read > 0).then(|| line.trim().to_owned()))
}

/// Asks a question that is answered by yes or no; anything else than yes is no.
pub fn yes(question: &str) -> Result<bool, Failure> {
    let said = line(&format!("{question} [y/N]"))?.unwrap_or_default();
    Ok(matches!(said.to_lowercase().as_str(), "y" | "yes"))
}
