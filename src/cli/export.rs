//! `tidebox export`: what was released, as mboxrd or JSON lines. What is held stays held; `backup` copies everything.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;

use super::arguments::{Export, ExportFormat};
use super::failure::Failure;
use super::json::{self, MessageJson};
use super::output;
use super::place::Place;
use super::search;
use crate::domain::message::Message;
use crate::mail::mboxrd;

pub fn run(place: &Place, options: &Export) -> Result<(), Failure> {
    let query = options.query.as_deref().map(|text| search::query(place, text)).transpose()?;
    let format = options.format.unwrap_or(if place.json { ExportFormat::Jsonl } else { ExportFormat::Mbox });
    if options.output.is_none() && format == ExportFormat::Mbox {
        output::away_from_terminals("name a file with --output, or use a pipe")?;
    }
    let store = place.desk()?;
    let mut out: BufWriter<Box<dyn Write>> = BufWriter::new(match &options.output {
        Some(path) => {
            let mut opening = OpenOptions::new();
            opening.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut opening, 0o600);
            Box::new(opening.open(path).map_err(|error| Failure::io("writing", path, &error))?)
        }
        None => Box::new(io::stdout().lock()),
    });
    let mut failed = None;
    let mut each = |message: &Message, raw: &[u8]| {
        let written = match format {
            ExportFormat::Mbox => mboxrd::write(&mut out, &message.from.address, message.received, raw),
            ExportFormat::Jsonl => writeln!(out, "{}", line(message, raw)),
        };
        failed = written.err();
        if failed.is_none() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    match query {
        None => store.export(|message, raw| each(&message, &raw))?,
        Some(query) => {
            // The search finds the newest first; a mailbox begins with the oldest.
            for message in store.search(&query, place.now(), usize::MAX >> 1, None)?.iter().rev() {
                if each(message, &store.original(message.id)?).is_break() {
                    break;
                }
            }
        }
    }
    let ended = failed.map_or_else(|| out.flush(), Err);
    match (ended, &options.output) {
        (Err(error), _) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        (Err(error), Some(path)) => {
            // Ours from its first byte; half an export would be taken for a whole one.
            let _ = std::fs::remove_file(path);
            Err(Failure::io("writing", path, &error))
        }
        (ended, _) => Ok(ended?),
    }
}

fn line(message: &Message, raw: &[u8]) -> String {
    let mut value = serde_json::to_value(MessageJson::from(message)).unwrap_or_default();
    value["raw"] = crate::mail::to_base64(raw).into();
    json::line(&value)
}
